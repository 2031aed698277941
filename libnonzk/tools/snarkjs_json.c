#include "snarkjs_json.h"

#include <nonzk/g1.h>
#include <nonzk/g2.h>
#include <nonzk/groth16.h>
#include <string.h>

/* A decimal number as `len` big-endian bytes. NONZK_E_ENCODING if it does not fit. */
static int decimal(uint8_t *out, size_t len, const json_t *value)
{
    const char *text = json_string_value(value);

    if (!text || *text == '\0')
        return NONZK_E_INVALID;
    memset(out, 0, len);
    for (; *text != '\0'; text++) {
        if (*text < '0' || *text > '9')
            return NONZK_E_INVALID;
        unsigned carry = (unsigned)(*text - '0');
        for (size_t i = len; i-- > 0;) {
            carry += out[i] * 10u;
            out[i] = (uint8_t)carry;
            carry >>= 8;
        }
        if (carry != 0)
            return NONZK_E_ENCODING;
    }
    return 0;
}

/* A coordinate, which must leave the three bits of the flags free. */
static int coordinate(uint8_t out[NONZK_FP_LEN], const json_t *value)
{
    int result = decimal(out, NONZK_FP_LEN, value);
    if (result == 0 && out[0] & 0xe0)
        return NONZK_E_ENCODING;
    return result;
}

/* c0 and c1 of the array, c1 first as in the encoding of points */
static int coordinate2(uint8_t out[NONZK_FP2_LEN], const json_t *value)
{
    if (json_array_size(value) != 2)
        return NONZK_E_INVALID;
    int result = coordinate(out, json_array_get(value, 1));
    if (result == 0)
        result = coordinate(out + NONZK_FP_LEN, json_array_get(value, 0));
    return result;
}

/* Whether z, which is 1 or 0 in what snarkjs writes, says infinity: 1 or 0, or NONZK_E_INVALID */
static int z_is_zero(const json_t *z)
{
    const char *text = json_string_value(z);

    if (!text || (strcmp(text, "0") != 0 && strcmp(text, "1") != 0))
        return NONZK_E_INVALID;
    return text[0] == '0';
}

/* Uncompressed, not checked further */
static int point1(uint8_t out[NONZK_G1_UNCOMPRESSED_LEN], const json_t *value)
{
    int infinity = z_is_zero(json_array_get(value, 2));
    int result = infinity < 0 ? infinity : coordinate(out, json_array_get(value, 0));

    if (result == 0)
        result = coordinate(out + NONZK_FP_LEN, json_array_get(value, 1));
    if (result == 0 && infinity) {
        memset(out, 0, NONZK_G1_UNCOMPRESSED_LEN);
        out[0] = 0x40;
    }
    return result;
}

static int point2(uint8_t out[NONZK_G2_UNCOMPRESSED_LEN], const json_t *value)
{
    const json_t *z = json_array_get(value, 2);
    int infinity = z_is_zero(json_array_get(z, 0)), second = z_is_zero(json_array_get(z, 1));
    int result =
        infinity < 0 || second != 1 ? NONZK_E_INVALID : coordinate2(out, json_array_get(value, 0));

    if (result == 0)
        result = coordinate2(out + NONZK_FP2_LEN, json_array_get(value, 1));
    if (result == 0 && infinity) {
        memset(out, 0, NONZK_G2_UNCOMPRESSED_LEN);
        out[0] = 0x40;
    }
    return result;
}

/* Compressed, so the point must be one: from another y nothing would be left. */
static int compressed1(uint8_t out[NONZK_G1_COMPRESSED_LEN], const json_t *value)
{
    uint8_t bytes[NONZK_G1_UNCOMPRESSED_LEN];
    struct nonzk_g1_affine point;
    int result = point1(bytes, value);

    if (result == 0)
        result = nonzk_g1_from_uncompressed(&point, bytes);
    if (result == 0)
        nonzk_g1_to_compressed(out, &point);
    return result;
}

