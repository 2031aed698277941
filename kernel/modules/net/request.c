/*
 * What clients ask. A request is tried; what cannot be answered yet waits in a list and is tried again whenever something has happened,
 * until its time is over. Trying decides and answers in one place, so it makes no difference when a request came.
 */
#include <stdlib.h>
#include <string.h>

#include "object.h"
#include "socket.h"

#define WAITS       2 /* result of a try: not yet */
#define PING_MAX    8192u
#define BACKLOG_MAX 4u /* of a listener: connections that have buffers and nobody yet */
#define US_PER_MS   1000u
#define MS_MAX      (365ull * 24 * 3600 * 1000)

struct request {
    struct request *next;
    struct object *object;
    nonos_handle reply;
    uint32_t op;
    uint64_t words[NONOS_IPC_WORDS];
    uint64_t deadline; /* in the stack's time */
    bool begun;
    uint32_t sent;          /* SEND on TCP: bytes that the connection has taken */
    struct object *made;    /* CONNECT: the socket */
    char *name;             /* RESOLVE */
    struct dns_query query; /* RESOLVE */
    bool named;             /* RESOLVE: a name of the client's share is taken */
    uint16_t sequence;      /* PING */
    bool answered;          /* PING */
    struct nonnet_echo_answer answer;
};

static const struct nonnet_interface_handle any_interface = {0};
static struct request *waiting;

/* The `len` bytes at `at` in the object's buffer, or NULL. The client may change them at any time. */
static uint8_t *buffer_at(const struct object *o, uint64_t at, uint64_t len)
{
    return at <= o->buffer->len && len <= o->buffer->len - at ? o->buffer->bytes + at : NULL;
}

/* ---- on a session ---- */

static int connect_begin(struct request *q)
{
    struct nonnet_endpoint peer;
    if (!host_from_words(&peer, q->words))
        return NONOS_E_INVALID;
    q->made = object_create(NONOS_NET_TCP, q->object->client, q->object->buffer, 0);
    if (!q->made)
        return NONOS_E_NO_SPACE;
    return host_result(nonnet_tcp_connect(host.stack, NULL, &peer, any_interface, NULL,
                                          &q->made->tcp, host_now()));
}

static int try_connect(struct request *q, struct nonos_message *out)
{
    struct nonnet_tcp_info info;
    int r = q->begun ? NONOS_OK : connect_begin(q);
    q->begun = true;
    if (r == NONOS_OK)
        r = host_result(nonnet_tcp_error(host.stack, q->made->tcp));
    if (r == NONOS_OK)
        r = host_result(nonnet_tcp_info(host.stack, q->made->tcp, &info));
    if (r < 0)
        return r;
    if (info.state == NONNET_TCP_SYN_SENT || info.state == NONNET_TCP_SYN_RECEIVED)
        return WAITS;
    struct object *made = q->made;
    q->made = NULL;
    return object_give(made, out);
}

static int try_listen(struct request *q, struct nonos_message *out)
{
    struct nonnet_endpoint local;
    if (!host_from_words(&local, q->words) || q->words[3] == 0 || q->words[3] > UINT16_MAX)
        return NONOS_E_INVALID;
    uint16_t backlog = (uint16_t)(q->words[3] < BACKLOG_MAX ? q->words[3] : BACKLOG_MAX);
    struct object *o =
        object_create(NONOS_NET_LISTENER, q->object->client, q->object->buffer, backlog);
    if (!o)
        return NONOS_E_NO_SPACE;
    o->local = local;
    int r = host_result(nonnet_tcp_listen(host.stack, &local, backlog, NULL, &o->listener));
    if (r < 0) {
        object_destroy(o);
        return r;
    }
    return object_give(o, out);
}

static int datagram_set_up(struct object *o, const struct nonnet_endpoint *peer, uint16_t port)
{
    struct nonnet_endpoint local = {.address.version = peer->address.version, .port = port};
    int r = nonnet_udp_open(host.stack, peer->address.version, &o->udp);
    if (r == NONNET_OK && port)
        r = nonnet_udp_bind(host.stack, o->udp, &local);
    o->has_peer = peer->port != 0;
    if (r == NONNET_OK && o->has_peer)
        r = nonnet_udp_connect(host.stack, o->udp, peer, any_interface);
    return host_result(r);
}

