#include "dns/resolver.h"

#include <string.h>

#include "stack/arena.h"

#define GENERATION_SHIFT 16
#define ROUNDS           3u /* each server is asked so many times */
#define TIMEOUT_US       2000000u
#define FORGED_MAX       8u /* then somebody is guessing, and UDP is left alone */
#define NAMES_MAX        0xfffeu

static bool config_is_sound(const struct nonnet_resolver_config *c)
{
    if (!c->environment.entropy || c->nservers < 1 || c->nservers > NONNET_RESOLVER_SERVERS_MAX ||
        c->nqueries < 1 || c->nqueries > NAMES_MAX)
        return false;
    for (unsigned i = 0; i < c->nservers; i++) {
        if (c->servers[i].address.version != 4 && c->servers[i].address.version != 6)
            return false;
    }
    return true;
}

static struct nonnet_resolver *lay_out(struct arena *a, const struct nonnet_resolver_config *c)
{
    struct nonnet_resolver *r = arena_take(a, 1, sizeof *r);
    struct query *queries = arena_take(a, c->nqueries, sizeof *queries);
    struct cached *cache = arena_take(a, c->ncached, sizeof *cache);

    if (!a->base || a->overflow)
        return NULL;
    memset(a->base, 0, a->used);
    r->queries = queries;
    r->cache = cache;
    return r;
}

size_t nonnet_resolver_size(const struct nonnet_resolver_config *config)
{
    struct arena a = {.base = NULL};

    if (!config_is_sound(config))
        return 0;
    (void)lay_out(&a, config);
    return a.overflow ? 0 : a.used;
}

int nonnet_resolver_init(struct nonnet_resolver **resolver,
                         const struct nonnet_resolver_config *config, void *arena, size_t size,
                         uint64_t now)
{
    size_t needed = nonnet_resolver_size(config);
    struct arena a = {.base = arena};

    if (needed == 0 || !arena || ((uintptr_t)arena & (NONNET_ARENA_ALIGN - 1)) != 0)
        return NONNET_E_INVALID;
    if (size < needed)
        return NONNET_E_NO_MEMORY;
    struct nonnet_resolver_config copy = *config; /* it may lie in the arena */
    struct nonnet_resolver *r = lay_out(&a, &copy);
    r->config = copy;
    r->now = now;
    *resolver = r;
    return NONNET_OK;
}

static void set_time(struct nonnet_resolver *r, uint64_t now)
{
    if (now > r->now)
        r->now = now;
}

static struct query *query_of(const struct nonnet_resolver *r, struct nonnet_query_handle handle)
{
    uint16_t index = (uint16_t)handle.id;

    if (index >= r->config.nqueries)
        return NULL;
    struct query *q = &r->queries[index];
    return q->state != QUERY_FREE && q->generation == handle.id >> GENERATION_SHIFT ? q : NULL;
}

static struct nonnet_query_handle handle_of(const struct nonnet_resolver *r, const struct query *q)
{
    return (struct nonnet_query_handle){(uint32_t)q->generation << GENERATION_SHIFT |
                                        (uint32_t)(q - r->queries)};
}

static bool asks_the_same(const struct query *a, const struct query *b)
{
    return a->type == b->type && nonnet_dns_name_equal(&a->name, &b->name);
}

/* Makes the next attempt: another number and other cases, for nobody to guess. */
static void attempt_begin(struct nonnet_resolver *r, struct query *q)
{
    uint8_t bits[NONNET_DNS_NAME_MAX / 8 + 1 + 2];

    r->config.environment.entropy(r->config.environment.context, bits, sizeof bits);
    q->id = (uint16_t)(bits[0] << 8 | bits[1]);
    q->sent = q->next;
    for (size_t i = 0; i < q->sent.len; i++) {
        uint8_t *c = &q->sent.octets[i];
        bool letter = (*c | 0x20) >= 'a' && (*c | 0x20) <= 'z';
        if (letter && (bits[2 + i / 8] >> (i % 8) & 1))
            *c ^= 0x20;
    }
    q->nforged = 0;
    q->state = QUERY_TO_SEND;
}

