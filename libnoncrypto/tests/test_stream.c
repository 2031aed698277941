/* Chunks of a stream: what a reader of a damaged message must find, and the limits of the interface. */
#include <check_main.h>

#include <noncrypto/stream.h>

#define CHUNK  32
#define TAG    NONCRYPTO_STREAM_TAG_LEN
#define SEALED (CHUNK + TAG)

static const uint8_t key[NONCRYPTO_STREAM_KEY_LEN] = "this is the key of the stream...";
static struct noncrypto_stream stream;
static uint8_t text[3 * CHUNK], sealed[3][SEALED], out[SEALED];

static void start(void)
{
    ck_assert_int_eq(noncrypto_stream_init(&stream, key, CHUNK), 0);
}

/* Two whole chunks and one of 5 bytes. */
static void seal_three(void)
{
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (uint8_t)i;
    start();
    ck_assert_int_eq(noncrypto_stream_seal(&stream, sealed[0], text, CHUNK, 0), 0);
    ck_assert_int_eq(noncrypto_stream_seal(&stream, sealed[1], text + CHUNK, CHUNK, 0), 0);
    ck_assert_int_eq(noncrypto_stream_seal(&stream, sealed[2], text + 2 * CHUNK, 5, 1), 0);
    start();
}

static int open_whole(int i, int last)
{
    return noncrypto_stream_open(&stream, out, sealed[i], SEALED, last);
}

START_TEST(a_chunk_is_chacha20_poly1305_under_its_number)
{
    uint8_t nonce[12] = {0}, tag[TAG];

    nonce[10] = 1;
    ck_assert_int_eq(
        noncrypto_chacha20_poly1305_seal(out, tag, text + CHUNK, CHUNK, NULL, 0, nonce, key), 0);
    ck_assert_mem_eq(sealed[1], out, CHUNK);
    ck_assert_mem_eq(sealed[1] + CHUNK, tag, TAG);
    nonce[10] = 2;
    nonce[11] = 1;
    ck_assert_int_eq(
        noncrypto_chacha20_poly1305_seal(out, tag, text + 2 * CHUNK, 5, NULL, 0, nonce, key), 0);
    ck_assert_mem_eq(sealed[2], out, 5);
    ck_assert_mem_eq(sealed[2] + 5, tag, TAG);
}
END_TEST

START_TEST(chunks_open_in_order)
{
    ck_assert_int_eq(open_whole(0, 0), 0);
    ck_assert_mem_eq(out, text, CHUNK);
    ck_assert_int_eq(open_whole(1, 0), 0);
    ck_assert_mem_eq(out, text + CHUNK, CHUNK);
    ck_assert_int_eq(noncrypto_stream_open(&stream, out, sealed[2], 5 + TAG, 1), 0);
    ck_assert_mem_eq(out, text + 2 * CHUNK, 5);
}
END_TEST

START_TEST(chunks_open_in_place)
{
    ck_assert_int_eq(noncrypto_stream_open(&stream, sealed[0], sealed[0], SEALED, 0), 0);
    ck_assert_mem_eq(sealed[0], text, CHUNK);
    start();
    memcpy(out, text, CHUNK);
    ck_assert_int_eq(noncrypto_stream_seal(&stream, out, out, CHUNK, 0), 0);
    start();
    ck_assert_int_eq(noncrypto_stream_open(&stream, out, out, SEALED, 0), 0);
    ck_assert_mem_eq(out, text, CHUNK);
}
END_TEST

static const struct {
    const char *name;
    int first, second; /* chunks in the order they come; -1: none */
    int second_last;
} orders[] = {
    {"exchanged", 1, 0, 0},
    {"repeated", 0, 0, 0},
    {"left out", 0, 2, 1},
    {"cut off", 0, 1, 1},
};

START_TEST(a_message_with_chunks_out_of_place_is_refused)
{
    int result = open_whole(orders[_i].first, 0);
    if (result == 0) {
        int second = orders[_i].second;
        result = noncrypto_stream_open(&stream, out, sealed[second], second == 2 ? 5 + TAG : SEALED,
                                       orders[_i].second_last);
    }
    ck_assert_msg(result == NONCRYPTO_E_VERIFY, "%s: %d", orders[_i].name, result);
}
END_TEST

START_TEST(nothing_follows_the_last_chunk)
{
    ck_assert_int_eq(open_whole(0, 0), 0);
    ck_assert_int_eq(open_whole(1, 0), 0);
    ck_assert_int_eq(noncrypto_stream_open(&stream, out, sealed[2], 5 + TAG, 1), 0);
    ck_assert_int_eq(noncrypto_stream_open(&stream, out, sealed[2], 5 + TAG, 1),
                     NONCRYPTO_E_INVALID);
    ck_assert_int_eq(noncrypto_stream_seal(&stream, out, text, 5, 1), NONCRYPTO_E_INVALID);
    start();
    ck_assert_int_eq(noncrypto_stream_seal(&stream, out, text, 5, 1), 0);
    ck_assert_int_eq(noncrypto_stream_seal(&stream, out, text, 5, 1), NONCRYPTO_E_INVALID);
}
END_TEST

