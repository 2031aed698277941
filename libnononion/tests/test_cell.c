#include <check_main.h>

#include <nononion/cell.h>

static uint8_t buffer[NONONION_CELL_MAX];

/* What a relay sends first: VERSIONS 3, 4, 5. */
static const uint8_t versions_cell[] = {0, 0, 7, 0, 6, 0, 3, 0, 4, 0, 5};

struct stream {
    uint8_t bytes[200000];
    size_t len;
};
static struct stream stream;

static void stream_start(void)
{
    memcpy(stream.bytes, versions_cell, sizeof versions_cell);
    stream.len = sizeof versions_cell;
}

static void stream_add(uint32_t circuit_id, uint8_t command, uint16_t len)
{
    static uint8_t body[65535];
    size_t written;
    struct nononion_cell cell = {
        .circuit_id = circuit_id, .command = command, .body = body, .len = len};
    memset(body, command, sizeof body);
    ck_assert_int_eq(nononion_cell_encode(&cell, 4, stream.bytes + stream.len,
                                          sizeof stream.bytes - stream.len, &written),
                     NONONION_OK);
    stream.len += written;
}

static struct nononion_cell_reader reader_start(size_t size)
{
    struct nononion_cell_reader reader;
    ck_assert_int_eq(nononion_cell_reader_init(&reader, buffer, size), NONONION_OK);
    return reader;
}

/* A reader that has seen VERSIONS and goes on with link protocol 4. */
static struct nononion_cell_reader reader_negotiated(size_t size)
{
    struct nononion_cell_reader reader = reader_start(size);
    struct nononion_cell cell;
    size_t used;
    ck_assert_int_eq(
        nononion_cell_reader_push(&reader, versions_cell, sizeof versions_cell, &used, &cell),
        NONONION_OK);
    ck_assert_int_eq(nononion_cell_reader_negotiated(&reader, 4), NONONION_OK);
    return reader;
}

static int push_hex(struct nononion_cell_reader *reader, const char *hex,
                    struct nononion_cell *cell)
{
    static uint8_t bytes[64];
    size_t used, len = check_unhex(bytes, sizeof bytes, hex);
    return nononion_cell_reader_push(reader, bytes, len, &used, cell);
}

/* Reads the whole stream in pieces of `piece` bytes; returns the number of cells after VERSIONS. */
static unsigned stream_read(size_t piece)
{
    struct nononion_cell_reader reader = reader_start(sizeof buffer);
    unsigned ncells = 0;
    for (size_t at = 0; at < stream.len;) {
        size_t len = piece < stream.len - at ? piece : stream.len - at;
        while (len > 0) {
            struct nononion_cell cell;
            size_t used;
            int rc = nononion_cell_reader_push(&reader, stream.bytes + at, len, &used, &cell);
            at += used;
            len -= used;
            if (rc == NONONION_E_AGAIN) {
                ck_assert_uint_eq(len, 0);
                break;
            }
            ck_assert_int_eq(rc, NONONION_OK);
            if (cell.command == NONONION_CELL_VERSIONS) {
                ck_assert_uint_eq(cell.len, 6);
                ck_assert_int_eq(nononion_cell_reader_negotiated(&reader, 5), NONONION_OK);
                continue;
            }
            ncells++;
            for (size_t i = 0; i < cell.len; i++)
                ck_assert_uint_eq(cell.body[i], cell.command);
        }
    }
    return ncells;
}

START_TEST(cells_come_out_whole_however_the_stream_is_cut)
{
    static const size_t pieces[] = {1, 2, 3, 5, 7, 100, 513, 514, 515, 1024, 16384, 200000};
    stream_start();
    stream_add(0, NONONION_CELL_CERTS, 2000);
    stream_add(0, NONONION_CELL_AUTH_CHALLENGE, 36);
    stream_add(0, NONONION_CELL_NETINFO, 509);
    stream_add(0, NONONION_CELL_VPADDING, 0);
    stream_add(0, NONONION_CELL_VPADDING, 65535);
    stream_add(0x80000001, NONONION_CELL_RELAY, 509);
    stream_add(0x80000001, NONONION_CELL_RELAY, 509);
    stream_add(0, NONONION_CELL_VPADDING, 1);
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++)
        ck_assert_uint_eq(stream_read(pieces[i]), 8);
}
END_TEST

START_TEST(a_tls_record_of_16_kib_gives_its_31_cells)
{
    stream_start();
    for (int i = 0; i < 31; i++)
        stream_add(0x80000005, NONONION_CELL_RELAY, 509);
    ck_assert_uint_le(stream.len, 16384);
    ck_assert_uint_eq(stream_read(stream.len), 31);
}
END_TEST

START_TEST(random_cuts_give_the_same_cells)
{
    uint64_t seed = check_seed();
    stream_start();
    for (int i = 0; i < 100; i++) {
        bool variable = check_random(&seed) & 1;
        stream_add(0x80000000u | (uint32_t)i,
                   variable ? NONONION_CELL_VPADDING : NONONION_CELL_RELAY,
                   (uint16_t)(variable ? check_random(&seed) % 1000 : 509));
    }
    for (int round = 0; round < 50; round++)
        ck_assert_uint_eq(stream_read(1 + check_random(&seed) % 1500), 100);
}
END_TEST

