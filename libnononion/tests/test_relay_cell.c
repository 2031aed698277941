#include <check_main.h>

#include <nononion/relay_cell.h>

static uint8_t body[NONONION_CELL_BODY_LEN];

static void body_from(const char *hex)
{
    memset(body, 0, sizeof body);
    check_unhex(body, sizeof body, hex);
}

START_TEST(header_decodes_to_its_fields)
{
    struct nononion_relay_message m;
    body_from("0200001234aabbccdd0003616263");
    ck_assert_int_eq(nononion_relay_decode(&m, body), NONONION_OK);
    ck_assert(m.command == NONONION_RELAY_DATA && m.stream_id == 0x1234 && m.len == 3);
    ck_assert_mem_eq(m.data, "abc", 3);
}
END_TEST

START_TEST(length_above_498_is_malformed)
{
    for (unsigned len = 0; len <= 65535; len++) {
        struct nononion_relay_message m;
        body_from("02000000010000000000");
        body[9] = (uint8_t)(len >> 8);
        body[10] = (uint8_t)len;
        ck_assert_int_eq(nononion_relay_decode(&m, body),
                         len <= NONONION_RELAY_DATA_MAX ? NONONION_OK : NONONION_E_MALFORMED);
    }
}
END_TEST

START_TEST(unrecognized_cell_is_refused)
{
    struct nononion_relay_message m;
    for (size_t bit = 0; bit < 16; bit++) {
        body_from("0200000001000000000000");
        ck_assert(nononion_relay_is_recognized(body));
        body[1 + bit / 8] ^= (uint8_t)(1u << bit % 8);
        ck_assert(!nononion_relay_is_recognized(body));
        ck_assert_int_eq(nononion_relay_decode(&m, body), NONONION_E_MALFORMED);
    }
}
END_TEST

START_TEST(stream_id_must_go_with_the_command)
{
    for (unsigned command = 0; command < 256; command++) {
        struct nononion_relay_message m;
        enum nononion_relay_scope scope = nononion_relay_command_scope((uint8_t)command);
        for (unsigned id = 0; id < 2; id++) {
            body_from("00000000000000000000");
            body[0] = (uint8_t)command;
            body[4] = (uint8_t)id;
            int want = scope == NONONION_RELAY_SCOPE_UNKNOWN              ? NONONION_E_UNSUPPORTED
                       : scope == NONONION_RELAY_SCOPE_CIRCUIT && id != 0 ? NONONION_E_MALFORMED
                       : scope == NONONION_RELAY_SCOPE_STREAM && id == 0  ? NONONION_E_MALFORMED
                                                                          : NONONION_OK;
            ck_assert_int_eq(nononion_relay_decode(&m, body), want);
        }
    }
}
END_TEST

START_TEST(commands_have_the_scope_of_the_specification)
{
    static const uint8_t stream[] = {1, 2, 3, 4, 11, 12, 13, 43, 44};
    static const uint8_t circuit[] = {6,  7,  8,  9,  10, 14, 15, 19, 20, 21, 22,
                                      32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42};
    unsigned known = 0;
    for (size_t i = 0; i < sizeof stream; i++)
        ck_assert_int_eq(nononion_relay_command_scope(stream[i]), NONONION_RELAY_SCOPE_STREAM);
    for (size_t i = 0; i < sizeof circuit; i++)
        ck_assert_int_eq(nononion_relay_command_scope(circuit[i]), NONONION_RELAY_SCOPE_CIRCUIT);
    ck_assert_int_eq(nononion_relay_command_scope(5), NONONION_RELAY_SCOPE_BOTH);
    for (unsigned c = 0; c < 256; c++)
        known += nononion_relay_command_scope((uint8_t)c) != NONONION_RELAY_SCOPE_UNKNOWN;
    ck_assert_uint_eq(known, sizeof stream + sizeof circuit + 1);
}
END_TEST

