/*
 * Key files: whatever is accepted is what would be written, and a locked key does not open with a wrong passphrase. The
 * checksum is made right before the parser sees it, or nothing would come past it.
 */
#include "../tools/formats/key.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const char *text, size_t len)
{
    static struct key key;
    static char again[ARMOR_TEXT_MAX];
    int mismatch;

    if (key_parse(&key, text, len) != NULL)
        return;
    size_t again_len = key_format(again, &key);
    if (again_len != len || memcmp(again, text, len) != 0)
        abort();
    /* Small parameters only: this is no test of Argon2. */
    if (key.locked && key.kdf.memory_kib <= 512 && key.kdf.passes == 1 &&
        key_unlock(&key, "guess", 5, &mismatch) == NULL)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct armor armor;
    static char text[ARMOR_TEXT_MAX];

    check((const char *)data, size);
    /* The same bytes as head line and body of a text whose checksum is right. */
    const uint8_t *line = memchr(data, '\n', size < ARMOR_HEAD_MAX ? size : ARMOR_HEAD_MAX);
    if (!line || line == data || memchr(data, '\0', (size_t)(line - data)) ||
        size - (size_t)(line + 1 - data) > ARMOR_BODY_MAX)
        return 0;
    memset(&armor, 0, sizeof armor);
    memcpy(armor.head, data, (size_t)(line - data));
    armor.len = size - (size_t)(line + 1 - data);
    memcpy(armor.body, line + 1, armor.len);
    check(text, armor_format(text, &armor));
    return 0;
}
