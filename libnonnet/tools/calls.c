/*
 * calls: how many connections a host makes. It calls a peer that gives back what it is told, in
 * rounds: so many connections at a time, of which none says anything before all of a round are
 * made, and none ends before all have been answered.
 */
#include <stdlib.h>
#include <string.h>

#include "command.h"

#define WORDS_LEN 64u
#define CALL_US   60000000u /* that a round may take */

enum step { STEP_CALLED, STEP_MADE, STEP_ANSWERED, STEP_OVER };

struct call {
    struct nonnet_tcp_handle socket;
    enum step step;
    uint32_t ngot;
    uint8_t words[WORDS_LEN];
};

struct calls {
    struct nonnet_endpoint to;
    struct call *list;
    unsigned nlist;
    unsigned nanswered;
};

/* No two calls say the same. */
static void words_make(struct call *call, unsigned number)
{
    uint64_t x = number;

    for (unsigned i = 0; i < WORDS_LEN; i++) {
        x = x * 0x5851f42d4c957f2du + 0x14057b7ef767814fu;
        call->words[i] = (uint8_t)(x >> 56);
    }
}

static bool call_begin(struct machine *m, struct calls *c, struct call *call, unsigned number)
{
    int rc = nonnet_tcp_connect(m->stack, NULL, &c->to, m->interface, &m->options->tcp,
                                &call->socket, machine_now());

    if (rc != NONNET_OK) {
        complain("call %u: %s", number, nonnet_strerror(rc));
        return false;
    }
    call->step = STEP_CALLED;
    call->ngot = 0;
    words_make(call, number);
    return true;
}

static bool call_is_made(struct machine *m, const struct call *call)
{
    struct nonnet_tcp_info info;

    return nonnet_tcp_info(m->stack, call->socket, &info) == NONNET_OK &&
           info.state >= NONNET_TCP_ESTABLISHED;
}

static bool call_speak(struct machine *m, struct call *call)
{
    uint32_t written;

    return nonnet_tcp_write(m->stack, call->socket, call->words, WORDS_LEN, &written) ==
               NONNET_OK &&
           written == WORDS_LEN;
}

/* Returns false if the peer said something else, or nothing more. */
static bool call_hear(struct machine *m, struct call *call)
{
    uint8_t got[WORDS_LEN];
    uint32_t len;
    int rc;

    while ((rc = nonnet_tcp_read(m->stack, call->socket, got, sizeof got, &len)) == NONNET_OK) {
        if (len > WORDS_LEN - call->ngot || memcmp(got, call->words + call->ngot, len) != 0)
            return false;
        call->ngot += len;
    }
    if (call->ngot == WORDS_LEN)
        call->step = STEP_ANSWERED;
    return rc == NONNET_E_EMPTY;
}

/* Takes a call as far as it can go now. Returns false if it failed. */
static bool call_go_on(struct machine *m, struct call *call)
{
    uint8_t more;
    uint32_t len;

    if (call->step == STEP_CALLED && call_is_made(m, call))
        call->step = STEP_MADE;
    else if (call->step == STEP_MADE)
        return call_hear(m, call);
    else if (call->step == STEP_ANSWERED &&
             nonnet_tcp_read(m->stack, call->socket, &more, 1, &len) == NONNET_E_CLOSED)
        call->step = STEP_OVER;
    return nonnet_tcp_error(m->stack, call->socket) == NONNET_OK;
}

/* Waits until all calls of the round have come as far as `step`. */
static bool round_reach(struct machine *m, struct calls *c, unsigned n, enum step step)
{
    uint64_t limit = machine_now() + CALL_US;
    unsigned nthere = 0;

    while (nthere < n) {
        if (!machine_step(m, NULL, 0, limit) || machine_now() >= limit) {
            complain("%u of %u calls came to nothing", n - nthere, n);
            return false;
        }
        nthere = 0;
        for (unsigned i = 0; i < n; i++) {
            struct call *call = &c->list[i];
            if (call->step < step && !call_go_on(m, call)) {
                complain("a call failed: %s",
                         nonnet_strerror(nonnet_tcp_error(m->stack, call->socket)));
                return false;
            }
            nthere += call->step >= step;
        }
    }
    return true;
}

static bool round_run(struct machine *m, struct calls *c, unsigned n, unsigned first)
{
    bool good = true;
    unsigned begun = 0;

    while (begun < n && call_begin(m, c, &c->list[begun], first + begun))
        begun++;
    good = begun == n && round_reach(m, c, n, STEP_MADE);
    for (unsigned i = 0; i < n && good; i++)
        good = call_speak(m, &c->list[i]);
    good = good && round_reach(m, c, n, STEP_ANSWERED);
    if (good)
        c->nanswered += n;
    for (unsigned i = 0; i < n && good; i++)
        (void)!nonnet_tcp_shutdown(m->stack, c->list[i].socket, machine_now());
    good = good && round_reach(m, c, n, STEP_OVER);
    for (unsigned i = 0; i < begun; i++)
        (void)!nonnet_tcp_close(m->stack, c->list[i].socket, machine_now());
    return good;
}

int command_calls(struct machine *m, const struct arguments *a)
{
    struct calls c = {.nlist = a->at_once};
    unsigned count = a->count > 0 ? a->count : a->at_once;
    bool good = true;

    if (!argument_endpoint(a, &c.to))
        return EXIT_CODE_USAGE;
    if (!machine_ready(m, c.to.address.version))
        return EXIT_CODE_PEER;
    c.list = calloc(c.nlist, sizeof *c.list);
    if (!c.list) {
        complain("no memory for the calls");
        return EXIT_CODE_IO;
    }
    uint64_t started_at = machine_now();
    for (unsigned done = 0; done < count && good; done += c.nlist) {
        unsigned left = count - done;
        good = round_run(m, &c, left < c.nlist ? left : c.nlist, done);
    }
    uint64_t us = machine_now() - started_at;
    printf("%u calls, %u answered, %u at a time, in %llu.%03llu s, %llu a second\n", count,
           c.nanswered, c.nlist, (unsigned long long)(us / 1000000),
           (unsigned long long)(us / 1000 % 1000),
           (unsigned long long)(c.nanswered * 1000000ull / (us > 0 ? us : 1)));
    free(c.list);
    return good ? EXIT_CODE_OK : EXIT_CODE_PEER;
}
