#include "snarkjs_text.h"

#include <string.h>

#include <nonzk/g1.h>
#include <nonzk/g2.h>
#include <nonzk/groth16.h>

#define DECIMAL_MAX 128 /* digits of any number of NONZK_FP_LEN bytes, and more */

/* A big-endian number of at most NONZK_FP_LEN bytes, in quotes. */
static void print_decimal(FILE *to, const uint8_t *bytes, size_t len)
{
    uint8_t number[NONZK_FP_LEN];
    char digits[DECIMAL_MAX + 1];
    size_t at = DECIMAL_MAX;

    memcpy(number, bytes, len);
    digits[at] = '\0';
    for (int rest = 1; rest;) {
        unsigned remainder = 0;
        rest = 0;
        for (size_t i = 0; i < len; i++) {
            unsigned value = remainder << 8 | number[i];
            number[i] = (uint8_t)(value / 10);
            remainder = value % 10;
            rest |= number[i];
        }
        digits[--at] = (char)('0' + remainder);
    }
    fprintf(to, "\"%s\"", digits + at);
}

static void print_element(FILE *to, const struct nonzk_fp *a)
{
    uint8_t bytes[NONZK_FP_LEN];

    nonzk_fp_to_bytes(bytes, a);
    print_decimal(to, bytes, sizeof bytes);
}

static void print_element2(FILE *to, const struct nonzk_fp2 *a)
{
    fputs("[\n   ", to);
    print_element(to, &a->c0);
    fputs(",\n   ", to);
    print_element(to, &a->c1);
    fputs("\n  ]", to);
}

/* Infinity is (0, 1, 0). */
static void print_g1(FILE *to, const struct nonzk_g1_affine *a)
{
    int infinity = nonzk_g1_affine_is_infinity(a);

    fputs("[\n  ", to);
    print_element(to, &a->x);
    fputs(",\n  ", to);
    if (infinity)
        fputs("\"1\"", to);
    else
        print_element(to, &a->y);
    fprintf(to, ",\n  \"%d\"\n ]", !infinity);
}

static void print_g2(FILE *to, const struct nonzk_g2_affine *a)
{
    int infinity = nonzk_g2_affine_is_infinity(a);

    fputs("[\n  ", to);
    print_element2(to, &a->x);
    fputs(",\n  ", to);
    if (infinity)
        fputs("[\n   \"1\",\n   \"0\"\n  ]", to);
    else
        print_element2(to, &a->y);
    fprintf(to, ",\n  [\n   \"%d\",\n   \"0\"\n  ]\n ]", !infinity);
}

static void print_kind(FILE *to)
{
    fputs(" \"protocol\": \"groth16\",\n \"curve\": \"bls12381\"", to);
}

int snarkjs_print_proof(FILE *to, const uint8_t *proof)
{
    struct nonzk_g1_affine a, c;
    struct nonzk_g2_affine b;
    int result = nonzk_g1_from_compressed(&a, proof);

    if (result == 0)
        result = nonzk_g2_from_compressed(&b, proof + NONZK_G1_COMPRESSED_LEN);
    if (result == 0)
        result =
            nonzk_g1_from_compressed(&c, proof + NONZK_GROTH16_PROOF_LEN - NONZK_G1_COMPRESSED_LEN);
    if (result != 0)
        return result;
    fputs("{\n \"pi_a\": ", to);
    print_g1(to, &a);
    fputs(",\n \"pi_b\": ", to);
    print_g2(to, &b);
    fputs(",\n \"pi_c\": ", to);
    print_g1(to, &c);
    fputs(",\n", to);
    print_kind(to);
    fputs("\n}\n", to);
    return 0;
}

int snarkjs_print_public(FILE *to, const uint8_t *inputs, size_t ninputs)
{
    fputs("[", to);
    for (size_t i = 0; i < ninputs; i++) {
        fputs(i > 0 ? ",\n " : "\n ", to);
        print_decimal(to, inputs + i * NONZK_GROTH16_INPUT_LEN, NONZK_GROTH16_INPUT_LEN);
    }
    fputs(ninputs > 0 ? "\n]\n" : "]\n", to);
    return 0;
}

/* The next point of a key file. */
static int print_key_g1(FILE *to, const char *before, const uint8_t **at)
{
    struct nonzk_g1_affine a;
    int result = nonzk_g1_from_uncompressed(&a, *at);

    *at += NONZK_G1_UNCOMPRESSED_LEN;
    if (result == 0) {
        fputs(before, to);
        print_g1(to, &a);
    }
    return result;
}

static int print_key_g2(FILE *to, const char *name, const uint8_t **at)
{
    struct nonzk_g2_affine a;
    int result = nonzk_g2_from_uncompressed(&a, *at);

    *at += NONZK_G2_UNCOMPRESSED_LEN;
    if (result == 0) {
        fprintf(to, ",\n \"%s\": ", name);
        print_g2(to, &a);
    }
    return result;
}

int snarkjs_print_key(FILE *to, const uint8_t *key, size_t len)
{
    const uint8_t *at = key + NONZK_GROTH16_HEADER_LEN;
    size_t ninputs;
    int result = nonzk_groth16_key_ninputs(&ninputs, key, len);

    if (result != 0)
        return result;
    fputs("{\n", to);
    print_kind(to);
    fprintf(to, ",\n \"nPublic\": %zu,\n", ninputs);
    result = print_key_g1(to, " \"vk_alpha_1\": ", &at);
    at += NONZK_G1_UNCOMPRESSED_LEN; /* beta in G1 */
    if (result == 0)
        result = print_key_g2(to, "vk_beta_2", &at);
    if (result == 0)
        result = print_key_g2(to, "vk_gamma_2", &at);
    at += NONZK_G1_UNCOMPRESSED_LEN; /* delta in G1 */
    if (result == 0)
        result = print_key_g2(to, "vk_delta_2", &at);
    at += 4; /* the number of points */
    fputs(",\n \"IC\": [", to);
    for (size_t i = 0; result == 0 && i <= ninputs; i++)
        result = print_key_g1(to, i > 0 ? ",\n " : "\n ", &at);
    fputs("\n ]\n}\n", to);
    return result;
}
