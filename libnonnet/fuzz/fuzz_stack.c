/*
 * A whole host between hostile frames. The input is a sequence of actions; of the frames in it the
 * checksums are put right, or hardly one would get far. What must hold: no fault, frames that go
 * out are no longer than the MTU and decode, time always has something later to wait for, and every
 * frame in is counted.
 */
#include <nonnet/checksum.h>
#include <nonnet/dhcpv4.h>
#include <nonnet/dhcpv6.h>
#include <nonnet/ipv4.h>
#include <nonnet/ipv6.h>
#include <nonnet/stack.h>
#include <nonnet/tcp.h>
#include <nonnet/udp.h>

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MTU 1500
#define OFFLOADS                                                                       \
    (NONNET_OFFLOAD_CHECKSUM | NONNET_OFFLOAD_VERIFIED | NONNET_OFFLOAD_SEGMENT_IPV4 | \
     NONNET_OFFLOAD_SEGMENT_IPV6 | NONNET_OFFLOAD_JOINED)
#define NCONNECTIONS 4

static uint64_t random_state;

static void entropy(void *context, uint8_t *out, size_t len)
{
    (void)context;
    for (size_t i = 0; i < len; i++) {
        random_state = random_state * 6364136223846793005u + 1442695040888963407u;
        out[i] = (uint8_t)(random_state >> 56);
    }
}

static uint64_t hash(void *context, const uint8_t key[NONNET_KEY_LEN], const uint8_t *data,
                     size_t len)
{
    uint64_t h = key[0] + 0xcbf29ce484222325u;
    (void)context;
    for (size_t i = 0; i < len; i++)
        h = (h ^ data[i]) * 0x100000001b3u;
    return h;
}

static void put16(uint8_t *p, uint16_t v)
{
    p[0] = (uint8_t)(v >> 8);
    p[1] = (uint8_t)v;
}

/* The checksum of an upper layer; its field is at `at` of its `len` bytes. */
static void seal(struct nonnet_checksum *c, uint8_t *upper, size_t len, uint8_t protocol)
{
    size_t at = protocol == 17 ? 6 : protocol == 6 ? 16 : 2;

    if (len < at + 2)
        return;
    put16(upper + at, 0);
    nonnet_checksum_add(c, upper, len);
    put16(upper + at, nonnet_checksum_finish(c));
}

static void seal_ipv4(uint8_t *p, size_t len)
{
    size_t header = len > 0 ? (size_t)(p[0] & 15) * 4 : 0;
    struct nonnet_checksum c;
    struct nonnet_ipv4_address s, d;

    if (header < 20 || len < header)
        return;
    if (p[6] & 0x80 || len < 65536)
        put16(p + 2, (uint16_t)len);
    nonnet_checksum_init(&c);
    memcpy(&s, p + 12, 4);
    memcpy(&d, p + 16, 4);
    if (p[9] == 17 || p[9] == 6)
        nonnet_checksum_add_ipv4_pseudo(&c, &s, &d, p[9], (uint16_t)(len - header));
    if (p[9] == 17 || p[9] == 6 || p[9] == 1)
        seal(&c, p + header, len - header, p[9]);
    put16(p + 10, 0);
    put16(p + 10, nonnet_checksum_of(p, header));
}

static void seal_ipv6(uint8_t *p, size_t len)
{
    struct nonnet_ipv6_header h;
    struct nonnet_ipv6_chain chain;
    struct nonnet_checksum c;

    if (len < 40)
        return;
    put16(p + 4, (uint16_t)(len - 40));
    if (nonnet_ipv6_decode(&h, p, len) != NONNET_OK ||
        nonnet_ipv6_chain_walk(&chain, &h, p, len) != NONNET_OK ||
        (chain.protocol != 17 && chain.protocol != 6 && chain.protocol != 58))
        return;
    nonnet_checksum_init(&c);
    nonnet_checksum_add_ipv6_pseudo(&c, &h.source, &h.destination, chain.protocol, chain.upper_len);
    seal(&c, p + chain.upper_offset, chain.upper_len, chain.protocol);
}

/* Of a segment: what an answer to it has to match. */
struct last {
    uint8_t ports[4];
    uint32_t seq;
    uint32_t ack;
};

struct host {
    struct nonnet_stack *stack;
    struct nonnet_interface_handle interface;
    struct nonnet_udp_handle sockets[2];
    struct nonnet_tcp_listener_handle listeners[2];
    struct nonnet_tcp_handle connections[NCONNECTIONS]; /* zero: none */
    struct last last;                                   /* TCP segment that the host sent */
    uint64_t now;
    uint64_t frames;
};

