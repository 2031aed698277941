/*
 * Tests of what the card does for the stack: checksums that it finishes and judges, trains that it cuts. They are part of the suite of test_e1000.c,
 * whose card and driver they use.
 */
#ifndef E1000_TESTS_OFFLOADS_H
#define E1000_TESTS_OFFLOADS_H

#include "../../driver/tests/nic_battery.h"
#include "model.h"

#define OFFLOADS_8254X \
    (NONOS_NIC_OFFLOAD_CHECKSUM | NONOS_NIC_OFFLOAD_VERIFIED | NONOS_NIC_OFFLOAD_SEGMENT_IPV4)
#define OFFLOADS_82574 (OFFLOADS_8254X | NONOS_NIC_OFFLOAD_SEGMENT_IPV6)

/* The card and the driver of a test. */
extern struct model *m;
extern struct e1000 *e;

void offloads_add(TCase *t);

#endif
