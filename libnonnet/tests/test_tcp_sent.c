/*
 * The list of what is in flight against a model that has one element a byte.
 */
#include <check_main.h>

#include "tcp/sent.h"

#define NBYTES 40u
#define SIZE   64u /* so large that the list is never full */
#define GONE   255u

struct model {
    uint8_t state[1 << 16]; /* by offset from the first byte ever sent */
    uint32_t una, next;
};

static struct model model;
static struct tcp_range items[SIZE];
static struct tcp_sent sent;
static uint32_t base;

static uint32_t count_state(uint8_t state)
{
    uint32_t n = 0;
    for (uint32_t i = model.una; i < model.next; i++)
        n += model.state[i] == state;
    return n;
}

static void compare(void)
{
    uint32_t at = model.una;
    for (uint16_t i = 0; i < sent.count; i++) {
        const struct tcp_range *r = &sent.items[sent.first + i];
        ck_assert(r->start == base + at && r->end != r->start);
        for (; base + at != r->end; at++) {
            if (model.state[at] != r->state)
                ck_abort_msg("byte %u is %u, not %u", at, r->state, model.state[at]);
        }
    }
    ck_assert_uint_eq(at, model.next);
    ck_assert_uint_eq(at, model.next);
    ck_assert_uint_eq(sent.sacked, count_state(TCP_RANGE_SACKED));
    ck_assert_uint_eq(sent.lost, count_state(TCP_RANGE_LOST));
    ck_assert_uint_eq(sent_pipe(&sent), count_state(TCP_RANGE_FLIGHT));
}

static uint32_t deliver(uint32_t from, uint32_t to, uint8_t state)
{
    uint32_t n = 0;
    for (uint32_t i = from; i < to; i++) {
        n += model.state[i] != TCP_RANGE_SACKED;
        model.state[i] = state;
    }
    return n;
}

static void step(uint64_t *seed, uint32_t now)
{
    uint32_t flight = model.next - model.una;
    uint32_t a = flight ? (uint32_t)(check_random(seed) % flight) : 0;
    uint32_t b = flight ? a + 1 + (uint32_t)(check_random(seed) % (flight - a)) : 0;
    struct tcp_delivery d = {0};
    const struct tcp_range *lost;

    switch (check_random(seed) % 8) {
    case 0:
    case 1:
    case 2: {
        uint32_t len = (uint32_t)(1 + check_random(seed) % 5);
        if (flight + len > NBYTES)
            return;
        nonnet_tcp_sent_append(&sent, base + model.next, base + model.next + len, now, 3);
        memset(model.state + model.next, TCP_RANGE_FLIGHT, len);
        model.next += len;
        return;
    }
    case 3:
        nonnet_tcp_sent_acknowledge(&sent, base + model.una + b, &d);
        ck_assert_uint_eq(d.bytes, deliver(model.una, model.una + b, GONE));
        model.una += b;
        return;
    case 4:
    case 5:
        if (flight == 0)
            return;
        nonnet_tcp_sent_sack(&sent, base + model.una + a, base + model.una + b, &d);
        ck_assert_uint_eq(d.bytes, deliver(model.una + a, model.una + b, TCP_RANGE_SACKED));
        return;
    case 6:
        lost = nonnet_tcp_sent_first_lost(&sent);
        ck_assert((lost != NULL) == (sent.lost > 0));
        if (lost) {
            uint32_t start = lost->start;
            uint32_t len = (uint32_t)(1 + check_random(seed) % (lost->end - start));
            ck_assert(nonnet_tcp_sent_again(&sent, lost, start, len, now, 3));
            memset(model.state + (start - base), TCP_RANGE_FLIGHT, len);
        }
        return;
    default:
        if (check_random(seed) % 4 > 0)
            return;
        nonnet_tcp_sent_lose_all(&sent);
        for (uint32_t i = model.una; i < model.next; i++) {
            if (model.state[i] == TCP_RANGE_FLIGHT)
                model.state[i] = TCP_RANGE_LOST;
        }
        return;
    }
}

START_TEST(rfc6675_4_list_agrees_with_a_model_of_bytes)
{
    uint64_t seed = check_seed();
    for (int round = 0; round < 100; round++) {
        memset(&model, 0, sizeof model);
        base = round % 2 ? 0xffffff80u : (uint32_t)check_random(&seed);
        sent = (struct tcp_sent){.items = items, .size = SIZE};
        for (uint32_t i = 0; i < 2000; i++) {
            step(&seed, i);
            compare();
        }
    }
}
END_TEST

START_TEST(bytes_sent_together_share_a_range)
{
    sent = (struct tcp_sent){.items = items, .size = SIZE};
    for (uint32_t i = 0; i < 1000; i++)
        nonnet_tcp_sent_append(&sent, i * 1000, (i + 1) * 1000, i, 100);
    ck_assert_uint_le(sent.count, 11);
}
END_TEST

START_TEST(full_list_ignores_sack_and_takes_no_new_data_but_recovers)
{
    struct tcp_delivery d = {0};
    sent = (struct tcp_sent){.items = items, .size = TCP_RANGES_MIN};
    nonnet_tcp_sent_append(&sent, 0, 1000, 0, 0);
    for (uint32_t i = 1; i < 999; i += 2)
        nonnet_tcp_sent_sack(&sent, i, i + 1, &d);
    ck_assert_uint_le(sent.count, TCP_RANGES_MIN);
    ck_assert_uint_gt(sent.sacked, 0);
    ck_assert_uint_lt(sent.sacked, 10);
    nonnet_tcp_sent_lose_all(&sent);
    const struct tcp_range *lost = nonnet_tcp_sent_first_lost(&sent);
    ck_assert(lost && nonnet_tcp_sent_again(&sent, lost, lost->start, 1, 5, 0));
}
END_TEST

static Suite *tcp_sent_suite(void)
{
    Suite *suite = suite_create("nonnet TCP scoreboard");
    TCase *tc = tcase_create("ranges");
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, rfc6675_4_list_agrees_with_a_model_of_bytes);
    tcase_add_test(tc, bytes_sent_together_share_a_range);
    tcase_add_test(tc, full_list_ignores_sack_and_takes_no_new_data_but_recovers);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(tcp_sent_suite)
