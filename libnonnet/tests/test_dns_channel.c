/*
 * DNS over TLS and over HTTPS by the sections of RFC 7858, 8484 and 9112, with a resolver at one end
 * and a server played here at the other. What lies between is no TLS: bytes, in pieces of any size.
 */
#include "host.h"

#include <nonnet/dns_channel.h>

struct wire {
    uint8_t to_server[8192];
    size_t to_server_len;
    uint8_t to_client[20000];
    size_t to_client_len, to_client_at;
    size_t piece; /* the most that one call carries; 0: all */
    int error;    /* of both directions, if not 0 */
    bool ended;
};

struct client {
    struct host host; /* for its entropy */
    struct wire wire;
    struct nonnet_dns_tls tls;
    struct nonnet_resolver *resolver;
    void *arena;
    struct nonnet_dns_channel channel;
    struct nonnet_endpoint server;
    uint64_t now;
};

static int wire_write(void *context, const uint8_t *data, size_t len, size_t *done)
{
    struct wire *w = context;
    if (w->error != 0)
        return w->error;
    *done = w->piece > 0 && len > w->piece ? w->piece : len;
    ck_assert_uint_le(w->to_server_len + *done, sizeof w->to_server);
    memcpy(w->to_server + w->to_server_len, data, *done);
    w->to_server_len += *done;
    return NONNET_OK;
}

static int wire_read(void *context, uint8_t *data, size_t size, size_t *len)
{
    struct wire *w = context;
    size_t left = w->to_client_len - w->to_client_at;
    if (w->error != 0)
        return w->error;
    *len = left < size ? left : size;
    if (w->piece > 0 && *len > w->piece)
        *len = w->piece;
    memcpy(data, w->to_client + w->to_client_at, *len);
    w->to_client_at += *len;
    return *len == 0 && w->ended ? NONNET_E_CLOSED : NONNET_OK;
}

static void client_start(struct client *c, enum nonnet_dns_channel_kind kind)
{
    struct nonnet_resolver_config config = {.nservers = 1, .encrypted = true, .nqueries = 12};
    memset(c, 0, sizeof *c);
    host_configure(&c->host);
    c->now = 1000 * S;
    c->server = (struct nonnet_endpoint){nonnet_address_ipv4(192, 0, 2, 53), 853};
    c->tls = (struct nonnet_dns_tls){&c->wire, wire_write, wire_read};
    config.environment = c->host.config.environment;
    config.environment.context = &c->host;
    config.servers[0] = c->server;
    size_t size = nonnet_resolver_size(&config);
    c->arena = aligned_alloc(NONNET_ARENA_ALIGN, size);
    ck_assert_ptr_nonnull(c->arena);
    ck_assert_int_eq(nonnet_resolver_init(&c->resolver, &config, c->arena, size, c->now), 0);
    ck_assert_int_eq(
        nonnet_dns_channel_init(&c->channel, kind, &c->server, "dns.example", "/dns-query"), 0);
}

static void client_end(struct client *c)
{
    free(c->arena);
}

static struct nonnet_query_handle client_asks(struct client *c, const char *name)
{
    struct nonnet_query_handle q;
    ck_assert_int_eq(nonnet_resolver_ask(c->resolver, name, 4, &q, c->now), NONNET_OK);
    return q;
}

/* Moves what can be moved. */
static int client_runs(struct client *c)
{
    struct nonnet_resolver_message m;
    while (nonnet_dns_channel_has_room(&c->channel) &&
           nonnet_resolver_output(c->resolver, &m, c->now))
        ck_assert_int_eq(nonnet_dns_channel_send(&c->channel, &m), NONNET_OK);
    return nonnet_dns_channel_step(&c->channel, &c->tls, c->resolver, c->now);
}

/* Until all that the pieces leave to be done is done. */
static int client_runs_long(struct client *c)
{
    int rc = NONNET_OK;
    for (int i = 0; i < 2000 && rc == NONNET_OK; i++)
        rc = client_runs(c);
    return rc;
}

static void server_says(struct client *c, const void *bytes, size_t len)
{
    ck_assert_uint_le(c->wire.to_client_len + len, sizeof c->wire.to_client);
    memcpy(c->wire.to_client + c->wire.to_client_len, bytes, len);
    c->wire.to_client_len += len;
}