static void must(int rc)
{
    if (rc != NONNET_OK)
        abort();
}

static void host_start(struct host *h, void *arena, size_t size, const struct nonnet_config *config)
{
    struct nonnet_interface_config c = {.link = NONNET_LINK_ETHERNET,
                                        .flags = NONNET_INTERFACE_IPV6 | NONNET_INTERFACE_SLAAC |
                                                 NONNET_INTERFACE_TEMPORARY,
                                        .mtu = MTU,
                                        .mac = {{2, 0, 0, 0, 0, 1}},
                                        .offload = {OFFLOADS, NONNET_OFFLOAD_FRAME_MAX}};
    struct nonnet_address four = nonnet_address_ipv4(192, 0, 2, 1);
    struct nonnet_address six = {6, {0x20, 1, 0xd, 0xb8, [15] = 1}};
    struct nonnet_route route = {.prefix = {.version = 4},
                                 .gateway = nonnet_address_ipv4(192, 0, 2, 254)};
    struct nonnet_endpoint port = {.port = 5000};

    h->now = 1;
    must(nonnet_stack_init(&h->stack, config, arena, size, h->now));
    must(nonnet_interface_add(h->stack, &c, &h->interface));
    must(nonnet_interface_set_link(h->stack, h->interface, true, h->now));
    must(nonnet_interface_address_add(h->stack, h->interface, &four, 24, NONNET_ADDRESS_UNPROBED,
                                      h->now));
    must(nonnet_interface_address_add(h->stack, h->interface, &six, 64, NONNET_ADDRESS_UNPROBED,
                                      h->now));
    must(nonnet_route_add(h->stack, h->interface, &route));
    must(nonnet_dhcpv4_enable(h->stack, h->interface, true, h->now));
    must(nonnet_dhcpv6_enable(h->stack, h->interface, true, h->now));
    for (int i = 0; i < 2; i++) {
        must(nonnet_udp_open(h->stack, i == 0 ? 4 : 6, &h->sockets[i]));
        must(nonnet_udp_bind(h->stack, h->sockets[i], &port));
        struct nonnet_endpoint at = {{.version = i == 0 ? 4 : 6}, 80};
        must(nonnet_tcp_listen(h->stack, &at, 2, NULL, &h->listeners[i]));
    }
}

static uint32_t get32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void add32(uint8_t *p, uint32_t more)
{
    uint32_t v = get32(p) + more;

    put16(p, (uint16_t)(v >> 16));
    put16(p + 2, (uint16_t)v);
}

/* Remembers a TCP segment behind a network header of `header` bytes. */
static void segment_note(struct host *h, const uint8_t *packet, size_t header, uint8_t protocol)
{
    if (protocol != 6)
        return;
    memcpy(h->last.ports, packet + header, 4);
    h->last.seq = get32(packet + header + 4) + 1;
    h->last.ack = get32(packet + header + 8);
}

/* Makes an answer to that segment of one that comes: its numbers count from what was said. */
static void segment_relate(const struct host *h, uint8_t *packet, size_t len, size_t header,
                           uint8_t protocol)
{
    if (protocol != 6 || len < header + 20)
        return;
    memcpy(packet + header, h->last.ports + 2, 2);
    memcpy(packet + header + 2, h->last.ports, 2);
    add32(packet + header + 4, h->last.ack);
    add32(packet + header + 8, h->last.seq);
}

/* What a device is told to do can be done. */
static void said_check(const struct nonnet_frame *said, size_t len)
{
    size_t field = (size_t)said->checksum_start + said->checksum_offset;

    if ((said->flags & NONNET_FRAME_PARTIAL) && field + 2 > len)
        abort();
    if ((said->flags & NONNET_FRAME_SEGMENTS) &&
        (said->segment_len == 0 || said->header_len <= field ||
         said->header_len + said->segment_len > 14 + MTU ||
         said->header_len + said->segment_len >= len))
        abort();
    if (!(said->flags & NONNET_FRAME_SEGMENTS) && len > 14 + MTU)
        abort();
}

static void host_output(struct host *h)
{
    static uint8_t frame[NONNET_OFFLOAD_FRAME_MAX];
    struct nonnet_frame said;
    size_t len;

    for (;;) {
        int rc = nonnet_stack_output_frame(h->stack, h->interface, frame, sizeof frame, &len, &said,
                                           h->now);
        if (rc == NONNET_E_EMPTY)
            return;
        must(rc);
        said_check(&said, len);
        struct nonnet_ipv4_header four;
        struct nonnet_ipv6_header six;
        if (frame[12] == 8 && frame[13] == 0) {
            must(nonnet_ipv4_decode(&four, frame + 14, len - 14));
            segment_note(h, frame + 14, 20, four.protocol);
        } else if (frame[12] == 0x86) {
            must(nonnet_ipv6_decode(&six, frame + 14, len - 14));
            segment_note(h, frame + 14, 40, six.next_header);
        }
    }
}

