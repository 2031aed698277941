#include <nononion/stream_message.h>

#include "cell/address.h"
#include "cell/bytes.h"

#define SENDME_TAG_TOR1 20
#define SENDME_TAG_CGO  16

static bool is_printable(const char *s, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (s[i] <= ' ' || s[i] > '~')
            return false;
    }
    return true;
}

static bool host_is_sound(const char *host, size_t len)
{
    return len > 0 && len <= NONONION_HOSTNAME_MAX && is_printable(host, len);
}

/* Takes the characters up to a NUL and the NUL; NULL if there is none. */
static const char *string_take(struct byte_reader *r, size_t *len)
{
    size_t n = 0;

    while (n < r->left && r->next[n] != 0)
        n++;
    *len = n;
    return (const char *)byte_reader_take(r, n + 1);
}

/* Decimal, 1 to 65535, no sign and no leading zero; 0 for anything else. */
static uint16_t port_parse(const char *s, size_t len)
{
    uint32_t port = 0;

    if (len == 0 || len > 5 || s[0] == '0')
        return 0;
    for (size_t i = 0; i < len; i++) {
        if (s[i] < '0' || s[i] > '9')
            return 0;
        port = port * 10 + (uint32_t)(s[i] - '0');
    }
    return port <= UINT16_MAX ? (uint16_t)port : 0;
}

static size_t colons(const char *s, size_t len)
{
    size_t n = 0;

    for (size_t i = 0; i < len; i++)
        n += s[i] == ':';
    return n;
}

static bool brackets_in(const char *s, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (s[i] == '[' || s[i] == ']')
            return true;
    }
    return false;
}

/* Splits "host:port" and "[address]:port"; only what stands in brackets may hold colons. */
static bool host_port_split(struct nononion_begin *begin, const char *s, size_t len)
{
    size_t host_len = len;

    while (host_len > 0 && s[host_len - 1] != ':')
        host_len--;
    if (host_len == 0)
        return false;
    begin->port = port_parse(s + host_len, len - host_len);
    host_len--;

    bool bracketed = host_len >= 2 && s[0] == '[' && s[host_len - 1] == ']';
    begin->host = bracketed ? s + 1 : s;
    begin->host_len = bracketed ? host_len - 2 : host_len;
    return begin->port != 0 && bracketed == (colons(begin->host, begin->host_len) > 0) &&
           !brackets_in(begin->host, begin->host_len) &&
           host_is_sound(begin->host, begin->host_len);
}

int nononion_begin_decode(struct nononion_begin *begin, const uint8_t *body, size_t len)
{
    struct byte_reader r = byte_reader(body, len);
    struct nononion_begin got;
    size_t address_len;
    const char *address = string_take(&r, &address_len);

    if (!address || !host_port_split(&got, address, address_len))
        return NONONION_E_MALFORMED;
    got.flags = r.left > 0 ? byte_reader_u32(&r) : 0;
    if (r.failed)
        return NONONION_E_MALFORMED;
    *begin = got;
    return NONONION_OK;
}

static void port_write(struct byte_writer *w, uint16_t port)
{
    uint8_t digits[5];
    size_t n = 0;

    for (; port > 0; port /= 10)
        digits[n++] = (uint8_t)('0' + port % 10);
    while (n > 0)
        byte_writer_u8(w, digits[--n]);
}

int nononion_begin_encode(const struct nononion_begin *begin, uint8_t *out, size_t size,
                          size_t *written)
{
    struct byte_writer w = byte_writer(out, size);

    if (begin->port == 0 || !host_is_sound(begin->host, begin->host_len) ||
        brackets_in(begin->host, begin->host_len))
        return NONONION_E_INVALID;
    bool bracketed = colons(begin->host, begin->host_len) > 0;
    if (bracketed)
        byte_writer_u8(&w, '[');
    byte_writer_copy(&w, begin->host, begin->host_len);
    if (bracketed)
        byte_writer_u8(&w, ']');
    byte_writer_u8(&w, ':');
    port_write(&w, begin->port);
    byte_writer_u8(&w, 0);
    if (begin->flags != 0)
        byte_writer_u32(&w, begin->flags);
    return byte_writer_finish(&w, written);
}

static struct nononion_address address_of(uint8_t type, const uint8_t *value)
{
    struct nononion_address a = {.type = type};

    memcpy(a.octet, value, address_len(type));
    return a;
}

