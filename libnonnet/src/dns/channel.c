#include "dns/channel.h"

#include <string.h>

#include "wire/bytes.h"

#define READ_LEN     512
#define LENGTH_LEN   2
#define TLS_SENT_MAX NONNET_DNS_CHANNEL_QUERIES_MAX

static bool text_is_visible(const char *text)
{
    if (!text || *text == '\0')
        return false;
    for (; *text != '\0'; text++) {
        if (*text <= ' ' || *text > '~')
            return false;
    }
    return true;
}

static size_t text_len(const char *text)
{
    size_t len = 0;

    while (text[len] != '\0')
        len++;
    return len;
}

static void answer_begin(struct nonnet_dns_channel *c)
{
    c->answer_len = 0;
    c->line_len = 0;
    if (c->kind == NONNET_DNS_OVER_HTTPS)
        nonnet_dns_http_begin(c);
    else
        c->state = CHANNEL_LENGTH;
}

int nonnet_dns_channel_init(struct nonnet_dns_channel *c, enum nonnet_dns_channel_kind kind,
                            const struct nonnet_endpoint *server, const char *host,
                            const char *path)
{
    if (kind != NONNET_DNS_OVER_TLS && kind != NONNET_DNS_OVER_HTTPS)
        return NONNET_E_INVALID;
    bool https = kind == NONNET_DNS_OVER_HTTPS;
    if (https && (!text_is_visible(host) || !text_is_visible(path) || *path != '/'))
        return NONNET_E_INVALID;
    size_t host_len = https ? text_len(host) + 1 : 0, path_len = https ? text_len(path) + 1 : 0;
    if (host_len > sizeof c->text || path_len > sizeof c->text - host_len)
        return NONNET_E_TOO_LONG;
    memset(c, 0, sizeof *c);
    c->kind = (uint8_t)kind;
    c->server = *server;
    if (https) {
        memcpy(c->text, host, host_len);
        memcpy(c->text + host_len, path, path_len);
    }
    answer_begin(c);
    return NONNET_OK;
}

bool nonnet_dns_channel_has_room(const struct nonnet_dns_channel *c)
{
    return !c->ended && c->nqueries < NONNET_DNS_CHANNEL_QUERIES_MAX;
}

int nonnet_dns_channel_send(struct nonnet_dns_channel *c, const struct nonnet_resolver_message *m)
{
    if (c->ended)
        return NONNET_E_CLOSED;
    if (m->len < NONNET_DNS_HEADER_LEN || m->len > sizeof m->bytes)
        return NONNET_E_INVALID;
    if (!nonnet_dns_channel_has_room(c))
        return NONNET_E_FULL;
    struct nonnet_dns_channel_query *q = &c->queries[c->nqueries++];
    q->query = m->query;
    q->id = (uint16_t)(m->bytes[0] << 8 | m->bytes[1]);
    q->len = (uint16_t)m->len;
    memcpy(q->bytes, m->bytes, m->len);
    return NONNET_OK;
}

static void query_forget(struct nonnet_dns_channel *c, unsigned index)
{
    c->nqueries--;
    c->nsent--;
    memmove(&c->queries[index], &c->queries[index + 1],
            (size_t)(c->nqueries - index) * sizeof c->queries[0]);
}

/* Makes the next request, if one may go now. Returns false if not. */
static bool request_begin(struct nonnet_dns_channel *c)
{
    unsigned most = c->kind == NONNET_DNS_OVER_HTTPS ? 1 : TLS_SENT_MAX;

    if (c->nsent >= most || c->nsent == c->nqueries || c->last)
        return false;
    const struct nonnet_dns_channel_query *q = &c->queries[c->nsent++];
    c->out_done = 0;
    if (c->kind == NONNET_DNS_OVER_HTTPS) {
        nonnet_dns_http_request(c, q);
        return true;
    }
    struct byte_writer w = byte_writer(c->out, sizeof c->out);
    byte_writer_u16(&w, q->len);
    byte_writer_copy(&w, q->bytes, q->len);
    c->out_len = w.used;
    return true;
}

static int output(struct nonnet_dns_channel *c, const struct nonnet_dns_tls *tls)
{
    while (c->out_done < c->out_len || request_begin(c)) {
        size_t done = 0;
        int rc = tls->write(tls->context, c->out + c->out_done, c->out_len - c->out_done, &done);
        if (rc != NONNET_OK)
            return rc;
        if (done == 0)
            break;
        c->out_done += done < c->out_len - c->out_done ? done : c->out_len - c->out_done;
    }
    return NONNET_OK;
}

/* Which query an answer is to: the oldest of HTTP, the one with its number of TLS. */
static unsigned query_of_answer(const struct nonnet_dns_channel *c)
{
    uint16_t id = (uint16_t)(c->answer[0] << 8 | c->answer[1]);
    unsigned i = 0;

    while (c->kind == NONNET_DNS_OVER_TLS && i < c->nsent && c->queries[i].id != id)
        i++;
    return i;
}