static void server_says_text(struct client *c, const char *text)
{
    server_says(c, text, strlen(text));
}

/* The answer to a query: one address, 198.51.100.`last`, for 300 seconds. */
static size_t answer_make(uint8_t *out, const uint8_t *query, size_t len, uint8_t last)
{
    size_t at = 12;
    while (query[at] != 0)
        at += 1u + query[at];
    at += 5;
    ck_assert_uint_le(at, len);
    memcpy(out, query, at);
    memcpy(out + 2, "\x81\x80\0\1\0\1\0\0\0\0", 10);
    memcpy(out + at, "\xc0\x0c\0\1\0\1\0\0\1\x2c\0\4\xc6\x33\x64", 15);
    out[at + 15] = last;
    return at + 16;
}

/* Takes the first message that was sent over TLS. */
static size_t tls_query(struct client *c, uint8_t *query)
{
    struct wire *w = &c->wire;
    ck_assert_uint_ge(w->to_server_len, 2);
    size_t len = (size_t)(w->to_server[0] << 8 | w->to_server[1]);
    ck_assert_uint_ge(w->to_server_len, len + 2);
    memcpy(query, w->to_server + 2, len);
    w->to_server_len -= len + 2;
    memmove(w->to_server, w->to_server + len + 2, w->to_server_len);
    return len;
}

static void tls_answer(struct client *c, const uint8_t *query, size_t len, uint8_t last)
{
    uint8_t answer[600], prefix[2];
    size_t n = answer_make(answer, query, len, last);
    prefix[0] = (uint8_t)(n >> 8);
    prefix[1] = (uint8_t)n;
    server_says(c, prefix, 2);
    server_says(c, answer, n);
}

/* The last octet of the address that the resolver has, or a result. */
static int answered(struct client *c, struct nonnet_query_handle q)
{
    struct nonnet_resolver_answer a;
    int rc = nonnet_resolver_result(c->resolver, q, &a, c->now);
    return rc == NONNET_OK ? a.addresses[0].octet[3] : rc;
}

static uint32_t answered_ttl(struct client *c, struct nonnet_query_handle q)
{
    struct nonnet_resolver_answer a;
    ck_assert_int_eq(nonnet_resolver_result(c->resolver, q, &a, c->now), NONNET_OK);
    return a.ttl;
}

START_TEST(rfc7858_3_3_a_query_goes_with_its_length_and_is_answered)
{
    struct client c;
    uint8_t query[600];
    client_start(&c, NONNET_DNS_OVER_TLS);
    struct nonnet_query_handle q = client_asks(&c, "www.example");
    ck_assert_int_eq(client_runs(&c), NONNET_OK);
    size_t len = tls_query(&c, query);
    ck_assert_uint_eq(len % 128, 0); /* RFC 8467 section 4.1 */
    ck_assert_uint_eq(c.wire.to_server_len, 0);
    tls_answer(&c, query, len, 7);
    ck_assert_int_eq(client_runs(&c), NONNET_OK);
    ck_assert_int_eq(answered(&c, q), 7);
    client_end(&c);
}
END_TEST

START_TEST(what_comes_and_goes_in_pieces_is_the_same)
{
    for (int kind = 0; kind < 2; kind++) {
        for (size_t piece = 1; piece < 40; piece += 3) {
            struct client c;
            uint8_t query[600];
            client_start(&c, (enum nonnet_dns_channel_kind)kind);
            c.wire.piece = piece;
            struct nonnet_query_handle q = client_asks(&c, "www.example");
            ck_assert_int_eq(client_runs_long(&c), NONNET_OK);
            if (kind == NONNET_DNS_OVER_TLS) {
                size_t len = tls_query(&c, query);
                tls_answer(&c, query, len, 7);
            } else {
                uint8_t answer[600];
                char head[200];
                const uint8_t *body = c.wire.to_server + c.wire.to_server_len - 128;
                size_t n = answer_make(answer, body, 128, 7);
                snprintf(head, sizeof head,
                         "HTTP/1.1 200 OK\r\nContent-Type: application/dns-message\r\n"
                         "Content-Length: %u\r\n\r\n",
                         (unsigned)n);
                server_says_text(&c, head);
                server_says(&c, answer, n);
            }
            ck_assert_int_eq(client_runs_long(&c), NONNET_OK);
            ck_assert_int_eq(answered(&c, q), 7);
            client_end(&c);
        }
    }
}
END_TEST

