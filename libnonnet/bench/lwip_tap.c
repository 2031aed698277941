/*
 * lwIP at a TAP device, doing what the command `nonnet` does in tap.py: `in` takes bytes from whoever
 * connects, `out` sends for some seconds, `calls` makes one connection after the other.
 *
 *     lwip_tap DEVICE ADDRESS in PORT
 *     lwip_tap DEVICE ADDRESS out HOST PORT SECONDS
 *     lwip_tap DEVICE ADDRESS calls HOST PORT COUNT
 */
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include <linux/if_tun.h>

#include <lwip/etharp.h>
#include <lwip/init.h>
#include <lwip/netif.h>
#include <lwip/tcp.h>
#include <lwip/timeouts.h>
#include <netif/ethernet.h>

#define FRAME_MAX 1514
#define BURST     64
#define WORDS_LEN 64
#define CHUNK     65536u

static struct netif netif;
static int tap;
static bool made, ended;
static unsigned heard;

static void must(bool condition, const char *what)
{
    if (!condition) {
        fprintf(stderr, "lwip_tap: %s\n", what);
        exit(1);
    }
}

static double clock_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* ---- the device ---- */

static err_t frame_send(struct netif *n, struct pbuf *p)
{
    uint8_t frame[FRAME_MAX];
    const void *bytes = p->payload;

    (void)n;
    if (p->next) {
        bytes = frame;
        (void)pbuf_copy_partial(p, frame, FRAME_MAX, 0);
    }
    return write(tap, bytes, p->tot_len) == p->tot_len ? ERR_OK : ERR_MEM;
}

static err_t netif_start(struct netif *n)
{
    static const uint8_t mac[6] = {2, 0, 0, 0, 0, 2};

    n->name[0] = 't';
    n->name[1] = 'p';
    n->output = etharp_output;
    n->linkoutput = frame_send;
    n->mtu = 1500;
    n->hwaddr_len = sizeof mac;
    memcpy(n->hwaddr, mac, sizeof mac);
    n->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET | NETIF_FLAG_LINK_UP;
    return ERR_OK;
}

static void start(const char *device, const char *text)
{
    struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI};
    ip4_addr_t address, mask, none;

    tap = open("/dev/net/tun", O_RDWR | O_NONBLOCK);
    strncpy(request.ifr_name, device, IFNAMSIZ - 1);
    must(tap >= 0 && ioctl(tap, TUNSETIFF, &request) == 0, "the device cannot be had");
    lwip_init();
    IP4_ADDR(&mask, 255, 255, 255, 0);
    IP4_ADDR(&none, 0, 0, 0, 0);
    must(ip4addr_aton(text, &address), "no address");
    must(netif_add(&netif, &address, &mask, &none, NULL, netif_start, ethernet_input) != NULL,
         "no interface");
    netif_set_default(&netif);
    netif_set_up(&netif);
}

/* Waits for frames, at most until the next timeout, and takes what there is. */
static void step(void)
{
    static uint8_t frame[FRAME_MAX];
    struct pollfd fd = {tap, POLLIN, 0};
    u32_t ms = sys_timeouts_sleeptime();
    ssize_t n = 0;

    (void)poll(&fd, 1, ms < 100 ? (int)ms : 100);
    for (int i = 0; i < BURST && (n = read(tap, frame, sizeof frame)) > 0; i++) {
        struct pbuf *p = pbuf_alloc(PBUF_RAW, (u16_t)n, PBUF_RAM);
        must(p && pbuf_take(p, frame, (u16_t)n) == ERR_OK, "no memory");
        (void)netif.input(p, &netif);
    }
    sys_check_timeouts();
}

/* ---- connections ---- */

static void on_error(void *arg, err_t error)
{
    (void)arg;
    (void)error;
    must(false, "a connection broke");
}

