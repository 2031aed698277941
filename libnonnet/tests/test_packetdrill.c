/*
 * libnonnet-packetdrill.so as packetdrill drives it: the shared object is loaded, calls go through
 * its table, packets of IP are put together and taken apart here, and time is the stack's.
 */
#include <check_main.h>

#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <nonnet/checksum.h>
#include <nonnet/ipv4.h>
#include <nonnet/tcp_wire.h>

#include "packetdrill.h"

#define PEER_ISN 5000u

static struct packetdrill_interface pd;
static void *handle;
static void *u; /* what every call begins with */

static const struct nonnet_ipv4_address ours = {{192, 168, 0, 1}}, theirs = {{192, 0, 2, 1}};

static void load_with(const char *flags)
{
    char path[4096];
    const char *top = getenv("NONOS_BUILDDIR");
    snprintf(path, sizeof path, "%s/libnonnet/tests/libnonnet-packetdrill.so", top ? top : ".");
    handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    ck_assert_msg(handle != NULL, "%s", dlerror());
    void (*init)(const char *, struct packetdrill_interface *);
    void *symbol = dlsym(handle, "packetdrill_interface_init");
    ck_assert_ptr_nonnull(symbol);
    memcpy(&init, &symbol, sizeof init);
    memset(&pd, 0, sizeof pd);
    init(flags, &pd);
    u = pd.userdata;
}

static void load(void)
{
    load_with(NULL);
    ck_assert_ptr_nonnull(u);
}

static void unload(void)
{
    pd.free(u);
    dlclose(handle);
}

static struct sockaddr_in address(struct nonnet_ipv4_address a, uint16_t port)
{
    struct sockaddr_in s = {.sin_family = AF_INET, .sin_port = htons(port)};
    memcpy(&s.sin_addr, a.octet, 4);
    return s;
}

static long long now_us(void)
{
    struct timeval tv;
    ck_assert_int_eq(pd.gettimeofday(u, &tv, NULL), 0);
    return tv.tv_sec * 1000000ll + tv.tv_usec;
}

static size_t packet_make(uint8_t *out, uint8_t protocol, const uint8_t *upper, size_t len)
{
    struct nonnet_ipv4_header h = {.source = theirs,
                                   .destination = ours,
                                   .total_len = (uint16_t)(20 + len),
                                   .header_len = 20,
                                   .ttl = 64,
                                   .protocol = protocol};
    ck_assert_int_eq(nonnet_ipv4_encode(&h, out, 20), NONNET_OK);
    memcpy(out + 20, upper, len);
    return 20 + len;
}

/* The peer, at port 4000, sends a segment to port 8080 or to the one that called it. */
static void peer_says(struct nonnet_tcp_header h, uint16_t to, const char *data)
{
    uint8_t segment[1500], packet[1500];
    struct nonnet_checksum c;
    size_t len = strlen(data);
    h.source_port = 4000;
    h.destination_port = to;
    h.window = 60000;
    size_t head = nonnet_tcp_header_len(&h);
    ck_assert_int_eq(nonnet_tcp_header_encode(&h, segment, sizeof segment), NONNET_OK);
    memcpy(segment + head, data, len);
    nonnet_checksum_init(&c);
    nonnet_checksum_add_ipv4_pseudo(&c, &theirs, &ours, 6, (uint16_t)(head + len));
    nonnet_checksum_add(&c, segment, head + len);
    uint16_t sum = nonnet_checksum_finish(&c);
    segment[16] = (uint8_t)(sum >> 8);
    segment[17] = (uint8_t)sum;
    size_t n = packet_make(packet, 6, segment, head + len);
    ck_assert_int_eq(pd.netdev_send(u, packet, n), 0);
}

struct seen {
    struct nonnet_tcp_header h;
    long long at;
    size_t len;
    char data[1500];
};

