#include <string.h>

#include <nonos/runtime.h>

int nonos_words_from_name(uint64_t *words, size_t n, const char *name)
{
    size_t len = strlen(name);
    if (len >= n * sizeof(*words))
        return NONOS_E_NAME_TOO_LONG;
    memset(words, 0, n * sizeof(*words));
    memcpy(words, name, len);
    return NONOS_OK;
}

int nonos_name_from_words(char *name, const uint64_t *words, size_t n)
{
    memcpy(name, words, n * sizeof(*words));
    return memchr(name, 0, n * sizeof(*words)) ? NONOS_OK : NONOS_E_INVALID;
}