START_TEST(digest_is_taken_out_and_put_back)
{
    uint8_t digest[4];
    body_from("0200000001aabbccdd000161");
    nononion_relay_digest_take(body, digest);
    ck_assert_mem_eq(digest, "\xaa\xbb\xcc\xdd", 4);
    ck_assert_mem_eq(body, "\2\0\0\0\1\0\0\0\0\0\1a", 12);
    nononion_relay_digest_put(body, digest);
    ck_assert_mem_eq(body, "\2\0\0\0\1\xaa\xbb\xcc\xdd\0\1a", 12);
}
END_TEST

START_TEST(messages_of_every_length_survive_the_round_trip)
{
    uint8_t data[NONONION_RELAY_DATA_MAX], padding[NONONION_CELL_BODY_LEN];
    uint64_t seed = check_seed();
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (uint8_t)check_random(&seed);
    memset(padding, 0x5a, sizeof padding);
    for (unsigned len = 0; len <= NONONION_RELAY_DATA_MAX; len++) {
        struct nononion_relay_message m = {
            .command = NONONION_RELAY_DATA, .stream_id = 7, .data = data, .len = (uint16_t)len};
        struct nononion_relay_message back;
        memset(body, 0xff, sizeof body);
        ck_assert_int_eq(nononion_relay_encode(&m, padding, body), NONONION_OK);
        ck_assert_int_eq(nononion_relay_decode(&back, body), NONONION_OK);
        ck_assert(back.command == m.command && back.stream_id == 7 && back.len == len);
        ck_assert_mem_eq(back.data, data, len);
        /* Four zeros, then the caller's random bytes. */
        for (size_t i = NONONION_RELAY_HEADER_LEN + len; i < sizeof body; i++)
            ck_assert_uint_eq(body[i], i < NONONION_RELAY_HEADER_LEN + len + 4 ? 0 : 0x5a);
    }
}
END_TEST

START_TEST(encoding_without_padding_fills_up_with_zeros)
{
    struct nononion_relay_message m = {.command = NONONION_RELAY_DROP};
    memset(body, 0xff, sizeof body);
    ck_assert_int_eq(nononion_relay_encode(&m, NULL, body), NONONION_OK);
    for (size_t i = 1; i < sizeof body; i++)
        ck_assert_uint_eq(body[i], 0);
}
END_TEST

START_TEST(encoding_refuses_what_would_not_decode)
{
    static const uint8_t data[600];
    struct nononion_relay_message m = {
        .command = NONONION_RELAY_DATA, .stream_id = 1, .data = data, .len = 499};
    ck_assert_int_eq(nononion_relay_encode(&m, NULL, body), NONONION_E_INVALID);
    m = (struct nononion_relay_message){.command = NONONION_RELAY_DATA};
    ck_assert_int_eq(nononion_relay_encode(&m, NULL, body), NONONION_E_INVALID);
    m = (struct nononion_relay_message){.command = NONONION_RELAY_EXTEND2, .stream_id = 1};
    ck_assert_int_eq(nononion_relay_encode(&m, NULL, body), NONONION_E_INVALID);
    m = (struct nononion_relay_message){.command = 99};
    ck_assert_int_eq(nononion_relay_encode(&m, NULL, body), NONONION_E_INVALID);
}
END_TEST

static Suite *relay_cell_suite(void)
{
    Suite *suite = suite_create("nononion relay cells");
    TCase *tc = tcase_create("relay");
    tcase_add_test(tc, header_decodes_to_its_fields);
    tcase_add_test(tc, length_above_498_is_malformed);
    tcase_add_test(tc, unrecognized_cell_is_refused);
    tcase_add_test(tc, stream_id_must_go_with_the_command);
    tcase_add_test(tc, commands_have_the_scope_of_the_specification);
    tcase_add_test(tc, digest_is_taken_out_and_put_back);
    tcase_add_test(tc, messages_of_every_length_survive_the_round_trip);
    tcase_add_test(tc, encoding_without_padding_fills_up_with_zeros);
    tcase_add_test(tc, encoding_refuses_what_would_not_decode);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(relay_cell_suite)
