/*
 * libnonnet-packetdrill.so: lets packetdrill run its own scripts on this stack.
 *
 *     packetdrill --so_filename=.../libnonnet-packetdrill.so [--so_flags=KEY=VALUE,...] SCRIPT
 *
 *     local=ADDRESS   an address of the stack; several may be given. Without any: 192.168.0.1 and
 *                     fd3d:fa7b:d17d::1
 *     mtu=BYTES       1500
 *     buffer=BYTES    of each connection and direction, 65536
 *     closed=reset    segments for ports that nobody uses are answered
 *
 * Time is virtual: it passes in usleep(), in netdev_receive() up to the next packet, and in poll().
 * packetdrill makes calls that block from a second thread; they wait until the first one has let
 * something happen. What the stack has no counterpart for is refused with ENOSYS or ENOPROTOOPT.
 */
#include "packetdrill_adapter.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <nonnet/stack.h>
#include <nonnet/tcp.h>
#include <nonnet/udp.h>

#define NADDRESSES    4
#define PACKET_MAX    65535
#define RECEIVE_LIMIT 600000000ull /* virtual microseconds in which a packet has to come */

#define EXPORT __attribute__((visibility("default")))

struct flags {
    struct nonnet_address local[NADDRESSES];
    unsigned nlocal;
    uint32_t mtu;
    uint32_t buffer;
    bool reset_closed;
};

static uint64_t mix(uint64_t *state)
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* A test wants the same run each time, and nothing here is a secret. */
static void entropy(void *context, uint8_t *out, size_t len)
{
    struct adapter *a = context;

    for (size_t i = 0; i < len; i++)
        out[i] = (uint8_t)mix(&a->random);
}

static uint64_t hash(void *context, const uint8_t key[NONNET_KEY_LEN], const uint8_t *data,
                     size_t len)
{
    uint64_t state;

    (void)context;
    memcpy(&state, key, sizeof state);
    for (size_t i = 0; i < len; i++) {
        state ^= data[i];
        state = mix(&state);
    }
    return state;
}

int adapter_failed(int error)
{
    errno = error;
    return -1;
}

int adapter_error_of(int rc)
{
    switch (rc) {
    case NONNET_E_FULL:
    case NONNET_E_EMPTY:
        return EAGAIN;
    case NONNET_E_IN_USE:
        return EADDRINUSE;
    case NONNET_E_UNREACHABLE:
        return ENETUNREACH;
    case NONNET_E_REFUSED:
        return ECONNREFUSED;
    case NONNET_E_RESET:
        return ECONNRESET;
    case NONNET_E_TIMED_OUT:
        return ETIMEDOUT;
    case NONNET_E_CLOSED:
        return EPIPE;
    case NONNET_E_TOO_LONG:
        return EMSGSIZE;
    case NONNET_E_STALE:
        return EBADF;
    case NONNET_E_NO_MEMORY:
        return ENOBUFS;
    default:
        return EINVAL;
    }
}

struct entry *adapter_entry_of(struct adapter *a, int fd)
{
    if (fd < FIRST_FD || fd >= FIRST_FD + NSOCKETS || a->entries[fd - FIRST_FD].kind == KIND_FREE) {
        errno = EBADF;
        return NULL;
    }
    return &a->entries[fd - FIRST_FD];
}

static void time_pass(struct adapter *a, uint64_t to)
{
    a->now = to > a->now ? to : a->now;
    nonnet_stack_tick(a->stack, a->now);
    pthread_cond_broadcast(&a->happened);
}

void adapter_wait_once(struct adapter *a)
{
    a->nwaiting++;
    pthread_cond_wait(&a->happened, &a->lock);
    if (--a->nwaiting == 0 && a->ending)
        pthread_cond_broadcast(&a->happened);
}

struct adapter *adapter_enter(void *userdata)
{
    struct adapter *a = userdata;

