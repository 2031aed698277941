#include "players.h"

#include <stdlib.h>
#include <string.h>

#include <nonnet/tcp.h>
#include <nonnet/udp.h>

#include <nonos/nic.h>

#include "../host.h"
#include "router.h"

/* ---- the peer ---- */

#define PEER_CONNECTIONS 64u
#define PEER_IPV6        0x20, 1, 0xd, 0xb8, 0, 1, [15] = 1
#define CABLE_FRAME      20000u /* the longest train that the peer sends */
#define OFFLOADS                                                                       \
    (NONNET_OFFLOAD_CHECKSUM | NONNET_OFFLOAD_VERIFIED | NONNET_OFFLOAD_SEGMENT_IPV4 | \
     NONNET_OFFLOAD_SEGMENT_IPV6 | NONNET_OFFLOAD_JOINED)

static struct {
    struct nonnet_stack *stack;
    struct nonnet_interface_handle nic;
    struct nonnet_udp_handle udp;
} peer;

static uint64_t now(void)
{
    return kernel.now_ns / 1000;
}

static void need(int result)
{
    if (result != NONNET_OK)
        abort();
}

static void peer_start(void)
{
    static const uint8_t mac[6] = {2, 0, 0, 0, 0, 1};
    struct nonnet_interface_config interface = {
        .link = NONNET_LINK_ETHERNET, .flags = NONNET_INTERFACE_IPV6, .mtu = 1500};
    interface.offload = (struct nonnet_offload){OFFLOADS, CABLE_FRAME};
    struct nonnet_address address = nonnet_address_ipv4(10, 0, 0, 1);
    struct nonnet_address address6 = {6, {PEER_IPV6}};
    struct nonnet_endpoint port = {.address.version = 4, .port = PEER_ECHO};
    struct nonnet_endpoint port6 = {.address.version = 6, .port = PEER_ECHO};
    struct nonnet_tcp_listener_handle listener;
    struct nonnet_config config;
    nonnet_config_default(&config);
    config.environment = host.environment;
    config.ntcp_connections = config.ntcp_buffers = PEER_CONNECTIONS;
    size_t size = nonnet_stack_size(&config);
    memcpy(interface.mac.octet, mac, sizeof(mac));
    need(nonnet_stack_init(&peer.stack, &config, aligned_alloc(64, (size + 63) & ~(size_t)63), size,
                           now()));
    need(nonnet_interface_add(peer.stack, &interface, &peer.nic));
    need(nonnet_interface_set_link(peer.stack, peer.nic, true, now()));
    need(nonnet_interface_address_add(peer.stack, peer.nic, &address, 24, NONNET_ADDRESS_UNPROBED,
                                      now()));
    need(nonnet_interface_address_add(peer.stack, peer.nic, &address6, 64, NONNET_ADDRESS_UNPROBED,
                                      now()));
    need(nonnet_tcp_listen(peer.stack, &port, 8, NULL, &listener));
    need(nonnet_tcp_listen(peer.stack, &port6, 8, NULL, &listener));
    need(nonnet_udp_open(peer.stack, 4, &peer.udp));
    need(nonnet_udp_bind(peer.stack, peer.udp, &port));
}

void peer_connect(uint16_t port)
{
    struct nonnet_endpoint to = {nonnet_address_ipv4(10, 0, 0, 2), port};
    struct nonnet_tcp_handle socket;
    (void)!nonnet_tcp_connect(peer.stack, NULL, &to, peer.nic, NULL, &socket, now());
}

static void peer_tcp(struct nonnet_tcp_handle socket, uint32_t flags)
{
    struct nonnet_tcp_bytes room;
    uint8_t data[1024];
    uint32_t len;
    if (flags & NONNET_EVENT_CLOSED)
        (void)!nonnet_tcp_close(peer.stack, socket, now());
    while (nonnet_tcp_reserve(peer.stack, socket, &room) == NONNET_OK) {
        uint32_t size = room.len[0] < sizeof(data) ? room.len[0] : sizeof(data);
        int r = nonnet_tcp_read(peer.stack, socket, data, size, &len);
        if (r == NONNET_E_CLOSED)
            (void)!nonnet_tcp_close(peer.stack, socket, now());
        if (r != NONNET_OK)
            return;
        (void)!nonnet_tcp_write(peer.stack, socket, data, len, &len);
    }
}