static int try_datagram(struct request *q, struct nonos_message *out)
{
    struct nonnet_endpoint peer;
    if (!host_from_words(&peer, q->words) || q->words[3] > UINT16_MAX)
        return NONOS_E_INVALID;
    struct object *o = object_create(NONOS_NET_UDP, q->object->client, q->object->buffer, 0);
    if (!o)
        return NONOS_E_NO_SPACE;
    int r = datagram_set_up(o, &peer, (uint16_t)q->words[3]);
    if (r < 0) {
        object_destroy(o);
        return r;
    }
    return object_give(o, out);
}

static int ping_begin(struct request *q)
{
    static const uint8_t data[PING_MAX];
    static uint16_t sequence;
    struct nonnet_endpoint to;
    if (!host_from_words(&to, q->words) || q->words[3] > PING_MAX)
        return NONOS_E_INVALID;
    q->sequence = sequence++;
    return host_result(nonnet_echo_send(host.stack, &to.address, any_interface, q->sequence, data,
                                        (size_t)q->words[3], host_now()));
}

static int try_ping(struct request *q, struct nonos_message *out)
{
    int r = q->begun ? NONOS_OK : ping_begin(q);
    q->begun = true;
    if (r < 0)
        return r;
    if (!q->answered)
        return WAITS;
    out->words[0] = q->answer.round_trip_us;
    out->words[1] = q->answer.hop_limit;
    out->words[2] = q->answer.len;
    return NONOS_OK;
}

void requests_echo(const struct nonnet_echo_answer *answer)
{
    for (struct request *q = waiting; q; q = q->next)
        if (q->op == NONOS_NET_PING && q->sequence == answer->sequence && !q->answered) {
            q->answered = true;
            q->answer = *answer;
            return;
        }
}

static int resolve_begin(struct request *q)
{
    uint64_t len = q->words[1];
    const uint8_t *bytes = buffer_at(q->object, q->words[0], len);
    if (!bytes)
        return NONOS_E_RANGE;
    if (len == 0 || len > NONOS_NET_NAME_MAX || (q->words[2] != 4 && q->words[2] != 6))
        return NONOS_E_INVALID;
    q->named = client_take(q->object->client, SHARE_NAMES, 1);
    if (!q->named)
        return NONOS_E_NO_SPACE;
    q->name = malloc(len + 1);
    if (!q->name)
        return NONOS_E_NO_MEMORY;
    memcpy(q->name, bytes, len);
    q->name[len] = '\0';
    return dns_ask(q->name, (uint8_t)q->words[2], &q->query);
}

static int resolve_end(const struct request *q, const struct nonnet_resolver_answer *answer,
                       struct nonos_message *out)
{
    uint8_t *bytes = buffer_at(q->object, q->words[0], (uint64_t)answer->count * 16);
    if (!bytes)
        return NONOS_E_RANGE;
    for (unsigned i = 0; i < answer->count; i++)
        memcpy(bytes + 16u * i, answer->addresses[i].octet, 16);
    out->words[0] = answer->count;
    out->words[1] = answer->ttl;
    return NONOS_OK;
}

static int try_resolve(struct request *q, struct nonos_message *out)
{
    struct nonnet_resolver_answer answer;
    int r = q->begun ? NONOS_OK : resolve_begin(q);
    q->begun = true;
    if (r == NONOS_OK)
        r = dns_answer(&q->query, &answer);
    if (r == NONOS_E_PEER_GONE) {
        r = dns_ask(q->name, (uint8_t)q->words[2], &q->query);
        return r < 0 ? r : WAITS;
    }
    if (r == NONOS_E_BUSY)
        return WAITS;
    return r < 0 ? r : resolve_end(q, &answer, out);
}

/* ---- on a socket ---- */

/* Why nothing can be sent or received any more; `orderly` if it ended as it should. */
static int tcp_end(const struct object *o, int orderly)
{
    int r = host_result(nonnet_tcp_error(host.stack, o->tcp));
    return r < 0 ? r : orderly;
}

