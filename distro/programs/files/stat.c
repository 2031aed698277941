/* stat: what the file system knows of a file. */
#include "../lib/mode.h"
#include "../lib/program.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct program about = {
    "stat",
    "usage: stat [-L] PATH...\n\n"
    "Shows type, size, permissions, owner, links and times (UTC) of each path.\n\n"
    "  -L   of what a symbolic link names, not of the link\n\n"
    "Exit status: 0, or 1 if a path could not be looked at.\n",
    PROGRAM_FAILED,
};

static const char *kind(mode_t mode)
{
    if (S_ISREG(mode))
        return "file";
    if (S_ISDIR(mode))
        return "directory";
    if (S_ISLNK(mode))
        return "symbolic link";
    if (S_ISFIFO(mode))
        return "pipe";
    if (S_ISCHR(mode))
        return "character device";
    if (S_ISBLK(mode))
        return "block device";
    return "special file";
}

static void time_print(const char *label, const struct timespec *t)
{
    char when[24];
    mode_time(when, sizeof(when), t->tv_sec);
    printf("%9s %s.%09ld\n", label, when, (long)t->tv_nsec);
}

static void print(const char *path, const struct stat *st)
{
    char mode[11], target[4096];
    ssize_t len = S_ISLNK(st->st_mode) ? readlink(path, target, sizeof(target)) : -1;

    printf("     Path %s", path);
    if (len >= 0)
        printf(" -> %.*s", (int)len, target);
    mode_text(mode, st->st_mode);
    printf("\n     Type %s\n", kind(st->st_mode));
    printf("     Size %llu bytes, %llu blocks of 512, I/O block %lu\n",
           (unsigned long long)st->st_size, (unsigned long long)st->st_blocks,
           (unsigned long)st->st_blksize);
    printf("   Device %llu, inode %llu, links %lu\n", (unsigned long long)st->st_dev,
           (unsigned long long)st->st_ino, (unsigned long)st->st_nlink);
    printf("     Mode %04o %s, uid %lu, gid %lu\n", (unsigned)(st->st_mode & 07777), mode,
           (unsigned long)st->st_uid, (unsigned long)st->st_gid);
    time_print("Accessed", &st->st_atim);
    time_print("Modified", &st->st_mtim);
    time_print("Changed", &st->st_ctim);
}

int main(int argc, char **argv)
{
    bool follow = false;
    int status = PROGRAM_OK;

    program_start(&about);
    struct options o = options_begin(argc, argv, "L", NULL);
    while (options_next(&o))
        follow = true;
    if (o.noperands == 0)
        program_misuse("no path is named");
    for (int i = 0; i < o.noperands; i++) {
        struct stat st;
        if ((follow ? stat(o.operands[i], &st) : lstat(o.operands[i], &st)) != 0) {
            program_errno(o.operands[i]);
            status = PROGRAM_FAILED;
        } else {
            print(o.operands[i], &st);
        }
    }
    return program_end(status);
}
