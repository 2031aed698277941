#include "key.h"

#include <stdlib.h>
#include <string.h>

#include <noncrypto/aead.h>
#include <noncrypto/memory.h>
#include <noncrypto/mldsa65_ed25519.h>
#include <noncrypto/xwing.h>

#define HEAD        "noncrypto-key 1 "
#define HEAD_LOCKED " locked"
#define LOCKED_MORE (KDF_LEN + KEY_NONCE_LEN + KEY_TAG_LEN)

static const char id_purpose[] = "noncrypto 2026-11-27 key id";
static const char lock_purpose[] = "noncrypto 2026-11-27 key file lock";

static const struct {
    const char *name;
    size_t len;
    int secret;
} kinds[KEY_KINDS] = {
    [KEY_SYMMETRIC] = {"symmetric", 32, 1},
    [KEY_SEALING_SECRET] = {"sealing-secret", NONCRYPTO_XWING_SEED_LEN, 1},
    [KEY_SEALING_PUBLIC] = {"sealing-public", NONCRYPTO_XWING_PUBLIC_KEY_LEN, 0},
    [KEY_SIGNING_SECRET] = {"signing-secret", NONCRYPTO_MLDSA65_ED25519_SEED_LEN, 1},
    [KEY_SIGNING_PUBLIC] = {"signing-public", NONCRYPTO_MLDSA65_ED25519_PUBLIC_KEY_LEN, 0},
    [KEY_AUTHORITY_SECRET] = {"authority-secret", 32, 1},
    [KEY_AUTHORITY_PUBLIC] = {"authority-public", 32, 0},
};

const char *key_kind_name(enum key_kind kind)
{
    return kinds[kind].name;
}

size_t key_kind_len(enum key_kind kind)
{
    return kinds[kind].len;
}

int key_kind_is_secret(enum key_kind kind)
{
    return kinds[kind].secret;
}

static void make_head(char head[ARMOR_HEAD_MAX + 1], enum key_kind kind, int locked)
{
    stpcpy(stpcpy(stpcpy(head, HEAD), kinds[kind].name), locked ? HEAD_LOCKED : "");
}

/* Which kind a head line names; -1: none. */
static int parse_head(const char *head, int *locked)
{
    char expected[ARMOR_HEAD_MAX + 1];

    for (int kind = 0; kind < KEY_KINDS; kind++) {
        for (*locked = 0; *locked <= kinds[kind].secret; ++*locked) {
            make_head(expected, (enum key_kind)kind, *locked);
            if (strcmp(head, expected) == 0)
                return kind;
        }
    }
    return -1;
}

static const char *parse_armored(struct key *key, const struct armor *armor)
{
    const uint8_t *p = armor->body;
    int kind = parse_head(armor->head, &key->locked);

    if (kind < 0)
        return strncmp(armor->head, HEAD, sizeof HEAD - 1) == 0 ? "it is a key of an unknown kind"
                                                                : "it is not a key file";
    key->kind = (enum key_kind)kind;
    key->len = kinds[kind].len;
    if (armor->comment[0] || armor->len != key->len + (key->locked ? LOCKED_MORE : 0))
        return "it does not have the length of a key of its kind";
    if (key->locked) {
        const char *wrong = kdf_decode(&key->kdf, p);
        if (wrong)
            return wrong;
        memcpy(key->nonce, p + KDF_LEN, sizeof key->nonce);
        p += KDF_LEN + sizeof key->nonce;
        memcpy(key->tag, p + key->len, sizeof key->tag);
    }
    memcpy(key->bytes, p, key->len);
    return NULL;
}

const char *key_parse(struct key *key, const char *text, size_t len)
{
    struct armor armor;

    memset(key, 0, sizeof *key);
    const char *wrong = armor_parse(&armor, text, len);
    if (!wrong)
        wrong = parse_armored(key, &armor);
    noncrypto_wipe(&armor, sizeof armor);
    if (wrong)
        noncrypto_wipe(key, sizeof *key);
    return wrong;
}

