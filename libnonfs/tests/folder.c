/*
 * A folder is in use while somebody holds a lock on it: the program that made it, and its forks. The lock goes with the last of
 * them, so that it tells which folders were left behind; a number of a process would not, since it is given out again.
 */
#include "folder.h"

#include <check.h>
#include <fcntl.h>
#include <glob.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "image.h"

#define FOLDER_PREFIX "nonfs-run-"

static char folder_path[256];
static int folder_lock = -1;

/* In memory, if there is enough of it: e2fsck waits for the disk at its end. */
static const char *folder_base(void)
{
    const char *base = getenv("TMPDIR");
    struct statvfs shm;

    if (base != NULL)
        return base;
    if (access("/dev/shm", W_OK) == 0 && statvfs("/dev/shm", &shm) == 0 &&
        (uint64_t)shm.f_bavail * shm.f_frsize >= (uint64_t)2 << 30)
        return "/dev/shm";
    return "/tmp";
}

/* Who is not root mounts nothing; where namespaces are not allowed, mounts end with their tests. */
static void mounts_own(void)
{
    if (geteuid() != 0 || unshare(CLONE_NEWNS) != 0)
        return;
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
        printf("# mounts are seen by other processes\n");
}

/* Takes the lock of a folder; returns its descriptor, or -1 if it is in use or gone. */
static int folder_take(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    struct stat st;

    if (fd < 0)
        return -1;
    if (flock(fd, LOCK_EX | LOCK_NB) == 0 && fstat(fd, &st) == 0 && st.st_nlink > 0)
        return fd;
    close(fd);
    return -1;
}

static void folders_sweep(const char *base)
{
    char pattern[256];
    glob_t found;

    snprintf(pattern, sizeof(pattern), "%s/" FOLDER_PREFIX "*", base);
    if (glob(pattern, 0, NULL, &found) != 0)
        return;
    for (size_t i = 0; i < found.gl_pathc; i++) {
        int fd = folder_take(found.gl_pathv[i]);

        if (fd < 0)
            continue;
        (void)run_command("rm -rf --one-file-system '%s'", found.gl_pathv[i]);
        close(fd);
    }
    globfree(&found);
}

const char *test_folder(void)
{
    const char *base;

    if (folder_path[0] != '\0')
        return folder_path;
    base = folder_base();
    mounts_own();
    folders_sweep(base);
    /* Between its making and the lock another program may take it for one that was left behind. */
    while (folder_lock < 0) {
        snprintf(folder_path, sizeof(folder_path), "%s/" FOLDER_PREFIX "XXXXXX", base);
        ck_assert_ptr_nonnull(mkdtemp(folder_path));
        folder_lock = folder_take(folder_path);
    }
    return folder_path;
}

void test_folder_make(void)
{
    (void)test_folder();
}

void test_folder_remove(void)
{
    if (folder_path[0] != '\0')
        (void)run_command("rm -rf '%s'", folder_path);
    folder_path[0] = '\0';
    if (folder_lock >= 0)
        close(folder_lock);
    folder_lock = -1;
}
