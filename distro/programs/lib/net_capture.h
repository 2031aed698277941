/*
 * The frames of the network, for the program that may see them: the service net-capture of nonos/net.h as plain calls. net_capture.c asks NONOS; the
 * tests link tests/net_scenario.c instead. Every int is 0 or a negative enum nonos_result; without the capability everything is DENIED, and
 * the kernel keeps a record of the attempt.
 */
#ifndef PROGRAMS_LIB_NET_CAPTURE_H
#define PROGRAMS_LIB_NET_CAPTURE_H

#include <stdbool.h>
#include <stdint.h>

#include <nonos/net.h>
#include <nonos/result.h>

/* Begins to capture, at most `snap_len` bytes of each frame. */
int net_capture_open(uint16_t snap_len);

/* From now on net_capture_wait() ends with CANCELLED when ^C or q was typed at the terminal that is the standard input, if it is one. */
int net_capture_stoppable(void);

/* Takes a frame: `bytes` points to what was kept, until the next call. BUSY: there is none at the moment. */
int net_capture_next(struct nonos_net_frame *frame, const uint8_t **bytes);

/* Waits until there may be one. */
int net_capture_wait(void);

/* Frames captured, and frames that found no room, from the beginning on. */
int net_capture_counts(uint64_t *captured, uint64_t *dropped);

#endif
