#include "clients.h"

#include <stdlib.h>
#include <string.h>

#include <nonos/runtime.h>

#define CLOSE_BIT 1u /* of the keeper's notification, beside the disk's */

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

/* What a worker takes for a request. */
struct work {
    struct work *next;
    struct file_work work;
};

static struct clients {
    struct nonos_server *server;
    const struct handle *root;
    const char *disk_path;
    const struct disk_options *disk_options;
    nonos_handle keeper;         /* its notification */
    struct nonos_mutex lock;     /* the server's; of what follows */
    struct work *works;          /* free ones: there are as many as workers */
    struct open_file *closing;   /* files that nobody holds */
    struct nonos_mutex settling; /* who closes them */
} clients;

/* ---- handles: with the lock held ---- */

/* Gives a handle up. To close a file can take long, so others do that. */
static void client_handle_drop(struct handle *handle)
{
    struct open_file *file = handle_drop(handle);
    if (!file)
        return;
    *file_next(file) = clients.closing;
    clients.closing = file;
    (void)nonos_notify_signal(clients.keeper, CLOSE_BIT);
}

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
        client_handle_drop(handle);
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

static int request_pipe(struct nonos_server *server, struct nonos_request *request,
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
    int r = file_pipe_request(&client->handle, request->in.label, request->in.words, &reply,
                              waiting_answer, waiting, &waiting->pending);
    if (r == FILE_WAITS)
        return NONOS_SERVER_LATER;
    waiting_unlink(waiting);
    free(waiting);
    memcpy(request->out.words, reply.words, sizeof(reply.words));
    return r;
}

/* The lock is left while the file system works, so the handle is held: its client may give it up meanwhile. */
static int request_file(struct nonos_server *server, struct nonos_request *request,
                        const struct client_handle *client)
{
    struct file_reply reply;
    struct handle held;
    struct work *work = clients.works;
    clients.works = work->next;
    handle_attach(&client->handle, nonos_buffer_hold(client->handle.buffer), &held);
    nonos_server_leave(server);
    int r = file_request(&held, request->in.label, request->in.words, &reply, &work->work);
    nonos_server_enter(server);
    work->next = clients.works;
    clients.works = work;
    memcpy(request->out.words, reply.words, sizeof(reply.words));
    for (size_t i = 0; i < reply.nhandles; i++) {
        reply.handles[i].buffer = nonos_buffer_hold(held.buffer);
        int given = r < 0 ? r : client_handle_give(server, request, &reply.handles[i]);
        if (r < 0)
            client_handle_drop(&reply.handles[i]);
        r = given;
    }
    client_handle_drop(&held);
    return r;
}

static int vfs_call(struct nonos_server *server, struct nonos_request *request)
{
    struct client_handle *client = request->object;
    if (!client && !(request->badge & NONOS_SERVICE_BADGE))
        return NONOS_E_DENIED;
    if (request->in.label == NONOS_FILE_ATTACH)
        return request_attach(server, request, client ? &client->handle : clients.root);
    if (!client)
        return NONOS_E_DENIED;
    return file_is_of_pipe(&client->handle, request->in.label)
               ? request_pipe(server, request, client)
               : request_file(server, request, client);
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
    client_handle_drop(&client->handle);
    free(client);
}

static void vfs_idle(struct nonos_server *server)
{
    (void)server;
    disk_idle();
}

/* ---- threads ---- */

void clients_settle(void)
{
    nonos_mutex_lock(&clients.settling);
    nonos_server_enter(clients.server);
    nonos_server_sweep(clients.server);
    struct open_file *file = clients.closing;
    clients.closing = NULL;
    nonos_server_leave(clients.server);
    while (file) {
        struct open_file *next = *file_next(file);
        file_close(file);
        file = next;
    }
    nonos_mutex_unlock(&clients.settling);
}

static void worker(void *argument)
{
    (void)argument;
    int r = nonos_server_work(clients.server);
    nonos_logf("vfs: %s\n", nonos_strerror(r));
    nonos_exit(1);
}

/* The disk is there, or is not, before the first request is taken. */
static void keeper(void *argument)
{
    uint64_t bits;
    (void)argument;
    disk_start(clients.server, clients.keeper, clients.disk_path, clients.disk_options);
    for (unsigned i = 0; i < CLIENTS_WORKERS; i++)
        if (nonos_thread_spawn(worker, NULL, 0) < 0)
            nonos_panic("vfs: a thread cannot be started");
    while (nonos_notify_wait(clients.keeper, CLOSE_BIT | DISK_BIT, NONOS_NEVER, &bits) == 0) {
        if (bits & CLOSE_BIT)
            clients_settle();
        if (bits & DISK_BIT)
            disk_work();
    }
}

static int works_make(void)
{
    for (unsigned i = 0; i < CLIENTS_WORKERS; i++) {
        struct work *work = malloc(sizeof(*work));
        if (!work)
            return NONOS_E_NO_MEMORY;
        work->next = clients.works;
        clients.works = work;
    }
    return 0;
}

int clients_init(struct nonos_server *server)
{
    static const struct nonos_server_ops ops = {
        .call = vfs_call, .closed = vfs_closed, .idle = vfs_idle};
    clients.server = server;
    int r = nonos_server_init(server, nonos_cap_find("serve"), &ops, NULL);
    if (r >= 0)
        r = nonos_mutex_init(&clients.lock);
    if (r >= 0)
        r = nonos_mutex_init(&clients.settling);
    if (r >= 0)
        r = nonos_object_create(NONOS_SLOT_ACCOUNT, NONOS_OBJECT_NOTIFICATION, 0, 0, 0,
                                &clients.keeper);
    nonos_server_share(server, &clients.lock);
    return r < 0 ? r : works_make();
}

int clients_start(const struct handle *root, const char *path, const struct disk_options *options)
{
    clients.root = root;
    clients.disk_path = path;
    clients.disk_options = options;
    return nonos_thread_spawn(keeper, NULL, 0);
}
