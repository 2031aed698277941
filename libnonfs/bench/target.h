/*
 * What the workload runs on: a volume in an image, behind the calls that a program makes. One file is open at a time,
 * and names are of the directory that was entered last. A call that fails ends the program.
 */
#ifndef NONFS_BENCH_TARGET_H
#define NONFS_BENCH_TARGET_H

#include <stddef.h>
#include <stdint.h>

struct target {
    const struct target_ops *ops;
    const char *image; /* path of the file that holds the volume */
    void *state;
};

struct target_ops {
    const char *name;
    /* Gets ready. Returns NULL, or why the target cannot be measured here. */
    const char *(*start)(struct target *t);
    void (*mount)(struct target *t); /* nothing is cached of before */
    void (*unmount)(struct target *t);
    void (*sync)(struct target *t);
    void (*make_directory)(struct target *t, const char *name); /* in the root */
    void (*enter)(struct target *t, const char *name);
    void (*create)(struct target *t, const char *name);
    void (*open)(struct target *t, const char *name);
    void (*write)(struct target *t, const void *buf, size_t len);
    size_t (*read)(struct target *t, void *buf, size_t len);
    void (*close)(struct target *t);
    void (*remove)(struct target *t, const char *name);
    uint64_t (*list)(struct target *t); /* returns how many entries there are, dots not counted */
    void (*find)(struct target *t, const char *name); /* and looks at the inode */
    void (*stop)(struct target *t);
};

extern const struct target_ops target_nonfs;
extern const struct target_ops target_linux;
extern const struct target_ops target_fuse2fs;

/* Prints what failed, with errno if that is not 0, and ends the program. */
_Noreturn void bench_die(const char *what);

/* Runs a shell command made from a format. Returns its exit status. */
int bench_command(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Makes an image with a new volume of the features that Debian's mke2fs gives, all of its memory there. */
void bench_make_image(const char *path, uint64_t size, const char *options);

#endif