/* The next packet of the stack, which must be a segment with these flags. */
static struct seen stack_says(uint8_t flags)
{
    static uint8_t packet[65535];
    size_t len = sizeof packet;
    struct seen s;
    memset(&s, 0, sizeof s);
    ck_assert_int_eq(pd.netdev_receive(u, packet, &len, &s.at), 0);
    ck_assert_uint_ge(len, 40);
    ck_assert_int_eq(nonnet_tcp_header_decode(&s.h, packet + 20, len - 20), NONNET_OK);
    ck_assert_uint_eq(s.h.flags & ~NONNET_TCP_PSH, flags);
    s.len = len - 20 - s.h.header_len;
    memcpy(s.data, packet + 20 + s.h.header_len, s.len);
    return s;
}

static int listening(uint16_t port)
{
    struct sockaddr_in local = address(ours, port);
    int fd = pd.socket(u, AF_INET, SOCK_STREAM, IPPROTO_TCP), on = 1;
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(pd.setsockopt(u, fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on), 0);
    ck_assert_int_eq(pd.bind(u, fd, (struct sockaddr *)&local, sizeof local), 0);
    ck_assert_int_eq(pd.listen(u, fd, 1), 0);
    return fd;
}

static uint32_t stack_isn;

static void peer_opens(void)
{
    peer_says(
        (struct nonnet_tcp_header){
            .flags = NONNET_TCP_SYN, .seq = PEER_ISN, .has_mss = true, .mss = 1000},
        8080, "");
    struct seen s = stack_says(NONNET_TCP_SYN | NONNET_TCP_ACK);
    stack_isn = s.h.seq;
    ck_assert_uint_eq(s.h.ack, PEER_ISN + 1);
    peer_says((struct nonnet_tcp_header){.flags = NONNET_TCP_ACK,
                                         .seq = PEER_ISN + 1,
                                         .ack = stack_isn + 1},
              8080, "");
}

static struct nonnet_tcp_header from_peer(uint8_t flags, uint32_t seq, uint32_t ack)
{
    return (struct nonnet_tcp_header){
        .flags = flags, .seq = PEER_ISN + seq, .ack = stack_isn + ack};
}

START_TEST(a_script_of_a_passive_open_runs)
{
    struct sockaddr_in peer;
    socklen_t len = sizeof peer;
    char data[100];
    load();
    int fd = listening(8080);
    peer_opens();
    int s = pd.accept(u, fd, (struct sockaddr *)&peer, &len);
    ck_assert_int_ge(s, 0);
    ck_assert_uint_eq(ntohs(peer.sin_port), 4000);
    ck_assert_mem_eq(&peer.sin_addr, theirs.octet, 4);
    peer_says(from_peer(NONNET_TCP_ACK, 1, 1), 8080, "hello");
    ck_assert_int_eq(pd.read(u, s, data, sizeof data), 5);
    ck_assert_mem_eq(data, "hello", 5);
    ck_assert_int_eq(pd.write(u, s, "answer", 6), 6);
    struct seen seen = stack_says(NONNET_TCP_ACK);
    ck_assert_uint_eq(seen.len, 6);
    ck_assert_mem_eq(seen.data, "answer", 6);
    ck_assert_uint_eq(seen.h.ack, PEER_ISN + 6);
    peer_says(from_peer(NONNET_TCP_ACK | NONNET_TCP_FIN, 6, 7), 8080, "");
    (void)stack_says(NONNET_TCP_ACK);
    ck_assert_int_eq(pd.read(u, s, data, sizeof data), 0);
    ck_assert_int_eq(pd.close(u, s), 0);
    (void)stack_says(NONNET_TCP_ACK | NONNET_TCP_FIN);
    ck_assert_int_eq(pd.close(u, s), -1);
    ck_assert_int_eq(errno, EBADF);
    unload();
}
END_TEST