    pthread_mutex_lock(&a->lock);
    return a;
}

void adapter_leave(struct adapter *a)
{
    int error = errno;

    pthread_mutex_unlock(&a->lock);
    errno = error;
}

static int do_fcntl(struct adapter *a, int fd, int command, int value)
{
    struct entry *e = adapter_entry_of(a, fd);

    if (!e)
        return -1;
    switch (command) {
    case F_GETFL:
        return O_RDWR | (e->nonblocking ? O_NONBLOCK : 0);
    case F_SETFL:
        e->nonblocking = (value & O_NONBLOCK) != 0;
        return 0;
    case F_GETFD:
    case F_SETFD:
        return 0;
    default:
        return adapter_failed(EINVAL);
    }
}

static int call_fcntl(void *u, int fd, int command, ...)
{
    va_list args;

    va_start(args, command);
    int value = command == F_SETFL || command == F_SETFD ? va_arg(args, int) : 0;
    va_end(args);
    LOCKED(int, do_fcntl(a, fd, command, value));
}

/* The queues of a connection, in bytes. */
static int do_ioctl(struct adapter *a, int fd, unsigned long request, int *value)
{
    const struct entry *e = adapter_entry_of(a, fd);
    struct nonnet_tcp_info info;

    if (!e)
        return -1;
    if (e->kind != KIND_CONNECTION || (request != FIONREAD && request != TIOCOUTQ))
        return adapter_failed(EINVAL);
    if (nonnet_tcp_info(a->stack, e->tcp, &info) != NONNET_OK)
        return adapter_failed(EBADF);
    *value = (int)(request == FIONREAD ? info.receive_queue : info.send_queue);
    return 0;
}

static int call_ioctl(void *u, int fd, unsigned long request, ...)
{
    va_list args;

    va_start(args, request);
    int *value = va_arg(args, int *);
    va_end(args);
    LOCKED(int, do_ioctl(a, fd, request, value));
}

static int do_close(struct adapter *a, int fd)
{
    struct entry *e = adapter_entry_of(a, fd);
    int rc = NONNET_OK;

    if (!e)
        return -1;
    if (e->kind == KIND_LISTENER)
        rc = nonnet_tcp_unlisten(a->stack, e->listener);
    else if (e->kind == KIND_CONNECTION)
        rc = nonnet_tcp_close(a->stack, e->tcp, a->now);
    else if (e->kind == KIND_DATAGRAM)
        rc = nonnet_udp_close(a->stack, e->udp);
    e->kind = KIND_FREE;
    pthread_cond_broadcast(&a->happened);
    return rc == NONNET_OK ? 0 : adapter_failed(adapter_error_of(rc));
}

static int call_close(void *u, int fd)
{
    LOCKED(int, do_close(a, fd));
}

static int do_shutdown(struct adapter *a, int fd, int how)
{
    const struct entry *e = adapter_entry_of(a, fd);

    if (!e)
        return -1;
    if (e->kind != KIND_CONNECTION)
        return adapter_failed(ENOTCONN);
    if (how == SHUT_RD) /* the stack has no half of a connection that is read no more */
        return adapter_failed(EOPNOTSUPP);
    int rc = nonnet_tcp_shutdown(a->stack, e->tcp, a->now);
    return rc == NONNET_OK ? 0 : adapter_failed(adapter_error_of(rc));
}

static int call_shutdown(void *u, int fd, int how)
{
    LOCKED(int, do_shutdown(a, fd, how));
}