static int compressed2(uint8_t out[NONZK_G2_COMPRESSED_LEN], const json_t *value)
{
    uint8_t bytes[NONZK_G2_UNCOMPRESSED_LEN];
    struct nonzk_g2_affine point;
    int result = point2(bytes, value);

    if (result == 0)
        result = nonzk_g2_from_uncompressed(&point, bytes);
    if (result == 0)
        nonzk_g2_to_compressed(out, &point);
    return result;
}

/* A member that is there must have this value. */
static int says(const json_t *object, const char *name, const char *expected)
{
    const json_t *value = json_object_get(object, name);
    return !value || (json_is_string(value) && strcmp(json_string_value(value), expected) == 0);
}

static int is_of_this_kind(const json_t *object)
{
    return json_is_object(object) && says(object, "protocol", "groth16") &&
           says(object, "curve", "bls12381");
}

int snarkjs_proof(uint8_t *out, const json_t *proof)
{
    if (!is_of_this_kind(proof))
        return NONZK_E_INVALID;
    int result = compressed1(out, json_object_get(proof, "pi_a"));
    out += NONZK_G1_COMPRESSED_LEN;
    if (result == 0)
        result = compressed2(out, json_object_get(proof, "pi_b"));
    out += NONZK_G2_COMPRESSED_LEN;
    if (result == 0)
        result = compressed1(out, json_object_get(proof, "pi_c"));
    return result;
}

int snarkjs_public(uint8_t *out, size_t max, size_t *ninputs, const json_t *inputs)
{
    size_t n = json_array_size(inputs);

    if (!json_is_array(inputs))
        return NONZK_E_INVALID;
    if (n > max)
        return NONZK_E_NO_SPACE;
    for (size_t i = 0; i < n; i++, out += NONZK_GROTH16_INPUT_LEN) {
        int result = decimal(out, NONZK_GROTH16_INPUT_LEN, json_array_get(inputs, i));
        if (result != 0)
            return result;
    }
    *ninputs = n;
    return 0;
}

/* The points before IC in bellman's order; NULL stands for one that the JSON does not have. */
static int key_points(uint8_t *out, const json_t *key)
{
    static const struct {
        int group;
        const char *name;
    } points[] = {{1, "vk_alpha_1"}, {1, NULL}, {2, "vk_beta_2"},
                  {2, "vk_gamma_2"}, {1, NULL}, {2, "vk_delta_2"}};
    int result = 0;

    for (size_t i = 0; result == 0 && i < sizeof points / sizeof points[0]; i++) {
        if (!points[i].name)
            out[0] = 0x40;
        else if (points[i].group == 1)
            result = point1(out, json_object_get(key, points[i].name));
        else
            result = point2(out, json_object_get(key, points[i].name));
        out += points[i].group == 1 ? NONZK_G1_UNCOMPRESSED_LEN : NONZK_G2_UNCOMPRESSED_LEN;
    }
    return result;
}

int snarkjs_key(uint8_t *out, size_t size, size_t *len, const uint8_t *circuit_id,
                const json_t *key)
{
    const json_t *ic = json_object_get(key, "IC");
    size_t npoints = json_array_size(ic);

    if (!is_of_this_kind(key) || npoints == 0 || npoints > NONZK_GROTH16_MAX_INPUTS + 1)
        return NONZK_E_INVALID;
    size_t total = NONZK_GROTH16_KEY_LEN(npoints - 1);
    if (size < total)
        return NONZK_E_NO_SPACE;
    memset(out, 0, total);
    uint8_t *body = out + NONZK_GROTH16_HEADER_LEN;
    int result = key_points(body, key);
    uint8_t *at = out + total - npoints * NONZK_G1_UNCOMPRESSED_LEN;
    at[-2] = (uint8_t)(npoints >> 8);
    at[-1] = (uint8_t)npoints;
    for (size_t i = 0; result == 0 && i < npoints; i++, at += NONZK_G1_UNCOMPRESSED_LEN)
        result = point1(at, json_array_get(ic, i));
    nonzk_groth16_key_header(out, circuit_id, body, total - NONZK_GROTH16_HEADER_LEN);
    *len = total;
    return result;
}