START_TEST(time_passes_to_the_next_packet_and_no_further)
{
    struct sockaddr_in peer = address(theirs, 4000);
    load();
    int fd = pd.socket(u, AF_INET, SOCK_STREAM, IPPROTO_TCP);
    ck_assert_int_eq(pd.fcntl(u, fd, F_SETFL, O_RDWR | O_NONBLOCK), 0);
    ck_assert_int_eq(pd.fcntl(u, fd, F_GETFL), O_RDWR | O_NONBLOCK);
    long long began = now_us();
    ck_assert_int_eq(pd.connect(u, fd, (struct sockaddr *)&peer, sizeof peer), -1);
    ck_assert_int_eq(errno, EINPROGRESS);
    struct seen s = stack_says(NONNET_TCP_SYN);
    ck_assert_int_eq(s.at, began);
    s = stack_says(NONNET_TCP_SYN); /* once more, after a second */
    ck_assert_int_ge(s.at - began, 900000);
    ck_assert_int_le(s.at - began, 1100000);
    ck_assert_int_eq(now_us(), s.at);
    ck_assert_int_eq(pd.usleep(u, 10000), 0);
    ck_assert_int_eq(now_us(), s.at + 10000);
    stack_isn = s.h.seq;
    struct nonnet_tcp_header answer = from_peer(NONNET_TCP_SYN | NONNET_TCP_ACK, 0, 1);
    peer_says(answer, s.h.source_port, "");
    (void)stack_says(NONNET_TCP_ACK);
    ck_assert_int_eq(pd.connect(u, fd, (struct sockaddr *)&peer, sizeof peer), 0);
    int error = 99;
    socklen_t len = sizeof error;
    ck_assert_int_eq(pd.getsockopt(u, fd, SOL_SOCKET, SO_ERROR, &error, &len), 0);
    ck_assert_int_eq(error, 0);
    unload();
}
END_TEST

static int waiting_fd;
static char waited[16];
static ssize_t waited_len;

static void *reader(void *unused)
{
    (void)unused;
    waited_len = pd.read(u, waiting_fd, waited, sizeof waited);
    return NULL;
}

START_TEST(a_call_that_blocks_ends_when_its_data_comes)
{
    pthread_t thread;
    load();
    int fd = listening(8080);
    peer_opens();
    waiting_fd = pd.accept(u, fd, NULL, NULL);
    ck_assert_int_ge(waiting_fd, 0);
    ck_assert_int_eq(pthread_create(&thread, NULL, reader, NULL), 0);
    ck_assert_int_eq(pd.usleep(u, 100000), 0);
    peer_says(from_peer(NONNET_TCP_ACK, 1, 1), 8080, "late");
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    ck_assert_int_eq(waited_len, 4);
    ck_assert_mem_eq(waited, "late", 4);
    unload();
}
END_TEST

START_TEST(a_call_that_blocks_ends_with_the_adapter)
{
    pthread_t thread;
    load();
    int fd = listening(8080);
    peer_opens();
    waiting_fd = pd.accept(u, fd, NULL, NULL);
    waited_len = 0;
    ck_assert_int_eq(pthread_create(&thread, NULL, reader, NULL), 0);
    struct pollfd p = {.fd = waiting_fd, .events = POLLIN};
    ck_assert_int_eq(pd.poll(u, &p, 1, 0), 0);
    usleep(50000); /* the thread is in its call by now, or will find the adapter ending */
    pd.free(u);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    ck_assert_int_eq(waited_len, -1);
    dlclose(handle);
}
END_TEST

START_TEST(what_would_block_says_so_if_it_must_not)
{
    char data[4];
    load();
    int fd = listening(8080);
    ck_assert_int_eq(pd.fcntl(u, fd, F_SETFL, O_NONBLOCK), 0);
    ck_assert_int_eq(pd.accept(u, fd, NULL, NULL), -1);
    ck_assert_int_eq(errno, EAGAIN);
    peer_opens();
    int s = pd.accept(u, fd, NULL, NULL);
    ck_assert_int_ge(s, 0);
    ck_assert_int_eq(pd.recv(u, s, data, sizeof data, MSG_DONTWAIT), -1);
    ck_assert_int_eq(errno, EAGAIN);
    unload();
}
END_TEST

