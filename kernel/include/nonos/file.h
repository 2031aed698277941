/*
 * The file protocol: how programs talk to files, directories, pipes and terminals. The vfs module and the console module serve it.
 *
 * An open file is an Endpoint capability with a badge that the server chose; having it is the
 * authority, there is no other check by name or user. Data and paths travel in a buffer that client
 * and server share; `at` is an offset into it. The client asks for the buffer (ATTACH) and pays for
 * it, the server makes it, so that nothing which the client revokes takes it away under the server's
 * hands. ATTACH gives a capability of the client's own for the same open file, bound to that buffer,
 * and the buffer's key, a random number. Every other request carries the key in w7 (DENIED if it is
 * not the one of the handle's buffer): so whoever inherits a handle must ATTACH it anew, and
 * never works on the buffer of another task. What is opened through a handle is bound to the same
 * buffer; a client with several inherited handles of one server binds them all to one buffer by
 * giving the key to ATTACH.
 * The server derives each capability it hands out with NONOS_DERIVE_WATCH and closes the file when the last one is gone: to close
 * is cap_delete. Reads of a pipe or terminal block (the server answers later); others do not.
 *
 * Request: message.label = enum nonos_file_op, words as listed. Reply: message.label = nonos_result (as int), words and caps as
 * listed after "->". Numbers that a client sends are checked against its buffer's length; RANGE if they do not fit.
 */
#ifndef NONOS_FILE_H
#define NONOS_FILE_H

#include <stdint.h>

#define NONOS_FILE_BUFFER_MAX (1u << 20)
#define NONOS_PATH_MAX        4096
#define NONOS_FILE_NAME_MAX   255
#define NONOS_FILE_CURRENT    0xffffffffffffffffull /* offset: the open file's own position */

enum nonos_file_op {
    /* caps[0] Account (CREATE), w0 length -> caps[0] the handle, caps[1] the buffer's Memory (READ,
     * WRITE), w0 enum nonos_file_kind, w1 the key.
     * With the key of a buffer that the client has at this server: w0 0, w7 key, no capability ->
     * caps[0] the handle, w0 kind. */
    NONOS_FILE_ATTACH = 1,
    NONOS_FILE_OPEN,      /* w0 at, w1 path len, w2 flags, w3 mode -> caps[0] the handle, w0 kind */
    NONOS_FILE_READ,      /* w0 at, w1 len, w2 offset -> w0 bytes, 0 at the end */
    NONOS_FILE_WRITE,     /* w0 at, w1 len, w2 offset -> w0 bytes */
    NONOS_FILE_SEEK,      /* w0 offset (signed), w1 whence 0 set, 1 current, 2 end -> w0 position */
    NONOS_FILE_STAT,      /* w0 at: struct nonos_file_stat -> */
    NONOS_FILE_STAT_PATH, /* w0 at of path, w1 path len, w2 1: do not follow a last symlink; the stat replaces the path at w0 -> */
    NONOS_FILE_READ_DIR, /* w0 at, w1 len: struct nonos_file_entry, packed -> w0 bytes, 0 at the end */
    NONOS_FILE_REWIND_DIR, /* -> */
    NONOS_FILE_MAKE_DIR,   /* w0 at, w1 path len, w2 mode -> */
    NONOS_FILE_REMOVE,     /* w0 at, w1 path len, w2 1: a directory -> */
    NONOS_FILE_RENAME,     /* w0 at, w1 len of old path, w2 at, w3 len of new path -> */
    NONOS_FILE_LINK,       /* as RENAME: existing, new -> */
    NONOS_FILE_SYMLINK,    /* as RENAME: target text, new -> */
    NONOS_FILE_READ_LINK,  /* w0 at, w1 path len; the target replaces the path -> w0 len */
    NONOS_FILE_TRUNCATE,   /* w0 size -> */
    NONOS_FILE_SET_MODE,   /* w0 at, w1 path len, w2 mode -> */
    NONOS_FILE_SET_TIMES,  /* w0 at, w1 path len, w2 access ns, w3 modification ns -> */
    NONOS_FILE_SYNC,       /* w0 enum nonos_file_sync -> */
    NONOS_FILE_STAT_FS,    /* w0 at: struct nonos_file_fs -> */
    NONOS_FILE_PIPE,       /* on any directory handle -> caps[0] reading end, caps[1] writing end */
    NONOS_FILE_VIEW, /* w0 at, w1 len: lines "PATH ro\n" or "PATH rw\n" -> caps[0] a directory with just these paths below it */
    NONOS_FILE_MOUNTS, /* w0 at, w1 len: text, a line a mount -> w0 bytes */