START_TEST(cell_fields_are_what_the_bytes_say)
{
    struct nononion_cell_reader reader = reader_negotiated(sizeof buffer);
    struct nononion_cell cell;
    ck_assert_int_eq(push_hex(&reader, "12345678810003aabbcc", &cell), NONONION_OK);
    ck_assert_uint_eq(cell.circuit_id, 0x12345678);
    ck_assert_uint_eq(cell.command, NONONION_CELL_CERTS);
    ck_assert_uint_eq(cell.len, 3);
    ck_assert_mem_eq(cell.body, "\xaa\xbb\xcc", 3);
}
END_TEST

START_TEST(first_cell_other_than_versions_kills_the_reader)
{
    for (unsigned command = 0; command < 256; command++) {
        struct nononion_cell_reader reader = reader_start(sizeof buffer);
        struct nononion_cell cell;
        char hex[32];
        snprintf(hex, sizeof hex, "0001%02x0000", command);
        int want = command == NONONION_CELL_VERSIONS ? NONONION_OK : NONONION_E_MALFORMED;
        ck_assert_int_eq(push_hex(&reader, hex, &cell), want);
    }
}
END_TEST

START_TEST(second_versions_cell_kills_the_reader)
{
    struct nononion_cell_reader reader = reader_negotiated(sizeof buffer);
    struct nononion_cell cell;
    ck_assert_int_eq(push_hex(&reader, "000000000700020004", &cell), NONONION_E_MALFORMED);
}
END_TEST

START_TEST(dead_reader_says_the_same_again)
{
    struct nononion_cell_reader reader = reader_start(sizeof buffer);
    struct nononion_cell cell;
    size_t used = 1;
    ck_assert_int_eq(push_hex(&reader, "0000080000", &cell), NONONION_E_MALFORMED);
    ck_assert_int_eq(
        nononion_cell_reader_push(&reader, versions_cell, sizeof versions_cell, &used, &cell),
        NONONION_E_MALFORMED);
    ck_assert_uint_eq(used, 0);
}
END_TEST

START_TEST(nothing_is_read_between_versions_and_the_choice)
{
    struct nononion_cell_reader reader = reader_start(sizeof buffer);
    struct nononion_cell cell;
    ck_assert_int_eq(nononion_cell_reader_negotiated(&reader, 4), NONONION_E_INVALID);
    ck_assert_int_eq(push_hex(&reader, "00000700020004", &cell), NONONION_OK);
    ck_assert_int_eq(push_hex(&reader, "00000000800000", &cell), NONONION_E_INVALID);
    ck_assert_int_eq(nononion_cell_reader_negotiated(&reader, 3), NONONION_E_INVALID);
    ck_assert_int_eq(nononion_cell_reader_negotiated(&reader, 6), NONONION_E_INVALID);
    ck_assert_int_eq(nononion_cell_reader_negotiated(&reader, 5), NONONION_OK);
    ck_assert_int_eq(nononion_cell_reader_negotiated(&reader, 4), NONONION_E_INVALID);
    ck_assert_int_eq(push_hex(&reader, "00000000800000", &cell), NONONION_OK);
}
END_TEST

START_TEST(circuit_cell_without_a_circuit_kills_the_reader)
{
    static const uint8_t commands[] = {1, 2, 3, 4, 5, 6, 9, 10, 11};
    for (size_t i = 0; i < sizeof commands; i++) {
        struct nononion_cell_reader reader = reader_negotiated(sizeof buffer);
        struct nononion_cell cell;
        char hex[32];
        snprintf(hex, sizeof hex, "00000000%02x", commands[i]);
        ck_assert_int_eq(push_hex(&reader, hex, &cell), NONONION_E_MALFORMED);
    }
}
END_TEST

START_TEST(cell_longer_than_the_buffer_is_refused_at_its_header)
{
    struct nononion_cell_reader reader = reader_negotiated(NONONION_CELL_LEN);
    struct nononion_cell cell;
    ck_assert_int_eq(push_hex(&reader, "0000000080ffff", &cell), NONONION_E_NO_SPACE);
    ck_assert_int_eq(push_hex(&reader, "00", &cell), NONONION_E_NO_SPACE);
    reader = reader_negotiated(NONONION_CELL_LEN);
    ck_assert_int_eq(push_hex(&reader, "000000008001fb", &cell), NONONION_E_AGAIN);
    reader = reader_negotiated(NONONION_CELL_LEN);
    ck_assert_int_eq(push_hex(&reader, "000000008001fc", &cell), NONONION_E_NO_SPACE);
}
END_TEST

