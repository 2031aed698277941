/*
 * Messages of the domain name system: RFC 1035 section 4, RFC 6891 (EDNS), RFC 7830 (padding).
 *
 * Names are kept as they are on the wire, without compression, so that no octet of a label means
 * anything else: a dot or a NUL in one is only an octet. Decoding follows a pointer only to a place
 * before the name or the part of one that it was found in, so that no message makes it go round;
 * a name is at most 255 octets however it is put together; nothing is read past the end of the
 * message, and no count in a header is believed (RFC 9267).
 */
#ifndef NONNET_DNS_WIRE_H
#define NONNET_DNS_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <nonnet/result.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONNET_DNS_HEADER_LEN   12
#define NONNET_DNS_NAME_MAX     255  /* octets, with the length octets and the root */
#define NONNET_DNS_TEXT_MAX     1012 /* characters of a name as text, with the NUL: 253 escapes */
#define NONNET_DNS_QUERY_MAX    512  /* bytes of what nonnet_dns_query_encode() makes */
#define NONNET_DNS_UDP_LEN      1232 /* bytes of answer asked for: no fragments (RFC 9715) */
#define NONNET_DNS_PORT         53
#define NONNET_DNS_PADDING_UNIT 128 /* RFC 8467 section 4.1 */

enum nonnet_dns_type {
    NONNET_DNS_A = 1,
    NONNET_DNS_NS = 2,
    NONNET_DNS_CNAME = 5,
    NONNET_DNS_SOA = 6,
    NONNET_DNS_PTR = 12,
    NONNET_DNS_MX = 15,
    NONNET_DNS_TXT = 16,
    NONNET_DNS_AAAA = 28,
    NONNET_DNS_OPT = 41,
};

#define NONNET_DNS_CLASS_IN 1

enum nonnet_dns_rcode {
    NONNET_DNS_NO_ERROR = 0,
    NONNET_DNS_FORMAT_ERROR = 1,
    NONNET_DNS_SERVER_FAILURE = 2,
    NONNET_DNS_NAME_ERROR = 3,
    NONNET_DNS_REFUSED = 5,
};

/* A name: `len` octets, each label behind its length, the empty label of the root last. */
struct nonnet_dns_name {
    uint8_t len;
    uint8_t octets[NONNET_DNS_NAME_MAX];
};

/*
 * Makes a name of text: labels of letters, digits, hyphens and underscores with dots between them,
 * and perhaps one at the end. (What else a label can hold no host name does: RFC 1123 section 2.1.)
 *
 * Returns 0, or NONNET_E_INVALID if the text is no such name, a label is longer than 63 octets, or
 * the name than 255; then `*name` is unchanged.
 */
NONNET_MUST_CHECK NONNET_API int nonnet_dns_name_from_text(struct nonnet_dns_name *name,
                                                           const char *text);

/*
 * Writes a name as text, without the dot at the end ("." for the root). Octets other than those
 * above are written as \DDD (RFC 1035 section 5.1). `out` has NONNET_DNS_TEXT_MAX characters.
 */
NONNET_API void nonnet_dns_name_to_text(const struct nonnet_dns_name *name, char *out);

/* Whether two names are the same: letters of ASCII in either case (RFC 4343). */
NONNET_API bool nonnet_dns_name_equal(const struct nonnet_dns_name *a,
                                      const struct nonnet_dns_name *b);

/*
 * Decodes the name at `*at` of a message, and moves `*at` past it.
 *
 * Returns 0; NONNET_E_TRUNCATED if the message ends before the name; NONNET_E_MALFORMED for a label
 * of an unknown kind, a pointer that does not lead back, or a name of more than 255 octets. On
 * error `*name` and `*at` are unchanged.
 */
NONNET_MUST_CHECK NONNET_API int nonnet_dns_name_decode(struct nonnet_dns_name *name,
                                                        const uint8_t *message, size_t len,
                                                        size_t *at);

struct nonnet_dns_header {
    uint16_t id;
    bool response;
    uint8_t opcode; /* 4 bits */
    bool authoritative;
    bool truncated;
    bool recursion_desired;
    bool recursion_available;
    uint8_t rcode; /* 4 bits */
    uint16_t nquestions;
    uint16_t nanswers;
    uint16_t nauthorities;
    uint16_t nadditionals;
};

/* Returns 0, or NONNET_E_TRUNCATED for fewer than 12 bytes; then `*h` is unchanged. */
NONNET_MUST_CHECK NONNET_API int nonnet_dns_header_decode(struct nonnet_dns_header *h,
                                                          const uint8_t *message, size_t len);

struct nonnet_dns_question {
    struct nonnet_dns_name name;
    uint16_t type;
    uint16_t class_;
};

/* Decodes the question at `*at`, and moves it past. Returns as nonnet_dns_name_decode(). */
NONNET_MUST_CHECK NONNET_API int nonnet_dns_question_decode(struct nonnet_dns_question *question,
                                                            const uint8_t *message, size_t len,
                                                            size_t *at);

struct nonnet_dns_record {
    struct nonnet_dns_name name;
    uint16_t type;
    uint16_t class_;
    uint32_t ttl;      /* seconds; a value of more than 2^31 - 1 is 0 (RFC 2181 section 8) */
    size_t data_at;    /* offset of the data in the message, where names in it are decoded */
    uint16_t data_len; /* all of it lies in the message */
};

/*
 * Decodes the record at `*at`, and moves it past. The data of A and AAAA is checked to have the
 * length of an address. Returns as nonnet_dns_name_decode().
 */
NONNET_MUST_CHECK NONNET_API int nonnet_dns_record_decode(struct nonnet_dns_record *record,
                                                          const uint8_t *message, size_t len,
                                                          size_t *at);

/*
 * Writes a query for recursion with EDNS to `out`, and its length to `*out_len`: at most
 * NONNET_DNS_QUERY_MAX bytes. With `pad`, which is for encrypted transports, its length is a
 * multiple of NONNET_DNS_PADDING_UNIT, so that it says little of the name.
 *
 * Returns 0, or NONNET_E_NO_SPACE if `size` is too small; then `*out_len` is unchanged.
 */
NONNET_MUST_CHECK NONNET_API int nonnet_dns_query_encode(uint16_t id,
                                                         const struct nonnet_dns_name *name,
                                                         uint16_t type, bool pad, uint8_t *out,
                                                         size_t size, size_t *out_len);

#ifdef __cplusplus
}
#endif

#endif
