/*
 * What the parts of the interpreter share: the line that is being run, and the host that it is about.
 * script.c has the lines and TCP, script_peer.c the packets that are sent to the host, script_host.c
 * those that it sends and what its user does.
 */
#ifndef NONNET_TESTS_SCRIPT_INTERNAL_H
#define NONNET_TESTS_SCRIPT_INTERNAL_H

#include "host_tcp.h"
#include "script.h"

#define SCRIPT_WORDS_MAX 48

#define OTHER_MAC "\x02\x00\x00\x00\x00\x03"

struct script {
    const char *path;
    unsigned line;
    bool six;
    bool covered;  /* the script says what it covers */
    bool not_ours; /* it is of the other family only */
    bool started;
    bool bare;      /* the host begins without addresses of IPv4, and says what it says */
    uint32_t flags; /* of the interface */
    char *words[SCRIPT_WORDS_MAX];
    unsigned nwords;
    unsigned at; /* the next word */

    struct host host;
    struct peer peer;
    bool host_isn_known;
    uint32_t host_isn;
    struct nonnet_tcp_options options;
    struct nonnet_tcp_listener_handle listener;
    struct nonnet_tcp_handle socket;
    uint64_t written;
    uint64_t read;
    struct segment last; /* of the host */
    struct segment next; /* of the host, if `pending` */
    bool pending;

    struct frame sent; /* the last that a step looked at */
    uint8_t nonce[6];  /* of the host's last probe */
    struct nonnet_udp_handle udp;
    uint64_t counted[NONNET_NCOUNTERS];
};

extern struct script script_now;

struct script_step {
    const char *name; /* NULL: the end of a table */
    void (*run)(void);
    bool before_start;
};

extern const struct script_step script_peer_steps[];
extern const struct script_step script_host_steps[];

__attribute__((format(printf, 1, 2), noreturn)) void script_fail(const char *format, ...);

/* The next word, which must be there; or whether it is this one, and then it is taken. */
const char *script_word(void);
bool script_take(const char *expected);
double script_decimal(void);
uint32_t script_number(void);
/* What a call returned against what the line says after it. */
void script_judge(int rc);
/* The byte at a place of a stream. */
uint8_t script_pattern(uint64_t offset);

/* An address or station, by name or as it is written; README.md has the names. */
struct nonnet_address script_address(void);
const char *script_mac(void);
/* Bytes in hexadecimal. */
size_t script_hex(uint8_t *out, size_t size);

#endif
