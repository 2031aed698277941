/*
 * Who holds what. A client is known by the Account that pays for its sessions: each program has one of its own. It has a share of every
 * table, less than the whole, so that no program leaves nothing to the others.
 */
#ifndef NET_CLIENT_H
#define NET_CLIENT_H

#include <nonos/runtime.h>

enum share {
    SHARE_SESSIONS,
    SHARE_TCP, /* connections with buffers: sockets, and what a listener may have ready */
    SHARE_LISTENERS,
    SHARE_UDP,
    SHARE_WAITING, /* requests */
    SHARE_NAMES,   /* being asked for */
    SHARE_CAPTURES,
    SHARES
};

struct client;

/*
 * The client that `account` (INSPECT) is of, with one more reference, which is the caller's. INVALID: not an Account; NO_MEMORY; errors of
 * cap_info.
 */
NONOS_MUST_CHECK int client_of(nonos_handle account, struct client **client);
struct client *client_hold(struct client *client);
void client_release(struct client *client);

/* Takes `n` of a share. False, and nothing is taken: the client has its share, or all clients together have all. */
NONOS_MUST_CHECK bool client_take(struct client *client, enum share share, unsigned n);
void client_return(struct client *client, enum share share, unsigned n);

#endif
