#include <check_main.h>

#include <nonnet/checksum.h>
#include <nonnet/ipv4.h>

/* Headers sent by Linux, and what is in them. */
static const struct captured {
    const char *name;
    const char *header;
    uint16_t total_len;
    uint16_t id;
    uint16_t fragment_offset;
    bool dont_fragment, more_fragments;
    uint8_t header_len, dscp, ttl, protocol;
} captured[] = {
    {"UDP", "45000021e4c74000401158027f0000017f000001", 33, 0xe4c7, 0, true, false, 20, 0, 64, 17},
    {"UDP, expedited", "45b8001ee57c4000401156987f0000017f000001", 30, 0xe57c, 0, true, false, 20,
     46, 64, 17},
    {"TCP SYN", "4500003cfafd4000400641bc7f0000017f000001", 60, 0xfafd, 0, true, false, 20, 0, 64,
     6},
    {"ICMP", "450000241b184000400121bf7f0000017f000001", 36, 0x1b18, 0, true, false, 20, 0, 64, 1},
    {"first fragment", "450005dce57320004011719b7f0000017f000001", 1500, 0xe573, 0, false, true, 20,
     0, 64, 17},
    {"last fragment", "45000154e57300b94011956a7f0000017f000001", 340, 0xe573, 1480, false, false,
     20, 0, 64, 17},
    {"record route", "4900002ee4d94000401143557f0000017f000001070f087f000001000000000000000000", 46,
     0xe4d9, 0, true, false, 36, 0, 64, 17},
    {"timestamp",
     "4e000042e52240004011b51e7f0000017f00000144240d017f000001036ac5d600000000000000000000"
     "0000000000000000000000000000",
     66, 0xe522, 0, true, false, 56, 0, 64, 17},
    {"loose source route", "47000028e52c40004011cd0f7f0000017f0000018307047f00000100", 40, 0xe52c,
     0, true, false, 28, 0, 64, 17},
};
#define NCAPTURED (sizeof captured / sizeof captured[0])

struct frame {
    uint8_t bytes[1600];
    size_t header_len;
};

static struct frame frame_of(const char *hex)
{
    struct frame f = {.header_len = 0};
    f.header_len = check_unhex(f.bytes, sizeof f.bytes, hex);
    return f;
}

/* A UDP packet's frame with these bytes of options, whose checksum is right. */
static struct frame frame_with_options(const char *options)
{
    struct frame f = frame_of("45000100e4c7400040110000c0a80001c0a800c7");
    f.header_len += check_unhex(f.bytes + 20, 40, options);
    f.bytes[0] = (uint8_t)(0x40 | f.header_len / 4);
    return f;
}

static void frame_seal(struct frame *f)
{
    f->bytes[10] = f->bytes[11] = 0;
    uint16_t checksum = nonnet_checksum_of(f->bytes, f->header_len);
    f->bytes[10] = (uint8_t)(checksum >> 8);
    f->bytes[11] = (uint8_t)checksum;
}

static int frame_decode(struct frame *f)
{
    struct nonnet_ipv4_header h;
    frame_seal(f);
    return nonnet_ipv4_decode(&h, f->bytes, sizeof f->bytes);
}

START_TEST(captured_headers_decode_to_their_fields)
{
    for (size_t i = 0; i < NCAPTURED; i++) {
        const struct captured *c = &captured[i];
        struct frame f = frame_of(c->header);
        struct nonnet_ipv4_header h;
        ck_assert_int_eq(nonnet_ipv4_decode(&h, f.bytes, c->total_len), NONNET_OK);
        ck_assert_uint_eq(h.total_len, c->total_len);
        ck_assert_uint_eq(h.id, c->id);
        ck_assert_uint_eq(h.fragment_offset, c->fragment_offset);
        ck_assert(h.dont_fragment == c->dont_fragment && h.more_fragments == c->more_fragments);
        ck_assert_uint_eq(h.header_len, c->header_len);
        ck_assert_uint_eq(h.dscp, c->dscp);
        ck_assert_uint_eq(h.ttl, c->ttl);
        ck_assert_uint_eq(h.protocol, c->protocol);
        ck_assert_mem_eq(h.source.octet, "\x7f\0\0\1", 4);
        ck_assert_mem_eq(h.destination.octet, "\x7f\0\0\1", 4);
    }
}
END_TEST

