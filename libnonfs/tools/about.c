/*
 * nonfs stat and df.
 */
#include <string.h>

#include "command.h"
#include "json.h"

static void print_named_time(const char *name, const struct nonfs_time *t)
{
    printf("%-12s", name);
    print_time(t, 1);
    puts(" UTC");
}

static void stat_print(const char *path, const struct nonfs_ext4_stat *st)
{
    char mode[11];

    format_mode(mode, st->mode);
    fputs("file        ", stdout);
    print_name(path);
    printf("\ninode       %u (generation %u, version %llu)\n", st->inode, st->generation,
           (unsigned long long)st->version);
    printf("type        %s\n", type_name(st->mode));
    printf("mode        %04o %s\n", st->mode & 07777u, mode);
    printf("owner       %u:%u (project %u)\n", st->uid, st->gid, st->project);
    printf("links       %u\n", st->links);
    printf("size        %llu\n", (unsigned long long)st->size);
    printf("allocated   %llu\n", (unsigned long long)st->allocated);
    if (st->device_major != 0 || st->device_minor != 0)
        printf("device      %u:%u\n", st->device_major, st->device_minor);
    printf("flags       0x%08x\n", st->flags);
    print_named_time("accessed", &st->atime);
    print_named_time("modified", &st->mtime);
    print_named_time("changed", &st->ctime);
    print_named_time("created", &st->crtime);
}

static void json_time(const char *name, const struct nonfs_time *t)
{
    /* Seconds and nanoseconds apart: a JSON number does not hold both. */
    printf(",\"%s\":{\"seconds\":%lld,\"nanoseconds\":%u}", name, (long long)t->seconds,
           t->nanoseconds);
}

static void stat_print_json(const char *path, const struct nonfs_ext4_stat *st)
{
    fputs("{\"file\":", stdout);
    json_print_string(path);
    printf(",\"inode\":%u,\"generation\":%u,\"version\":%llu,\"type\":\"%s\",\"mode\":\"%04o\","
           "\"uid\":%u,\"gid\":%u,\"project\":%u,\"links\":%u,\"size\":%llu,\"allocated\":%llu,"
           "\"device_major\":%u,\"device_minor\":%u,\"flags\":%u,\"deletion_time\":%u",
           st->inode, st->generation, (unsigned long long)st->version, type_name(st->mode),
           st->mode & 07777u, st->uid, st->gid, st->project, st->links,
           (unsigned long long)st->size, (unsigned long long)st->allocated, st->device_major,
           st->device_minor, st->flags, st->deletion_time);
    json_time("atime", &st->atime);
    json_time("mtime", &st->mtime);
    json_time("ctime", &st->ctime);
    json_time("crtime", &st->crtime);
    puts("}");
}

static int stat_path(struct volume *volume, const struct arguments *arguments, const char *path)
{
    struct nonfs_ext4_node node;
    struct nonfs_ext4_stat st;

    if (volume_lookup(volume, path, NONFS_EXT4_LOOKUP_NOFOLLOW, &node) != 0)
        return -1;
    nonfs_ext4_stat(&node, &st);
    if (arguments->json)
        stat_print_json(path, &st);
    else
        stat_print(path, &st);
    return 0;
}

int command_stat(struct volume *volume, const struct arguments *arguments)
{
    int failed = 0;

    if (arguments->npaths == 0)
        failed = stat_path(volume, arguments, "/");
    for (int i = 0; i < arguments->npaths; i++) {
        if (i > 0 && !arguments->json)
            putchar('\n');
        if (stat_path(volume, arguments, arguments->paths[i]) != 0)
            failed = -1;
    }
    return failed != 0 ? EXIT_CODE_CONTENT : EXIT_CODE_OK;
}

/* Every feature of the volume, with `between` in between and `quote` around each. */
static void print_features(const struct nonfs_ext4_info *info, const char *between,
                           const char *quote)
{
    const uint32_t words[] = {info->compat, info->incompat, info->ro_compat};
    const char *before = "";

    for (unsigned set = 0; set < 3; set++) {
        for (unsigned bit = 0; bit < 32; bit++) {
            if (!(words[set] >> bit & 1))
                continue;
            printf("%s%s%s%s", before, quote,
                   nonfs_ext4_feature_name((enum nonfs_ext4_feature_set)set, bit), quote);
            before = between;
        }
    }
}

static void df_print(const struct nonfs_ext4_info *info, const struct nonfs_ext4_statfs *st)
{
    uint64_t kib = info->block_size / 1024;
    uint64_t used = st->blocks - st->blocks_free;

    fputs("label       ", stdout);
    print_name(info->label);
    fputs("\nUUID        ", stdout);
    print_uuid(info->uuid);
    printf("\nstate       %s%s\n", info->clean ? "clean" : "not clean",
           info->needs_recovery ? ", journal not replayed" : "");
    printf("block size  %u\n", st->block_size);
    printf("size        %llu KiB\n", (unsigned long long)(st->blocks * kib));
    printf("used        %llu KiB\n", (unsigned long long)(used * kib));
    printf("free        %llu KiB\n", (unsigned long long)(st->blocks_free * kib));
    printf("available   %llu KiB\n", (unsigned long long)(st->blocks_available * kib));
    printf("inodes      %llu, %llu free\n", (unsigned long long)st->inodes,
           (unsigned long long)st->inodes_free);
    fputs("features    ", stdout);
    print_features(info, " ", "");
    putchar('\n');
}

static void df_print_json(const struct nonfs_ext4_info *info, const struct nonfs_ext4_statfs *st)
{
    fputs("{\"label\":", stdout);
    json_print_string(info->label);
    fputs(",\"uuid\":\"", stdout);
    print_uuid(info->uuid);
    printf("\",\"clean\":%s,\"needs_recovery\":%s,\"block_size\":%u,\"cluster_size\":%u,"
           "\"blocks\":%llu,\"blocks_free\":%llu,\"blocks_available\":%llu,\"inodes\":%llu,"
           "\"inodes_free\":%llu,\"features\":[",
           info->clean ? "true" : "false", info->needs_recovery ? "true" : "false", st->block_size,
           info->cluster_size, (unsigned long long)st->blocks, (unsigned long long)st->blocks_free,
           (unsigned long long)st->blocks_available, (unsigned long long)st->inodes,
           (unsigned long long)st->inodes_free);
    print_features(info, ",", "\"");
    puts("]}");
}

int command_df(struct volume *volume, const struct arguments *arguments)
{
    struct nonfs_ext4_statfs st;

    nonfs_ext4_statfs(volume->fs, &st);
    if (arguments->json)
        df_print_json(&volume->info, &st);
    else
        df_print(&volume->info, &st);
    return EXIT_CODE_OK;
}

int command_recover(struct volume *volume, const struct arguments *arguments)
{
    (void)arguments;
    puts(volume->info.needs_recovery ? "the journal was replayed" : "there was nothing to replay");
    return EXIT_CODE_OK;
}
