#include "capture.h"

#include <string.h>

#include <nonos/buffer.h>
#include <nonos/server.h>
#include <nonos/thread.h>

#include "client.h"
#include "host.h"

#define CAPTURES_MAX 4u

/*
 * The buffer is the client's to read and ours to write: nothing is ever read back from it, and how far the client has read is what it said last.
 * Invariant: taken <= written <= taken + the buffer's length.
 */
static struct capture {
    struct client *client; /* NULL: free */
    struct nonos_buffer *buffer;
    nonos_handle handle; /* parent of what the client holds */
    nonos_handle wake;   /* the client's */
    uint64_t wake_bits;
    uint64_t written, taken; /* bytes, ever */
    uint64_t frames, dropped;
    uint32_t snap_len;
    uint32_t generation;
    uint64_t told; /* `written` in the last answer */
    bool waits;    /* nothing was signalled since then */
} captures[CAPTURES_MAX];

static nonos_handle service;

/* ---- frames ---- */

static void put(struct capture *c, const void *bytes, size_t len)
{
    size_t at = (size_t)(c->written % c->buffer->len), first = c->buffer->len - at;
    if (first > len)
        first = len;
    memcpy(c->buffer->bytes + at, bytes, first);
    memcpy(c->buffer->bytes, (const uint8_t *)bytes + first, len - first);
    c->written += len;
}

bool capture_runs(void)
{
    for (unsigned i = 0; i < CAPTURES_MAX; i++)
        if (captures[i].client)
            return true;
    return false;
}

void capture_frame(const uint8_t *frame, size_t len, uint16_t flags)
{
    for (unsigned i = 0; i < CAPTURES_MAX; i++) {
        struct capture *c = &captures[i];
        if (!c->client)
            continue;
        size_t kept = len < c->snap_len ? len : c->snap_len;
        struct nonos_net_frame head = {nonos_time_wall(), (uint32_t)len, (uint16_t)kept, flags};
        if (sizeof(head) + kept > c->buffer->len - (c->written - c->taken)) {
            c->dropped++;
            continue;
        }
        c->frames++;
        put(c, &head, sizeof(head));
        put(c, frame, kept);
    }
}

void capture_wake(void)
{
    for (unsigned i = 0; i < CAPTURES_MAX; i++) {
        struct capture *c = &captures[i];
        if (!c->client || !c->waits || c->written == c->told)
            continue;
        c->waits = false;
        (void)nonos_notify_signal(c->wake, c->wake_bits);
    }
}

/* ---- captures ---- */

static void capture_end(struct capture *c)
{
    if (c->handle) {
        (void)nonos_cap_revoke(c->handle);
        (void)nonos_cap_delete(c->handle);
    }
    (void)nonos_cap_delete(c->wake);
    nonos_buffer_release(c->buffer);
    client_return(c->client, SHARE_CAPTURES, 1);
    client_release(c->client);
    *c = (struct capture){.generation = c->generation + 1};
}

void capture_sweep(void)
{
    for (unsigned i = 0; i < CAPTURES_MAX; i++) {
        struct nonos_cap_info info;
        struct capture *c = &captures[i];
        if (c->client && nonos_cap_info(c->handle, &info) >= 0 && info.nchildren == 0)
            capture_end(c);
    }
}

static uint64_t badge_of(const struct capture *c)
{
    return (uint64_t)(c->generation & 0x7fffffff) << 32 | (uint64_t)(c - captures + 1);
}

static struct capture *capture_of(uint64_t badge)
{
    uint64_t index = (badge & 0xffffffff) - 1;
    if (index >= CAPTURES_MAX || !captures[index].client || badge_of(&captures[index]) != badge)
        return NULL;
    return &captures[index];
}

static int capture_make(struct capture *c, nonos_handle account, const struct nonos_message *m)
{
    struct nonos_cap_info info;
    int r = nonos_cap_info(m->caps[1], &info);
    if (r >= 0 && info.type != NONOS_OBJECT_NOTIFICATION)
        r = NONOS_E_INVALID;
    if (r >= 0)
        r = nonos_buffer_create(account, m->words[0], &c->buffer);
    if (r < 0)
        return r;
    r = nonos_cap_derive(
        service, NONOS_ENDPOINT_SEND | NONOS_RIGHT_GRANT | NONOS_RIGHT_REVOKE | NONOS_RIGHT_INSPECT,
        badge_of(c), NONOS_NEVER, NONOS_DERIVE_WATCH, &c->handle);
    if (r < 0)
        nonos_buffer_release(c->buffer);
    return r;
}