static void cache_put(struct nonnet_resolver *r, const struct query *q)
{
    struct cached *place = NULL;

    if (q->answer.ttl == 0)
        return;
    for (uint16_t i = 0; i < r->config.ncached; i++) {
        struct cached *c = &r->cache[i];
        bool same = c->used && c->type == q->type && nonnet_dns_name_equal(&c->name, &q->name);
        if (same || !place || (place->used && (!c->used || c->expires < place->expires)))
            place = c;
        if (same)
            break;
    }
    if (!place)
        return;
    *place = (struct cached){
        .used = true,
        .type = q->type,
        .result = q->result,
        .name = q->name,
        .expires = r->now + (uint64_t)q->answer.ttl * 1000000u,
        .answer = q->answer,
    };
}

static const struct cached *cache_find(const struct nonnet_resolver *r, const struct query *q)
{
    for (uint16_t i = 0; i < r->config.ncached; i++) {
        const struct cached *c = &r->cache[i];
        if (c->used && c->expires > r->now && c->type == q->type &&
            nonnet_dns_name_equal(&c->name, &q->name))
            return c;
    }
    return NULL;
}

static void query_end(struct query *q, int result, const struct nonnet_resolver_answer *answer,
                      uint64_t now)
{
    q->state = QUERY_DONE;
    q->result = result;
    q->answer = *answer;
    q->answered_at = now;
}

/* The answer is there, for this query and for all that ask the same. */
static void query_finish(struct nonnet_resolver *r, struct query *q, int result,
                         const struct nonnet_resolver_answer *answer)
{
    query_end(q, result, answer, r->now);
    cache_put(r, q);
    for (uint16_t i = 0; i < r->config.nqueries; i++) {
        struct query *twin = &r->queries[i];
        if (twin->state == QUERY_TWIN && asks_the_same(twin, q))
            query_end(twin, result, answer, r->now);
    }
}

static void attempt_next(struct nonnet_resolver *r, struct query *q)
{
    static const struct nonnet_resolver_answer nothing;

    q->attempts++;
    if (q->attempts >= ROUNDS * r->config.nservers) {
        query_finish(r, q, q->failure != NONNET_OK ? q->failure : NONNET_E_TIMED_OUT, &nothing);
        return;
    }
    q->server = (uint8_t)(q->server + 1u < r->config.nservers ? q->server + 1u : 0);
    attempt_begin(r, q);
}

static void query_begin(struct nonnet_resolver *r, struct query *q)
{
    for (uint16_t i = 0; i < r->config.nqueries; i++) {
        const struct query *other = &r->queries[i];
        if (other != q && (other->state == QUERY_TO_SEND || other->state == QUERY_SENT) &&
            asks_the_same(other, q)) {
            q->state = QUERY_TWIN;
            return;
        }
    }
    attempt_begin(r, q);
}

static struct query *query_unused(const struct nonnet_resolver *r)
{
    for (uint16_t i = 0; i < r->config.nqueries; i++) {
        if (r->queries[i].state == QUERY_FREE)
            return &r->queries[i];
    }
    return NULL;
}

int nonnet_resolver_ask(struct nonnet_resolver *r, const char *name, uint8_t version,
                        struct nonnet_query_handle *handle, uint64_t now)
{
    struct nonnet_dns_name asked;

