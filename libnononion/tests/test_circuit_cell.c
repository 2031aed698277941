#include <check_main.h>

#include <nononion/circuit_cell.h>

static uint8_t body[1024];

static size_t body_from(const char *hex)
{
    memset(body, 0, sizeof body);
    return check_unhex(body, sizeof body, hex);
}

/*
 * The start of an EXTEND2 of a private network: IPv4 127.0.0.1:5138, RSA identity, Ed25519
 * identity, then ntor.
 */
static const char extend2[] = "0300067f0000011412"
                              "021412961873d915e495c5a057c22554a40b94aee44c"
                              "0320c9cc81f825e7eac886ce8a1eb90e7fd6c9cc81f825e7eac886ce8a1eb90e7fd6"
                              "00020004deadbeef";

START_TEST(create2_survives_the_round_trip)
{
    struct nononion_create2 c = {.type = NONONION_HANDSHAKE_NTOR, .data = body + 600, .len = 84},
                            back;
    uint8_t out[509];
    size_t written;
    ck_assert_int_eq(nononion_create2_encode(&c, out, sizeof out, &written), NONONION_OK);
    ck_assert_uint_eq(written, 88);
    ck_assert_mem_eq(out, "\0\2\0\x54", 4);
    ck_assert_int_eq(nononion_create2_decode(&back, out, written), NONONION_OK);
    ck_assert(back.type == 2 && back.len == 84 && back.data == out + 4);
    ck_assert_int_eq(nononion_create2_encode(&c, out, 87, &written), NONONION_E_NO_SPACE);
    c.len = 506;
    ck_assert_int_eq(nononion_create2_encode(&c, out, sizeof out, &written), NONONION_E_INVALID);
    c.len = 0;
    ck_assert_int_eq(nononion_create2_encode(&c, out, sizeof out, &written), NONONION_E_INVALID);
}
END_TEST

START_TEST(create2_longer_than_its_cell_is_malformed)
{
    struct nononion_create2 c;
    body_from("000201f9");
    ck_assert_int_eq(nononion_create2_decode(&c, body, 509), NONONION_OK);
    body_from("000201fa");
    ck_assert_int_eq(nononion_create2_decode(&c, body, 509), NONONION_E_MALFORMED);
    for (size_t len = 0; len < 5; len++)
        ck_assert_int_eq(nononion_create2_decode(&c, body, len), NONONION_E_MALFORMED);
}
END_TEST

START_TEST(created2_of_every_length_is_bounded_by_its_cell)
{
    for (unsigned len = 0; len <= 65535; len++) {
        struct nononion_created2 c = {.len = 7};
        body[0] = (uint8_t)(len >> 8);
        body[1] = (uint8_t)len;
        int rc = nononion_created2_decode(&c, body, 509);
        ck_assert_int_eq(rc, len >= 1 && len <= 507 ? NONONION_OK : NONONION_E_MALFORMED);
        ck_assert_uint_eq(c.len, rc == NONONION_OK ? len : 7);
    }
}
END_TEST

START_TEST(created2_survives_the_round_trip)
{
    struct nononion_created2 c = {.data = body, .len = NONONION_NTOR_REPLY_LEN}, back;
    uint8_t out[509];
    size_t written;
    ck_assert_int_eq(nononion_created2_encode(&c, out, sizeof out, &written), NONONION_OK);
    ck_assert_int_eq(nononion_created2_decode(&back, out, written), NONONION_OK);
    ck_assert(back.len == 64 && back.data == out + 2);
    c.len = 508;
    ck_assert_int_eq(nononion_created2_encode(&c, out, sizeof out, &written), NONONION_E_INVALID);
}
END_TEST

START_TEST(destroy_and_truncated_without_a_reason_mean_none)
{
    ck_assert_uint_eq(nononion_destroy_reason_decode(NULL, 0), NONONION_DESTROY_NONE);
    ck_assert_uint_eq(nononion_destroy_reason_decode((const uint8_t *)"\x09", 1), 9);
    ck_assert_uint_eq(nononion_destroy_reason_decode((const uint8_t *)"\xfe", 1), 0xfe);
}
END_TEST

START_TEST(every_destroy_reason_has_a_text)
{
    for (unsigned a = 0; a <= 12; a++) {
        ck_assert_str_ne(nononion_destroy_reason_text((uint8_t)a), "unknown reason");
        for (unsigned b = 0; b < a; b++)
            ck_assert_str_ne(nononion_destroy_reason_text((uint8_t)a),
                             nononion_destroy_reason_text((uint8_t)b));
    }
    ck_assert_str_eq(nononion_destroy_reason_text(13), "unknown reason");
    ck_assert_str_eq(nononion_destroy_reason_text(255), "unknown reason");
}
END_TEST

