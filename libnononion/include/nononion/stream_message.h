/*
 * Bodies of relay messages about streams: BEGIN, CONNECTED, END, RESOLVE, RESOLVED, SENDME
 * (tor-spec, "Application connections and stream management" and "Flow control").
 *
 * What a decoder gives out points into the body that was given to it. Encoders return 0 and the
 * length in `*written`, or NONONION_E_NO_SPACE, or NONONION_E_INVALID where decoding would refuse
 * the result.
 */
#ifndef NONONION_STREAM_MESSAGE_H
#define NONONION_STREAM_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <nononion/channel_cell.h>
#include <nononion/result.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONONION_HOSTNAME_MAX 255

enum nononion_begin_flags {
    NONONION_BEGIN_IPV6_OK = 1,
    NONONION_BEGIN_IPV4_NOT_OK = 2,
    NONONION_BEGIN_IPV6_PREFERRED = 4,
};

/* Where a stream is to go. */
struct nononion_begin {
    const char
        *host; /* host_len characters without a NUL: a name or an address, without brackets */
    size_t host_len;
    uint32_t flags; /* enum nononion_begin_flags */
    uint16_t port;  /* not 0 */
};

/*
 * Decodes a BEGIN body. The flags may be left out and are 0 then.
 * Returns 0; NONONION_E_MALFORMED if the address has no end, no port, a port outside of 1 to 65535
 * or with leading zeros, an empty host or one longer than NONONION_HOSTNAME_MAX, characters that
 * are not printable ASCII, or brackets that do not match. On error `*begin` is unchanged.
 */
NONONION_MUST_CHECK NONONION_API int nononion_begin_decode(struct nononion_begin *begin,
                                                           const uint8_t *body, size_t len);

/* Writes a BEGIN body. Flags of 0 are left out, as tor does. */
NONONION_MUST_CHECK NONONION_API int nononion_begin_encode(const struct nononion_begin *begin,
                                                           uint8_t *out, size_t size,
                                                           size_t *written);

struct nononion_connected {
    struct nononion_address
        address;  /* type 0 when the exit does not tell: directory streams, onion services */
    uint32_t ttl; /* seconds; 0 when not told */
};

/*
 * Returns 0; NONONION_E_MALFORMED for a body that is cut off. On error `*connected` is unchanged.
 */
NONONION_MUST_CHECK NONONION_API int nononion_connected_decode(struct nononion_connected *connected,
                                                               const uint8_t *body, size_t len);
NONONION_MUST_CHECK NONONION_API int
nononion_connected_encode(const struct nononion_connected *connected, uint8_t *out, size_t size,
                          size_t *written);

enum nononion_end_reason {
    NONONION_END_MISC = 1,
    NONONION_END_RESOLVEFAILED = 2,
    NONONION_END_CONNECTREFUSED = 3,
    NONONION_END_EXITPOLICY = 4,
    NONONION_END_DESTROY = 5,
    NONONION_END_DONE = 6,
    NONONION_END_TIMEOUT = 7,
    NONONION_END_NOROUTE = 8,
    NONONION_END_HIBERNATING = 9,
    NONONION_END_INTERNAL = 10,
    NONONION_END_RESOURCELIMIT = 11,
    NONONION_END_CONNRESET = 12,
    NONONION_END_TORPROTOCOL = 13,
    NONONION_END_NOTDIRECTORY = 14,
};

struct nononion_end {
    struct nononion_address
        address;    /* with NONONION_END_EXITPOLICY: what was refused; else type 0 */
    uint32_t ttl;   /* of that address; 0 when not told */
    uint8_t reason; /* the number as it stands when it is unknown */
};

/*
 * Decodes an END body. Without a reason it means NONONION_END_MISC. After NONONION_END_EXITPOLICY
 * an address of 4 or 16 bytes with 4 of time to live may follow, or 4 bytes alone; anything else
 * after the reason is ignored. Any body is acceptable.
 */
NONONION_API void nononion_end_decode(struct nononion_end *end, const uint8_t *body, size_t len);

/*
 * Writes an END body; the address only after NONONION_END_EXITPOLICY. A client tells no reason but
 * MISC.
 */
NONONION_MUST_CHECK NONONION_API int
nononion_end_encode(const struct nononion_end *end, uint8_t *out, size_t size, size_t *written);

/* Text for a reason, never NULL; the string is constant. */
NONONION_API const char *nononion_end_reason_text(uint8_t reason);

/* A host name to look up: the body of RESOLVE. The characters are not followed by a NUL. */
struct nononion_resolve {
    const char *name;
    size_t name_len;
};

/*
 * Returns 0; NONONION_E_MALFORMED if the name has no end, is empty, too long, or not printable
 * ASCII.
 */
NONONION_MUST_CHECK NONONION_API int nononion_resolve_decode(struct nononion_resolve *resolve,
                                                             const uint8_t *body, size_t len);
NONONION_MUST_CHECK NONONION_API int nononion_resolve_encode(const struct nononion_resolve *resolve,
                                                             uint8_t *out, size_t size,
                                                             size_t *written);

/* One answer of RESOLVED. */
struct nononion_answer {
    const uint8_t *value;
    uint32_t ttl; /* seconds, as sent */
    uint8_t len;
    uint8_t type; /* enum nononion_address_type, or one that is unknown */
};

/*
 * Decodes a RESOLVED body. `*count` holds the room in `answers` on entry and the number of answers
 * on return. Returns 0; NONONION_E_MALFORMED if an answer runs out of the body, an address has the
 * wrong length, a host name is empty or not printable ASCII, or there is no answer at all;
 * NONONION_E_NO_SPACE if there is too little room (then `*count` holds the number needed). On other
 * errors `*count` is unchanged; `answers` may hold anything.
 */
NONONION_MUST_CHECK NONONION_API int nononion_resolved_decode(struct nononion_answer *answers,
                                                              size_t *count, const uint8_t *body,
                                                              size_t len);
NONONION_MUST_CHECK NONONION_API int nononion_resolved_encode(const struct nononion_answer *answers,
                                                              size_t count, uint8_t *out,
                                                              size_t size, size_t *written);

#define NONONION_SENDME_TAG_MAX 20

/* An acknowledgement: the body of SENDME. */
struct nononion_sendme {
    uint8_t version; /* 0: nothing is proven; 1: with the tag of the cell that it acknowledges */
    uint8_t
        tag_len; /* 20 with tor1 relay encryption, 16 with counter galois onion; 0 in version 0 */
    uint8_t tag[NONONION_SENDME_TAG_MAX];
};

/*
 * Decodes a SENDME body. An empty one is version 0. Bytes after the tag are ignored.
 * Returns 0; NONONION_E_MALFORMED if it is cut off or the tag has neither 16 nor 20 bytes;
 * NONONION_E_UNSUPPORTED for versions above 1. On error `*sendme` is unchanged. Whether version 0
 * is acceptable is up to the caller (the consensus parameter sendme_accept_min_version), and so is
 * comparing the tag, in constant time.
 */
NONONION_MUST_CHECK NONONION_API int nononion_sendme_decode(struct nononion_sendme *sendme,
                                                            const uint8_t *body, size_t len);
NONONION_MUST_CHECK NONONION_API int nononion_sendme_encode(const struct nononion_sendme *sendme,
                                                            uint8_t *out, size_t size,
                                                            size_t *written);

#ifdef __cplusplus
}
#endif

#endif
