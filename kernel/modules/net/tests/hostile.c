/* The client that does what bytes say: see players.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../socket.h"
#include "players.h"
#include "router.h"

#define HELD_MAX 512u
#define STEPS    256u
#define KINDS    17u
#define LIMITS   10u /* the step that changes how many capabilities there may be */

static nonos_handle held[HELD_MAX];
static unsigned nheld;
static bool asked[REQUESTS_MAX];
static nonos_handle service, control, captures, bare;
static const uint8_t *at, *end;

static uint8_t byte(void)
{
    return at < end ? *at++ : 0;
}

static uint64_t word(void)
{
    static const uint64_t values[] = {
        0,        1,          4,          6,          16,        100,      1000,
        4096,     65507,      65535,      65536,      0xfffff,   1u << 20, 1u << 21,
        1u << 31, 0xffffffff, 1ull << 32, 1ull << 63, ~0ull - 1, ~0ull,
    };
    uint8_t kind = byte();
    uint64_t v = 0;
    if (kind < sizeof(values) / sizeof(values[0]))
        return values[kind];
    for (unsigned i = 0; kind >= 200 && i < 8; i++)
        v = v << 8 | byte();
    return kind >= 200 ? v : kind;
}

/* Requests whose answer came are over; what they gave is held. */
static void collect(void)
{
    for (unsigned i = 0; i < REQUESTS_MAX; i++) {
        struct answer *a = &kernel.answers[i];
        if (!asked[i] || !a->done)
            continue;
        if (a->result > 0 || (a->result < 0 && a->ncaps))
            abort();
        for (uint32_t c = 0; c < a->ncaps && nheld < HELD_MAX; c++) {
            held[nheld++] = a->caps[c];
            a->caps[c] = 0;
        }
        kernel_forget(i);
        asked[i] = false;
    }
}

/* What comes with a request: an Account, something else, or nothing. */
static void attach(struct nonos_message *m)
{
    uint8_t how = byte();
    for (m->ncaps = 0; m->ncaps < how % 4u; m->ncaps++)
        m->caps[m->ncaps] = how & 0x80 ? kernel_connect(CAP_NET, 9) : kernel_account(how >> 4 & 3);
}

static void ask(nonos_handle to, struct nonos_message *m)
{
    unsigned number = kernel_send(to, m);
    asked[number] = true;
}

static nonos_handle any_held(void)
{
    return nheld ? held[byte() % nheld] : bare;
}

static void drop_one(void)
{
    if (!nheld)
        return;
    unsigned i = byte() % nheld;
    kernel_drop(held[i]);
    held[i] = held[--nheld];
}

/* Any request, anything in it; but often enough an endpoint that leads somewhere. */
static void request(nonos_handle to)
{
    struct nonos_message m = nonos_message_make(byte() % 80);
    uint8_t how = byte();
    for (unsigned i = 0; i < NONOS_IPC_WORDS; i++)
        m.words[i] = how & 1u << i % 8 ? word() : 0;
    if (how % 3 == 0)
        words_peer(m.words + (how & 4 ? 3 : 0), how & 8 ? PEER_ECHO : 80);
    if (how % 3 == 1)
        words_any(m.words, 1000 + how % 4);
    if (how % 5 == 0)
        attach(&m);
    ask(to, &m);
}

static void open_one(void)
{
    static const uint64_t lens[] = {65536, 1u << 20, 4096, 1, 0, (1u << 20) + 1, ~0ull, 131072};
    struct nonos_message m = nonos_message_make(NONOS_NET_SESSION);
    uint8_t how = byte();
    m.words[0] = lens[how & 7];
    m.caps[0] = kernel_account(1 + (how >> 3 & 3));
    m.ncaps = 1;
    ask(service, &m);
}

static void connect_one(void)
{
    struct nonos_message m = nonos_message_make(NONOS_NET_CONNECT);
    words_peer(m.words, PEER_ECHO);
    m.words[3] = NONOS_NET_FOREVER;
    ask(any_held(), &m);
}

static void stream_one(void)
{
    struct nonos_message m = nonos_message_make(byte() & 1 ? NONOS_NET_SEND : NONOS_NET_RECEIVE);
    m.words[0] = byte();
    m.words[1] = byte() * 16;
    m.words[2] = byte();
    ask(any_held(), &m);
}

/* Keep-alive with times that are often within bounds, so that probes and ends come about. */
static void keep_alive_one(void)
{
    struct nonos_message m = nonos_message_make(NONOS_NET_KEEP_ALIVE);
    uint8_t how = byte();
    m.words[0] = how & 1 ? word() : 1000u * (how >> 4);
    m.words[1] = how & 2 ? word() : 1000u * (how >> 4);
    m.words[2] = how & 4 ? word() : 2;
    ask(any_held(), &m);
}