static int do_getsockopt(struct adapter *a, int fd, int level, int name, void *value,
                         socklen_t *len)
{
    struct entry *e = adapter_entry_of(a, fd);
    struct nonnet_tcp_info info;
    int number;

    if (!e)
        return -1;
    if (level == SOL_SOCKET && name == SO_ERROR && e->kind == KIND_DATAGRAM) {
        int rc = nonnet_udp_take_error(a->stack, e->udp);
        number = rc == NONNET_OK ? 0 : adapter_error_of(rc);
    } else if (level == SOL_SOCKET && name == SO_ERROR) {
        int outcome = e->kind == KIND_CONNECTION ? adapter_connect_outcome(a, e) : 0;
        number = outcome == EINPROGRESS ? 0 : outcome;
    } else if (level == IPPROTO_TCP && name == TCP_MAXSEG && e->kind == KIND_CONNECTION &&
               nonnet_tcp_info(a->stack, e->tcp, &info) == NONNET_OK) {
        number = (int)info.mss;
    } else if (level == IPPROTO_TCP && name == TCP_NODELAY) {
        number = e->options.no_delay;
    } else {
        return adapter_failed(ENOPROTOOPT);
    }
    if (*len < sizeof number)
        return adapter_failed(EINVAL);
    memcpy(value, &number, sizeof number);
    *len = sizeof number;
    return 0;
}

static int call_getsockopt(void *u, int fd, int level, int name, void *value, socklen_t *len)
{
    LOCKED(int, do_getsockopt(a, fd, level, name, value, len));
}

/* Options count for connections that are made with them; they cannot be changed later. */
static int stream_option(struct entry *e, int level, int name, int number)
{
    struct nonnet_tcp_options *o = &e->options;

    if (level == SOL_SOCKET && name == SO_REUSEADDR)
        return 0;
    if (e->kind != KIND_STREAM)
        return adapter_failed(ENOPROTOOPT);
    if (level == SOL_SOCKET && name == SO_KEEPALIVE)
        o->keepalive_idle_ms = number ? 7200000 : 0;
    else if (level == IPPROTO_TCP && name == TCP_NODELAY)
        o->no_delay = number != 0;
    else if (level == IPPROTO_TCP && name == TCP_KEEPIDLE)
        o->keepalive_idle_ms = (uint32_t)number * 1000;
    else if (level == IPPROTO_TCP && name == TCP_KEEPINTVL)
        o->keepalive_period_ms = (uint32_t)number * 1000;
    else if (level == IPPROTO_TCP && name == TCP_KEEPCNT)
        o->keepalive_count = (uint8_t)number;
    else if (level == IPPROTO_TCP && name == TCP_USER_TIMEOUT)
        o->user_timeout_ms = (uint32_t)number;
    else
        return adapter_failed(ENOPROTOOPT);
    return 0;
}

static int do_setsockopt(struct adapter *a, int fd, int level, int name, const void *value,
                         socklen_t len)
{
    struct entry *e = adapter_entry_of(a, fd);
    int number;

    if (!e)
        return -1;
    if (len < sizeof number)
        return adapter_failed(EINVAL);
    memcpy(&number, value, sizeof number);
    if (e->kind == KIND_DATAGRAM)
        return level == SOL_SOCKET && name == SO_REUSEADDR ? 0 : adapter_failed(ENOPROTOOPT);
    return stream_option(e, level, name, number);
}

static int call_setsockopt(void *u, int fd, int level, int name, const void *value, socklen_t len)
{
    LOCKED(int, do_setsockopt(a, fd, level, name, value, len));
}

/* What a connection is ready for; whether it can be written to shows when it is tried. */
static short connection_ready(struct adapter *a, const struct entry *e)
{
    struct nonnet_tcp_bytes bytes;
    struct nonnet_tcp_info info;
    short ready = 0;

    if (nonnet_tcp_info(a->stack, e->tcp, &info) != NONNET_OK)
        return POLLNVAL;
    if (info.state == NONNET_TCP_SYN_SENT || info.state == NONNET_TCP_SYN_RECEIVED)
        return 0;
    int rc = nonnet_tcp_peek(a->stack, e->tcp, &bytes);
    if (rc == NONNET_OK || rc == NONNET_E_CLOSED)
        ready |= POLLIN;
    if (rc == NONNET_E_CLOSED)
        ready |= POLLRDHUP;
    if (nonnet_tcp_reserve(a->stack, e->tcp, &bytes) == NONNET_OK)
        ready |= POLLOUT;
    if (info.state == NONNET_TCP_CLOSED)
        ready |= POLLHUP | (nonnet_tcp_error(a->stack, e->tcp) != NONNET_OK ? POLLERR : 0);
    return ready;
}

