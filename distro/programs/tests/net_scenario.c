/* A network for the tests of its programs: lib/net.h answered from tables. */
#include "../lib/net.h"
#include "../lib/net_capture.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* NONOS_SCENARIO: "denied": every call is refused; "none": there is no network device. */
static int refusal(void)
{
    const char *s = getenv("NONOS_SCENARIO");
    if (s && strcmp(s, "denied") == 0)
        return NONOS_E_DENIED;
    return s && strcmp(s, "none") == 0 ? NONOS_E_NO_DEVICE : 0;
}

static const struct nonos_net_endpoint host4 = {4, {10, 0, 2, 15}, 0};
static const struct nonos_net_endpoint gateway4 = {4, {10, 0, 2, 2}, 0};
static const struct nonos_net_endpoint host6 = {
    6, {0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1}, 0};

int net_ping(const struct nonos_net_endpoint *host, uint32_t len, uint64_t ms,
             struct net_echo *echo)
{
    static unsigned n;
    (void)ms;
    *echo =
        (struct net_echo){.round_trip_us = 1500 + 500 * (uint64_t)n, .hop_limit = 64, .len = len};
    if (refusal())
        return refusal();
    if (host->octet[0] == 192)
        return NONOS_E_UNREACHABLE;
    return n++ == 1 ? NONOS_E_TIMED_OUT : 0;
}

int net_resolve(const char *name, uint8_t version, uint64_t ms, struct nonos_net_endpoint *found,
                unsigned *nfound, uint64_t *ttl_s)
{
    (void)ms;
    if (refusal())
        return refusal();
    if (strcmp(name, "host.example") != 0 && (strcmp(name, "six.example") != 0 || version == 4))
        return strchr(name, ' ') ? NONOS_E_INVALID : NONOS_E_NOT_FOUND;
    *nfound = 1;
    *ttl_s = 300;
    *found = version == 4 ? host4 : host6;
    return 0;
}

/* A socket is a number here: 1 answers nothing, 2 echoes, 4 has a peer that is gone. */
int net_connect(const struct nonos_net_endpoint *peer, uint64_t ms, nonos_handle *socket)
{
    (void)ms;
    *socket = peer->port == 7 ? 2 : peer->port == 5 ? 4 : 1;
    return refusal() ? refusal() : peer->port == 9 ? NONOS_E_REFUSED : 0;
}

int net_endpoints(nonos_handle socket, struct nonos_net_endpoint *local,
                  struct nonos_net_endpoint *peer)
{
    (void)socket;
    *local = host4;
    local->port = 50000;
    *peer = gateway4;
    peer->port = 7;
    return 0;
}

int net_datagram_open(const struct nonos_net_endpoint *peer, nonos_handle *socket)
{
    return net_connect(peer, 0, socket);
}

int net_listen(const struct nonos_net_endpoint *local, uint32_t backlog, nonos_handle *listener)
{
    (void)backlog;
    *listener = 3;
    return refusal() ? refusal() : local->port == 80 ? NONOS_E_EXISTS : 0;
}

int net_accept(nonos_handle listener, uint64_t ms, nonos_handle *socket,
               struct nonos_net_endpoint *peer)
{
    (void)listener;
    *socket = 2;
    *peer = host6;
    peer->port = 4711;
    return ms == 0 ? NONOS_E_TIMED_OUT : 0;
}

static uint64_t keep_alive_ms;

int net_keep_alive(nonos_handle socket, uint64_t idle_ms, uint64_t interval_ms, uint64_t count)
{
    (void)socket;
    keep_alive_ms = interval_ms != idle_ms || count != 3 ? 0 : idle_ms;
    return keep_alive_ms ? 0 : NONOS_E_INVALID;
}

void net_close(nonos_handle socket)
{
    (void)socket;
}

int net_relay(nonos_handle socket, uint64_t idle_ms, uint64_t *sent, uint64_t *received)
{
    char data[4096];
    (void)idle_ms;
    *sent = *received = 0;
    for (ssize_t n; (n = read(STDIN_FILENO, data, sizeof(data))) > 0; *sent += (uint64_t)n)
        if (socket == 2 && write(STDOUT_FILENO, data, (size_t)n) == n)
            *received += (uint64_t)n;
    if (socket == 4 && keep_alive_ms)
        return NONOS_E_TIMED_OUT;
    return socket == 1 ? NONOS_E_RESET : 0;
}

int net_interface(uint64_t index, struct net_interface *interface)
{
    *interface = (struct net_interface){
        .mac = {0x52, 0x54, 0, 0x12, 0x34, 0x56},
        .mtu = 1500,
        .flags = NONOS_NET_LINK | NONOS_NET_ENABLED | NONOS_NET_ATTACHED | NONOS_NET_LEASE |
                 NONOS_NET_TOLD_IPV6 | NONOS_NET_LEASE_IPV6,
        .frames_in = 12,
        .frames_out = 34,
        .restarts = 2,
    };
    if (refusal() == NONOS_E_DENIED)
        return refusal();
    return refusal() || index > 0 ? NONOS_E_NOT_FOUND : 0;
}

int net_address(uint64_t index, struct net_address *address)
{
    *address = index == 0
                   ? (struct net_address){host4, 24, 0, 86400}
                   : (struct net_address){host6, 64,
                                          NONOS_NET_ADDRESS_TEMPORARY | NONOS_NET_ADDRESS_TENTATIVE,
                                          NONOS_NET_FOREVER};
    return refusal() ? refusal() : index > 1 ? NONOS_E_NOT_FOUND : 0;
}

