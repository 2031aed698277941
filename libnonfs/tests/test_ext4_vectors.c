/*
 * Damaged and unusual volumes of other projects, from the folder that NONOS_VECTORS names: each is walked through
 * entirely, whatever comes, in bounded time.
 */
#include <check_main.h>
#include <dirent.h>
#include <time.h>

#include "image.h"

#define SECONDS_MAX 2.0

static double cpu_seconds(void)
{
    return (double)clock() / CLOCKS_PER_SEC;
}

/* Walks through one image twice, with a journal to be replayed being respected and ignored. Returns whether it was mounted. */
static int walk_file(const char *path, uint32_t device_block)
{
    struct walk_result found;
    struct volume v;
    int mounted = 0;
    double start = cpu_seconds();
    double seconds;

    for (uint32_t flags = 0; flags <= NONFS_MOUNT_IGNORE_JOURNAL; flags++) {
        if (image_open(&v.image, path, device_block) != 0)
            return 0; /* an empty file */
        if (volume_mount(&v, 16, flags) == 0) {
            mounted = 1;
            walk_volume(v.fs, 1 << 20, &found);
        }
        volume_close(&v);
    }
    seconds = cpu_seconds() - start;
    if (getenv("NONFS_TEST_VERBOSE") != NULL)
        fprintf(stderr, "# %s: %.3f s, mounted %d: %s, %llu errors\n", path, seconds, mounted,
                nonfs_strerror(v.diagnostic.result), (unsigned long long)found.errors);
    ck_assert_msg(seconds < SECONDS_MAX, "%s took %.2f s", path, seconds);
    return mounted;
}

/* Walks through every file of a folder; returns their number. */
static int walk_folder(const char *folder, int *mounted)
{
    DIR *dir = opendir(folder);
    struct dirent *d;
    int files = 0;

    ck_assert_ptr_nonnull(dir);
    *mounted = 0;
    while ((d = readdir(dir)) != NULL) {
        char path[4096];

        if (d->d_name[0] == '.')
            continue;
        snprintf(path, sizeof(path), "%s/%s", folder, d->d_name);
        files++;
        *mounted += walk_file(path, 512);
        (void)walk_file(path, 4096);
    }
    closedir(dir);
    return files;
}

static const char *vectors(void)
{
    const char *path = getenv("NONOS_VECTORS");

    if (path == NULL)
        printf("# skipped: NONOS_VECTORS is not set\n");
    return path;
}

START_TEST(e2fsprogs_images_are_walked_through)
{
    const char *path = vectors();
    char folder[512];
    int mounted;

    if (path == NULL)
        return;
    snprintf(folder, sizeof(folder), "%s/img", test_folder());
    ck_assert_int_eq(run_command("tar --sparse -xJf '%s/fs/e2fsprogs-images.tar.xz' -C '%s'", path,
                                 test_folder()),
                     0);
    ck_assert_int_eq(walk_folder(folder, &mounted), 118);
    /* Most of them are damaged in ways that leave something to read. */
    ck_assert_int_gt(mounted, 60);
}
END_TEST

START_TEST(images_that_crashed_lwext4_are_walked_through)
{
    const char *path = vectors();
    char folder[512];
    int mounted;

    if (path == NULL)
        return;
    snprintf(folder, sizeof(folder), "%s/fs/lwext4-pocs", path);
    ck_assert_int_eq(walk_folder(folder, &mounted), 2);
}
END_TEST

static Suite *vectors_suite(void)
{
    Suite *suite = suite_create("nonfs ext4 vectors");
    TCase *tc = tcase_create("vectors");
    tcase_add_checked_fixture(tc, NULL, test_folder_remove);
    tcase_add_test(tc, e2fsprogs_images_are_walked_through);
    tcase_add_test(tc, images_that_crashed_lwext4_are_walked_through);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(vectors_suite)