/* A datagram or a connection that waits shows only by being taken: those are not polled for. */
static int do_poll_once(struct adapter *a, struct pollfd *fds, nfds_t nfds)
{
    int count = 0;

    for (nfds_t i = 0; i < nfds; i++) {
        const struct entry *e = adapter_entry_of(a, fds[i].fd);
        short ready = !e ? POLLNVAL : e->kind == KIND_CONNECTION ? connection_ready(a, e) : 0;
        fds[i].revents = (short)(ready & (fds[i].events | POLLERR | POLLHUP | POLLNVAL));
        count += fds[i].revents != 0;
    }
    return count;
}

static int do_poll(struct adapter *a, struct pollfd *fds, nfds_t nfds, int timeout_ms)
{
    uint64_t end = timeout_ms < 0 ? UINT64_MAX : a->now + (uint64_t)timeout_ms * 1000;
    int count;

    for (nfds_t i = 0; i < nfds; i++) {
        const struct entry *e = adapter_entry_of(a, fds[i].fd);
        if (e && e->kind != KIND_CONNECTION)
            return adapter_failed(EOPNOTSUPP);
    }
    while ((count = do_poll_once(a, fds, nfds)) == 0 && a->now < end && !a->ending)
        adapter_wait_once(a);
    return count;
}

static int call_poll(void *u, struct pollfd *fds, nfds_t nfds, int timeout_ms)
{
    LOCKED(int, do_poll(a, fds, nfds, timeout_ms));
}

static int do_netdev_send(struct adapter *a, const void *packet, size_t len)
{
    int rc = nonnet_stack_input(a->stack, a->interface, packet, len, a->now);

    pthread_cond_broadcast(&a->happened);
    return rc == NONNET_OK ? 0 : adapter_failed(EIO);
}

static int call_netdev_send(void *u, const void *packet, size_t len)
{
    LOCKED(int, do_netdev_send(a, packet, len));
}

/* No script speaks of neighbour discovery and group membership. */
static bool is_chatter(const uint8_t *packet, size_t len)
{
    if (len < 48 || packet[0] >> 4 != 6)
        return false;
    return packet[6] == 0 || (packet[6] == 58 && packet[40] >= 130 && packet[40] <= 143);
}

static int do_netdev_receive(struct adapter *a, void *buf, size_t *len, long long *time_us)
{
    static uint8_t packet[PACKET_MAX];
    uint64_t limit = a->now + RECEIVE_LIMIT;
    size_t got;

    for (;;) {
        int rc = nonnet_stack_output(a->stack, a->interface, packet, sizeof packet, &got, a->now);
        if (rc == NONNET_OK && is_chatter(packet, got))
            continue;
        if (rc == NONNET_OK)
            break;
        uint64_t due = nonnet_stack_deadline(a->stack);
        if (due > limit) {
            *len = 0;
            return 0;
        }
        time_pass(a, due);
    }
    if (got > *len)
        return adapter_failed(EMSGSIZE);
    memcpy(buf, packet, got);
    *len = got;
    *time_us = (long long)a->now;
    return 0;
}

static int call_netdev_receive(void *u, void *packet, size_t *len, long long *time_us)
{
    LOCKED(int, do_netdev_receive(a, packet, len, time_us));
}

