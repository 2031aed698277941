#include <check_main.h>

#include <nonnet/tcp_wire.h>

/* Segments of Linux over loopback: a SYN, its answer, an acknowledgement with SACK. */
static const char syn[] = "a1aa1f90d0c4e46400000000a002ffd7fe300000"
                          "0204ffd70402080a0b3d8d1d0000000001030307";
static const char ack_with_sack[] = "1f90a1aa6c0ef2d1d0c4e465b0100200fe360000"
                                    "0101080a0b3d8d200b3d8d1e0101050ad0c4e8c5d0c4ee75";

static size_t decode_hex(struct nonnet_tcp_header *h, const char *hex, int *result)
{
    uint8_t bytes[128];
    size_t len = check_unhex(bytes, sizeof bytes, hex);
    *result = nonnet_tcp_header_decode(h, bytes, len);
    return len;
}

START_TEST(rfc9293_3_1_syn_decodes_to_its_fields)
{
    struct nonnet_tcp_header h;
    int result;
    ck_assert_uint_eq(decode_hex(&h, syn, &result), 40);
    ck_assert_int_eq(result, NONNET_OK);
    ck_assert_uint_eq(h.source_port, 0xa1aa);
    ck_assert_uint_eq(h.destination_port, 8080);
    ck_assert_uint_eq(h.seq, 0xd0c4e464);
    ck_assert_uint_eq(h.ack, 0);
    ck_assert_uint_eq(h.header_len, 40);
    ck_assert_uint_eq(h.flags, NONNET_TCP_SYN);
    ck_assert_uint_eq(h.window, 0xffd7);
    ck_assert(h.has_mss && h.mss == 0xffd7);
    ck_assert(h.sack_permitted);
    ck_assert(h.has_timestamps && h.timestamp == 0x0b3d8d1d && h.timestamp_echo == 0);
    ck_assert(h.has_window_scale && h.window_scale == 7);
    ck_assert_uint_eq(h.nsack, 0);
}
END_TEST

START_TEST(rfc2018_3_sack_blocks_are_decoded)
{
    struct nonnet_tcp_header h;
    int result;
    decode_hex(&h, ack_with_sack, &result);
    ck_assert_int_eq(result, NONNET_OK);
    ck_assert(h.flags == NONNET_TCP_ACK && h.nsack == 1 && !h.has_mss && !h.sack_permitted);
    ck_assert(h.sack[0].start == 0xd0c4e8c5 && h.sack[0].end == 0xd0c4ee75);
}
END_TEST

START_TEST(header_with_options_in_our_order_encodes_to_the_same_bytes)
{
    struct nonnet_tcp_header h;
    uint8_t in[60], out[60];
    int result;
    decode_hex(&h, ack_with_sack, &result);
    size_t len = check_unhex(in, sizeof in, ack_with_sack);
    ck_assert_uint_eq(nonnet_tcp_header_len(&h), len);
    ck_assert_int_eq(nonnet_tcp_header_encode(&h, out, sizeof out), NONNET_OK);
    in[16] = in[17] = 0;
    ck_assert_mem_eq(in, out, len);
}
END_TEST

START_TEST(every_truncation_is_refused_and_leaves_the_output_unchanged)
{
    uint8_t bytes[64];
    size_t len = check_unhex(bytes, sizeof bytes, ack_with_sack);
    struct nonnet_tcp_header h, before;
    memset(&h, 0xa5, sizeof h);
    memset(&before, 0xa5, sizeof before);
    for (size_t n = 0; n < len; n++) {
        ck_assert_int_eq(nonnet_tcp_header_decode(&h, bytes, n), NONNET_E_TRUNCATED);
        ck_assert_mem_eq(&h, &before, sizeof h);
    }
}
END_TEST

START_TEST(data_offset_below_five_words_is_malformed)
{
    uint8_t bytes[64];
    size_t len = check_unhex(bytes, sizeof bytes, syn);
    struct nonnet_tcp_header h;
    for (unsigned words = 0; words < 5; words++) {
        bytes[12] = (uint8_t)(words << 4);
        ck_assert_int_eq(nonnet_tcp_header_decode(&h, bytes, len), NONNET_E_MALFORMED);
    }
}
END_TEST

static const struct options_case {
    const char *options; /* padded with zero, the end of the list */
    int result;
} options_cases[] = {
    {"", NONNET_OK},
    {"01010101", NONNET_OK},
    {"00020000", NONNET_OK},                     /* nothing is read past the end of the list */
    {"fe0c000000000000000000000101", NONNET_OK}, /* unknown */
    {"fe02", NONNET_OK},
    {"01fe0301", NONNET_OK},
    {"020405b4", NONNET_OK},
    {"0404000001010101", NONNET_E_MALFORMED},
    {"02030500", NONNET_E_MALFORMED}, /* MSS of 1 byte */
    {"0205059400", NONNET_E_MALFORMED},
    {"03040700", NONNET_E_MALFORMED},
    {"03020000", NONNET_E_MALFORMED},
    {"0403010000", NONNET_E_MALFORMED},
    {"0502000000", NONNET_E_MALFORMED}, /* SACK without a block */
    {"05090000000000000000", NONNET_E_MALFORMED},
    {"050c00000000000000000000", NONNET_E_MALFORMED},
    {"052a0000000000000000", NONNET_E_MALFORMED}, /* five blocks */
    {"08090000000000000000", NONNET_E_MALFORMED},
    {"080b000000000000000000", NONNET_E_MALFORMED},
    {"080a0000", NONNET_E_MALFORMED}, /* runs out of the header */
    {"fe00", NONNET_E_MALFORMED},     /* length 0: the walk would not move (CVE-2020-24337) */
    {"fe01", NONNET_E_MALFORMED},
    {"feff", NONNET_E_MALFORMED},
    {"01010102", NONNET_E_MALFORMED}, /* a kind without a length */
    {"010101fe", NONNET_E_MALFORMED},
};

