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
#include "packetdrill.h"

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

#define NSOCKETS      64
#define FIRST_FD      1000 /* no file of the caller's */
#define NADDRESSES    4
#define PACKET_MAX    65535
#define RECEIVE_LIMIT 600000000ull /* virtual microseconds in which a packet has to come */

#define EXPORT __attribute__((visibility("default")))

enum kind { KIND_FREE, KIND_STREAM, KIND_LISTENER, KIND_CONNECTION, KIND_DATAGRAM };

struct entry {
    enum kind kind;
    int domain;
    bool nonblocking;
    bool connected; /* a call that was answered: the next connect() says so */
    struct nonnet_endpoint local;
    struct nonnet_tcp_options options;
    struct nonnet_tcp_listener_handle listener;
    struct nonnet_tcp_handle tcp;
    struct nonnet_udp_handle udp;
};

struct adapter {
    pthread_mutex_t lock;
    pthread_cond_t happened; /* the stack may have something new for a call that waits */
    struct nonnet_stack *stack;
    struct nonnet_interface_handle interface;
    void *arena;
    uint64_t now;
    uint64_t random;
    bool ending;
    unsigned nwaiting; /* calls */
    struct entry entries[NSOCKETS];
};

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

static int failed(int error)
{
    errno = error;
    return -1;
}

static int error_of(int rc)
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

static struct entry *entry_of(struct adapter *a, int fd)
{
    if (fd < FIRST_FD || fd >= FIRST_FD + NSOCKETS || a->entries[fd - FIRST_FD].kind == KIND_FREE) {
        errno = EBADF;
        return NULL;
    }
    return &a->entries[fd - FIRST_FD];
}

static int entry_new(struct adapter *a, struct entry made)
{
    for (int i = 0; i < NSOCKETS; i++) {
        if (a->entries[i].kind == KIND_FREE) {
            a->entries[i] = made;
            return FIRST_FD + i;
        }
    }
    return failed(EMFILE);
}

static bool endpoint_read(struct nonnet_endpoint *e, const struct sockaddr *addr, socklen_t len)
{
    struct sockaddr_in four;
    struct sockaddr_in6 six;

    memset(e, 0, sizeof *e);
    if (addr && len >= sizeof four && addr->sa_family == AF_INET) {
        memcpy(&four, addr, sizeof four);
        e->address.version = 4;
        memcpy(e->address.octet, &four.sin_addr, 4);
        e->port = ntohs(four.sin_port);
        return true;
    }
    if (addr && len >= sizeof six && addr->sa_family == AF_INET6) {
        memcpy(&six, addr, sizeof six);
        e->address.version = 6;
        memcpy(e->address.octet, &six.sin6_addr, 16);
        e->port = ntohs(six.sin6_port);
        return true;
    }
    errno = EINVAL;
    return false;
}

static void endpoint_write(const struct nonnet_endpoint *e, struct sockaddr *addr, socklen_t *len)
{
    struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons(e->port)};
    struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons(e->port)};
    bool is_four = e->address.version == 4;

    if (!addr || !len)
        return;
    memcpy(&four.sin_addr, e->address.octet, 4);
    memcpy(&six.sin6_addr, e->address.octet, 16);
    socklen_t need = is_four ? sizeof four : sizeof six;
    memcpy(addr, is_four ? (const void *)&four : (const void *)&six, *len < need ? *len : need);
    *len = need;
}

static void time_pass(struct adapter *a, uint64_t to)
{
    a->now = to > a->now ? to : a->now;
    nonnet_stack_tick(a->stack, a->now);
    pthread_cond_broadcast(&a->happened);
}

static void wait_once(struct adapter *a)
{
    a->nwaiting++;
    pthread_cond_wait(&a->happened, &a->lock);
    if (--a->nwaiting == 0 && a->ending)
        pthread_cond_broadcast(&a->happened);
}

/*
 * Lets a call that would block wait for something to happen. Returns false if it must not, or the
 * adapter is ending.
 */
