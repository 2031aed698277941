/*
 * JSON vector files through jansson: see vector_file.h for where they lie.
 */
#ifndef NONOS_TESTS_VECTOR_JSON_H
#define NONOS_TESTS_VECTOR_JSON_H

#include <check.h>
#include <jansson.h>
#include <vector_file.h>

#include "check_main.h"

/* The whole file, to be released with json_decref(); NULL with a printed reason if there are no vectors here. */
static inline json_t *vector_json_read(const char *path)
{
    size_t len;
    char *text = vector_file_read(path, &len);
    json_error_t error;

    if (!text)
        return NULL;
    json_t *root = json_loadb(text, len, 0, &error);
    ck_assert_msg(root != NULL, "%s: line %d: %s", path, error.line, error.text);
    free(text);
    return root;
}

/* The string member `name` of `object`, which must have it. */
static inline const char *vector_json_string(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    ck_assert_msg(text != NULL, "there is no string \"%s\"", name);
    return text;
}

/* The bytes of a hexadecimal member, to be freed; their number goes to `*len`. At least one byte is allocated. */
static inline uint8_t *vector_json_hex(const json_t *object, const char *name, size_t *len)
{
    const char *hex = vector_json_string(object, name);
    size_t size = strlen(hex) / 2;
    uint8_t *bytes = malloc(size + 1);

    ck_assert_ptr_nonnull(bytes);
    *len = check_unhex(bytes, size, hex);
    return bytes;
}

#endif
