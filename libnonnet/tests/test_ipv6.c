#include <check_main.h>

#include <nonnet/ipv6.h>

/*
 * Headers with their chains, sent by Linux from ::1 to ::1 (payloads left out; they are zero here).
 */
#define ADDRESSES "0000000000000000000000000000000100000000000000000000000000000001"
static const char udp[] = "600ac948000d1140" ADDRESSES "9c4014e9000d0020";
static const char first_fragment[] =
    "600ac94805b02c40" ADDRESSES "1100000115b117139c4014e90708fef4";
static const char last_fragment[] = "600ac94801682c40" ADDRESSES "110005a815b11713a0a1a2a3a4a5a6a7";
static const char router_alert[] = "600ac94800130040" ADDRESSES "11000502000001009c4014e9000b7e4a";
static const char destination_options[] =
    "600ac94800133c40" ADDRESSES "11000104000000009c4014e9000b7639";
static const char all_fragment[] =
    "600ac94805b00040" ADDRESSES "3c000502000001002c0001040000000011000001e5d457079c4014e90608c134";
static const char icmp_echo[] = "600ef55800103a40" ADDRESSES "8000dbe8123400016162636465666768";
static const char *const captured[] = {
    udp, first_fragment, last_fragment, router_alert, destination_options, all_fragment, icmp_echo};
#define NCAPTURED (sizeof captured / sizeof captured[0])

static uint8_t packet[40 + 65535 + 1];

/* Puts a packet together from hexadecimal; returns the length that its header gives. */
static size_t packet_from(const char *hex)
{
    memset(packet, 0, sizeof packet);
    check_unhex(packet, sizeof packet, hex);
    return 40u + ((size_t)packet[4] << 8 | packet[5]);
}

static int chain_of(struct nonnet_ipv6_chain *chain, const char *hex)
{
    struct nonnet_ipv6_header h;
    size_t len = packet_from(hex);
    ck_assert_int_eq(nonnet_ipv6_decode(&h, packet, len), NONNET_OK);
    return nonnet_ipv6_chain_walk(chain, &h, packet, len);
}

/*
 * A packet to a unicast or (`to` = ff02::1) a multicast address with this first next header and
 * payload.
 */
static int chain_to(struct nonnet_ipv6_chain *chain, bool multicast, uint8_t next_header,
                    const char *payload)
{
    struct nonnet_ipv6_header h = {.payload_len = (uint16_t)(strlen(payload) / 2),
                                   .next_header = next_header,
                                   .destination = {{[0] = multicast ? 0xff : 0x20, [15] = 1}}};
    memset(packet, 0, sizeof packet);
    ck_assert_int_eq(nonnet_ipv6_encode(&h, packet, sizeof packet), NONNET_OK);
    check_unhex(packet + 40, sizeof packet - 40, payload);
    return nonnet_ipv6_chain_walk(chain, &h, packet, 40u + h.payload_len);
}

START_TEST(captured_header_decodes_to_its_fields)
{
    struct nonnet_ipv6_header h;
    size_t len = packet_from(udp);
    ck_assert_int_eq(nonnet_ipv6_decode(&h, packet, len), NONNET_OK);
    ck_assert_uint_eq(h.flow_label, 0xac948);
    ck_assert_uint_eq(h.payload_len, 13);
    ck_assert_uint_eq(h.next_header, 17);
    ck_assert_uint_eq(h.hop_limit, 64);
    ck_assert(h.dscp == 0 && h.ecn == 0);
    ck_assert(h.source.octet[15] == 1 && h.destination.octet[15] == 1);
}
END_TEST

START_TEST(captured_headers_encode_to_the_same_bytes)
{
    for (size_t i = 0; i < NCAPTURED; i++) {
        struct nonnet_ipv6_header h;
        uint8_t out[NONNET_IPV6_HEADER_LEN];
        size_t len = packet_from(captured[i]);
        ck_assert_int_eq(nonnet_ipv6_decode(&h, packet, len), NONNET_OK);
        ck_assert_int_eq(nonnet_ipv6_encode(&h, out, sizeof out), NONNET_OK);
        ck_assert_mem_eq(out, packet, sizeof out);
    }
}
END_TEST

START_TEST(every_truncation_is_refused)
{
    for (size_t i = 0; i < NCAPTURED; i++) {
        struct nonnet_ipv6_header h;
        size_t full = packet_from(captured[i]);
        for (size_t len = 0; len < full; len++)
            ck_assert_int_eq(nonnet_ipv6_decode(&h, packet, len), NONNET_E_TRUNCATED);
    }
}
END_TEST