size_t key_format(char text[ARMOR_TEXT_MAX], const struct key *key)
{
    struct armor armor = {.len = key->len + (key->locked ? LOCKED_MORE : 0)};
    uint8_t *p = armor.body;

    make_head(armor.head, key->kind, key->locked);
    if (key->locked) {
        kdf_encode(p, &key->kdf);
        memcpy(p + KDF_LEN, key->nonce, sizeof key->nonce);
        p += KDF_LEN + sizeof key->nonce;
        memcpy(p + key->len, key->tag, sizeof key->tag);
    }
    memcpy(p, key->bytes, key->len);
    size_t len = armor_format(text, &armor);
    noncrypto_wipe(&armor, sizeof armor);
    return len;
}

/* The key that locks, and what is authenticated beside the key: the head line and the parameters. */
static const char *lock_key(uint8_t out[KDF_KEY_LEN], uint8_t ad[ARMOR_HEAD_MAX + 1 + KDF_LEN],
                            const struct key *key, const void *passphrase, size_t len)
{
    uint8_t derived[KDF_KEY_LEN];
    const char *wrong = kdf_derive(derived, &key->kdf, passphrase, len);

    memset(ad, 0, ARMOR_HEAD_MAX + 1 + KDF_LEN);
    make_head((char *)ad, key->kind, 1);
    kdf_encode(ad + ARMOR_HEAD_MAX + 1, &key->kdf);
    if (!wrong)
        kdf_blake3(out, KDF_KEY_LEN, lock_purpose, &(struct kdf_part){derived, sizeof derived}, 1);
    noncrypto_wipe(derived, sizeof derived);
    return wrong;
}

const char *key_lock(struct key *key, const void *passphrase, size_t len)
{
    uint8_t lock[KDF_KEY_LEN], ad[ARMOR_HEAD_MAX + 1 + KDF_LEN];
    const char *wrong = lock_key(lock, ad, key, passphrase, len);

    if (!wrong && noncrypto_xchacha20_poly1305_seal(key->bytes, key->tag, key->bytes, key->len, ad,
                                                    sizeof ad, key->nonce, lock) != 0)
        wrong = "it cannot be sealed";
    noncrypto_wipe(lock, sizeof lock);
    key->locked = !wrong;
    return wrong;
}

const char *key_unlock(struct key *key, const void *passphrase, size_t len, int *mismatch)
{
    uint8_t lock[KDF_KEY_LEN], ad[ARMOR_HEAD_MAX + 1 + KDF_LEN], opened[KEY_LEN_MAX];
    const char *wrong = lock_key(lock, ad, key, passphrase, len);

    *mismatch = 0;
    if (!wrong) {
        *mismatch = noncrypto_xchacha20_poly1305_open(opened, key->bytes, key->len, key->tag, ad,
                                                      sizeof ad, key->nonce, lock) != 0;
        if (*mismatch)
            wrong = "the passphrase is wrong, or the file was changed";
    }
    if (!wrong) {
        memcpy(key->bytes, opened, key->len);
        key->locked = 0;
    }
    noncrypto_wipe(lock, sizeof lock);
    noncrypto_wipe(opened, sizeof opened);
    return wrong;
}

const char *key_make_public(struct key *public_key, const struct key *secret)
{
    int result = NONCRYPTO_E_INVALID;
    void *workspace = malloc(secret->kind == KEY_SIGNING_SECRET
                                 ? sizeof(struct noncrypto_mldsa65_ed25519_workspace)
                                 : sizeof(struct noncrypto_xwing_workspace));

    if (!workspace)
        return "there is not enough memory";
    memset(public_key, 0, sizeof *public_key);
    if (!secret->locked && secret->kind == KEY_SEALING_SECRET) {
        public_key->kind = KEY_SEALING_PUBLIC;
        result =
            noncrypto_xwing_public_key(public_key->bytes, secret->bytes, secret->len, workspace);
    } else if (!secret->locked && secret->kind == KEY_SIGNING_SECRET) {
        public_key->kind = KEY_SIGNING_PUBLIC;
        result = noncrypto_mldsa65_ed25519_public_key(public_key->bytes, secret->bytes, secret->len,
                                                      workspace);
    }
    public_key->len = key_kind_len(public_key->kind);
    free(workspace);
    return result == 0 ? NULL : "it has no public key";
}

void key_id(uint8_t id[KEY_ID_LEN], const struct key *key)
{
    const struct kdf_part parts[] = {{kinds[key->kind].name, strlen(kinds[key->kind].name) + 1},
                                     {key->bytes, key->len}};

    kdf_blake3(id, KEY_ID_LEN, id_purpose, parts, 2);
}