static bool may_wait(struct adapter *a, const struct entry *e, int flags)
{
    if (e->nonblocking || (flags & MSG_DONTWAIT) != 0 || a->ending)
        return false;
    wait_once(a);
    return !a->ending;
}

static struct adapter *enter(void *userdata)
{
    struct adapter *a = userdata;

    pthread_mutex_lock(&a->lock);
    return a;
}

static void leave(struct adapter *a)
{
    int error = errno;

    pthread_mutex_unlock(&a->lock);
    errno = error;
}

/* Each call of the table is a function that works under the lock, and one that takes it. */
#define LOCKED(type, call)        \
    struct adapter *a = enter(u); \
    type result = call;           \
    leave(a);                     \
    return result

static int do_socket(struct adapter *a, int domain, int type)
{
    struct entry made = {.domain = domain, .nonblocking = (type & SOCK_NONBLOCK) != 0};
    int rc = NONNET_OK;

    if (domain != AF_INET && domain != AF_INET6)
        return failed(EAFNOSUPPORT);
    switch (type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC)) {
    case SOCK_STREAM:
        made.kind = KIND_STREAM;
        break;
    case SOCK_DGRAM:
        made.kind = KIND_DATAGRAM;
        rc = nonnet_udp_open(a->stack, domain == AF_INET ? 4 : 6, &made.udp);
        break;
    default:
        return failed(EPROTONOSUPPORT);
    }
    return rc == NONNET_OK ? entry_new(a, made) : failed(error_of(rc));
}

static int call_socket(void *u, int domain, int type, int protocol)
{
    (void)protocol;
    LOCKED(int, do_socket(a, domain, type));
}

static int do_bind(struct adapter *a, int fd, const struct sockaddr *addr, socklen_t len)
{
    static const uint8_t any[16];
    struct entry *e = entry_of(a, fd);
    struct nonnet_endpoint local;

    if (!e || !endpoint_read(&local, addr, len))
        return -1;
    if (e->kind == KIND_DATAGRAM) {
        if (memcmp(local.address.octet, any, sizeof any) == 0)
            local.address.version = 0;
        int rc = nonnet_udp_bind(a->stack, e->udp, &local);
        return rc == NONNET_OK ? 0 : failed(error_of(rc));
    }
    if (e->kind != KIND_STREAM)
        return failed(EINVAL);
    e->local = local;
    return 0;
}

static int call_bind(void *u, int fd, const struct sockaddr *addr, socklen_t len)
{
    LOCKED(int, do_bind(a, fd, addr, len));
}

static int do_listen(struct adapter *a, int fd, int backlog)
{
    struct entry *e = entry_of(a, fd);

    if (!e)
        return -1;
    if (e->kind != KIND_STREAM || e->local.port == 0)
        return failed(e->kind == KIND_LISTENER ? 0 : EINVAL);
    uint16_t most = backlog < 1 ? 1 : backlog > 128 ? 128 : (uint16_t)backlog;
    int rc = nonnet_tcp_listen(a->stack, &e->local, most, &e->options, &e->listener);
    if (rc != NONNET_OK)
        return failed(error_of(rc));
    e->kind = KIND_LISTENER;
    return 0;
}

static int call_listen(void *u, int fd, int backlog)
{
    LOCKED(int, do_listen(a, fd, backlog));
}

static int do_accept(struct adapter *a, int fd, struct sockaddr *addr, socklen_t *len)
{
    struct entry *e = entry_of(a, fd);
    struct nonnet_endpoint peer;
    int rc;

    if (!e)
        return -1;
    if (e->kind != KIND_LISTENER)
        return failed(EINVAL);
    struct entry made = {.kind = KIND_CONNECTION, .domain = e->domain, .connected = true};
    do
        rc = nonnet_tcp_accept(a->stack, e->listener, &made.tcp, &peer);
    while (rc == NONNET_E_EMPTY && may_wait(a, e, 0));
    if (rc != NONNET_OK)
        return failed(error_of(rc));
    endpoint_write(&peer, addr, len);
    return entry_new(a, made);
}

