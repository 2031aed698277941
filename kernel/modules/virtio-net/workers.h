/*
 * The threads of the pairs beyond the first, which the driver's loop serves itself. Each waits for its own interrupt and its own signals of the
 * client's, and takes the turns of its pair; whatever concerns the whole device stops them first. They share nothing but the device's
 * registers: see vnet.h.
 */
#ifndef VIRTIO_NET_WORKERS_H
#define VIRTIO_NET_WORKERS_H

#include "../driver/loop.h"
#include "vnet.h"

#define WORKER_IRQ_FIRST \
    2u /* the interrupts before it are the first pair's and the configuration's */

/*
 * Gives the device pairs and these their threads, as many as it, the processors and the driver's means allow: a pair that lacks one of its parts is
 * left out, with those behind it. `domain` is the driver's DmaDomain.
 */
void workers_start(struct vnet *v, struct driver_loop *loop, nonos_handle device,
                   nonos_handle domain);

/* No worker is in a turn when this returns, and none begins one until workers_go(). By the loop's thread. */
void workers_stop(void);
/* Each takes a turn. */
void workers_go(void);

#endif
