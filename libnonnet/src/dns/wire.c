#include <nonnet/dns_wire.h>

#include "wire/bytes.h"

#define LABEL_MAX    63u
#define LABEL_KIND   0xc0u /* the upper two bits of the octet before a label */
#define KIND_LABEL   0x00u
#define KIND_POINTER 0xc0u
#define OPTION_PAD   12 /* RFC 7830 */
#define OPT_LEN      11 /* of the OPT record without options */
#define TTL_MAX      0x7fffffffu

static bool is_host_octet(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
}

/* Adds a label; returns false if the name would be too long for it and the root. */
static bool label_add(struct nonnet_dns_name *name, const uint8_t *octets, size_t len)
{
    if (len > LABEL_MAX || name->len + 1 + len + 1 > NONNET_DNS_NAME_MAX)
        return false;
    name->octets[name->len] = (uint8_t)len;
    memcpy(name->octets + name->len + 1, octets, len);
    name->len = (uint8_t)(name->len + 1 + len);
    return true;
}

static void root_add(struct nonnet_dns_name *name)
{
    name->octets[name->len++] = 0;
}

int nonnet_dns_name_from_text(struct nonnet_dns_name *name, const char *text)
{
    struct nonnet_dns_name made = {.len = 0};
    const uint8_t *next = (const uint8_t *)text;

    while (*next != '\0') {
        size_t len = 0;
        while (is_host_octet(next[len]))
            len++;
        if (len == 0 || (next[len] != '.' && next[len] != '\0') || !label_add(&made, next, len))
            return NONNET_E_INVALID;
        next += len + (next[len] == '.');
    }
    if (made.len == 0)
        return NONNET_E_INVALID;
    root_add(&made);
    *name = made;
    return NONNET_OK;
}

static char *octet_to_text(uint8_t c, char *out)
{
    if (is_host_octet(c)) {
        *out++ = (char)c;
        return out;
    }
    *out++ = '\\';
    *out++ = (char)('0' + c / 100);
    *out++ = (char)('0' + c / 10 % 10);
    *out++ = (char)('0' + c % 10);
    return out;
}

void nonnet_dns_name_to_text(const struct nonnet_dns_name *name, char *out)
{
    size_t at = 0;

    if (name->len <= 1)
        *out++ = '.';
    while (at < name->len && name->octets[at] != 0) {
        size_t end = at + 1u + name->octets[at];
        if (at > 0)
            *out++ = '.';
        for (at++; at < end && at < name->len; at++)
            out = octet_to_text(name->octets[at], out);
    }
    *out = '\0';
}

static uint8_t lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c | 0x20) : c;
}

/* Lengths of labels are below 'A', so all octets can be compared alike. */
bool nonnet_dns_name_equal(const struct nonnet_dns_name *a, const struct nonnet_dns_name *b)
{
    if (a->len != b->len)
        return false;
    for (size_t i = 0; i < a->len; i++) {
        if (lower(a->octets[i]) != lower(b->octets[i]))
            return false;
    }
    return true;
}

int nonnet_dns_name_decode(struct nonnet_dns_name *name, const uint8_t *message, size_t len,
                           size_t *at)
{
    struct nonnet_dns_name made = {.len = 0};
    size_t next = *at;
    size_t start = *at; /* of the part that is being read: a pointer leads to before it */
    size_t after = 0;   /* behind the name, once a pointer was followed */

    for (;;) {
        if (next >= len)
            return NONNET_E_TRUNCATED;
        uint8_t c = message[next];
        if ((c & LABEL_KIND) == KIND_POINTER) {
            if (next + 1 >= len)
                return NONNET_E_TRUNCATED;
            size_t to = (size_t)(c & ~LABEL_KIND) << 8 | message[next + 1];
            if (to >= start)
                return NONNET_E_MALFORMED;
            if (after == 0)
                after = next + 2;
            next = start = to;
            continue;
        }
        if ((c & LABEL_KIND) != KIND_LABEL)
            return NONNET_E_MALFORMED;
        if (c == 0)
            break;
        if (c >= len - next)
            return NONNET_E_TRUNCATED;
        if (!label_add(&made, message + next + 1, c))
            return NONNET_E_MALFORMED;
        next += 1u + c;
    }
    root_add(&made);
    *name = made;
    *at = after > 0 ? after : next + 1;
    return NONNET_OK;
}

