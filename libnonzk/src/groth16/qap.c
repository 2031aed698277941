#include "groth16/qap.h"

#include <nonzk/setup.h>

int nonzk_setup_shape(struct nonzk_proving_key_shape *shape, const struct nonzk_r1cs *cs)
{
    if (!(cs->mode & NONZK_R1CS_RECORD) || cs->error != 0)
        return NONZK_E_INVALID;
    uint64_t constraints = (uint64_t)cs->nconstraints + cs->npublic + 1;
    uint64_t ncoefficients = (uint64_t)cs->npublic + 1;
    uint32_t log_size = 1;
    while (constraints >> log_size != 0 && constraints != UINT64_C(1) << log_size)
        log_size++;
    for (uint32_t i = 0; i < cs->nconstraints; i++) {
        const struct nonzk_r1cs_term *terms;
        ncoefficients += nonzk_r1cs_side(cs, i, NONZK_R1CS_A, &terms);
        ncoefficients += nonzk_r1cs_side(cs, i, NONZK_R1CS_B, &terms);
    }
    if (log_size > NONZK_PROVING_KEY_MAX_LOG_SIZE || ncoefficients > UINT32_MAX)
        return NONZK_E_UNSUPPORTED;
    *shape = (struct nonzk_proving_key_shape){
        .nwires = cs->nwires,
        .npublic = cs->npublic,
        .log_size = log_size,
        .ncoefficients = (uint32_t)ncoefficients,
    };
    return 0;
}

/* values[j] += coefficient * at for each term */
static void add_side(struct nonzk_fr *values, const struct nonzk_r1cs *cs, uint32_t constraint,
                     enum nonzk_r1cs_side side, const struct nonzk_fr *at)
{
    const struct nonzk_r1cs_term *terms;
    uint32_t count = nonzk_r1cs_side(cs, constraint, side, &terms);
    struct nonzk_fr t;

    for (uint32_t i = 0; i < count; i++) {
        struct nonzk_fr *value = &values[terms[i].wire];
        nonzk_fr_mul(&t, &terms[i].coefficient, at);
        nonzk_fr_add(value, value, &t);
    }
}

void groth16_qap_values(struct nonzk_fr *a, struct nonzk_fr *b, struct nonzk_fr *c,
                        const struct nonzk_r1cs *cs, const struct nonzk_fr *lagrange)
{
    for (uint32_t j = 0; j < cs->nwires; j++) {
        nonzk_fr_set_zero(&a[j]);
        nonzk_fr_set_zero(&b[j]);
        nonzk_fr_set_zero(&c[j]);
    }
    for (uint32_t i = 0; i < cs->nconstraints; i++) {
        add_side(a, cs, i, NONZK_R1CS_A, &lagrange[i]);
        add_side(b, cs, i, NONZK_R1CS_B, &lagrange[i]);
        add_side(c, cs, i, NONZK_R1CS_C, &lagrange[i]);
    }
    for (uint32_t j = 0; j <= cs->npublic; j++)
        nonzk_fr_add(&a[j], &a[j], &lagrange[cs->nconstraints + j]);
}

void groth16_qap_coefficients(struct nonzk_coefficient *out, const struct nonzk_r1cs *cs)
{
    static const enum nonzk_r1cs_side sides[] = {NONZK_R1CS_A, NONZK_R1CS_B};

    for (uint32_t i = 0; i < cs->nconstraints; i++)
        for (uint32_t side = 0; side < 2; side++) {
            const struct nonzk_r1cs_term *terms;
            uint32_t count = nonzk_r1cs_side(cs, i, sides[side], &terms);
            for (uint32_t j = 0; j < count; j++)
                *out++ = (struct nonzk_coefficient){terms[j].coefficient, side, i, terms[j].wire};
        }
    for (uint32_t j = 0; j <= cs->npublic; j++) {
        *out = (struct nonzk_coefficient){.constraint = cs->nconstraints + j, .wire = j};
        nonzk_fr_set_one(&out->value);
        out++;
    }
}
