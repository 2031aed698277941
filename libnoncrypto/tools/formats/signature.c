#include "signature.h"

#include <string.h>

#include <noncrypto/blake3.h>

static const char head[] = "noncrypto-signature 1";

const char *signature_parse(struct signature *signature, const char *text, size_t len)
{
    struct armor armor;
    const char *wrong = armor_parse(&armor, text, len);

    memset(signature, 0, sizeof *signature);
    if (wrong)
        return wrong;
    if (strcmp(armor.head, head) != 0)
        return strncmp(armor.head, head, sizeof head - 2) == 0
                   ? "it is a signature file of another version"
                   : "it is not a signature file";
    if (armor.len != sizeof signature->key_id + sizeof signature->bytes)
        return "it does not have the length of a signature";
    strcpy(signature->comment, armor.comment);
    memcpy(signature->key_id, armor.body, sizeof signature->key_id);
    memcpy(signature->bytes, armor.body + sizeof signature->key_id, sizeof signature->bytes);
    return NULL;
}

size_t signature_format(char text[ARMOR_TEXT_MAX], const struct signature *signature)
{
    struct armor armor = {.len = sizeof signature->key_id + sizeof signature->bytes};

    strcpy(armor.head, head);
    strcpy(armor.comment, signature->comment);
    memcpy(armor.body, signature->key_id, sizeof signature->key_id);
    memcpy(armor.body + sizeof signature->key_id, signature->bytes, sizeof signature->bytes);
    return armor_format(text, &armor);
}

size_t signature_context(uint8_t out[NONCRYPTO_MLDSA65_ED25519_CONTEXT_MAX],
                         const struct signature *signature, const void *context, size_t len)
{
    memcpy(out, head, sizeof head); /* with the zero byte */
    noncrypto_blake3(out + sizeof head, signature->comment, strlen(signature->comment));
    if (len > 0)
        memcpy(out + sizeof head + NONCRYPTO_BLAKE3_OUT_LEN, context, len);
    return sizeof head + NONCRYPTO_BLAKE3_OUT_LEN + len;
}
