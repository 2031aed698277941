/*
 * Reads large vector files, which are not part of the tree: the folder is in the environment variable NONOS_VECTORS.
 */
#ifndef NONOS_TESTS_VECTOR_FILE_H
#define NONOS_TESTS_VECTOR_FILE_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * The whole file, to be freed, with a zero byte after it; its length goes to `*len` unless that is NULL. NULL with a
 * printed reason if there are no vectors on this machine.
 */
static inline char *vector_file_read(const char *path, size_t *len)
{
    const char *folder = getenv("NONOS_VECTORS");
    char name[1024];

    if (!folder) {
        printf("# skipped: NONOS_VECTORS is not set, %s was not read\n", path);
        return NULL;
    }
    ck_assert_int_lt(snprintf(name, sizeof name, "%s/%s", folder, path), (int)sizeof name);
    FILE *f = fopen(name, "rb");
    ck_assert_msg(f != NULL, "%s cannot be opened", name);
    ck_assert_int_eq(fseek(f, 0, SEEK_END), 0);
    long size = ftell(f);
    ck_assert_int_ge(size, 0);
    rewind(f);
    char *text = malloc((size_t)size + 1);
    ck_assert_ptr_nonnull(text);
    ck_assert_uint_eq(fread(text, 1, (size_t)size, f), (size_t)size);
    text[size] = '\0';
    fclose(f);
    if (len)
        *len = (size_t)size;
    return text;
}

#endif
