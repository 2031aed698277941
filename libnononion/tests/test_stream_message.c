#include <check_main.h>

#include <nononion/stream_message.h>

static uint8_t body[1024];

static size_t body_from(const char *hex)
{
    memset(body, 0, sizeof body);
    return check_unhex(body, sizeof body, hex);
}

static int begin_of(struct nononion_begin *b, const char *address)
{
    size_t len = strlen(address) + 1;
    memcpy(body, address, len);
    return nononion_begin_decode(b, body, len);
}

START_TEST(begin_addresses_split_into_host_and_port)
{
    static const struct {
        const char *address, *host;
        uint16_t port;
    } good[] = {
        {"web.tornet.test:17090", "web.tornet.test", 17090},
        {"127.0.0.1:1", "127.0.0.1", 1},
        {"[2001:db8::1]:65535", "2001:db8::1", 65535},
        {":80", NULL, 0},
    };
    for (size_t i = 0; good[i].host; i++) {
        struct nononion_begin b;
        ck_assert_int_eq(begin_of(&b, good[i].address), NONONION_OK);
        ck_assert_uint_eq(b.host_len, strlen(good[i].host));
        ck_assert_mem_eq(b.host, good[i].host, b.host_len);
        ck_assert_uint_eq(b.port, good[i].port);
        ck_assert_uint_eq(b.flags, 0);
        uint8_t out[64];
        size_t written;
        ck_assert_int_eq(nononion_begin_encode(&b, out, sizeof out, &written), NONONION_OK);
        ck_assert_uint_eq(written, strlen(good[i].address) + 1);
        ck_assert_mem_eq(out, good[i].address, written);
    }
}
END_TEST

START_TEST(hostile_begin_addresses_are_malformed)
{
    static const char *const bad[] = {
        "",           ":80",         "host",         "host:",      "host:0",
        "host:65536", "host:080",    "host:+80",     "host:80 ",   "host:999999",
        "ho st:80",   "ho\x7fst:80", "h\xc3\xa4:80", "::1:80",     "[::1:80",
        "::1]:80",    "[host]:80",   "[]:80",        "[[::1]]:80", "host:-1",
        "ho\nst:80",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct nononion_begin b = {.port = 42};
        ck_assert_msg(begin_of(&b, bad[i]) == NONONION_E_MALFORMED, "accepted: %s", bad[i]);
        ck_assert_uint_eq(b.port, 42);
    }
}
END_TEST

START_TEST(begin_without_an_end_is_malformed)
{
    struct nononion_begin b;
    memcpy(body, "host:80", 7);
    ck_assert_int_eq(nononion_begin_decode(&b, body, 7), NONONION_E_MALFORMED);
    ck_assert_int_eq(nononion_begin_decode(&b, body, 0), NONONION_E_MALFORMED);
}
END_TEST

START_TEST(begin_host_may_have_255_characters_and_no_more)
{
    char address[300];
    struct nononion_begin b;
    memset(address, 'a', sizeof address);
    strcpy(address + 255, ":80");
    ck_assert_int_eq(begin_of(&b, address), NONONION_OK);
    memset(address, 'a', sizeof address);
    strcpy(address + 256, ":80");
    ck_assert_int_eq(begin_of(&b, address), NONONION_E_MALFORMED);
}
END_TEST

START_TEST(begin_flags_are_all_there_or_not_at_all)
{
    struct nononion_begin b;
    memcpy(body, "a:1\0\0\0\0\5", 8);
    ck_assert_int_eq(nononion_begin_decode(&b, body, 8), NONONION_OK);
    ck_assert_uint_eq(b.flags, NONONION_BEGIN_IPV6_OK | NONONION_BEGIN_IPV6_PREFERRED);
    uint8_t out[8];
    size_t written;
    ck_assert_int_eq(nononion_begin_encode(&b, out, sizeof out, &written), NONONION_OK);
    ck_assert_mem_eq(out, body, 8);
    for (size_t len = 5; len < 8; len++)
        ck_assert_int_eq(nononion_begin_decode(&b, body, len), NONONION_E_MALFORMED);
}
END_TEST