START_TEST(vectors_and_queues_are_as_of_one_buffer)
{
    char one[3], two[10];
    struct iovec in[2] = {{one, sizeof one}, {two, sizeof two}};
    char first[] = "ab", second[] = "cde";
    struct iovec out[2] = {{first, 2}, {second, 3}};
    struct msghdr m = {.msg_iov = in, .msg_iovlen = 2};
    int queued;
    load();
    int fd = listening(8080);
    peer_opens();
    int s = pd.accept(u, fd, NULL, NULL);
    peer_says(from_peer(NONNET_TCP_ACK, 1, 1), 8080, "abcdefgh");
    ck_assert_int_eq(pd.ioctl(u, s, FIONREAD, &queued), 0);
    ck_assert_int_eq(queued, 8);
    ck_assert_int_eq(pd.recv(u, s, two, 2, MSG_PEEK), 2);
    ck_assert_mem_eq(two, "ab", 2);
    ck_assert_int_eq(pd.readv(u, s, in, 1), 3);
    ck_assert_mem_eq(one, "abc", 3);
    ck_assert_int_eq(pd.recvmsg(u, s, &m, 0), 5);
    ck_assert_mem_eq(one, "def", 3);
    ck_assert_mem_eq(two, "gh", 2);
    ck_assert_int_eq(pd.writev(u, s, out, 2), 5);
    ck_assert_int_eq(pd.ioctl(u, s, TIOCOUTQ, &queued), 0);
    ck_assert_int_eq(queued, 5);
    struct seen seen = stack_says(NONNET_TCP_ACK);
    ck_assert_uint_eq(seen.len, 5);
    ck_assert_mem_eq(seen.data, "abcde", 5);
    unload();
}
END_TEST

START_TEST(poll_says_what_a_connection_is_ready_for)
{
    load();
    int fd = listening(8080);
    peer_opens();
    int s = pd.accept(u, fd, NULL, NULL);
    struct pollfd p = {.fd = s, .events = POLLIN | POLLOUT};
    ck_assert_int_eq(pd.poll(u, &p, 1, 0), 1);
    ck_assert_int_eq(p.revents, POLLOUT);
    peer_says(from_peer(NONNET_TCP_ACK, 1, 1), 8080, "x");
    ck_assert_int_eq(pd.poll(u, &p, 1, 0), 1);
    ck_assert_int_eq(p.revents, POLLIN | POLLOUT);
    peer_says(from_peer(NONNET_TCP_RST, 2, 1), 8080, "");
    ck_assert_int_eq(pd.poll(u, &p, 1, 0), 1);
    ck_assert(p.revents & POLLHUP);
    ck_assert(p.revents & POLLERR);
    unload();
}
END_TEST

START_TEST(datagrams_go_and_come)
{
    struct sockaddr_in local = address(ours, 7000), peer = address(theirs, 4000), from;
    static uint8_t packet[65535];
    uint8_t udp[8 + 4] = {0x0f, 0xa0, 0x1b, 0x58, 0, 12, 0, 0, 'p', 'i', 'n', 'g'};
    socklen_t from_len = sizeof from;
    size_t len = sizeof packet;
    long long at;
    char data[10];
    load();
    int fd = pd.socket(u, AF_INET, SOCK_DGRAM, 0);
    ck_assert_int_eq(pd.bind(u, fd, (struct sockaddr *)&local, sizeof local), 0);
    ck_assert_int_eq(pd.sendto(u, fd, "hi", 2, 0, (struct sockaddr *)&peer, sizeof peer), 2);
    ck_assert_int_eq(pd.netdev_receive(u, packet, &len, &at), 0);
    ck_assert_uint_eq(len, 30);
    ck_assert_mem_eq(packet + 28, "hi", 2);
    len = packet_make(packet, 17, udp, sizeof udp);
    ck_assert_int_eq(pd.netdev_send(u, packet, len), 0);
    ck_assert_int_eq(pd.recvfrom(u, fd, data, sizeof data, 0, (struct sockaddr *)&from, &from_len),
                     4);
    ck_assert_mem_eq(data, "ping", 4);
    ck_assert_uint_eq(ntohs(from.sin_port), 4000);
    unload();
}
END_TEST

