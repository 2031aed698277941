#include <check_main.h>

#include <nononion/channel_cell.h>

static uint8_t body[4096];

static size_t body_from(const char *hex)
{
    return check_unhex(body, sizeof body, hex);
}

START_TEST(highest_link_protocol_in_common_is_chosen)
{
    unsigned version = 0;
    ck_assert_int_eq(nononion_versions_choose(body, body_from("000300040005"), &version), 0);
    ck_assert_uint_eq(version, 5);
    ck_assert_int_eq(nononion_versions_choose(body, body_from("000500040003"), &version), 0);
    ck_assert_uint_eq(version, 5);
    ck_assert_int_eq(nononion_versions_choose(body, body_from("ffff00040006"), &version), 0);
    ck_assert_uint_eq(version, 4);
}
END_TEST

START_TEST(no_link_protocol_in_common_is_unsupported)
{
    unsigned version = 9;
    ck_assert_int_eq(nononion_versions_choose(body, body_from("000100020003"), &version),
                     NONONION_E_UNSUPPORTED);
    ck_assert_int_eq(nononion_versions_choose(body, body_from("0006"), &version),
                     NONONION_E_UNSUPPORTED);
    ck_assert_uint_eq(version, 9);
}
END_TEST

START_TEST(versions_of_odd_length_or_none_are_malformed)
{
    unsigned version;
    ck_assert_int_eq(nononion_versions_choose(body, body_from("0003000400"), &version),
                     NONONION_E_MALFORMED);
    ck_assert_int_eq(nononion_versions_choose(body, 0, &version), NONONION_E_MALFORMED);
}
END_TEST

START_TEST(versions_encode_to_what_relays_send)
{
    static const uint16_t offer[] = {3, 4, 5};
    uint8_t out[6];
    size_t written;
    ck_assert_int_eq(nononion_versions_encode(offer, 3, out, sizeof out, &written), NONONION_OK);
    ck_assert_mem_eq(out, "\0\3\0\4\0\5", 6);
    ck_assert_int_eq(nononion_versions_encode(offer, 3, out, 5, &written), NONONION_E_NO_SPACE);
    ck_assert_int_eq(nononion_versions_encode(offer, 0, out, 5, &written), NONONION_E_INVALID);
}
END_TEST

START_TEST(certificates_are_found_in_any_order)
{
    struct nononion_certs certs;
    struct nononion_cert cert;
    size_t len = body_from("0305000201020400010a0200000000");
    ck_assert_int_eq(nononion_certs_decode(&certs, body, len), NONONION_OK);
    ck_assert_int_eq(nononion_certs_find(&certs, NONONION_CERT_ED25519_SIGNING, &cert), 0);
    ck_assert(cert.type == 4 && cert.len == 1 && cert.data[0] == 10);
    ck_assert_int_eq(nononion_certs_find(&certs, NONONION_CERT_ED25519_TLS, &cert), 0);
    ck_assert(cert.len == 2 && cert.data[0] == 1 && cert.data[1] == 2);
    ck_assert_int_eq(nononion_certs_find(&certs, NONONION_CERT_RSA_ID, &cert), 0);
    ck_assert_uint_eq(cert.len, 0);
}
END_TEST

START_TEST(missing_certificate_is_reported)
{
    struct nononion_certs certs;
    struct nononion_cert cert = {.type = 99};
    ck_assert_int_eq(nononion_certs_decode(&certs, body, body_from("0105000101")), NONONION_OK);
    ck_assert_int_eq(nononion_certs_find(&certs, NONONION_CERT_RSA_ED25519_CROSS, &cert),
                     NONONION_E_UNSUPPORTED);
    ck_assert_uint_eq(cert.type, 99);
    ck_assert_int_eq(nononion_certs_decode(&certs, body, body_from("00")), NONONION_OK);
    ck_assert_int_eq(nononion_certs_find(&certs, NONONION_CERT_RSA_ID, &cert),
                     NONONION_E_UNSUPPORTED);
}
END_TEST

START_TEST(every_truncation_of_certs_is_malformed)
{
    struct nononion_certs certs;
    size_t len = body_from("0305000201020400010a02000155");
    ck_assert_int_eq(nononion_certs_decode(&certs, body, len), NONONION_OK);
    for (size_t cut = 0; cut < len; cut++)
        ck_assert_int_eq(nononion_certs_decode(&certs, body, cut), NONONION_E_MALFORMED);
}
END_TEST

