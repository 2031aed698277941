#include "nic_server.h"

#include <stdlib.h>

#define MEMORY_MAX (16ull << 20)

struct client {
    struct nic_client queues[NONOS_NIC_QUEUES_MAX];
    uint64_t badge;
    uint64_t mac; /* wanted, or 0 */
    nonos_handle memory;
    nonos_handle notification;
    uint64_t bits;
    uint64_t *pages;
};

static struct driver_loop loop;
static const struct nic_card_ops *card;
static struct nic_port *ports[NONOS_NIC_QUEUES_MAX]; /* by queue */
static nonos_handle requests[NONOS_NIC_QUEUES_MAX];  /* what the client signals for it */
static unsigned nports;
/* Threads that serve further queues read it in their turns; it changes only while the card has no client. */
static struct client *client;
static nonos_handle domain;

static uint64_t port_now(void *context)
{
    (void)context;
    return nonos_time_monotonic();
}

static void port_signal(void *context)
{
    (void)context;
    if (client)
        (void)nonos_notify_signal(client->notification, client->bits);
}

const struct nic_port_ops nic_server_port_ops = {port_now, port_signal};

/* ---- the client ---- */

/* The card has stopped, so that it does not reach what the client took back before either. */
static void client_free(struct client *c)
{
    if (c->memory)
        driver_memory_unmap(domain, c->memory, c->queues[0].len);
    if (domain)
        (void)nonos_dma_settle(domain);
    if (c->notification)
        (void)nonos_cap_delete(c->notification);
    free(c->pages);
    free(c);
}

/* A card that does not stop may still have the client's pages: these stay ours. */
static int client_close(void)
{
    struct client *c = client;
    if (!c)
        return NONOS_OK;
    int r = card->close();
    client = NULL;
    if (r < 0)
        driver_loop_fail(&loop, r);
    else
        client_free(c);
    return r;
}

/* What OPEN says, checked. */
struct layout {
    uint32_t entries;
    uint64_t len;
    uint32_t offloads;
    unsigned nqueues;
};

static bool layout_decode(struct layout *l, const uint64_t *words)
{
    if (words[0] == 0 || words[0] > NONOS_NIC_ENTRIES_MAX || words[0] & (words[0] - 1) ||
        words[1] % NONOS_PAGE_SIZE || words[1] > MEMORY_MAX || words[3] >> 48 || words[6] == 0 ||
        words[6] > NONOS_NIC_QUEUES_MAX)
        return false;
    *l = (struct layout){(uint32_t)words[0], words[1], (uint32_t)words[5], (unsigned)words[6]};
    return nonos_nic_rings_end(l->nqueues, l->entries) <= l->len;
}

static void queue_attach(struct client *c, unsigned queue, const struct layout *l, uint8_t *base)
{
    struct nic_client *q = &c->queues[queue];
    q->status = (void *)base;
    q->base = base;
    q->pages = domain ? c->pages : NULL;
    q->len = l->len;
    q->mac = c->mac;
    q->offloads = l->offloads;
    q->nqueues = l->nqueues < nports ? l->nqueues : nports;
    for (unsigned i = 0; i < NONOS_NIC_RINGS; i++)
        nonos_ring_attach(&q->rings[i], base + nonos_nic_ring_offset(queue, i, l->entries),
                          l->entries, sizeof(struct nonos_nic_buffer));
}

static int client_attach(struct client *c, const struct layout *l)
{
    void *base;
    int r = driver_memory_map(domain, c->memory, l->len, &base, &c->pages);
    if (r < 0)
        return r;
    for (unsigned i = 0; i < l->nqueues; i++)
        queue_attach(c, i, l, base);
    client = c;
    r = card->open(c->queues);
    if (r < 0)
        client = NULL;
    return r;
}

/* ---- requests ---- */

