/*
 * A session with unmodified relays, recorded byte for byte: every cell and every relay message in
 * it must decode and encode to the same bytes. The recording is onion/recorded/session.json in the
 * folder NONOS_VECTORS; without it the tests say that they are skipped.
 */
#include <check_main.h>

#include <vector_file.h>

#include <nononion/cell.h>
#include <nononion/channel_cell.h>
#include <nononion/circuit_cell.h>
#include <nononion/relay_cell.h>
#include <nononion/stream_message.h>

#define RECORDING "onion/recorded/session.json"

/* One entry of a list, ["send" or "recv", NUMBER, NUMBER, "bytes in hexadecimal"]. */
struct entry {
    unsigned long number
        [2]; /* of a cell, circuit id and command; of a relay message, command and stream id */
    uint8_t *bytes;
    size_t len;
};

/* Moves `*at` past the string between quotes that comes next, and returns its start and length. */
static const char *string_next(const char **at, size_t *len)
{
    const char *start = strchr(*at, '"') + 1;
    const char *end = strchr(start, '"');
    *len = (size_t)(end - start);
    *at = end + 1;
    return start;
}

/*
 * The next entry of the list that `*at` is in; false at its end. The first number is written to
 * base `base`.
 */
static bool entry_next(const char **at, int base, struct entry *e)
{
    const char *p = *at + strspn(*at, " \n,");
    size_t len;
    if (*p == ']')
        return false;
    ck_assert_int_eq(*p, '[');
    p++;
    (void)string_next(&p, &len);
    for (int i = 0; i < 2; i++) {
        char *end;
        p += strspn(p, " \n,\"");
        e->number[i] = strtoul(p, &end, i == 0 ? base : 10);
        p = end + strspn(end, "\"");
    }
    const char *hex = string_next(&p, &len);
    e->bytes = malloc(len / 2 + 1);
    for (e->len = 0; e->len < len / 2; e->len++)
        e->bytes[e->len] = check_unhex_byte(hex + 2 * e->len);
    *at = strchr(p, ']') + 1;
    return true;
}

/*
 * The start of the list of this name at or after `from`, past its bracket; NULL if there is none.
 */
static const char *list_find(const char *from, const char *name)
{
    char key[64];
    snprintf(key, sizeof key, "\"%s\": [", name);
    const char *p = strstr(from, key);
    return p ? p + strlen(key) : NULL;
}

static void same_again(const struct entry *e, const uint8_t *out, size_t written, size_t cell_len)
{
    ck_assert_uint_le(written, e->len);
    ck_assert_mem_eq(out, e->bytes, written);
    for (size_t i = written; i < e->len && e->len == cell_len; i++)
        ck_assert_uint_eq(e->bytes[i], 0);
}

/*
 * Decodes and encodes the body of a cell of a known type. Returns whether there was anything to
 * decode.
 */