START_TEST(captured_headers_encode_to_the_same_bytes)
{
    for (size_t i = 0; i < NCAPTURED; i++) {
        struct frame f = frame_of(captured[i].header);
        struct nonnet_ipv4_header h;
        uint8_t out[NONNET_IPV4_HEADER_MAX];
        ck_assert_int_eq(nonnet_ipv4_decode(&h, f.bytes, sizeof f.bytes), NONNET_OK);
        ck_assert_int_eq(nonnet_ipv4_encode(&h, out, sizeof out), NONNET_OK);
        ck_assert_mem_eq(out, f.bytes, f.header_len);
    }
}
END_TEST

START_TEST(every_truncation_is_refused)
{
    for (size_t i = 0; i < NCAPTURED; i++) {
        struct frame f = frame_of(captured[i].header);
        struct nonnet_ipv4_header h;
        for (size_t len = 0; len < captured[i].total_len; len++)
            ck_assert_int_eq(nonnet_ipv4_decode(&h, f.bytes, len), NONNET_E_TRUNCATED);
    }
}
END_TEST

START_TEST(every_flipped_bit_is_refused)
{
    for (size_t i = 0; i < NCAPTURED; i++) {
        for (size_t bit = 0; bit < (size_t)captured[i].header_len * 8; bit++) {
            struct frame f = frame_of(captured[i].header);
            struct nonnet_ipv4_header h;
            f.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
            ck_assert_int_ne(nonnet_ipv4_decode(&h, f.bytes, sizeof f.bytes), NONNET_OK);
        }
    }
}
END_TEST

START_TEST(error_leaves_the_output_unchanged)
{
    struct frame f = frame_of(captured[0].header);
    struct nonnet_ipv4_header h, before;
    memset(&h, 0xa5, sizeof h);
    memset(&before, 0xa5, sizeof before);
    ck_assert_int_eq(nonnet_ipv4_decode(&h, f.bytes, 32), NONNET_E_TRUNCATED);
    f.bytes[8]--;
    ck_assert_int_eq(nonnet_ipv4_decode(&h, f.bytes, sizeof f.bytes), NONNET_E_CHECKSUM);
    ck_assert_mem_eq(&h, &before, sizeof h);
}
END_TEST

START_TEST(other_versions_are_unsupported)
{
    for (unsigned version = 0; version < 16; version++) {
        struct frame f = frame_of(captured[0].header);
        f.bytes[0] = (uint8_t)(version << 4 | 5);
        ck_assert_int_eq(frame_decode(&f), version == 4 ? NONNET_OK : NONNET_E_UNSUPPORTED);
    }
}
END_TEST

START_TEST(header_length_below_five_words_is_malformed)
{
    for (unsigned ihl = 0; ihl < 5; ihl++) {
        struct frame f = frame_of(captured[0].header);
        f.bytes[0] = (uint8_t)(0x40 | ihl);
        ck_assert_int_eq(frame_decode(&f), NONNET_E_MALFORMED);
    }
}
END_TEST

START_TEST(total_length_below_the_header_is_malformed)
{
    struct frame f = frame_of(captured[8].header);
    f.bytes[3] = 27;
    ck_assert_int_eq(frame_decode(&f), NONNET_E_MALFORMED);
    f.bytes[3] = 28;
    ck_assert_int_eq(frame_decode(&f), NONNET_OK);
}
END_TEST

START_TEST(reserved_flag_is_malformed)
{
    struct frame f = frame_of(captured[0].header);
    f.bytes[6] |= 0x80;
    ck_assert_int_eq(frame_decode(&f), NONNET_E_MALFORMED);
}
END_TEST

START_TEST(fragment_past_the_largest_datagram_is_malformed)
{
    /* Offset 65512 + 20 bytes of header leave room for 3 bytes. */
    struct frame f = frame_of("4500001700011ffd40110000c0a80001c0a800c7");
    ck_assert_int_eq(frame_decode(&f), NONNET_OK);
    f.bytes[3] = 0x18;
    ck_assert_int_eq(frame_decode(&f), NONNET_E_MALFORMED);
}
END_TEST

START_TEST(empty_fragment_is_malformed)
{
    struct frame f = frame_of("450000140001200040110000c0a80001c0a800c7");
    ck_assert_int_eq(frame_decode(&f), NONNET_E_MALFORMED);
    f = frame_of("450000140001000140110000c0a80001c0a800c7");
    ck_assert_int_eq(frame_decode(&f), NONNET_E_MALFORMED);
}
END_TEST