START_TEST(connected_tells_an_address_or_none)
{
    struct nononion_connected c;
    ck_assert_int_eq(nononion_connected_decode(&c, body, 0), NONONION_OK);
    ck_assert(c.address.type == 0 && c.ttl == 0);
    ck_assert_int_eq(nononion_connected_decode(&c, body, body_from("7f00000100000e43")), 0);
    ck_assert(c.address.type == NONONION_ADDRESS_IPV4 && c.ttl == 3651);
    ck_assert_mem_eq(c.address.octet, "\x7f\0\0\1", 4);
    ck_assert_int_eq(nononion_connected_decode(&c, body, body_from("7f000001")), 0);
    ck_assert_uint_eq(c.ttl, 0);
    size_t len = body_from("000000000620010db80000000000000000000000010000003c");
    ck_assert_int_eq(nononion_connected_decode(&c, body, len), NONONION_OK);
    ck_assert(c.address.type == NONONION_ADDRESS_IPV6 && c.ttl == 60);
    ck_assert_uint_eq(c.address.octet[15], 1);
}
END_TEST

START_TEST(hostile_connected_is_malformed)
{
    static const char *const bad[] = {
        "7f0000",
        "7f000001000000",
        "00000000",
        "00000000"
        "06",
        "0000000006200100",
        "000000000420010db80000000000000000000000010000003c",
        "000000000020010db80000000000000000000000010000003c",
        "000000000620010db8000000000000000000000001"
        "0000",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct nononion_connected c;
        ck_assert_msg(nononion_connected_decode(&c, body, body_from(bad[i])) ==
                          NONONION_E_MALFORMED,
                      "accepted: %s", bad[i]);
    }
}
END_TEST

START_TEST(connected_survives_the_round_trip)
{
    static const struct nononion_connected cases[] = {
        {.ttl = 0},
        {.address = {.type = 4, .octet = {1, 2, 3, 4}}, .ttl = 5},
        {.address = {.type = 6, .octet = {0x20, 1, [15] = 9}}, .ttl = 0xffffffff},
    };
    for (size_t i = 0; i < 3; i++) {
        struct nononion_connected back;
        uint8_t out[25];
        size_t written;
        ck_assert_int_eq(nononion_connected_encode(&cases[i], out, sizeof out, &written), 0);
        ck_assert_int_eq(nononion_connected_decode(&back, out, written), NONONION_OK);
        ck_assert(back.ttl == cases[i].ttl && back.address.type == cases[i].address.type);
        ck_assert_mem_eq(back.address.octet, cases[i].address.octet, 16);
    }
    struct nononion_connected zero = {.address = {.type = 4}};
    uint8_t out[25];
    size_t written;
    ck_assert_int_eq(nononion_connected_encode(&zero, out, sizeof out, &written),
                     NONONION_E_INVALID);
}
END_TEST

START_TEST(end_without_a_reason_means_misc)
{
    struct nononion_end e;
    nononion_end_decode(&e, NULL, 0);
    ck_assert_uint_eq(e.reason, NONONION_END_MISC);
    nononion_end_decode(&e, (const uint8_t *)"\x06", 1);
    ck_assert_uint_eq(e.reason, NONONION_END_DONE);
}
END_TEST

START_TEST(end_by_exit_policy_tells_the_address)
{
    struct nononion_end e;
    nononion_end_decode(&e, body, body_from("040a0000010000003c"));
    ck_assert(e.reason == NONONION_END_EXITPOLICY && e.address.type == 4 && e.ttl == 60);
    nononion_end_decode(&e, body, body_from("0420010db80000000000000000000000010000003c"));
    ck_assert(e.address.type == 6 && e.ttl == 60 && e.address.octet[15] == 1);
    nononion_end_decode(&e, body, body_from("040a000001"));
    ck_assert(e.address.type == 4 && e.ttl == 0);
    nononion_end_decode(&e, body, body_from("040a0000"));
    ck_assert(e.address.type == 0 && e.ttl == 0);
    nononion_end_decode(&e, body, body_from("060a0000010000003c"));
    ck_assert(e.address.type == 0);
}
END_TEST

