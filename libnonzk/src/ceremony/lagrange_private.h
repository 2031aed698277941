/*
 * Lagrange's polynomials at tau, in the groups. Private to libnonzk.
 */
#ifndef NONZK_SRC_CEREMONY_LAGRANGE_PRIVATE_H
#define NONZK_SRC_CEREMONY_LAGRANGE_PRIVATE_H

#include <nonzk/fr.h>
#include <nonzk/g2.h>

/*
 * out = for each log size from 0 to max_log_size the values at tau of the polynomials on a domain of
 * that size, from `n` powers of tau, those beyond being taken as infinity. `points` holds
 * 2^max_log_size points to calculate with, `roots` half as many elements, and at least one.
 */
int nonzk_g1_lagrange_levels(struct nonzk_g1_affine *out, const struct nonzk_g1_affine *powers,
                             size_t n, unsigned max_log_size, void *points, struct nonzk_fr *roots);
int nonzk_g2_lagrange_levels(struct nonzk_g2_affine *out, const struct nonzk_g2_affine *powers,
                             size_t n, unsigned max_log_size, void *points, struct nonzk_fr *roots);

#endif