static void host_wait(struct host *h, uint64_t us)
{
    uint64_t due = nonnet_stack_deadline(h->stack);

    h->now = due < h->now + us ? (due > h->now ? due : h->now) : h->now + us;
    nonnet_stack_tick(h->stack, h->now);
    if (nonnet_stack_deadline(h->stack) <= h->now)
        abort();
}

/* In parts, each in memory of its own; the frame's last bytes say where it is cut. Returns whether they were taken. */
static bool parts_input(struct host *h, const uint8_t *frame, size_t len,
                        const struct nonnet_frame *said)
{
    struct nonnet_part parts[4];
    uint8_t *memory[4];
    size_t at = 0, n;

    for (n = 0; n < 4; n++) {
        size_t part = n == 3 ? len - at : frame[len - 1 - n];
        part = part < len - at ? part : len - at;
        memory[n] = malloc(part > 0 ? part : 1);
        if (!memory[n])
            abort();
        memcpy(memory[n], frame + at, part);
        parts[n] = (struct nonnet_part){memory[n], part};
        at += part;
    }
    int rc = nonnet_stack_input_parts(h->stack, h->interface, parts, n, said, h->now);
    if (rc != NONNET_E_UNSUPPORTED)
        must(rc);
    while (n > 0)
        free(memory[--n]);
    return rc == NONNET_OK;
}

/* A frame of `len` bytes for the host, whose destination and checksums are right. */
static void host_input(struct host *h, const uint8_t *data, size_t len)
{
    static const uint8_t to[2][6] = {{2, 0, 0, 0, 0, 1}, {0xff, 0xff, 0xff, 0xff, 0xff, 0xff}};
    uint8_t *frame = malloc(14 + len);

    if (!frame || len < 1) {
        free(frame);
        return;
    }
    uint8_t kind = data[0];
    struct nonnet_frame said = {
        .flags = (kind & 0x20 ? NONNET_FRAME_VERIFIED : 0) |
                 (kind & 0x10 ? NONNET_FRAME_PARTIAL : 0) |
                 (kind & 0x08 ? NONNET_FRAME_SEGMENTS_IPV4 : 0),
        .checksum_start = (kind & 1) ? 34 : 54,
        .checksum_offset = len > 1 && data[1] & 1 ? 6 : 16,
    };
    memcpy(frame, to[kind >> 7], 6);
    memcpy(frame + 6, "\2\0\0\0\0\2", 6);
    put16(frame + 12, (kind & 3) == 0 ? 0x0806 : (kind & 1) ? 0x0800 : 0x86dd);
    len--;
    memcpy(frame + 14, data + 1, len);
    if ((kind & 0x40) && frame[13] == 0 && len >= 20)
        segment_relate(h, frame + 14, len, 20, frame[14 + 9]);
    else if ((kind & 0x40) && frame[12] == 0x86 && len >= 40)
        segment_relate(h, frame + 14, len, 40, frame[14 + 6]);
    if (frame[13] == 0)
        seal_ipv4(frame + 14, len);
    else if (frame[12] == 0x86)
        seal_ipv6(frame + 14, len);
    if (frame[12] == 0x86 && len >= 40 && frame[14 + 24] == 0xff) {
        frame[0] = frame[1] = 0x33;
        memcpy(frame + 2, frame + 14 + 36, 4);
    }
    if (!(kind & 0x04) || !parts_input(h, frame, 14 + len, &said))
        must(nonnet_stack_input_frame(h->stack, h->interface, frame, 14 + len, &said, h->now));
    h->frames++;
    free(frame);
}

static void host_send(struct host *h, const uint8_t *data, size_t len)
{
    struct nonnet_udp_message m = {.peer = {nonnet_address_ipv4(192, 0, 2, 2), 9}};
    static const struct nonnet_address six = {6, {0x20, 1, 0xd, 0xb8, [15] = 2}};
    int which = len > 0 && data[0] & 1;

    if (which)
        m.peer.address = six;
    if (len > 1)
        m.peer.address.octet[which ? 15 : 3] = data[1];
    (void)!nonnet_udp_send(h->stack, h->sockets[which], &m, data, len, h->now);
}