int nonnet_dns_header_decode(struct nonnet_dns_header *h, const uint8_t *message, size_t len)
{
    struct byte_reader r = byte_reader(message, len);
    struct nonnet_dns_header got;

    got.id = byte_reader_u16(&r);
    uint16_t flags = byte_reader_u16(&r);
    got.response = (flags & 0x8000) != 0;
    got.opcode = flags >> 11 & 15;
    got.authoritative = (flags & 0x0400) != 0;
    got.truncated = (flags & 0x0200) != 0;
    got.recursion_desired = (flags & 0x0100) != 0;
    got.recursion_available = (flags & 0x0080) != 0;
    got.rcode = flags & 15;
    got.nquestions = byte_reader_u16(&r);
    got.nanswers = byte_reader_u16(&r);
    got.nauthorities = byte_reader_u16(&r);
    got.nadditionals = byte_reader_u16(&r);
    if (r.failed)
        return NONNET_E_TRUNCATED;
    *h = got;
    return NONNET_OK;
}

int nonnet_dns_question_decode(struct nonnet_dns_question *question, const uint8_t *message,
                               size_t len, size_t *at)
{
    struct nonnet_dns_name name;
    size_t next = *at;
    int rc = nonnet_dns_name_decode(&name, message, len, &next);

    if (rc != NONNET_OK)
        return rc;
    struct byte_reader r = byte_reader(message + next, len - next);
    uint16_t type = byte_reader_u16(&r);
    uint16_t class_ = byte_reader_u16(&r);
    if (r.failed)
        return NONNET_E_TRUNCATED;
    *question = (struct nonnet_dns_question){.name = name, .type = type, .class_ = class_};
    *at = next + 4;
    return NONNET_OK;
}

static bool data_len_is_right(const struct nonnet_dns_record *record)
{
    if (record->class_ != NONNET_DNS_CLASS_IN)
        return true;
    return (record->type != NONNET_DNS_A || record->data_len == 4) &&
           (record->type != NONNET_DNS_AAAA || record->data_len == 16);
}

int nonnet_dns_record_decode(struct nonnet_dns_record *record, const uint8_t *message, size_t len,
                             size_t *at)
{
    struct nonnet_dns_record got;
    size_t next = *at;
    int rc = nonnet_dns_name_decode(&got.name, message, len, &next);

    if (rc != NONNET_OK)
        return rc;
    struct byte_reader r = byte_reader(message + next, len - next);
    got.type = byte_reader_u16(&r);
    got.class_ = byte_reader_u16(&r);
    got.ttl = byte_reader_u32(&r);
    got.data_len = byte_reader_u16(&r);
    got.data_at = next + 10;
    (void)byte_reader_take(&r, got.data_len);
    if (r.failed)
        return NONNET_E_TRUNCATED;
    if (got.ttl > TTL_MAX)
        got.ttl = 0;
    if (!data_len_is_right(&got))
        return NONNET_E_MALFORMED;
    *record = got;
    *at = got.data_at + got.data_len;
    return NONNET_OK;
}

int nonnet_dns_query_encode(uint16_t id, const struct nonnet_dns_name *name, uint16_t type,
                            bool pad, uint8_t *out, size_t size, size_t *out_len)
{
    size_t len = NONNET_DNS_HEADER_LEN + (size_t)name->len + 4 + OPT_LEN;
    size_t padding = 0;

    if (pad) {
        len += 4;
        padding =
            (NONNET_DNS_PADDING_UNIT - len % NONNET_DNS_PADDING_UNIT) % NONNET_DNS_PADDING_UNIT;
        len += padding;
    }
    if (size < len)
        return NONNET_E_NO_SPACE;
    struct byte_writer w = byte_writer(out, len);
    byte_writer_u16(&w, id);
    byte_writer_u16(&w, 0x0100); /* recursion desired */
    byte_writer_u16(&w, 1);
    byte_writer_u32(&w, 0);
    byte_writer_u16(&w, 1);
    byte_writer_copy(&w, name->octets, name->len);
    byte_writer_u16(&w, type);
    byte_writer_u16(&w, NONNET_DNS_CLASS_IN);
    byte_writer_u8(&w, 0);
    byte_writer_u16(&w, NONNET_DNS_OPT);
    byte_writer_u16(&w, NONNET_DNS_UDP_LEN);
    byte_writer_u32(&w, 0);
    byte_writer_u16(&w, (uint16_t)(pad ? 4 + padding : 0));
    if (pad) {
        byte_writer_u16(&w, OPTION_PAD);
        byte_writer_u16(&w, (uint16_t)padding);
        uint8_t *zeros = byte_writer_room(&w, padding);
        if (zeros && padding > 0)
            memset(zeros, 0, padding);
    }
    *out_len = len;
    return NONNET_OK;
}
