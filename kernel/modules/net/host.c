#include "host.h"

#include <stdlib.h>
#include <string.h>

#include <noncrypto/siphash.h>

#include "capture.h"
#include "dns.h"
#include "socket.h"

/* However fast frames come, requests get their turn; and so many frames come or go at one time of the clock. */
#define BURST       256u
#define CLOCK_BURST 8u
#define MTU_MAX     1500u
#define NS_PER_US   1000u
#define TIMER_US    4000u /* as Linux with its usual clock, which looks at timers so often */
#define SEND_LEN    (64u << 10)
#define RECEIVE_LEN (128u << 10)

struct host host;

static void clock_look(void)
{
    host.now = nonos_time_monotonic() / NS_PER_US;
}

void host_enter(void)
{
    nonos_mutex_lock(&host.lock);
    clock_look();
}

void host_enter_again(void)
{
    nonos_mutex_lock(&host.lock);
}

void host_leave(void)
{
    nonos_mutex_unlock(&host.lock);
}

static void entropy(void *context, uint8_t *out, size_t len)
{
    (void)context;
    if (nonos_random(out, len) < 0)
        nonos_panic("net: no random numbers\n");
}

static uint64_t keyed_hash(void *context, const uint8_t key[NONNET_KEY_LEN], const uint8_t *data,
                           size_t len)
{
    (void)context;
    return noncrypto_siphash(data, len, key);
}

/* ---- results and addresses ---- */

int host_result(int result)
{
    static const int results[] = {
        [-NONNET_OK] = NONOS_OK,
        [-NONNET_E_INVALID] = NONOS_E_INVALID,
        [-NONNET_E_NO_SPACE] = NONOS_E_TOO_BIG,
        [-NONNET_E_UNSUPPORTED] = NONOS_E_UNSUPPORTED,
        [-NONNET_E_NO_MEMORY] = NONOS_E_NO_MEMORY,
        [-NONNET_E_FULL] = NONOS_E_NO_SPACE,
        [-NONNET_E_EMPTY] = NONOS_E_BUSY,
        [-NONNET_E_STALE] = NONOS_E_PEER_GONE,
        [-NONNET_E_IN_USE] = NONOS_E_EXISTS,
        [-NONNET_E_NOT_FOUND] = NONOS_E_NOT_FOUND,
        [-NONNET_E_UNREACHABLE] = NONOS_E_UNREACHABLE,
        [-NONNET_E_REFUSED] = NONOS_E_REFUSED,
        [-NONNET_E_TOO_LONG] = NONOS_E_TOO_BIG,
        [-NONNET_E_RESET] = NONOS_E_RESET,
        [-NONNET_E_TIMED_OUT] = NONOS_E_TIMED_OUT,
        [-NONNET_E_CLOSED] = NONOS_E_PIPE,
    };
    unsigned index = (unsigned)-result;
    if (result == NONNET_OK)
        return NONOS_OK;
    return index < sizeof(results) / sizeof(results[0]) && results[index] ? results[index]
                                                                          : NONOS_E_IO;
}

void host_to_words(uint64_t words[3], const struct nonnet_address *address, uint16_t port)
{
    struct nonos_net_endpoint endpoint = {.version = address->version, .port = port};
    memcpy(endpoint.octet, address->octet, sizeof(endpoint.octet));
    nonos_net_to_words(words, &endpoint);
}

bool host_from_words(struct nonnet_endpoint *endpoint, const uint64_t words[3])
{
    struct nonos_net_endpoint from;
    nonos_net_from_words(&from, words);
    endpoint->port = from.port;
    endpoint->address.version = from.version;
    memset(endpoint->address.octet, 0, sizeof(endpoint->address.octet));
    memcpy(endpoint->address.octet, from.octet, from.version == 4 ? 4 : sizeof(from.octet));
    return from.version == 4 || from.version == 6;
}

/* ---- the stack and its interface ---- */

static int stack_create(void)
{
    struct nonnet_config c;
    nonnet_config_default(&c);
    c.environment = host.environment;
    c.naddresses = 16;
    c.nroutes = 16;
    c.nneighbours = 64;
    c.npath_mtus = 64;
    c.nudp_sockets = 32;
    c.ntcp_connections = 128;
    c.ntcp_buffers = 24;
    c.ntcp_listeners = 16;
    c.ntcp_half_open = 64;
    c.tcp_send_len = SEND_LEN;
    c.tcp_receive_len = RECEIVE_LEN;
    c.mtu_max = MTU_MAX;
    /* Who asks whether anybody is there gets no answer. */
    c.answer_echo = false;
    c.answer_errors = false;
    c.answer_closed_ports = false;
    size_t size = nonnet_stack_size(&c);
    void *arena = size ? malloc(size) : NULL;
    if (!arena)
        return NONOS_E_NO_MEMORY;
    return host_result(nonnet_stack_init(&host.stack, &c, arena, size, host_now()));
}