static void peer_run(void)
{
    static uint8_t datagram[65536];
    struct nonnet_udp_message from;
    struct nonnet_tcp_handle socket;
    struct nonnet_event event;
    size_t len;
    nonnet_stack_tick(peer.stack, now());
    while (nonnet_stack_event(peer.stack, &event)) {
        if (event.source == NONNET_EVENT_TCP)
            peer_tcp(event.tcp, event.flags);
        while (event.source == NONNET_EVENT_TCP_LISTENER &&
               nonnet_tcp_accept(peer.stack, event.listener, &socket, NULL) == NONNET_OK)
            peer_tcp(socket, 0);
    }
    while (nonnet_udp_receive(peer.stack, peer.udp, datagram, sizeof(datagram), &len, &from) ==
           NONNET_OK)
        (void)!nonnet_udp_send(peer.stack, peer.udp, &from, datagram, len, now());
}

/* ---- the driver ---- */

static struct {
    uint8_t *memory;
    size_t len;
    struct nonos_ring_end rings[NONOS_NIC_QUEUES_MAX][NONOS_NIC_RINGS];
    unsigned nqueues;
    uint8_t
        came_by[65536]; /* by a port of the module's host: 1 + the queue of the last frame to it */
    uint64_t bits;
    uint32_t offloads; /* agreed on */
    bool moved;
} driver;

bool driver_offloads;
unsigned driver_trains;
unsigned driver_queues = 1;
uint64_t driver_queues_lie;
unsigned driver_queues_seen, driver_strays;

bool cable_cut;

bool driver_wild;
static uint64_t wild_state = 1;

static uint32_t wild(void)
{
    return (uint32_t)((wild_state = wild_state * 6364136223846793005u + 1442695040888963407u) >>
                      33);
}

static void driver_tick(void)
{
    if (!driver_wild || !driver.memory || wild() % 4)
        return;
    uint64_t rings = nonos_nic_rings_end(driver.nqueues, driver.rings[0][0].size);
    for (unsigned i = 0; i < 4; i++) {
        uint32_t value = wild() % 2 ? wild() : wild() % 64 * 2048;
        memcpy(driver.memory + (wild() % rings & ~3u), &value, sizeof(value));
    }
    /* An index that is only a little off gets further than one that makes no sense. */
    driver.rings[wild() % driver.nqueues][wild() % NONOS_NIC_RINGS].ring->tail += wild() % 8;
}

static void queue_attach(unsigned queue, uint32_t entries)
{
    for (unsigned i = 0; i < NONOS_NIC_RINGS; i++)
        nonos_ring_attach(&driver.rings[queue][i],
                          driver.memory + nonos_nic_ring_offset(queue, i, entries), entries,
                          sizeof(struct nonos_nic_buffer));
}

int driver_call(struct nonos_message *m)
{
    if (m->label == NONOS_NIC_INFO) {
        m->words[0] = 0x020000000002;
        m->words[1] = 1500;
        m->words[2] = NONOS_NIC_LINK | NONOS_NIC_SET_MAC;
    } else if (m->label == NONOS_NIC_OPEN) {
        driver.memory = kernel.caps[m->caps[0]].memory;
        driver.len = m->words[1];
        driver.bits = m->words[2];
        driver.nqueues = driver_queues < m->words[6] ? driver_queues : (unsigned)m->words[6];
        memset(driver.came_by, 0, sizeof(driver.came_by));
        for (unsigned i = 0; i < driver.nqueues; i++)
            queue_attach(i, (uint32_t)m->words[0]);
        ((struct nonos_nic_status *)(void *)driver.memory)->link = 1;
        m->words[0] = m->words[3];
        m->words[1] = 1500;
        driver.offloads = driver_offloads ? (uint32_t)m->words[5] : 0;
        m->words[3] = driver.offloads;
        m->words[4] = driver_queues_lie ? driver_queues_lie : driver.nqueues;
    } else {
        m->words[0] = 0;
    }
    return NONOS_OK;
}