    set_time(r, now);
    if ((version != 4 && version != 6) || nonnet_dns_name_from_text(&asked, name) != NONNET_OK)
        return NONNET_E_INVALID;
    struct query *q = query_unused(r);
    if (!q)
        return NONNET_E_FULL;
    uint16_t generation = (uint16_t)(q->generation + 1);
    *q = (struct query){
        .generation = generation == 0 ? 1 : generation, /* no handle is zero */
        .type = version == 4 ? NONNET_DNS_A : NONNET_DNS_AAAA,
        .transport = r->config.encrypted ? NONNET_RESOLVER_ENCRYPTED : NONNET_RESOLVER_UDP,
        .name = asked,
        .next = asked,
    };
    const struct cached *known = cache_find(r, q);
    if (known) {
        query_end(q, known->result, &known->answer, r->now);
        q->answer.ttl = 0;
        for (uint64_t left = known->expires - r->now; left >= 1000000; left -= 1000000)
            q->answer.ttl++;
    } else {
        query_begin(r, q);
    }
    *handle = handle_of(r, q);
    return NONNET_OK;
}

/* Frees a query; if others wait for its answer, one of them asks in its place. */
static void query_free(struct nonnet_resolver *r, struct query *q)
{
    bool asking = q->state == QUERY_TO_SEND || q->state == QUERY_SENT;

    q->state = QUERY_FREE;
    for (uint16_t i = 0; asking && i < r->config.nqueries; i++) {
        struct query *twin = &r->queries[i];
        if (twin->state == QUERY_TWIN && asks_the_same(twin, q)) {
            attempt_begin(r, twin);
            return;
        }
    }
}

int nonnet_resolver_result(struct nonnet_resolver *r, struct nonnet_query_handle handle,
                           struct nonnet_resolver_answer *answer, uint64_t now)
{
    struct query *q = query_of(r, handle);

    set_time(r, now);
    if (!q)
        return NONNET_E_STALE;
    if (q->state != QUERY_DONE)
        return NONNET_E_EMPTY;
    int result = q->result;
    *answer = q->answer;
    for (uint64_t age = r->now - q->answered_at; age >= 1000000 && answer->ttl > 0; age -= 1000000)
        answer->ttl--;
    query_free(r, q);
    return result;
}

int nonnet_resolver_cancel(struct nonnet_resolver *r, struct nonnet_query_handle handle)
{
    struct query *q = query_of(r, handle);

    if (!q)
        return NONNET_E_STALE;
    query_free(r, q);
    return NONNET_OK;
}

bool nonnet_resolver_output(struct nonnet_resolver *r, struct nonnet_resolver_message *m,
                            uint64_t now)
{
    set_time(r, now);
    for (uint16_t i = 0; i < r->config.nqueries; i++) {
        struct query *q = &r->queries[i];
        if (q->state != QUERY_TO_SEND)
            continue;
        bool pad = q->transport == NONNET_RESOLVER_ENCRYPTED;
        if (nonnet_dns_query_encode(q->id, &q->sent, q->type, pad, m->bytes, sizeof m->bytes,
                                    &m->len) != NONNET_OK)
            continue; /* cannot be: there is room for the longest name */
        m->query = handle_of(r, q);
        m->server = r->config.servers[q->server];
        m->transport = (enum nonnet_resolver_transport)q->transport;
        q->state = QUERY_SENT;
        q->due = r->now + ((uint64_t)TIMEOUT_US << (q->attempts >= r->config.nservers));
        return true;
    }
    return false;
}

static bool endpoint_equal(const struct nonnet_endpoint *a, const struct nonnet_endpoint *b)
{
    return a->port == b->port && memcmp(&a->address, &b->address, sizeof a->address) == 0;
}

/* Whether the names are the same, and (over UDP) also the cases that were drawn. */
static bool question_is(const struct query *q, const struct nonnet_dns_question *question,
                        bool *same_case)
{
    *same_case = question->name.len == q->sent.len &&
                 memcmp(question->name.octets, q->sent.octets, q->sent.len) == 0;
    return question->type == q->type && question->class_ == NONNET_DNS_CLASS_IN &&
           nonnet_dns_name_equal(&question->name, &q->sent);
}

static void again_by_tcp(struct nonnet_resolver *r, struct query *q)
{
    q->transport = NONNET_RESOLVER_TCP;
    attempt_begin(r, q);
}