START_TEST(rfc9293_3_1_unknown_options_are_skipped_and_broken_ones_refused)
{
    for (size_t i = 0; i < sizeof options_cases / sizeof options_cases[0]; i++) {
        const struct options_case *c = &options_cases[i];
        uint8_t bytes[64] = {0};
        struct nonnet_tcp_header h;
        size_t len = (check_unhex(bytes + 20, 40, c->options) + 3) / 4 * 4;
        bytes[12] = (uint8_t)((20 + len) / 4 << 4);
        ck_assert_msg(nonnet_tcp_header_decode(&h, bytes, 20 + len) == c->result, "options %s",
                      c->options);
    }
}
END_TEST

START_TEST(last_of_two_sack_options_counts_and_nothing_is_left_of_the_first)
{
    struct nonnet_tcp_header h;
    int result;
    decode_hex(&h,
               "1f90a1aa0000000100000002d010000100000000"
               "0101051200000001000000020000000300000004"
               "0101050a0000000500000006",
               &result);
    ck_assert_int_eq(result, NONNET_OK);
    ck_assert(h.nsack == 1 && h.sack[0].start == 5 && h.sack[0].end == 6);
    ck_assert(h.sack[1].start == 0 && h.sack[1].end == 0);
}
END_TEST

START_TEST(options_that_do_not_fit_are_invalid)
{
    struct nonnet_tcp_header h = {.has_timestamps = true, .nsack = 4};
    uint8_t out[NONNET_TCP_HEADER_MAX];
    ck_assert_int_eq(nonnet_tcp_header_encode(&h, out, sizeof out), NONNET_E_INVALID);
    h.nsack = 5;
    h.has_timestamps = false;
    ck_assert_int_eq(nonnet_tcp_header_encode(&h, out, sizeof out), NONNET_E_INVALID);
    h.nsack = 3;
    h.has_timestamps = true;
    ck_assert_int_eq(nonnet_tcp_header_encode(&h, out, 59), NONNET_E_NO_SPACE);
    ck_assert_int_eq(nonnet_tcp_header_encode(&h, out, 60), NONNET_OK);
}
END_TEST

static struct nonnet_tcp_header random_header(uint64_t *seed)
{
    struct nonnet_tcp_header h;
    memset(&h, 0, sizeof h);
    h.seq = (uint32_t)check_random(seed);
    h.ack = (uint32_t)check_random(seed);
    h.source_port = (uint16_t)check_random(seed);
    h.destination_port = (uint16_t)check_random(seed);
    h.window = (uint16_t)check_random(seed);
    h.urgent = (uint16_t)check_random(seed);
    h.flags = (uint8_t)check_random(seed);
    h.has_timestamps = check_random(seed) & 1;
    if (h.has_timestamps) {
        h.timestamp = (uint32_t)check_random(seed);
        h.timestamp_echo = (uint32_t)check_random(seed);
    }
    if (check_random(seed) & 1) {
        h.has_mss = h.has_window_scale = h.sack_permitted = true;
        h.mss = (uint16_t)check_random(seed);
        h.window_scale = (uint8_t)check_random(seed);
    } else {
        h.nsack = (uint8_t)(check_random(seed) % 4);
        for (uint8_t i = 0; i < h.nsack; i++) {
            h.sack[i].start = (uint32_t)check_random(seed);
            h.sack[i].end = (uint32_t)check_random(seed);
        }
    }
    h.header_len = (uint8_t)nonnet_tcp_header_len(&h);
    return h;
}

START_TEST(random_headers_survive_the_round_trip)
{
    uint64_t seed = check_seed();
    for (int round = 0; round < 20000; round++) {
        struct nonnet_tcp_header h = random_header(&seed), back;
        uint8_t out[NONNET_TCP_HEADER_MAX];
        memset(&back, 0, sizeof back);
        ck_assert_int_eq(nonnet_tcp_header_encode(&h, out, sizeof out), NONNET_OK);
        ck_assert_int_eq(nonnet_tcp_header_decode(&back, out, h.header_len), NONNET_OK);
        ck_assert_mem_eq(&h, &back, sizeof h);
    }
}
END_TEST

static Suite *tcp_wire_suite(void)
{
    Suite *suite = suite_create("nonnet TCP header");
    TCase *tc = tcase_create("decode");
    tcase_add_test(tc, rfc9293_3_1_syn_decodes_to_its_fields);
    tcase_add_test(tc, rfc2018_3_sack_blocks_are_decoded);
    tcase_add_test(tc, every_truncation_is_refused_and_leaves_the_output_unchanged);
    tcase_add_test(tc, data_offset_below_five_words_is_malformed);
    tcase_add_test(tc, rfc9293_3_1_unknown_options_are_skipped_and_broken_ones_refused);
    tcase_add_test(tc, last_of_two_sack_options_counts_and_nothing_is_left_of_the_first);
    suite_add_tcase(suite, tc);
    tc = tcase_create("encode");
    tcase_add_test(tc, header_with_options_in_our_order_encodes_to_the_same_bytes);
    tcase_add_test(tc, options_that_do_not_fit_are_invalid);
    tcase_add_test(tc, random_headers_survive_the_round_trip);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(tcp_wire_suite)