START_TEST(rfc7858_3_3_answers_come_in_any_order)
{
    struct client c;
    uint8_t first[600], second[600];
    client_start(&c, NONNET_DNS_OVER_TLS);
    struct nonnet_query_handle a = client_asks(&c, "one.example");
    struct nonnet_query_handle b = client_asks(&c, "two.example");
    ck_assert_int_eq(client_runs(&c), NONNET_OK);
    size_t first_len = tls_query(&c, first), second_len = tls_query(&c, second);
    tls_answer(&c, second, second_len, 2);
    ck_assert_int_eq(client_runs(&c), NONNET_OK);
    ck_assert_int_eq(answered(&c, a), NONNET_E_EMPTY);
    ck_assert_int_eq(answered(&c, b), 2);
    tls_answer(&c, first, first_len, 1);
    ck_assert_int_eq(client_runs(&c), NONNET_OK);
    ck_assert_int_eq(answered(&c, a), 1);
    client_end(&c);
}
END_TEST

START_TEST(more_queries_than_there_is_room_for_wait)
{
    struct client c;
    uint8_t query[600];
    struct nonnet_query_handle q[10];
    char name[32];
    client_start(&c, NONNET_DNS_OVER_TLS);
    for (int i = 0; i < 10; i++) {
        snprintf(name, sizeof name, "n%d.example", i);
        q[i] = client_asks(&c, name);
    }
    ck_assert_int_eq(client_runs(&c), NONNET_OK);
    ck_assert(!nonnet_dns_channel_has_room(&c.channel));
    for (int i = 0; i < 10; i++) {
        size_t len = tls_query(&c, query);
        tls_answer(&c, query, len, (uint8_t)(i + 1));
        ck_assert_int_eq(client_runs(&c), NONNET_OK);
    }
    for (int i = 0; i < 10; i++)
        ck_assert_int_eq(answered(&c, q[i]), i + 1);
    client_end(&c);
}
END_TEST

START_TEST(an_answer_to_nothing_ends_the_channel)
{
    struct client c;
    uint8_t query[600];
    client_start(&c, NONNET_DNS_OVER_TLS);
    (void)client_asks(&c, "www.example");
    ck_assert_int_eq(client_runs(&c), NONNET_OK);
    size_t len = tls_query(&c, query);
    query[0] ^= 1;
    tls_answer(&c, query, len, 7);
    ck_assert_int_eq(client_runs(&c), NONNET_E_MALFORMED);
    ck_assert_int_eq(client_runs(&c), NONNET_E_CLOSED);
    ck_assert(!nonnet_dns_channel_has_room(&c.channel));
    client_end(&c);
}
END_TEST

START_TEST(an_answer_that_is_too_short_or_too_long_ends_the_channel)
{
    static const uint8_t lengths[][2] = {{0, 0}, {0, 11}, {0x20, 1}, {0xff, 0xff}};
    for (size_t i = 0; i < 4; i++) {
        struct client c;
        uint8_t zeros[11] = {0};
        client_start(&c, NONNET_DNS_OVER_TLS);
        (void)client_asks(&c, "www.example");
        ck_assert_int_eq(client_runs(&c), NONNET_OK);
        server_says(&c, lengths[i], 2);
        server_says(&c, zeros, sizeof zeros);
        ck_assert_int_eq(client_runs(&c), i < 2 ? NONNET_E_MALFORMED : NONNET_E_TOO_LONG);
        client_end(&c);
    }
}
END_TEST

START_TEST(the_resolver_learns_at_once_that_the_connection_has_ended)
{
    struct client c;
    struct nonnet_resolver_message m;
    client_start(&c, NONNET_DNS_OVER_TLS);
    (void)client_asks(&c, "www.example");
    ck_assert_int_eq(client_runs(&c), NONNET_OK);
    ck_assert(!nonnet_resolver_output(c.resolver, &m, c.now));
    c.wire.ended = true;
    ck_assert_int_eq(client_runs(&c), NONNET_E_CLOSED);
    ck_assert(nonnet_resolver_output(c.resolver, &m, c.now)); /* for the next connection */
    ck_assert_int_eq(nonnet_dns_channel_send(&c.channel, &m), NONNET_E_CLOSED);
    client_end(&c);
}
END_TEST

