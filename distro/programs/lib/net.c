#ifdef __nonos__
#include "net.h"
#include "net_input.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <nonos/runtime.h>
#include <nonos/thread.h>

/* ---- the session ---- */

/* Our place at the net module: opened with the first request. The buffer's first half is for what we send, the second for the rest. */
static struct {
    nonos_handle handle;
    uint8_t *buffer;
} session;

#define RECEIVE_AT NET_CHUNK

static int session_open(void)
{
    struct nonos_message m = nonos_message_make(NONOS_NET_SESSION);
    nonos_handle net = nonos_cap_find("net");
    void *buffer;
    if (session.handle)
        return NONOS_OK;
    if (!net)
        return NONOS_E_DENIED;
    m.words[0] = 2 * NET_CHUNK;
    m.caps[0] = NONOS_SLOT_ACCOUNT;
    m.ncaps = 1;
    int r = nonos_call(net, &m);
    if (r >= 0 && m.ncaps < 2)
        r = NONOS_E_IO;
    if (r >= 0)
        r = nonos_memory_map(m.caps[1], 2 * NET_CHUNK, NONOS_PROT_READ | NONOS_PROT_WRITE, &buffer);
    if (r < 0)
        return r;
    session.handle = m.caps[0];
    session.buffer = buffer;
    return NONOS_OK;
}

static int session_call(struct nonos_message *m)
{
    int r = session_open();
    return r < 0 ? r : nonos_call(session.handle, m);
}

/* The same for what gives a socket. */
static int session_call_socket(struct nonos_message *m, nonos_handle *socket)
{
    int r = session_call(m);
    *socket = r >= 0 && m->ncaps ? m->caps[0] : 0;
    return r >= 0 && !*socket ? NONOS_E_IO : r;
}

int net_ping(const struct nonos_net_endpoint *host, uint32_t len, uint64_t ms,
             struct net_echo *echo)
{
    struct nonos_message m = nonos_message_make(NONOS_NET_PING);
    nonos_net_to_words(m.words, host);
    m.words[3] = len;
    m.words[4] = ms;
    int r = session_call(&m);
    *echo = (struct net_echo){m.words[0], (uint32_t)m.words[1], (uint32_t)m.words[2]};
    return r;
}

int net_resolve(const char *name, uint8_t version, uint64_t ms, struct nonos_net_endpoint *found,
                unsigned *nfound, uint64_t *ttl_s)
{
    struct nonos_message m = nonos_message_make(NONOS_NET_RESOLVE);
    size_t len = strlen(name);
    int r = session_open();
    if (r < 0)
        return r;
    if (len > NONOS_NET_NAME_MAX)
        return NONOS_E_INVALID;
    memcpy(session.buffer, name, len);
    m.words[1] = len;
    m.words[2] = version;
    m.words[3] = ms;
    r = nonos_call(session.handle, &m);
    if (r < 0)
        return r;
    *nfound = m.words[0] < NONOS_NET_RESOLVE_MAX ? (unsigned)m.words[0] : NONOS_NET_RESOLVE_MAX;
    *ttl_s = m.words[1];
    for (unsigned i = 0; i < *nfound; i++) {
        found[i] = (struct nonos_net_endpoint){.version = version};
        memcpy(found[i].octet, session.buffer + 16u * i, version == 4 ? 4 : 16);
    }
    return NONOS_OK;
}

/* ---- sockets ---- */

int net_connect(const struct nonos_net_endpoint *peer, uint64_t ms, nonos_handle *socket)
{
    struct nonos_message m = nonos_message_make(NONOS_NET_CONNECT);
    nonos_net_to_words(m.words, peer);
    m.words[3] = ms;
    return session_call_socket(&m, socket);
}

int net_listen(const struct nonos_net_endpoint *local, uint32_t backlog, nonos_handle *listener)
{
    struct nonos_message m = nonos_message_make(NONOS_NET_LISTEN);
    nonos_net_to_words(m.words, local);
    m.words[3] = backlog;
    return session_call_socket(&m, listener);
}

int net_accept(nonos_handle listener, uint64_t ms, nonos_handle *socket,
               struct nonos_net_endpoint *peer)
{
    struct nonos_message m = nonos_message_make(NONOS_NET_ACCEPT);
    m.words[0] = ms;
    int r = nonos_call(listener, &m);
    if (r < 0)
        return r;
    nonos_net_from_words(peer, m.words);
    *socket = m.ncaps ? m.caps[0] : 0;
    return *socket ? NONOS_OK : NONOS_E_IO;
}

