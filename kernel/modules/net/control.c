#include "control.h"

#include <string.h>

#include <nonnet/counter.h>

#include "dns.h"
#include "host.h"
#include "socket.h"

#define US_PER_S 1000000u

static int on_interface(uint64_t index, uint64_t *out)
{
    struct nonnet_dhcpv4_lease lease4;
    struct nonnet_dhcpv6_lease lease6 = {0};
    if (index > 0 || !host.interface.id)
        return NONOS_E_NOT_FOUND;
    bool leased4 = nonnet_dhcpv4_lease(host.stack, host.interface, &lease4) == NONNET_OK;
    bool told6 = nonnet_dhcpv6_lease(host.stack, host.interface, &lease6) == NONNET_OK;
    uint32_t instances = host.nic.watch.instances;
    out[0] = host.nic.mac;
    out[1] = host.nic.mtu;
    out[2] = (nic_link(&host.nic) ? NONOS_NET_LINK : 0) | (host.enabled ? NONOS_NET_ENABLED : 0) |
             (host.nic.attached ? NONOS_NET_ATTACHED : 0) | (leased4 ? NONOS_NET_LEASE : 0) |
             (lease6.address.version ? NONOS_NET_LEASE_IPV6 : 0) |
             (told6 ? NONOS_NET_TOLD_IPV6 : 0);
    out[3] = nonnet_stack_counter(host.stack, NONNET_COUNT_FRAMES_IN);
    out[4] = nonnet_stack_counter(host.stack, NONNET_COUNT_FRAMES_OUT);
    out[5] = instances ? instances - 1 : 0;
    return NONOS_OK;
}

static int on_address(uint64_t index, uint64_t *out)
{
    struct nonnet_address_info info;
    uint64_t now = host_now();
    int r = nonnet_interface_address(host.stack, host.interface, index, &info);
    if (r != NONNET_OK)
        return NONOS_E_NOT_FOUND;
    host_to_words(out, &info.address, 0);
    out[3] = info.prefix_len;
    out[4] = (info.state == NONNET_ADDRESS_TENTATIVE ? NONOS_NET_ADDRESS_TENTATIVE : 0) |
             (info.state == NONNET_ADDRESS_DEPRECATED ? NONOS_NET_ADDRESS_DEPRECATED : 0) |
             (info.announced ? NONOS_NET_ADDRESS_ANNOUNCED : 0) |
             (info.temporary ? NONOS_NET_ADDRESS_TEMPORARY : 0);
    out[5] = info.valid_until == NONNET_NEVER ? NONOS_NET_FOREVER
             : info.valid_until > now         ? (info.valid_until - now) / US_PER_S
                                              : 0;
    return NONOS_OK;
}

static int on_route(uint64_t index, uint64_t *out)
{
    struct nonnet_route route;
    if (nonnet_interface_route(host.stack, host.interface, index, &route) != NONNET_OK)
        return NONOS_E_NOT_FOUND;
    host_to_words(out, &route.prefix, 0);
    out[3] = route.prefix_len;
    host_to_words(out + 4, &route.gateway, 0);
    return NONOS_OK;
}

static int on_server(uint64_t index, uint64_t *out)
{
    struct nonnet_endpoint server;
    if (!dns_server(index, &server))
        return NONOS_E_NOT_FOUND;
    host_to_words(out, &server.address, server.port);
    return NONOS_OK;
}

static int on_counter(uint64_t index, uint64_t *out)
{
    if (index >= NONNET_NCOUNTERS)
        return NONOS_E_NOT_FOUND;
    const char *name = nonnet_counter_name((enum nonnet_counter)index);
    size_t size = (NONOS_IPC_WORDS - 1) * sizeof(out[0]), len = strlen(name);
    out[0] = nonnet_stack_counter(host.stack, (enum nonnet_counter)index);
    memcpy(out + 1, name, len < size ? len : size - 1);
    return NONOS_OK;
}

static int on_switch(uint64_t on)
{
    if (on > 1)
        return NONOS_E_INVALID;
    host.enabled = on;
    (void)nonos_notify_signal(host.server.notification, HOST_BIT_MORE);
    return NONOS_OK;
}

/* Answers in place. */
static int answer(struct nonos_message *m)
{
    uint64_t in = m->words[0];
    uint32_t op = m->label;
    memset(m->words, 0, sizeof(m->words));
    switch (op) {
    case NONOS_NET_INTERFACE:
        return on_interface(in, m->words);
    case NONOS_NET_ADDRESS:
        return on_address(in, m->words);
    case NONOS_NET_ROUTE:
        return on_route(in, m->words);
    case NONOS_NET_SERVER:
        return on_server(in, m->words);
    case NONOS_NET_CONNECTION:
        return sockets_describe(in, m->words) ? NONOS_OK : NONOS_E_NOT_FOUND;
    case NONOS_NET_COUNTER:
        return on_counter(in, m->words);
    case NONOS_NET_SWITCH:
        return on_switch(in);
    default:
        return NONOS_E_NO_CALL;
    }
}

/* The driver is asked without the lock: it may take its time. */
static int request_answer(struct nonos_message *m)
{
    if (m->label == NONOS_NET_DEVICE_COUNTER)
        return nic_counter(&host.nic, m->words[0], &m->words[0]);
    host_enter();
    int r = answer(m);
    host_leave();
    return r;
}

static void serve(void *argument)
{
    nonos_handle endpoint = (nonos_handle)(uintptr_t)argument, reply = 0;
    struct nonos_message m = nonos_message_make(0);
    for (;;) {
        int r = nonos_ipc_reply_wait(endpoint, reply, &m);
        if (r < 0 && !reply)
            return; /* the endpoint is gone */
        reply = 0;
        if (r <= 0)
            continue; /* who asked is gone */
        reply = (nonos_handle)r;
        for (uint32_t i = 0; i < m.ncaps && i < NONOS_IPC_CAPS; i++)
            (void)nonos_cap_delete(m.caps[i]);
        m.ncaps = 0;
        m.label = (uint32_t)request_answer(&m);
    }
}

int control_start(nonos_handle endpoint)
{
    return nonos_thread_spawn(serve, (void *)(uintptr_t)endpoint, 0);
}
