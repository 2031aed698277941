/*
 * What the tests of the driver proper begin with: the driver, a model of the device that has everything, and a client.
 */
#ifndef VIRTIO_NET_TESTS_FIXTURE_H
#define VIRTIO_NET_TESTS_FIXTURE_H

#include "../../driver/tests/nic_battery.h"
#include "model.h"

#define SEGMENTS (NONOS_NIC_OFFLOAD_SEGMENT_IPV4 | NONOS_NIC_OFFLOAD_SEGMENT_IPV6)
#define ALL_OFFLOADS \
    (NONOS_NIC_OFFLOAD_CHECKSUM | NONOS_NIC_OFFLOAD_VERIFIED | SEGMENTS | NONOS_NIC_OFFLOAD_JOINED)
#define CONTROL 2 /* the queue of commands, where there is one pair */

extern struct model *m;
extern struct vnet *v;
extern const uint8_t own_mac[NIC_MAC_LEN];

extern const struct nic_battery vnet_battery;

void setup(void);
void teardown(void);

/* Starts the driver and gives it the client, which can use these offloads. */
void open_with(uint32_t offloads);

/* The tests of several pairs. */
TCase *pairs_case(void);

#endif