START_TEST(an_error_of_the_connection_is_handed_on)
{
    struct client c;
    client_start(&c, NONNET_DNS_OVER_HTTPS);
    (void)client_asks(&c, "www.example");
    c.wire.error = NONNET_E_RESET;
    ck_assert_int_eq(client_runs(&c), NONNET_E_RESET);
    ck_assert_int_eq(client_runs(&c), NONNET_E_CLOSED);
    client_end(&c);
}
END_TEST

START_TEST(rfc8484_4_1_a_request_says_what_is_needed_and_no_more)
{
    static const char expected[] = "POST /dns-query HTTP/1.1\r\nHost: dns.example\r\n"
                                   "Accept: application/dns-message\r\n"
                                   "Content-Type: application/dns-message\r\n"
                                   "Content-Length: 128\r\n\r\n";
    struct client c;
    client_start(&c, NONNET_DNS_OVER_HTTPS);
    (void)client_asks(&c, "www.example");
    ck_assert_int_eq(client_runs(&c), NONNET_OK);
    ck_assert_uint_eq(c.wire.to_server_len, sizeof expected - 1 + 128);
    ck_assert_mem_eq(c.wire.to_server, expected, sizeof expected - 1);
    ck_assert_mem_eq(c.wire.to_server + sizeof expected - 1, "\0\0", 2); /* the number */
    client_end(&c);
}
END_TEST

/*
 * Asks one name over HTTPS, and answers with a head in which %u is the length of the answer; with a
 * tail behind it, if there is one. Returns what the channel said.
 */
static int https_answer(struct client *c, struct nonnet_query_handle *q, const char *head,
                        const char *tail)
{
    uint8_t answer[600];
    char text[12000];
    client_start(c, NONNET_DNS_OVER_HTTPS);
    *q = client_asks(c, "www.example");
    ck_assert_int_eq(client_runs(c), NONNET_OK);
    size_t n = answer_make(answer, c->wire.to_server + c->wire.to_server_len - 128, 128, 9);
    const char *length = strstr(head, "%u");
    const char *hex = strstr(head, "%x");
    const char *at = length ? length : hex;
    int before = at ? (int)(at - head) : (int)strlen(head);
    snprintf(text, sizeof text, hex && !length ? "%.*s%x%s" : "%.*s%u%s", before, head, (unsigned)n,
             at ? at + 2 : "");
    if (!at)
        text[before] = '\0';
    server_says_text(c, text);
    server_says(c, answer, n);
    if (tail)
        server_says_text(c, tail);
    return client_runs_long(c);
}

#define TYPE "Content-Type: application/dns-message\r\n"