START_TEST(extend2_decodes_to_its_parts_and_encodes_again)
{
    struct nononion_extend2 e;
    uint8_t out[498];
    size_t written, len = body_from(extend2);
    ck_assert_int_eq(nononion_extend2_decode(&e, body, len), NONONION_OK);
    ck_assert_uint_eq(e.nlinks, 3);
    ck_assert(e.link[0].type == NONONION_LINK_IPV4 && e.link[0].len == 6);
    ck_assert(e.link[1].type == NONONION_LINK_RSA_ID && e.link[1].data[0] == 0x12);
    ck_assert(e.link[2].type == NONONION_LINK_ED25519 && e.link[2].data[0] == 0xc9);
    ck_assert(e.create.type == NONONION_HANDSHAKE_NTOR && e.create.len == 4);
    ck_assert_int_eq(nononion_extend2_encode(&e, out, sizeof out, &written), NONONION_OK);
    ck_assert_uint_eq(written, len);
    ck_assert_mem_eq(out, body, len);
    for (size_t size = 0; size < len; size++)
        ck_assert_int_eq(nononion_extend2_encode(&e, out, size, &written), NONONION_E_NO_SPACE);
}
END_TEST

START_TEST(every_truncation_of_extend2_is_malformed)
{
    struct nononion_extend2 e = {.nlinks = 99};
    size_t len = body_from(extend2);
    for (size_t cut = 0; cut < len; cut++) {
        /* A copy of the very size, so that a read past it is seen. */
        uint8_t *copy = malloc(cut > 0 ? cut : 1);
        memcpy(copy, body, cut);
        ck_assert_int_eq(nononion_extend2_decode(&e, copy, cut), NONONION_E_MALFORMED);
        free(copy);
    }
    ck_assert_uint_eq(e.nlinks, 99);
}
END_TEST

START_TEST(hostile_extend2_is_refused)
{
    struct nononion_extend2 e;
    /*
     * IPv4 of 5 bytes; a second identity of each kind; an empty handshake; one of 65535 bytes; more
     * specifiers than there is room for.
     */
    ck_assert_int_eq(nononion_extend2_decode(&e, body, body_from("0100057f00000114000200010a")),
                     NONONION_E_MALFORMED);
    for (unsigned type = NONONION_LINK_RSA_ID; type <= NONONION_LINK_ED25519; type++) {
        size_t id_len = type == NONONION_LINK_RSA_ID ? 20 : 32;
        body_from("02");
        for (size_t at = 1; at <= 1 + 2 + id_len; at += 2 + id_len) {
            body[at] = (uint8_t)type;
            body[at + 1] = (uint8_t)id_len;
        }
        memcpy(body + 1 + 2 * (2 + id_len), "\0\2\0\1\1", 5);
        ck_assert_int_eq(nononion_extend2_decode(&e, body, 498), NONONION_E_MALFORMED);
        body[1] = 0xee;
        ck_assert_int_eq(nononion_extend2_decode(&e, body, 498), NONONION_OK);
    }
    ck_assert_int_eq(nononion_extend2_decode(&e, body, body_from("0000020000")),
                     NONONION_E_MALFORMED);
    body_from("000002ffff");
    ck_assert_int_eq(nononion_extend2_decode(&e, body, 498), NONONION_E_MALFORMED);
    body_from("11");
    ck_assert_int_eq(nononion_extend2_decode(&e, body, 498), NONONION_E_NO_SPACE);
}
END_TEST

START_TEST(unknown_link_specifiers_are_kept)
{
    struct nononion_extend2 e;
    ck_assert_int_eq(nononion_extend2_decode(&e, body,
                                             body_from("01ee020102"
                                                       "000200010a")),
                     0);
    ck_assert(e.link[0].type == 0xee && e.link[0].len == 2);
}
END_TEST

START_TEST(identity_twice_is_not_sent)
{
    struct nononion_extend2 e;
    uint8_t out[498];
    size_t written;
    ck_assert_int_eq(nononion_extend2_decode(&e, body, body_from(extend2)), NONONION_OK);
    e.link[0] = e.link[2];
    ck_assert_int_eq(nononion_extend2_encode(&e, out, sizeof out, &written), NONONION_E_INVALID);
}
END_TEST

static Suite *circuit_cell_suite(void)
{
    Suite *suite = suite_create("nononion circuit cells");
    TCase *tc = tcase_create("circuit");
    tcase_add_test(tc, create2_survives_the_round_trip);
    tcase_add_test(tc, create2_longer_than_its_cell_is_malformed);
    tcase_add_test(tc, created2_of_every_length_is_bounded_by_its_cell);
    tcase_add_test(tc, created2_survives_the_round_trip);
    tcase_add_test(tc, destroy_and_truncated_without_a_reason_mean_none);
    tcase_add_test(tc, every_destroy_reason_has_a_text);
    tcase_add_test(tc, extend2_decodes_to_its_parts_and_encodes_again);
    tcase_add_test(tc, every_truncation_of_extend2_is_malformed);
    tcase_add_test(tc, hostile_extend2_is_refused);
    tcase_add_test(tc, unknown_link_specifiers_are_kept);
    tcase_add_test(tc, identity_twice_is_not_sent);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(circuit_cell_suite)
