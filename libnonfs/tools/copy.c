/*
 * nonfs cp: between the host and a volume.
 */
#include "copy.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <nonfs/ext4_write.h>

#include "change.h"
#include "extract.h"
#include "populate.h"

static const char *last_path(const struct arguments *arguments)
{
    return arguments->paths[arguments->npaths - 1];
}

int copy_prepare(struct arguments *arguments)
{
    const char *target = last_path(arguments);
    int into_volume = target[0] == ':';

    for (int i = 0; i + 1 < arguments->npaths; i++) {
        const char *source = arguments->paths[i];

        if ((source[0] == ':') != into_volume)
            continue;
        complain(into_volume ? "cp: '%s' and '%s' are both in the volume"
                             : "cp: neither '%s' nor '%s' is in the volume, with a colon in front",
                 source, target);
        return -1;
    }
    arguments->use = into_volume ? VOLUME_WRITE : VOLUME_READ;
    return 0;
}

/* The old file stays until the new one is whole, and if that fails. */
static int replace_in_volume(struct volume *volume, struct place *place,
                             struct populate_options *options)
{
    char temporary[32];
    uint32_t number;
    int result;

    random_bytes(&number, sizeof(number));
    snprintf(temporary, sizeof(temporary), ".nonfs-%08x", number);
    if (populate_copy(volume->fs, &place->directory, temporary, options) != 0)
        result = -1;
    else
        result = nonfs_ext4_rename(&place->directory, temporary, strlen(temporary),
                                   &place->directory, place->name, strlen(place->name));
    if (result == 0)
        return 0;
    if (result != -1)
        volume_complain(volume, place->name, result);
    /* What could not be made has nothing to be taken away. */
    (void)!nonfs_ext4_unlink(&place->directory, temporary, strlen(temporary));
    return -1;
}

static int copy_in(struct volume *volume, const struct arguments *arguments, const char *source)
{
    struct populate_options options = {
        .folder = source, .time = (uint32_t)time(NULL), .shows_progress = isatty(STDERR_FILENO)};
    struct nonfs_ext4_node there;
    struct nonfs_ext4_stat in_the_way;
    struct place place;
    struct stat st;
    int result;

    if (lstat(source, &st) != 0) {
        complain("%s: %s", source, strerror(errno));
        return -1;
    }
    if (S_ISDIR(st.st_mode) && !arguments->recursive) {
        complain("%s: is a directory (-r copies it)", source);
        return -1;
    }
    if (place_find_target(volume, last_path(arguments) + 1, source, arguments->npaths > 2,
                          &place) != 0)
        return -1;
    result = place_open(&place, &there);
    if (result == NONFS_E_NOT_FOUND)
        return populate_copy(volume->fs, &place.directory, place.name, &options);
    if (result == 0) {
        nonfs_ext4_stat(&there, &in_the_way);
        if (arguments->force && !S_ISDIR(st.st_mode) && !S_ISDIR(in_the_way.mode))
            return replace_in_volume(volume, &place, &options);
        result = NONFS_E_EXISTS;
    }
    volume_complain(volume, place.name, result);
    return -1;
}

/* Likewise. */
static int replace_on_host(struct volume *volume, const char *path, const char *target)
{
    char *temporary = allocate(NULL, strlen(target) + 32);
    uint32_t number;
    int failed;

    random_bytes(&number, sizeof(number));
    sprintf(temporary, "%s.nonfs-%08x", target, number);
    failed = extract(volume, path, temporary);
    if (failed == 0 && rename(temporary, target) != 0) {
        complain("%s: %s", target, strerror(errno));
        failed = -1;
    }
    if (failed != 0)
        unlink(temporary);
    free(temporary);
    return failed;
}

static int copy_to(struct volume *volume, const struct arguments *arguments, const char *path,
                   const char *target)
{
    struct nonfs_ext4_node node;
    struct nonfs_ext4_stat st;
    struct stat there;

    if (volume_lookup(volume, path, 0, &node) != 0)
        return -1;
    nonfs_ext4_stat(&node, &st);
    if (S_ISDIR(st.mode) && !arguments->recursive) {
        complain("%s: %s: is a directory (-r copies it)", volume->image, path);
        return -1;
    }
    if (lstat(target, &there) != 0)
        return extract(volume, path, target);
    if (arguments->force && !S_ISDIR(st.mode) && !S_ISDIR(there.st_mode))
        return replace_on_host(volume, path, target);
    complain("%s: %s", target, strerror(EEXIST));
    return -1;
}

static int copy_out(struct volume *volume, const struct arguments *arguments, const char *path)
{
    const char *target = last_path(arguments);
    char name[NONFS_EXT4_NAME_MAX + 1];
    struct stat st;
    char *inside;
    int failed;

    if (stat(target, &st) != 0 || !S_ISDIR(st.st_mode)) {
        if (arguments->npaths == 2)
            return copy_to(volume, arguments, path, target);
        complain("%s: %s", target, strerror(ENOTDIR));
        return -1;
    }
    if (path_name(path, name) != 0)
        return -1;
    inside = allocate(NULL, strlen(target) + strlen(name) + 2);
    sprintf(inside, "%s/%s", target, name);
    failed = copy_to(volume, arguments, path, inside);
    free(inside);
    return failed;
}

int command_cp(struct volume *volume, const struct arguments *arguments)
{
    int failed = 0;

    for (int i = 0; i + 1 < arguments->npaths; i++) {
        const char *source = arguments->paths[i];

        if (source[0] == ':' ? copy_out(volume, arguments, source + 1) != 0
                             : copy_in(volume, arguments, source) != 0)
            failed = 1;
    }
    return failed ? EXIT_CODE_CONTENT : EXIT_CODE_OK;
}
