/*
 * A stub resolver: asks recursive servers for the addresses of a name (RFC 1034 section 5.3.1), and
 * remembers what they say. It owns no socket: messages and the time go in, messages and the next
 * deadline come out, and who holds it carries them: by UDP from a socket of a port of its own for
 * each message (RFC 5452 section 9.2), by TCP with the two bytes of length before it (RFC 7766), or
 * through an encrypted channel.
 *
 *     nonnet_resolver_ask()      a name; perhaps the answer is known already
 *     nonnet_resolver_output()   what to send, until there is nothing
 *     nonnet_resolver_input()    what came
 *     nonnet_resolver_tick()     when nonnet_resolver_deadline() has passed
 *     nonnet_resolver_result()   the answer, or that there is none yet
 *
 * An answer counts only if it comes from the server that was asked, with the number that was drawn
 * for the message and the question that was asked, over UDP with each letter in the case that was
 * drawn for it (draft-vixie-dnsext-dns0x20). A server that does not keep the case is asked over
 * TCP, and so is one for which somebody guesses numbers. Of an answer only what the question leads to is taken, over at most eight aliases.
 */
#ifndef NONNET_RESOLVER_H
#define NONNET_RESOLVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <nonnet/address.h>
#include <nonnet/dns_wire.h>
#include <nonnet/result.h>
#include <nonnet/stack.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONNET_RESOLVER_SERVERS_MAX   4
#define NONNET_RESOLVER_ADDRESSES_MAX 8 /* of one name; of more the first are taken */

enum nonnet_resolver_transport {
    NONNET_RESOLVER_UDP,
    NONNET_RESOLVER_TCP,
    NONNET_RESOLVER_ENCRYPTED, /* messages are padded (RFC 8467) */
};

struct nonnet_resolver_config {
    struct nonnet_environment environment; /* its entropy */
    struct nonnet_endpoint servers[NONNET_RESOLVER_SERVERS_MAX];
    uint8_t nservers;
    bool encrypted;    /* all messages go by NONNET_RESOLVER_ENCRYPTED */
    uint16_t nqueries; /* names that are asked for at the same time; at least 1 */
    uint16_t ncached;  /* names that are remembered; may be 0 */
};

struct nonnet_resolver;

struct nonnet_query_handle {
    uint32_t id;
};

/* Bytes of arena that `config` needs; 0 if it is not valid. */
NONNET_API size_t nonnet_resolver_size(const struct nonnet_resolver_config *config);

/*
 * Makes a resolver in `arena`, `size` bytes aligned to NONNET_ARENA_ALIGN, which belong to it until
 * the caller stops using it.
 *
 * Returns 0; NONNET_E_INVALID for a wrong configuration or alignment; NONNET_E_NO_MEMORY. On error
 * `*resolver` is unchanged.
 */
NONNET_MUST_CHECK NONNET_API int nonnet_resolver_init(struct nonnet_resolver **resolver,
                                                      const struct nonnet_resolver_config *config,
                                                      void *arena, size_t size, uint64_t now);

/*
 * Asks for the addresses of `name`, text as nonnet_dns_name_from_text() takes it, of version 4 or 6.
 * An answer that is remembered is there at once.
 *
 * Returns 0; NONNET_E_INVALID for another version or what is no name; NONNET_E_FULL if too many
 * names are being asked for.
 */
NONNET_MUST_CHECK NONNET_API int nonnet_resolver_ask(struct nonnet_resolver *resolver,
                                                     const char *name, uint8_t version,
                                                     struct nonnet_query_handle *query,
                                                     uint64_t now);

struct nonnet_resolver_answer {
    struct nonnet_address addresses[NONNET_RESOLVER_ADDRESSES_MAX];
    uint8_t count;
    uint32_t ttl; /* seconds for which it may be used from now on */
};

/*
 * Takes the answer, and gives the query back unless there is none yet.
 *
 * Returns 0, with at least one address; NONNET_E_EMPTY while there is no answer; NONNET_E_NOT_FOUND
 * if there is no such name, or no such address of it; NONNET_E_TIMED_OUT if no server answered;
 * NONNET_E_REFUSED if none was able or willing to; NONNET_E_STALE.
 */
NONNET_MUST_CHECK NONNET_API int nonnet_resolver_result(struct nonnet_resolver *resolver,
                                                        struct nonnet_query_handle query,
                                                        struct nonnet_resolver_answer *answer,
                                                        uint64_t now);

/* Gives a query back whose answer is not wanted any more. Returns 0 or NONNET_E_STALE. */
NONNET_MUST_CHECK NONNET_API int nonnet_resolver_cancel(struct nonnet_resolver *resolver,
                                                        struct nonnet_query_handle query);

/* A message to be sent. */
struct nonnet_resolver_message {
    struct nonnet_query_handle query;
    struct nonnet_endpoint server;
    enum nonnet_resolver_transport transport;
    size_t len;
    uint8_t bytes[NONNET_DNS_QUERY_MAX];
};

/* The next message to be sent. Returns false when there is none. */
NONNET_API bool nonnet_resolver_output(struct nonnet_resolver *resolver,
                                       struct nonnet_resolver_message *message, uint64_t now);

/*
 * A message came from `from` by `transport` (over TCP without its two bytes of length). It is only
 * read. What is no answer to something asked is ignored.
 *
 * Returns whether it was taken: then no more is to be expected by this way.
 */
NONNET_API bool nonnet_resolver_input(struct nonnet_resolver *resolver,
                                      const struct nonnet_endpoint *from,
                                      enum nonnet_resolver_transport transport,
                                      const uint8_t *message, size_t len, uint64_t now);

/* The last message of a query could not be carried; the next server is asked at once. */
NONNET_API void nonnet_resolver_failed(struct nonnet_resolver *resolver,
                                       struct nonnet_query_handle query, uint64_t now);

NONNET_API void nonnet_resolver_tick(struct nonnet_resolver *resolver, uint64_t now);

/* When nonnet_resolver_tick() has something to do; NONNET_NEVER if nothing is waited for. */
NONNET_API uint64_t nonnet_resolver_deadline(const struct nonnet_resolver *resolver);

/* Forgets all that is remembered, as when the network is another one. */
NONNET_API void nonnet_resolver_forget(struct nonnet_resolver *resolver);

#ifdef __cplusplus
}
#endif

#endif