START_TEST(other_versions_and_jumbograms_are_unsupported)
{
    struct nonnet_ipv6_header h;
    packet_from(udp);
    packet[0] = 0x40;
    ck_assert_int_eq(nonnet_ipv6_decode(&h, packet, sizeof packet), NONNET_E_UNSUPPORTED);
    packet_from(router_alert);
    packet[4] = packet[5] = 0;
    ck_assert_int_eq(nonnet_ipv6_decode(&h, packet, sizeof packet), NONNET_E_UNSUPPORTED);
}
END_TEST

START_TEST(random_headers_survive_the_round_trip)
{
    uint64_t seed = check_seed();
    for (int round = 0; round < 20000; round++) {
        struct nonnet_ipv6_header h = {.dscp = check_random(&seed) & 63,
                                       .ecn = check_random(&seed) & 3,
                                       .flow_label = check_random(&seed) & 0xfffff,
                                       .payload_len = (uint16_t)(check_random(&seed) | 1),
                                       .next_header = (uint8_t)check_random(&seed),
                                       .hop_limit = (uint8_t)check_random(&seed)};
        struct nonnet_ipv6_header back;
        for (size_t i = 0; i < 16; i++) {
            h.source.octet[i] = (uint8_t)check_random(&seed);
            h.destination.octet[i] = (uint8_t)check_random(&seed);
        }
        ck_assert_int_eq(nonnet_ipv6_encode(&h, packet, 40), NONNET_OK);
        ck_assert_int_eq(nonnet_ipv6_decode(&back, packet, 40u + h.payload_len), NONNET_OK);
        ck_assert(back.dscp == h.dscp && back.ecn == h.ecn && back.flow_label == h.flow_label &&
                  back.payload_len == h.payload_len && back.next_header == h.next_header &&
                  back.hop_limit == h.hop_limit);
        ck_assert_mem_eq(&back.source, &h.source, 16);
        ck_assert_mem_eq(&back.destination, &h.destination, 16);
    }
}
END_TEST

START_TEST(encoding_refuses_fields_that_do_not_fit)
{
    uint8_t out[40];
    ck_assert_int_eq(
        nonnet_ipv6_encode(&(struct nonnet_ipv6_header){.flow_label = 0x100000}, out, sizeof out),
        NONNET_E_INVALID);
    ck_assert_int_eq(nonnet_ipv6_encode(&(struct nonnet_ipv6_header){.dscp = 64}, out, sizeof out),
                     NONNET_E_INVALID);
    ck_assert_int_eq(nonnet_ipv6_encode(&(struct nonnet_ipv6_header){.ecn = 4}, out, sizeof out),
                     NONNET_E_INVALID);
    ck_assert_int_eq(nonnet_ipv6_encode(&(struct nonnet_ipv6_header){.next_header = 6}, out, 39),
                     NONNET_E_NO_SPACE);
}
END_TEST

START_TEST(fragment_headers_survive_the_round_trip)
{
    struct nonnet_ipv6_chain chain;
    struct nonnet_ipv6_fragment f = {.id = 0x15b11713, .offset = 1448, .next_header = 17};
    uint8_t out[NONNET_IPV6_FRAGMENT_LEN];
    ck_assert_int_eq(nonnet_ipv6_fragment_encode(&f, out, sizeof out), NONNET_OK);
    ck_assert_int_eq(chain_of(&chain, last_fragment), NONNET_OK);
    ck_assert_mem_eq(out, packet + 40, sizeof out);
    ck_assert(chain.fragment.id == f.id && chain.fragment.offset == f.offset &&
              !chain.fragment.more && chain.fragment.next_header == 17);
    f.offset = 4;
    ck_assert_int_eq(nonnet_ipv6_fragment_encode(&f, out, sizeof out), NONNET_E_INVALID);
    f.offset = 0;
    ck_assert_int_eq(nonnet_ipv6_fragment_encode(&f, out, sizeof out), NONNET_E_INVALID);
    f.more = true;
    ck_assert_int_eq(nonnet_ipv6_fragment_encode(&f, out, sizeof out), NONNET_OK);
    ck_assert_int_eq(nonnet_ipv6_fragment_encode(&f, out, 7), NONNET_E_NO_SPACE);
}
END_TEST

