/* Memory for the arenas of file systems, which are aligned to 16 bytes: malloc() of 32-bit hosts gives 8. */
#ifndef NONFS_TESTS_ARENA_H
#define NONFS_TESTS_ARENA_H

#include <stddef.h>
#include <stdlib.h>

#include <nonfs/ext4_fs.h>
#include <nonfs/ram_fs.h>

_Static_assert(NONFS_EXT4_FS_ARENA_ALIGN == NONFS_RAM_FS_ARENA_ALIGN, "one serves both");

/* To be freed. */
static inline void *arena_alloc(size_t size)
{
    size_t align = NONFS_EXT4_FS_ARENA_ALIGN;

    return aligned_alloc(align, (size + align - 1) / align * align);
}

#endif
