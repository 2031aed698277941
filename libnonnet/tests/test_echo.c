/*
 * Echo requests of the host's own, in both families.
 */
#include "host_tcp.h"

#include <nonnet/echo.h>

#define SIX (_i == 1)

static struct host h;

static void setup(void)
{
    host_tcp(&h);
}

static void teardown(void)
{
    host_end(&h);
}

/* The word of the echo request that the host sends: identifier and number. */
static uint32_t request_word(bool six, size_t len)
{
    static struct frame f;
    size_t at = six ? 54 : 34;
    while (host_output(&h, &f)) {
        if (host_answer_neighbour(&h, &f))
            continue;
        ck_assert_uint_eq(f.bytes[at], six ? 128 : 8);
        ck_assert_uint_eq(f.len, at + 8 + len);
        ck_assert(six ? host6_sum(&f) == 0 : nonnet_checksum_of(f.bytes + at, 8 + len) == 0);
        return frame_get32(&f, at + 4);
    }
    ck_abort_msg("nothing was sent");
}

static void reply(bool six, const struct nonnet_address *from, uint32_t word, size_t len)
{
    static const uint8_t data[64];
    struct ipv4_spec spec = {.protocol = 1};
    if (!six)
        memcpy(spec.source, from->octet, 4);
    struct frame f = six ? frame_icmpv6(from, &host_global, 129, 0, word, data, len)
                         : frame_icmp(spec, 0, 0, word, data, len);
    host_input(&h, &f);
}

static int ask(bool six, uint16_t sequence)
{
    static const struct nonnet_interface_handle any;
    static const uint8_t data[10];
    return nonnet_echo_send(h.stack, six ? &peer6 : &peer4, any, sequence, data, sizeof data,
                            h.now);
}

START_TEST(an_answer_to_a_request_is_told)
{
    const struct nonnet_address *peer = SIX ? &peer6 : &peer4;
    struct nonnet_echo_answer a;
    struct nonnet_event event;
    ck_assert_int_eq(nonnet_echo_receive(h.stack, &a), NONNET_E_EMPTY);
    ck_assert_int_eq(ask(SIX, 7), NONNET_OK);
    uint32_t word = request_word(SIX, 10);
    ck_assert_uint_eq(word & 0xffff, 7);
    h.now += 1234;
    reply(SIX, peer, word, 10);
    ck_assert(nonnet_stack_event(h.stack, &event));
    ck_assert(event.source == NONNET_EVENT_ECHO && event.flags == NONNET_EVENT_READABLE);
    ck_assert_int_eq(nonnet_echo_receive(h.stack, &a), NONNET_OK);
    ck_assert(a.sequence == 7 && a.len == 10 && a.hop_limit == 64 && a.round_trip_us == 1234);
    ck_assert_mem_eq(&a.from, peer, sizeof a.from);
    /* Once more is once too often. */
    reply(SIX, peer, word, 10);
    ck_assert_int_eq(nonnet_echo_receive(h.stack, &a), NONNET_E_EMPTY);
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DROP_ICMP_UNRELATED), 1);
}
END_TEST

START_TEST(answers_to_nothing_are_ignored)
{
    const struct nonnet_address *peer = SIX ? &peer6 : &peer4;
    struct nonnet_address other = *peer;
    struct nonnet_echo_answer a;
    other.octet[SIX ? 15 : 3] = 9;
    ck_assert_int_eq(ask(SIX, 7), NONNET_OK);
    uint32_t word = request_word(SIX, 10);
    reply(SIX, &other, word, 10);
    reply(SIX, peer, word ^ 1, 10);
    reply(SIX, peer, word ^ 0x10000, 10);
    ck_assert_int_eq(nonnet_echo_receive(h.stack, &a), NONNET_E_EMPTY);
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DROP_ICMP_UNRELATED), 3);
    reply(SIX, peer, word, 10);
    ck_assert_int_eq(nonnet_echo_receive(h.stack, &a), NONNET_OK);
}
END_TEST

START_TEST(of_more_answers_than_fit_the_oldest_are_forgotten)
{
    struct nonnet_echo_answer a;
    for (uint16_t i = 0; i < NONNET_ECHO_MAX + 4; i++) {
        ck_assert_int_eq(ask(SIX, i), NONNET_OK);
        reply(SIX, SIX ? &peer6 : &peer4, request_word(SIX, 10), 10);
    }
    for (uint16_t i = 4; i < NONNET_ECHO_MAX + 4; i++) {
        ck_assert_int_eq(nonnet_echo_receive(h.stack, &a), NONNET_OK);
        ck_assert_uint_eq(a.sequence, i);
    }
    ck_assert_int_eq(nonnet_echo_receive(h.stack, &a), NONNET_E_EMPTY);
}
END_TEST

START_TEST(who_cannot_be_asked_is_refused)
{
    struct nonnet_interface_handle any = {0}, stale = {0x70000};
    struct nonnet_address group = {4, {224, 0, 0, 1}}, far = {6, {0x20, 2, [15] = 1}};
    ck_assert_int_eq(nonnet_echo_send(h.stack, &group, any, 0, NULL, 0, h.now), NONNET_E_INVALID);
    ck_assert_int_eq(nonnet_echo_send(h.stack, &far, any, 0, NULL, 0, h.now), NONNET_E_UNREACHABLE);
    ck_assert_int_eq(nonnet_echo_send(h.stack, &host4, any, 0, NULL, 0, h.now),
                     NONNET_E_UNREACHABLE);
    ck_assert_int_eq(nonnet_echo_send(h.stack, &peer4, stale, 0, NULL, 0, h.now), NONNET_E_STALE);
    static const uint8_t much[65535];
    ck_assert_int_eq(nonnet_echo_send(h.stack, &peer4, any, 0, much, sizeof much, h.now),
                     NONNET_E_TOO_LONG);
}
END_TEST

static Suite *echo_suite(void)
{
    Suite *suite = suite_create("nonnet echo");
    TCase *tc = tcase_create("echo");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, an_answer_to_a_request_is_told, 0, 2);
    tcase_add_loop_test(tc, answers_to_nothing_are_ignored, 0, 2);
    tcase_add_loop_test(tc, of_more_answers_than_fit_the_oldest_are_forgotten, 0, 2);
    tcase_add_test(tc, who_cannot_be_asked_is_refused);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(echo_suite)
