/*
 * Bodies of the cells that open a channel: VERSIONS, CERTS, AUTH_CHALLENGE and NETINFO (tor-spec,
 * "Negotiating and initializing channels").
 *
 * Structure only: certificates are not looked into here. What a decoder gives out points into the
 * body that was given to it.
 */
#ifndef NONONION_CHANNEL_CELL_H
#define NONONION_CHANNEL_CELL_H

#include <stddef.h>
#include <stdint.h>

#include <nononion/result.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Writes a VERSIONS body that offers `count` link protocols, in the given order.
 * Returns 0 and the length in `*written`; NONONION_E_NO_SPACE; NONONION_E_INVALID if count is 0 or
 * above 32767.
 */
NONONION_MUST_CHECK NONONION_API int nononion_versions_encode(const uint16_t *versions,
                                                              size_t count, uint8_t *out,
                                                              size_t size, size_t *written);

/*
 * The highest link protocol that a peer's VERSIONS body offers and this library speaks (4 or 5).
 * Returns 0; NONONION_E_MALFORMED if the body has an odd length or is empty; NONONION_E_UNSUPPORTED
 * if there is none in common. On error `*version` is unchanged.
 */
NONONION_MUST_CHECK NONONION_API int nononion_versions_choose(const uint8_t *body, size_t len,
                                                              unsigned *version);

/* Certificate types of CERTS (cert-spec, "CERTS"). */
enum nononion_cert_type {
    NONONION_CERT_TLS_LINK = 1,
    NONONION_CERT_RSA_ID = 2,
    NONONION_CERT_RSA_AUTHENTICATE = 3,
    NONONION_CERT_ED25519_SIGNING = 4,
    NONONION_CERT_ED25519_TLS = 5,
    NONONION_CERT_ED25519_AUTHENTICATE = 6,
    NONONION_CERT_RSA_ED25519_CROSS = 7,
};

/* One certificate of a CERTS body. */
struct nononion_cert {
    const uint8_t *data;
    uint16_t len;
    uint8_t type;
};

/* A CERTS body that was checked. Its members are private. */
struct nononion_certs {
    const uint8_t *list; /* the certificates, after their number */
    size_t len;
    uint8_t count;
};

/*
 * Checks the structure of a CERTS body: every certificate lies inside of it, and no type comes
 * twice. Bytes after the last certificate are ignored, as the specification lets a sender pad.
 * Returns 0 or NONONION_E_MALFORMED; on error `*certs` is unchanged.
 */
NONONION_MUST_CHECK NONONION_API int nononion_certs_decode(struct nononion_certs *certs,
                                                           const uint8_t *body, size_t len);

/*
 * Finds the certificate of a type, wherever it stands.
 * Returns 0; NONONION_E_UNSUPPORTED if the peer sent none of that type. On error `*cert` is
 * unchanged.
 */
NONONION_MUST_CHECK NONONION_API int nononion_certs_find(const struct nononion_certs *certs,
                                                         uint8_t type, struct nononion_cert *cert);

/*
 * Writes a CERTS body. Returns 0; NONONION_E_NO_SPACE; NONONION_E_INVALID if `count` is above 255
 * or a type comes twice.
 */
NONONION_MUST_CHECK NONONION_API int nononion_certs_encode(const struct nononion_cert *certs,
                                                           size_t count, uint8_t *out, size_t size,
                                                           size_t *written);

#define NONONION_AUTH_CHALLENGE_LEN 32

struct nononion_auth_challenge {
    const uint8_t *challenge; /* NONONION_AUTH_CHALLENGE_LEN random bytes */
    const uint8_t *methods;   /* nmethods numbers of 2 bytes, network byte order */
    uint16_t nmethods;
};

/*
 * Returns 0 or NONONION_E_MALFORMED; on error `*challenge` is unchanged. Bytes after the methods
 * are ignored.
 */
NONONION_MUST_CHECK NONONION_API int
nononion_auth_challenge_decode(struct nononion_auth_challenge *challenge, const uint8_t *body,
                               size_t len);

enum nononion_address_type {
    NONONION_ADDRESS_HOSTNAME = 0,
    NONONION_ADDRESS_IPV4 = 4,
    NONONION_ADDRESS_IPV6 = 6,
    NONONION_ADDRESS_ERROR_TRANSIENT = 0xf0,
    NONONION_ADDRESS_ERROR = 0xf1,
};

/* An IPv4 or IPv6 address; type 0 where there is none. */
struct nononion_address {
    uint8_t type;
    uint8_t octet[16]; /* 4 or 16 of them are used */
};

/* Own addresses that a NETINFO keeps; a peer that lists more has the others ignored. */
#define NONONION_NETINFO_ADDRESSES_MAX 8

struct nononion_netinfo {
    uint32_t time; /* seconds since 1970; 0 when the sender does not tell */
    struct nononion_address
        other; /* the receiver's address as the sender sees it; type 0 if of an unknown type */
    struct nononion_address own[NONONION_NETINFO_ADDRESSES_MAX]; /* the sender's */
    uint8_t nown;
};

/*
 * Decodes a NETINFO body. Addresses of unknown types are passed over.
 * Returns 0; NONONION_E_MALFORMED if an address runs out of the body or has a length that its type
 * forbids. On error `*netinfo` is unchanged.
 */
NONONION_MUST_CHECK NONONION_API int nononion_netinfo_decode(struct nononion_netinfo *netinfo,
                                                             const uint8_t *body, size_t len);

/*
 * Writes a NETINFO body. A client tells neither time nor addresses of its own (tor-spec,
 * "NETINFO"): time and nown are 0. Returns 0; NONONION_E_NO_SPACE; NONONION_E_INVALID for an
 * address that is neither IPv4 nor IPv6, or too many.
 */
NONONION_MUST_CHECK NONONION_API int nononion_netinfo_encode(const struct nononion_netinfo *netinfo,
                                                             uint8_t *out, size_t size,
                                                             size_t *written);

#ifdef __cplusplus
}
#endif

#endif