START_TEST(rfc8484_4_2_answers_that_are_taken)
{
    static const struct {
        const char *head, *tail;
    } cases[] = {
        {"HTTP/1.1 200 OK\r\n" TYPE "Content-Length: %u\r\n\r\n", NULL},
        {"HTTP/1.1 200\r\ncontent-type:application/dns-message\r\nCONTENT-LENGTH:\t%u \r\n\r\n",
         NULL},
        {"HTTP/1.1 200 \nContent-Type: application/dns-message; x=y\nContent-Length: %u\n\n", NULL},
        {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 "
         "OK\r\n" TYPE "Content-Length: %u\r\n\r\n",
         NULL},
        {"HTTP/1.1 200 OK\r\n" TYPE "Transfer-Encoding: chunked\r\n\r\n%x\r\n", "\r\n0\r\n\r\n"},
        {"HTTP/1.1 200 OK\r\n" TYPE "Transfer-Encoding: Chunked\r\n\r\n%x;a=b\r\n",
         "\r\n000\r\nTrailer: x\r\n\r\n"},
        {"HTTP/1.1 200 OK\r\nServer: x\r\nSet-Cookie: y\r\n" TYPE
         "Content-Length: %u\r\nConnection: keep-alive\r\n\r\n",
         NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct client c;
        struct nonnet_query_handle q;
        ck_assert_int_eq(https_answer(&c, &q, cases[i].head, cases[i].tail), NONNET_OK);
        ck_assert_int_eq(answered(&c, q), 9);
        client_end(&c);
    }
}
END_TEST

START_TEST(rfc9112_answers_that_end_the_channel)
{
    static const struct {
        const char *head;
        int result;
    } cases[] = {
        {"HTTP/1.1 404 Not Found\r\n" TYPE "Content-Length: %u\r\n\r\n", NONNET_E_REFUSED},
        {"HTTP/1.1 301 Moved\r\nLocation: https://x/\r\n\r\n", NONNET_E_REFUSED},
        {"HTTP/1.0 200 OK\r\n" TYPE "Content-Length: %u\r\n\r\n", NONNET_E_MALFORMED},
        {"HTTP/2 200\r\n", NONNET_E_MALFORMED},
        {"HTTP/1.1 20 OK\r\n", NONNET_E_MALFORMED},
        {"HTTP/1.1 2000 OK\r\n", NONNET_E_MALFORMED},
        {"\r\n", NONNET_E_MALFORMED},
        {"HTTP/1.1 200 OK\r\n" TYPE "\r\n",
         NONNET_E_MALFORMED}, /* up to the end of the connection */
        {"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %u\r\n\r\n",
         NONNET_E_MALFORMED},
        {"HTTP/1.1 200 OK\r\nContent-Type: application/dns-messages\r\nContent-Length: %u\r\n\r\n",
         NONNET_E_MALFORMED},
        {"HTTP/1.1 200 OK\r\nContent-Length: %u\r\n\r\n", NONNET_E_MALFORMED},
        {"HTTP/1.1 200 OK\r\n" TYPE "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
         NONNET_E_MALFORMED},
        {"HTTP/1.1 200 OK\r\n" TYPE "Content-Length: 5\r\nContent-Length: 6\r\n\r\n",
         NONNET_E_MALFORMED},
        {"HTTP/1.1 200 OK\r\n" TYPE "Content-Length: -1\r\n\r\n", NONNET_E_MALFORMED},
        {"HTTP/1.1 200 OK\r\n" TYPE "Content-Length: 4294967297\r\n\r\n", NONNET_E_MALFORMED},
        {"HTTP/1.1 200 OK\r\n" TYPE "Content-Length: \r\n\r\n", NONNET_E_MALFORMED},
        {"HTTP/1.1 200 OK\r\n" TYPE "Content-Length: 8193\r\n\r\n", NONNET_E_TOO_LONG},
        {"HTTP/1.1 200 OK\r\n" TYPE "Content-Length: 3\r\n\r\n", NONNET_E_MALFORMED},
        {"HTTP/1.1 200 OK\r\n" TYPE "Content-Length: 0\r\n\r\n", NONNET_E_MALFORMED},
        {"HTTP/1.1 200 OK\r\n" TYPE "Transfer-Encoding: gzip\r\n\r\n", NONNET_E_UNSUPPORTED},
        {"HTTP/1.1 200 OK\r\n" TYPE "Content-Encoding: br\r\n\r\n", NONNET_E_UNSUPPORTED},
        {"HTTP/1.1 200 OK\r\n" TYPE " folded: x\r\n\r\n", NONNET_E_MALFORMED},
        {"HTTP/1.1 200 OK\r\n" TYPE "Transfer-Encoding: chunked\r\n\r\nx\r\n", NONNET_E_MALFORMED},
        {"HTTP/1.1 200 OK\r\n" TYPE "Transfer-Encoding: chunked\r\n\r\n\r\n", NONNET_E_MALFORMED},
        {"HTTP/1.1 200 OK\r\n" TYPE "Transfer-Encoding: chunked\r\n\r\nffffffff\r\n",
         NONNET_E_MALFORMED},
        {"HTTP/1.1 200 OK\r\n" TYPE "Transfer-Encoding: chunked\r\n\r\n2001\r\n",
         NONNET_E_TOO_LONG},
        {"HTTP/1.1 200 OK\r\n" TYPE "Transfer-Encoding: chunked\r\n\r\n1\r\nxy\r\n",
         NONNET_E_MALFORMED},
        {"HTTP/1.1 200 OK\r\n" TYPE "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
         NONNET_E_MALFORMED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct client c;
        struct nonnet_query_handle q;
        int rc = https_answer(&c, &q, cases[i].head, NULL);
        ck_assert_msg(rc == cases[i].result, "case %u: %s", (unsigned)i, nonnet_strerror(rc));
        client_end(&c);
    }
}
END_TEST

START_TEST(headers_without_end_end_the_channel)
{
    struct client c;
    client_start(&c, NONNET_DNS_OVER_HTTPS);
    (void)client_asks(&c, "www.example");
    ck_assert_int_eq(client_runs(&c), NONNET_OK);
    server_says_text(&c, "HTTP/1.1 200 OK\r\n");
    for (int i = 0; i < 300; i++)
        server_says_text(&c, "X-Padding: 0123456789012345678901234567890\r\n");
    ck_assert_int_eq(client_runs_long(&c), NONNET_E_TOO_LONG);
    client_end(&c);
}
END_TEST

START_TEST(a_long_header_that_means_nothing_is_passed_over)
{
    struct client c;
    struct nonnet_query_handle q;
    char head[2200] = "HTTP/1.1 200 OK\r\nX-Policy: ";
    size_t len = strlen(head);
    memset(head + len, 'x', 1500);
    strcpy(head + len + 1500, "\r\n" TYPE "Content-Length: %u\r\n\r\n");
    ck_assert_int_eq(https_answer(&c, &q, head, NULL), NONNET_OK);
    ck_assert_int_eq(answered(&c, q), 9);
    client_end(&c);
}
END_TEST

START_TEST(rfc8484_5_1_an_answer_from_a_cache_is_good_for_less)
{
    static const struct {
        const char *head;
        uint32_t ttl;
    } cases[] = {
        {"HTTP/1.1 200 OK\r\nAge: 100\r\n" TYPE "Content-Length: %u\r\n\r\n", 200},
        {"HTTP/1.1 200 OK\r\nAge: 300\r\n" TYPE "Content-Length: %u\r\n\r\n", 0},
        {"HTTP/1.1 200 OK\r\nAge: old\r\n" TYPE "Content-Length: %u\r\n\r\n", 0},
        {"HTTP/1.1 200 OK\r\n" TYPE "Content-Length: %u\r\n\r\n", 300},
    };
    for (size_t i = 0; i < 4; i++) {
        struct client c;
        struct nonnet_query_handle q;
        ck_assert_int_eq(https_answer(&c, &q, cases[i].head, NULL), NONNET_OK);
        ck_assert_uint_eq(answered_ttl(&c, q), cases[i].ttl);
        client_end(&c);
    }
}
END_TEST

START_TEST(rfc9112_9_6_the_last_answer_counts_before_the_connection_ends)
{
    struct client c;
    struct nonnet_query_handle q;
    ck_assert_int_eq(https_answer(&c, &q,
                                  "HTTP/1.1 200 OK\r\nConnection: close\r\n" TYPE
                                  "Content-Length: %u\r\n\r\n",
                                  NULL),
                     NONNET_E_CLOSED);
    ck_assert_int_eq(answered(&c, q), 9);
    client_end(&c);
}
END_TEST

START_TEST(over_https_one_query_goes_after_the_other)
{
    struct client c;
    uint8_t answer[600];
    char head[200];
    client_start(&c, NONNET_DNS_OVER_HTTPS);
    struct nonnet_query_handle q[3] = {client_asks(&c, "one.example"),
                                       client_asks(&c, "two.example"),
                                       client_asks(&c, "three.example")};
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(client_runs(&c), NONNET_OK);
        size_t body_at = c.wire.to_server_len - 128;
        size_t n = answer_make(answer, c.wire.to_server + body_at, 128, (uint8_t)(i + 1));
        snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\n" TYPE "Content-Length: %u\r\n\r\n",
                 (unsigned)n);
        c.wire.to_server_len = 0;
        ck_assert_int_eq(client_runs(&c), NONNET_OK);
        ck_assert_uint_eq(c.wire.to_server_len, 0);
        server_says_text(&c, head);
        server_says(&c, answer, n);
    }
    ck_assert_int_eq(client_runs(&c), NONNET_OK);
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(answered(&c, q[i]), i + 1);
    client_end(&c);
}
END_TEST

