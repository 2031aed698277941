#include "hostile.h"

#include "ext4/volume.h"

#define TOOLS "mke2fs e2fsck debugfs truncate"

char plain_path[300];
char summed_path[300];
char crc16_path[300];
char classic_path[300];
char inline_path[300];
const char *missing;

static void make(char *path, size_t size, const char *source, const char *name,
                 const char *arguments)
{
    snprintf(path, size, "%s/%s", test_folder(), name);
    ck_assert_int_eq(run_command("truncate -s 8M '%s'; mke2fs -q -F -b 1024 %s -d '%s' '%s'", path,
                                 arguments, source, path),
                     0);
    (void)run_command("e2fsck -fyD '%s'", path);
}

void hostile_set_up(void)
{
    char source[300];

    missing = missing_tool(TOOLS);
    if (missing != NULL) {
        printf("# skipped: %s is not installed\n", missing);
        return;
    }
    snprintf(source, sizeof(source), "%s/source", test_folder());
    /* "comb" has an extent tree of three levels; "many" a hash tree. */
    ck_assert_int_eq(
        run_command("mkdir -p '%s/many' '%s/few' && cd '%s' && echo content >few/file && "
                    "truncate -s 8M comb && i=0 && while [ $i -lt 900 ]; do "
                    "printf x | dd of=comb bs=1 seek=$((i * 8192)) conv=notrunc status=none; "
                    "i=$((i + 1)); done && i=0 && while [ $i -lt 400 ]; do "
                    ": >many/a-rather-long-name-of-a-file-$i; i=$((i + 1)); done && "
                    "ln -s few/file link && ln -s %080d long && ln -s self self && "
                    "ln -s ring-b ring-a && ln -s ring-a ring-b",
                    source, source, source, 1),
        0);
    make(plain_path, sizeof(plain_path), source, "plain", "-t ext4 -O ^metadata_csum,^has_journal");
    make(summed_path, sizeof(summed_path), source, "summed", "-t ext4 -O ^has_journal");
    make(crc16_path, sizeof(crc16_path), source, "crc16",
         "-t ext4 -O ^metadata_csum,uninit_bg,^has_journal");
    make(classic_path, sizeof(classic_path), source, "classic", "-t ext2");
    make(inline_path, sizeof(inline_path), source, "inline",
         "-t ext4 -O inline_data,^metadata_csum,^has_journal");
}

void open_image(struct volume *v, const char *path)
{
    memset(v, 0, sizeof(*v));
    ck_assert_int_eq(image_open(&v->image, path, 512), 0);
    ck_assert_int_eq(volume_mount(v, 8, 0), 0);
}

struct nonfs_ext4_node node_at(struct volume *v, const char *path)
{
    struct nonfs_ext4_node node;

    ck_assert_int_eq(
        nonfs_ext4_lookup(v->fs, NULL, path, strlen(path), NONFS_EXT4_LOOKUP_NOFOLLOW, &node), 0);
    return node;
}

uint8_t *block_at(struct volume *v, const char *path, uint64_t block)
{
    struct nonfs_ext4_node node = node_at(v, path);
    struct block_run run;

    ck_assert_int_eq(nonfs_map_find(&node, block, &run), 0);
    ck_assert_int_eq(run.state, RUN_MAPPED);
    return v->image.bytes + run.physical * volume_block_size(v->fs);
}

uint8_t *inode_at(struct volume *v, const char *path)
{
    struct nonfs_ext4_node node = node_at(v, path);
    struct block_ref ref;
    uint32_t offset;
    uint64_t block;

    ck_assert_int_eq(nonfs_inode_get(v->fs, node.stat.inode, &ref, &offset), 0);
    block = ref.slot->block;
    nonfs_block_put(&ref);
    return v->image.bytes + block * volume_block_size(v->fs) + offset;
}

uint8_t *block_number(struct volume *v, uint32_t block)
{
    return v->image.bytes + (uint64_t)block * volume_block_size(v->fs);
}

int read_all(struct volume *v, const char *path)
{
    struct nonfs_ext4_node node;
    uint8_t buffer[3000];
    uint64_t offset = 0;
    size_t done = 0;
    int result = nonfs_ext4_lookup(v->fs, NULL, path, strlen(path), 0, &node);

    while (result == 0) {
        result = nonfs_ext4_read(&node, offset, buffer, sizeof(buffer), &done);
        if (done == 0)
            break;
        offset += done;
    }
    return result;
}

int list_all(struct volume *v, const char *path, unsigned *count)
{
    struct nonfs_ext4_node node = node_at(v, path);
    struct nonfs_ext4_entry entry;
    uint64_t cursor = 0;
    int first = 0;

    *count = 0;
    for (unsigned calls = 0;; calls++) {
        int result = nonfs_ext4_readdir(&node, &cursor, &entry);

        ck_assert_uint_lt(calls, 100000);
        if (result == NONFS_E_NOT_FOUND)
            return first;
        if (result == 0)
            ++*count;
        else if (first == 0)
            first = result;
    }
}

void check_diagnostic(struct volume *v, enum nonfs_structure structure, const char *reason)
{
    const struct nonfs_diagnostic *d = nonfs_ext4_diagnostic(v->fs);

    ck_assert_int_eq(d->structure, structure);
    if (reason != NULL)
        ck_assert_str_eq(d->reason, reason);
    else
        ck_assert_ptr_null(d->reason);
}

uint8_t *first_child(struct volume *v, const uint8_t *node)
{
    return block_number(v, load_le32(node + 12 + 4));
}