int nononion_connected_decode(struct nononion_connected *connected, const uint8_t *body, size_t len)
{
    struct byte_reader r = byte_reader(body, len);
    struct nononion_connected got = {.ttl = 0};

    if (len > 0) {
        uint8_t type = NONONION_ADDRESS_IPV4;
        const uint8_t *value = byte_reader_take(&r, 4);
        /*
         * An IPv4 address of zero says that type and address follow; the only type there is, is
         * IPv6.
         */
        if (value && (value[0] | value[1] | value[2] | value[3]) == 0) {
            type = byte_reader_u8(&r);
            value = byte_reader_take(&r, 16);
            if (type != NONONION_ADDRESS_IPV6)
                return NONONION_E_MALFORMED;
        }
        got.ttl = r.left > 0 ? byte_reader_u32(&r) : 0;
        if (r.failed)
            return NONONION_E_MALFORMED;
        got.address = address_of(type, value);
    }
    *connected = got;
    return NONONION_OK;
}

int nononion_connected_encode(const struct nononion_connected *connected, uint8_t *out, size_t size,
                              size_t *written)
{
    static const uint8_t zero[4];
    const struct nononion_address *a = &connected->address;
    struct byte_writer w = byte_writer(out, size);

    if (a->type == NONONION_ADDRESS_IPV6) {
        byte_writer_u32(&w, 0);
        byte_writer_u8(&w, NONONION_ADDRESS_IPV6);
    } else if (a->type == NONONION_ADDRESS_IPV4) {
        if (memcmp(a->octet, zero, sizeof zero) == 0)
            return NONONION_E_INVALID;
    } else if (a->type != 0 || connected->ttl != 0) {
        return NONONION_E_INVALID;
    }
    if (a->type != 0) {
        byte_writer_copy(&w, a->octet, address_len(a->type));
        byte_writer_u32(&w, connected->ttl);
    }
    return byte_writer_finish(&w, written);
}

void nononion_end_decode(struct nononion_end *end, const uint8_t *body, size_t len)
{
    struct byte_reader r = byte_reader(body, len);

    *end = (struct nononion_end){.reason = NONONION_END_MISC};
    if (len > 0)
        end->reason = byte_reader_u8(&r);
    if (end->reason != NONONION_END_EXITPOLICY)
        return;
    if (r.left >= 20)
        end->address = address_of(NONONION_ADDRESS_IPV6, byte_reader_take(&r, 16));
    else if (r.left >= 4)
        end->address = address_of(NONONION_ADDRESS_IPV4, byte_reader_take(&r, 4));
    if (end->address.type != 0 && r.left >= 4)
        end->ttl = byte_reader_u32(&r);
}

int nononion_end_encode(const struct nononion_end *end, uint8_t *out, size_t size, size_t *written)
{
    const struct nononion_address *a = &end->address;
    struct byte_writer w = byte_writer(out, size);

    if ((a->type != 0 && end->reason != NONONION_END_EXITPOLICY) ||
        (a->type != 0 && address_len(a->type) == 0) || (a->type == 0 && end->ttl != 0))
        return NONONION_E_INVALID;
    byte_writer_u8(&w, end->reason);
    if (a->type != 0) {
        byte_writer_copy(&w, a->octet, address_len(a->type));
        byte_writer_u32(&w, end->ttl);
    }
    return byte_writer_finish(&w, written);
}

const char *nononion_end_reason_text(uint8_t reason)
{
    static const char *const text[] = {
        [NONONION_END_MISC] = "no reason given",
        [NONONION_END_RESOLVEFAILED] = "name cannot be looked up",
        [NONONION_END_CONNECTREFUSED] = "connection refused",
        [NONONION_END_EXITPOLICY] = "exit does not allow this destination",
        [NONONION_END_DESTROY] = "circuit was destroyed",
        [NONONION_END_DONE] = "connection was closed",
        [NONONION_END_TIMEOUT] = "connection timed out",
        [NONONION_END_NOROUTE] = "no route to the destination",
        [NONONION_END_HIBERNATING] = "exit hibernates",
        [NONONION_END_INTERNAL] = "internal error of the exit",
        [NONONION_END_RESOURCELIMIT] = "exit is out of resources",
        [NONONION_END_CONNRESET] = "connection was reset",
        [NONONION_END_TORPROTOCOL] = "protocol violation",
        [NONONION_END_NOTDIRECTORY] = "relay is not a directory",
    };
    return reason < sizeof text / sizeof text[0] && text[reason] ? text[reason] : "unknown reason";
}