/* Does one thing with one of the connections. */
static void host_use_tcp(struct host *h, const uint8_t *data, size_t len)
{
    static const struct nonnet_interface_handle any;
    struct nonnet_endpoint to = {nonnet_address_ipv4(192, 0, 2, 2), 80};
    struct nonnet_tcp_handle *c = &h->connections[len > 0 ? data[0] % NCONNECTIONS : 0];
    struct nonnet_tcp_bytes bytes;
    struct nonnet_tcp_info info;
    uint32_t n;

    switch (len > 1 ? data[1] % 10 : 0) {
    case 0:
        if (c->id == 0)
            (void)!nonnet_tcp_accept(h->stack, h->listeners[len & 1], c, NULL);
        break;
    case 1:
        if (len > 2 && data[2] & 1)
            to.address = (struct nonnet_address){6, {0x20, 1, 0xd, 0xb8, [15] = 2}};
        if (c->id == 0)
            (void)!nonnet_tcp_connect(h->stack, NULL, &to, any, NULL, c, h->now);
        break;
    case 2:
        (void)!nonnet_tcp_write(h->stack, *c, data, (uint32_t)len, &n);
        break;
    case 3:
        if (nonnet_tcp_peek(h->stack, *c, &bytes) == NONNET_OK)
            must(nonnet_tcp_consume(h->stack, *c, (bytes.len[0] + bytes.len[1] + 1) / 2));
        break;
    case 4:
        if (nonnet_tcp_reserve(h->stack, *c, &bytes) == NONNET_OK) {
            memset(bytes.data[0], 'x', bytes.len[0]);
            must(nonnet_tcp_commit(h->stack, *c, bytes.len[0]));
        }
        break;
    case 5:
        (void)!nonnet_tcp_shutdown(h->stack, *c, h->now);
        break;
    case 6:
        (void)!nonnet_tcp_mark_urgent(h->stack, *c);
        break;
    case 7:
        (void)!nonnet_tcp_set_keepalive(h->stack, *c, (uint32_t)len, data[0], data[0]);
        break;
    case 8:
        (void)!nonnet_tcp_abort(h->stack, *c, h->now);
        c->id = 0;
        break;
    default:
        (void)!nonnet_tcp_info(h->stack, *c, &info);
        (void)!nonnet_tcp_close(h->stack, *c, h->now);
        c->id = 0;
    }
}

static void host_receive(struct host *h)
{
    static uint8_t data[65536];
    struct nonnet_event event;
    size_t len;

    for (int i = 0; i < 2; i++) {
        while (nonnet_udp_receive(h->stack, h->sockets[i], data, sizeof data, &len, NULL) ==
               NONNET_OK)
            continue;
    }
    while (nonnet_stack_event(h->stack, &event))
        continue;
}

/* An action: a byte that says which, two of length, and that many more. */
static void host_act(struct host *h, uint8_t action, const uint8_t *data, size_t len)
{
    switch (action & 7) {
    case 0:
        host_wait(h, (uint64_t)(action >> 3) * 1000000);
        break;
    case 1:
        host_output(h);
        host_receive(h);
        break;
    case 2:
        host_send(h, data, len);
        break;
    case 4:
        host_use_tcp(h, data, len);
        break;
    case 3:
        if (action > 0xf0) {
            must(nonnet_interface_set_link(h->stack, h->interface, false, h->now));
            must(nonnet_interface_set_link(h->stack, h->interface, true, h->now));
            break;
        }
        /* fallthrough */
    default:
        host_input(h, data, len);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct nonnet_config config;
    struct host h = {0};

    random_state = 42;
    nonnet_config_default(&config);
    config.environment.entropy = entropy;
    config.environment.keyed_hash = hash;
    config.npackets = 16;
    config.nneighbours = 4;
    config.ndatagrams = 4;
    config.reassembly_len = 8192;
    config.ntcp_connections = 4;
    config.ntcp_buffers = 2;
    config.ntcp_listeners = 2;
    config.ntcp_half_open = 8;
    config.tcp_send_len = config.tcp_receive_len = 4096;
    config.answer_closed_ports = true;
    size_t need = nonnet_stack_size(&config);
    void *arena = aligned_alloc(NONNET_ARENA_ALIGN, need);
    if (!arena)
        return 0;
    host_start(&h, arena, need, &config);
    while (size >= 3) {
        size_t len = (size_t)(data[1] << 8 | data[2]) & 2047;
        uint8_t action = data[0];
        data += 3;
        size -= 3;
        len = len < size ? len : size;
        host_act(&h, action, data, len);
        data += len;
        size -= len;
    }
    host_output(&h);
    if (nonnet_stack_counter(h.stack, NONNET_COUNT_FRAMES_IN) != h.frames)
        abort();
    free(arena);
    return 0;
}
