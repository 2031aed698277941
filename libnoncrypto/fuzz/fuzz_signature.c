/* Signature files: whatever is accepted is what would be written. */
#include "../tools/formats/signature.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const char *text, size_t len)
{
    static struct signature signature;
    static char again[ARMOR_TEXT_MAX];

    if (signature_parse(&signature, text, len) != NULL)
        return;
    if (!armor_comment_allowed(signature.comment))
        abort();
    size_t again_len = signature_format(again, &signature);
    if (again_len != len || memcmp(again, text, len) != 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct signature signature;
    static char text[ARMOR_TEXT_MAX], changed[ARMOR_TEXT_MAX];

    check((const char *)data, size);
    /* A comment from the input in a signature that is well formed; then bytes of the text replaced by the input's. */
    size_t len = size < ARMOR_COMMENT_MAX ? size : ARMOR_COMMENT_MAX;
    memset(&signature, 0, sizeof signature);
    memcpy(signature.comment, data, len);
    size_t text_len = signature_format(text, &signature);
    if (armor_comment_allowed(signature.comment))
        check(text, text_len);
    memcpy(changed, text, text_len);
    for (size_t i = 0; i + 2 < size; i += 3)
        changed[(data[i] << 8 | data[i + 1]) % text_len] = (char)data[i + 2];
    check(changed, text_len);
    return 0;
}
