/*
 * Headers of sealed files: every part that the parser gives lies in the header, and what it accepts adds up to it. A header
 * that was made and changed in any place does not open.
 */
#include "../tools/formats/sealed.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_layout(const uint8_t *data, size_t size)
{
    static struct sealed_header header;
    size_t sum = SEALED_START_LEN + SEALED_MAC_LEN, len = 0;

    if (size >= SEALED_START_LEN && sealed_start_parse(data, &len) == NULL &&
        (len > SEALED_HEADER_MAX || len < SEALED_START_LEN + SEALED_MAC_LEN))
        abort();
    if (sealed_header_parse(&header, data, size) != NULL)
        return;
    for (size_t i = 0; i < header.nstanzas; i++) {
        const struct sealed_stanza *s = &header.stanzas[i];
        if (s->whole != data + sum - SEALED_MAC_LEN || s->nonce != s->whole + s->whole_len)
            abort();
        sum += s->whole_len + SEALED_NONCE_LEN + SEALED_WRAPPED_LEN;
    }
    if (sum != size || header.nstanzas < 1 || header.nstanzas > SEALED_RECIPIENTS_MAX)
        abort();
}

/* Changes a header for one symmetric key as the input says. */
static void check_changed(const uint8_t *data, size_t size)
{
    static const struct key key = {.kind = KEY_SYMMETRIC, .len = 32, .bytes = {1}};
    static const uint8_t random[SEALED_SALT_LEN + KDF_KEY_LEN] = {2};
    static const struct sealed_recipient recipient = {.type = SEALED_KEY, .key = &key};
    static uint8_t header[SEALED_HEADER_MAX], changed[SEALED_HEADER_MAX];
    static struct sealed_header parsed;
    const struct sealed_opener opener = {.keys = &key, .nkeys = 1};
    uint8_t payload_key[KDF_KEY_LEN], again[KDF_KEY_LEN];
    size_t len;
    int mismatch;

    if (sealed_header_make(header, &len, payload_key, &recipient, 1, random) != NULL)
        abort();
    memcpy(changed, header, len);
    for (size_t i = 0; i + 1 < size; i += 2)
        changed[data[i] % len] = data[i + 1];
    const char *wrong = sealed_header_parse(&parsed, changed, len);
    if (!wrong)
        wrong = sealed_header_open(again, &parsed, &opener, &mismatch);
    if ((wrong == NULL) != (memcmp(changed, header, len) == 0))
        abort();
    if (!wrong && memcmp(again, payload_key, sizeof again) != 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    check_layout(data, size);
    check_changed(data, size);
    return 0;
}
