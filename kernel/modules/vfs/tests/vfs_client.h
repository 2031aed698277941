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
#include "../tmpfs.h"
#include "../tree.h"

#define BUFFER 65536
#define KEY    0x5eed

static struct nonfs_fs *root_fs;
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

/* Stand for the kernel. */
uint64_t nonos_time_wall(void)
{
    return 0;
}

int nonos_random(void *bytes, size_t len)
{
    memset(bytes, 0x5a, len);
    return 0;
}

void nonos_logf(const char *format, ...)
{
    (void)format;
}

/* Stand for disk.c: a disk that is mounted on request and says with what. */
static struct nonfs_fs *disk_fs;
static bool disk_read_only;

int disk_mount(struct nonfs_place where, const char *path, size_t path_len, bool read_only)
{
    char text[64] = "";
    ck_assert_uint_lt(path_len, sizeof(text));
    memcpy(text, path, path_len);
    disk_read_only = read_only;
    return tree_result(nonfs_vfs_mount(&tree, where, text, disk_fs));
}

void disk_enter(void)
{
}

void disk_leave(void)
{
}

int disk_unmount(struct nonfs_fs *fs)
{
    return tree_result(nonfs_vfs_unmount(&tree, fs));
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

static void handle_close(struct handle *handle)
{
    struct open_file *file = handle_drop(handle);
    if (file)
        file_close(file);
}

static void setup_root_with(const struct nonfs_locks *locks)
{
    static struct nonfs_view whole;
    struct handle bare;
    ck_assert_int_eq(tree_reset(locks), 0);
    ck_assert_int_eq(nonfs_vfs_mount_root(&tree, root_fs), 0);
    nonfs_view_whole(&whole, &tree, NULL);
    ck_assert_int_eq(handle_open_view(&bare, &whole, true), 0);
    shared =
        (struct nonos_buffer){.references = 1, .bytes = shared_bytes, .len = BUFFER, .key = KEY};
    buffers_released = 0;
    handle_attach(&bare, &shared, &root);
    handle_close(&bare);
}

static void setup_root(void)
{
    setup_root_with(NULL);
}

static void setup(void)
{
    ck_assert_int_eq(tmpfs_create(4u << 20, 256, 1, NULL, &root_fs), 0);
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
    tmpfs_destroy(root_fs);
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

static int request_words(struct handle *h, uint32_t op, const uint64_t *w, struct file_reply *reply)
{
    static struct file_work work;
    if (file_is_of_pipe(h, op))
        return file_pipe_request(h, op, w, reply, note_answer, NULL, &last_pending);
    int r = file_request(h, op, w, reply, &work);
    for (size_t i = 0; i < reply->nhandles; i++)
        reply->handles[i].buffer = nonos_buffer_hold(h->buffer);
    return r;
}

static int request(struct handle *h, uint32_t op, const uint64_t *words, struct file_reply *reply)
{
    uint64_t w[NONOS_IPC_WORDS];
    memcpy(w, words, sizeof(w));
    w[7] = KEY;
    return request_words(h, op, w, reply);
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
