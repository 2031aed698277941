/*
 * Creation of a stack, and its handles, time and events.
 */
#include "stack/state.h"

#include "dhcp/dhcpv4.h"
#include "dhcp/dhcpv6.h"
#include "ip/address.h"
#include "ip/echo.h"
#include "ip/input.h"
#include "ip/neighbour.h"
#include "ip/reassembly.h"
#include "ip/route.h"
#include "ndp/ndp.h"
#include "stack/arena.h"
#include "stack/packet.h"
#include "tcp/host.h"
#include "tcp/tcp.h"
#include "wire/ethernet.h"

#define NNEIGHBOURS_MIN       4
#define NPACKETS_MIN          8
#define REASSEMBLY_LEN_MIN    4096
#define UDP_RECEIVE_LEN_MIN   2048
#define DATAGRAM_LEN_MAX      65535u
#define GENERATION_SHIFT      16
#define EPHEMERAL_RANDOM_BITS 0xffffu

/* nonnet_rate_limit_pass(). */
#define LIMIT_BURST    50u
#define LIMIT_JITTER   4u
#define LIMIT_INTERVAL US_PER_MS

void nonnet_config_default(struct nonnet_config *config)
{
    *config = (struct nonnet_config){
        .ninterfaces = 1,
        .naddresses = 8,
        .nroutes = 8,
        .nneighbours = 32,
        .npath_mtus = 16,
        .npackets = 128,
        .nudp_sockets = 8,
        .ndatagrams = 8,
        .reassembly_len = 131072,
        .udp_receive_len = 16384,
        .ntcp_connections = 32,
        .ntcp_buffers = 8,
        .ntcp_listeners = 4,
        .ntcp_half_open = 32,
        .tcp_send_len = 32768,
        .tcp_receive_len = 32768,
        .mtu_max = 1500,
        .answer_echo = true,
        .answer_errors = true,
    };
}

static bool config_is_sound(const struct nonnet_config *c)
{
    if (!c->environment.entropy || !c->environment.keyed_hash)
        return false;
    /* NO_INDEX and NO_INTERFACE are never indices. */
    if (c->ninterfaces < 1 || c->ninterfaces > 255 || c->naddresses < 1 ||
        c->naddresses == NO_INDEX || c->nroutes < 1 || c->nroutes == NO_INDEX ||
        c->nneighbours < NNEIGHBOURS_MIN || c->nneighbours == NO_INDEX ||
        c->npackets < NPACKETS_MIN || c->npackets == NO_INDEX || c->nudp_sockets == NO_INDEX ||
        c->ndatagrams == NO_INDEX)
        return false;
    if (c->ndatagrams > 0 && (c->reassembly_len < REASSEMBLY_LEN_MIN ||
                              c->reassembly_len / sizeof(struct chunk) >= NO_INDEX))
        return false;
    if (!nonnet_tcp_config_is_sound(c))
        return false;
    return c->mtu_max >= IPV6_MTU_MIN && c->mtu_max <= DATAGRAM_LEN_MAX &&
           c->udp_receive_len >= UDP_RECEIVE_LEN_MIN && c->udp_receive_len <= UINT32_MAX / 2;
}

static uint16_t nchunks_of(const struct nonnet_config *c)
{
    return c->ndatagrams > 0 ? (uint16_t)(c->reassembly_len / sizeof(struct chunk)) : 0;
}

