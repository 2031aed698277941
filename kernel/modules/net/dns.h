/* Names: libnonnet's resolver, with the servers that DHCP told of, and the sockets that carry its messages. */
#ifndef NET_DNS_H
#define NET_DNS_H

#include <nonnet/resolver.h>

#include "host.h"

/* A question that was asked of the servers of one lease. */
struct dns_query {
    struct nonnet_query_handle handle;
    uint32_t epoch;
};

/* There may be other servers: what is being asked has to be asked anew. */
void dns_servers_changed(void);
/* The network may be another one: what was remembered is forgotten. */
void dns_forget(void);

/* Begins a question. NO_DEVICE: no server is known; INVALID: not a name; NO_SPACE: too many are being asked. */
NONOS_MUST_CHECK int dns_ask(const char *name, uint8_t version, struct dns_query *query);

/*
 * Takes the answer, and gives the query back unless BUSY: there is none yet. NOT_FOUND, TIMED_OUT, REFUSED as nonnet_resolver_result();
 * PEER_GONE: ask anew, the servers have changed.
 */
NONOS_MUST_CHECK int dns_answer(const struct dns_query *query,
                                struct nonnet_resolver_answer *answer);
void dns_cancel(const struct dns_query *query);

/* Carries messages. */
void dns_run(void);
uint64_t dns_deadline(void);

/* The `index`th server. False past the last. */
bool dns_server(uint64_t index, struct nonnet_endpoint *server);

#endif