static int call_accept(void *u, int fd, struct sockaddr *addr, socklen_t *len)
{
    LOCKED(int, do_accept(a, fd, addr, len));
}

/* What became of a call: 0 or an error of its own, or EINPROGRESS. */
static int connect_outcome(struct adapter *a, const struct entry *e)
{
    struct nonnet_tcp_info info;

    if (nonnet_tcp_info(a->stack, e->tcp, &info) != NONNET_OK)
        return EBADF;
    if (info.state == NONNET_TCP_SYN_SENT || info.state == NONNET_TCP_SYN_RECEIVED)
        return EINPROGRESS;
    if (info.state != NONNET_TCP_CLOSED)
        return 0;
    int rc = nonnet_tcp_error(a->stack, e->tcp);
    return rc == NONNET_OK ? 0 : error_of(rc);
}

static int stream_connect(struct adapter *a, struct entry *e, const struct nonnet_endpoint *peer)
{
    struct nonnet_interface_handle any = {0};
    int outcome;

    if (e->kind == KIND_STREAM) {
        const struct nonnet_endpoint *local = e->local.port != 0 ? &e->local : NULL;
        int rc = nonnet_tcp_connect(a->stack, local, peer, any, &e->options, &e->tcp, a->now);
        if (rc != NONNET_OK)
            return failed(error_of(rc));
        e->kind = KIND_CONNECTION;
        if (e->nonblocking)
            return failed(EINPROGRESS);
    } else if (e->connected) {
        return failed(EISCONN);
    }
    do
        outcome = connect_outcome(a, e);
    while (outcome == EINPROGRESS && may_wait(a, e, 0));
    if (outcome != 0)
        return failed(outcome == EINPROGRESS ? EALREADY : outcome);
    e->connected = true;
    return 0;
}

static int do_connect(struct adapter *a, int fd, const struct sockaddr *addr, socklen_t len)
{
    struct entry *e = entry_of(a, fd);
    struct nonnet_interface_handle any = {0};
    struct nonnet_endpoint peer;

    if (!e || !endpoint_read(&peer, addr, len))
        return -1;
    if (e->kind == KIND_LISTENER)
        return failed(EISCONN);
    if (e->kind != KIND_DATAGRAM)
        return stream_connect(a, e, &peer);
    int rc = nonnet_udp_connect(a->stack, e->udp, &peer, any);
    return rc == NONNET_OK ? 0 : failed(error_of(rc));
}

static int call_connect(void *u, int fd, const struct sockaddr *addr, socklen_t len)
{
    LOCKED(int, do_connect(a, fd, addr, len));
}

/* One attempt to receive. Returns a length, or a result of the library. */
static ssize_t receive_once(struct adapter *a, const struct entry *e, void *buf, size_t len,
                            int flags, struct nonnet_endpoint *from)
{
    uint32_t most = len < UINT32_MAX ? (uint32_t)len : UINT32_MAX, got = 0;
    struct nonnet_tcp_bytes bytes;
    struct nonnet_udp_message m;
    size_t datagram_len;
    int rc;

    if (e->kind == KIND_DATAGRAM) {
        rc = nonnet_udp_receive(a->stack, e->udp, buf, len, &datagram_len, &m);
        if (rc != NONNET_OK)
            return rc;
        *from = m.peer;
        return (ssize_t)datagram_len;
    }
    if ((flags & MSG_PEEK) == 0) {
        rc = nonnet_tcp_read(a->stack, e->tcp, buf, most, &got);
        return rc == NONNET_OK ? (ssize_t)got : rc == NONNET_E_CLOSED ? 0 : rc;
    }
    rc = nonnet_tcp_peek(a->stack, e->tcp, &bytes);
    for (int i = 0; rc == NONNET_OK && i < 2; i++) {
        uint32_t part = bytes.len[i] < most - got ? bytes.len[i] : most - got;
        if (part > 0)
            memcpy((uint8_t *)buf + got, bytes.data[i], part);
        got += part;
    }
    return rc == NONNET_OK ? (ssize_t)got : rc == NONNET_E_CLOSED ? 0 : rc;
}

