/*
 * From powers of tau to the values at tau of Lagrange's polynomials, once for G1 and once for G2;
 * lagrange_g1.c and lagrange_g2.c define POINT, AFFINE, GROUP(f) and include this file. The values on
 * a domain are the inverse Fourier transform of the powers.
 */
#include <nonzk/fft.h>

#include "ceremony/lagrange_private.h"
#include "curve/affine_all.h"

static void mul_root(POINT *point, const struct nonzk_fr *root)
{
    uint8_t scalar[NONZK_SCALAR_LEN];

    nonzk_fr_to_bytes(scalar, root);
    GROUP(mul_vartime)(point, point, scalar);
}

/* As nonzk_fft() has it, with points for elements. */
static void transform(const struct nonzk_fft_domain *domain, POINT *a)
{
    size_t size = (size_t)domain->size;

    for (size_t length = size >> 1, step = 1; length > 0; length >>= 1, step <<= 1)
        for (size_t start = 0; start < size; start += 2 * length)
            for (size_t i = start; i < start + length; i++) {
                POINT minus, difference;
                GROUP(neg)(&minus, &a[i + length]);
                GROUP(add)(&difference, &a[i], &minus);
                GROUP(add)(&a[i], &a[i], &a[i + length]);
                if (i > start)
                    mul_root(&difference, &domain->roots[(i - start) * step]);
                a[i + length] = difference;
            }
}

/* Where value i is after the transform, which leaves it in the reverse order of bits. */
static size_t reverse_bits(size_t i, unsigned nbits)
{
    size_t reversed = 0;

    for (unsigned bit = 0; bit < nbits; bit++)
        reversed |= (i >> bit & 1) << (nbits - 1 - bit);
    return reversed;
}

/* out[i] = the value of the i-th polynomial on 2^log_size points, from the first n powers. */
static int one_level(AFFINE *out, const AFFINE *powers, size_t n, unsigned log_size, POINT *points,
                     struct nonzk_fr *roots)
{
    size_t size = (size_t)1 << log_size;
    struct nonzk_fft_domain domain;
    int result = nonzk_fft_domain_init(&domain, log_size, roots, size > 1 ? size / 2 : 1);

    if (result != 0)
        return result;
    for (size_t i = 0; i < size; i++)
        if (i < n)
            GROUP(from_affine)(&points[i], &powers[i]);
        else
            GROUP(set_infinity)(&points[i]);
    transform(&domain, points);
    for (size_t i = 0; i < size; i++) {
        POINT point = points[reverse_bits((size - i) % size, log_size)];
        mul_root(&point, &domain.size_inverse);
        GROUP(to_affine_all)(&out[i], &point, 1);
    }
    return 0;
}

int GROUP(lagrange_levels)(AFFINE *out, const AFFINE *powers, size_t n, unsigned max_log_size,
                           void *points, struct nonzk_fr *roots)
{
    for (unsigned log_size = 0; log_size <= max_log_size; log_size++) {
        int result = one_level(out, powers, n, log_size, points, roots);
        if (result != 0)
            return result;
        out += (size_t)1 << log_size;
    }
    return 0;
}