/* The layout of the arena: the stack itself first, then its tables. NULL when measuring. */
static struct nonnet_stack *lay_out(struct arena *a, const struct nonnet_config *c)
{
    struct nonnet_stack *stack = arena_take(a, 1, sizeof *stack);
    struct interface *interfaces = arena_take(a, c->ninterfaces, sizeof *interfaces);
    struct address *addresses = arena_take(a, c->naddresses, sizeof *addresses);
    struct route *routes = arena_take(a, c->nroutes, sizeof *routes);
    struct neighbour *neighbours = arena_take(a, c->nneighbours, sizeof *neighbours);
    struct path_mtu *path_mtus = arena_take(a, c->npath_mtus, sizeof *path_mtus);
    struct packet *packets = arena_take(a, c->npackets, sizeof *packets);
    struct udp_socket *udp_sockets = arena_take(a, c->nudp_sockets, sizeof *udp_sockets);
    struct datagram *datagrams = arena_take(a, c->ndatagrams, sizeof *datagrams);
    struct chunk *chunks = arena_take(a, nchunks_of(c), sizeof *chunks);
    uint8_t *assembly =
        arena_take(a, c->ndatagrams > 0 ? DATAGRAM_HEADERS_MAX + DATAGRAM_LEN_MAX : 0, 1);
    uint8_t *packet_bytes = arena_take(a, c->npackets, c->mtu_max);
    uint8_t *queues = arena_take(a, c->nudp_sockets, c->udp_receive_len);
    struct tcp_host tcp_parts;
    struct tcp_host *tcp = nonnet_tcp_lay_out(a, c, &tcp_parts);

    if (!a->base || a->overflow)
        return NULL;
    /* The buffers of TCP are last, and what was not written is not read: their pages may wait. */
    memset(a->base, 0, tcp ? (size_t)(tcp_parts.buffers - a->base) : a->used);
    stack->interfaces = interfaces;
    stack->addresses = addresses;
    stack->routes = routes;
    stack->neighbours = neighbours;
    stack->path_mtus = path_mtus;
    stack->packets = packets;
    stack->udp_sockets = udp_sockets;
    stack->datagrams = datagrams;
    stack->chunks = chunks;
    stack->nchunks = nchunks_of(c);
    stack->tcp = tcp;
    if (tcp)
        *tcp = tcp_parts;
    stack->assembly = assembly;
    for (uint16_t i = 0; i < c->npackets; i++) {
        packets[i].index = i;
        packets[i].bytes = packet_bytes + (size_t)i * c->mtu_max;
    }
    for (uint16_t i = 0; i < c->nudp_sockets; i++) {
        udp_sockets[i].index = i;
        udp_sockets[i].queue = queues + (size_t)i * c->udp_receive_len;
    }
    return stack;
}

size_t nonnet_stack_size(const struct nonnet_config *config)
{
    struct arena a = {0};

    if (!config_is_sound(config))
        return 0;
    (void)lay_out(&a, config);
    return a.overflow ? 0 : a.used;
}

static void keys_draw(struct nonnet_stack *stack)
{
    const struct nonnet_environment *e = &stack->config.environment;
    static const uint8_t zeros[NONNET_KEY_LEN];

    e->entropy(e->context, stack->key, sizeof stack->key);
    if (memcmp(stack->config.stable_secret, zeros, sizeof zeros) == 0)
        e->entropy(e->context, stack->stable_key, sizeof stack->stable_key);
    else
        memcpy(stack->stable_key, stack->config.stable_secret, sizeof stack->stable_key);
    e->entropy(e->context, (uint8_t *)stack->identifications, sizeof stack->identifications);
    stack->next_ephemeral = (uint16_t)nonnet_stack_random(stack, EPHEMERAL_RANDOM_BITS);
}

int nonnet_stack_init(struct nonnet_stack **stack, const struct nonnet_config *config, void *arena,
                      size_t size, uint64_t now)
{
    size_t needed = nonnet_stack_size(config);
    struct arena a = {.base = arena};

    if (needed == 0 || !arena || ((uintptr_t)arena & (NONNET_ARENA_ALIGN - 1)) != 0)
        return NONNET_E_INVALID;
    if (size < needed)
        return NONNET_E_NO_MEMORY;

    struct nonnet_config copy = *config; /* it may lie in the arena */
    struct nonnet_stack *s = lay_out(&a, &copy);
    s->config = copy;
    s->now = now;
    keys_draw(s);
    nonnet_packets_init(s);
    nonnet_reassembly_init(s);
    nonnet_tcp_init(s);
    nonnet_echo_init(s);
    *stack = s;
    return NONNET_OK;
}

