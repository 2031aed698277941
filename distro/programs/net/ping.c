/* ping: asks a host whether it is there. */
#include "../lib/net.h"
#include "../lib/net_text.h"
#include "../lib/program.h"

#include <stdio.h>
#include <time.h>

static const struct program about = {
    "ping",
    "usage: ping [-46] [-c COUNT] [-i SECONDS] [-s BYTES] [-W SECONDS] HOST\n\n"
    "Sends echo requests to a host, given by address or name, and shows how long the answers "
    "took.\n\n"
    "  -4, -6      use IPv4 or IPv6 only\n"
    "  -c COUNT    so many requests; 4 if not said, 0: until it is stopped\n"
    "  -i SECONDS  between two requests; 1 if not said\n"
    "  -s BYTES    of data; 56 if not said, at most 8192\n"
    "  -W SECONDS  to wait for an answer; 5 if not said\n\n"
    "Exit status: 0 if there was an answer, 1 if there was none, 2 for wrong usage.\n",
    PROGRAM_FAILED,
};

struct ping {
    uint64_t count, interval_s, len, wait_s;
    uint8_t version;
};

struct tally {
    uint64_t sent, answered, sum_us, min_us, max_us;
};

static uint64_t number(const char *what, const char *text, uint64_t max)
{
    uint64_t value;
    if (!program_number(text, max, &value))
        program_misuse("%s: '%s' is not a number from 0 to %llu", what, text,
                       (unsigned long long)max);
    return value;
}

static struct ping options_read(struct options *o)
{
    struct ping p = {.count = 4, .interval_s = 1, .len = 56, .wait_s = 5};
    for (int c; (c = options_next(o)) != 0;) {
        switch (c) {
        case '4':
        case '6':
            p.version = (uint8_t)(c - '0');
            break;
        case 'c':
            p.count = number("COUNT", o->value, UINT32_MAX);
            break;
        case 'i':
            p.interval_s = number("SECONDS", o->value, 86400);
            break;
        case 's':
            p.len = number("BYTES", o->value, 8192);
            break;
        default:
            p.wait_s = number("SECONDS", o->value, 86400);
        }
    }
    return p;
}

static void answer_print(const struct nonos_net_endpoint *host, uint64_t sequence,
                         const struct net_echo *echo)
{
    char text[NET_TEXT_SIZE];
    printf("%u bytes from %s: seq=%llu hops=%u time=%llu.%03llu ms\n", echo->len,
           net_text_address(text, host), (unsigned long long)sequence, echo->hop_limit,
           (unsigned long long)(echo->round_trip_us / 1000),
           (unsigned long long)(echo->round_trip_us % 1000));
    fflush(stdout);
}

static void ask(const struct nonos_net_endpoint *host, const struct ping *p, struct tally *t)
{
    struct net_echo echo;
    int r = net_ping(host, (uint32_t)p->len, p->wait_s * 1000, &echo);
    t->sent++;
    if (r == NONOS_E_DENIED)
        program_die("%s", net_text_result(r));
    if (r < 0) {
        printf("seq=%llu: %s\n", (unsigned long long)t->sent,
               r == NONOS_E_TIMED_OUT ? "no answer" : net_text_result(r));
        fflush(stdout);
        return;
    }
    t->answered++;
    t->sum_us += echo.round_trip_us;
    t->min_us = t->answered == 1 || echo.round_trip_us < t->min_us ? echo.round_trip_us : t->min_us;
    t->max_us = echo.round_trip_us > t->max_us ? echo.round_trip_us : t->max_us;
    answer_print(host, t->sent, &echo);
}

int main(int argc, char **argv)
{
    struct tally t = {0};
    program_start(&about);
    struct options o = options_begin(argc, argv, "46c:i:s:W:", NULL);
    struct ping p = options_read(&o);
    if (o.noperands != 1)
        program_misuse(o.noperands ? "one HOST is expected" : "HOST is missing");
    struct nonos_net_endpoint host = net_text_find_host(o.operands[0], p.version);
    while (p.count == 0 || t.sent < p.count) {
        struct timespec pause = {(time_t)p.interval_s, 0};
        if (t.sent > 0 && nanosleep(&pause, NULL) != 0)
            break;
        ask(&host, &p, &t);
    }
    printf("%llu sent, %llu answered", (unsigned long long)t.sent, (unsigned long long)t.answered);
    if (t.answered > 0)
        printf(", min/mean/max %llu/%llu/%llu us", (unsigned long long)t.min_us,
               (unsigned long long)(t.sum_us / t.answered), (unsigned long long)t.max_us);
    putchar('\n');
    return program_end(t.answered > 0 ? PROGRAM_OK : PROGRAM_FAILED);
}
