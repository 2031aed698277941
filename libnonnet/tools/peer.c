/*
 * Connections as the verbs use them.
 */
#include "command.h"

#define BACKLOG 64

bool listeners_open(struct machine *m, uint16_t port, struct listeners *l)
{
    const struct nonnet_tcp_options *tcp = &m->options->tcp;
    int rc = NONNET_OK;

    l->count = 0;
    for (uint8_t version = 4; version <= 6; version += 2) {
        struct nonnet_endpoint at = {{.version = version}, port};
        rc = nonnet_tcp_listen(m->stack, &at, BACKLOG, tcp, &l->handles[l->count]);
        if (rc != NONNET_OK) {
            complain("port %u: %s", port, nonnet_strerror(rc));
            return false;
        }
        l->count++;
    }
    return true;
}

bool listeners_accept(struct machine *m, const struct listeners *l,
                      struct nonnet_tcp_handle *socket, struct nonnet_endpoint *peer)
{
    for (unsigned i = 0; i < l->count; i++) {
        if (nonnet_tcp_accept(m->stack, l->handles[i], socket, peer) == NONNET_OK)
            return true;
    }
    return false;
}

bool call_peer(struct machine *m, const struct nonnet_endpoint *to,
               struct nonnet_tcp_handle *socket)
{
    struct nonnet_tcp_info info;
    char text[TEXT_ADDRESS_LEN];

    if (!machine_ready(m, to->address.version))
        return false;
    int rc = nonnet_tcp_connect(m->stack, NULL, to, m->interface, &m->options->tcp, socket,
                                machine_now());
    while (rc == NONNET_OK) {
        bool more = machine_step(m, NULL, 0, NONNET_NEVER);
        rc = nonnet_tcp_error(m->stack, *socket);
        if (nonnet_tcp_info(m->stack, *socket, &info) == NONNET_OK &&
            info.state >= NONNET_TCP_ESTABLISHED)
            return true;
        if (!more && rc == NONNET_OK)
            rc = NONNET_E_TIMED_OUT;
    }
    complain("%s: %s", text_of_endpoint(to, text), nonnet_strerror(rc));
    return false;
}

void close_peer(struct machine *m, struct nonnet_tcp_handle socket)
{
    uint64_t limit = machine_now() + 5000000;
    struct nonnet_tcp_info info;

    (void)!nonnet_tcp_shutdown(m->stack, socket, machine_now());
    while (nonnet_tcp_info(m->stack, socket, &info) == NONNET_OK &&
           (info.state == NONNET_TCP_FIN_WAIT_1 || info.state == NONNET_TCP_CLOSING ||
            info.state == NONNET_TCP_LAST_ACK) &&
           machine_now() < limit && machine_step(m, NULL, 0, limit))
        continue;
    (void)!nonnet_tcp_close(m->stack, socket, machine_now());
}
