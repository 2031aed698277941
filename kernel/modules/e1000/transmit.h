/*
 * Descriptors of frames to be sent (sections 3.3 and 3.5). A part of the driver proper; see e1000.h.
 */
#ifndef E1000_TRANSMIT_H
#define E1000_TRANSMIT_H

#include "e1000.h"

/* Which offloads (NONOS_NIC_OFFLOAD_*) a card of this kind has, and which of them a client gets that wants these. */
uint32_t transmit_offloads(enum e1000_kind kind);
uint32_t transmit_agree(uint32_t has, uint32_t wanted);

/* How many descriptors the next frame may need, whichever it is. */
unsigned transmit_needs(const struct e1000 *e);

/*
 * Writes the descriptors of a frame from `put` on, where there is room for them; the last reports that all is sent. Of a train, header fields
 * that the card fills in are cleared in the client's Memory. Returns how many there are.
 */
unsigned transmit_describe(struct e1000 *e, const struct nonos_nic_buffer *b);

#endif
