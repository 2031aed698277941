#include <string.h>

#include <nonnet/echo.h>

#include "command.h"

#define ANSWER_WAIT_US 2000000

struct tally {
    unsigned sent;
    unsigned received;
    uint64_t sum_us;
    uint64_t min_us;
    uint64_t max_us;
};

static void answers_print(struct machine *m, struct tally *t)
{
    struct nonnet_echo_answer a;
    char text[TEXT_ADDRESS_LEN];

    while (nonnet_echo_receive(m->stack, &a) == NONNET_OK) {
        t->received++;
        t->sum_us += a.round_trip_us;
        t->min_us = a.round_trip_us < t->min_us ? a.round_trip_us : t->min_us;
        t->max_us = a.round_trip_us > t->max_us ? a.round_trip_us : t->max_us;
        printf("%u bytes from %s: seq=%u hops=%u time=%llu.%03llu ms\n", a.len,
               text_of_address(&a.from, text), a.sequence, a.hop_limit,
               (unsigned long long)(a.round_trip_us / 1000),
               (unsigned long long)(a.round_trip_us % 1000));
        fflush(stdout);
    }
}

/* Works until `until`, or until all that was asked is answered. Returns false at the end. */
static bool wait_for_answers(struct machine *m, struct tally *t, uint64_t until)
{
    while (machine_now() < until) {
        bool more = machine_step(m, NULL, 0, until);
        answers_print(m, t);
        if (!more)
            return false;
    }
    return true;
}

int command_ping(struct machine *m, const struct arguments *a)
{
    static uint8_t data[65000];
    struct tally t = {.min_us = UINT64_MAX};
    struct nonnet_address to;
    bool more = true;

    if (!argument_address(a, &to))
        return EXIT_CODE_USAGE;
    if (!machine_ready(m, to.version))
        return EXIT_CODE_PEER;
    for (size_t i = 0; i < a->size; i++)
        data[i] = (uint8_t)i;
    while (more && (a->count == 0 || t.sent < a->count)) {
        int rc = nonnet_echo_send(m->stack, &to, m->interface, (uint16_t)t.sent, data, a->size,
                                  machine_now());
        if (rc != NONNET_OK)
            complain("%s: %s", a->argv[0], nonnet_strerror(rc));
        t.sent++;
        bool last = a->count > 0 && t.sent == a->count;
        if (last) {
            uint64_t limit = machine_now() + ANSWER_WAIT_US;
            while (t.received < t.sent && machine_now() < limit && machine_step(m, NULL, 0, limit))
                answers_print(m, &t);
            answers_print(m, &t);
        } else {
            more = wait_for_answers(m, &t, machine_now() + (uint64_t)a->interval_ms * 1000);
        }
    }
    printf("%u sent, %u answered", t.sent, t.received);
    if (t.received > 0)
        printf(", min/mean/max %llu/%llu/%llu us", (unsigned long long)t.min_us,
               (unsigned long long)(t.sum_us / t.received), (unsigned long long)t.max_us);
    printf("\n");
    return t.received > 0 ? EXIT_CODE_OK : EXIT_CODE_PEER;
}
