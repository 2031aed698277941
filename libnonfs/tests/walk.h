/*
 * Walking through all of a volume, for the tests and for fuzzing.
 */
#ifndef NONFS_TESTS_WALK_H
#define NONFS_TESTS_WALK_H

#include <stdint.h>

#include <nonfs/ext4.h>

/* What walking through a volume found. */
struct walk_result {
    uint64_t entries;
    uint64_t bytes;
    uint64_t errors;
    int last_error;
};

/*
 * Lists every directory once, opens every entry, reads up to `file_max` bytes of each file and every link, and then opens
 * every inode by number. Goes on after errors.
 */
void walk_volume(struct nonfs_ext4 *fs, uint64_t file_max, struct walk_result *result);

#endif
