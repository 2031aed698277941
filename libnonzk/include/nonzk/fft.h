/*
 * Fourier transforms over the scalar field, and the domains of 2^k points on which the polynomials
 * of a proof are given. The points are the powers of root = 5^((r - 1) / 2^k): 5 is the smallest
 * non-residue, from which snarkjs and its files take their roots too.
 *
 * Sizes are public; everything else takes the same time for all values. Nothing is allocated: the
 * caller lends the table of roots, which must live as long as the domain. A domain may be used by
 * several threads at once.
 */
#ifndef NONZK_FFT_H
#define NONZK_FFT_H

#include <nonzk/fr.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONZK_FFT_MAX_LOG_SIZE 32

/* All fields may be read. */
struct nonzk_fft_domain {
    unsigned log_size;
    uint64_t size;                /* 2^log_size points */
    struct nonzk_fr root;         /* a primitive root of unity of that order */
    struct nonzk_fr size_inverse; /* 1 / size */
    const struct nonzk_fr *roots; /* root^0 ... root^(size / 2 - 1) */
};

/*
 * out = the root of unity of order 2^log_size. Returns 0, or NONZK_E_INVALID if log_size is
 * above 32.
 */
NONZK_API NONZK_MUST_CHECK int nonzk_fft_root(struct nonzk_fr *out, unsigned log_size);

/*
 * Sets up a domain of 2^log_size points. `roots` is filled with max(1, 2^log_size / 2) elements and
 * lent to the domain; `roots_count` says how many fit. Returns 0; NONZK_E_INVALID if log_size is
 * above 32 or roots_count too small, then nothing is changed.
 */
NONZK_API NONZK_MUST_CHECK int nonzk_fft_domain_init(struct nonzk_fft_domain *domain,
                                                     unsigned log_size, struct nonzk_fr *roots,
                                                     size_t roots_count);

/*
 * Turns the `size` coefficients a[0] + a[1] x + ... into the values at root^0, root^1, ..., in
 * place.
 */
NONZK_API void nonzk_fft(const struct nonzk_fft_domain *domain, struct nonzk_fr *a);

/* Turns values back into coefficients, in place. */
NONZK_API void nonzk_fft_inverse(const struct nonzk_fft_domain *domain, struct nonzk_fr *a);

/* As nonzk_fft(), with the values at shift * root^i. */
NONZK_API void nonzk_fft_coset(const struct nonzk_fft_domain *domain, struct nonzk_fr *a,
                               const struct nonzk_fr *shift);

/*
 * As nonzk_fft_inverse(), from the values at shift * root^i. Returns 0, or NONZK_E_NOT_INVERTIBLE
 * if shift is 0; then `a` is unchanged.
 */
NONZK_API NONZK_MUST_CHECK int nonzk_fft_coset_inverse(const struct nonzk_fft_domain *domain,
                                                       struct nonzk_fr *a,
                                                       const struct nonzk_fr *shift);

/* out = x^size - 1, the polynomial that is zero at exactly the points of the domain. */
NONZK_API void nonzk_fft_vanishing(const struct nonzk_fft_domain *domain, struct nonzk_fr *out,
                                   const struct nonzk_fr *x);

/*
 * out[i] = L_i(x) for each of the `size` points, where L_i is the polynomial of degree below size
 * that is 1 at root^i and 0 at the other points. `scratch` holds `size` elements; it does not
 * overlap `out`, and is wiped. Whether x is a point of the domain is visible in the time.
 */
NONZK_API void nonzk_fft_lagrange(const struct nonzk_fft_domain *domain, struct nonzk_fr *out,
                                  const struct nonzk_fr *x, struct nonzk_fr *scratch);

#ifdef __cplusplus
}
#endif

#endif
