/*
 * What the verbs of the host command `nonfs` share: messages, the image, printing.
 */
#ifndef NONFS_TOOLS_COMMAND_H
#define NONFS_TOOLS_COMMAND_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <nonfs/ext4.h>
#include <nonfs/ext4_node.h>

#include "disk.h"

/* Exit codes; the manual page documents them. */
enum exit_code {
    EXIT_CODE_OK = 0,
    EXIT_CODE_CONTENT = 1, /* something in the volume was not found or could not be read */
    EXIT_CODE_USAGE = 2,   /* the command line is wrong */
    EXIT_CODE_IO = 3,      /* the image cannot be opened or mounted, or output cannot be written */
};

/* What a verb does with the volume. */
enum volume_use { VOLUME_READ, VOLUME_RECOVER, VOLUME_WRITE };

/* The command line of a verb, after its options. */
struct arguments {
    const char *image;
    char **paths; /* what follows the image */
    int npaths;
    int json;
    int detailed;       /* -l */
    int zero;           /* -0 */
    int recursive;      /* -r */
    int force;          /* -f */
    int parents;        /* -p */
    int ignore_journal; /* --ignore-journal */
    enum volume_use use;
};

/* A mounted image. */
struct volume {
    const char *image;
    struct disk disk;
    void *arena;
    struct nonfs_ext4 *fs;
    struct nonfs_ext4_info info; /* as it was before mounting */
};

/* Each verb returns an exit code. */
int command_ls(struct volume *volume, const struct arguments *arguments);
int command_tree(struct volume *volume, const struct arguments *arguments);
int command_find(struct volume *volume, const struct arguments *arguments);
int command_cat(struct volume *volume, const struct arguments *arguments);
int command_b3sum(struct volume *volume, const struct arguments *arguments);
int command_stat(struct volume *volume, const struct arguments *arguments);
int command_recover(struct volume *volume, const struct arguments *arguments);
int command_df(struct volume *volume, const struct arguments *arguments);
int command_cp(struct volume *volume, const struct arguments *arguments);
int command_mkdir(struct volume *volume, const struct arguments *arguments);
int command_mv(struct volume *volume, const struct arguments *arguments);
int command_rm(struct volume *volume, const struct arguments *arguments);

/* Verbs that have options of their own and no volume: argv[0] is the verb. */
int command_check(int argc, char **argv);
int command_gpt(int argc, char **argv);
int command_mkfs(int argc, char **argv);
int command_mount(int argc, char **argv);
int command_verity(int argc, char **argv);

/* Prints "nonfs: MESSAGE" to standard error. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Says how the command is used; returns EXIT_CODE_USAGE. */
int complain_usage(void);

/* Says why `path` could not be had; `result` is what libnonfs returned. */
void volume_complain(const struct volume *volume, const char *path, int result);

/* Opens and mounts the image. Returns 0, or -1 after a message. */
int volume_open(struct volume *volume, const struct arguments *arguments);
/* Unmounts it: what was changed is durable then. Returns 0, or -1 after a message. */
int volume_close(struct volume *volume);

/* Memory that must be there: ends the program if it is not. */
void *allocate(void *old, size_t size);

/* Opens what a path names; returns 0, or -1 after a message. */
int volume_lookup(struct volume *volume, const char *path, unsigned flags,
                  struct nonfs_ext4_node *node);

/* A name for a person: control characters are escaped when standard output is a terminal. */
void print_name(const char *name);
/* "drwxr-xr-x" and a NUL. */
void format_mode(char text[11], uint16_t mode);
/* The type in a word, as stat(1) says it. */
const char *type_name(uint16_t mode);
/* "2026-01-31 12:00:00", with ".123456789" if `nanoseconds`, in UTC. */
void print_time(const struct nonfs_time *t, int nanoseconds);
void print_uuid(const uint8_t uuid[16]);

#endif