START_TEST(end_survives_the_round_trip)
{
    struct nononion_end e = {.reason = 4, .address = {.type = 6, .octet = {[3] = 7}}, .ttl = 9},
                        back;
    uint8_t out[32];
    size_t written;
    ck_assert_int_eq(nononion_end_encode(&e, out, sizeof out, &written), NONONION_OK);
    nononion_end_decode(&back, out, written);
    ck_assert(back.reason == 4 && back.ttl == 9 && back.address.type == 6);
    ck_assert_mem_eq(back.address.octet, e.address.octet, 16);
    ck_assert_int_eq(nononion_end_encode(&e, out, written - 1, &written), NONONION_E_NO_SPACE);
    e.reason = NONONION_END_MISC;
    ck_assert_int_eq(nononion_end_encode(&e, out, sizeof out, &written), NONONION_E_INVALID);
}
END_TEST

START_TEST(every_end_reason_has_a_text)
{
    for (unsigned r = 1; r <= 14; r++)
        ck_assert_str_ne(nononion_end_reason_text((uint8_t)r), "unknown reason");
    ck_assert_str_eq(nononion_end_reason_text(0), "unknown reason");
    ck_assert_str_eq(nononion_end_reason_text(15), "unknown reason");
}
END_TEST

START_TEST(resolve_is_a_name_with_an_end)
{
    struct nononion_resolve r;
    uint8_t out[32];
    size_t written, len = body_from("7765622e746f726e65742e7465737400");
    ck_assert_int_eq(nononion_resolve_decode(&r, body, len), NONONION_OK);
    ck_assert_uint_eq(r.name_len, 15);
    ck_assert_mem_eq(r.name, "web.tornet.test", 15);
    ck_assert_int_eq(nononion_resolve_encode(&r, out, sizeof out, &written), NONONION_OK);
    ck_assert_uint_eq(written, len);
    ck_assert_mem_eq(out, body, len);
    ck_assert_int_eq(nononion_resolve_encode(&r, out, 15, &written), NONONION_E_NO_SPACE);
    ck_assert_int_eq(nononion_resolve_decode(&r, body, len - 1), NONONION_E_MALFORMED);
    ck_assert_int_eq(nononion_resolve_decode(&r, body, 0), NONONION_E_MALFORMED);
    ck_assert_int_eq(nononion_resolve_decode(&r, body, body_from("00")), NONONION_E_MALFORMED);
    ck_assert_int_eq(nononion_resolve_decode(&r, body, body_from("610a00")), NONONION_E_MALFORMED);
}
END_TEST

/* IPv4, IPv6, a host name, an error, and a type that is unknown. */
static const char resolved[] = "04047f0000010000003c"
                               "061020010db800000000000000000000000100000e10"
                               "000461"
                               "2e746500000001"
                               "f00000000000"
                               "7701ff00000002";

START_TEST(resolved_gives_every_answer)
{
    struct nononion_answer a[5];
    uint8_t out[128];
    size_t count = 5, written, len = body_from(resolved);
    ck_assert_int_eq(nononion_resolved_decode(a, &count, body, len), NONONION_OK);
    ck_assert_uint_eq(count, 5);
    ck_assert(a[0].type == NONONION_ADDRESS_IPV4 && a[0].ttl == 60 && a[0].value[0] == 0x7f);
    ck_assert(a[1].type == NONONION_ADDRESS_IPV6 && a[1].ttl == 3600);
    ck_assert(a[2].type == NONONION_ADDRESS_HOSTNAME && a[2].len == 4);
    ck_assert(a[3].type == NONONION_ADDRESS_ERROR_TRANSIENT && a[3].len == 0);
    ck_assert(a[4].type == 0x77);
    ck_assert_int_eq(nononion_resolved_encode(a, count, out, sizeof out, &written), NONONION_OK);
    ck_assert_uint_eq(written, len);
    ck_assert_mem_eq(out, body, len);
}
END_TEST

START_TEST(resolved_with_too_little_room_says_how_much_it_needs)
{
    struct nononion_answer a[2];
    size_t count = 2;
    ck_assert_int_eq(nononion_resolved_decode(a, &count, body, body_from(resolved)),
                     NONONION_E_NO_SPACE);
    ck_assert_uint_eq(count, 5);
}
END_TEST