/* The device is there for the first time: addresses by DHCP and by what routers announce, with nothing said about us. */
static int interface_create(void)
{
    struct nonnet_interface_config c = {
        .link = NONNET_LINK_ETHERNET,
        .mtu = host.nic.mtu < MTU_MAX ? host.nic.mtu : MTU_MAX,
        .offload = host.nic.offload,
    };
    if (c.mtu >= 1280)
        c.flags = NONNET_INTERFACE_IPV6 | NONNET_INTERFACE_SLAAC | NONNET_INTERFACE_TEMPORARY;
    nonos_nic_mac_bytes(c.mac.octet, host.nic.mac);
    int r = nonnet_interface_add(host.stack, &c, &host.interface);
    if (r == NONNET_OK)
        r = nonnet_dhcpv4_enable(host.stack, host.interface, true, host_now());
    /* It asks nobody anything until a router says that there is something to ask for. */
    if (r == NONNET_OK && c.flags & NONNET_INTERFACE_IPV6)
        r = nonnet_dhcpv6_enable(host.stack, host.interface, true, host_now());
    return host_result(r);
}

static void link_set(bool up)
{
    if (host.up == up || !host.interface.id)
        return;
    host.up = up;
    (void)!nonnet_interface_set_link(host.stack, host.interface, up, host_now());
    if (!up)
        dns_forget();
}

/*
 * A new instance of the driver. The stack does not notice: frames were lost meanwhile. Only if the device does not take our station address
 * any more is it another link.
 */
static void driver_renewed(void)
{
    struct nonnet_mac mac = {{0}};
    int r = NONOS_OK;
    nonos_nic_mac_bytes(mac.octet, host.nic.mac);
    if (!host.interface.id) {
        r = interface_create();
    } else if (host.mac != host.nic.mac) {
        link_set(false);
        r = host_result(nonnet_interface_set_mac(host.stack, host.interface, mac));
    }
    if (r >= 0)
        r = host_result(
            nonnet_interface_set_offload(host.stack, host.interface, &host.nic.offload));
    host.mac = host.nic.mac;
    if (r < 0)
        nonos_logf("net: the interface cannot be used: %s\n", nonos_strerror(r));
}

int host_init(void)
{
    host.environment = (struct nonnet_environment){.entropy = entropy, .keyed_hash = keyed_hash};
    host.enabled = true;
    clock_look();
    int r = nonos_mutex_init(&host.lock);
    if (r >= 0)
        r = stack_create();
    return r < 0 ? r : nic_init(&host.nic, host.server.notification, HOST_BIT_NIC);
}

/* ---- the loop ---- */

/* Text of segments goes from the driver's buffers to the connection at once; what is looked at has to be here. */
static void frame_input(struct nic_frame *f)
{
    if (!capture_runs() && nonnet_stack_input_parts(host.stack, host.interface, f->parts, f->nparts,
                                                    &f->said, host_now()) != NONNET_E_UNSUPPORTED)
        return;
    nic_join(f);
    capture_frame(f->bytes, f->len, 0);
    (void)!nonnet_stack_input_frame(host.stack, host.interface, f->bytes, f->len, &f->said,
                                    host_now());
}

static void frames_receive(void)
{
    static struct nic_frame frame;
    for (unsigned i = 0; i < BURST && nic_receive(&host.nic, &frame); i++) {
        if (i % CLOCK_BURST == CLOCK_BURST - 1)
            clock_look();
        frame_input(&frame);
        nic_release(&host.nic, &frame);
    }
}

static void frames_send(void)
{
    struct nonnet_frame said;
    uint8_t *frame;
    size_t len;
    if (!host.interface.id)
        return;
    for (unsigned i = 1; (frame = nic_send_begin(&host.nic)) != NULL &&
                         nonnet_stack_output_frame(host.stack, host.interface, frame, NIC_TX_LEN,
                                                   &len, &said, host_now()) == NONNET_OK;
         i++) {
        capture_frame(frame, len, NONOS_NET_FRAME_SENT);
        nic_send(&host.nic, len, &said);
        if (i % CLOCK_BURST == 0)
            clock_look();
    }
    nic_flush(&host.nic);
}

static void events_take(void)
{
    struct nonnet_event event;
    while (nonnet_stack_event(host.stack, &event)) {
        if (event.source == NONNET_EVENT_INTERFACE) {
            if (event.flags & NONNET_EVENT_LEASE_CHANGED)
                dns_servers_changed();
        } else {
            sockets_event(&event);
        }
    }
}

/*
 * What is due next is put off with each acknowledgement. A timer that is set and comes too early does no harm, so it stays: to set one is
 * a call of the kernel. It never comes sooner than TIMER_US, or the probe of each train (RFC 8985 section 7.2), which on a short way is due
 * within a millisecond, would wake us as often as acknowledgements do.
 */
static void timer_set(void)
{
    static uint64_t set = NONNET_NEVER;
    uint64_t next = nonnet_stack_deadline(host.stack);
    uint64_t dns = dns_deadline(), sockets = sockets_deadline();
    next = dns < next ? dns : next;
    next = sockets < next ? sockets : next;
    if (next < host_now() + TIMER_US)
        next = host_now() + TIMER_US;
    if (next == set || (next > set && set > host_now()))
        return;
    uint64_t ns = next == NONNET_NEVER ? NONOS_NEVER : next * NS_PER_US;
    if (nonos_notify_timer(host.server.notification, ns, HOST_BIT_TIMER) >= 0)
        set = next;
}

void host_run(void)
{
    if (nic_renew(&host.nic))
        driver_renewed();
    link_set(host.enabled && nic_link(&host.nic));
    frames_receive();
    nonnet_stack_tick(host.stack, host_now());
    events_take();
    dns_run();
    sockets_run();
    frames_send();
    capture_wake();
    if (!nic_may_wait(&host.nic))
        (void)nonos_notify_signal(host.server.notification, HOST_BIT_MORE);
    timer_set();
}
