#include "workers.h"

#include <nonos/thread.h>

#include "../driver/nic_server.h"

#define BIT_REQUEST ((uint64_t)NONOS_NIC_REQUEST_BIT)
#define BIT_IRQ     (1ull << 1)
#define BIT_GO      (1ull << 2)
#define BITS        (BIT_REQUEST | BIT_IRQ | BIT_GO)

struct worker {
    unsigned pair;
    nonos_handle notification, irq;
    struct nonos_mutex turn; /* held while its pair has one, and by who stops it */
};

static struct vnet *vnet;
static struct driver_loop *loop;
static struct worker workers[VNET_PAIRS_MAX];
static unsigned nworkers;
static bool
    stopping; /* atomic: without it a busy worker could take its lock again before who stops it has run */

void workers_stop(void)
{
    __atomic_store_n(&stopping, true, __ATOMIC_RELEASE);
    for (unsigned i = 0; i < nworkers; i++)
        nonos_mutex_lock(&workers[i].turn);
}

void workers_go(void)
{
    __atomic_store_n(&stopping, false, __ATOMIC_RELEASE);
    for (unsigned i = 0; i < nworkers; i++) {
        nonos_mutex_unlock(&workers[i].turn);
        (void)nonos_notify_signal(workers[i].notification, BIT_GO);
    }
}

/* Takes a turn. Returns when the next one must be at the latest: 0, if at once. */
static uint64_t turn(struct worker *w)
{
    /* Who stops us signals BIT_GO after the flag is down. */
    if (__atomic_load_n(&stopping, __ATOMIC_ACQUIRE))
        return NONOS_NEVER;
    nonos_mutex_lock(&w->turn);
    int r = vnet_run(vnet, w->pair);
    uint64_t deadline = r < 0 ? NONOS_NEVER : vnet_deadline(vnet, w->pair);
    nonos_mutex_unlock(&w->turn);
    /* The loop brings the device back, or ends the driver. */
    if (r < 0)
        driver_loop_more(loop);
    return r > 0 ? 0 : deadline;
}

static void work(void *argument)
{
    struct worker *w = argument;
    uint64_t bits;
    for (;;)
        (void)nonos_notify_wait(w->notification, BITS, turn(w), &bits);
}

/* Makes what a worker needs, and starts it; what is left of one that lacks something goes with the driver. */
static int worker_start(struct worker *w, nonos_handle device, nonos_handle domain, unsigned number)
{
    nonos_handle requests;
    enum driver_irq_kind kind;
    void *memory;
    uint64_t address;
    w->pair = vnet->npairs;
    int r = nonos_object_create(NONOS_SLOT_ACCOUNT, NONOS_OBJECT_NOTIFICATION, 0, 0, 0,
                                &w->notification);
    if (r >= 0)
        r = nonos_cap_derive(w->notification, NONOS_NOTIFICATION_SIGNAL | NONOS_RIGHT_GRANT, 0,
                             NONOS_NEVER, 0, &requests);
    if (r >= 0)
        r = nonos_mutex_init(&w->turn);
    if (r >= 0)
        r = driver_memory_make(domain, VNET_DMA_BYTES, &memory, &address);
    if (r >= 0)
        r = driver_irq_take(device, number, w->notification, BIT_IRQ, &w->irq, &kind);
    if (r < 0)
        return r;
    /* Its turns find no client, and do nothing, until the device is opened. */
    vnet_pair_add(vnet, memory, address, (uint16_t)number);
    r = nonos_thread_spawn(work, w, 0);
    if (r < 0) {
        vnet->npairs--;
        return r;
    }
    nic_server_queue(&vnet->pairs[w->pair].port, requests);
    return NONOS_OK;
}

static unsigned processors(void)
{
    struct nonos_system_info info;
    uint64_t len;
    int r = nonos_system_info(nonos_cap_find("system"), NONOS_INFO_SYSTEM, 0, &info, sizeof(info),
                              &len);
    return r < 0 ? 1 : info.ncpus;
}

void workers_start(struct vnet *v, struct driver_loop *l, nonos_handle device, nonos_handle domain)
{
    unsigned most = processors();
    vnet = v;
    loop = l;
    while (v->npairs < most && vnet_wants_pair(v)) {
        int r = worker_start(&workers[nworkers], device, domain, WORKER_IRQ_FIRST + nworkers);
        if (r < 0) {
            nonos_logf("%s: pair %u of %u cannot be used: %s\n", l->name, v->npairs + 1,
                       v->device_npairs, nonos_strerror(r));
            return;
        }
        nworkers++;
    }
}
