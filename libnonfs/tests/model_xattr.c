#include <check_main.h>

#include "model.h"

static uint32_t pick(struct model *m, uint32_t n)
{
    return (uint32_t)(check_random(&m->random) % n);
}

static void attribute_name(char name[64], uint32_t i)
{
    static const char *const prefixes[] = {"user.", "trusted.", "security.x"};

    /* The longer, the earlier a block is full. */
    snprintf(name, 64, "%sattribute-%.*s%u", prefixes[i % 3], (int)(4 * i), "abcdefghijklmnopqrst",
             i);
}

static void attribute_drop(struct model_attribute *a)
{
    free(a->value);
    *a = (struct model_attribute){.value = NULL};
}

void model_drop_attributes(struct model_node *node)
{
    for (uint32_t i = 0; i < MODEL_ATTRIBUTES; i++)
        attribute_drop(&node->attributes[i]);
}

void model_step_xattr(struct model *m, struct nonfs_ext4_node *node, struct model_node *expected)
{
    uint32_t i = pick(m, MODEL_ATTRIBUTES);
    struct model_attribute *a = &expected->attributes[i];
    unsigned flags = pick(m, 4) == 0 ? pick(m, 3) : 0;
    size_t len = pick(m, 5) == 0 ? pick(m, 1200) : pick(m, 60);
    uint8_t value[1200];
    char name[64];
    int result;

    attribute_name(name, i);
    if (pick(m, 3) == 0) {
        result = nonfs_ext4_xattr_remove(node, name, strlen(name));
        ck_assert_int_eq(result, a->value == NULL ? NONFS_E_NOT_FOUND : 0);
        attribute_drop(a);
        return;
    }
    for (size_t k = 0; k < len; k++)
        value[k] = (uint8_t)pick(m, 256);
    result = nonfs_ext4_xattr_set(node, name, strlen(name), value, len, flags);
    if (flags == NONFS_EXT4_XATTR_CREATE && a->value != NULL)
        ck_assert_int_eq(result, NONFS_E_EXISTS);
    else if (flags == NONFS_EXT4_XATTR_REPLACE && a->value == NULL)
        ck_assert_int_eq(result, NONFS_E_NOT_FOUND);
    else if (result != NONFS_E_FULL)
        ck_assert_msg(result == 0, "set %s: %s", name, nonfs_strerror(result));
    if (result != 0)
        return;
    attribute_drop(a);
    a->value = malloc(len + 1);
    a->len = len;
    memcpy(a->value, value, len);
}

void model_compare_xattrs(struct nonfs_ext4_node *node, const struct model_node *expected)
{
    struct nonfs_ext4_xattr xattr;
    uint8_t value[1200];
    uint32_t cursor = 0;
    uint32_t found = 0;
    size_t len;
    int result;

    for (uint32_t i = 0; i < MODEL_ATTRIBUTES; i++) {
        const struct model_attribute *a = &expected->attributes[i];
        char name[64];

        attribute_name(name, i);
        result = nonfs_ext4_xattr_get(node, name, strlen(name), value, sizeof(value), &len);
        ck_assert_msg(result == (a->value == NULL ? NONFS_E_NOT_FOUND : 0), "get %s: %s", name,
                      nonfs_strerror(result));
        if (a->value == NULL)
            continue;
        found++;
        ck_assert_uint_eq(len, a->len);
        ck_assert_int_eq(memcmp(value, a->value, len), 0);
    }
    while ((result = nonfs_ext4_xattr_next(node, &cursor, &xattr)) == 0)
        found--;
    ck_assert_int_eq(result, NONFS_E_NOT_FOUND);
    ck_assert_uint_eq(found, 0);
}
