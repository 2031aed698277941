/*
 * Bodies of the cells and relay messages that build and tear down circuits: CREATE2, CREATED2,
 * DESTROY, EXTEND2, EXTENDED2, TRUNCATED (tor-spec, "Circuit management").
 *
 * The handshake data are opaque here. What a decoder gives out points into the body that was given
 * to it.
 */
#ifndef NONONION_CIRCUIT_CELL_H
#define NONONION_CIRCUIT_CELL_H

#include <stddef.h>
#include <stdint.h>

#include <nononion/result.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Handshake types of CREATE2 and EXTEND2. */
enum nononion_handshake_type {
    NONONION_HANDSHAKE_NTOR = 2,
    NONONION_HANDSHAKE_NTOR_V3 = 3,
};

#define NONONION_NTOR_REPLY_LEN 64 /* CREATED2 and EXTENDED2 of ntor: Y and AUTH */

struct nononion_create2 {
    const uint8_t *data;
    uint16_t len;
    uint16_t type; /* enum nononion_handshake_type, or one that is unknown */
};

/*
 * Returns 0; NONONION_E_MALFORMED if the handshake is empty or longer than the body. On error
 * `*create` is unchanged.
 */
NONONION_MUST_CHECK NONONION_API int nononion_create2_decode(struct nononion_create2 *create,
                                                             const uint8_t *body, size_t len);

/*
 * Returns 0; NONONION_E_NO_SPACE; NONONION_E_INVALID if the handshake is empty or does not fit into
 * a cell.
 */
NONONION_MUST_CHECK NONONION_API int nononion_create2_encode(const struct nononion_create2 *create,
                                                             uint8_t *out, size_t size,
                                                             size_t *written);

/* The reply to a handshake: the body of CREATED2 and of EXTENDED2. */
struct nononion_created2 {
    const uint8_t *data;
    uint16_t len;
};

/*
 * Returns 0; NONONION_E_MALFORMED if the reply is empty or longer than the body. On error
 * `*created` is unchanged.
 */
NONONION_MUST_CHECK NONONION_API int nononion_created2_decode(struct nononion_created2 *created,
                                                              const uint8_t *body, size_t len);

/*
 * Returns 0; NONONION_E_NO_SPACE; NONONION_E_INVALID if the reply is empty or does not fit into a
 * cell.
 */
NONONION_MUST_CHECK NONONION_API int
nononion_created2_encode(const struct nononion_created2 *created, uint8_t *out, size_t size,
                         size_t *written);

/* Why a circuit ends: the body of DESTROY and of TRUNCATED. */
enum nononion_destroy_reason {
    NONONION_DESTROY_NONE = 0,
    NONONION_DESTROY_PROTOCOL = 1,
    NONONION_DESTROY_INTERNAL = 2,
    NONONION_DESTROY_REQUESTED = 3,
    NONONION_DESTROY_HIBERNATING = 4,
    NONONION_DESTROY_RESOURCELIMIT = 5,
    NONONION_DESTROY_CONNECTFAILED = 6,
    NONONION_DESTROY_OR_IDENTITY = 7,
    NONONION_DESTROY_CHANNEL_CLOSED = 8,
    NONONION_DESTROY_FINISHED = 9,
    NONONION_DESTROY_TIMEOUT = 10,
    NONONION_DESTROY_DESTROYED = 11,
    NONONION_DESTROY_NOSUCHSERVICE = 12,
};

/*
 * The reason in a DESTROY or TRUNCATED body: NONONION_DESTROY_NONE when the body is empty, the
 * number as it stands when it is unknown. Any body is acceptable.
 */
NONONION_API uint8_t nononion_destroy_reason_decode(const uint8_t *body, size_t len);

/* Text for a reason, never NULL; the string is constant. */
NONONION_API const char *nononion_destroy_reason_text(uint8_t reason);

/* Link specifiers of EXTEND2. */
enum nononion_link_specifier_type {
    NONONION_LINK_IPV4 = 0,    /* 4 bytes of address, 2 of port */
    NONONION_LINK_IPV6 = 1,    /* 16 and 2 */
    NONONION_LINK_RSA_ID = 2,  /* 20 bytes */
    NONONION_LINK_ED25519 = 3, /* 32 bytes */
};

struct nononion_link_specifier {
    const uint8_t *data;
    uint8_t len;
    uint8_t type;
};

#define NONONION_LINK_SPECIFIERS_MAX 16

struct nononion_extend2 {
    struct nononion_link_specifier link[NONONION_LINK_SPECIFIERS_MAX];
    size_t nlinks;
    struct nononion_create2 create; /* the handshake, as CREATE2 will carry it */
};

/*
 * Decodes an EXTEND2 body. Specifiers of unknown types are kept.
 * Returns 0; NONONION_E_MALFORMED if something runs out of the body, a known specifier has a wrong
 * length or an identity comes twice; NONONION_E_NO_SPACE if there are more than
 * NONONION_LINK_SPECIFIERS_MAX. On error `*extend` is unchanged.
 */
NONONION_MUST_CHECK NONONION_API int nononion_extend2_decode(struct nononion_extend2 *extend,
                                                             const uint8_t *body, size_t len);

/*
 * Writes an EXTEND2 body. Returns 0; NONONION_E_NO_SPACE; NONONION_E_INVALID where decoding would
 * refuse it.
 */
NONONION_MUST_CHECK NONONION_API int nononion_extend2_encode(const struct nononion_extend2 *extend,
                                                             uint8_t *out, size_t size,
                                                             size_t *written);

#ifdef __cplusplus
}
#endif

#endif
