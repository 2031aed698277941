/*
 * The vfs module: serves the file protocol over the boot archive at "/", a RAM file system at
 * "/tmp", the disk at "/disk", and "/dev" with what scripts expect there.
 *
 * A connection (nonos/supervisor.h) means the root directory without a buffer; ATTACH makes handles
 * of it. Each handle that a client holds is an object of the server loop; it is closed when its
 * last capability is gone.
 */
#include <stdlib.h>
#include <string.h>

#include <nonos/boot_info.h>
#include <nonos/runtime.h>
#include <nonos/server.h>

#include "archivefs.h"
#include "devfs.h"
#include "disk.h"
#include "file.h"
#include "ramfs.h"

#define TMP_BYTES  (64ull << 20)
#define TMP_INODES 16384u

/* What a badge stands for. */
struct client_handle {
    struct handle handle;
    struct waiting *waiting; /* requests on it that wait */
};

/* A request that waits for a pipe. */
struct waiting {
    struct waiting *next, **link; /* in its handle's list */
    struct nonos_server *server;
    nonos_handle reply;
    struct file_pending *pending;
};

static struct handle root;

static int64_t wall_clock(void)
{
    return (int64_t)nonos_time_wall();
}

/* ---- handles ---- */

/* Registers a handle, which is taken over, and puts its capability into the answer. */
static int client_handle_give(struct nonos_server *server, struct nonos_request *request,
                              struct handle *handle)
{
    nonos_handle cap;
    struct client_handle *client = calloc(1, sizeof(*client));
    int r = client ? 0 : NONOS_E_NO_MEMORY;
    if (r == 0) {
        client->handle = *handle;
        r = nonos_server_open(server, client, NONOS_ENDPOINT_SEND, &cap);
    }
    if (r < 0) {
        free(client);
        handle_close(handle);
        return r;
    }
    return nonos_request_give(request, cap);
}

static int request_attach(struct nonos_server *server, struct nonos_request *request,
                          const struct handle *from)
{
    struct nonos_buffer *buffer;
    struct handle handle;
    nonos_handle account = nonos_request_take(request, 0);
    int r = 0;

    if (account) {
        r = nonos_buffer_create(account, request->in.words[0], &buffer);
        (void)nonos_cap_delete(account);
    } else {
        buffer = nonos_buffer_find(request->in.words[NONOS_IPC_WORDS - 1]);
        r = buffer ? 0 : NONOS_E_DENIED;
    }
    if (r < 0)
        return r;
    request->out.words[0] = handle_kind(from);
    request->out.words[1] = buffer->key;
    nonos_handle memory = buffer->memory;
    handle_attach(from, buffer, &handle);
    r = client_handle_give(server, request, &handle);
    return r == 0 && account ? nonos_request_give(request, memory) : r;
}

static void waiting_unlink(struct waiting *waiting)
{
    *waiting->link = waiting->next;
    if (waiting->next)
        waiting->next->link = waiting->link;
}

static void waiting_answer(void *context, int result, const struct file_reply *reply)
{
    struct waiting *waiting = context;
    struct nonos_message out = nonos_message_make(0);
    memcpy(out.words, reply->words, sizeof(out.words));
    nonos_server_answer(waiting->server, waiting->reply, result, &out);
    waiting_unlink(waiting);
    free(waiting);
}

static int request_file(struct nonos_server *server, struct nonos_request *request,
                        struct client_handle *client)
{
    struct file_reply reply;
    struct waiting *waiting = malloc(sizeof(*waiting));
    if (!waiting)
        return NONOS_E_NO_MEMORY;
    *waiting = (struct waiting){client->waiting, &client->waiting, server, request->reply, NULL};
    if (client->waiting)
        client->waiting->link = &waiting->next;
    client->waiting = waiting;
    int r = file_request(&client->handle, request->in.label, request->in.words, &reply,
                         waiting_answer, waiting, &waiting->pending);
    if (r == FILE_WAITS)
        return NONOS_SERVER_LATER;
    waiting_unlink(waiting);
    free(waiting);
    memcpy(request->out.words, reply.words, sizeof(reply.words));
    for (size_t i = 0; i < reply.nhandles; i++) {
        int given = r < 0 ? r : client_handle_give(server, request, &reply.handles[i]);
        if (r < 0)
            handle_close(&reply.handles[i]);
        r = given;
    }
    return r;
}

static int vfs_call(struct nonos_server *server, struct nonos_request *request)
{
    struct client_handle *client = request->object;
    if (!client && !(request->badge & NONOS_SERVICE_BADGE))
        return NONOS_E_DENIED;
    if (request->in.label == NONOS_FILE_ATTACH)
        return request_attach(server, request, client ? &client->handle : &root);
    return client ? request_file(server, request, client) : NONOS_E_DENIED;
}

