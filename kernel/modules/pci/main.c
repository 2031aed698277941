/*
 * The PCI broker: serves nonos/pci.h.
 *
 * The supervisor, which calls without a badge, lists, claims and releases; a device's endpoint gives that device's resources. A connection
 * (nonos/supervisor.h) may do nothing.
 */
#include <string.h>

#include <nonos/pci.h>
#include <nonos/runtime.h>
#include <nonos/server.h>
#include <nonos/supervisor.h>

#include "broker.h"
#include "guard.h"
#include "ports.h"

static struct broker broker;
static struct pci_ports ports;

static unsigned device_index(const void *object)
{
    return (unsigned)((const struct pci_device *)object - broker.devices);
}

/* ---- supervisor ---- */

static int request_list(struct nonos_request *request)
{
    uint64_t index = request->in.words[0], *out = request->out.words;
    if (index >= broker.ndevices)
        return NONOS_E_NOT_FOUND;
    const struct pci_device *device = &broker.devices[index];
    out[0] = device->address;
    out[1] = device->vendor | (uint64_t)device->id << 16;
    out[2] = device->class_code;
    out[3] = broker.claims[index].active;
    return NONOS_OK;
}

static void release(struct nonos_server *server, unsigned index)
{
    nonos_handle endpoint = broker.claims[index].endpoint;
    broker_release(&broker, index);
    nonos_server_close(server, endpoint);
}

static int request_release(struct nonos_server *server, const struct nonos_request *request)
{
    for (unsigned i = 0; i < broker.ndevices; i++)
        if (broker.devices[i].address == request->in.words[0]) {
            if (broker.claims[i].active)
                release(server, i);
            return NONOS_OK;
        }
    return NONOS_E_NOT_FOUND;
}

/* The module behind a connection has ended. Answered when nothing of its devices is left to it. */
static int request_gone(struct nonos_server *server, const struct nonos_request *request)
{
    uint64_t owner = request->in.words[0];
    for (unsigned i = 0; i < broker.ndevices && owner; i++)
        if (broker.claims[i].active && broker.claims[i].owner == owner)
            release(server, i);
    return NONOS_OK;
}

/* ---- claims ---- */

static int claim(struct nonos_server *server, struct nonos_request *request, unsigned index,
                 uint64_t owner)
{
    nonos_handle endpoint;
    int r = nonos_server_open(server, &broker.devices[index], NONOS_ENDPOINT_SEND, &endpoint);
    if (r < 0)
        return r;
    broker_claim(&broker, index, owner);
    broker.claims[index].endpoint = endpoint;
    request->out.words[0] = broker.devices[index].address;
    return nonos_request_give(request, endpoint);
}

static int request_claim(struct nonos_server *server, struct nonos_request *request)
{
    const uint64_t *in = request->in.words;
    uint64_t matches = 0;
    for (unsigned i = 0; i < broker.ndevices; i++) {
        if (!pci_device_matches(&broker.devices[i], in[0], in[1]) || matches++ != in[2])
            continue;
        return broker.claims[i].active ? NONOS_E_BUSY : claim(server, request, i, in[3]);
    }
    return NONOS_E_NOT_FOUND;
}

/* ---- drivers ---- */

static int request_config_read(const struct pci_device *device, struct nonos_request *request)
{
    const uint64_t *in = request->in.words;
    if (!pci_access_valid(in[0], in[1]))
        return NONOS_E_INVALID;
    request->out.words[0] =
        pci_read(&broker.config, device->address, (unsigned)in[0], (unsigned)in[1]);
    return NONOS_OK;
}

static int request_bar(unsigned index, struct nonos_request *request)
{
    struct pci_window window;
    nonos_handle region;
    int r = broker_bar(&broker, index, request->in.words[0], &window, &region);
    if (r < 0)
        return r;
    request->out.words[0] = window.len;
    request->out.words[1] = broker.devices[index].bars[request->in.words[0]].ports;
    request->out.words[2] = window.offset;
    return nonos_request_give(request, region);
}