    /*
     * These change what the tree of files is made of: DENIED but on a directory that shows the whole tree, writable. There is one
     * disk, and it is mounted at most once.
     */
    NONOS_FILE_MOUNT, /* w0 at, w1 path len: a directory, w2 NONOS_MOUNT_* -> ; where the disk is mounted already: changes the mode */
    NONOS_FILE_UNMOUNT, /* w0 at, w1 path len -> ; BUSY while a file of it is open or a view shows it */
    /* w0 at, w1 len: the faults that were found, text, a line each, cut where it is full -> w0 bytes, w1 faults, w2 inodes, w3 directories,
     * w4 blocks in use, w5 NONOS_CHECK_*. BUSY while the disk is mounted writable. Changes nothing. */
    NONOS_FILE_CHECK_DISK,
    /* w0 at, w1 len: label of at most 16 bytes, w2 1: whatever is there -> ; makes an empty ext4 volume of all of the disk. BUSY while
     * it is mounted; EXISTS if there is a volume, a partition table or a boot sector. */
    NONOS_FILE_MAKE_DISK,

    /* Terminals only; others answer NOT_TERMINAL. */
    NONOS_FILE_TTY_MODE = 64, /* w0 flags NONOS_TTY_*, w1 1: set -> w0 flags before */
    NONOS_FILE_TTY_SIZE,      /* -> w0 columns, w1 rows */
    NONOS_FILE_TTY_INTERRUPT, /* caps[0] Notification (SIGNAL) or none, w0 bits: signalled at ^C -> */
};

/* OPEN: flags. A handle never allows more than the directory handle it was opened through. */
#define NONOS_OPEN_READ      0x01u
#define NONOS_OPEN_WRITE     0x02u
#define NONOS_OPEN_CREATE    0x04u
#define NONOS_OPEN_EXCLUSIVE 0x08u
#define NONOS_OPEN_TRUNCATE  0x10u
#define NONOS_OPEN_APPEND    0x20u
#define NONOS_OPEN_DIRECTORY 0x40u /* NOT_DIRECTORY if it is none */
#define NONOS_OPEN_NO_FOLLOW 0x80u

#define NONOS_MOUNT_READ_ONLY 1u /* nothing is written, not even by a replay of the journal */

#define NONOS_CHECK_JOURNAL 1u /* the journal holds changes that were not looked at */
#define NONOS_CHECK_ERRORS  2u /* who used the volume last found errors in it */

enum nonos_file_sync {
    NONOS_SYNC_ONE,  /* the file system of the handle */
    NONOS_SYNC_ALL,  /* every one */
    NONOS_SYNC_LAST, /* the same; then nothing is written until MOUNT, and volumes say that they are clean. DENIED as MOUNT is */
};

enum nonos_file_kind {
    NONOS_KIND_FILE = 1,
    NONOS_KIND_DIRECTORY,
    NONOS_KIND_SYMLINK,
    NONOS_KIND_PIPE,
    NONOS_KIND_TERMINAL,
    NONOS_KIND_DEVICE, /* an inode of a disk that means nothing here */
};

#define NONOS_TTY_ECHO 1u /* what is typed is shown */
#define NONOS_TTY_LINES \
    2u /* reads give whole lines, with erase (^H, DEL), kill (^U) and end of file (^D) */
#define NONOS_TTY_SIGNAL 4u /* ^C goes to TTY_INTERRUPT instead of the input */

struct nonos_file_stat {
    uint64_t device; /* of the file system */
    uint64_t inode;
    uint32_t kind; /* enum nonos_file_kind */
    uint32_t mode; /* permission bits as the file system has them; they grant nothing */
    uint32_t links;
    uint32_t uid;
    uint32_t gid;
    uint32_t block_size;
    uint64_t size;
    uint64_t blocks;                                    /* of 512 bytes */
    int64_t access_ns, change_ns, modify_ns, create_ns; /* since 1970 UTC */
};

/* One entry of READ_DIR; the next one starts at the next multiple of 8. */
struct nonos_file_entry {
    uint64_t inode;
    uint16_t len; /* of this entry, a multiple of 8 */
    uint8_t kind; /* enum nonos_file_kind */
    uint8_t name_len;
    char name[]; /* not NUL-terminated */
};

struct nonos_file_fs {
    char type[16];   /* "ext4", "ram", "archive" */
    char source[48]; /* device or label */
    uint64_t block_size, blocks, blocks_free, inodes, inodes_free;
    uint32_t read_only;
    uint32_t name_max;
};

#endif
