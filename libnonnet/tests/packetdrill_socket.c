/*
 * The calls that make sockets and move data: socket, bind, listen, accept, connect, and all kinds of
 * reading and writing.
 */
#include "packetdrill_adapter.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

static int entry_new(struct adapter *a, struct entry made)
{
    for (int i = 0; i < NSOCKETS; i++) {
        if (a->entries[i].kind == KIND_FREE) {
            a->entries[i] = made;
            return FIRST_FD + i;
        }
    }
    return adapter_failed(EMFILE);
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

/*
 * Lets a call that would block wait for something to happen. Returns false if it must not, or the
 * adapter is ending.
 */
static bool may_wait(struct adapter *a, const struct entry *e, int flags)
{
    if (e->nonblocking || (flags & MSG_DONTWAIT) != 0 || a->ending)
        return false;
    adapter_wait_once(a);
    return !a->ending;
}

static int do_socket(struct adapter *a, int domain, int type)
{
    struct entry made = {.domain = domain, .nonblocking = (type & SOCK_NONBLOCK) != 0};
    int rc = NONNET_OK;

    if (domain != AF_INET && domain != AF_INET6)
        return adapter_failed(EAFNOSUPPORT);
    switch (type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC)) {
    case SOCK_STREAM:
        made.kind = KIND_STREAM;
        break;
    case SOCK_DGRAM:
        made.kind = KIND_DATAGRAM;
        rc = nonnet_udp_open(a->stack, domain == AF_INET ? 4 : 6, &made.udp);
        break;
    default:
        return adapter_failed(EPROTONOSUPPORT);
    }
    return rc == NONNET_OK ? entry_new(a, made) : adapter_failed(adapter_error_of(rc));
}

int adapter_socket(void *u, int domain, int type, int protocol)
{
    (void)protocol;
    LOCKED(int, do_socket(a, domain, type));
}

static int do_bind(struct adapter *a, int fd, const struct sockaddr *addr, socklen_t len)
{
    static const uint8_t any[16];
    struct entry *e = adapter_entry_of(a, fd);
    struct nonnet_endpoint local;

    if (!e || !endpoint_read(&local, addr, len))
        return -1;
    if (e->kind == KIND_DATAGRAM) {
        if (memcmp(local.address.octet, any, sizeof any) == 0)
            local.address.version = 0;
        int rc = nonnet_udp_bind(a->stack, e->udp, &local);
        return rc == NONNET_OK ? 0 : adapter_failed(adapter_error_of(rc));
    }
    if (e->kind != KIND_STREAM)
        return adapter_failed(EINVAL);
    e->local = local;
    return 0;
}

int adapter_bind(void *u, int fd, const struct sockaddr *addr, socklen_t len)
{
    LOCKED(int, do_bind(a, fd, addr, len));
}

static int do_listen(struct adapter *a, int fd, int backlog)
{
    struct entry *e = adapter_entry_of(a, fd);

    if (!e)
        return -1;
    if (e->kind != KIND_STREAM || e->local.port == 0)
        return adapter_failed(e->kind == KIND_LISTENER ? 0 : EINVAL);
    uint16_t most = backlog < 1 ? 1 : backlog > 128 ? 128 : (uint16_t)backlog;
    int rc = nonnet_tcp_listen(a->stack, &e->local, most, &e->options, &e->listener);
    if (rc != NONNET_OK)
        return adapter_failed(adapter_error_of(rc));
    e->kind = KIND_LISTENER;
    return 0;
}

int adapter_listen(void *u, int fd, int backlog)
{
    LOCKED(int, do_listen(a, fd, backlog));
}

static int do_accept(struct adapter *a, int fd, struct sockaddr *addr, socklen_t *len)
{
    struct entry *e = adapter_entry_of(a, fd);
    struct nonnet_endpoint peer;
    int rc;

    if (!e)
        return -1;
    if (e->kind != KIND_LISTENER)
        return adapter_failed(EINVAL);
    struct entry made = {.kind = KIND_CONNECTION, .domain = e->domain, .connected = true};
    do
        rc = nonnet_tcp_accept(a->stack, e->listener, &made.tcp, &peer);
    while (rc == NONNET_E_EMPTY && may_wait(a, e, 0));
    if (rc != NONNET_OK)
        return adapter_failed(adapter_error_of(rc));
    endpoint_write(&peer, addr, len);
    return entry_new(a, made);
}

int adapter_accept(void *u, int fd, struct sockaddr *addr, socklen_t *len)
{
    LOCKED(int, do_accept(a, fd, addr, len));
}

int adapter_connect_outcome(struct adapter *a, const struct entry *e)
{
    struct nonnet_tcp_info info;

    if (nonnet_tcp_info(a->stack, e->tcp, &info) != NONNET_OK)
        return EBADF;
    if (info.state == NONNET_TCP_SYN_SENT || info.state == NONNET_TCP_SYN_RECEIVED)
        return EINPROGRESS;
    if (info.state != NONNET_TCP_CLOSED)
        return 0;
    int rc = nonnet_tcp_error(a->stack, e->tcp);
    return rc == NONNET_OK ? 0 : adapter_error_of(rc);
}

static int stream_connect(struct adapter *a, struct entry *e, const struct nonnet_endpoint *peer)
{
    struct nonnet_interface_handle any = {0};
    int outcome;

    if (e->kind == KIND_STREAM) {
        const struct nonnet_endpoint *local = e->local.port != 0 ? &e->local : NULL;
        int rc = nonnet_tcp_connect(a->stack, local, peer, any, &e->options, &e->tcp, a->now);
        if (rc != NONNET_OK)
            return adapter_failed(adapter_error_of(rc));
        e->kind = KIND_CONNECTION;
        if (e->nonblocking)
            return adapter_failed(EINPROGRESS);
    } else if (e->connected) {
        return adapter_failed(EISCONN);
    }
    do
        outcome = adapter_connect_outcome(a, e);
    while (outcome == EINPROGRESS && may_wait(a, e, 0));
    if (outcome != 0)
        return adapter_failed(outcome == EINPROGRESS ? EALREADY : outcome);
    e->connected = true;
    return 0;
}

