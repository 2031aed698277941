/*
 * The host: libnonnet's stack in one arena, the network device below it, the sockets and the resolver above. One thread works on it; the
 * other one (control.c) asks it under the lock.
 */
#ifndef NET_HOST_H
#define NET_HOST_H

#include <nonnet/dhcpv4.h>
#include <nonnet/dhcpv6.h>
#include <nonnet/stack.h>

#include <nonos/net.h>
#include <nonos/server.h>
#include <nonos/thread.h>

#include "nic.h"

struct host {
    struct nonos_server server;
    struct nonos_mutex lock; /* all below */
    struct nonnet_stack *stack;
    struct nonnet_interface_handle interface; /* of zeros until there was a device */
    struct nonnet_environment environment;
    struct nic nic;
    uint64_t now; /* when the clock was last looked at, in the stack's unit */
    uint64_t mac; /* of the interface */
    bool enabled; /* the link is used */
    bool up;      /* the stack was told that there is a link */
};

extern struct host host;

/* Bits of the server's notification. */
#define HOST_BIT_NIC     (1ull << 0)
#define HOST_BIT_TIMER   (1ull << 1)
#define HOST_BIT_MORE    (1ull << 2)
#define HOST_BIT_CAPTURE (1ull << 3) /* a capture may be nobody's */

/* Whoever has something to do with the host does it between these two; the clock is looked at. */
void host_enter(void);
void host_enter_again(void); /* just after host_leave(): the clock is not looked at */
void host_leave(void);

/*
 * Monotonic time in the stack's unit, microseconds. It does not go on while one thing is done: asking the kernel costs more than most of what
 * a frame takes.
 */
static inline uint64_t host_now(void)
{
    return host.now;
}

/* Makes the stack, and begins to follow the driver. NO_MEMORY; errors of the system calls. */
NONOS_MUST_CHECK int host_init(void);

/* Does all there is to do: frames in, time, sockets, frames out. Sets the timer for what is due next. */
void host_run(void);

/* What libnonnet says, in the system's words. */
int host_result(int nonnet_result);

void host_to_words(uint64_t words[3], const struct nonnet_address *address, uint16_t port);
/* False: neither version 4 nor 6. */
bool host_from_words(struct nonnet_endpoint *endpoint, const uint64_t words[3]);

#endif