START_TEST(truncated_and_hostile_resolved_is_malformed)
{
    static const size_t ends[] = {10, 32, 42, 48, 55};
    struct nononion_answer a[8];
    size_t len = body_from(resolved), next = 0;
    ck_assert_uint_eq(len, 55);
    for (size_t cut = 0; cut <= len; cut++) {
        size_t count = 8;
        bool at_end = cut == ends[next];
        next += at_end;
        ck_assert_int_eq(nononion_resolved_decode(a, &count, body, cut),
                         at_end ? NONONION_OK : NONONION_E_MALFORMED);
    }
    static const char *const bad[] = {"04037f00000000003c",
                                      "060400000000"
                                      "00000000",
                                      "000000000000", "00010a00000000", "04ff7f00000100000000"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        size_t count = 8;
        ck_assert_msg(nononion_resolved_decode(a, &count, body, body_from(bad[i])) ==
                          NONONION_E_MALFORMED,
                      "accepted: %s", bad[i]);
    }
}
END_TEST

START_TEST(sendme_of_both_versions_survives_the_round_trip)
{
    static const struct nononion_sendme cases[] = {
        {.version = 0},
        {.version = 1, .tag_len = 20, .tag = {1, 2, 3, [19] = 4}},
        {.version = 1, .tag_len = 16, .tag = {9, [15] = 8}},
    };
    for (size_t i = 0; i < 3; i++) {
        struct nononion_sendme back;
        uint8_t out[23];
        size_t written;
        ck_assert_int_eq(nononion_sendme_encode(&cases[i], out, sizeof out, &written), 0);
        ck_assert_int_eq(nononion_sendme_decode(&back, out, written), NONONION_OK);
        ck_assert(back.version == cases[i].version && back.tag_len == cases[i].tag_len);
        ck_assert_mem_eq(back.tag, cases[i].tag, NONONION_SENDME_TAG_MAX);
    }
    struct nononion_sendme empty;
    ck_assert_int_eq(nononion_sendme_decode(&empty, NULL, 0), NONONION_OK);
    ck_assert_uint_eq(empty.version, 0);
}
END_TEST

START_TEST(hostile_sendme_is_refused)
{
    struct nononion_sendme s = {.version = 77};
    size_t len = body_from("0100140102030405060708090a0b0c0d0e0f1011121314");
    for (size_t cut = 1; cut < len; cut++)
        ck_assert_int_eq(nononion_sendme_decode(&s, body, cut), NONONION_E_MALFORMED);
    for (unsigned tag_len = 0; tag_len < 300; tag_len++) {
        body_from("01");
        body[1] = (uint8_t)(tag_len >> 8);
        body[2] = (uint8_t)tag_len;
        struct nononion_sendme t;
        ck_assert_int_eq(nononion_sendme_decode(&t, body, 498),
                         tag_len == 16 || tag_len == 20 ? NONONION_OK : NONONION_E_MALFORMED);
    }
    ck_assert_int_eq(nononion_sendme_decode(&s, body, body_from("02")), NONONION_E_UNSUPPORTED);
    ck_assert_uint_eq(s.version, 77);
}
END_TEST

static Suite *stream_message_suite(void)
{
    Suite *suite = suite_create("nononion stream messages");
    TCase *tc = tcase_create("stream");
    tcase_add_test(tc, begin_addresses_split_into_host_and_port);
    tcase_add_test(tc, hostile_begin_addresses_are_malformed);
    tcase_add_test(tc, begin_without_an_end_is_malformed);
    tcase_add_test(tc, begin_host_may_have_255_characters_and_no_more);
    tcase_add_test(tc, begin_flags_are_all_there_or_not_at_all);
    tcase_add_test(tc, connected_tells_an_address_or_none);
    tcase_add_test(tc, hostile_connected_is_malformed);
    tcase_add_test(tc, connected_survives_the_round_trip);
    tcase_add_test(tc, end_without_a_reason_means_misc);
    tcase_add_test(tc, end_by_exit_policy_tells_the_address);
    tcase_add_test(tc, end_survives_the_round_trip);
    tcase_add_test(tc, every_end_reason_has_a_text);
    tcase_add_test(tc, resolve_is_a_name_with_an_end);
    tcase_add_test(tc, resolved_gives_every_answer);
    tcase_add_test(tc, resolved_with_too_little_room_says_how_much_it_needs);
    tcase_add_test(tc, truncated_and_hostile_resolved_is_malformed);
    tcase_add_test(tc, sendme_of_both_versions_survives_the_round_trip);
    tcase_add_test(tc, hostile_sendme_is_refused);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(stream_message_suite)