START_TEST(inner_fragment_of_odd_size_is_malformed)
{
    struct frame f = frame_of("4500001d0001200040110000c0a80001c0a800c7");
    ck_assert_int_eq(frame_decode(&f), NONNET_E_MALFORMED);
    f.bytes[3] = 0x1c;
    ck_assert_int_eq(frame_decode(&f), NONNET_OK);
}
END_TEST

START_TEST(options_are_walked_in_order)
{
    struct frame f = frame_with_options("01940400000107070400000000000000");
    struct nonnet_ipv4_header h;
    struct nonnet_ipv4_option o;
    size_t at = 0;
    frame_seal(&f);
    ck_assert_int_eq(nonnet_ipv4_decode(&h, f.bytes, sizeof f.bytes), NONNET_OK);
    ck_assert(nonnet_ipv4_option_next(&h, &at, &o));
    ck_assert(o.type == NONNET_IPV4_OPTION_ROUTER_ALERT && o.len == 2);
    ck_assert(nonnet_ipv4_option_next(&h, &at, &o));
    ck_assert(o.type == NONNET_IPV4_OPTION_RECORD_ROUTE && o.len == 5 && o.data[0] == 4);
    ck_assert(!nonnet_ipv4_option_next(&h, &at, &o));
    ck_assert(!nonnet_ipv4_is_source_routed(&h));
}
END_TEST

START_TEST(malformed_options_are_refused)
{
    static const char *const bad[] = {
        "44000000",                       /* length 0: the walk would not move */
        "44010000",                       /* length 1: shorter than its own two bytes */
        "07050400",                       /* runs out of the header */
        "01010107",                       /* a type without a length */
        "01010144",                       /* the same */
        "07ff0400",                       /* length 255 */
        "07030300",                       /* pointer below the first address */
        "07070c0000000000",               /* pointer past the one after the last */
        "0707050000000000",               /* pointer inside an address */
        "0706040000000000",               /* no room for whole addresses */
        "0702000000000000",               /* no pointer */
        "4403050000000000",               /* timestamp without flags */
        "4408050200000000",               /* timestamp flag that does not exist */
        "4408040000000000",               /* timestamp pointer below the first */
        "4408050100000000",               /* timestamp pairs of which half is missing */
        "94030000",                       /* router alert without value */
        "830704000000008907040000000000", /* two source routes (and one byte to make 16) */
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char padded[81];
        snprintf(padded, sizeof padded, "%s%s", bad[i], strlen(bad[i]) % 8 ? "00" : "");
        struct frame f = frame_with_options(padded);
        ck_assert_uint_eq(f.header_len % 4, 0);
        ck_assert_msg(frame_decode(&f) == NONNET_E_MALFORMED, "accepted: %s", bad[i]);
    }
}
END_TEST

START_TEST(source_routes_are_reported)
{
    struct frame f = frame_of(captured[8].header);
    struct nonnet_ipv4_header h;
    ck_assert_int_eq(nonnet_ipv4_decode(&h, f.bytes, sizeof f.bytes), NONNET_OK);
    ck_assert(nonnet_ipv4_is_source_routed(&h));
    f = frame_of(captured[6].header);
    ck_assert_int_eq(nonnet_ipv4_decode(&h, f.bytes, sizeof f.bytes), NONNET_OK);
    ck_assert(!nonnet_ipv4_is_source_routed(&h));
}
END_TEST

START_TEST(option_walk_over_garbage_stays_in_the_header_and_ends)
{
    uint64_t seed = check_seed();
    for (int round = 0; round < 20000; round++) {
        struct nonnet_ipv4_header h = {.header_len = (uint8_t)check_random(&seed)};
        struct nonnet_ipv4_option o;
        size_t at = 0, noptions = 0;
        for (size_t i = 0; i < sizeof h.options; i++)
            h.options[i] = (uint8_t)(check_random(&seed) % 12);
        while (nonnet_ipv4_option_next(&h, &at, &o)) {
            ck_assert_uint_le((size_t)(o.data - h.options) + o.len, sizeof h.options);
            ck_assert_uint_le(++noptions, 20);
        }
    }
}
END_TEST