static void resolve_one(void)
{
    struct nonos_message m = nonos_message_make(NONOS_NET_RESOLVE);
    nonos_handle session = any_held();
    nonos_handle buffer = any_held();
    uint8_t *bytes = kernel.caps[kernel.caps[buffer].parent].memory;
    m.words[0] = 0;
    m.words[1] = 1 + byte() % 16;
    m.words[2] = byte() & 1 ? 4 : 6;
    m.words[3] = byte() * 100u;
    for (unsigned i = 0; bytes && i < m.words[1]; i++)
        bytes[i] = (uint8_t)('a' + byte() % 26);
    ask(session, &m);
}

/* A capture, or the end of reading one. */
static void capture_one(void)
{
    static const uint64_t lens[] = {4096, 65536, 1u << 20, 4095, (1u << 20) + 1, 5001, 0, ~0ull};
    uint8_t how = byte();
    struct nonos_message m =
        nonos_message_make(how & 1 ? NONOS_NET_CAPTURE : NONOS_NET_CAPTURE_READ);
    m.words[0] = how & 1 ? lens[how >> 1 & 7] : word();
    m.words[1] = word();
    m.words[2] = 1;
    if (how & 1) {
        m.caps[m.ncaps++] = kernel_account(1 + (how >> 4 & 3));
        m.caps[m.ncaps++] = how & 0x40 ? kernel_notification() : kernel_account(1);
        m.ncaps -= how >> 7;
        if (how >> 7)
            kernel_drop(m.caps[1]);
    }
    ask(how & 1 ? captures : any_held(), &m);
}

static void step(void)
{
    uint8_t what = byte();
    switch (what % KINDS) {
    case 0:
        open_one();
        break;
    case 1:
    case 2:
    case 3:
        request(any_held());
        break;
    case 4:
        request(what & 0x80 ? service : bare);
        break;
    case 5:
        request(what & 0x80 ? control : captures);
        break;
    case 6:
        drop_one();
        break;
    case 7:
        cable_run();
        break;
    case 8:
        kernel_sleep(byte() * 10u);
        break;
    case 9:
        driver_wild = what & 0x80;
        break;
    case LIMITS:
        kernel.caps_limit = what & 0x80 ? CAPS_MAX : kernel_ncaps() + byte() % 8;
        break;
    case 11:
        peer_connect(1000 + byte() % 4);
        break;
    case 12:
        connect_one();
        break;
    case 13:
        resolve_one();
        break;
    case 14:
        capture_one();
        break;
    case 15:
        keep_alive_one();
        break;
    default:
        stream_one();
        break;
    }
}

/* Nothing may be left of the client: no socket, no request, no capability. */
static void leave(unsigned ncaps)
{
    uint64_t words[NONOS_IPC_WORDS];
    kernel.caps_limit = CAPS_MAX;
    driver_wild = false;
    driver_renew();
    for (unsigned turn = 0; turn < 8; turn++) {
        while (nheld)
            kernel_drop(held[--nheld]);
        cable_run();
        collect();
    }
    for (unsigned i = 0; i < REQUESTS_MAX; i++)
        if (kernel.answers[i].asked) {
            fprintf(stderr, "request %u was never answered\n", i);
            abort();
        }
    if (sockets_describe(0, words) || kernel_ncaps() != ncaps) {
        fprintf(stderr, "left: %u capabilities instead of %u\n", kernel_ncaps(), ncaps);
        abort();
    }
}

void hostile_run(const uint8_t *bytes, size_t len)
{
    if (!service) {
        service = kernel_connect(CAP_NET, 7);
        control = kernel_connect(CAP_CONTROL, 7);
        captures = kernel_connect(CAP_CAPTURE, 7);
        bare = kernel_connect(CAP_NET, 0);
        kernel.caps[bare].badge = 0;
    }
    unsigned ncaps = kernel_ncaps();
    at = bytes;
    end = bytes + len;
    for (unsigned i = 0; i < STEPS && at < end; i++) {
        unsigned limit = kernel.caps_limit;
        kernel.caps_limit = CAPS_MAX; /* what the client makes is not the module's */
        uint8_t kind = *at % KINDS;
        step();
        if (kind != LIMITS)
            kernel.caps_limit = limit;
        kernel_run();
        collect();
    }
    /* The wild driver's last words may have been that the link is down. */
    leave(ncaps);
}
