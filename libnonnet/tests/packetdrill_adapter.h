/*
 * What the two files of the adapter share: packetdrill.c has the stack, the clock and the link,
 * packetdrill_socket.c the calls that move data.
 */
#ifndef NONNET_TESTS_PACKETDRILL_ADAPTER_H
#define NONNET_TESTS_PACKETDRILL_ADAPTER_H

#include "packetdrill.h"

#include <pthread.h>
#include <stdbool.h>

#include <nonnet/stack.h>
#include <nonnet/tcp.h>
#include <nonnet/udp.h>

#define NSOCKETS 64
#define FIRST_FD 1000 /* no file of the caller's */

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

/* Sets errno; returns -1. */
int adapter_failed(int error);
/* The errno of a result of the library. */
int adapter_error_of(int rc);
/* What a descriptor stands for, or NULL, and errno says why. */
struct entry *adapter_entry_of(struct adapter *a, int fd);
/* Waits, without the lock, until something may have happened. */
void adapter_wait_once(struct adapter *a);
struct adapter *adapter_enter(void *userdata);
void adapter_leave(struct adapter *a);
/* What became of a call: 0 or an error of its own, or EINPROGRESS. */
int adapter_connect_outcome(struct adapter *a, const struct entry *e);

/* Each call of the table is a function that works under the lock, and one that takes it. */
#define LOCKED(type, call)                \
    struct adapter *a = adapter_enter(u); \
    type result = call;                   \
    adapter_leave(a);                     \
    return result

/* The calls of the table that packetdrill_socket.c has. */
int adapter_socket(void *u, int domain, int type, int protocol);
int adapter_bind(void *u, int fd, const struct sockaddr *addr, socklen_t len);
int adapter_listen(void *u, int fd, int backlog);
int adapter_accept(void *u, int fd, struct sockaddr *addr, socklen_t *len);
int adapter_connect(void *u, int fd, const struct sockaddr *addr, socklen_t len);
ssize_t adapter_recvfrom(void *u, int fd, void *buf, size_t len, int flags, struct sockaddr *addr,
                         socklen_t *addrlen);
ssize_t adapter_recv(void *u, int fd, void *buf, size_t len, int flags);
ssize_t adapter_read(void *u, int fd, void *buf, size_t len);
ssize_t adapter_readv(void *u, int fd, const struct iovec *iov, int count);
ssize_t adapter_recvmsg(void *u, int fd, struct msghdr *m, int flags);
ssize_t adapter_sendto(void *u, int fd, const void *buf, size_t len, int flags,
                       const struct sockaddr *addr, socklen_t addrlen);
ssize_t adapter_send(void *u, int fd, const void *buf, size_t len, int flags);
ssize_t adapter_write(void *u, int fd, const void *buf, size_t len);
ssize_t adapter_writev(void *u, int fd, const struct iovec *iov, int count);
ssize_t adapter_sendmsg(void *u, int fd, const struct msghdr *m, int flags);

#endif