/* The frame may be anywhere in the Memory, as a device is not asked either. */
static bool driver_holds(const struct nonos_nic_buffer *b)
{
    return b->offset < driver.len && b->len <= driver.len - b->offset;
}

/* With offloads the cable is one between two machines in one: nothing is finished, nothing is cut. */
static bool peer_output(uint8_t *frame, size_t *len, struct nonnet_frame *said)
{
    *said = (struct nonnet_frame){0};
    if (router_output(frame, len))
        return true;
    int r =
        driver.offloads
            ? nonnet_stack_output_frame(peer.stack, peer.nic, frame, CABLE_FRAME, len, said, now())
            : nonnet_stack_output(peer.stack, peer.nic, frame, CABLE_FRAME, len, now());
    return r == NONNET_OK;
}

/* The port of TCP or UDP from which a frame comes, or to which it goes; 0 if there is none. */
static unsigned port_of(const uint8_t *frame, size_t len, bool to)
{
    bool ipv6 = len > 12 && frame[12] == 0x86;
    size_t at = ipv6 ? 54 : 34, protocol_at = ipv6 ? 20 : 23;
    if (len < at + 4 || frame[12] + frame[13] == 0x08 + 0x06 ||
        (frame[protocol_at] != 6 && frame[protocol_at] != 17))
        return 0;
    return (unsigned)frame[at + 2 * to] << 8 | frame[at + 2 * to + 1];
}

/* Where the card takes a frame to, and what it remembers of it. */
static struct nonos_ring_end *steer(const uint8_t *frame, size_t len)
{
    unsigned port = port_of(frame, len, true), queue = port * 7 % driver.nqueues;
    if (port)
        driver.came_by[port] = (uint8_t)(queue + 1);
    return driver.rings[queue];
}

static void sent_judge(unsigned queue, const uint8_t *frame, size_t len)
{
    unsigned by = driver.came_by[port_of(frame, len, false)];
    driver_queues_seen |= 1u << queue;
    driver_strays += by && by != queue + 1;
}

/* Puts a frame into as many buffers as it needs, if they are there. */
static void driver_frame_in(const uint8_t *frame, size_t len, const struct nonnet_frame *said)
{
    struct nonos_ring_end *rings = steer(frame, len);
    struct nonos_nic_buffer b, out = {.flags = (uint16_t)said->flags,
                                      .checksum_start = said->checksum_start,
                                      .checksum_offset = said->checksum_offset};
    while (len > 0 && nonos_ring_take(&rings[NONOS_NIC_RX_FREE], &b)) {
        if (!driver_holds(&b) || b.len < 2)
            continue;
        out.head = (uint16_t)(b.len / 2); /* anywhere in the buffer */
        size_t part = b.len - out.head < len ? b.len - out.head : len;
        memcpy(driver.memory + b.offset + out.head, frame, part);
        frame += part;
        len -= part;
        out.offset = b.offset;
        out.len = (uint32_t)part;
        out.flags |= len > 0 ? NONOS_NIC_FRAME_MORE : 0;
        (void)nonos_ring_put(&rings[NONOS_NIC_RX], &out);
        out = (struct nonos_nic_buffer){0};
        driver.moved = true;
    }
}

static bool driver_has_room(void)
{
    for (unsigned i = 0; i < driver.nqueues; i++)
        if (nonos_ring_waiting(&driver.rings[i][NONOS_NIC_RX_FREE]) <= CABLE_FRAME / 2048)
            return false;
    return true;
}

static void driver_frames_in(void)
{
    static uint8_t frame[CABLE_FRAME];
    struct nonnet_frame said;
    size_t len;
    while (driver_has_room() && peer_output(frame, &len, &said))
        if (!cable_cut)
            driver_frame_in(frame, len, &said);
}

