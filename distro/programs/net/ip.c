/* ip: the host's place in the network. */
#include "../lib/net.h"
#include "../lib/net_text.h"
#include "../lib/program.h"

#include <stdio.h>
#include <string.h>

static const struct program about = {
    "ip",
    "usage: ip [link|address|route|counters]\n"
    "       ip link up|down\n\n"
    "Shows the network interface, its addresses, its routes and the name servers; with an operand "
    "one of "
    "them, or what was counted\n"
    "and dropped. 'ip link down' lets the link be, until 'ip link up'.\n\n"
    "Exit status: 0, 1 if there is no network interface or the net module refused, 2 for wrong "
    "usage.\n",
    PROGRAM_FAILED,
};

static void die(int result)
{
    program_die("%s", net_text_result(result));
}

/* The end of a walk: past the last is no failure, unless there was none. */
static int walked(int result, uint64_t count)
{
    if (result != NONOS_E_NOT_FOUND)
        die(result);
    return count > 0 ? PROGRAM_OK : PROGRAM_FAILED;
}

static int show_link(void)
{
    struct net_interface i;
    uint64_t n;
    int r;
    for (n = 0; (r = net_interface(n, &i)) == 0; n++) {
        printf("net%llu: %s%s, mtu %u, station %02x:%02x:%02x:%02x:%02x:%02x\n",
               (unsigned long long)n, i.flags & NONOS_NET_LINK ? "link" : "no link",
               i.flags & NONOS_NET_ENABLED ? "" : ", switched off", i.mtu, i.mac[0], i.mac[1],
               i.mac[2], i.mac[3], i.mac[4], i.mac[5]);
        printf("      %llu frames in, %llu out; driver started again %u times%s%s\n",
               (unsigned long long)i.frames_in, (unsigned long long)i.frames_out, i.restarts,
               i.flags & NONOS_NET_LEASE ? "; address by DHCP" : "",
               i.flags & NONOS_NET_LEASE_IPV6  ? "; address by DHCPv6"
               : i.flags & NONOS_NET_TOLD_IPV6 ? "; told by DHCPv6"
                                               : "");
    }
    if (r == NONOS_E_NOT_FOUND && n == 0)
        program_error("there is no network interface");
    return walked(r, n);
}

static int show_addresses(void)
{
    struct net_address a;
    char text[NET_TEXT_SIZE];
    uint64_t n;
    int r;
    for (n = 0; (r = net_address(n, &a)) == 0; n++) {
        printf("      %s %s/%u", a.address.version == 4 ? "ipv4" : "ipv6",
               net_text_address(text, &a.address), a.prefix_len);
        if (a.flags & NONOS_NET_ADDRESS_TENTATIVE)
            printf(", tentative");
        if (a.flags & NONOS_NET_ADDRESS_DEPRECATED)
            printf(", deprecated");
        if (a.flags & NONOS_NET_ADDRESS_TEMPORARY)
            printf(", temporary");
        if (a.valid_s != NONOS_NET_FOREVER)
            printf(", valid %llu s", (unsigned long long)a.valid_s);
        putchar('\n');
    }
    return walked(r, n);
}

static int show_routes(void)
{
    struct net_route route;
    struct nonos_net_endpoint server;
    char prefix[NET_TEXT_SIZE], gateway[NET_TEXT_SIZE];
    uint64_t n, s;
    int r;
    for (n = 0; (r = net_route(n, &route)) == 0; n++)
        printf("      route %s/%u by %s\n", net_text_address(prefix, &route.prefix),
               route.prefix_len,
               route.gateway.version ? net_text_address(gateway, &route.gateway) : "the link");
    int status = walked(r, n);
    for (s = 0; (r = net_name_server(s, &server)) == 0; s++)
        printf("      names by %s\n", net_text_address(prefix, &server));
    (void)walked(r, s);
    return status;
}

/* Of a card with several queues, what each of them carried. */
static void show_queues(void)
{
    uint64_t received, sent, second;
    if (net_device_counter(nonos_nic_queue_counter(NONOS_NIC_RX_FRAMES, 1), &second) != 0)
        return;
    for (unsigned i = 0; i < NONOS_NIC_QUEUES_MAX; i++)
        if (net_device_counter(nonos_nic_queue_counter(NONOS_NIC_RX_FRAMES, i), &received) == 0 &&
            net_device_counter(nonos_nic_queue_counter(NONOS_NIC_TX_FRAMES, i), &sent) == 0)
            printf("%12llu  queue %u: frames received\n%12llu  queue %u: frames sent\n",
                   (unsigned long long)received, i, (unsigned long long)sent, i);
}

static int show_counters(void)
{
    static const char *const device[NONOS_NIC_COUNTERS] = {
        [NONOS_NIC_RX_FRAMES] = "device: frames received",
        [NONOS_NIC_TX_FRAMES] = "device: frames sent",
        [NONOS_NIC_RX_SHORT] = "device: dropped: frame shorter than its header",
        [NONOS_NIC_TX_LOST] = "device: lost: frame on its way when the device was reset",
        [NONOS_NIC_REFUSED] = "device: buffers of ours refused",
        [NONOS_NIC_NONSENSE] = "device: reports that cannot be",
        [NONOS_NIC_RESETS] = "device: resets",
        [NONOS_NIC_LINK_CHANGES] = "device: changes of the link",
        [NONOS_NIC_RX_ERRORS] = "device: dropped: frame damaged or too long",
        [NONOS_NIC_RX_MISSED] = "device: missed: no buffer for a frame",
    };
    char name[56];
    uint64_t value, n;
    int r;
    for (n = 0; (r = net_counter(n, &value, name)) == 0; n++)
        if (value)
            printf("%12llu  %s\n", (unsigned long long)value, name);
    int status = walked(r, n);
    for (n = 0; n < NONOS_NIC_COUNTERS && net_device_counter(n, &value) == 0; n++)
        if (value)
            printf("%12llu  %s\n", (unsigned long long)value, device[n]);
    show_queues();
    return status;
}

static int show_all(void)
{
    int status = show_link();
    if (status == PROGRAM_OK) {
        (void)show_addresses();
        (void)show_routes();
    }
    return status;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *word;
        int (*show)(void);
    } words[] = {{"link", show_link},
                 {"address", show_addresses},
                 {"route", show_routes},
                 {"counters", show_counters}};
    program_start(&about);
    struct options o = options_none(argc, argv);
    if (o.noperands == 0)
        return program_end(show_all());
    if (o.noperands == 2 && strcmp(o.operands[0], "link") == 0) {
        bool up = strcmp(o.operands[1], "up") == 0;
        if (!up && strcmp(o.operands[1], "down") != 0)
            program_misuse("'%s' is not up or down", o.operands[1]);
        int r = net_switch(up);
        if (r < 0)
            die(r);
        return program_end(PROGRAM_OK);
    }
    if (o.noperands > 1)
        program_misuse("'%s' is one too many", o.operands[1]);
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (strcmp(o.operands[0], words[i].word) == 0)
            return program_end(words[i].show());
    program_misuse("'%s' is not link, address, route or counters", o.operands[0]);
}
