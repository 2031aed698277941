/*
 * What the suite of the vfs has for its tests: mounted file systems, a root, and a client's requests with their buffer.
 */
#ifndef VFS_TESTS_VFS_CLIENT_H
#define VFS_TESTS_VFS_CLIENT_H

#include <check.h>

#include <stdbool.h>

#include <nonos/archive.h>

#include <nonos/runtime.h>

#include "../archivefs.h"
#include "../devfs.h"
#include "../disk.h"
#include "../file.h"
#include "../pipe.h"
#include "../ramfs.h"
#include "../walk.h"
#include "ext4_disk.h"

#define BUFFER 65536
#define KEY    0x5eed

static struct fs *root_fs;
static struct handle root;
static struct nonos_buffer shared;
static uint8_t shared_bytes[BUFFER];
static int buffers_released;

/* Stand for kernel/runtime/src/buffer.c. */
struct nonos_buffer *nonos_buffer_hold(struct nonos_buffer *buffer)
{
    if (buffer)
        buffer->references++;
    return buffer;
}

void nonos_buffer_release(struct nonos_buffer *buffer)
{
    if (buffer && --buffer->references == 0)
        buffers_released++;
}

void nonos_logf(const char *format, ...)
{
    (void)format;
}

/* Stand for disk.c: a disk that is mounted on request and says with what. */
static struct fs *disk_fs;
static bool disk_read_only;

int disk_mount(struct place where, const char *path, size_t path_len, bool read_only)
{
    char text[64] = "";
    ck_assert_uint_lt(path_len, sizeof(text));
    memcpy(text, path, path_len);
    disk_read_only = read_only;
    return mount_at(where, text, disk_fs);
}

int disk_unmount(struct fs *fs)
{
    return mount_remove(fs);
}

int disk_check(char *text, size_t size, struct disk_verdict *verdict)
{
    ck_assert_uint_ge(size, 3);
    memcpy(text, "bad", 3);
    *verdict = (struct disk_verdict){3, 1, 12, 2, 100, true, false};
    return 0;
}

int disk_make(const char label[DISK_LABEL_SIZE], bool force)
{
    return force && memcmp(label, "L\0\0", 3) == 0 ? 0 : NONOS_E_EXISTS;
}

static void setup_root(void)
{
    mount_reset();
    ck_assert_int_eq(mount_root(root_fs), 0);
    struct view *whole = view_create_whole();
    struct handle bare;
    ck_assert_int_eq(handle_open_directory(&bare, whole, view_root(whole), true), 0);
    shared =
        (struct nonos_buffer){.references = 1, .bytes = shared_bytes, .len = BUFFER, .key = KEY};
    buffers_released = 0;
    handle_attach(&bare, &shared, &root);
    handle_close(&bare);
}

static void setup(void)
{
    root_fs = ramfs_create(4u << 20, 256);
    ck_assert_ptr_nonnull(root_fs);
    setup_root();
}

static void teardown_root(void)
{
    handle_close(&root);
    ck_assert_int_eq(buffers_released, 1);
    ck_assert_uint_eq(root_fs->users, 0);
}

static void teardown(void)
{
    teardown_root();
    ramfs_destroy(root_fs);
}

/* The same on an ext4 volume. */
static struct memory_disk ext4_disk;

static void setup_ext4(void)
{
    char message[EXTFS_MESSAGE_SIZE];
    ext4_disk_make(&ext4_disk, 5u << 20);
    root_fs = ext4_disk_mount(&ext4_disk, false, message);
    setup_root();
}

static void teardown_ext4(void)
{
    teardown_root();
    ck_assert_int_eq(extfs_destroy(root_fs), 0);
    memory_disk_free(&ext4_disk);
}

/* The last answer to a request that waited. */
static int answered, answer_result;
static uint64_t answer_word;

static void note_answer(void *context, int result, const struct file_reply *reply)
{
    (void)context;
    answered++;
    answer_result = result;
    answer_word = reply->words[0];
}

static struct file_pending *last_pending;

static int request(struct handle *h, uint32_t op, const uint64_t *words, struct file_reply *reply)
{
    uint64_t w[NONOS_IPC_WORDS];
    memcpy(w, words, sizeof(w));
    w[7] = KEY;
    return file_request(h, op, w, reply, note_answer, NULL, &last_pending);
}

static size_t put(size_t at, const char *text)
{
    memcpy(shared_bytes + at, text, strlen(text));
    return strlen(text);
}

static int open_path(struct handle *dir, const char *path, uint64_t flags, struct handle *out)
{
    struct file_reply reply;
    uint64_t w[NONOS_IPC_WORDS] = {0, put(0, path), flags, 0644};
    int r = request(dir, NONOS_FILE_OPEN, w, &reply);
    if (r == 0)
        *out = reply.handles[0];
    return r;
}

static int path_op(struct handle *dir, uint32_t op, const char *path, uint64_t w2)
{
    struct file_reply reply;
    uint64_t w[NONOS_IPC_WORDS] = {0, put(0, path), w2};
    return request(dir, op, w, &reply);
}

static int two_path_op(struct handle *dir, uint32_t op, const char *a, const char *b)
{
    struct file_reply reply;
    uint64_t w[NONOS_IPC_WORDS] = {0, put(0, a), 8192, put(8192, b)};
    return request(dir, op, w, &reply);
}

static void write_file(struct handle *dir, const char *path, const char *text)
{
    struct handle f;
    struct file_reply reply;
    ck_assert_int_eq(
        open_path(dir, path, NONOS_OPEN_WRITE | NONOS_OPEN_CREATE | NONOS_OPEN_TRUNCATE, &f), 0);
    uint64_t w[NONOS_IPC_WORDS] = {0, put(0, text), NONOS_FILE_CURRENT};
    ck_assert_int_eq(request(&f, NONOS_FILE_WRITE, w, &reply), 0);
    ck_assert_uint_eq(reply.words[0], strlen(text));
    handle_close(&f);
}

static int read_file(struct handle *dir, const char *path, char *text, size_t size)
{
    struct handle f;
    struct file_reply reply;
    int r = open_path(dir, path, NONOS_OPEN_READ, &f);
    if (r < 0)
        return r;
    uint64_t w[NONOS_IPC_WORDS] = {0, size - 1, 0};
    r = request(&f, NONOS_FILE_READ, w, &reply);
    if (r == 0) {
        memcpy(text, shared_bytes, reply.words[0]);
        text[reply.words[0]] = '\0';
    }
    handle_close(&f);
    return r;
}

/* Names in a directory, in order, each followed by a space. */
static void list(struct handle *dir, const char *path, char *names)
{
    struct handle d;
    struct file_reply reply;
    names[0] = '\0';
    ck_assert_int_eq(open_path(dir, path, NONOS_OPEN_READ | NONOS_OPEN_DIRECTORY, &d), 0);
    for (;;) {
        uint64_t w[NONOS_IPC_WORDS] = {0, 300};
        ck_assert_int_eq(request(&d, NONOS_FILE_READ_DIR, w, &reply), 0);
        if (reply.words[0] == 0)
            break;
        for (size_t at = 0; at < reply.words[0];) {
            struct nonos_file_entry *e = (struct nonos_file_entry *)(shared_bytes + at);
            strncat(names, e->name, e->name_len);
            strcat(names, " ");
            at += e->len;
        }
    }
    handle_close(&d);
}

#endif
