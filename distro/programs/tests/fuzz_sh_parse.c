/* Any bytes as a script: it is parsed or refused, and what was parsed prints to something that parses to the same. */
#include "../sh/parse.h"
#include "../sh/print.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a = {0}, b = {0};
    struct text once = {0}, twice = {0};
    struct node *n;
    const char *error;
    if (parse_text((const char *)data, size, &a, &n, &error) == PARSE_COMMAND) {
        print_node(&once, n);
        if (parse_text(once.data, once.len, &b, &n, &error) != PARSE_COMMAND)
            abort();
        print_node(&twice, n);
        if (once.len != twice.len || memcmp(once.data, twice.data, once.len) != 0)
            abort();
    }
    text_free(&once);
    text_free(&twice);
    arena_free(&a);
    arena_free(&b);
    return 0;
}