static struct nonnet_ipv4_header random_header(uint64_t *seed)
{
    struct nonnet_ipv4_header h = {.header_len = 20};
    h.header_len = (uint8_t)(20 + check_random(seed) % 11 * 4);
    memset(h.options, NONNET_IPV4_OPTION_NOP, h.header_len - 20u);
    h.dscp = check_random(seed) & 63;
    h.ecn = check_random(seed) & 3;
    h.id = (uint16_t)check_random(seed);
    h.ttl = (uint8_t)check_random(seed);
    h.protocol = (uint8_t)check_random(seed);
    h.dont_fragment = check_random(seed) & 1;
    h.more_fragments = check_random(seed) & 1;
    h.fragment_offset = (uint16_t)(check_random(seed) % 4000 * 8);
    h.total_len = (uint16_t)(h.header_len + 8 + check_random(seed) % 3000 * 8);
    for (size_t i = 0; i < 4; i++) {
        h.source.octet[i] = (uint8_t)check_random(seed);
        h.destination.octet[i] = (uint8_t)check_random(seed);
    }
    return h;
}

START_TEST(random_headers_survive_the_round_trip)
{
    static uint8_t frame[65536];
    uint64_t seed = check_seed();
    for (int round = 0; round < 20000; round++) {
        struct nonnet_ipv4_header h = random_header(&seed), back;
        uint8_t again[NONNET_IPV4_HEADER_MAX];
        ck_assert_int_eq(nonnet_ipv4_encode(&h, frame, sizeof frame), NONNET_OK);
        ck_assert_int_eq(nonnet_ipv4_decode(&back, frame, sizeof frame), NONNET_OK);
        ck_assert(back.total_len == h.total_len && back.id == h.id && back.dscp == h.dscp &&
                  back.ecn == h.ecn && back.ttl == h.ttl && back.protocol == h.protocol &&
                  back.dont_fragment == h.dont_fragment &&
                  back.more_fragments == h.more_fragments &&
                  back.fragment_offset == h.fragment_offset && back.header_len == h.header_len);
        ck_assert_mem_eq(&back.source, &h.source, 4);
        ck_assert_mem_eq(&back.destination, &h.destination, 4);
        ck_assert_int_eq(nonnet_ipv4_encode(&back, again, sizeof again), NONNET_OK);
        ck_assert_mem_eq(again, frame, h.header_len);
    }
}
END_TEST

START_TEST(encoding_refuses_what_would_not_decode)
{
    uint64_t seed = check_seed();
    const struct nonnet_ipv4_header good = random_header(&seed);
    uint8_t out[NONNET_IPV4_HEADER_MAX];
    struct nonnet_ipv4_header h;
#define REFUSED(change)                                                              \
    do {                                                                             \
        h = good;                                                                    \
        change;                                                                      \
        ck_assert_int_eq(nonnet_ipv4_encode(&h, out, sizeof out), NONNET_E_INVALID); \
    } while (0)
    REFUSED(h.dscp = 64);
    REFUSED(h.ecn = 4);
    REFUSED(h.header_len = 16);
    REFUSED(h.header_len = 22);
    REFUSED(h.header_len = 64);
    REFUSED(h.fragment_offset = 4);
    REFUSED(h.total_len = (uint16_t)(h.header_len - 1));
    REFUSED((h.header_len = 24, h.options[0] = 68, h.options[1] = 40));
#undef REFUSED
    ck_assert_int_eq(nonnet_ipv4_encode(&good, out, good.header_len - 1u), NONNET_E_NO_SPACE);
}
END_TEST

static Suite *ipv4_suite(void)
{
    Suite *suite = suite_create("nonnet ipv4");
    TCase *tc = tcase_create("ipv4");
    tcase_add_test(tc, captured_headers_decode_to_their_fields);
    tcase_add_test(tc, captured_headers_encode_to_the_same_bytes);
    tcase_add_test(tc, every_truncation_is_refused);
    tcase_add_test(tc, every_flipped_bit_is_refused);
    tcase_add_test(tc, error_leaves_the_output_unchanged);
    tcase_add_test(tc, other_versions_are_unsupported);
    tcase_add_test(tc, header_length_below_five_words_is_malformed);
    tcase_add_test(tc, total_length_below_the_header_is_malformed);
    tcase_add_test(tc, reserved_flag_is_malformed);
    tcase_add_test(tc, fragment_past_the_largest_datagram_is_malformed);
    tcase_add_test(tc, empty_fragment_is_malformed);
    tcase_add_test(tc, inner_fragment_of_odd_size_is_malformed);
    tcase_add_test(tc, options_are_walked_in_order);
    tcase_add_test(tc, malformed_options_are_refused);
    tcase_add_test(tc, source_routes_are_reported);
    tcase_add_test(tc, option_walk_over_garbage_stays_in_the_header_and_ends);
    tcase_add_test(tc, random_headers_survive_the_round_trip);
    tcase_add_test(tc, encoding_refuses_what_would_not_decode);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(ipv4_suite)