START_TEST(an_answer_before_any_request_ends_the_channel)
{
    struct client c;
    client_start(&c, NONNET_DNS_OVER_HTTPS);
    server_says_text(&c, "HTTP/1.1 200 OK\r\n" TYPE "Content-Length: 12\r\n\r\n012345678901");
    ck_assert_int_eq(client_runs(&c), NONNET_E_MALFORMED);
    client_end(&c);
}
END_TEST

START_TEST(a_uri_that_is_none_is_refused)
{
    static struct nonnet_dns_channel c;
    struct nonnet_endpoint at = {nonnet_address_ipv4(192, 0, 2, 53), 443};
    char longest[300];
    memset(longest, 'x', sizeof longest);
    longest[299] = '\0';
    ck_assert_int_eq(nonnet_dns_channel_init(&c, NONNET_DNS_OVER_HTTPS, &at, NULL, "/"),
                     NONNET_E_INVALID);
    ck_assert_int_eq(nonnet_dns_channel_init(&c, NONNET_DNS_OVER_HTTPS, &at, "", "/"),
                     NONNET_E_INVALID);
    ck_assert_int_eq(nonnet_dns_channel_init(&c, NONNET_DNS_OVER_HTTPS, &at, "a\r\nb: c", "/"),
                     NONNET_E_INVALID);
    ck_assert_int_eq(nonnet_dns_channel_init(&c, NONNET_DNS_OVER_HTTPS, &at, "a", "query"),
                     NONNET_E_INVALID);
    ck_assert_int_eq(nonnet_dns_channel_init(&c, NONNET_DNS_OVER_HTTPS, &at, "a", "/ b"),
                     NONNET_E_INVALID);
    ck_assert_int_eq(nonnet_dns_channel_init(&c, NONNET_DNS_OVER_HTTPS, &at, longest, "/"),
                     NONNET_E_TOO_LONG);
    ck_assert_int_eq(nonnet_dns_channel_init(&c, (enum nonnet_dns_channel_kind)7, &at, "a", "/"),
                     NONNET_E_INVALID);
    ck_assert_int_eq(nonnet_dns_channel_init(&c, NONNET_DNS_OVER_TLS, &at, NULL, NULL), NONNET_OK);
}
END_TEST

