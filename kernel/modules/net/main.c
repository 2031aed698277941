/*
 * The net module: serves nonos/net.h over libnonnet's stack and the network driver. It has one thread for sockets, frames and time, one that
 * says what the host is, and one that waits for the driver; the first two take turns by the host's lock.
 */
#include "control.h"
#include "host.h"
#include "socket.h"

static int call(struct nonos_server *server, struct nonos_request *request)
{
    nonos_mutex_lock(&host.lock);
    int r = sockets_call(server, request);
    nonos_mutex_unlock(&host.lock);
    return r;
}

static void closed(struct nonos_server *server, void *object)
{
    nonos_mutex_lock(&host.lock);
    sockets_closed(server, object);
    nonos_mutex_unlock(&host.lock);
}

/* Whatever has happened: before the server waits again, all there is to do is done. */
static void idle(struct nonos_server *server)
{
    (void)server;
    nonos_mutex_lock(&host.lock);
    host_run();
    nonos_mutex_unlock(&host.lock);
}

static const struct nonos_server_ops ops = {.call = call, .closed = closed, .idle = idle};

static int run(void)
{
    int r = nonos_server_init(&host.server, nonos_cap_find("serve-net"), &ops, NULL);
    if (r >= 0)
        r = host_init();
    if (r >= 0)
        r = control_start(nonos_cap_find("serve-net-control"));
    return r < 0 ? r : nonos_server_run(&host.server);
}

int main(void)
{
    int r = run();
    if (r < 0)
        nonos_logf("net: %s\n", nonos_strerror(r));
    return 1;
}
