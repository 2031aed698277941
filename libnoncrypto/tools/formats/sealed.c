/* The keys of a sealed file: wrapping and finding the file key, and what is derived from it. */
#include "sealed.h"

#include <stdlib.h>
#include <string.h>

#include <noncrypto/aead.h>
#include <noncrypto/blake3.h>
#include <noncrypto/memory.h>

#include "bytes.h"

#define TAG_LEN NONCRYPTO_CHACHA20_POLY1305_TAG_LEN

static const char wrap_purpose[] = "noncrypto 2026-11-27 sealed file wrap key";
static const char mac_purpose[] = "noncrypto 2026-11-27 sealed file header MAC key";
static const char payload_purpose[] = "noncrypto 2026-11-27 sealed file payload key";
static const char no_recipient[] =
    "it cannot be opened with this: a wrong key or passphrase, or a changed header";

/* The key that wraps the file key for one recipient, from the secret that both sides have. */
static void wrap_key(uint8_t key[KDF_KEY_LEN], enum sealed_type type, const uint8_t *salt,
                     const uint8_t secret[32])
{
    const uint8_t type_byte = (uint8_t)type;
    const struct kdf_part parts[] = {{&type_byte, 1}, {salt, SEALED_SALT_LEN}, {secret, 32}};

    kdf_blake3(key, KDF_KEY_LEN, wrap_purpose, parts, 3);
}

/* The MAC of the first `len` bytes of the header, which is what the file key commits to. */
static void header_mac(uint8_t mac[SEALED_MAC_LEN], const uint8_t file_key[KDF_KEY_LEN],
                       const uint8_t *header, size_t len)
{
    struct noncrypto_blake3 ctx;
    uint8_t key[KDF_KEY_LEN];

    kdf_blake3(key, sizeof key, mac_purpose, &(struct kdf_part){file_key, KDF_KEY_LEN}, 1);
    noncrypto_blake3_init_keyed(&ctx, key);
    noncrypto_blake3_update(&ctx, header, len);
    noncrypto_blake3_final(&ctx, mac, SEALED_MAC_LEN);
    noncrypto_wipe(&ctx, sizeof ctx);
    noncrypto_wipe(key, sizeof key);
}

static void payload_key_of(uint8_t key[KDF_KEY_LEN], const uint8_t file_key[KDF_KEY_LEN],
                           const uint8_t *salt, const uint8_t *header, size_t len)
{
    uint8_t hash[NONCRYPTO_BLAKE3_OUT_LEN];
    const struct kdf_part parts[] = {
        {file_key, KDF_KEY_LEN}, {salt, SEALED_SALT_LEN}, {hash, sizeof hash}};

    noncrypto_blake3(hash, header, len);
    kdf_blake3(key, KDF_KEY_LEN, payload_purpose, parts, 3);
}

/* Unwraps the file key with a secret; whether it is the right one, the MAC of the header must tell. */
static int unwrap(uint8_t file_key[KDF_KEY_LEN], const struct sealed_header *header,
                  const struct sealed_stanza *s, const uint8_t secret[32])
{
    uint8_t key[KDF_KEY_LEN], mac[SEALED_MAC_LEN];

    wrap_key(key, s->type, header->salt, secret);
    int result = noncrypto_xchacha20_poly1305_open(file_key, s->wrapped, KDF_KEY_LEN,
                                                   s->wrapped + KDF_KEY_LEN, s->whole, s->whole_len,
                                                   s->nonce, key);
    if (result == 0) {
        size_t covered = header->len - SEALED_MAC_LEN;
        header_mac(mac, file_key, header->bytes, covered);
        result = noncrypto_compare(mac, header->bytes + covered, SEALED_MAC_LEN);
    }
    noncrypto_wipe(key, sizeof key);
    return result == 0;
}

/* Tries one key on one recipient: 1 if it opens. */
static int try_key(uint8_t file_key[KDF_KEY_LEN], const struct sealed_header *header,
                   const struct sealed_stanza *s, const struct key *key,
                   struct noncrypto_xwing_workspace *workspace)
{
    uint8_t id[KEY_ID_LEN], shared[NONCRYPTO_XWING_SHARED_LEN];
    int opened = 0;

    if (s->type == SEALED_KEY && key->kind == KEY_SYMMETRIC) {
        key_id(id, key);
        if (memcmp(id, s->body, sizeof id) == 0)
            opened = unwrap(file_key, header, s, key->bytes);
    } else if (s->type == SEALED_XWING && key->kind == KEY_SEALING_SECRET &&
               noncrypto_xwing_decaps(shared, key->bytes, key->len, s->body, s->body_len,
                                      workspace) == 0) {
        opened = unwrap(file_key, header, s, shared);
        noncrypto_wipe(shared, sizeof shared);
    }
    return opened;
}

static const char *try_passphrase(uint8_t file_key[KDF_KEY_LEN], const struct sealed_header *header,
                                  const struct sealed_stanza *s, const struct sealed_opener *opener,
                                  int *opened)
{
    uint8_t secret[KDF_KEY_LEN];
    const char *wrong = kdf_derive(secret, &s->kdf, opener->passphrase, opener->passphrase_len);

    if (!wrong)
        *opened = unwrap(file_key, header, s, secret);
    noncrypto_wipe(secret, sizeof secret);
    return wrong;
}

