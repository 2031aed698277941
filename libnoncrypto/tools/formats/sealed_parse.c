/* The header of a sealed file as bytes: here every number of it is checked, and nowhere else. */
#include <string.h>

#include "bytes.h"
#include "sealed.h"

static const uint8_t magic[8] = {'N', 'O', 'N', 'S', 'E', 'A', 'L', '1'};

static size_t body_len_of(unsigned type)
{
    switch (type) {
    case SEALED_PASSPHRASE:
        return KDF_LEN;
    case SEALED_KEY:
        return KEY_ID_LEN;
    case SEALED_XWING:
        return NONCRYPTO_XWING_CIPHERTEXT_LEN;
    default:
        return 0;
    }
}

const char *sealed_start_parse(const uint8_t start[SEALED_START_LEN], size_t *len)
{
    if (memcmp(start, magic, sizeof magic) != 0)
        return "it is not a sealed file";
    if (start[8] != SEALED_VERSION || start[9] != 0)
        return "it is a sealed file of another version";
    if (start[10] < 1 || start[10] > SEALED_RECIPIENTS_MAX || start[11] != 0)
        return "its header is damaged: the number of recipients is out of range";
    *len = load_le32(start + 12);
    if (*len < SEALED_START_LEN + SEALED_MAC_LEN || *len > SEALED_HEADER_MAX)
        return "its header is damaged: its length is out of range";
    return NULL;
}

/* Reads one stanza from `*p` to `end` and goes behind it. */
static const char *parse_stanza(struct sealed_stanza *s, const uint8_t **p, const uint8_t *end)
{
    const uint8_t *at = *p;

    if (end - at < 4)
        return "its header is damaged: a recipient is cut off";
    s->body_len = body_len_of(at[0]);
    if (s->body_len == 0 || at[1] != 0)
        return "its header has a recipient of an unknown type";
    if (((size_t)at[2] | (size_t)at[3] << 8) != s->body_len ||
        (size_t)(end - at) < 4 + s->body_len + SEALED_NONCE_LEN + SEALED_WRAPPED_LEN)
        return "its header is damaged: a recipient has a wrong length";
    s->type = (enum sealed_type)at[0];
    s->whole = at;
    s->whole_len = 4 + s->body_len;
    s->body = at + 4;
    s->nonce = s->body + s->body_len;
    s->wrapped = s->nonce + SEALED_NONCE_LEN;
    *p = s->wrapped + SEALED_WRAPPED_LEN;
    return s->type == SEALED_PASSPHRASE ? kdf_decode(&s->kdf, s->body) : NULL;
}

const char *sealed_header_parse(struct sealed_header *header, const uint8_t *bytes, size_t len)
{
    size_t header_len;
    int passphrases = 0;

    memset(header, 0, sizeof *header);
    if (len < SEALED_START_LEN)
        return "it is too short for a sealed file";
    const char *wrong = sealed_start_parse(bytes, &header_len);
    if (wrong)
        return wrong;
    if (len != header_len)
        return "its header is cut off";
    header->bytes = bytes;
    header->len = len;
    header->salt = bytes + 16;
    header->nstanzas = bytes[10];
    const uint8_t *p = bytes + SEALED_START_LEN, *end = bytes + len - SEALED_MAC_LEN;
    for (size_t i = 0; i < header->nstanzas; i++) {
        wrong = parse_stanza(&header->stanzas[i], &p, end);
        if (wrong)
            return wrong;
        passphrases += header->stanzas[i].type == SEALED_PASSPHRASE;
    }
    if (p != end)
        return "its header is damaged: its length is not that of its recipients";
    return passphrases > 1 ? "its header has more than one passphrase" : NULL;
}
