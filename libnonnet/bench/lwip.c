#include "lwip.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <lwip/etharp.h>
#include <lwip/init.h>
#include <lwip/netif.h>
#include <lwip/priv/tcp_priv.h>
#include <lwip/tcp.h>
#include <lwip/timeouts.h>
#include <netif/ethernet.h>

#include <bench.h>

#define NFRAMES 256u /* a power of two: on the wire in one direction */
#define CHUNK   65536u
#define PORT    7

/* A direction of the wire. */
struct wire {
    struct pbuf *frames[NFRAMES];
    unsigned first, count;
};

static struct netif ends[2];
static struct wire wires[2]; /* from end 0, from end 1 */
static struct tcp_pcb *sender;
static bool connected;
static uint64_t received;

static void must(bool condition)
{
    if (!condition)
        abort();
}

/* The one copy that a driver's ring needs, too: what was sent stays lwIP's, what arrives is a frame of its own. */
static err_t frame_send(struct netif *netif, struct pbuf *p)
{
    struct wire *w = &wires[netif == &ends[1]];
    struct pbuf *frame = pbuf_alloc(PBUF_RAW, p->tot_len, PBUF_RAM);

    if (!frame || w->count == NFRAMES) {
        if (frame)
            pbuf_free(frame);
        return ERR_MEM;
    }
    must(pbuf_copy(frame, p) == ERR_OK);
    w->frames[(w->first + w->count++) & (NFRAMES - 1)] = frame;
    return ERR_OK;
}

static err_t end_init(struct netif *netif)
{
    netif->name[0] = 'b';
    netif->name[1] = 'n';
    netif->output = etharp_output;
    netif->linkoutput = frame_send;
    netif->mtu = 1500;
    netif->hwaddr_len = 6;
    memset(netif->hwaddr, 0, 6);
    netif->hwaddr[0] = 2;
    netif->hwaddr[5] = (u8_t)(1 + (netif == &ends[1]));
    netif->flags =
        NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET | NETIF_FLAG_LINK_UP;
    return ERR_OK;
}

static bool carry(int from)
{
    struct wire *w = &wires[from];

    if (w->count == 0)
        return false;
    struct pbuf *frame = w->frames[w->first];
    w->first = (w->first + 1) & (NFRAMES - 1);
    w->count--;
    must(ends[1 - from].input(frame, &ends[1 - from]) == ERR_OK);
    return true;
}

static bool carry_all(void)
{
    bool any = false;

    for (int burst = 0; burst < 32 && carry(0); burst++)
        any = true;
    while (carry(1))
        any = true;
    return any;
}

static err_t on_receive(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t error)
{
    static uint8_t out[CHUNK];

    (void)arg;
    (void)error;
    if (!p)
        return ERR_OK;
    u16_t len = pbuf_copy_partial(p, out, p->tot_len, 0);
    received += len;
    tcp_recved(pcb, len);
    pbuf_free(p);
    return ERR_OK;
}

static void on_error(void *arg, err_t error)
{
    (void)arg;
    (void)error;
    must(false);
}

static err_t on_accept(void *arg, struct tcp_pcb *pcb, err_t error)
{
    (void)arg;
    must(error == ERR_OK);
    tcp_err(pcb, on_error);
    tcp_recv(pcb, on_receive);
    return ERR_OK;
}

static err_t on_connected(void *arg, struct tcp_pcb *pcb, err_t error)
{
    (void)arg;
    (void)pcb;
    connected = error == ERR_OK;
    return ERR_OK;
}

/* Both ends lie in one lwIP, each at its own interface, which binds its connection to it. */
static void begin(void)
{
    ip4_addr_t mask, none, addresses[2];

    lwip_init();
    IP4_ADDR(&mask, 255, 255, 255, 0);
    IP4_ADDR(&none, 0, 0, 0, 0);
    for (int i = 0; i < 2; i++) {
        IP4_ADDR(&addresses[i], 192, 0, 2, 1 + i);
        must(netif_add(&ends[i], &addresses[i], &mask, &none, NULL, end_init, ethernet_input));
        netif_set_up(&ends[i]);
    }
    struct tcp_pcb *listener = tcp_new();
    must(listener && tcp_bind(listener, IP_ADDR_ANY, PORT) == ERR_OK);
    tcp_bind_netif(listener, &ends[1]);
    listener = tcp_listen(listener);
    must(listener != NULL);
    tcp_accept(listener, on_accept);
    sender = tcp_new();
    must(sender != NULL);
    tcp_bind_netif(sender, &ends[0]);
    tcp_err(sender, on_error);
    ip_addr_t to;
    ip_addr_copy_from_ip4(to, addresses[1]);
    must(tcp_connect(sender, &to, PORT, on_connected) == ERR_OK);
    for (int i = 0; i < 1000 && !connected; i++) {
        (void)carry_all();
        sys_check_timeouts();
    }
    must(connected);
}

double lwip_rate(uint64_t total)
{
    static uint8_t data[CHUNK];

    if (!connected)
        begin();
    uint64_t begun = received, end = begun + total;
    double start = bench_now();
    while (received < end) {
        u16_t room = tcp_sndbuf(sender);
        if (room > TCP_MSS && tcp_write(sender, data, room, TCP_WRITE_FLAG_COPY) == ERR_OK)
            (void)tcp_output(sender);
        if (!carry_all())
            sys_check_timeouts();
    }
    uint64_t carried = received - begun;
    double taken = bench_now() - start;
    /* Its timers go by the clock of the machine: nothing may be on its way when it is left alone. */
    while (tcp_sndqueuelen(sender) > 0) {
        if (!carry_all())
            sys_check_timeouts();
    }
    return (double)carried * 8e-9 / taken;
}
