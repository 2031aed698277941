/*
 * The net module: serves nonos/net.h over libnonnet's stack and the network driver. It has one thread for sockets, frames and time, one that
 * says what the host is, one for captures, and three that wait for the driver; the first three take turns by the host's lock.
 */
#include "capture.h"
#include "control.h"
#include "host.h"
#include "socket.h"

/* A request came since the server last waited, and has looked at the clock. */
static bool asked;

static int call(struct nonos_server *server, struct nonos_request *request)
{
    host_enter();
    int r = sockets_call(server, request);
    host_leave();
    asked = true;
    return r;
}

static void closed(struct nonos_server *server, void *object)
{
    host_enter();
    sockets_closed(server, object);
    host_leave();
}

/* Whatever has happened: before the server waits again, all there is to do is done. */
static void idle(struct nonos_server *server)
{
    (void)server;
    if (asked)
        host_enter_again();
    else
        host_enter();
    asked = false;
    host_run();
    host_leave();
}

static void notified(struct nonos_server *server, uint64_t bits)
{
    (void)server;
    if (!(bits & HOST_BIT_CAPTURE))
        return;
    nonos_mutex_lock(&host.lock);
    capture_sweep();
    nonos_mutex_unlock(&host.lock);
}

static const struct nonos_server_ops ops = {
    .call = call, .closed = closed, .signalled = notified, .idle = idle};

static int run(void)
{
    int r = nonos_server_init(&host.server, nonos_cap_find("serve-net"), &ops, NULL);
    if (r >= 0)
        r = host_init();
    if (r >= 0)
        r = control_start(nonos_cap_find("serve-net-control"));
    if (r >= 0)
        r = capture_start(nonos_cap_find("serve-net-capture"));
    return r < 0 ? r : nonos_server_run(&host.server);
}

int main(void)
{
    int r = run();
    if (r < 0)
        nonos_logf("net: %s\n", nonos_strerror(r));
    return 1;
}
