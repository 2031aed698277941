/*
 * The card's own side: registers, stopping and starting it, its station address. Nothing here knows of clients.
 */
#ifndef E1000_CARD_H
#define E1000_CARD_H

#include "e1000.h"

uint32_t card_read(const struct e1000 *e, uint32_t offset);
void card_write(const struct e1000 *e, uint32_t offset, uint32_t value);

/* Whether the card is not there any more. */
bool card_gone(const struct e1000 *e);

/*
 * Stops and resets the card (sections 14.4 and 14.9): interrupts, both directions, then, on an 82574, bus mastering. NO_DEVICE: it is gone, does
 * not finish its reset, or is at work after it.
 */
NONOS_MUST_CHECK int card_stop(const struct e1000 *e);

/* The station address of the EEPROM, else of the receive address register, as a word; 0: there is none. */
uint64_t card_mac(const struct e1000 *e);

/* Starts both directions, which are empty, with this station address, and the link. The card was stopped. */
void card_up(const struct e1000 *e, uint64_t mac);

#endif
