/* The first byte chooses flags, the first line is the pattern, the rest is the text. */
#include "../lib/regex.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *error = NULL, *text = (const char *)data + 1;
    size_t start, end;
    if (size < 1)
        return 0;
    const char *newline = memchr(text, '\n', --size);
    size_t len = newline ? (size_t)(newline - text) : size;
    struct regex *re = regex_compile(&(struct regex_pattern){text, len}, 1, data[0] & 31u, &error);
    if (!re && !error)
        abort();
    const char *subject = newline ? newline + 1 : text;
    size_t rest = newline ? size - len - 1 : 0;
    if (re && regex_search(re, subject, rest, 0, &start, &end) && (start > end || end > rest))
        abort();
    regex_free(re);
    return 0;
}