START_TEST(unknown_commands_are_given_out)
{
    struct nononion_cell_reader reader = reader_negotiated(sizeof buffer);
    struct nononion_cell cell;
    ck_assert_int_eq(push_hex(&reader, "00000000ff000155", &cell), NONONION_OK);
    ck_assert(!nononion_cell_is_known(cell.command));
    for (unsigned c = 0; c < 256; c++)
        ck_assert(nononion_cell_is_known((uint8_t)c) == (c <= 12 || (c >= 128 && c <= 132)));
}
END_TEST

START_TEST(reader_needs_room_for_a_fixed_cell)
{
    struct nononion_cell_reader reader;
    ck_assert_int_eq(nononion_cell_reader_init(&reader, buffer, NONONION_CELL_LEN - 1),
                     NONONION_E_INVALID);
}
END_TEST

START_TEST(fixed_cells_are_514_bytes_filled_up_with_zeros)
{
    uint8_t out[600];
    size_t written;
    struct nononion_cell cell = {.circuit_id = 0x80000001,
                                 .command = NONONION_CELL_DESTROY,
                                 .body = (const uint8_t *)"\x09",
                                 .len = 1};
    memset(out, 0xff, sizeof out);
    ck_assert_int_eq(nononion_cell_encode(&cell, 5, out, sizeof out, &written), NONONION_OK);
    ck_assert_uint_eq(written, NONONION_CELL_LEN);
    ck_assert_mem_eq(out, "\x80\0\0\1\x04\x09", 6);
    for (size_t i = 6; i < NONONION_CELL_LEN; i++)
        ck_assert_uint_eq(out[i], 0);
    ck_assert_uint_eq(out[NONONION_CELL_LEN], 0xff);
}
END_TEST

START_TEST(versions_is_sent_with_circuit_ids_of_two_bytes)
{
    uint8_t out[16];
    size_t written;
    struct nononion_cell cell = {
        .command = NONONION_CELL_VERSIONS, .body = (const uint8_t *)"\0\3\0\4\0\5", .len = 6};
    ck_assert_int_eq(nononion_cell_encode(&cell, 0, out, sizeof out, &written), NONONION_OK);
    ck_assert_uint_eq(written, sizeof versions_cell);
    ck_assert_mem_eq(out, versions_cell, sizeof versions_cell);
}
END_TEST

START_TEST(encoding_refuses_what_no_peer_would_take)
{
    static const uint8_t body[600];
    uint8_t out[1024];
    size_t written = 77;
    struct nononion_cell relay = {.circuit_id = 1, .command = 3, .body = body, .len = 509};
    struct nononion_cell c;
    ck_assert_int_eq(nononion_cell_encode(&relay, 4, out, 513, &written), NONONION_E_NO_SPACE);
    ck_assert_int_eq(nononion_cell_encode(&relay, 3, out, sizeof out, &written),
                     NONONION_E_INVALID);
    ck_assert_int_eq(nononion_cell_encode(&relay, 0, out, sizeof out, &written),
                     NONONION_E_INVALID);
    c = relay;
    c.circuit_id = 0;
    ck_assert_int_eq(nononion_cell_encode(&c, 4, out, sizeof out, &written), NONONION_E_INVALID);
    c = relay;
    c.len = 510;
    ck_assert_int_eq(nononion_cell_encode(&c, 4, out, sizeof out, &written), NONONION_E_INVALID);
    c = (struct nononion_cell){.command = NONONION_CELL_VERSIONS, .body = body, .len = 2};
    ck_assert_int_eq(nononion_cell_encode(&c, 4, out, sizeof out, &written), NONONION_E_INVALID);
    ck_assert_uint_eq(written, 77);
}
END_TEST

static Suite *cell_suite(void)
{
    Suite *suite = suite_create("nononion cell");
    TCase *tc = tcase_create("reader");
    tcase_add_test(tc, cells_come_out_whole_however_the_stream_is_cut);
    tcase_add_test(tc, a_tls_record_of_16_kib_gives_its_31_cells);
    tcase_add_test(tc, random_cuts_give_the_same_cells);
    tcase_add_test(tc, cell_fields_are_what_the_bytes_say);
    tcase_add_test(tc, first_cell_other_than_versions_kills_the_reader);
    tcase_add_test(tc, second_versions_cell_kills_the_reader);
    tcase_add_test(tc, dead_reader_says_the_same_again);
    tcase_add_test(tc, nothing_is_read_between_versions_and_the_choice);
    tcase_add_test(tc, circuit_cell_without_a_circuit_kills_the_reader);
    tcase_add_test(tc, cell_longer_than_the_buffer_is_refused_at_its_header);
    tcase_add_test(tc, unknown_commands_are_given_out);
    tcase_add_test(tc, reader_needs_room_for_a_fixed_cell);
    suite_add_tcase(suite, tc);
    tc = tcase_create("encode");
    tcase_add_test(tc, fixed_cells_are_514_bytes_filled_up_with_zeros);
    tcase_add_test(tc, versions_is_sent_with_circuit_ids_of_two_bytes);
    tcase_add_test(tc, encoding_refuses_what_no_peer_would_take);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(cell_suite)