static bool cell_body_check(const struct entry *e)
{
    uint8_t out[8192];
    size_t written = 0;
    struct nononion_certs certs;
    struct nononion_cert cert[7];
    struct nononion_auth_challenge challenge;
    struct nononion_netinfo netinfo;
    struct nononion_create2 create2;
    struct nononion_created2 created2;
    unsigned version;
    size_t ncerts = 0;

    switch (e->number[1]) {
    case NONONION_CELL_VERSIONS:
        ck_assert_int_eq(nononion_versions_choose(e->bytes, e->len, &version), NONONION_OK);
        ck_assert_uint_eq(version, 5);
        return true;
    case NONONION_CELL_CERTS:
        ck_assert_int_eq(nononion_certs_decode(&certs, e->bytes, e->len), NONONION_OK);
        for (unsigned type = 1; type <= 7; type++)
            ncerts += nononion_certs_find(&certs, (uint8_t)type, &cert[ncerts]) == NONONION_OK;
        ck_assert_uint_eq(ncerts, 5); /* 1, 2, 4, 5, 7 */
        ck_assert_int_eq(nononion_certs_encode(cert, ncerts, out, sizeof out, &written), 0);
        ck_assert_uint_eq(written, e->len);
        return true;
    case NONONION_CELL_AUTH_CHALLENGE:
        ck_assert_int_eq(nononion_auth_challenge_decode(&challenge, e->bytes, e->len), 0);
        ck_assert_uint_eq(challenge.nmethods, 1);
        return true;
    case NONONION_CELL_NETINFO:
        ck_assert_int_eq(nononion_netinfo_decode(&netinfo, e->bytes, e->len), NONONION_OK);
        ck_assert_int_eq(nononion_netinfo_encode(&netinfo, out, sizeof out, &written), 0);
        break;
    case NONONION_CELL_CREATE2:
        ck_assert_int_eq(nononion_create2_decode(&create2, e->bytes, e->len), NONONION_OK);
        ck_assert_int_eq(nononion_create2_encode(&create2, out, sizeof out, &written), 0);
        break;
    case NONONION_CELL_CREATED2:
        ck_assert_int_eq(nononion_created2_decode(&created2, e->bytes, e->len), NONONION_OK);
        ck_assert_int_eq(nononion_created2_encode(&created2, out, sizeof out, &written), 0);
        break;
    default:
        return false;
    }
    same_again(e, out, written, NONONION_CELL_BODY_LEN);
    return true;
}

/* Sends a cell's bytes through a reader, one at a time, and compares what comes out. */
static void cell_check(const struct entry *e)
{
    static uint8_t buffer[NONONION_CELL_MAX], wire[NONONION_CELL_MAX];
    struct nononion_cell_reader reader;
    struct nononion_cell cell = {.circuit_id = (uint32_t)e->number[0],
                                 .command = (uint8_t)e->number[1],
                                 .body = e->bytes,
                                 .len = (uint16_t)e->len};
    struct nononion_cell back;
    size_t written, used;
    bool versions = e->number[1] == NONONION_CELL_VERSIONS;
    ck_assert_int_eq(nononion_cell_encode(&cell, versions ? 0 : 5, wire, sizeof wire, &written), 0);
    ck_assert_int_eq(nononion_cell_reader_init(&reader, buffer, sizeof buffer), NONONION_OK);
    if (!versions) {
        const uint8_t first[] = {0, 0, 7, 0, 2, 0, 5};
        ck_assert_int_eq(nononion_cell_reader_push(&reader, first, sizeof first, &used, &back), 0);
        ck_assert_int_eq(nononion_cell_reader_negotiated(&reader, 5), NONONION_OK);
    }
    for (size_t i = 0; i + 1 < written; i++)
        ck_assert_int_eq(nononion_cell_reader_push(&reader, wire + i, 1, &used, &back),
                         NONONION_E_AGAIN);
    ck_assert_int_eq(nononion_cell_reader_push(&reader, wire + written - 1, 1, &used, &back), 0);
    ck_assert(back.circuit_id == cell.circuit_id && back.command == cell.command);
    ck_assert_uint_eq(back.len, e->len);
    ck_assert_mem_eq(back.body, e->bytes, e->len);
}

START_TEST(recorded_cells_survive_the_round_trip)
{
    char *recording = vector_file_read(RECORDING, NULL);
    const char *at = recording;
    if (!recording)
        return;
    unsigned ncells = 0, nbodies = 0;
    while ((at = list_find(at, "cells")) != NULL) {
        struct entry e;
        while (entry_next(&at, 16, &e)) {
            cell_check(&e);
            nbodies += cell_body_check(&e);
            ncells++;
            free(e.bytes);
        }
    }
    ck_assert_uint_eq(ncells, 2 * 5 + 13);
    ck_assert_uint_eq(nbodies, 2 * 5 + 2);
    free(recording);
}
END_TEST