static ssize_t do_recvfrom(struct adapter *a, int fd, void *buf, size_t len, int flags,
                           struct sockaddr *addr, socklen_t *addrlen)
{
    const struct entry *e = entry_of(a, fd);
    struct nonnet_endpoint from = {.port = 0};
    ssize_t got;

    if (!e)
        return -1;
    if (e->kind != KIND_CONNECTION && e->kind != KIND_DATAGRAM)
        return failed(ENOTCONN);
    if ((flags & ~(MSG_PEEK | MSG_DONTWAIT)) != 0)
        return failed(EOPNOTSUPP);
    do
        got = receive_once(a, e, buf, len, flags, &from);
    while (got == NONNET_E_EMPTY && may_wait(a, e, flags));
    if (got < 0)
        return failed(error_of((int)got));
    if (from.address.version != 0)
        endpoint_write(&from, addr, addrlen);
    return got;
}

static ssize_t call_recvfrom(void *u, int fd, void *buf, size_t len, int flags,
                             struct sockaddr *addr, socklen_t *addrlen)
{
    LOCKED(ssize_t, do_recvfrom(a, fd, buf, len, flags, addr, addrlen));
}

static ssize_t call_recv(void *u, int fd, void *buf, size_t len, int flags)
{
    return call_recvfrom(u, fd, buf, len, flags, NULL, NULL);
}

static ssize_t call_read(void *u, int fd, void *buf, size_t len)
{
    return call_recvfrom(u, fd, buf, len, 0, NULL, NULL);
}

static size_t iov_len(const struct iovec *iov, size_t count)
{
    size_t len = 0;

    for (size_t i = 0; i < count; i++)
        len += iov[i].iov_len;
    return len;
}

static ssize_t receive_scattered(void *u, int fd, const struct iovec *iov, size_t count, int flags,
                                 struct sockaddr *addr, socklen_t *addrlen)
{
    size_t len = iov_len(iov, count), used = 0;
    uint8_t *whole = malloc(len > 0 ? len : 1);

    if (!whole)
        return failed(ENOMEM);
    ssize_t got = call_recvfrom(u, fd, whole, len, flags, addr, addrlen);
    for (size_t i = 0; i < count && got > 0 && used < (size_t)got; i++) {
        size_t left = (size_t)got - used;
        size_t part = iov[i].iov_len < left ? iov[i].iov_len : left;
        if (part > 0)
            memcpy(iov[i].iov_base, whole + used, part);
        used += part;
    }
    free(whole);
    return got;
}

static ssize_t call_readv(void *u, int fd, const struct iovec *iov, int count)
{
    return receive_scattered(u, fd, iov, count > 0 ? (size_t)count : 0, 0, NULL, NULL);
}

static ssize_t call_recvmsg(void *u, int fd, struct msghdr *m, int flags)
{
    m->msg_controllen = 0;
    m->msg_flags = 0;
    return receive_scattered(u, fd, m->msg_iov, m->msg_iovlen, flags, m->msg_name,
                             m->msg_name ? &m->msg_namelen : NULL);
}

static ssize_t datagram_send(struct adapter *a, const struct entry *e, const void *buf, size_t len,
                             const struct sockaddr *addr, socklen_t addrlen)
{
    struct nonnet_udp_message m = {.peer = {.port = 0}};

    if (addr && !endpoint_read(&m.peer, addr, addrlen))
        return -1;
    int rc = nonnet_udp_send(a->stack, e->udp, addr ? &m : NULL, buf, len, a->now);
    return rc == NONNET_OK ? (ssize_t)len : failed(error_of(rc));
}

