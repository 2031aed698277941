#include <nonfs/ext4.h>

#include "ext4/format.h"

/* What a reader must understand to read right; read-only compatible features never matter here. */
#define INCOMPAT_SUPPORTED                                                                     \
    (EXT4_INCOMPAT_FILETYPE | EXT4_INCOMPAT_RECOVER | EXT4_INCOMPAT_META_BG |                  \
     EXT4_INCOMPAT_EXTENTS | EXT4_INCOMPAT_64BIT | EXT4_INCOMPAT_MMP | EXT4_INCOMPAT_FLEX_BG | \
     EXT4_INCOMPAT_EA_INODE | EXT4_INCOMPAT_CSUM_SEED | EXT4_INCOMPAT_LARGEDIR |               \
     EXT4_INCOMPAT_INLINE)

/* clang-format off */
static const char feature_names[3][32][20] = {
    {
        "dir_prealloc", "imagic_inodes", "has_journal", "ext_attr",
        "resize_inode", "dir_index", "lazy_bg", "FEATURE_C7",
        "exclude_bitmap", "sparse_super2", "fast_commit", "stable_inodes",
        "orphan_file", "FEATURE_C13", "FEATURE_C14", "FEATURE_C15",
        "FEATURE_C16", "FEATURE_C17", "FEATURE_C18", "FEATURE_C19",
        "FEATURE_C20", "FEATURE_C21", "FEATURE_C22", "FEATURE_C23",
        "FEATURE_C24", "FEATURE_C25", "FEATURE_C26", "FEATURE_C27",
        "FEATURE_C28", "FEATURE_C29", "FEATURE_C30", "FEATURE_C31",
    },
    {
        "compression", "filetype", "needs_recovery", "journal_dev",
        "meta_bg", "FEATURE_I5", "extent", "64bit",
        "mmp", "flex_bg", "ea_inode", "FEATURE_I11",
        "dirdata", "metadata_csum_seed", "large_dir", "inline_data",
        "encrypt", "casefold", "FEATURE_I18", "FEATURE_I19",
        "FEATURE_I20", "FEATURE_I21", "FEATURE_I22", "FEATURE_I23",
        "FEATURE_I24", "FEATURE_I25", "FEATURE_I26", "FEATURE_I27",
        "FEATURE_I28", "FEATURE_I29", "FEATURE_I30", "FEATURE_I31",
    },
    {
        "sparse_super", "large_file", "btree_dir", "huge_file",
        "uninit_bg", "dir_nlink", "extra_isize", "snapshot",
        "quota", "bigalloc", "metadata_csum", "replica",
        "read-only", "project", "shared_blocks", "verity",
        "orphan_present", "FEATURE_R17", "FEATURE_R18", "FEATURE_R19",
        "FEATURE_R20", "FEATURE_R21", "FEATURE_R22", "FEATURE_R23",
        "FEATURE_R24", "FEATURE_R25", "FEATURE_R26", "FEATURE_R27",
        "FEATURE_R28", "FEATURE_R29", "FEATURE_R30", "FEATURE_R31",
    },
};
/* clang-format on */

const char *nonfs_ext4_feature_name(enum nonfs_ext4_feature_set set, unsigned bit)
{
    if ((unsigned)set > NONFS_EXT4_FEATURE_RO_COMPAT || bit > 31)
        return "unknown feature";
    return feature_names[set][bit];
}

const char *nonfs_ext4_unsupported_feature(const struct nonfs_ext4_info *info)
{
    uint32_t bad = info->incompat & ~INCOMPAT_SUPPORTED;

    for (unsigned bit = 0; bit < 32; bit++) {
        if (bad >> bit & 1)
            return nonfs_ext4_feature_name(NONFS_EXT4_FEATURE_INCOMPAT, bit);
    }
    return NULL;
}