int net_datagram_open(const struct nonos_net_endpoint *peer, nonos_handle *socket)
{
    struct nonos_message m = nonos_message_make(NONOS_NET_DATAGRAM_OPEN);
    nonos_net_to_words(m.words, peer);
    return session_call_socket(&m, socket);
}

int net_send(nonos_handle socket, const void *data, size_t len, uint64_t ms, size_t *taken)
{
    struct nonos_message m = nonos_message_make(NONOS_NET_SEND);
    if (len > NET_CHUNK)
        len = NET_CHUNK;
    memcpy(session.buffer, data, len);
    m.words[1] = len;
    m.words[2] = ms;
    int r = nonos_call(socket, &m);
    *taken = r < 0 ? 0 : (size_t)m.words[0];
    return r;
}

int net_receive(nonos_handle socket, void *data, size_t size, uint64_t ms, size_t *len)
{
    struct nonos_message m = nonos_message_make(NONOS_NET_RECEIVE);
    if (size > NET_CHUNK)
        size = NET_CHUNK;
    m.words[0] = RECEIVE_AT;
    m.words[1] = size;
    m.words[2] = ms;
    int r = nonos_call(socket, &m);
    *len = 0;
    if (r < 0)
        return r;
    if (m.words[0] > size)
        return NONOS_E_IO;
    *len = (size_t)m.words[0];
    memcpy(data, session.buffer + RECEIVE_AT, *len);
    return NONOS_OK;
}

int net_shutdown(nonos_handle socket)
{
    struct nonos_message m = nonos_message_make(NONOS_NET_SHUTDOWN);
    return nonos_call(socket, &m);
}

int net_keep_alive(nonos_handle socket, uint64_t idle_ms, uint64_t interval_ms, uint64_t count)
{
    struct nonos_message m = nonos_message_make(NONOS_NET_KEEP_ALIVE);
    m.words[0] = idle_ms;
    m.words[1] = interval_ms;
    m.words[2] = count;
    return nonos_call(socket, &m);
}

void net_close(nonos_handle socket)
{
    (void)nonos_cap_delete(socket);
}

int net_endpoints(nonos_handle socket, struct nonos_net_endpoint *local,
                  struct nonos_net_endpoint *peer)
{
    struct nonos_message m = nonos_message_make(NONOS_NET_SOCKET);
    int r = nonos_call(socket, &m);
    nonos_net_from_words(local, m.words);
    nonos_net_from_words(peer, m.words + 3);
    return r;
}

/* ---- both directions at once ---- */

struct relay {
    nonos_handle socket;
    struct net_input input;
    uint64_t sent;
    nonos_handle ended; /* signalled by the sending thread at its end */
    int result;         /* of the sending thread, written before `done`, with release */
    bool done;
};

static int input_send(struct relay *relay)
{
    size_t len, taken;
    for (;;) {
        int r = net_input_read(&relay->input, &len);
        if (r < 0)
            return r;
        if (len == 0) {
            r = net_shutdown(relay->socket);
            return r == NONOS_E_UNSUPPORTED ? NONOS_OK : r; /* UDP has no end */
        }
        for (size_t done = 0; done < len; done += taken) {
            r = net_send(relay->socket, relay->input.buffer + done, len - done, NONOS_NET_FOREVER,
                         &taken);
            if (r < 0)
                return r;
            relay->sent += taken;
        }
    }
}

static void relay_input(void *argument)
{
    struct relay *relay = argument;
    relay->result = input_send(relay);
    __atomic_store_n(&relay->done, true, __ATOMIC_RELEASE);
    (void)nonos_notify_signal(relay->ended, 1);
}

/* Writes what comes to the standard output. */
static int relay_output(const struct relay *relay, uint64_t idle_ms, uint64_t *received)
{
    static uint8_t data[NET_CHUNK];
    size_t len;
    for (;;) {
        int r = net_receive(relay->socket, data, sizeof(data), idle_ms, &len);
        if (r < 0 || len == 0)
            return r;
        for (size_t done = 0; done < len;) {
            ssize_t n = write(STDOUT_FILENO, data + done, len - done);
            if (n <= 0)
                return NONOS_E_PIPE;
            done += (size_t)n;
        }
        *received += len;
    }
}

/* The peer's end says nothing about what it still takes; but nobody waits for a person to end the input of a terminal. */
static int input_wait(const struct relay *relay)
{
    uint64_t bits;
    int r = NONOS_OK;
    while (r >= 0 && !isatty(STDIN_FILENO) && !__atomic_load_n(&relay->done, __ATOMIC_ACQUIRE))
        r = nonos_notify_wait(relay->ended, 1, NONOS_NEVER, &bits);
    return r;
}

