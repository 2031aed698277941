/*
 * dhcp: gets a lease, says what is in it, and gives it back. pcap: lies on the network and records
 * what passes.
 */
#include <nonnet/dhcpv4.h>

#include "command.h"

#define LEASE_WAIT_US 30000000

int command_dhcp(struct machine *m, const struct arguments *a)
{
    uint64_t limit = machine_now() + LEASE_WAIT_US;
    struct nonnet_dhcpv4_lease lease;
    char text[TEXT_ADDRESS_LEN];

    (void)a;
    if (nonnet_dhcpv4_enable(m->stack, m->interface, true, machine_now()) != NONNET_OK) {
        complain("%s: no DHCP on such a device", m->options->device);
        return EXIT_CODE_USAGE;
    }
    while (nonnet_dhcpv4_lease(m->stack, m->interface, &lease) != NONNET_OK) {
        if (machine_now() >= limit || !machine_step(m, NULL, 0, limit)) {
            complain("%s: no lease", m->options->device);
            return EXIT_CODE_PEER;
        }
    }
    printf("address %s/%u\n", text_of_address(&lease.address, text), lease.prefix_len);
    if (lease.router.version != 0)
        printf("router %s\n", text_of_address(&lease.router, text));
    for (unsigned i = 0; i < lease.nname_servers; i++)
        printf("name server %s\n", text_of_address(&lease.name_servers[i], text));
    if (lease.expires != NONNET_NEVER)
        printf("seconds %llu\n", (unsigned long long)((lease.expires - machine_now()) / 1000000));
    fflush(stdout);
    (void)!nonnet_dhcpv4_enable(m->stack, m->interface, false, machine_now());
    return EXIT_CODE_OK;
}

int command_pcap(struct machine *m, const struct arguments *a)
{
    (void)a;
    while (machine_step(m, NULL, 0, NONNET_NEVER))
        continue;
    return m->failed ? EXIT_CODE_IO : EXIT_CODE_OK;
}
