/*
 * dhcp, dhcp6: get a lease, say what is in it, and give it back. pcap: lies on the network and
 * records what passes.
 */
#include <nonnet/dhcpv4.h>
#include <nonnet/dhcpv6.h>

#include "command.h"

#define LEASE_WAIT_US   30000000
#define RELEASE_WAIT_US 1000000 /* an answer is not waited for longer, and nothing is said again */

static bool has_lease(const struct machine *m, bool six)
{
    struct nonnet_dhcpv4_lease four_lease;
    struct nonnet_dhcpv6_lease six_lease;

    if (six)
        return nonnet_dhcpv6_lease(m->stack, m->interface, &six_lease) == NONNET_OK;
    return nonnet_dhcpv4_lease(m->stack, m->interface, &four_lease) == NONNET_OK;
}

static int client_enable(struct machine *m, bool six, bool enable)
{
    return six ? nonnet_dhcpv6_enable(m->stack, m->interface, enable, machine_now())
               : nonnet_dhcpv4_enable(m->stack, m->interface, enable, machine_now());
}

/* Returns an exit code. */
static int lease_get(struct machine *m, bool six)
{
    uint64_t limit = machine_now() + LEASE_WAIT_US;

    if (client_enable(m, six, true) != NONNET_OK) {
        complain("%s: no DHCP on such a device", m->options->device);
        return EXIT_CODE_USAGE;
    }
    while (!has_lease(m, six)) {
        if (machine_now() >= limit || !machine_step(m, NULL, 0, limit)) {
            complain("%s: no lease", m->options->device);
            return EXIT_CODE_PEER;
        }
    }
    return EXIT_CODE_OK;
}

static void servers_print(const struct nonnet_address *servers, unsigned count)
{
    char text[TEXT_ADDRESS_LEN];

    for (unsigned i = 0; i < count; i++)
        printf("name server %s\n", text_of_address(&servers[i], text));
}

static void expiry_print(uint64_t expires)
{
    if (expires != NONNET_NEVER)
        printf("seconds %llu\n", (unsigned long long)((expires - machine_now()) / 1000000));
    fflush(stdout);
}

int command_dhcp(struct machine *m, const struct arguments *a)
{
    struct nonnet_dhcpv4_lease lease;
    char text[TEXT_ADDRESS_LEN];

    (void)a;
    int code = lease_get(m, false);
    if (code != EXIT_CODE_OK || nonnet_dhcpv4_lease(m->stack, m->interface, &lease) != NONNET_OK)
        return code;
    printf("address %s/%u\n", text_of_address(&lease.address, text), lease.prefix_len);
    if (lease.router.version != 0)
        printf("router %s\n", text_of_address(&lease.router, text));
    servers_print(lease.name_servers, lease.nname_servers);
    expiry_print(lease.expires);
    (void)!client_enable(m, false, false);
    return EXIT_CODE_OK;
}

int command_dhcp6(struct machine *m, const struct arguments *a)
{
    struct nonnet_dhcpv6_lease lease;
    char text[TEXT_ADDRESS_LEN];

    (void)a;
    int code = lease_get(m, true);
    if (code != EXIT_CODE_OK || nonnet_dhcpv6_lease(m->stack, m->interface, &lease) != NONNET_OK)
        return code;
    if (lease.address.version != 0)
        printf("address %s/128\n", text_of_address(&lease.address, text));
    servers_print(lease.name_servers, lease.nname_servers);
    expiry_print(lease.expires);
    (void)!client_enable(m, true, false);
    uint64_t limit = machine_now() + RELEASE_WAIT_US;
    while (machine_now() < limit && machine_step(m, NULL, 0, limit))
        continue;
    return EXIT_CODE_OK;
}

int command_pcap(struct machine *m, const struct arguments *a)
{
    (void)a;
    while (machine_step(m, NULL, 0, NONNET_NEVER))
        continue;
    return m->failed ? EXIT_CODE_IO : EXIT_CODE_OK;
}
