/*
 * Key files (docs/formats/keys.md): an armored text for each key, secret ones optionally sealed under a passphrase.
 */
#ifndef NONCRYPTO_TOOLS_FORMATS_KEY_H
#define NONCRYPTO_TOOLS_FORMATS_KEY_H

#include <stddef.h>
#include <stdint.h>

#include "armor.h"
#include "kdf.h"

enum key_kind {
    KEY_SYMMETRIC,        /* 32 bytes */
    KEY_SEALING_SECRET,   /* X-Wing: seed of 32 bytes */
    KEY_SEALING_PUBLIC,   /* X-Wing: 1216 bytes */
    KEY_SIGNING_SECRET,   /* ML-DSA-65 with Ed25519: seed of 64 bytes */
    KEY_SIGNING_PUBLIC,   /* 1984 bytes */
    KEY_AUTHORITY_SECRET, /* of libnonzk's attestations: 32 bytes */
    KEY_AUTHORITY_PUBLIC, /* 32 bytes */
    KEY_KINDS
};

#define KEY_LEN_MAX   1984 /* bytes of the longest key */
#define KEY_ID_LEN    16
#define KEY_NONCE_LEN 24
#define KEY_TAG_LEN   16

struct key {
    enum key_kind kind;
    int locked; /* `bytes` are ciphertext under a passphrase */
    size_t len;
    uint8_t bytes[KEY_LEN_MAX];
    /* Of a locked key. */
    struct kdf kdf;
    uint8_t nonce[KEY_NONCE_LEN];
    uint8_t tag[KEY_TAG_LEN];
};

/* "symmetric", "sealing-secret" ... */
const char *key_kind_name(enum key_kind kind);
/* Bytes of a key of that kind. */
size_t key_kind_len(enum key_kind kind);
int key_kind_is_secret(enum key_kind kind);

/* Reads a key file. Returns NULL, or in words what is wrong. On failure `key` is erased. */
const char *key_parse(struct key *key, const char *text, size_t len);

/* Writes a key file; returns its length. */
size_t key_format(char text[ARMOR_TEXT_MAX], const struct key *key);

/* Seals a secret key in place; kdf and nonce must be set. Returns NULL, or in words what is wrong. */
const char *key_lock(struct key *key, const void *passphrase, size_t len);

/*
 * The opposite. Returns NULL; or in words what is wrong, then the key is as before. `*mismatch` says whether that is a wrong
 * passphrase or a changed file.
 */
const char *key_unlock(struct key *key, const void *passphrase, size_t len, int *mismatch);

/* Makes the public key of a secret one that is not locked. Returns NULL, or in words what is wrong. */
const char *key_make_public(struct key *public_key, const struct key *secret);

/* The name of a symmetric or public key: 16 bytes that depend on all of it. */
void key_id(uint8_t id[KEY_ID_LEN], const struct key *key);

#endif
