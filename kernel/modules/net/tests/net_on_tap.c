/*
 * The net module on a TAP device of Linux, in real time, over the kernel of kernel.c: net_on_tap DEVICE. A client echoes on TCP port 7, one
 * connection after the other. Says on standard output what net-control says, whenever that changes, and its counters for each line of input; ends
 * with its input.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include <arpa/inet.h>

#include <nonos/net.h>
#include <nonos/nic.h>

#include "kernel.h"

#define PORT   7u
#define BUFFER 65536u
#define SECOND 1000000000ull

static int tap;
static struct {
    uint8_t *memory;
    struct nonos_ring_end rings[NONOS_NIC_RINGS];
    uint64_t bits;
} driver;

static _Noreturn void die(const char *what)
{
    perror(what);
    exit(2);
}

/* ---- the driver ---- */

int driver_call(struct nonos_message *m)
{
    if (m->label == NONOS_NIC_OPEN) {
        driver.memory = kernel.caps[m->caps[0]].memory;
        driver.bits = m->words[2];
        for (unsigned i = 0; i < NONOS_NIC_RINGS; i++)
            nonos_ring_attach(&driver.rings[i],
                              driver.memory + nonos_nic_ring_offset(0, i, (uint32_t)m->words[0]),
                              (uint32_t)m->words[0], sizeof(struct nonos_nic_buffer));
        ((struct nonos_nic_status *)(void *)driver.memory)->link = 1;
        m->words[0] = m->words[3];
        m->words[1] = 1500;
        m->words[3] = 0;
        m->words[4] = 1;
    } else {
        m->words[0] = 0x020000000002;
        m->words[1] = 1500;
        m->words[2] = NONOS_NIC_LINK | NONOS_NIC_SET_MAC;
    }
    return NONOS_OK;
}

void driver_signalled(void)
{
    struct nonos_nic_buffer b;
    if (!driver.memory)
        return;
    while (nonos_ring_take(&driver.rings[NONOS_NIC_TX], &b)) {
        if (write(tap, driver.memory + b.offset, b.len) < 0 && errno != EIO && errno != EAGAIN)
            die("write");
        (void)nonos_ring_put(&driver.rings[NONOS_NIC_TX_DONE], &b);
    }
    (void)nonos_ring_may_wait(&driver.rings[NONOS_NIC_TX]);
    if (nonos_ring_publish(&driver.rings[NONOS_NIC_TX_DONE]))
        (void)nonos_notify_signal(CAP_HEARTBEAT, driver.bits);
}

/* Frames wait in the device while the module has given no buffers. */
static void frames_in(void)
{
    struct nonos_nic_buffer b;
    for (unsigned i = 0; i < 64 && nonos_ring_waiting(&driver.rings[NONOS_NIC_RX_FREE]); i++) {
        uint8_t frame[2048];
        ssize_t len = read(tap, frame, sizeof(frame));
        if (len <= 0 || !nonos_ring_take(&driver.rings[NONOS_NIC_RX_FREE], &b))
            break;
        memcpy(driver.memory + b.offset, frame, (size_t)len);
        b.len = (uint32_t)len;
        (void)nonos_ring_put(&driver.rings[NONOS_NIC_RX], &b);
    }
    if (nonos_ring_publish(&driver.rings[NONOS_NIC_RX]))
        (void)nonos_notify_signal(CAP_HEARTBEAT, driver.bits);
}

/* ---- the client ---- */

static nonos_handle control, service;

/* One a version. */
static struct client {
    nonos_handle listener, socket;
    unsigned number;       /* of the request that is out */
    uint32_t op;           /* of it */
    uint64_t echoed, sent; /* bytes that came into the buffer, and of them went out */
} clients[2];

static unsigned ask(nonos_handle to, uint32_t label, uint64_t w0, uint64_t w1, uint64_t w2,
                    uint64_t w3)
{
    struct nonos_message m = nonos_message_make(label);
    m.words[0] = w0;
    m.words[1] = w1;
    m.words[2] = w2;
    m.words[3] = w3;
    if (label == NONOS_NET_SESSION) {
        m.caps[0] = kernel_account(1);
        m.ncaps = 1;
    }
    return kernel_send(to, &m);
}

/* The capability that a request which does not wait gives. */
static nonos_handle get(unsigned n)
{
    kernel_run();
    if (!kernel.answers[n].done || kernel.answers[n].result < 0 || kernel.answers[n].ncaps == 0)
        die("the module refuses the client");
    nonos_handle cap = kernel.answers[n].caps[0];
    kernel.answers[n].caps[0] = 0;
    kernel_forget(n);
    return cap;
}

static void next(struct client *c, uint32_t op)
{
    c->op = op;
    c->number = op == NONOS_NET_ACCEPT ? ask(c->listener, op, NONOS_NET_FOREVER, 0, 0, 0)
                : op == NONOS_NET_SEND
                    ? ask(c->socket, op, c->sent, c->echoed - c->sent, NONOS_NET_FOREVER, 0)
                    : ask(c->socket, op, 0, BUFFER, NONOS_NET_FOREVER, 0);
}

