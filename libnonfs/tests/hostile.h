/*
 * Volumes that were damaged on purpose: each ends in the error that says what is wrong, none in a hang, a crash or a read
 * outside of memory (the sanitizers watch). The damage is done on a volume without checksums, so that it is not caught
 * before it is met; the tests of checksums do the same with them.
 */
#ifndef NONFS_TESTS_HOSTILE_H
#define NONFS_TESTS_HOSTILE_H

#include <check_main.h>

#include "bytes.h"
#include "image.h"

/* The images. */
extern char plain_path[300];   /* no checksums, 1 KiB blocks, indexed directories */
extern char summed_path[300];  /* metadata_csum */
extern char crc16_path[300];   /* uninit_bg */
extern char classic_path[300]; /* ext2: block maps */
extern char inline_path[300];  /* inline data */
extern const char *missing;    /* the tool without which there are no images; or NULL */

/* Makes the images; test_folder_remove() is its opposite. */
void hostile_set_up(void);

/* Tests of what cannot be made without the tools pass after the printed skip. */
#define NEEDS_IMAGES()       \
    do {                     \
        if (missing != NULL) \
            return;          \
    } while (0)

#define ADD_LOOP(tc, test, table) \
    tcase_add_loop_test(tc, test, 0, (int)(sizeof(table) / sizeof((table)[0])))

/* Maps an image, to be damaged, and mounts it. */
void open_image(struct volume *v, const char *path);
struct nonfs_ext4_node node_at(struct volume *v, const char *path);

/* Where things lie in the image: a block of a file, an inode, a block of the volume. */
uint8_t *block_at(struct volume *v, const char *path, uint64_t block);
uint8_t *inode_at(struct volume *v, const char *path);
uint8_t *block_number(struct volume *v, uint32_t block);
/* The block that a node of an extent tree leads to first. */
uint8_t *first_child(struct volume *v, const uint8_t *node);

/* Reads a file to its end; returns the first error. */
int read_all(struct volume *v, const char *path);
/* Lists a directory to its end; returns the first error, and its entries in `*count`. */
int list_all(struct volume *v, const char *path, unsigned *count);

/* `reason` is NULL if it must have none. */
void check_diagnostic(struct volume *v, enum nonfs_structure structure, const char *reason);

/* Adds the tests of a subject. */
void hostile_files_add(TCase *tc);
void hostile_directories_add(TCase *tc);
void hostile_checksums_add(TCase *tc);

#endif