static int try_accept(struct request *q, struct nonos_message *out)
{
    struct nonnet_endpoint peer;
    struct nonnet_tcp_handle tcp;
    if (q->object->kind != NONOS_NET_LISTENER)
        return NONOS_E_UNSUPPORTED;
    struct object *o = object_create(NONOS_NET_TCP, q->object->client, q->object->buffer, 0);
    if (!o)
        return NONOS_E_NO_SPACE;
    int r = nonnet_tcp_accept(host.stack, q->object->listener, &tcp, &peer);
    if (r != NONNET_OK) {
        object_destroy(o);
        return r == NONNET_E_EMPTY ? WAITS : host_result(r);
    }
    o->tcp = tcp;
    host_to_words(out->words, &peer.address, peer.port);
    return object_give(o, out);
}

/*
 * Bytes go as the connection has room for them, and the answer when it has all: one for each acknowledgement would have the client
 * started that often. One that waits no longer, or cannot, says how many went; the next one finds out why no more did.
 */
static int send_tcp(struct request *q, const uint8_t *data, uint32_t len, struct nonos_message *out)
{
    uint32_t n = 0;
    if (len == 0)
        return NONOS_E_INVALID;
    int r = nonnet_tcp_write(host.stack, q->object->tcp, data + q->sent, len - q->sent, &n);
    q->sent += n;
    out->words[0] = q->sent;
    if (r == NONNET_E_FULL || (r == NONNET_OK && q->sent < len))
        return WAITS;
    if (r == NONNET_OK || q->sent > 0)
        return NONOS_OK;
    return r == NONNET_E_CLOSED ? tcp_end(q->object, NONOS_E_PIPE) : host_result(r);
}

static int send_udp(const struct request *q, const uint8_t *data, size_t len,
                    struct nonos_message *out)
{
    const struct object *o = q->object;
    struct nonnet_udp_message message = {0};
    if (!o->has_peer && !host_from_words(&message.peer, q->words + 3))
        return NONOS_E_INVALID;
    int r =
        nonnet_udp_send(host.stack, o->udp, o->has_peer ? NULL : &message, data, len, host_now());
    out->words[0] = len;
    return r == NONNET_E_FULL ? WAITS : host_result(r);
}

static int try_send(struct request *q, struct nonos_message *out)
{
    const struct object *o = q->object;
    uint64_t len = q->words[1];
    const uint8_t *data = buffer_at(o, q->words[0], len);
    if (!data)
        return NONOS_E_RANGE;
    if (o->kind == NONOS_NET_TCP)
        return send_tcp(q, data, (uint32_t)len, out);
    return o->kind == NONOS_NET_UDP ? send_udp(q, data, len, out) : NONOS_E_UNSUPPORTED;
}

static int receive_udp(const struct object *o, uint8_t *data, size_t size,
                       struct nonos_message *out)
{
    struct nonnet_udp_message message;
    size_t len;
    int r = nonnet_udp_receive(host.stack, o->udp, data, size, &len, &message);
    if (r == NONNET_E_EMPTY) {
        r = host_result(nonnet_udp_take_error(host.stack, o->udp));
        return r < 0 ? r : WAITS;
    }
    if (r != NONNET_OK)
        return host_result(r);
    out->words[0] = len;
    host_to_words(out->words + 1, &message.peer.address, message.peer.port);
    return NONOS_OK;
}

static int try_receive(struct request *q, struct nonos_message *out)
{
    const struct object *o = q->object;
    uint64_t size = q->words[1];
    uint8_t *data = buffer_at(o, q->words[0], size);
    uint32_t n = 0;
    if (!data)
        return NONOS_E_RANGE;
    if (o->kind == NONOS_NET_UDP)
        return receive_udp(o, data, size, out);
    if (o->kind != NONOS_NET_TCP)
        return NONOS_E_UNSUPPORTED;
    if (size == 0)
        return NONOS_E_INVALID;
    int r = nonnet_tcp_read(host.stack, o->tcp, data, (uint32_t)size, &n);
    if (r == NONNET_E_EMPTY)
        return WAITS;
    if (r == NONNET_E_CLOSED)
        return tcp_end(o, NONOS_OK); /* no bytes */
    out->words[0] = n;
    return host_result(r);
}

