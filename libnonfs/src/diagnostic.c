#include <nonfs/diagnostic.h>

#include "text.h"

static const char *structure_name(enum nonfs_structure structure)
{
    switch (structure) {
    case NONFS_STRUCTURE_NONE:
    case NONFS_STRUCTURE_INODE:
        return NULL;
    case NONFS_STRUCTURE_DEVICE:
        return "device";
    case NONFS_STRUCTURE_SUPERBLOCK:
        return "superblock";
    case NONFS_STRUCTURE_FEATURE:
        return "feature";
    case NONFS_STRUCTURE_JOURNAL:
        return "journal";
    case NONFS_STRUCTURE_GROUP:
        return "group descriptor";
    case NONFS_STRUCTURE_EXTENTS:
        return "extent tree";
    case NONFS_STRUCTURE_INDIRECT:
        return "block map";
    case NONFS_STRUCTURE_DIRECTORY:
        return "directory";
    case NONFS_STRUCTURE_INDEX:
        return "directory index";
    case NONFS_STRUCTURE_SYMLINK:
        return "symbolic link";
    case NONFS_STRUCTURE_INLINE_DATA:
        return "inline data";
    case NONFS_STRUCTURE_XATTR:
        return "attributes";
    case NONFS_STRUCTURE_ORPHANS:
        return "orphans";
    case NONFS_STRUCTURE_VERITY_SUPERBLOCK:
        return "superblock";
    case NONFS_STRUCTURE_VERITY_DATA:
        return "data";
    case NONFS_STRUCTURE_VERITY_HASH:
        return "hash";
    }
    return NULL;
}

static const char *format_name(enum nonfs_structure structure)
{
    return structure >= NONFS_STRUCTURE_VERITY_SUPERBLOCK &&
                   structure <= NONFS_STRUCTURE_VERITY_HASH
               ? "verity: "
               : "ext4: ";
}

size_t nonfs_diagnostic_format(const struct nonfs_diagnostic *diagnostic, char *text, size_t size)
{
    struct text t = {text, 0, size};
    const char *name = structure_name(diagnostic->structure);

    if (size == 0)
        return 0;
    text_add(&t, format_name(diagnostic->structure));
    if (diagnostic->inode != 0) {
        text_add(&t, "inode ");
        text_add_number(&t, diagnostic->inode);
        text_add(&t, ": ");
    }
    if (name != NULL) {
        text_add(&t, name);
        if (diagnostic->structure == NONFS_STRUCTURE_GROUP) {
            text_add(&t, " ");
            text_add_number(&t, diagnostic->group);
        } else if (diagnostic->block != 0 || diagnostic->structure == NONFS_STRUCTURE_VERITY_DATA) {
            text_add(&t, " block ");
            text_add_number(&t, diagnostic->block);
        }
        text_add(&t, ": ");
    }
    if (diagnostic->structure == NONFS_STRUCTURE_FEATURE && diagnostic->reason != NULL) {
        text_add(&t, diagnostic->reason);
        text_add(&t, ": ");
        text_add(&t, nonfs_strerror(diagnostic->result));
    } else {
        text_add(&t, diagnostic->reason != NULL ? diagnostic->reason
                                                : nonfs_strerror(diagnostic->result));
    }
    t.at[t.len] = '\0';
    return t.len;
}
