/*
 * A host of its own on a TAP or TUN device: the stack, the device, the clock, and a capture if one
 * is wanted.
 */
#ifndef NONNET_TOOLS_MACHINE_H
#define NONNET_TOOLS_MACHINE_H

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <nonnet/stack.h>
#include <nonnet/tcp.h>

#define MACHINE_ADDRESSES_MAX 8
#define MACHINE_FRAME_MAX     (14 + 65535)

/* The options that all verbs have. */
struct machine_options {
    const char *device;
    const char *capture; /* a file, or NULL */
    bool tun;
    bool dhcp;
    bool slaac;
    bool no_probe;
    bool statistics;
    bool has_mac;
    struct nonnet_mac mac;
    uint32_t mtu;
    unsigned time_s;       /* end after so many seconds; 0: never */
    unsigned nconnections; /* that can carry data at a time */
    uint32_t buffer_len;   /* bytes of each one's send buffer, and of its receive buffer */
    struct nonnet_tcp_options tcp;
    struct nonnet_address addresses[MACHINE_ADDRESSES_MAX];
    uint8_t prefix_lens[MACHINE_ADDRESSES_MAX];
    unsigned naddresses;
    struct nonnet_address gateways[MACHINE_ADDRESSES_MAX];
    unsigned ngateways;
    struct nonnet_address servers[MACHINE_ADDRESSES_MAX]; /* of names */
    unsigned nservers;
};

struct machine {
    const struct machine_options *options;
    struct nonnet_stack *stack;
    struct nonnet_interface_handle interface;
    void *arena;
    int fd;
    FILE *capture;
    bool failed; /* the device or the capture gave an error */
    uint64_t end_at;
    uint8_t frame[MACHINE_FRAME_MAX];
};

/* Random bytes of the system, as struct nonnet_environment wants them. */
void machine_entropy(void *context, uint8_t *out, size_t len);

/* Microseconds since some beginning. */
uint64_t machine_now(void);

/* Opens the device and brings the host up on it. Returns 0, or -1 after a message. */
int machine_start(struct machine *m, const struct machine_options *options);

/* Sends what is left, says the statistics if they are wanted, and closes. */
void machine_end(struct machine *m);

/*
 * Lets the host work until something may have happened: a frame came, a deadline passed, one of the
 * `nfds` descriptors is ready, or it is `until`. Returns false when it is time to end, because of a
 * signal, --time, or a failure.
 */
bool machine_step(struct machine *m, struct pollfd *fds, unsigned nfds, uint64_t until);

/*
 * Waits until the host has an address of `version` (0: any) and none of them is tentative any more,
 * at most ten seconds. Returns whether it has.
 */
bool machine_ready(struct machine *m, uint8_t version);

#endif