static const char *find_file_key(uint8_t file_key[KDF_KEY_LEN], const struct sealed_header *header,
                                 const struct sealed_opener *opener, int *mismatch,
                                 struct noncrypto_xwing_workspace *workspace)
{
    int opened = 0;

    for (size_t i = 0; i < header->nstanzas && !opened; i++) {
        const struct sealed_stanza *s = &header->stanzas[i];
        for (size_t j = 0; j < opener->nkeys && !opened; j++)
            opened = try_key(file_key, header, s, &opener->keys[j], workspace);
        if (!opened && s->type == SEALED_PASSPHRASE && opener->passphrase) {
            const char *wrong = try_passphrase(file_key, header, s, opener, &opened);
            if (wrong)
                return wrong;
        }
    }
    *mismatch = !opened;
    return opened ? NULL : no_recipient;
}

const char *sealed_header_open(uint8_t payload_key[KDF_KEY_LEN], const struct sealed_header *header,
                               const struct sealed_opener *opener, int *mismatch)
{
    struct noncrypto_xwing_workspace *workspace = malloc(sizeof *workspace);
    uint8_t file_key[KDF_KEY_LEN];

    *mismatch = 0;
    if (!workspace)
        return "there is not enough memory";
    const char *wrong = find_file_key(file_key, header, opener, mismatch, workspace);
    if (!wrong)
        payload_key_of(payload_key, file_key, header->salt, header->bytes, header->len);
    noncrypto_wipe(file_key, sizeof file_key);
    free(workspace);
    return wrong;
}

/* Writes what the recipient needs to find `secret`, and the secret. */
static const char *make_body(uint8_t *body, size_t *body_len, uint8_t secret[32],
                             const struct sealed_recipient *r)
{
    struct noncrypto_xwing_workspace *workspace;
    int result;

    switch (r->type) {
    case SEALED_PASSPHRASE:
        kdf_encode(body, &r->kdf);
        *body_len = KDF_LEN;
        return kdf_derive(secret, &r->kdf, r->passphrase, r->passphrase_len);
    case SEALED_KEY:
        key_id(body, r->key);
        *body_len = KEY_ID_LEN;
        memcpy(secret, r->key->bytes, 32);
        return NULL;
    default:
        workspace = malloc(sizeof *workspace);
        if (!workspace)
            return "there is not enough memory";
        *body_len = NONCRYPTO_XWING_CIPHERTEXT_LEN;
        result =
            noncrypto_xwing_encaps(body, secret, r->key->bytes, r->key->len, r->random, workspace);
        free(workspace);
        return result == 0 ? NULL : "a recipient's public key is not valid";
    }
}

/* Appends one recipient's stanza at `p`; `*stanza_len` becomes its length. */
static const char *make_stanza(uint8_t *p, size_t *stanza_len, const struct sealed_recipient *r,
                               const uint8_t *salt, const uint8_t file_key[KDF_KEY_LEN])
{
    uint8_t secret[32], key[KDF_KEY_LEN];
    size_t body_len = 0;
    const char *wrong = make_body(p + 4, &body_len, secret, r);

    if (!wrong) {
        uint8_t *nonce = p + 4 + body_len, *wrapped = nonce + SEALED_NONCE_LEN;
        p[0] = (uint8_t)r->type;
        p[1] = 0;
        p[2] = (uint8_t)body_len;
        p[3] = (uint8_t)(body_len >> 8);
        memcpy(nonce, r->nonce, SEALED_NONCE_LEN);
        wrap_key(key, r->type, salt, secret);
        if (noncrypto_xchacha20_poly1305_seal(wrapped, wrapped + KDF_KEY_LEN, file_key, KDF_KEY_LEN,
                                              p, 4 + body_len, nonce, key) != 0)
            wrong = "the file key cannot be wrapped";
        *stanza_len = 4 + body_len + SEALED_NONCE_LEN + SEALED_WRAPPED_LEN;
    }
    noncrypto_wipe(secret, sizeof secret);
    noncrypto_wipe(key, sizeof key);
    return wrong;
}

const char *sealed_header_make(uint8_t header[SEALED_HEADER_MAX], size_t *len,
                               uint8_t payload_key[KDF_KEY_LEN],
                               const struct sealed_recipient *recipients, size_t count,
                               const uint8_t random[SEALED_SALT_LEN + KDF_KEY_LEN])
{
    const uint8_t *salt = random, *file_key = random + SEALED_SALT_LEN;
    size_t at = SEALED_START_LEN, stanza_len;

    if (count < 1 || count > SEALED_RECIPIENTS_MAX)
        return "a file has 1 to 16 recipients";
    memcpy(header, "NONSEAL1", 8);
    header[8] = SEALED_VERSION;
    header[9] = 0;
    header[10] = (uint8_t)count;
    header[11] = 0;
    memcpy(header + 16, salt, SEALED_SALT_LEN);
    for (size_t i = 0; i < count; i++) {
        const char *wrong = make_stanza(header + at, &stanza_len, &recipients[i], salt, file_key);
        if (wrong)
            return wrong;
        at += stanza_len;
    }
    store_le32(header + 12, (uint32_t)(at + SEALED_MAC_LEN));
    header_mac(header + at, file_key, header, at);
    *len = at + SEALED_MAC_LEN;
    payload_key_of(payload_key, file_key, salt, header, *len);
    return NULL;
}
