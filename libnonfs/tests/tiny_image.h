/*
 * A volume of 64 KiB, written field by field, with one of each structure that the reader knows: an extent tree and a
 * hash tree of two levels, a block map of three, fast and slow links, inline files and directories. It has no checksums
 * and no bitmaps. It is where fuzzing starts from, and what the tests read where mke2fs is not installed.
 */
#ifndef NONFS_TESTS_TINY_IMAGE_H
#define NONFS_TESTS_TINY_IMAGE_H

#include <stdint.h>

#define TINY_IMAGE_SIZE 65536u
#define TINY_BLOCK_SIZE 1024u
#define TINY_INODES     32u
#define TINY_INDEX_NAMES \
    24u /* in the directory "indexed": "name-00" and so on, all for the file "extents" */

/* The entries of the root directory. */
#define TINY_EXTENTS "extents" /* blocks 0, 2 and 9, filled with 'a', 'b' and 'c'; 10 blocks long */
#define TINY_MAPPED \
    "mapped" /* blocks 0, 12 and 268, filled with 'd', 'e' and 'f'; 269 blocks long */
#define TINY_INLINE     "inline"     /* 70 bytes 'g' */
#define TINY_INDEXED    "indexed"    /* a directory with a hash tree */
#define TINY_INLINE_DIR "inline-dir" /* a directory with an entry "x" for the file "inline" */
#define TINY_FAST_LINK  "fast-link"  /* leads to "extents" */
#define TINY_SLOW_LINK  "slow-link"  /* leads to "indexed/../inline", on long ways */

void tiny_image_build(uint8_t image[TINY_IMAGE_SIZE]);

#endif
