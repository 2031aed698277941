#include "loop.h"

#include <nonos/block.h>
#include <nonos/nic.h>
#include <nonos/supervisor.h>

#define BIT_REQUEST ((uint64_t)DRIVER_REQUEST_BIT)
#define BIT_TIMER   (1ull << 1)
#define BIT_MORE    (1ull << 2) /* to ourselves */
#define IRQ_SHIFT   3
#define BIT_IRQ(n)  (1ull << (IRQ_SHIFT + (n)))

_Static_assert(NONOS_NIC_REQUEST_BIT == DRIVER_REQUEST_BIT &&
                   NONOS_BLOCK_REQUEST_BIT == DRIVER_REQUEST_BIT,
               "one bit for all protocols");

void driver_loop_more(struct driver_loop *loop)
{
    (void)nonos_notify_signal(loop->server.notification, BIT_MORE);
}

void driver_loop_fail(struct driver_loop *loop, int reason)
{
    nonos_logf("%s: the device failed: %s\n", loop->name, nonos_strerror(reason));
    nonos_server_stop(&loop->server);
}

static void run(struct driver_loop *loop, unsigned irqs)
{
    int r = loop->ops->run(irqs);
    if (r < 0) {
        driver_loop_fail(loop, r);
        return;
    }
    if (r > 0)
        driver_loop_more(loop);
    uint64_t deadline = loop->ops->deadline();
    if (deadline != NONOS_NEVER && !loop->timer_set) {
        loop->timer_set = true;
        (void)nonos_notify_timer(loop->server.notification, deadline, BIT_TIMER);
    }
}

static void signalled(struct nonos_server *server, uint64_t bits)
{
    struct driver_loop *loop = server->context;
    unsigned irqs = (unsigned)(bits >> IRQ_SHIFT) & ((1u << DRIVER_IRQS) - 1);
    if (bits & BIT_TIMER)
        loop->timer_set = false;
    run(loop, irqs);
    /* The device has let go of its line: only now may it be unmasked. */
    for (unsigned i = 0; i < DRIVER_IRQS; i++)
        if (irqs & loop->lines & 1u << i)
            (void)nonos_irq_ack(loop->irqs[i]);
}

static int call(struct nonos_server *server, struct nonos_request *request)
{
    const struct driver_loop *loop = server->context;
    if (request->badge)
        return loop->ops->request(request);
    if (request->in.label != NONOS_SUPERVISOR_GONE)
        return NONOS_E_NO_CALL;
    loop->ops->gone(request->in.words[0]);
    return NONOS_OK;
}

int driver_loop_init(struct driver_loop *loop, const char *name, const struct driver_loop_ops *ops)
{
    static const struct nonos_server_ops server_ops = {.call = call, .signalled = signalled};
    *loop = (struct driver_loop){.name = name, .ops = ops};
    int r = nonos_server_init(&loop->server, nonos_cap_find("serve"), &server_ops, loop);
    return r < 0 ? r
                 : nonos_cap_derive(loop->server.notification,
                                    NONOS_NOTIFICATION_SIGNAL | NONOS_RIGHT_GRANT, 0, NONOS_NEVER,
                                    0, &loop->requests);
}

int driver_loop_irq(struct driver_loop *loop, nonos_handle device, unsigned number,
                    enum driver_irq_kind *kind)
{
    int r = driver_irq_take(device, number, loop->server.notification, BIT_IRQ(number),
                            &loop->irqs[number], kind);
    if (r >= 0 && *kind == DRIVER_IRQ_LINE)
        loop->lines |= 1u << number;
    return r;
}

int driver_loop_run(struct driver_loop *loop)
{
    int r = nonos_server_run(&loop->server);
    if (r < 0)
        nonos_logf("%s: %s\n", loop->name, nonos_strerror(r));
    return 1;
}