/* A part of 100 bytes in a buffer of the client's, as it is told of. */
static struct nonos_nic_buffer driver_part(uint16_t flags)
{
    struct nonos_nic_buffer b = {0};
    if (!nonos_ring_take(&driver.rings[0][NONOS_NIC_RX_FREE], &b))
        abort();
    memset(driver.memory + b.offset, 0xff, b.len);
    b.len = 100;
    b.flags = flags;
    return b;
}

unsigned driver_lie(unsigned kind)
{
    struct nonos_ring_end *rx = &driver.rings[0][NONOS_NIC_RX];
    struct nonos_nic_buffer first = driver_part(NONOS_NIC_FRAME_VERIFIED | NONOS_NIC_FRAME_MORE);
    struct nonos_nic_buffer last = kind == 0 ? first : driver_part(0);
    unsigned longer = kind == 3 ? 20 : 0; /* than any frame */
    if (kind == 0)                        /* a buffer that the driver has given back already */
        last.flags = 0;
    if (kind == 1) /* there is no end */
        last.flags = NONOS_NIC_FRAME_MORE;
    if (kind == 2)
        last.len = 0;
    if (kind == 4)
        last.head = (uint16_t)(4096 - last.len + 1);
    if (kind == 5)
        last.len = 0xffffffff;
    (void)nonos_ring_put(rx, &first);
    while (longer-- > 0) {
        struct nonos_nic_buffer more = driver_part(NONOS_NIC_FRAME_MORE);
        more.len = 4096;
        (void)nonos_ring_put(rx, &more);
    }
    if (kind == 6) { /* not a buffer's beginning, and then the buffer */
        struct nonos_nic_buffer inside = last;
        inside.offset += 4;
        inside.flags = NONOS_NIC_FRAME_MORE;
        (void)nonos_ring_put(rx, &inside);
    }
    (void)nonos_ring_put(rx, &last);
    (void)nonos_ring_publish(rx);
    (void)nonos_notify_signal(CAP_HEARTBEAT, driver.bits);
    kernel_run();
    return nonos_ring_waiting(&driver.rings[0][NONOS_NIC_RX_FREE]);
}

static void driver_frame_out(unsigned queue, const struct nonos_nic_buffer *b)
{
    uint8_t *frame = driver.memory + b->offset;
    struct nonnet_frame said = {.flags = b->flags,
                                .checksum_start = b->checksum_start,
                                .checksum_offset = b->checksum_offset};
    sent_judge(queue, frame, b->len);
    driver_trains += b->flags & NONOS_NIC_FRAME_SEGMENTS ? 1 : 0;
    if (cable_cut)
        return;
    router_input(frame, b->len);
    (void)!nonnet_stack_input_frame(peer.stack, peer.nic, frame, b->len, &said, now());
}

static void queue_send(unsigned queue)
{
    struct nonos_ring_end *rings = driver.rings[queue];
    struct nonos_nic_buffer b;
    for (unsigned i = 0; i < 256 && nonos_ring_take(&rings[NONOS_NIC_TX], &b); i++) {
        if (!driver_holds(&b))
            continue;
        driver_frame_out(queue, &b);
        (void)nonos_ring_put(&rings[NONOS_NIC_TX_DONE], &b);
        driver.moved = true;
    }
}

void driver_signalled(void)
{
    bool wake = false;
    if (!driver.memory || !peer.stack)
        return;
    for (unsigned i = 0; i < driver.nqueues; i++)
        queue_send(i);
    peer_run();
    driver_frames_in();
    for (unsigned i = 0; i < driver.nqueues; i++) {
        (void)nonos_ring_may_wait(&driver.rings[i][NONOS_NIC_TX]);
        wake = nonos_ring_publish(&driver.rings[i][NONOS_NIC_TX_DONE]) || wake;
        wake = nonos_ring_publish(&driver.rings[i][NONOS_NIC_RX]) || wake;
    }
    if (wake)
        (void)nonos_notify_signal(CAP_HEARTBEAT, driver.bits);
}