static Suite *dns_channel_suite(void)
{
    Suite *suite = suite_create("nonnet DNS over TLS and HTTPS");
    TCase *tc = tcase_create("channel");
    tcase_add_test(tc, rfc7858_3_3_a_query_goes_with_its_length_and_is_answered);
    tcase_add_test(tc, what_comes_and_goes_in_pieces_is_the_same);
    tcase_add_test(tc, rfc7858_3_3_answers_come_in_any_order);
    tcase_add_test(tc, more_queries_than_there_is_room_for_wait);
    tcase_add_test(tc, an_answer_to_nothing_ends_the_channel);
    tcase_add_test(tc, an_answer_that_is_too_short_or_too_long_ends_the_channel);
    tcase_add_test(tc, the_resolver_learns_at_once_that_the_connection_has_ended);
    tcase_add_test(tc, an_error_of_the_connection_is_handed_on);
    tcase_add_test(tc, rfc8484_4_1_a_request_says_what_is_needed_and_no_more);
    tcase_add_test(tc, rfc8484_4_2_answers_that_are_taken);
    tcase_add_test(tc, rfc9112_answers_that_end_the_channel);
    tcase_add_test(tc, headers_without_end_end_the_channel);
    tcase_add_test(tc, a_long_header_that_means_nothing_is_passed_over);
    tcase_add_test(tc, rfc8484_5_1_an_answer_from_a_cache_is_good_for_less);
    tcase_add_test(tc, rfc9112_9_6_the_last_answer_counts_before_the_connection_ends);
    tcase_add_test(tc, over_https_one_query_goes_after_the_other);
    tcase_add_test(tc, an_answer_before_any_request_ends_the_channel);
    tcase_add_test(tc, a_uri_that_is_none_is_refused);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(dns_channel_suite)
