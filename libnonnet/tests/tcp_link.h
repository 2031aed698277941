/*
 * Two TCP connections and what lies between them, in virtual time: the same seed gives the same
 * packets. Each direction delays, loses, repeats, overtakes and damages with given probabilities;
 * what is damaged is found by the checksum, as on a real path.
 */
#ifndef NONNET_TESTS_TCP_LINK_H
#define NONNET_TESTS_TCP_LINK_H

#include <check_main.h>

#include "tcp/connection.h"

#define LINK_MS    1000u
#define LINK_NEVER UINT64_MAX

struct link_mix {
    uint64_t delay_us;
    uint64_t jitter_us; /* up to that much is added at random */
    unsigned loss_percent;
    unsigned duplicate_percent;
    unsigned corrupt_percent;
};

struct link_host {
    struct tcp_connection tcp;
    uint32_t events;  /* all so far */
    uint64_t written; /* bytes of the pattern given to the connection, and wanted in all */
    uint64_t to_write;
    uint64_t read; /* bytes that came, each compared with the pattern of the other */
    uint64_t pattern;
    bool reads; /* whether it takes what comes */
    bool shut_when_written;
    uint64_t nsegments;
    uint8_t *send;
    uint8_t *receive;
    struct tcp_range *ranges;
    struct tcp_interval *intervals;
};

struct link_packet {
    uint64_t at;
    uint64_t order;
    struct link_host *to;
    size_t len;
    uint8_t *bytes;
};

struct link {
    struct link_host a, b;
    struct link_mix mix;
    uint64_t now;
    uint64_t seed;
    uint64_t order;
    struct link_packet *heap;
    size_t npackets;
    size_t heap_size;
    bool cut; /* nothing gets through */
};

/* Both hosts with buffers of `buffer` bytes, closed; a calls b in link_open(). */
void link_init(struct link *link, uint64_t seed, const struct link_mix *mix, uint32_t buffer,
               const struct tcp_config *config);
void link_free(struct link *link);

/* Sends the SYN of a; b answers as a listener without a queue would. */
void link_open(struct link *link);

/* Sends what the hosts have to send. */
void link_pump(struct link *link);

/* Goes on to the next thing that happens, at most to `until`. Returns false if nothing will. */
bool link_step(struct link *link, uint64_t until);

/* Runs up to `until`. */
void link_run(struct link *link, uint64_t until);

/* Runs until both are closed or in TIME-WAIT, or until `until`. Returns whether they are. */
bool link_run_to_end(struct link *link, uint64_t until);

#endif