/* Takes the Notification of the request if it succeeds. */
static int capture_open(struct nonos_message *m)
{
    struct capture *c = captures;
    struct client *client;
    if (m->ncaps < 2 || m->words[1] == 0 || m->words[1] > UINT16_MAX ||
        m->words[0] < NONOS_NET_CAPTURE_MIN || m->words[0] > NONOS_NET_BUFFER_MAX)
        return NONOS_E_INVALID;
    int r = client_of(m->caps[0], &client);
    if (r < 0)
        return r;
    r = client_take(client, SHARE_CAPTURES, 1) ? NONOS_OK : NONOS_E_NO_SPACE;
    while (r >= 0 && c->client)
        c++; /* there are as many as the shares allow */
    if (r >= 0 && (r = capture_make(c, m->caps[0], m)) < 0)
        client_return(client, SHARE_CAPTURES, 1);
    if (r < 0) {
        client_release(client);
        return r;
    }
    c->client = client;
    c->wake = m->caps[1];
    c->wake_bits = m->words[2];
    c->snap_len = (uint32_t)m->words[1];
    c->waits = true;
    (void)nonos_cap_delete(m->caps[0]);
    *m = (struct nonos_message){.ncaps = 2, .caps = {c->handle, c->buffer->memory}};
    return NONOS_OK;
}

static int capture_read(struct capture *c, struct nonos_message *m)
{
    uint64_t taken = m->words[0];
    if (taken < c->taken || taken > c->written)
        return NONOS_E_INVALID;
    c->taken = taken;
    c->told = c->written;
    c->waits = true;
    memset(m->words, 0, sizeof(m->words));
    m->words[0] = c->written;
    m->words[1] = c->frames;
    m->words[2] = c->dropped;
    return NONOS_OK;
}

/* ---- requests ---- */

static int request(struct nonos_message *m)
{
    struct capture *c = capture_of(m->badge);
    if (m->badge & NONOS_SERVICE_BADGE)
        return m->label == NONOS_NET_CAPTURE ? capture_open(m) : NONOS_E_NO_CALL;
    if (!c)
        return m->badge ? NONOS_E_PEER_GONE : NONOS_E_DENIED;
    return m->label == NONOS_NET_CAPTURE_READ ? capture_read(c, m) : NONOS_E_NO_CALL;
}

/* What came with a request and was not kept. */
static void caps_drop(struct nonos_message *m)
{
    for (uint32_t i = 0; i < m->ncaps && i < NONOS_IPC_CAPS; i++)
        (void)nonos_cap_delete(m->caps[i]);
    m->ncaps = 0;
}

/* Answers, too: a capture that nobody holds yet must not be swept. */
static void request_answer(nonos_handle reply, struct nonos_message *m)
{
    bool opens = m->label == NONOS_NET_CAPTURE;
    nonos_mutex_lock(&host.lock);
    int r = request(m);
    if (r < 0 || !opens)
        caps_drop(m);
    m->label = (uint32_t)r;
    (void)!nonos_ipc_reply_wait(0, reply, m);
    capture_sweep();
    nonos_mutex_unlock(&host.lock);
}

static void serve(void *argument)
{
    struct nonos_message m;
    (void)argument;
    for (;;) {
        m = nonos_message_make(0);
        int r = nonos_ipc_reply_wait(service, 0, &m);
        if (r < 0)
            return; /* the endpoint is gone */
        if (r > 0)
            request_answer((nonos_handle)r, &m);
    }
}

int capture_start(nonos_handle endpoint)
{
    service = endpoint;
    int r = nonos_notify_watch(endpoint, host.server.notification, HOST_BIT_CAPTURE);
    return r < 0 ? r : nonos_thread_spawn(serve, NULL, 0);
}