/* The answer to OPEN. There is room for a capability of each queue. */
static void opened(struct nonos_request *request)
{
    request->out.words[0] = ports[0]->mac;
    request->out.words[1] = ports[0]->mtu;
    request->out.words[2] = ports[0]->rx_min;
    request->out.words[3] = ports[0]->offloads;
    request->out.words[4] = ports[0]->nqueues;
    for (unsigned i = 0; i < ports[0]->nqueues; i++)
        (void)!nonos_request_give(request, requests[i]);
}

static int request_open(struct nonos_request *request)
{
    struct layout layout;
    if (request->in.words[4] != NONOS_NIC_VERSION)
        return NONOS_E_UNSUPPORTED;
    if (!layout_decode(&layout, request->in.words) || request->in.ncaps < 2)
        return NONOS_E_INVALID;
    int r = client_close();
    if (r < 0)
        return r;
    struct client *c = calloc(1, sizeof(*c));
    if (!c)
        return NONOS_E_NO_MEMORY;
    c->badge = request->badge;
    c->memory = nonos_request_take(request, 0);
    c->notification = nonos_request_take(request, 1);
    c->bits = request->in.words[2];
    c->mac = request->in.words[3];
    r = client_attach(c, &layout);
    if (r < 0) {
        if (ports[0]->dead)
            driver_loop_fail(&loop, NONOS_E_NO_DEVICE); /* its pages stay ours */
        else
            client_free(c);
        return r;
    }
    opened(request);
    driver_loop_more(&loop); /* it may have put buffers already */
    return NONOS_OK;
}

static int request_info(struct nonos_request *request)
{
    request->out.words[0] = ports[0]->own_mac;
    request->out.words[1] = ports[0]->mtu;
    request->out.words[2] =
        (ports[0]->link ? NONOS_NIC_LINK : 0) | (ports[0]->mac_settable ? NONOS_NIC_SET_MAC : 0);
    return NONOS_OK;
}

static int request_counter(struct nonos_request *request)
{
    uint64_t counter = request->in.words[0] & 0xffffffff, queue = request->in.words[0] >> 32;
    if (counter >= NONOS_NIC_COUNTERS || queue > nports)
        return NONOS_E_NOT_FOUND;
    request->out.words[0] = 0;
    for (unsigned i = 0; i < nports; i++)
        if (queue == 0 || queue == i + 1)
            request->out.words[0] += nic_port_counted(ports[i], (enum nonos_nic_counter)counter);
    return NONOS_OK;
}

static int on_request(struct nonos_request *request)
{
    switch (request->in.label) {
    case NONOS_NIC_INFO:
        return request_info(request);
    case NONOS_NIC_OPEN:
        return request_open(request);
    case NONOS_NIC_COUNTER:
        return request_counter(request);
    default:
        return NONOS_E_NO_CALL;
    }
}

static void on_gone(uint64_t badge)
{
    if (client && client->badge == badge)
        (void)client_close();
}

/* ---- start ---- */

static struct driver_loop_ops loop_ops = {.request = on_request, .gone = on_gone};

int nic_server_init(const char *name, const struct nic_card_ops *ops, struct nic_port *port,
                    struct driver_loop **out)
{
    card = ops;
    loop_ops.run = ops->run;
    loop_ops.deadline = ops->deadline;
    *out = &loop;
    int r = driver_loop_init(&loop, name, &loop_ops);
    nic_server_queue(port, loop.requests);
    return r;
}

void nic_server_queue(struct nic_port *port, nonos_handle handle)
{
    ports[nports] = port;
    requests[nports++] = handle;
}

void nic_server_domain(nonos_handle handle)
{
    domain = handle;
}

int nic_server_run(int started, const char *remark)
{
    if (started < 0) {
        nonos_logf("%s: %s\n", loop.name, nonos_strerror(started));
        return 1;
    }
    nonos_logf("%s: MTU %u%s%s\n", loop.name, ports[0]->mtu, ports[0]->link ? "" : ", no link",
               remark);
    return driver_loop_run(&loop);
}
