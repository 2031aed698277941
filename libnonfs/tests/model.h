/*
 * What a volume should hold after a row of operations: a tree in memory, kept by the tests, that is changed along with the
 * volume and compared with it.
 */
#ifndef NONFS_TESTS_MODEL_H
#define NONFS_TESTS_MODEL_H

#include <nonfs/ext4_write.h>

#include "image.h"

#define MODEL_NODES      600u
#define MODEL_NAMES      900u
#define MODEL_ATTRIBUTES 6u

struct model_attribute {
    uint8_t *value; /* NULL: it is not set */
    size_t len;
};

struct model_node {
    int used;
    uint16_t mode;
    uint32_t uid;
    int64_t mtime;    /* seconds; -1: not known */
    uint32_t links;   /* names; for a directory 1 */
    uint8_t *content; /* of a file or link */
    size_t size;
    struct model_attribute attributes[MODEL_ATTRIBUTES];
    int held;                    /* it stays without a name, */
    struct nonfs_ext4_node node; /* and this opens it */
};

struct model_name {
    int used;
    uint32_t parent; /* node of the directory */
    uint32_t node;
    char name[256];
};

struct model {
    struct model_node nodes[MODEL_NODES]; /* 0 is the root */
    struct model_name names[MODEL_NAMES];
    uint64_t random;
    size_t file_max;
    int verbose;
};

void model_init(struct model *m, uint64_t seed, size_t file_max);
void model_free(struct model *m);

/* One random operation, on the volume and in the model; their results must agree. A full volume is no failure. */
void model_step(struct model *m, struct nonfs_ext4 *fs);

/* Ends what the model holds, as must be before unmounting. */
void model_release(struct model *m);

/* model_xattr.c: a random change of an extended attribute; comparing them; forgetting them. */
void model_step_xattr(struct model *m, struct nonfs_ext4_node *node, struct model_node *expected);
void model_compare_xattrs(struct nonfs_ext4_node *node, const struct model_node *expected);
void model_drop_attributes(struct model_node *node);

/* Compares the whole tree. */
void model_compare(struct model *m, struct nonfs_ext4 *fs);

#endif
