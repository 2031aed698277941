/*
 * The state of a resolver. answer.c reads messages, resolver.c decides what is asked whom.
 */
#ifndef NONNET_DNS_RESOLVER_H
#define NONNET_DNS_RESOLVER_H

#include <nonnet/resolver.h>

#define DNS_ALIASES_MAX 8

enum query_state {
    QUERY_FREE,
    QUERY_TO_SEND,
    QUERY_SENT,
    QUERY_TWIN, /* another one asks for the same: RFC 5452 section 5 */
    QUERY_DONE,
};

struct query {
    uint8_t state; /* enum query_state */
    uint8_t transport;
    uint8_t server;
    uint8_t attempts;
    uint8_t naliases;
    uint8_t nforged; /* answers with another number to the message that was sent last */
    uint16_t generation;
    uint16_t type;
    uint16_t id;
    int failure;                 /* what the last server had to say, if it did not answer */
    struct nonnet_dns_name name; /* that the user asked for */
    struct nonnet_dns_name next; /* that it is an alias of, as far as is known */
    struct nonnet_dns_name sent; /* the same in the case that was drawn */
    uint64_t due;
    int result;
    uint64_t answered_at;
    struct nonnet_resolver_answer answer;
};

struct cached {
    bool used;
    uint16_t type;
    int result;
    struct nonnet_dns_name name;
    uint64_t expires;
    struct nonnet_resolver_answer answer;
};

struct nonnet_resolver {
    struct nonnet_resolver_config config;
    uint64_t now;
    struct query *queries;
    struct cached *cache;
};

enum dns_verdict {
    DNS_ANSWER,   /* addresses */
    DNS_NEGATIVE, /* there are none */
    DNS_ALIAS,    /* only `alias` may have some */
    DNS_FAILURE,  /* nothing that can be used */
};

struct dns_reading {
    struct nonnet_resolver_answer answer; /* its ttl is that of the negative answer as well */
    struct nonnet_dns_name alias;
    unsigned naliases;
};

/*
 * Reads what a response, whose header and question were checked, says of `name`. `at` is where its
 * answers begin.
 */
enum dns_verdict nonnet_dns_answer_read(const struct nonnet_dns_header *h, const uint8_t *message,
                                        size_t len, size_t at, const struct nonnet_dns_name *name,
                                        uint16_t type, struct dns_reading *reading);

#endif