/* What is due on the way is done when it is due, and its packets keep waiting for netdev_receive. */
static int do_usleep(struct adapter *a, useconds_t us)
{
    uint64_t end = a->now + us;

    for (uint64_t due = nonnet_stack_deadline(a->stack); due <= end;
         due = nonnet_stack_deadline(a->stack))
        time_pass(a, due);
    time_pass(a, end);
    return 0;
}

static int call_usleep(void *u, useconds_t us)
{
    LOCKED(int, do_usleep(a, us));
}

static int do_gettimeofday(const struct adapter *a, struct timeval *tv)
{
    tv->tv_sec = (time_t)(a->now / 1000000);
    tv->tv_usec = (suseconds_t)(a->now % 1000000);
    return 0;
}

static int call_gettimeofday(void *u, struct timeval *tv, struct timezone *tz)
{
    (void)tz;
    LOCKED(int, do_gettimeofday(a, tv));
}

static int call_epoll_create(void *u, int size)
{
    (void)u;
    (void)size;
    return adapter_failed(ENOSYS);
}

static int call_epoll_ctl(void *u, int epfd, int op, int fd, struct epoll_event *event)
{
    (void)u;
    (void)epfd;
    (void)op;
    (void)fd;
    (void)event;
    return adapter_failed(ENOSYS);
}

static int call_epoll_wait(void *u, int epfd, struct epoll_event *events, int maxevents,
                           int timeout)
{
    (void)u;
    (void)epfd;
    (void)events;
    (void)maxevents;
    (void)timeout;
    return adapter_failed(ENOSYS);
}

static int call_pipe(void *u, int fds[2])
{
    (void)u;
    (void)fds;
    return adapter_failed(ENOSYS);
}

static int call_splice(void *u, int fd_in, loff_t *offset_in, int fd_out, loff_t *offset_out,
                       size_t len, unsigned flags)
{
    (void)u;
    (void)fd_in;
    (void)offset_in;
    (void)fd_out;
    (void)offset_out;
    (void)len;
    (void)flags;
    return adapter_failed(ENOSYS);
}

/* Whoever waits in a call comes back with an error first; nobody may begin another one. */
static void call_free(void *u)
{
    struct adapter *a = adapter_enter(u);

    a->ending = true;
    pthread_cond_broadcast(&a->happened);
    while (a->nwaiting > 0)
        pthread_cond_wait(&a->happened, &a->lock);
    adapter_leave(a);
    free(a->arena);
    free(a);
}

static bool address_parse(struct nonnet_address *address, const char *text)
{
    memset(address, 0, sizeof *address);
    if (inet_pton(AF_INET, text, address->octet) == 1)
        address->version = 4;
    else if (inet_pton(AF_INET6, text, address->octet) == 1)
        address->version = 6;
    return address->version != 0;
}

static bool flag_take(struct flags *f, const char *key, const char *value)
{
    char *end;
    unsigned long number = strtoul(value, &end, 10);
    bool is_number = *value != '\0' && *end == '\0' && number <= 1u << 30;

    if (strcmp(key, "local") == 0)
        return f->nlocal < NADDRESSES && address_parse(&f->local[f->nlocal++], value);
    if (strcmp(key, "mtu") == 0 && is_number)
        f->mtu = (uint32_t)number;
    else if (strcmp(key, "buffer") == 0 && is_number)
        f->buffer = (uint32_t)number;
    else if (strcmp(key, "closed") == 0 && strcmp(value, "reset") == 0)
        f->reset_closed = true;
    else
        return false;
    return true;
}

static bool flags_parse(struct flags *f, const char *text)
{
    char *copy = strdup(text ? text : ""), *rest = NULL;
    bool good = copy != NULL;

    for (char *word = strtok_r(copy, ",", &rest); good && word; word = strtok_r(NULL, ",", &rest)) {
        char *value = strchr(word, '=');
        if (value)
            *value++ = '\0';
        good = value && flag_take(f, word, value);
    }
    free(copy);
    if (good && f->nlocal == 0)
        good = address_parse(&f->local[f->nlocal++], "192.168.0.1") &&
               address_parse(&f->local[f->nlocal++], "fd3d:fa7b:d17d::1");
    return good;
}

