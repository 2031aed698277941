/*
 * Signature files (docs/formats/signature.md): who signed, a comment that is signed too, and the signature of a file that lies
 * elsewhere.
 */
#ifndef NONCRYPTO_TOOLS_FORMATS_SIGNATURE_H
#define NONCRYPTO_TOOLS_FORMATS_SIGNATURE_H

#include <noncrypto/mldsa65_ed25519.h>

#include "key.h"

#define SIGNATURE_CONTEXT_MAX 200 /* bytes of the context that a user may give */

struct signature {
    char comment[ARMOR_COMMENT_MAX + 1]; /* empty: none */
    uint8_t key_id[KEY_ID_LEN]; /* of the public key; a hint, verification does not depend on it */
    uint8_t bytes[NONCRYPTO_MLDSA65_ED25519_SIGNATURE_LEN];
};

/* Reads a signature file. Returns NULL, or in words what is wrong. */
const char *signature_parse(struct signature *signature, const char *text, size_t len);

/* Writes one; returns its length. */
size_t signature_format(char text[ARMOR_TEXT_MAX], const struct signature *signature);

/*
 * The context that is really signed under: it depends on the comment and on the user's context, `len` bytes of at most
 * SIGNATURE_CONTEXT_MAX. Returns its length.
 */
size_t signature_context(uint8_t out[NONCRYPTO_MLDSA65_ED25519_CONTEXT_MAX],
                         const struct signature *signature, const void *context, size_t len);

#endif
