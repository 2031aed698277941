/*
 * Carries the messages of a resolver over an encrypted connection: DNS over TLS (RFC 7858) or over
 * HTTPS (RFC 8484, with HTTP/1.1 as in RFC 9112). The encryption is the caller's: a channel writes to
 * it and reads from it through two functions, and never blocks. It opens no connection; whoever does
 * checks who the server is (RFC 8310), and begins a channel anew for each connection.
 *
 *     while (nonnet_dns_channel_has_room(&channel) && nonnet_resolver_output(resolver, &m, now))
 *         nonnet_dns_channel_send(&channel, &m)
 *     rc = nonnet_dns_channel_step(&channel, &tls, resolver, now)
 *
 * Messages are padded by the resolver (RFC 8467). A request of HTTPS has no header that is not
 * needed, says nothing of its maker, and has 0 as the number of its message (RFC 8484 section 4.1).
 * Over TLS several queries are on their way at a time and may be answered in any order; over
 * HTTP/1.1 they go one after the other.
 */
#ifndef NONNET_DNS_CHANNEL_H
#define NONNET_DNS_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <nonnet/address.h>
#include <nonnet/dns_wire.h>
#include <nonnet/resolver.h>
#include <nonnet/result.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONNET_DNS_TLS_PORT   853
#define NONNET_DNS_HTTPS_PORT 443

#define NONNET_DNS_CHANNEL_QUERIES_MAX 8    /* waiting to be sent, or for an answer */
#define NONNET_DNS_CHANNEL_ANSWER_MAX  8192 /* bytes of one; a longer one ends the channel */
#define NONNET_DNS_CHANNEL_TEXT_MAX    256  /* of host and path together, with both NULs */
#define NONNET_DNS_CHANNEL_LINE_MAX    512 /* of a header; the rest of a longer one is not looked at */

enum nonnet_dns_channel_kind { NONNET_DNS_OVER_TLS, NONNET_DNS_OVER_HTTPS };

/* The encrypted connection. Both functions return at once. */
struct nonnet_dns_tls {
    void *context;
    /* Takes up to `len` bytes, and says how many. Returns 0; or what ends the connection. */
    int (*write)(void *context, const uint8_t *data, size_t len, size_t *done);
    /* Gives up to `size` bytes, perhaps none now. Returns 0; NONNET_E_CLOSED at the end; or another
       error. */
    int (*read)(void *context, uint8_t *data, size_t size, size_t *len);
};

/* All members are private; it has no pointers and may be copied. */
struct nonnet_dns_channel {
    uint8_t kind;
    bool ended;
    struct nonnet_endpoint server;
    char text[NONNET_DNS_CHANNEL_TEXT_MAX]; /* host, NUL, path, NUL */
    /* Queries in the order of their coming; the first `nsent` of them are out. */
    struct nonnet_dns_channel_query {
        struct nonnet_query_handle query;
        uint16_t id;
        uint16_t len;
        uint8_t bytes[NONNET_DNS_QUERY_MAX];
    } queries[NONNET_DNS_CHANNEL_QUERIES_MAX];
    uint8_t nqueries;
    uint8_t nsent;
    uint8_t out[NONNET_DNS_QUERY_MAX + NONNET_DNS_CHANNEL_TEXT_MAX + 192]; /* of one request */
    size_t out_len;
    size_t out_done;
    /* The answer that is coming in. */
    uint8_t state;
    bool chunked;
    bool has_length;
    bool is_dns;
    bool last;       /* the server ends the connection behind this answer */
    uint16_t status; /* of HTTP */
    uint32_t age_s;
    uint32_t left; /* of the body, or of a chunk of it */
    uint32_t header_len;
    size_t line_len;
    char line[NONNET_DNS_CHANNEL_LINE_MAX];
    size_t answer_len;
    uint8_t answer[NONNET_DNS_CHANNEL_ANSWER_MAX];
};

/*
 * Begins a channel over a connection that was just opened to `server`, as the resolver has it in its
 * configuration. `host` and `path` are those of the URI of HTTPS, such as "dns.example" and
 * "/dns-query"; they are copied, and not used over TLS, where they may be NULL.
 *
 * Returns 0; NONNET_E_INVALID for another kind, a host or path that is empty, or characters other
 * than the visible ones of ASCII; NONNET_E_TOO_LONG if they do not fit.
 */
NONNET_MUST_CHECK NONNET_API int nonnet_dns_channel_init(struct nonnet_dns_channel *channel,
                                                         enum nonnet_dns_channel_kind kind,
                                                         const struct nonnet_endpoint *server,
                                                         const char *host, const char *path);

/* Whether another message can be taken. */
NONNET_API bool nonnet_dns_channel_has_room(const struct nonnet_dns_channel *channel);

/*
 * Takes a message to be sent. Returns 0; NONNET_E_FULL; NONNET_E_CLOSED after the end;
 * NONNET_E_INVALID for one that is no message of a resolver.
 */
NONNET_MUST_CHECK NONNET_API int
nonnet_dns_channel_send(struct nonnet_dns_channel *channel,
                        const struct nonnet_resolver_message *message);

/*
 * Sends and receives what can be at the moment, and gives answers to the resolver.
 *
 * Returns 0; NONNET_E_CLOSED when the connection has ended; NONNET_E_MALFORMED or NONNET_E_TOO_LONG
 * for what is no answer; NONNET_E_REFUSED for another status of HTTP than 200; or the error of the
 * connection. With any of these the channel is over, and the resolver was told which messages were
 * not answered; it asks the next server.
 */
NONNET_MUST_CHECK NONNET_API int nonnet_dns_channel_step(struct nonnet_dns_channel *channel,
                                                         const struct nonnet_dns_tls *tls,
                                                         struct nonnet_resolver *resolver,
                                                         uint64_t now);

#ifdef __cplusplus
}
#endif

#endif