static ssize_t do_sendto(struct adapter *a, int fd, const void *buf, size_t len, int flags,
                         const struct sockaddr *addr, socklen_t addrlen)
{
    const struct entry *e = entry_of(a, fd);
    size_t done = 0;
    int rc;

    if (!e)
        return -1;
    if ((flags & ~(MSG_DONTWAIT | MSG_NOSIGNAL)) != 0)
        return failed(EOPNOTSUPP);
    if (e->kind == KIND_DATAGRAM)
        return datagram_send(a, e, buf, len, addr, addrlen);
    if (e->kind != KIND_CONNECTION)
        return failed(ENOTCONN);
    do {
        size_t left = len - done;
        uint32_t written = 0;
        rc = nonnet_tcp_write(a->stack, e->tcp, (const uint8_t *)buf + done,
                              left < UINT32_MAX ? (uint32_t)left : UINT32_MAX, &written);
        done += rc == NONNET_OK ? written : 0;
        if (rc != NONNET_OK && rc != NONNET_E_FULL)
            break;
    } while (done < len && may_wait(a, e, flags));
    if (done > 0 || len == 0)
        return (ssize_t)done;
    return failed(error_of(rc == NONNET_OK ? NONNET_E_FULL : rc));
}

static ssize_t call_sendto(void *u, int fd, const void *buf, size_t len, int flags,
                           const struct sockaddr *addr, socklen_t addrlen)
{
    LOCKED(ssize_t, do_sendto(a, fd, buf, len, flags, addr, addrlen));
}

static ssize_t call_send(void *u, int fd, const void *buf, size_t len, int flags)
{
    return call_sendto(u, fd, buf, len, flags, NULL, 0);
}

static ssize_t call_write(void *u, int fd, const void *buf, size_t len)
{
    return call_sendto(u, fd, buf, len, 0, NULL, 0);
}

static ssize_t send_gathered(void *u, int fd, const struct iovec *iov, size_t count, int flags,
                             const struct sockaddr *addr, socklen_t addrlen)
{
    size_t len = iov_len(iov, count), used = 0;
    uint8_t *whole = malloc(len > 0 ? len : 1);

    if (!whole)
        return failed(ENOMEM);
    for (size_t i = 0; i < count; i++) {
        if (iov[i].iov_len > 0)
            memcpy(whole + used, iov[i].iov_base, iov[i].iov_len);
        used += iov[i].iov_len;
    }
    ssize_t sent = call_sendto(u, fd, whole, len, flags, addr, addrlen);
    int error = errno;
    free(whole);
    errno = error;
    return sent;
}

static ssize_t call_writev(void *u, int fd, const struct iovec *iov, int count)
{
    return send_gathered(u, fd, iov, count > 0 ? (size_t)count : 0, 0, NULL, 0);
}

static ssize_t call_sendmsg(void *u, int fd, const struct msghdr *m, int flags)
{
    return send_gathered(u, fd, m->msg_iov, m->msg_iovlen, flags, m->msg_name, m->msg_namelen);
}

static int do_fcntl(struct adapter *a, int fd, int command, int value)
{
    struct entry *e = entry_of(a, fd);

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
        return failed(EINVAL);
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
    const struct entry *e = entry_of(a, fd);
    struct nonnet_tcp_info info;

    if (!e)
        return -1;
    if (e->kind != KIND_CONNECTION || (request != FIONREAD && request != TIOCOUTQ))
        return failed(EINVAL);
    if (nonnet_tcp_info(a->stack, e->tcp, &info) != NONNET_OK)
        return failed(EBADF);
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
    struct entry *e = entry_of(a, fd);
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
    return rc == NONNET_OK ? 0 : failed(error_of(rc));
}

static int call_close(void *u, int fd)
{
    LOCKED(int, do_close(a, fd));
}

static int do_shutdown(struct adapter *a, int fd, int how)
{
    const struct entry *e = entry_of(a, fd);

    if (!e)
        return -1;
    if (e->kind != KIND_CONNECTION)
        return failed(ENOTCONN);
    if (how == SHUT_RD) /* the stack has no half of a connection that is read no more */
        return failed(EOPNOTSUPP);
    int rc = nonnet_tcp_shutdown(a->stack, e->tcp, a->now);
    return rc == NONNET_OK ? 0 : failed(error_of(rc));
}

