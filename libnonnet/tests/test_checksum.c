#include <check_main.h>

#include <nonnet/checksum.h>

/* The definition, word for word: RFC 1071 section 1. */
static uint16_t checksum_by_definition(const uint8_t *p, size_t len)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < len; i++) {
        sum += i % 2 == 0 ? (uint32_t)p[i] << 8 : p[i];
        if (sum > 0xffff)
            sum -= 0xffff;
    }
    return (uint16_t)~sum;
}

static void fill(uint8_t *p, size_t len, uint64_t *seed)
{
    for (size_t i = 0; i < len; i++)
        p[i] = (uint8_t)check_random(seed);
}

START_TEST(example_of_rfc_1071_gives_its_sum)
{
    static const uint8_t example[] = {0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7};
    ck_assert_uint_eq(nonnet_checksum_of(example, sizeof example), (uint16_t)~0xddf2u);
}
END_TEST

START_TEST(no_bytes_give_all_ones)
{
    ck_assert_uint_eq(nonnet_checksum_of(NULL, 0), 0xffff);
}
END_TEST

START_TEST(carries_out_of_every_word_are_kept)
{
    uint8_t ones[1500];
    memset(ones, 0xff, sizeof ones);
    for (size_t len = 2; len <= sizeof ones; len++)
        ck_assert_uint_eq(nonnet_checksum_of(ones, len), checksum_by_definition(ones, len));
}
END_TEST

START_TEST(every_length_and_alignment_equals_the_definition)
{
    uint64_t seed = check_seed();
    uint8_t buffer[300];
    fill(buffer, sizeof buffer, &seed);
    for (size_t at = 0; at < 9; at++) {
        for (size_t len = 0; len + at <= sizeof buffer; len++)
            ck_assert_uint_eq(nonnet_checksum_of(buffer + at, len),
                              checksum_by_definition(buffer + at, len));
    }
}
END_TEST

START_TEST(parts_of_any_length_give_the_sum_of_the_whole)
{
    uint64_t seed = check_seed();
    uint8_t buffer[257];
    for (int round = 0; round < 2000; round++) {
        fill(buffer, sizeof buffer, &seed);
        struct nonnet_checksum c;
        nonnet_checksum_init(&c);
        for (size_t at = 0; at < sizeof buffer;) {
            size_t len = check_random(&seed) % 41;
            if (len > sizeof buffer - at)
                len = sizeof buffer - at;
            nonnet_checksum_add(&c, buffer + at, len);
            at += len;
        }
        ck_assert_uint_eq(nonnet_checksum_finish(&c),
                          checksum_by_definition(buffer, sizeof buffer));
    }
}
END_TEST

START_TEST(pseudo_header_of_ipv4_makes_a_udp_datagram_sum_to_zero)
{
    /* A DNS query for example.com; its checksum was computed by another implementation. */
    static const struct nonnet_ipv4_address from = {{192, 168, 1, 10}};
    static const struct nonnet_ipv4_address to = {{192, 168, 1, 1}};
    uint8_t udp[64];
    size_t len = check_unhex(udp, sizeof udp,
                             "cd1400350025cd5c12340100000100000000000007657861"
                             "6d706c6503636f6d0000010001");
    struct nonnet_checksum c;
    nonnet_checksum_init(&c);
    nonnet_checksum_add_ipv4_pseudo(&c, &from, &to, 17, (uint16_t)len);
    nonnet_checksum_add(&c, udp, len);
    ck_assert_uint_eq(nonnet_checksum_finish(&c), 0);
    udp[9] ^= 1;
    nonnet_checksum_init(&c);
    nonnet_checksum_add_ipv4_pseudo(&c, &from, &to, 17, (uint16_t)len);
    nonnet_checksum_add(&c, udp, len);
    ck_assert_uint_ne(nonnet_checksum_finish(&c), 0);
}
END_TEST

