/*
 * The interface by which packetdrill drives a stack that lies in a shared object (its option
 * --so_filename), as far as its layout goes: a table of functions that look like system calls, the
 * packets of the link, and a clock. It is declared here because packetdrill is no part of this
 * project; members and their order are those of its packetdrill.h.
 */
#ifndef NONNET_TESTS_PACKETDRILL_H
#define NONNET_TESTS_PACKETDRILL_H

#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/uio.h>

struct packetdrill_interface {
    void *userdata; /* the first argument of every function */
    void (*free)(void *userdata);
    int (*socket)(void *userdata, int domain, int type, int protocol);
    int (*bind)(void *userdata, int fd, const struct sockaddr *addr, socklen_t addrlen);
    int (*listen)(void *userdata, int fd, int backlog);
    int (*accept)(void *userdata, int fd, struct sockaddr *addr, socklen_t *addrlen);
    int (*connect)(void *userdata, int fd, const struct sockaddr *addr, socklen_t addrlen);
    ssize_t (*read)(void *userdata, int fd, void *buf, size_t count);
    ssize_t (*readv)(void *userdata, int fd, const struct iovec *iov, int iovcnt);
    ssize_t (*recv)(void *userdata, int fd, void *buf, size_t len, int flags);
    ssize_t (*recvfrom)(void *userdata, int fd, void *buf, size_t len, int flags,
                        struct sockaddr *addr, socklen_t *addrlen);
    ssize_t (*recvmsg)(void *userdata, int fd, struct msghdr *msg, int flags);
    ssize_t (*write)(void *userdata, int fd, const void *buf, size_t count);
    ssize_t (*writev)(void *userdata, int fd, const struct iovec *iov, int iovcnt);
    ssize_t (*send)(void *userdata, int fd, const void *buf, size_t len, int flags);
    ssize_t (*sendto)(void *userdata, int fd, const void *buf, size_t len, int flags,
                      const struct sockaddr *addr, socklen_t addrlen);
    ssize_t (*sendmsg)(void *userdata, int fd, const struct msghdr *msg, int flags);
    int (*fcntl)(void *userdata, int fd, int command, ...);
    int (*ioctl)(void *userdata, int fd, unsigned long request, ...);
    int (*close)(void *userdata, int fd);
    int (*shutdown)(void *userdata, int fd, int how);
    int (*getsockopt)(void *userdata, int fd, int level, int name, void *value, socklen_t *len);
    int (*setsockopt)(void *userdata, int fd, int level, int name, const void *value,
                      socklen_t len);
    int (*poll)(void *userdata, struct pollfd *fds, nfds_t nfds, int timeout_ms);
    /* An IP packet for the stack. */
    int (*netdev_send)(void *userdata, const void *packet, size_t len);
    /* The next packet of the stack; `*len` is the room, then the length, 0 if there is none. */
    int (*netdev_receive)(void *userdata, void *packet, size_t *len, long long *time_us);
    int (*usleep)(void *userdata, useconds_t us);
    /* With times of 64 bits on a host of 32, too: packetdrill must be compiled with -D_TIME_BITS=64 there. */
    int (*gettimeofday)(void *userdata, struct timeval *tv, struct timezone *tz);
    int (*epoll_create)(void *userdata, int size);
    int (*epoll_ctl)(void *userdata, int epfd, int op, int fd, struct epoll_event *event);
    int (*epoll_wait)(void *userdata, int epfd, struct epoll_event *events, int maxevents,
                      int timeout);
    int (*pipe)(void *userdata, int fds[2]);
    int (*splice)(void *userdata, int fd_in, loff_t *offset_in, int fd_out, loff_t *offset_out,
                  size_t len, unsigned flags);
};

/*
 * What the shared object exports. `flags` is the argument of --so_flags: KEY=VALUE with commas
 * between them, or NULL; packetdrill.c says which keys there are. An argument that is not understood
 * leaves `userdata` NULL.
 */
void packetdrill_interface_init(const char *flags, struct packetdrill_interface *interface);

#endif