static int answer_give(struct nonnet_dns_channel *c, struct nonnet_resolver *resolver, uint64_t now)
{
    if (c->answer_len < NONNET_DNS_HEADER_LEN)
        return NONNET_E_MALFORMED;
    unsigned index = query_of_answer(c);
    if (index >= c->nsent) /* an answer to nothing: RFC 7858 section 3.3 has none */
        return NONNET_E_MALFORMED;
    struct nonnet_query_handle query = c->queries[index].query;
    if (c->kind == NONNET_DNS_OVER_HTTPS) {
        if (c->answer[0] != 0 || c->answer[1] != 0)
            return NONNET_E_MALFORMED;
        nonnet_dns_http_age(c);
        c->answer[0] = (uint8_t)(c->queries[index].id >> 8);
        c->answer[1] = (uint8_t)c->queries[index].id;
    }
    query_forget(c, index);
    /* What the resolver does not take is no answer to its question: there comes no other one. */
    if (!nonnet_resolver_input(resolver, &c->server, NONNET_RESOLVER_ENCRYPTED, c->answer,
                               c->answer_len, now))
        nonnet_resolver_failed(resolver, query, now);
    bool last = c->last;
    answer_begin(c);
    return last ? NONNET_E_CLOSED : NONNET_OK;
}

/* Takes bytes of the answer itself; returns how many. */
static size_t body_take(struct nonnet_dns_channel *c, const uint8_t *data, size_t len)
{
    size_t part = len < c->left ? len : c->left;

    memcpy(c->answer + c->answer_len, data, part);
    c->answer_len += part;
    c->left -= (uint32_t)part;
    if (c->left > 0)
        return part;
    if (c->kind == NONNET_DNS_OVER_HTTPS)
        nonnet_dns_http_body_end(c);
    else
        c->state = CHANNEL_ANSWER;
    return part;
}

static int length_take(struct nonnet_dns_channel *c, uint8_t byte)
{
    c->line[c->line_len++] = (char)byte;
    if (c->line_len < LENGTH_LEN)
        return NONNET_OK;
    c->left = (uint32_t)(uint8_t)c->line[0] << 8 | (uint8_t)c->line[1];
    if (c->left > sizeof c->answer)
        return NONNET_E_TOO_LONG;
    c->state = c->left > 0 ? CHANNEL_BODY : CHANNEL_ANSWER;
    return NONNET_OK;
}

/* Lines end in LF, before which one CR counts for nothing (RFC 9112 section 2.2). */
static int line_take(struct nonnet_dns_channel *c, uint8_t byte)
{
    if (byte != '\n') {
        /* What is too long is a header that says nothing to us, and is cut. */
        if (c->line_len < sizeof c->line)
            c->line[c->line_len++] = (char)byte;
        return ++c->header_len <= CHANNEL_HEADER_LEN_MAX ? NONNET_OK : NONNET_E_TOO_LONG;
    }
    if (c->line_len > 0 && c->line[c->line_len - 1] == '\r')
        c->line_len--;
    int rc = nonnet_dns_http_line(c);
    c->line_len = 0;
    return rc;
}

static int input(struct nonnet_dns_channel *c, struct nonnet_resolver *resolver,
                 const uint8_t *data, size_t len, uint64_t now)
{
    int rc = NONNET_OK;

    for (size_t at = 0; rc == NONNET_OK && at < len;) {
        if (c->state == CHANNEL_BODY) {
            at += body_take(c, data + at, len - at);
        } else {
            rc = c->state == CHANNEL_LENGTH ? length_take(c, data[at]) : line_take(c, data[at]);
            at++;
        }
        if (rc == NONNET_OK && c->state == CHANNEL_ANSWER)
            rc = answer_give(c, resolver, now);
    }
    return rc;
}

/* The resolver asks elsewhere what was not answered here. */
static void channel_end(struct nonnet_dns_channel *c, struct nonnet_resolver *resolver,
                        uint64_t now)
{
    for (unsigned i = 0; i < c->nqueries; i++)
        nonnet_resolver_failed(resolver, c->queries[i].query, now);
    c->nqueries = c->nsent = 0;
    c->ended = true;
}

int nonnet_dns_channel_step(struct nonnet_dns_channel *c, const struct nonnet_dns_tls *tls,
                            struct nonnet_resolver *resolver, uint64_t now)
{
    uint8_t data[READ_LEN];
    size_t len = 1;

    if (c->ended)
        return NONNET_E_CLOSED;
    int rc = output(c, tls);
    while (rc == NONNET_OK && len > 0) {
        len = 0;
        rc = tls->read(tls->context, data, sizeof data, &len);
        if (rc == NONNET_OK && len > 0)
            rc = input(c, resolver, data, len < sizeof data ? len : sizeof data, now);
        if (rc == NONNET_OK)
            rc = output(c, tls); /* an answer may have made room for the next request */
    }
    if (rc != NONNET_OK)
        channel_end(c, resolver, now);
    return rc;
}