START_TEST(nothing_more_to_send_is_a_packet_of_no_length)
{
    static uint8_t packet[65535];
    size_t len = sizeof packet;
    long long at;
    load();
    ck_assert_int_eq(pd.netdev_receive(u, packet, &len, &at), 0);
    ck_assert_uint_eq(len, 0);
    unload();
}
END_TEST

START_TEST(what_the_stack_does_not_have_is_refused)
{
    int fds[2], on = 1;
    struct epoll_event event = {.events = 0};
    load();
    int fd = listening(8080);
    ck_assert_int_eq(pd.epoll_create(u, 1), -1);
    ck_assert_int_eq(errno, ENOSYS);
    ck_assert_int_eq(pd.epoll_ctl(u, 1, 1, fd, &event), -1);
    ck_assert_int_eq(pd.epoll_wait(u, 1, &event, 1, 0), -1);
    ck_assert_int_eq(pd.pipe(u, fds), -1);
    ck_assert_int_eq(pd.splice(u, 1, NULL, 2, NULL, 1, 0), -1);
    ck_assert_int_eq(errno, ENOSYS);
    ck_assert_int_eq(pd.setsockopt(u, fd, IPPROTO_TCP, TCP_CONGESTION, &on, sizeof on), -1);
    ck_assert_int_eq(errno, ENOPROTOOPT);
    ck_assert_int_eq(pd.socket(u, AF_UNIX, SOCK_STREAM, 0), -1);
    ck_assert_int_eq(errno, EAFNOSUPPORT);
    ck_assert_int_eq(pd.shutdown(u, fd, SHUT_WR), -1);
    ck_assert_int_eq(errno, ENOTCONN);
    unload();
}
END_TEST

START_TEST(flags_configure_the_stack)
{
    load_with("local=192.168.0.1,mtu=1300,buffer=8192,closed=reset");
    ck_assert_ptr_nonnull(u);
    peer_says((struct nonnet_tcp_header){.flags = NONNET_TCP_SYN, .seq = PEER_ISN}, 9999, "");
    (void)stack_says(NONNET_TCP_RST | NONNET_TCP_ACK);
    int fd = listening(8080);
    ck_assert_int_ge(fd, 0);
    peer_says((struct nonnet_tcp_header){.flags = NONNET_TCP_SYN, .seq = PEER_ISN}, 8080, "");
    struct seen s = stack_says(NONNET_TCP_SYN | NONNET_TCP_ACK);
    ck_assert_uint_eq(s.h.mss, 1260);
    ck_assert_uint_eq(s.h.window, 8192);
    unload();
}
END_TEST

START_TEST(flags_that_are_not_understood_are_refused)
{
    static const char *const bad[] = {"mtu=x", "local=nowhere", "unknown=1", "mtu", "mtu=100"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        load_with(bad[i]);
        ck_assert_ptr_null(u);
        dlclose(handle);
    }
}
END_TEST

static Suite *packetdrill_suite(void)
{
    Suite *suite = suite_create("nonnet for packetdrill");
    TCase *tc = tcase_create("adapter");
    tcase_add_test(tc, a_script_of_a_passive_open_runs);
    tcase_add_test(tc, time_passes_to_the_next_packet_and_no_further);
    tcase_add_test(tc, a_call_that_blocks_ends_when_its_data_comes);
    tcase_add_test(tc, a_call_that_blocks_ends_with_the_adapter);
    tcase_add_test(tc, what_would_block_says_so_if_it_must_not);
    tcase_add_test(tc, vectors_and_queues_are_as_of_one_buffer);
    tcase_add_test(tc, poll_says_what_a_connection_is_ready_for);
    tcase_add_test(tc, datagrams_go_and_come);
    tcase_add_test(tc, nothing_more_to_send_is_a_packet_of_no_length);
    tcase_add_test(tc, what_the_stack_does_not_have_is_refused);
    tcase_add_test(tc, flags_configure_the_stack);
    tcase_add_test(tc, flags_that_are_not_understood_are_refused);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(packetdrill_suite)
