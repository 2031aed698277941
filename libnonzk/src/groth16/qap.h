/*
 * A constraint system as polynomials (a quadratic arithmetic program), and the coefficients that a
 * proving key has of it. Private to libnonzk.
 */
#ifndef NONZK_SRC_GROTH16_QAP_H
#define NONZK_SRC_GROTH16_QAP_H

#include <nonzk/proving_key.h>
#include <nonzk/r1cs.h>

/*
 * a[j], b[j], c[j] = the values at tau of the polynomials of wire j, from the values of the
 * Lagrange polynomials there. The arrays hold an element for each wire.
 */
void groth16_qap_values(struct nonzk_fr *a, struct nonzk_fr *b, struct nonzk_fr *c,
                        const struct nonzk_r1cs *cs, const struct nonzk_fr *lagrange);

/* The coefficients of A and B in the order of snarkjs. */
void groth16_qap_coefficients(struct nonzk_coefficient *out, const struct nonzk_r1cs *cs);

#endif