START_TEST(pseudo_header_of_ipv6_makes_captured_packets_sum_to_zero)
{
    /* From ::1 to ::1, sent by Linux: an ICMPv6 echo request, its reply, and a UDP datagram. */
    static const struct {
        uint8_t protocol;
        const char *segment;
    } captured[] = {
        {58, "8000dbe8123400016162636465666768"},
        {58, "8100dae8123400016162636465666768"},
        {17, "9c4014e9000b7e4a686268"},
        {17, "9c4014e9000b7639647374"},
    };
    static const struct nonnet_ipv6_address loopback = {{[15] = 1}};
    for (size_t i = 0; i < sizeof captured / sizeof captured[0]; i++) {
        uint8_t segment[64];
        size_t len = check_unhex(segment, sizeof segment, captured[i].segment);
        struct nonnet_checksum c;
        nonnet_checksum_init(&c);
        nonnet_checksum_add_ipv6_pseudo(&c, &loopback, &loopback, captured[i].protocol,
                                        (uint32_t)len);
        nonnet_checksum_add(&c, segment, len);
        ck_assert_uint_eq(nonnet_checksum_finish(&c), 0);
    }
}
END_TEST

START_TEST(length_of_an_ipv6_pseudo_header_has_32_bits)
{
    static const struct nonnet_ipv6_address zero;
    struct nonnet_checksum c;
    nonnet_checksum_init(&c);
    nonnet_checksum_add_ipv6_pseudo(&c, &zero, &zero, 0, 0x00030000);
    ck_assert_uint_eq(nonnet_checksum_finish(&c), (uint16_t)~3u);
}
END_TEST

START_TEST(example_of_rfc_1624_updates_to_zero)
{
    /* Section 4: checksum 0xdd2f, a field from 0x5555 to 0x3285; RFC 1141 would give 0xffff. */
    ck_assert_uint_eq(nonnet_checksum_update(0xdd2f, 0x5555, 0x3285), 0x0000);
}
END_TEST

START_TEST(update_equals_a_new_sum)
{
    uint64_t seed = check_seed();
    for (int round = 0; round < 20000; round++) {
        uint8_t buffer[40];
        fill(buffer, sizeof buffer, &seed);
        uint16_t checksum = nonnet_checksum_of(buffer, sizeof buffer);
        size_t at = check_random(&seed) % 19 * 2;
        uint32_t before = (uint32_t)buffer[at] << 24 | (uint32_t)buffer[at + 1] << 16 |
                          (uint32_t)buffer[at + 2] << 8 | buffer[at + 3];
        fill(buffer + at, 4, &seed);
        uint32_t after = (uint32_t)buffer[at] << 24 | (uint32_t)buffer[at + 1] << 16 |
                         (uint32_t)buffer[at + 2] << 8 | buffer[at + 3];
        ck_assert_uint_eq(nonnet_checksum_update32(checksum, before, after),
                          nonnet_checksum_of(buffer, sizeof buffer));
    }
}
END_TEST

/* Every addition carries, and every carry counts. */
START_TEST(carries_are_not_lost_in_any_length)
{
    static uint8_t ones[300];
    memset(ones, 0xff, sizeof ones);
    for (size_t len = 1; len <= sizeof ones; len++) {
        uint16_t last = len % 2 == 1 ? 0xff00 : 0xffff; /* the last word, on words of ones */
        ck_assert_uint_eq(nonnet_checksum_of(ones, len), (uint16_t)~last);
    }
}
END_TEST

static Suite *checksum_suite(void)
{
    Suite *suite = suite_create("nonnet checksum");
    TCase *tc = tcase_create("checksum");
    tcase_add_test(tc, example_of_rfc_1071_gives_its_sum);
    tcase_add_test(tc, no_bytes_give_all_ones);
    tcase_add_test(tc, carries_out_of_every_word_are_kept);
    tcase_add_test(tc, every_length_and_alignment_equals_the_definition);
    tcase_add_test(tc, parts_of_any_length_give_the_sum_of_the_whole);
    tcase_add_test(tc, pseudo_header_of_ipv4_makes_a_udp_datagram_sum_to_zero);
    tcase_add_test(tc, pseudo_header_of_ipv6_makes_captured_packets_sum_to_zero);
    tcase_add_test(tc, length_of_an_ipv6_pseudo_header_has_32_bits);
    tcase_add_test(tc, example_of_rfc_1624_updates_to_zero);
    tcase_add_test(tc, update_equals_a_new_sum);
    tcase_add_test(tc, carries_are_not_lost_in_any_length);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(checksum_suite)