static int try_shutdown(struct request *q)
{
    if (q->object->kind != NONOS_NET_TCP)
        return NONOS_E_UNSUPPORTED;
    return host_result(nonnet_tcp_shutdown(host.stack, q->object->tcp, host_now()));
}

static bool is_keep_alive_time(uint64_t ms)
{
    return ms >= NONOS_NET_KEEP_ALIVE_MS_MIN && ms <= NONOS_NET_KEEP_ALIVE_MS_MAX;
}

static int try_keep_alive(const struct request *q)
{
    uint64_t idle = q->words[0], interval = q->words[1], count = q->words[2];
    if (q->object->kind != NONOS_NET_TCP)
        return NONOS_E_UNSUPPORTED;
    if (idle == 0)
        return host_result(nonnet_tcp_set_keepalive(host.stack, q->object->tcp, 0, 0, 0));
    if (!is_keep_alive_time(idle) || !is_keep_alive_time(interval) ||
        count < NONOS_NET_KEEP_ALIVE_COUNT_MIN || count > NONOS_NET_KEEP_ALIVE_COUNT_MAX)
        return NONOS_E_INVALID;
    return host_result(nonnet_tcp_set_keepalive(host.stack, q->object->tcp, (uint32_t)idle,
                                                (uint32_t)interval, (uint8_t)count));
}

static int try_socket(struct request *q, struct nonos_message *out)
{
    struct nonnet_endpoint local = q->object->local, peer = {0};
    struct nonnet_tcp_info info;
    int r = NONNET_OK;
    out->words[6] = q->object->kind;
    if (q->object->kind == NONOS_NET_UDP)
        r = nonnet_udp_endpoints(host.stack, q->object->udp, &local, &peer);
    if (q->object->kind == NONOS_NET_TCP) {
        r = nonnet_tcp_info(host.stack, q->object->tcp, &info);
        local = info.local;
        peer = info.peer;
        out->words[6] |= (uint64_t)info.state << 8;
    }
    host_to_words(out->words, &local.address, local.port);
    host_to_words(out->words + 3, &peer.address, peer.port);
    return host_result(r);
}

/* ---- requests ---- */

static int try(struct request *q, struct nonos_message *out)
{
    bool session = q->object->kind == OBJECT_SESSION;
    if (session != (q->op <= NONOS_NET_RESOLVE))
        return NONOS_E_NO_CALL;
    switch (q->op) {
    case NONOS_NET_CONNECT:
        return try_connect(q, out);
    case NONOS_NET_LISTEN:
        return try_listen(q, out);
    case NONOS_NET_DATAGRAM_OPEN:
        return try_datagram(q, out);
    case NONOS_NET_PING:
        return try_ping(q, out);
    case NONOS_NET_RESOLVE:
        return try_resolve(q, out);
    case NONOS_NET_ACCEPT:
        return try_accept(q, out);
    case NONOS_NET_SEND:
        return try_send(q, out);
    case NONOS_NET_RECEIVE:
        return try_receive(q, out);
    case NONOS_NET_SHUTDOWN:
        return try_shutdown(q);
    case NONOS_NET_SOCKET:
        return try_socket(q, out);
    case NONOS_NET_KEEP_ALIVE:
        return try_keep_alive(q);
    default:
        return NONOS_E_NO_CALL;
    }
}

/* Which word of a request holds its time. */
static unsigned time_word(uint32_t op)
{
    switch (op) {
    case NONOS_NET_ACCEPT:
        return 0;
    case NONOS_NET_SEND:
    case NONOS_NET_RECEIVE:
        return 2;
    case NONOS_NET_PING:
        return 4;
    default:
        return 3;
    }
}

/* How a request ends that may not wait any longer. */
static int timed_out(const struct request *q)
{
    return q->sent > 0 ? NONOS_OK : NONOS_E_TIMED_OUT;
}