static int request_irq(unsigned index, struct nonos_request *request)
{
    nonos_handle irq;
    int r = broker_irq(&broker, index, request->in.words[0], &irq);
    if (r < 0)
        return r;
    request->out.words[0] = broker.claims[index].interrupts.kind != PCI_INTERRUPTS_LINE;
    return nonos_request_give(request, irq);
}

static int request_dma(unsigned index, struct nonos_request *request)
{
    nonos_handle domain;
    int r = broker_dma(&broker, index, &domain);
    return r < 0 ? r : nonos_request_give(request, domain);
}

static int request_capability(const struct pci_device *device, struct nonos_request *request)
{
    const uint64_t *in = request->in.words;
    if (in[0] > 0xff || in[1] >= PCI_CONFIG_SIZE)
        return NONOS_E_INVALID;
    unsigned at =
        pci_capability_find(&broker.config, device->address, (uint8_t)in[0], (unsigned)in[1]);
    request->out.words[0] = at;
    return at ? NONOS_OK : NONOS_E_NOT_FOUND;
}

static int device_call(struct nonos_request *request)
{
    const uint64_t *in = request->in.words;
    unsigned index = device_index(request->object);
    const struct pci_device *device = &broker.devices[index];
    switch (request->in.label) {
    case NONOS_PCI_CONFIG_READ:
        return request_config_read(device, request);
    case NONOS_PCI_CONFIG_WRITE:
        return pci_guarded_write(&broker.config, device, in[0], in[1], in[2],
                                 broker.claims[index].domain != 0);
    case NONOS_PCI_BAR:
        return request_bar(index, request);
    case NONOS_PCI_IRQ:
        return request_irq(index, request);
    case NONOS_PCI_IRQ_ENABLE:
        return broker_irq_enable(&broker, index, in[0], in[1], in[2]);
    case NONOS_PCI_DMA:
        return request_dma(index, request);
    case NONOS_PCI_CAPABILITY:
        return request_capability(device, request);
    default:
        return NONOS_E_NO_CALL;
    }
}

/* ---- server ---- */

static int pci_call(struct nonos_server *server, struct nonos_request *request)
{
    if (request->object)
        return device_call(request);
    if (request->badge)
        return NONOS_E_DENIED;
    switch (request->in.label) {
    case NONOS_PCI_CLAIM:
        return request_claim(server, request);
    case NONOS_PCI_LIST:
        return request_list(request);
    case NONOS_PCI_RELEASE:
        return request_release(server, request);
    case NONOS_SUPERVISOR_GONE:
        return request_gone(server, request);
    default:
        return NONOS_E_NO_CALL;
    }
}

/* Nobody holds the device's endpoint any more, the supervisor included. The server loop has closed it. */
static void pci_closed(struct nonos_server *server, void *object)
{
    (void)server;
    if (broker.claims[device_index(object)].active)
        broker_release(&broker, device_index(object));
}

static const struct nonos_server_ops pci_ops = {.call = pci_call, .closed = pci_closed};

/* What an earlier broker gave out: the devices are stopped, and what they reached is free. */
static void earlier_settle(void)
{
    for (unsigned i = 0; i < broker.ndevices; i++)
        if (broker.devices[i].header != PCI_HEADER_BRIDGE)
            pci_device_quiesce(&broker.config, &broker.devices[i]);
    (void)nonos_dma_settle(broker.roots.dma);
}

int main(void)
{
    struct nonos_server server;
    broker.roots = (struct broker_roots){
        .ports = nonos_cap_find(PCI_NAME_PORTS),
        .mmio = nonos_cap_find(PCI_NAME_MMIO),
        .irq = nonos_cap_find(PCI_NAME_IRQ),
        .dma = nonos_cap_find(PCI_NAME_DMA),
    };
    int r = nonos_server_init(&server, nonos_cap_find("serve"), &pci_ops, NULL);
    if (r >= 0)
        r = pci_ports_init(&ports, broker.roots.ports, &broker.config);
    if (r >= 0) {
        broker.ndevices = pci_scan(&broker.config, broker.devices, PCI_DEVICES_MAX);
        earlier_settle();
        nonos_logf("pci: %u functions\n", broker.ndevices);
        r = nonos_server_run(&server);
    }
    nonos_logf("pci: %s\n", nonos_strerror(r));
    return 1;
}