START_TEST(captured_chains_lead_to_their_upper_layer)
{
    static const struct {
        const char *hex;
        uint32_t upper_offset;
        uint8_t protocol, nextensions;
        bool is_fragment, router_alert;
    } expected[] = {
        {udp, 40, 17, 0, false, false},
        {first_fragment, 48, 17, 1, true, false},
        {last_fragment, 48, 17, 1, true, false},
        {router_alert, 48, 17, 1, false, true},
        {destination_options, 48, 17, 1, false, false},
        {all_fragment, 64, 17, 3, true, true},
        {icmp_echo, 40, 58, 0, false, false},
    };
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        struct nonnet_ipv6_chain chain;
        ck_assert_int_eq(chain_of(&chain, expected[i].hex), NONNET_OK);
        ck_assert_uint_eq(chain.upper_offset, expected[i].upper_offset);
        ck_assert_uint_eq(chain.upper_offset + chain.upper_len, packet_from(expected[i].hex));
        ck_assert_uint_eq(chain.protocol, expected[i].protocol);
        ck_assert_uint_eq(chain.nextensions, expected[i].nextensions);
        ck_assert(chain.is_fragment == expected[i].is_fragment);
        ck_assert(chain.router_alert == expected[i].router_alert);
        ck_assert(!chain.is_atomic);
    }
}
END_TEST

START_TEST(every_truncation_of_a_chain_is_refused)
{
    /* Hop-by-hop, destination options, fragment header, UDP. */
    static const char payload[] = "3c000502000001002c000104000000001100000112345678"
                                  "9c4014e9060800009c4014e906080000";
    for (unsigned len = 1; len < 24 + 8; len++) {
        char cut[2 * sizeof payload];
        struct nonnet_ipv6_chain chain;
        snprintf(cut, sizeof cut, "%.*s", (int)(2 * len), payload);
        ck_assert_int_ne(chain_to(&chain, false, 0, cut), NONNET_OK);
    }
    struct nonnet_ipv6_chain chain;
    ck_assert_int_eq(chain_to(&chain, false, 0, payload), NONNET_OK);
    ck_assert_uint_eq(chain.upper_len, 16);
}
END_TEST

START_TEST(short_packet_buffer_is_refused)
{
    struct nonnet_ipv6_chain chain;
    struct nonnet_ipv6_header h = {.payload_len = 8, .next_header = 17};
    ck_assert_int_eq(nonnet_ipv6_chain_walk(&chain, &h, packet, 47), NONNET_E_INVALID);
}
END_TEST

START_TEST(late_hop_by_hop_header_is_an_unrecognized_next_header)
{
    struct nonnet_ipv6_chain chain;
    ck_assert_int_eq(chain_to(&chain, false, 60, "00000104000000003b00010400000000"),
                     NONNET_E_MALFORMED);
    ck_assert_int_eq(chain.problem, NONNET_IPV6_PROBLEM_NEXT_HEADER);
    ck_assert_uint_eq(chain.problem_pointer, 40);
    ck_assert_int_eq(chain_to(&chain, false, 0, "00000104000000003b00010400000000"),
                     NONNET_E_MALFORMED);
}
END_TEST

START_TEST(chain_that_never_ends_is_refused_at_the_bound)
{
    char payload[2 * 8 * 200 + 1] = "";
    struct nonnet_ipv6_chain chain;
    for (int i = 0; i < 200; i++)
        strcat(payload, "3c00010400000000");
    ck_assert_int_eq(chain_to(&chain, false, 60, payload), NONNET_E_MALFORMED);
    ck_assert_uint_eq(chain.nextensions, NONNET_IPV6_EXTENSIONS_MAX);
}
END_TEST

START_TEST(as_many_headers_as_the_bound_are_walked)
{
    struct nonnet_ipv6_chain chain;
    ck_assert_int_eq(chain_to(&chain, false, 60,
                              "3c000104000000003c000104000000003c000104000000003c00010400000000"
                              "3c000104000000003c000104000000003c000104000000003b00010400000000"),
                     NONNET_OK);
    ck_assert_uint_eq(chain.nextensions, 8);
    ck_assert_uint_eq(chain.protocol, NONNET_IPV6_NO_NEXT_HEADER);
    ck_assert_uint_eq(chain.upper_len, 0);
}
END_TEST

START_TEST(header_longer_than_the_packet_is_refused)
{
    struct nonnet_ipv6_chain chain;
    ck_assert_int_eq(chain_to(&chain, false, 60, "3bff010400000000"), NONNET_E_TRUNCATED);
    ck_assert_int_eq(chain_to(&chain, false, 43, "3b01000000000000"), NONNET_E_TRUNCATED);
    ck_assert_int_eq(chain.problem, NONNET_IPV6_PROBLEM_FIELD);
}
END_TEST