/* What a request that ends has begun and not handed over. */
static void request_drop(struct request *q)
{
    if (q->made)
        object_destroy(q->made);
    if (q->name && q->begun)
        dns_cancel(&q->query);
    free(q->name);
    if (q->named)
        client_return(q->object->client, SHARE_NAMES, 1);
    q->made = NULL;
    q->name = NULL;
    q->named = false;
}

static void request_answer(struct request *q, int result, struct nonos_message *out)
{
    request_drop(q);
    nonos_server_answer(&host.server, q->reply, result, out);
    client_return(q->object->client, SHARE_WAITING, 1);
    free(q);
}

void requests_cancel(const struct object *object)
{
    struct request **link = &waiting;
    while (*link) {
        struct request *q = *link;
        struct nonos_message out = nonos_message_make(0);
        if (q->object != object) {
            link = &q->next;
            continue;
        }
        *link = q->next;
        request_answer(q, NONOS_E_CANCELLED, &out);
    }
}

void sockets_run(void)
{
    struct request **link = &waiting;
    uint64_t now = host_now();
    while (*link) {
        struct request *q = *link;
        struct nonos_message out = nonos_message_make(0);
        int r = try(q, &out);
        if (r == WAITS && now >= q->deadline)
            r = timed_out(q);
        if (r == WAITS) {
            link = &q->next;
            continue;
        }
        *link = q->next;
        request_answer(q, r, &out);
    }
}

uint64_t sockets_deadline(void)
{
    uint64_t next = NONNET_NEVER;
    for (const struct request *q = waiting; q; q = q->next)
        next = q->deadline < next ? q->deadline : next;
    return next;
}

static int request_wait(const struct request *from, uint64_t ms)
{
    struct client *client = from->object->client;
    struct request **link = &waiting;
    if (!client_take(client, SHARE_WAITING, 1))
        return NONOS_E_NO_SPACE;
    struct request *q = malloc(sizeof(*q));
    if (!q) {
        client_return(client, SHARE_WAITING, 1);
        return NONOS_E_NO_MEMORY;
    }
    *q = *from;
    q->deadline = ms <= MS_MAX ? host_now() + ms * US_PER_MS : NONNET_NEVER;
    q->next = NULL;
    while (*link)
        link = &(*link)->next; /* in the order in which they came */
    *link = q;
    return NONOS_SERVER_LATER;
}

static int session_make(struct nonos_request *request, struct client *client, nonos_handle account)
{
    struct nonos_buffer *buffer;
    int r = nonos_buffer_create(account, request->in.words[0], &buffer);
    if (r < 0)
        return r;
    nonos_handle memory = buffer->memory;
    struct object *o = object_create(OBJECT_SESSION, client, buffer, 0);
    nonos_buffer_release(buffer); /* the session's now */
    if (!o)
        return NONOS_E_NO_SPACE;
    r = object_give(o, &request->out);
    return r < 0 ? r : nonos_request_give(request, memory);
}

static int session_open(struct nonos_request *request)
{
    struct client *client;
    nonos_handle account = nonos_request_take(request, 0);
    if (!account)
        return NONOS_E_INVALID;
    int r = client_of(account, &client);
    if (r >= 0) {
        r = session_make(request, client, account);
        client_release(client);
    }
    (void)nonos_cap_delete(account);
    return r;
}

int sockets_call(struct nonos_server *server, struct nonos_request *request)
{
    struct object *o = request->object;
    (void)server;
    if (!o) {
        if (!(request->badge & NONOS_SERVICE_BADGE))
            return NONOS_E_DENIED;
        return request->in.label == NONOS_NET_SESSION ? session_open(request) : NONOS_E_NO_CALL;
    }
    struct request q = {.object = o, .reply = request->reply, .op = request->in.label};
    memcpy(q.words, request->in.words, sizeof(q.words));
    int r = try(&q, &request->out);
    uint64_t ms = q.words[time_word(q.op)];
    if (r == WAITS)
        r = ms ? request_wait(&q, ms) : timed_out(&q);
    if (r != NONOS_SERVER_LATER)
        request_drop(&q);
    return r;
}