static int call_shutdown(void *u, int fd, int how)
{
    LOCKED(int, do_shutdown(a, fd, how));
}

static int do_getsockopt(struct adapter *a, int fd, int level, int name, void *value,
                         socklen_t *len)
{
    struct entry *e = entry_of(a, fd);
    struct nonnet_tcp_info info;
    int number;

    if (!e)
        return -1;
    if (level == SOL_SOCKET && name == SO_ERROR && e->kind == KIND_DATAGRAM) {
        int rc = nonnet_udp_take_error(a->stack, e->udp);
        number = rc == NONNET_OK ? 0 : error_of(rc);
    } else if (level == SOL_SOCKET && name == SO_ERROR) {
        int outcome = e->kind == KIND_CONNECTION ? connect_outcome(a, e) : 0;
        number = outcome == EINPROGRESS ? 0 : outcome;
    } else if (level == IPPROTO_TCP && name == TCP_MAXSEG && e->kind == KIND_CONNECTION &&
               nonnet_tcp_info(a->stack, e->tcp, &info) == NONNET_OK) {
        number = (int)info.mss;
    } else if (level == IPPROTO_TCP && name == TCP_NODELAY) {
        number = e->options.no_delay;
    } else {
        return failed(ENOPROTOOPT);
    }
    if (*len < sizeof number)
        return failed(EINVAL);
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
        return failed(ENOPROTOOPT);
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
        return failed(ENOPROTOOPT);
    return 0;
}

static int do_setsockopt(struct adapter *a, int fd, int level, int name, const void *value,
                         socklen_t len)
{
    struct entry *e = entry_of(a, fd);
    int number;

    if (!e)
        return -1;
    if (len < sizeof number)
        return failed(EINVAL);
    memcpy(&number, value, sizeof number);
    if (e->kind == KIND_DATAGRAM)
        return level == SOL_SOCKET && name == SO_REUSEADDR ? 0 : failed(ENOPROTOOPT);
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
        const struct entry *e = entry_of(a, fds[i].fd);
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
        const struct entry *e = entry_of(a, fds[i].fd);
        if (e && e->kind != KIND_CONNECTION)
            return failed(EOPNOTSUPP);
    }
    while ((count = do_poll_once(a, fds, nfds)) == 0 && a->now < end && !a->ending)
        wait_once(a);
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
    return rc == NONNET_OK ? 0 : failed(EIO);
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
        return failed(EMSGSIZE);
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
    return failed(ENOSYS);
}

static int call_epoll_ctl(void *u, int epfd, int op, int fd, struct epoll_event *event)
{
    (void)u;
    (void)epfd;
    (void)op;
    (void)fd;
    (void)event;
    return failed(ENOSYS);
}

static int call_epoll_wait(void *u, int epfd, struct epoll_event *events, int maxevents,
                           int timeout)
{
    (void)u;
    (void)epfd;
    (void)events;
    (void)maxevents;
    (void)timeout;
    return failed(ENOSYS);
}

static int call_pipe(void *u, int fds[2])
{
    (void)u;
    (void)fds;
    return failed(ENOSYS);
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
    return failed(ENOSYS);
}

/* Whoever waits in a call comes back with an error first; nobody may begin another one. */
static void call_free(void *u)
{
    struct adapter *a = enter(u);

    a->ending = true;
    pthread_cond_broadcast(&a->happened);
    while (a->nwaiting > 0)
        pthread_cond_wait(&a->happened, &a->lock);
    leave(a);
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
    .socket = call_socket,
    .bind = call_bind,
    .listen = call_listen,
    .accept = call_accept,
    .connect = call_connect,
    .read = call_read,
    .readv = call_readv,
    .recv = call_recv,
    .recvfrom = call_recvfrom,
    .recvmsg = call_recvmsg,
    .write = call_write,
    .writev = call_writev,
    .send = call_send,
    .sendto = call_sendto,
    .sendmsg = call_sendmsg,
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