int nononion_resolve_decode(struct nononion_resolve *resolve, const uint8_t *body, size_t len)
{
    struct byte_reader r = byte_reader(body, len);
    struct nononion_resolve got;

    got.name = string_take(&r, &got.name_len);
    if (!got.name || !host_is_sound(got.name, got.name_len))
        return NONONION_E_MALFORMED;
    *resolve = got;
    return NONONION_OK;
}

int nononion_resolve_encode(const struct nononion_resolve *resolve, uint8_t *out, size_t size,
                            size_t *written)
{
    struct byte_writer w = byte_writer(out, size);

    if (!host_is_sound(resolve->name, resolve->name_len))
        return NONONION_E_INVALID;
    byte_writer_copy(&w, resolve->name, resolve->name_len);
    byte_writer_u8(&w, 0);
    return byte_writer_finish(&w, written);
}

static bool answer_is_sound(const struct nononion_answer *a)
{
    switch (a->type) {
    case NONONION_ADDRESS_HOSTNAME:
        return host_is_sound((const char *)a->value, a->len);
    case NONONION_ADDRESS_IPV4:
    case NONONION_ADDRESS_IPV6:
        return a->len == address_len(a->type);
    default:
        return true;
    }
}

int nononion_resolved_decode(struct nononion_answer *answers, size_t *count, const uint8_t *body,
                             size_t len)
{
    struct byte_reader r = byte_reader(body, len);
    size_t n = 0;

    while (r.left > 0) {
        struct nononion_answer a;
        a.type = byte_reader_u8(&r);
        a.len = byte_reader_u8(&r);
        a.value = byte_reader_take(&r, a.len);
        a.ttl = byte_reader_u32(&r);
        if (r.failed || !answer_is_sound(&a))
            return NONONION_E_MALFORMED;
        if (n < *count)
            answers[n] = a;
        n++;
    }
    if (n == 0)
        return NONONION_E_MALFORMED;
    int rc = n > *count ? NONONION_E_NO_SPACE : NONONION_OK;
    *count = n;
    return rc;
}

int nononion_resolved_encode(const struct nononion_answer *answers, size_t count, uint8_t *out,
                             size_t size, size_t *written)
{
    struct byte_writer w = byte_writer(out, size);

    if (count == 0)
        return NONONION_E_INVALID;
    for (size_t i = 0; i < count; i++) {
        if (!answer_is_sound(&answers[i]))
            return NONONION_E_INVALID;
        byte_writer_u8(&w, answers[i].type);
        byte_writer_u8(&w, answers[i].len);
        byte_writer_copy(&w, answers[i].value, answers[i].len);
        byte_writer_u32(&w, answers[i].ttl);
    }
    return byte_writer_finish(&w, written);
}

static bool tag_len_is_known(size_t len)
{
    return len == SENDME_TAG_TOR1 || len == SENDME_TAG_CGO;
}

int nononion_sendme_decode(struct nononion_sendme *sendme, const uint8_t *body, size_t len)
{
    struct byte_reader r = byte_reader(body, len);
    struct nononion_sendme got = {.version = len > 0 ? byte_reader_u8(&r) : 0};

    if (got.version > 1)
        return NONONION_E_UNSUPPORTED;
    if (got.version == 1) {
        uint16_t tag_len = byte_reader_u16(&r);
        const uint8_t *tag = byte_reader_take(&r, tag_len);
        if (!tag || !tag_len_is_known(tag_len))
            return NONONION_E_MALFORMED;
        got.tag_len = (uint8_t)tag_len;
        memcpy(got.tag, tag, tag_len);
    }
    *sendme = got;
    return NONONION_OK;
}

int nononion_sendme_encode(const struct nononion_sendme *sendme, uint8_t *out, size_t size,
                           size_t *written)
{
    struct byte_writer w = byte_writer(out, size);

    if (sendme->version > 1 || (sendme->version == 1 && !tag_len_is_known(sendme->tag_len)))
        return NONONION_E_INVALID;
    byte_writer_u8(&w, sendme->version);
    if (sendme->version == 1) {
        byte_writer_u16(&w, sendme->tag_len);
        byte_writer_copy(&w, sendme->tag, sendme->tag_len);
    }
    return byte_writer_finish(&w, written);
}