/*
 * The last capability to a handle is gone; who waited on it is gone too, or lost the right to wait.
 */
static void vfs_closed(struct nonos_server *server, void *object)
{
    struct client_handle *client = object;
    while (client->waiting) {
        struct waiting *waiting = client->waiting;
        struct nonos_message out = nonos_message_make(0);
        file_cancel(waiting->pending);
        nonos_server_answer(server, waiting->reply, NONOS_E_CANCELLED, &out);
        waiting_unlink(waiting);
        free(waiting);
    }
    handle_close(&client->handle);
    free(client);
}

static void vfs_signalled(struct nonos_server *server, uint64_t bits)
{
    (void)server;
    disk_signalled(bits);
}

static void vfs_idle(struct nonos_server *server)
{
    (void)server;
    disk_idle();
}

static const struct nonos_server_ops vfs_ops = {
    .call = vfs_call,
    .closed = vfs_closed,
    .signalled = vfs_signalled,
    .idle = vfs_idle,
};

/* ---- mounts ---- */

static int mount_directory(const char *path, struct fs *fs)
{
    struct target target;
    struct view *whole = view_create_whole();
    int r =
        whole ? walk(whole, view_root(whole), path, strlen(path), 0, &target) : NONOS_E_NO_MEMORY;
    view_release(whole);
    return r < 0 ? r : mount_at(target.at, path, fs);
}

static int mount_archive(void)
{
    struct nonos_cap_info info;
    struct fs *fs = NULL;
    void *bytes;
    nonos_handle memory = nonos_cap_find("archive");
    int r = memory ? nonos_cap_info(memory, &info) : NONOS_E_NOT_FOUND;
    if (r == 0)
        r = nonos_memory_map(memory, info.size, NONOS_PROT_READ, &bytes);
    if (r == 0)
        r = archivefs_create(bytes, info.size, &fs);
    if (r == 0)
        r = archivefs_add_directory(fs, "disk");
    if (r == 0)
        r = archivefs_add_directory(fs, "dev");
    if (r == 0)
        r = archivefs_add_directory(fs, "tmp");
    return r < 0 ? r : mount_root(fs);
}

static int mount_tmp(void)
{
    struct fs *fs = ramfs_create(TMP_BYTES, TMP_INODES);
    return fs ? mount_directory("/tmp", fs) : NONOS_E_NO_MEMORY;
}

/* Whether the manifest or the command line of the boot says that the disk is not to be written. */
static bool disk_is_read_only(int argc, char **argv)
{
    static const char word[] = "disk=ro";
    nonos_handle memory = nonos_cap_find("boot-info");
    size_t len = nonos_page_round(sizeof(struct nonos_boot_info));
    void *address;
    bool found = false;
    for (int i = 1; i < argc; i++)
        found |= strcmp(argv[i], word) == 0;
    if (!memory || nonos_memory_map(memory, len, NONOS_PROT_READ, &address) < 0)
        return found;
    const struct nonos_boot_info *info = address;
    const char *at = info->cmdline, *end = at + sizeof(info->cmdline);
    while (at < end && *at) {
        size_t n = 0;
        while (at + n < end && at[n] && at[n] != ' ')
            n++;
        found |= n == sizeof(word) - 1 && memcmp(at, word, n) == 0;
        at += n + (at + n < end && at[n] == ' ');
    }
    (void)nonos_mem_unmap(NONOS_SLOT_TASK, (uint64_t)(uintptr_t)address, len);
    return found;
}

static int run(int argc, char **argv)
{
    struct nonos_server server;
    struct view *whole;
    fs_clock = wall_clock;
    int r = nonos_server_init(&server, nonos_cap_find("serve"), &vfs_ops, NULL);
    if (r == 0)
        r = mount_archive();
    if (r == 0)
        r = mount_directory("/dev", devfs_get());
    if (r == 0)
        r = mount_tmp();
    if (r < 0)
        return r;
    whole = view_create_whole();
    r = whole ? handle_open_directory(&root, whole, view_root(whole), true) : NONOS_E_NO_MEMORY;
    if (r < 0)
        return r;
    disk_start(&server, "/disk", disk_is_read_only(argc, argv));
    return nonos_server_run(&server);
}

int main(int argc, char **argv)
{
    int r = run(argc, argv);
    if (r < 0)
        nonos_logf("vfs: %s\n", nonos_strerror(r));
    return 1;
}
