#include "ceremony/contribution.h"

#include <string.h>

enum parameter { PARAMETER_NAME = 1, PARAMETER_ITERATIONS, PARAMETER_BEACON };

int ceremony_contribution_check(const struct nonzk_contribution *c)
{
    if (c->name_len > NONZK_CONTRIBUTION_NAME_MAX)
        return NONZK_E_INVALID;
    if (c->beacon &&
        (c->beacon_len == 0 || c->beacon_len > NONZK_BEACON_MAX_LEN ||
         c->log_iterations < NONZK_BEACON_MIN_LOG || c->log_iterations > NONZK_BEACON_MAX_LOG))
        return NONZK_E_INVALID;
    return c->beacon || c->random ? 0 : NONZK_E_INVALID;
}

size_t ceremony_parameters_len(const struct nonzk_contribution *c)
{
    size_t name = c->name_len > 0 ? 2 + c->name_len : 0;

    return 8 + name + (c->beacon ? 2 + 2 + c->beacon_len : 0);
}

static uint8_t *put_u32(uint8_t *out, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        *out++ = (uint8_t)(value >> 8 * i);
    return out;
}

uint8_t *ceremony_parameters_encode(uint8_t *out, const struct nonzk_contribution *c)
{
    out = put_u32(out, c->beacon ? CONTRIBUTION_BEACON : CONTRIBUTION_SECRET);
    out = put_u32(out, (uint32_t)(ceremony_parameters_len(c) - 8));
    if (c->name_len > 0) {
        *out++ = PARAMETER_NAME;
        *out++ = (uint8_t)c->name_len;
        memcpy(out, c->name, c->name_len);
        out += c->name_len;
    }
    if (c->beacon) {
        *out++ = PARAMETER_ITERATIONS;
        *out++ = (uint8_t)c->log_iterations;
        *out++ = PARAMETER_BEACON;
        *out++ = (uint8_t)c->beacon_len;
        memcpy(out, c->beacon, c->beacon_len);
        out += c->beacon_len;
    }
    return out;
}

/* One parameter, whose number must be above `last`. */
static int take_parameter(struct reader *reader, struct parameters *parameters, unsigned *last)
{
    const uint8_t *head, *bytes;

    if (nonzk_reader_bytes(reader, &head, 2) != 0 || head[0] <= *last || head[0] > PARAMETER_BEACON)
        return NONZK_E_ENCODING;
    size_t len = head[0] == PARAMETER_ITERATIONS ? 0 : head[1];
    if (nonzk_reader_bytes(reader, &bytes, len) != 0)
        return NONZK_E_ENCODING;
    if (head[0] == PARAMETER_ITERATIONS)
        parameters->log_iterations = head[1];
    if (head[0] == PARAMETER_BEACON) {
        parameters->beacon = bytes;
        parameters->beacon_len = len;
    }
    *last = head[0];
    return 0;
}

int ceremony_parameters_take(struct reader *reader, struct parameters *parameters)
{
    struct reader rest;
    uint32_t len;
    unsigned last = 0;

    *parameters = (struct parameters){0};
    if (nonzk_reader_u32(reader, &parameters->type) != 0 ||
        parameters->type > CONTRIBUTION_BEACON || nonzk_reader_u32(reader, &len) != 0 ||
        nonzk_reader_bytes(reader, &rest.bytes, len) != 0)
        return NONZK_E_ENCODING;
    rest.left = len;
    while (rest.left > 0)
        if (take_parameter(&rest, parameters, &last) != 0)
            return NONZK_E_ENCODING;
    int has_beacon = parameters->beacon_len > 0;
    int has_iterations = parameters->log_iterations >= NONZK_BEACON_MIN_LOG &&
                         parameters->log_iterations <= NONZK_BEACON_MAX_LOG;
    if (parameters->type == CONTRIBUTION_BEACON)
        return has_beacon && has_iterations ? 0 : NONZK_E_ENCODING;
    return parameters->beacon || parameters->log_iterations ? NONZK_E_ENCODING : 0;
}

int delta_contribution_take(struct reader *reader, struct delta_contribution *c)
{
    const uint8_t *transcript;
    int result = nonzk_reader_finite_g1(reader, &c->after);

    if (result == 0)
        result = nonzk_reader_finite_g1(reader, &c->s);
    if (result == 0)
        result = nonzk_reader_finite_g1(reader, &c->sx);
    if (result == 0)
        result = nonzk_reader_finite_g2(reader, &c->spx);
    if (result == 0)
        result = nonzk_reader_bytes(reader, &transcript, TRANSCRIPT_LEN);
    if (result != 0)
        return result;
    memcpy(c->transcript, transcript, TRANSCRIPT_LEN);
    return ceremony_parameters_take(reader, &c->parameters);
}

uint8_t *delta_contribution_encode(uint8_t *out, const struct delta_contribution *c)
{
    nonzk_point_encode_g1(out, &c->after);
    nonzk_point_encode_g1(out + POINT_G1_LEN, &c->s);
    nonzk_point_encode_g1(out + 2 * POINT_G1_LEN, &c->sx);
    nonzk_point_encode_g2(out + 3 * POINT_G1_LEN, &c->spx);
    out += 3 * POINT_G1_LEN + POINT_G2_LEN;
    memcpy(out, c->transcript, TRANSCRIPT_LEN);
    return out + TRANSCRIPT_LEN;
}
