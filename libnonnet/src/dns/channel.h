/*
 * What the two files of a channel share: channel.c has the queries and both ways of the bytes, http.c
 * the requests and answers of HTTP/1.1.
 */
#ifndef NONNET_DNS_CHANNEL_PRIVATE_H
#define NONNET_DNS_CHANNEL_PRIVATE_H

#include <nonnet/dns_channel.h>

#define CHANNEL_HEADER_LEN_MAX 8192u /* of all lines of an answer */

enum channel_state {
    CHANNEL_LENGTH, /* of TLS: the two bytes before a message */
    CHANNEL_BODY,
    CHANNEL_STATUS, /* of HTTP: a line, as all but CHANNEL_BODY */
    CHANNEL_HEADER,
    CHANNEL_CHUNK,
    CHANNEL_CHUNK_END,
    CHANNEL_TRAILER,
    CHANNEL_ANSWER, /* is complete */
};

/* Writes the request for a query to `out`. */
void nonnet_dns_http_request(struct nonnet_dns_channel *c,
                             const struct nonnet_dns_channel_query *q);

/* Makes ready for the next answer. */
void nonnet_dns_http_begin(struct nonnet_dns_channel *c);

/* Takes a line that has ended, without its end. Returns 0 or what ends the channel. */
NONNET_MUST_CHECK int nonnet_dns_http_line(struct nonnet_dns_channel *c);

/* The body, or the chunk of it that was coming in, is complete. */
void nonnet_dns_http_body_end(struct nonnet_dns_channel *c);

/* RFC 8484 section 5.1: what lay in a cache for a while is good for so much less. */
void nonnet_dns_http_age(struct nonnet_dns_channel *c);

#endif
