/* Elements of the fields are secret: those of witnesses, and the coordinates of secret multiples. */
#include <noncrypto/cpu.h>
#include <nonzk/fft.h>
#include <nonzk/fp2.h>

#include "secrets.h"

void ct_field(void);

static void scalars(void)
{
    struct nonzk_fr a = secret_fr(1), b = secret_fr(2), all[4], scratch[4], roots[4], shift;
    struct nonzk_fft_domain domain;
    uint8_t bytes[NONZK_FR_LEN];

    nonzk_fr_add(&b, &a, &b);
    nonzk_fr_sub(&a, &a, &b);
    nonzk_fr_neg(&a, &a);
    nonzk_fr_mul(&a, &a, &b);
    nonzk_fr_square(&a, &a);
    nonzk_fr_power(&a, &a, 5);
    int result = nonzk_fr_invert(&a, &a);
    result |= nonzk_fr_equal(&a, &b) | nonzk_fr_is_zero(&a);
    nonzk_fr_select(&a, &a, &b, nonzk_fr_is_zero(&b));
    nonzk_fr_to_bytes(bytes, &a);
    nonzk_fr_to_bytes_le(bytes, &a);
    for (int i = 0; i < 4; i++)
        all[i] = secret_fr((uint8_t)i);
    nonzk_fr_invert_all(all, 4, scratch);
    if (nonzk_fft_domain_init(&domain, 2, roots, 2) == 0 && nonzk_fft_root(&shift, 3) == 0) {
        nonzk_fft(&domain, all);
        nonzk_fft_inverse(&domain, all);
        nonzk_fft_coset(&domain, all, &shift);
    }
    (void)result;
}

static void coordinates(void)
{
    struct nonzk_fp2 a, b;
    uint8_t bytes[NONZK_FP_LEN];

    nonzk_fp_set_u64(&a.c0, 0x123456789abcdef);
    nonzk_fp_set_u64(&a.c1, 0xfedcba987654321);
    taint(&a, sizeof a);
    nonzk_fp2_square(&b, &a);
    nonzk_fp2_mul(&a, &a, &b);
    nonzk_fp2_add(&a, &a, &b);
    nonzk_fp2_sub(&b, &a, &b);
    nonzk_fp2_neg(&b, &b);
    int result = nonzk_fp2_invert(&b, &b);
    result |= nonzk_fp2_equal(&a, &b) | nonzk_fp_is_large(&a.c0);
    nonzk_fp2_select(&a, &a, &b, nonzk_fp2_is_zero(&a));
    nonzk_fp_to_bytes(bytes, &a.c0);
    (void)result;
}

void ct_field(void)
{
    noncrypto_cpu_set_features(0);
    scalars();
    coordinates();
    noncrypto_cpu_set_features(noncrypto_cpu_detect());
    coordinates();
}