static void alias_follow(struct nonnet_resolver *r, struct query *q,
                         const struct dns_reading *reading)
{
    q->naliases = (uint8_t)(q->naliases + reading->naliases);
    if (q->naliases > DNS_ALIASES_MAX) {
        q->failure = NONNET_E_REFUSED;
        attempt_next(r, q);
        return;
    }
    q->next = reading->alias;
    attempt_begin(r, q);
}

/* The server that was asked answers what it was asked. */
static void response_take(struct nonnet_resolver *r, struct query *q,
                          const struct nonnet_dns_header *h, const uint8_t *message, size_t len,
                          size_t at)
{
    struct dns_reading reading;

    if (h->truncated && q->transport == NONNET_RESOLVER_UDP) {
        again_by_tcp(r, q);
        return;
    }
    enum dns_verdict verdict =
        h->truncated ? DNS_FAILURE
                     : nonnet_dns_answer_read(h, message, len, at, &q->next, q->type, &reading);
    switch (verdict) {
    case DNS_ANSWER:
        query_finish(r, q, NONNET_OK, &reading.answer);
        break;
    case DNS_NEGATIVE:
        query_finish(r, q, NONNET_E_NOT_FOUND, &reading.answer);
        break;
    case DNS_ALIAS:
        alias_follow(r, q, &reading);
        break;
    case DNS_FAILURE:
        q->failure = NONNET_E_REFUSED;
        attempt_next(r, q);
        break;
    }
}

bool nonnet_resolver_input(struct nonnet_resolver *r, const struct nonnet_endpoint *from,
                           enum nonnet_resolver_transport transport, const uint8_t *message,
                           size_t len, uint64_t now)
{
    struct nonnet_dns_question question;
    struct nonnet_dns_header h;
    size_t at = NONNET_DNS_HEADER_LEN;
    bool same_case;

    set_time(r, now);
    if (nonnet_dns_header_decode(&h, message, len) != NONNET_OK || !h.response || h.opcode != 0 ||
        h.nquestions != 1 || nonnet_dns_question_decode(&question, message, len, &at) != NONNET_OK)
        return false;
    for (uint16_t i = 0; i < r->config.nqueries; i++) {
        struct query *q = &r->queries[i];
        if (q->state != QUERY_SENT || q->transport != (uint8_t)transport ||
            !endpoint_equal(&r->config.servers[q->server], from) ||
            !question_is(q, &question, &same_case))
            continue;
        if (q->id == h.id && (same_case || transport != NONNET_RESOLVER_UDP))
            response_take(r, q, &h, message, len, at);
        else if (q->id == h.id || (transport == NONNET_RESOLVER_UDP && ++q->nforged >= FORGED_MAX))
            again_by_tcp(r, q);
        else
            continue;
        return true;
    }
    return false;
}

void nonnet_resolver_failed(struct nonnet_resolver *r, struct nonnet_query_handle handle,
                            uint64_t now)
{
    struct query *q = query_of(r, handle);

    set_time(r, now);
    if (q && q->state == QUERY_SENT)
        attempt_next(r, q);
}

void nonnet_resolver_tick(struct nonnet_resolver *r, uint64_t now)
{
    set_time(r, now);
    for (uint16_t i = 0; i < r->config.nqueries; i++) {
        struct query *q = &r->queries[i];
        if (q->state == QUERY_SENT && q->due <= r->now)
            attempt_next(r, q);
    }
}

uint64_t nonnet_resolver_deadline(const struct nonnet_resolver *r)
{
    uint64_t due = NONNET_NEVER;

    for (uint16_t i = 0; i < r->config.nqueries; i++) {
        const struct query *q = &r->queries[i];
        if (q->state == QUERY_SENT && q->due < due)
            due = q->due;
    }
    return due;
}

void nonnet_resolver_forget(struct nonnet_resolver *r)
{
    for (uint16_t i = 0; i < r->config.ncached; i++)
        r->cache[i].used = false;
}