static int do_connect(struct adapter *a, int fd, const struct sockaddr *addr, socklen_t len)
{
    struct entry *e = adapter_entry_of(a, fd);
    struct nonnet_interface_handle any = {0};
    struct nonnet_endpoint peer;

    if (!e || !endpoint_read(&peer, addr, len))
        return -1;
    if (e->kind == KIND_LISTENER)
        return adapter_failed(EISCONN);
    if (e->kind != KIND_DATAGRAM)
        return stream_connect(a, e, &peer);
    int rc = nonnet_udp_connect(a->stack, e->udp, &peer, any);
    return rc == NONNET_OK ? 0 : adapter_failed(adapter_error_of(rc));
}

int adapter_connect(void *u, int fd, const struct sockaddr *addr, socklen_t len)
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
    const struct entry *e = adapter_entry_of(a, fd);
    struct nonnet_endpoint from = {.port = 0};
    ssize_t got;

    if (!e)
        return -1;
    if (e->kind != KIND_CONNECTION && e->kind != KIND_DATAGRAM)
        return adapter_failed(ENOTCONN);
    if ((flags & ~(MSG_PEEK | MSG_DONTWAIT)) != 0)
        return adapter_failed(EOPNOTSUPP);
    do
        got = receive_once(a, e, buf, len, flags, &from);
    while (got == NONNET_E_EMPTY && may_wait(a, e, flags));
    if (got < 0)
        return adapter_failed(adapter_error_of((int)got));
    if (from.address.version != 0)
        endpoint_write(&from, addr, addrlen);
    return got;
}

ssize_t adapter_recvfrom(void *u, int fd, void *buf, size_t len, int flags, struct sockaddr *addr,
                         socklen_t *addrlen)
{
    LOCKED(ssize_t, do_recvfrom(a, fd, buf, len, flags, addr, addrlen));
}

ssize_t adapter_recv(void *u, int fd, void *buf, size_t len, int flags)
{
    return adapter_recvfrom(u, fd, buf, len, flags, NULL, NULL);
}

ssize_t adapter_read(void *u, int fd, void *buf, size_t len)
{
    return adapter_recvfrom(u, fd, buf, len, 0, NULL, NULL);
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
        return adapter_failed(ENOMEM);
    ssize_t got = adapter_recvfrom(u, fd, whole, len, flags, addr, addrlen);
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

ssize_t adapter_readv(void *u, int fd, const struct iovec *iov, int count)
{
    return receive_scattered(u, fd, iov, count > 0 ? (size_t)count : 0, 0, NULL, NULL);
}

ssize_t adapter_recvmsg(void *u, int fd, struct msghdr *m, int flags)
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
    return rc == NONNET_OK ? (ssize_t)len : adapter_failed(adapter_error_of(rc));
}

static ssize_t do_sendto(struct adapter *a, int fd, const void *buf, size_t len, int flags,
                         const struct sockaddr *addr, socklen_t addrlen)
{
    const struct entry *e = adapter_entry_of(a, fd);
    size_t done = 0;
    int rc;

    if (!e)
        return -1;
    if ((flags & ~(MSG_DONTWAIT | MSG_NOSIGNAL)) != 0)
        return adapter_failed(EOPNOTSUPP);
    if (e->kind == KIND_DATAGRAM)
        return datagram_send(a, e, buf, len, addr, addrlen);
    if (e->kind != KIND_CONNECTION)
        return adapter_failed(ENOTCONN);
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
    return adapter_failed(adapter_error_of(rc == NONNET_OK ? NONNET_E_FULL : rc));
}

ssize_t adapter_sendto(void *u, int fd, const void *buf, size_t len, int flags,
                       const struct sockaddr *addr, socklen_t addrlen)
{
    LOCKED(ssize_t, do_sendto(a, fd, buf, len, flags, addr, addrlen));
}

ssize_t adapter_send(void *u, int fd, const void *buf, size_t len, int flags)
{
    return adapter_sendto(u, fd, buf, len, flags, NULL, 0);
}

ssize_t adapter_write(void *u, int fd, const void *buf, size_t len)
{
    return adapter_sendto(u, fd, buf, len, 0, NULL, 0);
}

static ssize_t send_gathered(void *u, int fd, const struct iovec *iov, size_t count, int flags,
                             const struct sockaddr *addr, socklen_t addrlen)
{
    size_t len = iov_len(iov, count), used = 0;
    uint8_t *whole = malloc(len > 0 ? len : 1);

    if (!whole)
        return adapter_failed(ENOMEM);
    for (size_t i = 0; i < count; i++) {
        if (iov[i].iov_len > 0)
            memcpy(whole + used, iov[i].iov_base, iov[i].iov_len);
        used += iov[i].iov_len;
    }
    ssize_t sent = adapter_sendto(u, fd, whole, len, flags, addr, addrlen);
    int error = errno;
    free(whole);
    errno = error;
    return sent;
}

ssize_t adapter_writev(void *u, int fd, const struct iovec *iov, int count)
{
    return send_gathered(u, fd, iov, count > 0 ? (size_t)count : 0, 0, NULL, 0);
}

ssize_t adapter_sendmsg(void *u, int fd, const struct msghdr *m, int flags)
{
    return send_gathered(u, fd, m->msg_iov, m->msg_iovlen, flags, m->msg_name, m->msg_namelen);
}