START_TEST(routing_header_is_passed_only_when_no_segment_is_left)
{
    struct nonnet_ipv6_chain chain;
    ck_assert_int_eq(chain_to(&chain, false, 43, "3b00000000000000"), NONNET_OK);
    for (unsigned type = 0; type < 5; type++) {
        char payload[32];
        snprintf(payload, sizeof payload, "3b00%02x0100000000", type);
        ck_assert_int_eq(chain_to(&chain, false, 43, payload), NONNET_E_UNSUPPORTED);
        ck_assert_int_eq(chain.problem, NONNET_IPV6_PROBLEM_FIELD);
        ck_assert_uint_eq(chain.problem_pointer, 42);
    }
}
END_TEST

START_TEST(unknown_options_are_answered_as_their_type_says)
{
    static const struct {
        const char *payload;
        bool multicast;
        int result;
        enum nonnet_ipv6_problem problem;
    } cases[] = {
        {"3b001e0400000000", false, NONNET_OK, NONNET_IPV6_PROBLEM_NONE},
        {"3b005e0400000000", false, NONNET_E_UNSUPPORTED, NONNET_IPV6_PROBLEM_NONE},
        {"3b009e0400000000", false, NONNET_E_UNSUPPORTED, NONNET_IPV6_PROBLEM_OPTION},
        {"3b009e0400000000", true, NONNET_E_UNSUPPORTED, NONNET_IPV6_PROBLEM_OPTION},
        {"3b00de0400000000", false, NONNET_E_UNSUPPORTED, NONNET_IPV6_PROBLEM_OPTION},
        {"3b00de0400000000", true, NONNET_E_UNSUPPORTED, NONNET_IPV6_PROBLEM_NONE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct nonnet_ipv6_chain chain;
        ck_assert_int_eq(chain_to(&chain, cases[i].multicast, 60, cases[i].payload),
                         cases[i].result);
        ck_assert_int_eq(chain.problem, cases[i].problem);
        if (chain.problem == NONNET_IPV6_PROBLEM_OPTION)
            ck_assert_uint_eq(chain.problem_pointer, 42);
    }
}
END_TEST

START_TEST(malformed_options_are_refused)
{
    static const char *const bad[] = {
        "3b00010500000000", /* padding past its header */
        "3b001eff00000000", /* option past its header */
        "3b0000000000001e", /* a type without a length */
        "3b01010400000000"
        "0104000000000000",                 /* twelve bytes of padding in a row */
        "3b010000000000000000000000000000", /* fourteen single ones */
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct nonnet_ipv6_chain chain;
        ck_assert_msg(chain_to(&chain, false, 60, bad[i]) == NONNET_E_MALFORMED, "accepted: %s",
                      bad[i]);
    }
    struct nonnet_ipv6_chain chain;
    ck_assert_int_eq(chain_to(&chain, false, 0, "3b00050300000000"), NONNET_E_MALFORMED);
    ck_assert_int_eq(chain_to(&chain, false, 0,
                              "3b01050200000502"
                              "0000010400000000"),
                     NONNET_E_MALFORMED);
}
END_TEST

START_TEST(more_options_than_the_bound_are_refused)
{
    struct nonnet_ipv6_chain chain;
    /* Each option is two bytes: eleven of them in a header of 24. */
    ck_assert_int_eq(
        chain_to(&chain, false, 60, "3b021e001e001e001e001e001e001e001e001e001e001e00"),
        NONNET_E_MALFORMED);
    ck_assert_int_eq(
        chain_to(&chain, false, 60, "3b021e001e001e001e001e001e001e001e00010400000000"), NONNET_OK);
}
END_TEST

START_TEST(first_fragment_without_the_whole_chain_is_refused_as_rfc_7112_wants)
{
    static const char *const short_chains[] = {
        /* TCP, 16 bytes of its 20 */
        "060000011234567800501f90000000000000000050020000",
        /* TCP with options, 24 bytes of its 28 */
        "060000011234567800501f90000000000000000070020000000000000204ffff",
        /* destination options, 8 bytes of their 16 */
        "3c000001123456783c01010400000000",
        /* destination options, and nothing of the TCP header after them */
        "3c000001123456780600010400000000",
    };
    for (size_t i = 0; i < sizeof short_chains / sizeof short_chains[0]; i++) {
        struct nonnet_ipv6_chain chain;
        ck_assert_int_eq(chain_to(&chain, false, 44, short_chains[i]), NONNET_E_TRUNCATED);
        ck_assert_int_eq(chain.problem, NONNET_IPV6_PROBLEM_FIRST_FRAGMENT);
        ck_assert_uint_eq(chain.problem_pointer, 0);
    }
}
END_TEST

START_TEST(atomic_fragment_is_reported_as_such)
{
    struct nonnet_ipv6_chain chain;
    ck_assert_int_eq(chain_to(&chain, false, 44,
                              "1100000012345678"
                              "003500350008ffff"),
                     NONNET_OK);
    ck_assert(chain.is_fragment && chain.is_atomic);
    ck_assert_uint_eq(chain.fragment_offset, 40);
    ck_assert_uint_eq(chain.upper_offset, 48);
}
END_TEST

START_TEST(second_fragment_header_is_refused)
{
    struct nonnet_ipv6_chain chain;
    ck_assert_int_eq(
        chain_to(&chain, false, 44, "2c0000011234567811000001123456780035003500080000"),
        NONNET_E_MALFORMED);
}
END_TEST

START_TEST(fragment_data_is_not_walked)
{
    struct nonnet_ipv6_chain chain;
    /* A later fragment whose data look like options that would be refused. */
    ck_assert_int_eq(chain_to(&chain, false, 44, "3c0000091234567800ffffffffffffff"), NONNET_OK);
    ck_assert_uint_eq(chain.protocol, 60);
    ck_assert_uint_eq(chain.fragment.offset, 8);
    ck_assert(chain.fragment.more);
    ck_assert_uint_eq(chain.upper_offset, 48);
}
END_TEST

START_TEST(fragments_that_cannot_be_put_together_are_refused)
{
    struct nonnet_ipv6_chain chain;
    /* Seven bytes, and more to come. */
    ck_assert_int_eq(chain_to(&chain, false, 44,
                              "11000009123456780000000000000000"
                              "00"),
                     NONNET_E_MALFORMED);
    ck_assert_int_eq(chain.problem, NONNET_IPV6_PROBLEM_FIELD);
    ck_assert_uint_eq(chain.problem_pointer, 4);
    /* The end would be at byte 65528 + 8 of the payload. */
    ck_assert_int_eq(chain_to(&chain, false, 44, "1100fff8123456780000000000000000"),
                     NONNET_E_MALFORMED);
    ck_assert_uint_eq(chain.problem_pointer, 42);
    ck_assert_int_eq(chain_to(&chain, false, 44, "1100fff81234567800000000000000"), NONNET_OK);
    /* Empty. */
    ck_assert_int_eq(chain_to(&chain, false, 44, "1100000912345678"), NONNET_E_MALFORMED);
}
END_TEST

static Suite *ipv6_suite(void)
{
    Suite *suite = suite_create("nonnet ipv6");
    TCase *tc = tcase_create("header");
    tcase_add_test(tc, captured_header_decodes_to_its_fields);
    tcase_add_test(tc, captured_headers_encode_to_the_same_bytes);
    tcase_add_test(tc, every_truncation_is_refused);
    tcase_add_test(tc, other_versions_and_jumbograms_are_unsupported);
    tcase_add_test(tc, random_headers_survive_the_round_trip);
    tcase_add_test(tc, encoding_refuses_fields_that_do_not_fit);
    tcase_add_test(tc, fragment_headers_survive_the_round_trip);
    suite_add_tcase(suite, tc);
    tc = tcase_create("chain");
    tcase_add_test(tc, captured_chains_lead_to_their_upper_layer);
    tcase_add_test(tc, every_truncation_of_a_chain_is_refused);
    tcase_add_test(tc, short_packet_buffer_is_refused);
    tcase_add_test(tc, late_hop_by_hop_header_is_an_unrecognized_next_header);
    tcase_add_test(tc, chain_that_never_ends_is_refused_at_the_bound);
    tcase_add_test(tc, as_many_headers_as_the_bound_are_walked);
    tcase_add_test(tc, header_longer_than_the_packet_is_refused);
    tcase_add_test(tc, routing_header_is_passed_only_when_no_segment_is_left);
    tcase_add_test(tc, unknown_options_are_answered_as_their_type_says);
    tcase_add_test(tc, malformed_options_are_refused);
    tcase_add_test(tc, more_options_than_the_bound_are_refused);
    tcase_add_test(tc, first_fragment_without_the_whole_chain_is_refused_as_rfc_7112_wants);
    tcase_add_test(tc, atomic_fragment_is_reported_as_such);
    tcase_add_test(tc, second_fragment_header_is_refused);
    tcase_add_test(tc, fragment_data_is_not_walked);
    tcase_add_test(tc, fragments_that_cannot_be_put_together_are_refused);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(ipv6_suite)
