/*
 * The header of a sealed file (docs/formats/sealed-file.md): who can open it, and the key of what follows. What follows is a
 * stream of chunks, noncrypto/stream.h.
 */
#ifndef NONCRYPTO_TOOLS_FORMATS_SEALED_H
#define NONCRYPTO_TOOLS_FORMATS_SEALED_H

#include <noncrypto/xwing.h>

#include "kdf.h"
#include "key.h"

#define SEALED_VERSION   1
#define SEALED_CHUNK_LEN 65536
#define SEALED_START_LEN \
    48 /* magic, version, numbers and salt: what tells how long the header is */
#define SEALED_SALT_LEN       32
#define SEALED_RECIPIENTS_MAX 16
#define SEALED_NONCE_LEN      24
#define SEALED_WRAPPED_LEN    48 /* file key and tag */
#define SEALED_MAC_LEN        32
#define SEALED_STANZA_MAX \
    (4 + NONCRYPTO_XWING_CIPHERTEXT_LEN + SEALED_NONCE_LEN + SEALED_WRAPPED_LEN)
#define SEALED_HEADER_MAX \
    (SEALED_START_LEN + SEALED_RECIPIENTS_MAX * SEALED_STANZA_MAX + SEALED_MAC_LEN)

enum sealed_type {
    SEALED_PASSPHRASE = 1, /* at most one in a file, as each costs its reader an Argon2id */
    SEALED_KEY = 2,
    SEALED_XWING = 3,
};

/* One recipient, as it stands in a header. */
struct sealed_stanza {
    enum sealed_type type;
    const uint8_t *body; /* by type: parameters of the passphrase, key id, ciphertext of the KEM */
    size_t body_len;
    const uint8_t *nonce, *wrapped;
    const uint8_t *whole; /* type to body, which is authenticated with the file key */
    size_t whole_len;
    struct kdf kdf; /* of a passphrase */
};

struct sealed_header {
    const uint8_t *bytes;
    size_t len; /* of all, with the MAC */
    const uint8_t *salt;
    size_t nstanzas;
    struct sealed_stanza stanzas[SEALED_RECIPIENTS_MAX];
};

/*
 * Reads the first SEALED_START_LEN bytes: `*len` becomes the length of the header, at most SEALED_HEADER_MAX. Returns NULL, or
 * in words what is wrong.
 */
const char *sealed_start_parse(const uint8_t start[SEALED_START_LEN], size_t *len);

/* Reads a header, which must live as long as `header`. Returns NULL, or in words what is wrong. Nothing is authenticated yet. */
const char *sealed_header_parse(struct sealed_header *header, const uint8_t *bytes, size_t len);

/* With what someone tries to open a file. */
struct sealed_opener {
    const void *passphrase; /* NULL: none */
    size_t passphrase_len;
    const struct key *keys; /* symmetric, and secret ones for sealing; not locked */
    size_t nkeys;
};

/*
 * Finds the file key and checks the header with it; `payload_key` becomes the key of the stream. Returns NULL, or in words what
 * is wrong. `*mismatch` says whether that is a wrong key or a changed file; a wrong key and a changed header cannot be told
 * apart, which is on purpose.
 */
const char *sealed_header_open(uint8_t payload_key[KDF_KEY_LEN], const struct sealed_header *header,
                               const struct sealed_opener *opener, int *mismatch);

/* For whom a file is sealed, and the random bytes for that recipient. */
struct sealed_recipient {
    enum sealed_type type;
    const void *passphrase;
    size_t passphrase_len;
    struct kdf kdf;        /* of a passphrase, with its salt */
    const struct key *key; /* symmetric or public */
    uint8_t random[NONCRYPTO_XWING_RANDOM_LEN];
    uint8_t nonce[SEALED_NONCE_LEN];
};

/*
 * Writes the header; `*len` becomes its length, `payload_key` the key of the stream.
 *
 * random   SEALED_SALT_LEN bytes for the salt, KDF_KEY_LEN for the file key
 *
 * Returns NULL, or in words what is wrong.
 */
const char *sealed_header_make(uint8_t header[SEALED_HEADER_MAX], size_t *len,
                               uint8_t payload_key[KDF_KEY_LEN],
                               const struct sealed_recipient *recipients, size_t count,
                               const uint8_t random[SEALED_SALT_LEN + KDF_KEY_LEN]);

#endif