/* Everything is reached over the one link, which has no stations. */
static bool stack_make(struct adapter *a, const struct flags *f)
{
    struct nonnet_interface_config ic = {
        .link = NONNET_LINK_IP, .flags = NONNET_INTERFACE_IPV6, .mtu = f->mtu};
    struct nonnet_config c;

    nonnet_config_default(&c);
    c.environment.context = a;
    c.environment.entropy = entropy;
    c.environment.keyed_hash = hash;
    c.mtu_max = f->mtu;
    c.ntcp_buffers = c.ntcp_connections = NSOCKETS;
    c.tcp_send_len = c.tcp_receive_len = f->buffer;
    c.answer_closed_ports = f->reset_closed;
    size_t size = nonnet_stack_size(&c);
    a->arena = size > 0 ? aligned_alloc(NONNET_ARENA_ALIGN, size) : NULL;
    if (!a->arena || nonnet_stack_init(&a->stack, &c, a->arena, size, a->now) != NONNET_OK ||
        nonnet_interface_add(a->stack, &ic, &a->interface) != NONNET_OK ||
        nonnet_interface_set_link(a->stack, a->interface, true, a->now) != NONNET_OK)
        return false;
    for (unsigned i = 0; i < f->nlocal; i++) {
        struct nonnet_route all = {.prefix = {.version = f->local[i].version}};
        int rc = nonnet_interface_address_add(a->stack, a->interface, &f->local[i],
                                              f->local[i].version == 4 ? 32 : 128,
                                              NONNET_ADDRESS_UNPROBED, a->now);
        if (rc == NONNET_OK)
            rc = nonnet_route_add(a->stack, a->interface, &all);
        if (rc != NONNET_OK && rc != NONNET_E_IN_USE)
            return false;
    }
    return true;
}

static const struct packetdrill_interface calls = {
    .free = call_free,
    .socket = adapter_socket,
    .bind = adapter_bind,
    .listen = adapter_listen,
    .accept = adapter_accept,
    .connect = adapter_connect,
    .read = adapter_read,
    .readv = adapter_readv,
    .recv = adapter_recv,
    .recvfrom = adapter_recvfrom,
    .recvmsg = adapter_recvmsg,
    .write = adapter_write,
    .writev = adapter_writev,
    .send = adapter_send,
    .sendto = adapter_sendto,
    .sendmsg = adapter_sendmsg,
    .fcntl = call_fcntl,
    .ioctl = call_ioctl,
    .close = call_close,
    .shutdown = call_shutdown,
    .getsockopt = call_getsockopt,
    .setsockopt = call_setsockopt,
    .poll = call_poll,
    .netdev_send = call_netdev_send,
    .netdev_receive = call_netdev_receive,
    .usleep = call_usleep,
    .gettimeofday = call_gettimeofday,
    .epoll_create = call_epoll_create,
    .epoll_ctl = call_epoll_ctl,
    .epoll_wait = call_epoll_wait,
    .pipe = call_pipe,
    .splice = call_splice,
};

EXPORT void packetdrill_interface_init(const char *flags, struct packetdrill_interface *interface)
{
    struct flags f = {.mtu = 1500, .buffer = 65536};
    struct adapter *a = calloc(1, sizeof *a);

    *interface = calls;
    if (a && flags_parse(&f, flags)) {
        a->now = 1000000;
        a->random = 1;
        pthread_mutex_init(&a->lock, NULL);
        pthread_cond_init(&a->happened, NULL);
        if (stack_make(a, &f)) {
            interface->userdata = a;
            return;
        }
    }
    fprintf(stderr, "libnonnet-packetdrill: bad flags '%s'\n", flags ? flags : "");
    if (a)
        free(a->arena);
    free(a);
}
