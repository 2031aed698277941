/* netstat: the sockets of the net module. */
#include "../lib/net.h"
#include "../lib/net_text.h"
#include "../lib/program.h"

#include <stdio.h>

static const struct program about = {
    "netstat",
    "usage: netstat\n\n"
    "Shows all sockets: what they speak, bytes received and not read, bytes sent and not "
    "acknowledged, both ends, and of TCP the state.\n\n"
    "Exit status: 0, or 1 if the net module refused.\n",
    PROGRAM_FAILED,
};

static const char *state_name(const struct net_connection *c)
{
    /* RFC 9293 section 3.3.2 in its order. */
    static const char *const names[] = {"CLOSED",     "SYN-SENT",   "SYN-RECEIVED", "ESTABLISHED",
                                        "FIN-WAIT-1", "FIN-WAIT-2", "CLOSE-WAIT",   "CLOSING",
                                        "LAST-ACK",   "TIME-WAIT"};
    if (c->kind == NONOS_NET_LISTENER)
        return "LISTEN";
    if (c->kind != NONOS_NET_TCP)
        return "-";
    return c->state < sizeof(names) / sizeof(names[0]) ? names[c->state] : "?";
}

int main(int argc, char **argv)
{
    struct net_connection c;
    char local[NET_TEXT_SIZE], peer[NET_TEXT_SIZE];
    int r;
    program_start(&about);
    if (options_none(argc, argv).noperands > 0)
        program_misuse("no operands are expected");
    puts("KIND   UNREAD UNACKED LOCAL                    PEER                     STATE");
    for (uint64_t i = 0; (r = net_connection(i, &c)) == 0; i++)
        printf("%-4s %8u %7u %-24s %-24s %s\n", c.kind == NONOS_NET_UDP ? "udp" : "tcp",
               c.receive_queue, c.send_queue, net_text_endpoint(local, &c.local),
               net_text_endpoint(peer, &c.peer), state_name(&c));
    if (r != NONOS_E_NOT_FOUND)
        program_die("%s", net_text_result(r));
    return program_end(PROGRAM_OK);
}