START_TEST(the_last_chunk_is_not_accepted_as_another)
{
    start();
    ck_assert_int_eq(noncrypto_stream_seal(&stream, sealed[0], text, CHUNK, 1), 0);
    start();
    ck_assert_int_eq(open_whole(0, 0), NONCRYPTO_E_VERIFY);
}
END_TEST

START_TEST(damage_gives_zeros_and_ends_the_stream)
{
    static const uint8_t zeros[CHUNK];

    for (size_t at = 0; at < SEALED; at++) {
        start();
        memset(out, 0xee, sizeof out);
        sealed[0][at] ^= 0x80;
        ck_assert_int_eq(open_whole(0, 0), NONCRYPTO_E_VERIFY);
        ck_assert_mem_eq(out, zeros, CHUNK);
        sealed[0][at] ^= 0x80;
        ck_assert_int_eq(open_whole(0, 0), NONCRYPTO_E_INVALID);
    }
}
END_TEST

START_TEST(a_message_has_one_form)
{
    /* A short chunk is the last, and an empty one is the only one. */
    ck_assert_int_eq(noncrypto_stream_seal(&stream, out, text, CHUNK - 1, 0), NONCRYPTO_E_INVALID);
    ck_assert_int_eq(noncrypto_stream_seal(&stream, out, text, CHUNK + 1, 1), NONCRYPTO_E_INVALID);
    ck_assert_int_eq(noncrypto_stream_seal(&stream, out, text, 0, 0), NONCRYPTO_E_INVALID);
    ck_assert_int_eq(noncrypto_stream_seal(&stream, out, text, CHUNK, 0), 0);
    ck_assert_int_eq(noncrypto_stream_seal(&stream, out, text, 0, 1), NONCRYPTO_E_INVALID);
    ck_assert_int_eq(noncrypto_stream_seal(&stream, out, text, 1, 1), 0);
    start();
    ck_assert_int_eq(noncrypto_stream_seal(&stream, out, NULL, 0, 1), 0);
    start();
    ck_assert_int_eq(noncrypto_stream_open(&stream, NULL, out, TAG, 1), 0);
    start();
    ck_assert_int_eq(noncrypto_stream_open(&stream, out, sealed[0], TAG - 1, 1),
                     NONCRYPTO_E_VERIFY);
}
END_TEST

START_TEST(an_empty_chunk_that_someone_sealed_is_refused)
{
    uint8_t nonce[12] = {0}, tag[TAG];

    /* What a writer that does not follow the rule would add. */
    nonce[10] = 1;
    nonce[11] = 1;
    ck_assert_int_eq(noncrypto_chacha20_poly1305_seal(out, tag, NULL, 0, NULL, 0, nonce, key), 0);
    ck_assert_int_eq(open_whole(0, 0), 0);
    ck_assert_int_eq(noncrypto_stream_open(&stream, out, tag, TAG, 1), NONCRYPTO_E_VERIFY);
}
END_TEST

START_TEST(the_number_of_chunks_has_a_limit)
{
    stream.next = NONCRYPTO_STREAM_CHUNKS_MAX - 1;
    ck_assert_int_eq(noncrypto_stream_seal(&stream, out, text, CHUNK, 0), 0);
    ck_assert_int_eq(noncrypto_stream_seal(&stream, out, text, CHUNK, 0), NONCRYPTO_E_INVALID);
    ck_assert_int_eq(noncrypto_stream_open(&stream, out, sealed[0], SEALED, 0), NONCRYPTO_E_VERIFY);
}
END_TEST

START_TEST(chunks_without_length_are_refused)
{
    ck_assert_int_eq(noncrypto_stream_init(&stream, key, 0), NONCRYPTO_E_INVALID);
    ck_assert_int_eq(noncrypto_stream_seal(&stream, out, NULL, 0, 1), NONCRYPTO_E_INVALID);
}
END_TEST

static Suite *stream_suite(void)
{
    Suite *suite = suite_create("noncrypto stream");
    TCase *tc = tcase_create("stream");
    tcase_add_checked_fixture(tc, seal_three, NULL);
    tcase_add_test(tc, a_chunk_is_chacha20_poly1305_under_its_number);
    tcase_add_test(tc, chunks_open_in_order);
    tcase_add_test(tc, chunks_open_in_place);
    tcase_add_loop_test(tc, a_message_with_chunks_out_of_place_is_refused, 0,
                        sizeof orders / sizeof orders[0]);
    tcase_add_test(tc, nothing_follows_the_last_chunk);
    tcase_add_test(tc, the_last_chunk_is_not_accepted_as_another);
    tcase_add_test(tc, damage_gives_zeros_and_ends_the_stream);
    tcase_add_test(tc, a_message_has_one_form);
    tcase_add_test(tc, an_empty_chunk_that_someone_sealed_is_refused);
    tcase_add_test(tc, the_number_of_chunks_has_a_limit);
    tcase_add_test(tc, chunks_without_length_are_refused);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(stream_suite)