int net_route(uint64_t index, struct net_route *route)
{
    *route = (struct net_route){.prefix = {.version = 4}, .gateway = gateway4};
    return refusal() ? refusal() : index > 0 ? NONOS_E_NOT_FOUND : 0;
}

int net_name_server(uint64_t index, struct nonos_net_endpoint *server)
{
    *server = gateway4;
    return refusal() ? refusal() : index > 0 ? NONOS_E_NOT_FOUND : 0;
}

int net_connection(uint64_t index, struct net_connection *connection)
{
    static const struct net_connection all[] = {
        {.local = {4, {10, 0, 2, 15}, 49152},
         .peer = {4, {10, 0, 2, 2}, 80},
         .kind = NONOS_NET_TCP,
         .state = 3,
         .send_queue = 5,
         .receive_queue = 17},
        {.local = {6, {0}, 22}, .kind = NONOS_NET_LISTENER},
        {.local = {6, {0x20, 1, 0xd, 0xb8}, 53}, .kind = NONOS_NET_UDP},
        {.kind = NONOS_NET_TCP, .state = 77},
    };
    if (refusal())
        return refusal();
    if (index >= sizeof(all) / sizeof(all[0]))
        return NONOS_E_NOT_FOUND;
    *connection = all[index];
    return 0;
}

int net_counter(uint64_t index, uint64_t *value, char name[56])
{
    *value = index == 1 ? 41 : 0;
    strcpy(name, index == 1 ? "dropped: for a test" : "never");
    return refusal() ? refusal() : index > 2 ? NONOS_E_NOT_FOUND : 0;
}

int net_device_counter(uint64_t index, uint64_t *value)
{
    *value = index == NONOS_NIC_RESETS ? 3 : 0;
    return refusal() ? refusal() : index >= NONOS_NIC_COUNTERS ? NONOS_E_NOT_FOUND : 0;
}

int net_switch(bool on)
{
    (void)on;
    return refusal();
}

/* ---- frames: one a line, of what kinds there are and of what is cut or wrong ---- */

#define ETHERNET "\2\0\0\0\0\1\2\0\0\0\0\2"
#define IPV4(protocol, offset) \
    ETHERNET "\x8\0\x45\0\0\x28\0\0" offset "\x40" protocol "\0\0\xa\0\2\xf\xa\0\2\2"
#define IPV6(next)                                                                       \
    ETHERNET "\x86\xdd\x60\0\0\0\0\x14" next "\x40\x20\1\xd\xb8\0\0\0\0\0\0\0\0\0\0\0\1" \
             "\x20\1\xd\xb8\0\0\0\0\0\0\0\0\0\0\0\2"
#define FRAME(bytes)                                \
    {                                               \
        sizeof(bytes) - 1, (const uint8_t *)(bytes) \
    }

static const struct {
    size_t len;
    const uint8_t *bytes;
} frames[] = {
    FRAME(ETHERNET "\x8\6\0\1\x8\0\6\4\0\1\2\0\0\0\0\2\xa\0\2\xf\0\0\0\0\0\0\xa\0\2\2"),
    FRAME(IPV4("\6", "\x40\0") "\xc0\0\0\7\0\0\0\1\0\0\0\0\x50\2\xff\xff\0\0\0\0"),
    FRAME(IPV4("\x11", "\0\0") "\0\x44\0\x43\0\x8\0\0"),
    FRAME(IPV4("\1", "\0\0") "\x8\0\0\0"),
    FRAME(IPV4("\x11", "\0\1") "\0\x44\0\x43\0\x8\0\0"), /* a later fragment */
    FRAME(IPV6("\0") "\6\0\0\0\0\0\0\0\0\x50\xc0\0\0\0\0\1\0\0\0\0\x50\x12\0\0\0\0\0\0"),
    FRAME(IPV6("\x3a") "\x87\0\0\0"),
    FRAME(IPV6("\0") "\0\xff\0\0\0\0\0\0"), /* an extension that is longer than the frame */
    FRAME(IPV4("\x84", "\0\0") "\0\0\0\0"),
    FRAME(ETHERNET "\x88\xcc\0"),
    FRAME("\0\0"),
};

static size_t next_frame;
static uint16_t snap_len;

int net_capture_open(uint16_t len)
{
    snap_len = len;
    return refusal();
}

int net_capture_stoppable(void)
{
    return 0;
}

int net_capture_next(struct nonos_net_frame *frame, const uint8_t **bytes)
{
    if (next_frame == sizeof(frames) / sizeof(frames[0]))
        return NONOS_E_BUSY;
    size_t len = frames[next_frame].len;
    *frame = (struct nonos_net_frame){.time_ns = 1700000000000001000u + 1500000000u * next_frame,
                                      .len = (uint32_t)len,
                                      .kept = (uint16_t)(len < snap_len ? len : snap_len),
                                      .flags = next_frame % 2 ? 0 : NONOS_NET_FRAME_SENT};
    *bytes = frames[next_frame++].bytes;
    return 0;
}

int net_capture_wait(void)
{
    return NONOS_E_CANCELLED;
}

int net_capture_counts(uint64_t *captured, uint64_t *dropped)
{
    *captured = next_frame;
    *dropped = 3;
    return 0;
}
