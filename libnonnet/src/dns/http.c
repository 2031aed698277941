/*
 * The little of HTTP/1.1 that a client of DNS needs: requests with a body, and answers whose length
 * is said or that come in chunks (RFC 9112 sections 6 and 7). An answer that ends with its connection
 * only is refused: it could have been cut off.
 */
#include "dns/channel.h"

#include <string.h>

#include "wire/bytes.h"

#define STATUS_OK 200
#define AGE_MAX   0x7fffffffu

static void text_write(struct byte_writer *w, const char *text)
{
    for (; *text != '\0'; text++)
        byte_writer_u8(w, (uint8_t)*text);
}

static void number_write(struct byte_writer *w, uint32_t number)
{
    uint8_t digits[10];
    size_t n = 0;

    do {
        digits[n++] = (uint8_t)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    while (n > 0)
        byte_writer_u8(w, digits[--n]);
}

void nonnet_dns_http_request(struct nonnet_dns_channel *c, const struct nonnet_dns_channel_query *q)
{
    struct byte_writer w = byte_writer(c->out, sizeof c->out);
    const char *path = c->text;

    while (*path++ != '\0')
        continue;
    text_write(&w, "POST ");
    text_write(&w, path);
    text_write(&w, " HTTP/1.1\r\nHost: ");
    text_write(&w, c->text);
    text_write(&w, "\r\nAccept: application/dns-message\r\n"
                   "Content-Type: application/dns-message\r\nContent-Length: ");
    number_write(&w, q->len);
    text_write(&w, "\r\n\r\n");
    byte_writer_u16(&w, 0);
    byte_writer_copy(&w, q->bytes + 2, (size_t)q->len - 2);
    c->out_len = w.used;
}

void nonnet_dns_http_begin(struct nonnet_dns_channel *c)
{
    c->state = CHANNEL_STATUS;
    c->chunked = c->has_length = c->is_dns = c->last = false;
    c->status = 0;
    c->age_s = 0;
    c->left = 0;
    c->header_len = 0;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

/* Whether `len` characters begin with a text in small letters, in whatever case. */
static bool begins_with(const char *line, size_t len, const char *text)
{
    size_t i = 0;

    for (; text[i] != '\0'; i++) {
        if (i >= len || lower(line[i]) != text[i])
            return false;
    }
    return true;
}

/* A number of at most 9 digits in a base, and nothing else. Returns false for anything else. */
static bool number_read(const char *text, size_t len, unsigned base, uint32_t *number)
{
    uint32_t value = 0;

    if (len < 1 || len > (base == 16 ? 7 : 9))
        return false;
    for (size_t i = 0; i < len; i++) {
        char c = lower(text[i]);
        unsigned digit = c >= '0' && c <= '9'   ? (unsigned)(c - '0')
                         : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10
                                                : base;
        if (digit >= base)
            return false;
        value = value * base + digit;
    }
    *number = value;
    return true;
}

/* RFC 9112 section 4. Version 1.0 would end its connection with each answer, and often does not say. */
static int status_line(struct nonnet_dns_channel *c)
{
    uint32_t status = 0;

    if (!begins_with(c->line, c->line_len, "http/1.1 ") || c->line_len < 12 ||
        !number_read(c->line + 9, 3, 10, &status) || status < 100 ||
        (c->line_len > 12 && c->line[12] != ' '))
        return NONNET_E_MALFORMED;
    if (c->nsent == 0)
        return NONNET_E_MALFORMED; /* nothing was asked */
    c->status = (uint16_t)status;
    c->state = CHANNEL_HEADER;
    return NONNET_OK;
}

/* The value of a header line with this name, without the space around it. */
static bool header_is(const struct nonnet_dns_channel *c, const char *name, const char **value,
                      size_t *len)
{
    if (!begins_with(c->line, c->line_len, name))
        return false;
    const char *from = c->line, *to = c->line + c->line_len;
    while (*name++ != '\0')
        from++;
    while (from < to && (*from == ' ' || *from == '\t'))
        from++;
    while (to > from && (to[-1] == ' ' || to[-1] == '\t'))
        to--;
    *value = from;
    *len = (size_t)(to - from);
    return true;
}

static int header_line(struct nonnet_dns_channel *c)
{
    const char *value;
    uint32_t number;
    size_t len;

    if (c->line[0] == ' ' || c->line[0] == '\t')
        return NONNET_E_MALFORMED; /* RFC 9112 section 5.2: folded lines are of the past */
    if (header_is(c, "content-length:", &value, &len)) {
        if (!number_read(value, len, 10, &number) || (c->has_length && number != c->left))
            return NONNET_E_MALFORMED;
        c->has_length = true;
        c->left = number;
    } else if (header_is(c, "transfer-encoding:", &value, &len)) {
        if (len != 7 || !begins_with(value, len, "chunked") || c->chunked)
            return NONNET_E_UNSUPPORTED;
        c->chunked = true;
    } else if (header_is(c, "content-type:", &value, &len)) {
        size_t type_len = sizeof "application/dns-message" - 1;
        c->is_dns = begins_with(value, len, "application/dns-message") &&
                    (len == type_len || value[type_len] == ';' || value[type_len] == ' ');
    } else if (header_is(c, "content-encoding:", &value, &len)) {
        return NONNET_E_UNSUPPORTED; /* none was asked for */
    } else if (header_is(c, "connection:", &value, &len)) {
        c->last = c->last || begins_with(value, len, "close");
    } else if (header_is(c, "age:", &value, &len)) {
        c->age_s = number_read(value, len, 10, &number) ? number : AGE_MAX;
    }
    return NONNET_OK;
}

/* The empty line behind the headers. */
static int headers_end(struct nonnet_dns_channel *c)
{
    if (c->status < 200) { /* RFC 9110 section 15.2: another one follows */
        uint32_t header_len = c->header_len;
        nonnet_dns_http_begin(c);
        c->header_len = header_len;
        return NONNET_OK;
    }
    if (c->status != STATUS_OK)
        return NONNET_E_REFUSED;
    /* Both lengths at once are how requests are smuggled (RFC 9112 section 6.1). */
    if (!c->is_dns || c->chunked == c->has_length)
        return NONNET_E_MALFORMED;
    if (c->left > sizeof c->answer)
        return NONNET_E_TOO_LONG;
    c->state = c->chunked ? CHANNEL_CHUNK : c->left > 0 ? CHANNEL_BODY : CHANNEL_ANSWER;
    return NONNET_OK;
}

/* RFC 9112 section 7.1: a length in hexadecimal, and perhaps extensions. */
static int chunk_line(struct nonnet_dns_channel *c)
{
    size_t len = 0;

    while (len < c->line_len && c->line[len] != ';' && c->line[len] != ' ')
        len++;
    if (!number_read(c->line, len, 16, &c->left))
        return NONNET_E_MALFORMED;
    if (c->left > sizeof c->answer - c->answer_len)
        return NONNET_E_TOO_LONG;
    c->state = c->left > 0 ? CHANNEL_BODY : CHANNEL_TRAILER;
    return NONNET_OK;
}

int nonnet_dns_http_line(struct nonnet_dns_channel *c)
{
    switch (c->state) {
    case CHANNEL_STATUS:
        return status_line(c);
    case CHANNEL_HEADER:
        return c->line_len > 0 ? header_line(c) : headers_end(c);
    case CHANNEL_CHUNK:
        return chunk_line(c);
    case CHANNEL_CHUNK_END:
        c->state = CHANNEL_CHUNK;
        return c->line_len > 0 ? NONNET_E_MALFORMED : NONNET_OK;
    default: /* trailers say nothing to us */
        if (c->line_len == 0)
            c->state = CHANNEL_ANSWER;
        return NONNET_OK;
    }
}

void nonnet_dns_http_body_end(struct nonnet_dns_channel *c)
{
    c->state = c->chunked ? CHANNEL_CHUNK_END : CHANNEL_ANSWER;
}

void nonnet_dns_http_age(struct nonnet_dns_channel *c)
{
    struct nonnet_dns_question question;
    struct nonnet_dns_record record;
    struct nonnet_dns_header h;
    size_t at = NONNET_DNS_HEADER_LEN;

    if (c->age_s == 0 || nonnet_dns_header_decode(&h, c->answer, c->answer_len) != NONNET_OK)
        return;
    for (uint16_t i = 0; i < h.nquestions; i++) {
        if (nonnet_dns_question_decode(&question, c->answer, c->answer_len, &at) != NONNET_OK)
            return;
    }
    /* What the additional section says is not used, and has the flags of EDNS in place of a time. */
    for (uint32_t i = 0; i < (uint32_t)h.nanswers + h.nauthorities; i++) {
        if (nonnet_dns_record_decode(&record, c->answer, c->answer_len, &at) != NONNET_OK)
            return;
        struct byte_writer w = byte_writer(c->answer + record.data_at - 6, 4);
        byte_writer_u32(&w, record.ttl > c->age_s ? record.ttl - c->age_s : 0);
    }
}