uint32_t nonnet_stack_random(const struct nonnet_stack *stack, uint32_t bound)
{
    const struct nonnet_environment *e = &stack->config.environment;
    uint8_t bytes[4];

    e->entropy(e->context, bytes, sizeof bytes);
    struct byte_reader r = byte_reader(bytes, sizeof bytes);
    return (uint32_t)((uint64_t)byte_reader_u32(&r) * bound >> 32);
}

bool nonnet_rate_limit_pass(const struct nonnet_stack *stack, struct rate_limit *l)
{
    if (l->filled_at == 0 || stack->now - l->filled_at >= (uint64_t)LIMIT_BURST * LIMIT_INTERVAL) {
        l->tokens = LIMIT_BURST - nonnet_stack_random(stack, LIMIT_JITTER);
        l->filled_at = stack->now;
    }
    for (; stack->now - l->filled_at >= LIMIT_INTERVAL; l->filled_at += LIMIT_INTERVAL)
        l->tokens += l->tokens < LIMIT_BURST;
    if (l->tokens == 0)
        return false;
    l->tokens--;
    return true;
}

uint64_t nonnet_stack_hash(const struct nonnet_stack *stack, const uint8_t *data, size_t len)
{
    const struct nonnet_environment *e = &stack->config.environment;
    return e->keyed_hash(e->context, stack->key, data, len);
}

static uint32_t handle_id(size_t index, uint16_t generation)
{
    return (uint32_t)generation << GENERATION_SHIFT | (uint32_t)index;
}

struct interface *nonnet_interface_of(const struct nonnet_stack *stack,
                                      struct nonnet_interface_handle handle)
{
    uint16_t index = (uint16_t)handle.id;

    if (index >= stack->config.ninterfaces)
        return NULL;
    struct interface *interface = &stack->interfaces[index];
    bool same = interface->generation == handle.id >> GENERATION_SHIFT;
    return interface->used && same ? interface : NULL;
}

struct nonnet_interface_handle nonnet_interface_handle_of(const struct interface *interface)
{
    return (struct nonnet_interface_handle){handle_id(interface->index, interface->generation)};
}

bool nonnet_interface_wish(const struct nonnet_stack *stack, struct nonnet_interface_handle handle,
                           uint8_t *index)
{
    const struct interface *interface = nonnet_interface_of(stack, handle);

    *index = interface ? interface->index : NO_INTERFACE;
    return interface || handle.id == 0;
}

struct udp_socket *nonnet_udp_socket_of(const struct nonnet_stack *stack,
                                        struct nonnet_udp_handle handle)
{
    uint16_t index = (uint16_t)handle.id;

    if (index >= stack->config.nudp_sockets)
        return NULL;
    struct udp_socket *socket = &stack->udp_sockets[index];
    bool same = socket->generation == handle.id >> GENERATION_SHIFT;
    return socket->used && same ? socket : NULL;
}

int nonnet_stack_input_frame(struct nonnet_stack *stack, struct nonnet_interface_handle handle,
                             const uint8_t *frame, size_t len, const struct nonnet_frame *said,
                             uint64_t now)
{
    struct interface *interface = nonnet_interface_of(stack, handle);

    if (!interface)
        return NONNET_E_STALE;
    stack_set_time(stack, now);
    stack_count(stack, NONNET_COUNT_FRAMES_IN);
    nonnet_frame_input(stack, interface, frame, len, said);
    return NONNET_OK;
}

int nonnet_stack_input_parts(struct nonnet_stack *stack, struct nonnet_interface_handle handle,
                             const struct nonnet_part *parts, size_t nparts,
                             const struct nonnet_frame *said, uint64_t now)
{
    struct interface *interface = nonnet_interface_of(stack, handle);

    if (!interface)
        return NONNET_E_STALE;
    if (!nonnet_parts_can_be_input(interface, parts, nparts, said))
        return NONNET_E_UNSUPPORTED;
    stack_set_time(stack, now);
    stack_count(stack, NONNET_COUNT_FRAMES_IN);
    nonnet_parts_input(stack, interface, parts, nparts, said);
    return NONNET_OK;
}

int nonnet_stack_input(struct nonnet_stack *stack, struct nonnet_interface_handle interface,
                       const uint8_t *frame, size_t len, uint64_t now)
{
    return nonnet_stack_input_frame(stack, interface, frame, len, NULL, now);
}