void cable_run(void)
{
    unsigned turns = 0;
    do {
        driver.moved = false;
        kernel_run();
        driver_signalled();
        kernel_run();
    } while (driver.moved && ++turns < 64);
}

void driver_renew(void)
{
    kernel.driver_offered = true;
    (void)nonos_notify_signal(CAP_HEARTBEAT, HOST_BIT_NIC);
    kernel_run();
}

/* ---- the module and an honest client ---- */

void players_start(void)
{
    struct nonnet_address address = nonnet_address_ipv4(10, 0, 0, 2);
    kernel.tick = driver_tick;
    kernel_start();
    peer_start();
    need(nonnet_interface_address_add(host.stack, host.interface, &address, 24,
                                      NONNET_ADDRESS_UNPROBED, host_now()));
    cable_run();
}

void words_peer(uint64_t words[3], uint16_t port)
{
    struct nonos_net_endpoint e = {.version = 4, .octet = {10, 0, 0, 1}, .port = port};
    nonos_net_to_words(words, &e);
}

void words_peer6(uint64_t words[3], uint16_t port)
{
    struct nonos_net_endpoint e = {.version = 6, .octet = {PEER_IPV6}, .port = port};
    nonos_net_to_words(words, &e);
}

void words_any(uint64_t words[3], uint16_t port)
{
    struct nonos_net_endpoint e = {.version = 4, .port = port};
    nonos_net_to_words(words, &e);
}

static void answer_take(struct answer *a, uint64_t *words, nonos_handle *caps, uint32_t ncaps)
{
    memcpy(words, a->words, sizeof(a->words));
    for (uint32_t i = 0; i < ncaps && i < a->ncaps; i++) {
        caps[i] = a->caps[i];
        a->caps[i] = 0;
    }
}

int call(nonos_handle to, uint32_t op, uint64_t words[NONOS_IPC_WORDS], nonos_handle *cap)
{
    struct nonos_message m = nonos_message_make(op);
    memcpy(m.words, words, sizeof(m.words));
    unsigned number = kernel_send(to, &m);
    cable_run();
    for (unsigned i = 0; i < 100 && !kernel.answers[number].done; i++) {
        kernel_sleep(100);
        cable_run();
    }
    int r = kernel.answers[number].result;
    answer_take(&kernel.answers[number], words, cap, cap ? 1 : 0);
    kernel_forget(number);
    return r;
}

int session_open(struct session *session, uint64_t account, uint64_t len)
{
    static nonos_handle service;
    struct nonos_message m = nonos_message_make(NONOS_NET_SESSION);
    if (!service)
        service = kernel_connect(CAP_NET, 1);
    m.words[0] = len;
    m.caps[0] = kernel_account(account);
    m.ncaps = 1;
    unsigned number = kernel_send(service, &m);
    cable_run();
    struct answer *a = &kernel.answers[number];
    int r = a->result;
    if (r >= 0) {
        nonos_handle caps[2] = {0};
        answer_take(a, m.words, caps, 2);
        *session =
            (struct session){caps[0], caps[1], kernel.caps[kernel.caps[caps[1]].parent].memory};
    }
    kernel_forget(number);
    return r;
}

void session_close(struct session *session)
{
    kernel_drop(session->handle);
    kernel_drop(session->memory);
    cable_run();
}

int open_udp(struct session *s, uint16_t port, nonos_handle *cap)
{
    uint64_t w[NONOS_IPC_WORDS] = {4, 0, 0, port};
    return call(s->handle, NONOS_NET_DATAGRAM_OPEN, w, cap);
}

int connect_tcp(struct session *s, nonos_handle *cap)
{
    uint64_t w[NONOS_IPC_WORDS] = {0};
    words_peer(w, PEER_ECHO);
    w[3] = 5000;
    return call(s->handle, NONOS_NET_CONNECT, w, cap);
}