static void client_start(struct client *c, uint64_t version)
{
    nonos_handle session = get(ask(service, NONOS_NET_SESSION, BUFFER, 0, 0, 0));
    c->listener = get(ask(session, NONOS_NET_LISTEN, version | (uint64_t)PORT << 16, 0, 0, 4));
    next(c, NONOS_NET_ACCEPT);
}

/* The connection is over. */
static void client_again(struct client *c)
{
    kernel_drop(c->socket);
    next(c, NONOS_NET_ACCEPT);
}

/* One step on: returns whether there was one. */
static bool client_step(struct client *c)
{
    struct answer a = kernel.answers[c->number];
    if (!a.done)
        return false;
    if (c->op == NONOS_NET_ACCEPT)
        kernel.answers[c->number].caps[0] = 0;
    kernel_forget(c->number);
    if (c->op == NONOS_NET_ACCEPT) {
        if (a.result < 0)
            die("accept");
        c->socket = a.caps[0];
        next(c, NONOS_NET_RECEIVE);
    } else if (a.result < 0 || a.words[0] == 0) {
        client_again(c);
    } else if (c->op == NONOS_NET_RECEIVE) {
        c->echoed = a.words[0];
        c->sent = 0;
        next(c, NONOS_NET_SEND);
    } else {
        c->sent += a.words[0];
        next(c, c->sent < c->echoed ? NONOS_NET_SEND : NONOS_NET_RECEIVE);
    }
    return true;
}

/* ---- what net-control says ---- */

static bool control_asked(uint32_t label, uint64_t index, struct answer *a)
{
    unsigned n = ask(control, label, index, 0, 0, 0);
    kernel_run();
    *a = kernel.answers[n];
    kernel_forget(n);
    return a->result == 0;
}

static void print_endpoints(const char *what, uint32_t label, char *text, size_t size)
{
    struct nonos_net_endpoint e;
    struct answer a;
    char address[64];
    for (uint64_t i = 0; control_asked(label, i, &a); i++) {
        nonos_net_from_words(&e, a.words);
        if (label == NONOS_NET_ADDRESS && a.words[4] & NONOS_NET_ADDRESS_TENTATIVE)
            continue;
        inet_ntop(e.version == 4 ? AF_INET : AF_INET6, e.octet, address, sizeof(address));
        size_t at = strlen(text);
        snprintf(text + at, size - at, " %s %s", what, address);
    }
}

static void report(void)
{
    static char last[1024];
    char text[sizeof(last)] = "";
    struct answer a;
    if (!control_asked(NONOS_NET_INTERFACE, 0, &a))
        return;
    snprintf(text, sizeof(text), "%s%s", a.words[2] & NONOS_NET_LEASE ? " dhcp" : "",
             a.words[2] & NONOS_NET_LEASE_IPV6  ? " dhcpv6"
             : a.words[2] & NONOS_NET_TOLD_IPV6 ? " told"
                                                : "");
    print_endpoints("address", NONOS_NET_ADDRESS, text, sizeof(text));
    print_endpoints("names", NONOS_NET_SERVER, text, sizeof(text));
    if (strcmp(text, last) != 0)
        printf("state%s\n", text);
    fflush(stdout);
    memcpy(last, text, sizeof(last));
}

static void report_counters(void)
{
    struct answer a;
    printf("counters");
    for (uint64_t i = 0; control_asked(NONOS_NET_COUNTER, i, &a); i++) {
        if (a.words[0] != 0)
            printf(" %.56s=%llu", (const char *)&a.words[1], (unsigned long long)a.words[0]);
    }
    printf("\n");
    fflush(stdout);
}

/* ---- the loop ---- */

static uint64_t clock_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * SECOND + (uint64_t)t.tv_nsec;
}

static void turn(void)
{
    struct pollfd fds[] = {{tap, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
    uint64_t now = clock_ns(), due = kernel_timer();
    int ms = due <= now ? 0 : due - now > SECOND / 5 ? 200 : (int)((due - now) / 1000000 + 1);
    char byte;
    if (poll(fds, 2, ms) < 0)
        die("poll");
    if (fds[1].revents && read(STDIN_FILENO, &byte, 1) <= 0)
        exit(0);
    if (fds[1].revents)
        report_counters();
    frames_in();
    kernel_sleep_until(clock_ns());
    while (client_step(&clients[0]) | client_step(&clients[1]))
        kernel_run();
}

int main(int argc, char **argv)
{
    struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI};
    uint64_t reported = 0;
    if (argc != 2)
        return 2;
    strncpy(request.ifr_name, argv[1], IFNAMSIZ - 1);
    tap = open("/dev/net/tun", O_RDWR | O_NONBLOCK);
    if (tap < 0 || ioctl(tap, TUNSETIFF, &request) < 0)
        die(argv[1]);
    kernel.now_ns = clock_ns();
    kernel_start();
    service = kernel_connect(CAP_NET, 1);
    control = kernel_connect(CAP_CONTROL, 1);
    client_start(&clients[0], 4);
    client_start(&clients[1], 6);
    for (;;) {
        turn();
        if (clock_ns() - reported > SECOND / 5) {
            reported = clock_ns();
            report();
        }
    }
}