START_TEST(hostile_certs_are_malformed)
{
    static const char *const bad[] = {
        "ff",                         /* 255 certificates that are not there */
        "ff050001aa",                 /* the same after one */
        "0105ffffaa",                 /* length past the end */
        "020500010105000102",         /* a type twice */
        "0305000101040001020500010a", /* a type twice, not side by side */
        "020500010100ff",             /* second one cut in its length */
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct nononion_certs certs = {.count = 42};
        ck_assert_msg(nononion_certs_decode(&certs, body, body_from(bad[i])) ==
                          NONONION_E_MALFORMED,
                      "accepted: %s", bad[i]);
        ck_assert_uint_eq(certs.count, 42);
    }
}
END_TEST

START_TEST(all_256_certificate_types_survive_the_round_trip)
{
    struct nononion_cert list[256], cert;
    struct nononion_certs certs;
    size_t written;
    for (unsigned i = 0; i < 256; i++)
        list[i] = (struct nononion_cert){
            .type = (uint8_t)(i * 7), .data = (const uint8_t *)"abc", .len = 1 + i % 3};
    ck_assert_int_eq(nononion_certs_encode(list, 255, body, sizeof body, &written), NONONION_OK);
    ck_assert_int_eq(nononion_certs_decode(&certs, body, written), NONONION_OK);
    for (unsigned i = 0; i < 255; i++) {
        ck_assert_int_eq(nononion_certs_find(&certs, list[i].type, &cert), NONONION_OK);
        ck_assert_uint_eq(cert.len, list[i].len);
    }
    ck_assert_int_eq(nononion_certs_encode(list, 256, body, sizeof body, &written),
                     NONONION_E_INVALID);
    list[9].type = list[3].type;
    ck_assert_int_eq(nononion_certs_encode(list, 20, body, sizeof body, &written),
                     NONONION_E_INVALID);
    ck_assert_int_eq(nononion_certs_encode(list, 9, body, 9, &written), NONONION_E_NO_SPACE);
}
END_TEST

START_TEST(auth_challenge_gives_its_methods)
{
    struct nononion_auth_challenge c;
    size_t len = body_from("e8a44296007c81ca9c8a9821b9f25e27bd87f0768fb7510395932bf82f6d32de"
                           "00010003");
    ck_assert_int_eq(nononion_auth_challenge_decode(&c, body, len), NONONION_OK);
    ck_assert(c.challenge == body && c.nmethods == 1 && c.methods[1] == 3);
    for (size_t cut = 0; cut < len; cut++)
        ck_assert_int_eq(nononion_auth_challenge_decode(&c, body, cut), NONONION_E_MALFORMED);
    body[33] = 2;
    ck_assert_int_eq(nononion_auth_challenge_decode(&c, body, len), NONONION_E_MALFORMED);
    body[32] = 0xff;
    ck_assert_int_eq(nononion_auth_challenge_decode(&c, body, len), NONONION_E_MALFORMED);
}
END_TEST

START_TEST(netinfo_of_a_relay_decodes_to_its_fields)
{
    struct nononion_netinfo n;
    memset(body, 0, sizeof body);
    body_from("6b02d1d504047f0000010104047f000001");
    ck_assert_int_eq(nononion_netinfo_decode(&n, body, 509), NONONION_OK);
    ck_assert_uint_eq(n.time, 0x6b02d1d5);
    ck_assert_uint_eq(n.other.type, NONONION_ADDRESS_IPV4);
    ck_assert_mem_eq(n.other.octet, "\x7f\0\0\1", 4);
    ck_assert_uint_eq(n.nown, 1);
    ck_assert_mem_eq(n.own[0].octet, "\x7f\0\0\1", 4);
}
END_TEST

START_TEST(netinfo_addresses_of_unknown_types_are_passed_over)
{
    struct nononion_netinfo n;
    size_t len = body_from("00000000f0030102030205021122040401020304");
    ck_assert_int_eq(nononion_netinfo_decode(&n, body, len), NONONION_OK);
    ck_assert_uint_eq(n.other.type, 0);
    ck_assert_uint_eq(n.nown, 1);
    ck_assert_mem_eq(n.own[0].octet, "\1\2\3\4", 4);
}
END_TEST