static void message_body_check(const struct entry *e)
{
    uint8_t out[NONONION_RELAY_DATA_MAX];
    size_t written = 0, count = 4;
    struct nononion_extend2 extend2;
    struct nononion_created2 extended2;
    struct nononion_begin begin;
    struct nononion_connected connected;
    struct nononion_end end;
    struct nononion_resolve resolve;
    struct nononion_answer answers[4];

    switch (e->number[0]) {
    case NONONION_RELAY_EXTEND2:
        ck_assert_int_eq(nononion_extend2_decode(&extend2, e->bytes, e->len), NONONION_OK);
        ck_assert_int_eq(nononion_extend2_encode(&extend2, out, sizeof out, &written), 0);
        break;
    case NONONION_RELAY_EXTENDED2:
        ck_assert_int_eq(nononion_created2_decode(&extended2, e->bytes, e->len), NONONION_OK);
        ck_assert_int_eq(nononion_created2_encode(&extended2, out, sizeof out, &written), 0);
        break;
    case NONONION_RELAY_BEGIN:
        /* The recording's client sends its flags of 0. */
        ck_assert_int_eq(nononion_begin_decode(&begin, e->bytes, e->len), NONONION_OK);
        ck_assert_int_eq(nononion_begin_encode(&begin, out, sizeof out, &written), NONONION_OK);
        ck_assert_mem_eq(out, e->bytes, written);
        return;
    case NONONION_RELAY_CONNECTED:
        ck_assert_int_eq(nononion_connected_decode(&connected, e->bytes, e->len), NONONION_OK);
        ck_assert_int_eq(nononion_connected_encode(&connected, out, sizeof out, &written), 0);
        break;
    case NONONION_RELAY_END:
        nononion_end_decode(&end, e->bytes, e->len);
        ck_assert_int_eq(nononion_end_encode(&end, out, sizeof out, &written), NONONION_OK);
        break;
    case NONONION_RELAY_RESOLVE:
        ck_assert_int_eq(nononion_resolve_decode(&resolve, e->bytes, e->len), NONONION_OK);
        ck_assert_int_eq(nononion_resolve_encode(&resolve, out, sizeof out, &written), 0);
        break;
    case NONONION_RELAY_RESOLVED:
        ck_assert_int_eq(nononion_resolved_decode(answers, &count, e->bytes, e->len), NONONION_OK);
        ck_assert_int_eq(nononion_resolved_encode(answers, count, out, sizeof out, &written), 0);
        break;
    default:
        return;
    }
    ck_assert_uint_eq(written, e->len);
    ck_assert_mem_eq(out, e->bytes, written);
}

START_TEST(recorded_relay_messages_survive_the_round_trip)
{
    char *recording = vector_file_read(RECORDING, NULL);
    if (!recording)
        return;
    const char *at = list_find(recording, "plain_relay_messages");
    struct entry e;
    unsigned nmessages = 0;
    while (entry_next(&at, 10, &e)) {
        uint8_t body[NONONION_CELL_BODY_LEN];
        struct nononion_relay_message m = {.command = (uint8_t)e.number[0],
                                           .stream_id = (uint16_t)e.number[1],
                                           .data = e.bytes,
                                           .len = (uint16_t)e.len};
        struct nononion_relay_message back;
        ck_assert_int_eq(nononion_relay_encode(&m, NULL, body), NONONION_OK);
        ck_assert_int_eq(nononion_relay_decode(&back, body), NONONION_OK);
        ck_assert(back.command == e.number[0] && back.stream_id == e.number[1]);
        ck_assert_uint_eq(back.len, e.len);
        ck_assert_mem_eq(back.data, e.bytes, e.len);
        message_body_check(&e);
        nmessages++;
        free(e.bytes);
    }
    ck_assert_uint_eq(nmessages, 60);
    free(recording);
}
END_TEST

static Suite *recorded_suite(void)
{
    Suite *suite = suite_create("nononion recorded session");
    TCase *tc = tcase_create("recorded");
    tcase_add_test(tc, recorded_cells_survive_the_round_trip);
    tcase_add_test(tc, recorded_relay_messages_survive_the_round_trip);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(recorded_suite)