static int frame_output(struct nonnet_stack *stack, struct nonnet_interface_handle handle,
                        uint8_t *frame, size_t size, size_t *len, struct nonnet_frame *said,
                        uint64_t now)
{
    struct interface *interface = nonnet_interface_of(stack, handle);

    if (!interface)
        return NONNET_E_STALE;
    stack_set_time(stack, now);
    int rc = nonnet_packet_output(stack, interface, frame, size, len, said);
    return rc == NONNET_E_EMPTY ? nonnet_tcp_output(stack, interface, frame, size, len, said) : rc;
}

int nonnet_stack_output_frame(struct nonnet_stack *stack, struct nonnet_interface_handle interface,
                              uint8_t *frame, size_t size, size_t *len, struct nonnet_frame *said,
                              uint64_t now)
{
    *said = (struct nonnet_frame){0};
    return frame_output(stack, interface, frame, size, len, said, now);
}

int nonnet_stack_output(struct nonnet_stack *stack, struct nonnet_interface_handle interface,
                        uint8_t *frame, size_t size, size_t *len, uint64_t now)
{
    return frame_output(stack, interface, frame, size, len, NULL, now);
}

void nonnet_stack_tick(struct nonnet_stack *stack, uint64_t now)
{
    stack_set_time(stack, now);
    nonnet_dhcpv4_tick(stack); /* first: a lease that ends takes its address along */
    nonnet_dhcpv6_tick(stack);
    nonnet_addresses_tick(stack);
    nonnet_routes_tick(stack);
    nonnet_neighbours_tick(stack);
    nonnet_reassembly_tick(stack);
    nonnet_ndp_tick(stack);
    nonnet_tcp_tick(stack);
}

uint64_t nonnet_stack_deadline(const struct nonnet_stack *stack)
{
    uint64_t due = nonnet_addresses_deadline(stack);

    due = earlier(due, nonnet_dhcpv4_deadline(stack));
    due = earlier(due, nonnet_dhcpv6_deadline(stack));
    due = earlier(due, nonnet_routes_deadline(stack));
    due = earlier(due, nonnet_neighbours_deadline(stack));
    due = earlier(due, nonnet_reassembly_deadline(stack));
    due = earlier(due, nonnet_tcp_deadline(stack));
    return earlier(due, nonnet_ndp_deadline(stack));
}

/*
 * Each search begins where the last one ended, so that no object keeps the others from being heard.
 */
static bool interface_event(struct nonnet_stack *stack, struct nonnet_event *event)
{
    for (uint16_t i = 0; i < stack->config.ninterfaces; i++) {
        if (++stack->event_interface >= stack->config.ninterfaces)
            stack->event_interface = 0;
        struct interface *interface = &stack->interfaces[stack->event_interface];
        if (interface->used && interface->events != 0) {
            *event = (struct nonnet_event){.source = NONNET_EVENT_INTERFACE,
                                           .flags = interface->events,
                                           .interface = nonnet_interface_handle_of(interface)};
            interface->events = 0;
            return true;
        }
    }
    return false;
}

static bool udp_event(struct nonnet_stack *stack, struct nonnet_event *event)
{
    for (uint16_t i = 0; i < stack->config.nudp_sockets; i++) {
        if (++stack->event_udp >= stack->config.nudp_sockets)
            stack->event_udp = 0;
        struct udp_socket *socket = &stack->udp_sockets[stack->event_udp];
        if (socket->used && socket->events != 0) {
            *event = (struct nonnet_event){
                .source = NONNET_EVENT_UDP,
                .flags = socket->events,
                .udp = {handle_id(stack->event_udp, socket->generation)},
            };
            socket->events = 0;
            return true;
        }
    }
    return false;
}

bool nonnet_stack_event(struct nonnet_stack *stack, struct nonnet_event *event)
{
    return interface_event(stack, event) || udp_event(stack, event) ||
           nonnet_tcp_event(stack, event) || nonnet_echo_event(stack, event);
}