START_TEST(hostile_netinfo_is_malformed)
{
    static const char *const bad[] = {
        "",
        "0000000004", /* no length */
        "0000000004057f00000100"
        "00",                     /* IPv4 of 5 bytes */
        "0000000004037f000000",   /* IPv4 of 3 bytes */
        "0000000006047f00000100", /* IPv6 of 4 bytes */
        "0000000004ff7f00000100", /* length past the end */
        "0000000004047f000001",   /* no number of own addresses */
        "0000000004047f00000102"
        "04047f000001",           /* one of two is missing */
        "0000000004047f000001ff", /* 255 that are not there */
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct nononion_netinfo n = {.time = 42};
        ck_assert_msg(nononion_netinfo_decode(&n, body, body_from(bad[i])) == NONONION_E_MALFORMED,
                      "accepted: %s", bad[i]);
        ck_assert_uint_eq(n.time, 42);
    }
}
END_TEST

START_TEST(netinfo_keeps_eight_addresses_of_255)
{
    struct nononion_netinfo n;
    size_t at = body_from("0000000004047f000001ff");
    for (unsigned i = 0; i < 255; i++) {
        const uint8_t address[6] = {4, 4, 10, 0, 0, (uint8_t)i};
        memcpy(body + at, address, 6);
        at += 6;
    }
    ck_assert_int_eq(nononion_netinfo_decode(&n, body, at), NONONION_OK);
    ck_assert_uint_eq(n.nown, NONONION_NETINFO_ADDRESSES_MAX);
    ck_assert_uint_eq(n.own[7].octet[3], 7);
    ck_assert_int_eq(nononion_netinfo_decode(&n, body, at - 1), NONONION_E_MALFORMED);
}
END_TEST

START_TEST(netinfo_survives_the_round_trip)
{
    uint64_t seed = check_seed();
    for (int round = 0; round < 1000; round++) {
        struct nononion_netinfo n = {.time = (uint32_t)check_random(&seed)}, back;
        uint8_t out[509];
        size_t written;
        n.nown = check_random(&seed) % 9;
        n.other.type = 4;
        for (unsigned i = 0; i < n.nown; i++) {
            n.own[i].type = check_random(&seed) & 1 ? 4 : 6;
            for (int k = 0; k < (n.own[i].type == 4 ? 4 : 16); k++)
                n.own[i].octet[k] = (uint8_t)check_random(&seed);
        }
        ck_assert_int_eq(nononion_netinfo_encode(&n, out, sizeof out, &written), NONONION_OK);
        ck_assert_int_eq(nononion_netinfo_decode(&back, out, written), NONONION_OK);
        ck_assert(back.time == n.time && back.nown == n.nown);
        for (unsigned i = 0; i < n.nown; i++) {
            ck_assert_uint_eq(back.own[i].type, n.own[i].type);
            ck_assert_mem_eq(back.own[i].octet, n.own[i].octet, 16);
        }
        ck_assert_int_eq(nononion_netinfo_encode(&n, out, written - 1, &written),
                         NONONION_E_NO_SPACE);
    }
}
END_TEST

START_TEST(netinfo_of_other_address_types_is_not_sent)
{
    struct nononion_netinfo n = {.other = {.type = 0}};
    uint8_t out[64];
    size_t written;
    ck_assert_int_eq(nononion_netinfo_encode(&n, out, sizeof out, &written), NONONION_E_INVALID);
    n.other.type = 4;
    n.nown = 9;
    ck_assert_int_eq(nononion_netinfo_encode(&n, out, sizeof out, &written), NONONION_E_INVALID);
}
END_TEST

static Suite *channel_cell_suite(void)
{
    Suite *suite = suite_create("nononion channel cells");
    TCase *tc = tcase_create("channel");
    tcase_add_test(tc, highest_link_protocol_in_common_is_chosen);
    tcase_add_test(tc, no_link_protocol_in_common_is_unsupported);
    tcase_add_test(tc, versions_of_odd_length_or_none_are_malformed);
    tcase_add_test(tc, versions_encode_to_what_relays_send);
    tcase_add_test(tc, certificates_are_found_in_any_order);
    tcase_add_test(tc, missing_certificate_is_reported);
    tcase_add_test(tc, every_truncation_of_certs_is_malformed);
    tcase_add_test(tc, hostile_certs_are_malformed);
    tcase_add_test(tc, all_256_certificate_types_survive_the_round_trip);
    tcase_add_test(tc, auth_challenge_gives_its_methods);
    tcase_add_test(tc, netinfo_of_a_relay_decodes_to_its_fields);
    tcase_add_test(tc, netinfo_addresses_of_unknown_types_are_passed_over);
    tcase_add_test(tc, hostile_netinfo_is_malformed);
    tcase_add_test(tc, netinfo_keeps_eight_addresses_of_255);
    tcase_add_test(tc, netinfo_survives_the_round_trip);
    tcase_add_test(tc, netinfo_of_other_address_types_is_not_sent);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(channel_cell_suite)