/* A connection that is there no more; nothing else is ever in that state. */
static bool has_ended(nonos_handle socket)
{
    struct nonos_message m = nonos_message_make(NONOS_NET_SOCKET);
    return nonos_call(socket, &m) >= 0 && m.words[6] == NONOS_NET_TCP;
}

int net_relay(nonos_handle socket, uint64_t idle_ms, uint64_t *sent, uint64_t *received)
{
    static struct relay relay;
    relay = (struct relay){.socket = socket};
    *sent = *received = 0;
    int r =
        nonos_object_create(NONOS_SLOT_ACCOUNT, NONOS_OBJECT_NOTIFICATION, 0, 0, 0, &relay.ended);
    if (r >= 0)
        r = net_input_open(&relay.input);
    if (r >= 0)
        r = nonos_thread_spawn(relay_input, &relay, 0);
    if (r < 0)
        return r;
    r = relay_output(&relay, idle_ms, received);
    if (r >= 0)
        r = input_wait(&relay);
    else if (r == NONOS_E_TIMED_OUT && !has_ended(socket))
        r = NONOS_OK; /* no more than an idle peer */
    *sent = __atomic_load_n(&relay.sent, __ATOMIC_RELAXED);
    if (r >= 0 && __atomic_load_n(&relay.done, __ATOMIC_ACQUIRE))
        r = relay.result;
    return r < 0 ? r : NONOS_OK;
}

/* ---- what the host is ---- */

static int control(uint32_t op, uint64_t index, struct nonos_message *m)
{
    nonos_handle handle = nonos_cap_find("net-control");
    *m = nonos_message_make(op);
    m->words[0] = index;
    return handle ? nonos_call(handle, m) : NONOS_E_DENIED;
}

int net_interface(uint64_t index, struct net_interface *interface)
{
    struct nonos_message m;
    int r = control(NONOS_NET_INTERFACE, index, &m);
    nonos_nic_mac_bytes(interface->mac, m.words[0]);
    interface->mtu = (uint32_t)m.words[1];
    interface->flags = (uint32_t)m.words[2];
    interface->frames_in = m.words[3];
    interface->frames_out = m.words[4];
    interface->restarts = (uint32_t)m.words[5];
    return r;
}

int net_address(uint64_t index, struct net_address *address)
{
    struct nonos_message m;
    int r = control(NONOS_NET_ADDRESS, index, &m);
    nonos_net_from_words(&address->address, m.words);
    address->prefix_len = (uint8_t)m.words[3];
    address->flags = (uint32_t)m.words[4];
    address->valid_s = m.words[5];
    return r;
}

int net_route(uint64_t index, struct net_route *route)
{
    struct nonos_message m;
    int r = control(NONOS_NET_ROUTE, index, &m);
    nonos_net_from_words(&route->prefix, m.words);
    route->prefix_len = (uint8_t)m.words[3];
    nonos_net_from_words(&route->gateway, m.words + 4);
    return r;
}

int net_name_server(uint64_t index, struct nonos_net_endpoint *server)
{
    struct nonos_message m;
    int r = control(NONOS_NET_SERVER, index, &m);
    nonos_net_from_words(server, m.words);
    return r;
}

int net_connection(uint64_t index, struct net_connection *connection)
{
    struct nonos_message m;
    int r = control(NONOS_NET_CONNECTION, index, &m);
    nonos_net_from_words(&connection->local, m.words);
    nonos_net_from_words(&connection->peer, m.words + 3);
    connection->kind = (uint8_t)m.words[6];
    connection->state = (uint8_t)(m.words[6] >> 8);
    connection->send_queue = (uint32_t)m.words[7];
    connection->receive_queue = (uint32_t)(m.words[7] >> 32);
    return r;
}

int net_counter(uint64_t index, uint64_t *value, char name[56])
{
    struct nonos_message m;
    int r = control(NONOS_NET_COUNTER, index, &m);
    *value = m.words[0];
    memcpy(name, m.words + 1, 56);
    name[55] = '\0';
    return r;
}

int net_device_counter(uint64_t index, uint64_t *value)
{
    struct nonos_message m;
    int r = control(NONOS_NET_DEVICE_COUNTER, index, &m);
    *value = m.words[0];
    return r;
}

int net_switch(bool on)
{
    struct nonos_message m;
    return control(NONOS_NET_SWITCH, on, &m);
}
#endif