static err_t on_connected(void *arg, struct tcp_pcb *pcb, err_t error)
{
    (void)arg;
    (void)pcb;
    made = error == ERR_OK;
    return ERR_OK;
}

static err_t on_receive(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t error)
{
    (void)arg;
    (void)error;
    if (!p) {
        ended = true;
        return ERR_OK;
    }
    heard += p->tot_len;
    tcp_recved(pcb, p->tot_len);
    pbuf_free(p);
    return ERR_OK;
}

static err_t on_accept(void *arg, struct tcp_pcb *pcb, err_t error)
{
    (void)arg;
    must(error == ERR_OK, "no connection");
    tcp_err(pcb, on_error);
    tcp_recv(pcb, on_receive);
    made = true;
    *(struct tcp_pcb **)arg = pcb;
    return ERR_OK;
}

static void finish(struct tcp_pcb *pcb)
{
    tcp_err(pcb, NULL);
    tcp_recv(pcb, NULL);
    must(tcp_close(pcb) == ERR_OK, "a connection cannot be closed");
}

static struct tcp_pcb *call(const char *host, const char *port)
{
    struct tcp_pcb *pcb = tcp_new();
    ip_addr_t to;

    made = ended = false;
    heard = 0;
    must(pcb && ipaddr_aton(host, &to), "no peer");
    tcp_err(pcb, on_error);
    tcp_recv(pcb, on_receive);
    must(tcp_connect(pcb, &to, (u16_t)atoi(port), on_connected) == ERR_OK, "no connection");
    while (!made)
        step();
    return pcb;
}

static void take(const char *port)
{
    struct tcp_pcb *pcb = NULL, *listener = tcp_new();

    must(listener && tcp_bind(listener, IP_ADDR_ANY, (u16_t)atoi(port)) == ERR_OK, "no port");
    listener = tcp_listen(listener);
    must(listener != NULL, "no listener");
    tcp_arg(listener, &pcb);
    tcp_accept(listener, on_accept);
    while (!ended)
        step();
    finish(pcb);
    for (int i = 0; i < 100; i++) /* until the peer knows */
        step();
}

static void give(const char *host, const char *port, double seconds)
{
    static uint8_t data[CHUNK];
    struct tcp_pcb *pcb = call(host, port);
    double until = clock_now() + seconds;

    while (clock_now() < until) {
        u16_t room = tcp_sndbuf(pcb);
        if (room > TCP_MSS && tcp_write(pcb, data, room, TCP_WRITE_FLAG_COPY) == ERR_OK)
            (void)tcp_output(pcb);
        step();
    }
    tcp_err(pcb, NULL);
    tcp_abort(pcb);
}

static void call_all(const char *host, const char *port, unsigned count)
{
    static const uint8_t words[WORDS_LEN] = {1};
    double begun = clock_now();

    for (unsigned i = 0; i < count; i++) {
        struct tcp_pcb *pcb = call(host, port);
        must(tcp_write(pcb, words, WORDS_LEN, TCP_WRITE_FLAG_COPY) == ERR_OK &&
                 tcp_output(pcb) == ERR_OK,
             "nothing can be said");
        while (heard < WORDS_LEN)
            step();
        must(tcp_shutdown(pcb, 0, 1) == ERR_OK, "no end");
        while (!ended)
            step();
        finish(pcb);
    }
    printf("%u calls in %.3f s\n", count, clock_now() - begun);
}

int main(int argc, char **argv)
{
    must(argc >= 5, "wrong usage");
    start(argv[1], argv[2]);
    if (strcmp(argv[3], "in") == 0)
        take(argv[4]);
    else if (argc == 7 && strcmp(argv[3], "out") == 0)
        give(argv[4], argv[5], atof(argv[6]));
    else if (argc == 7 && strcmp(argv[3], "calls") == 0)
        call_all(argv[4], argv[5], (unsigned)atoi(argv[6]));
    else
        must(false, "wrong usage");
    return 0;
}
