/*
 * The service net-capture: frames as the network card sends and receives them, for who may see them all. Requests are answered by a thread of
 * its own; frames are written by the thread that handles them, which waits for no capturer: what does not fit is counted.
 */
#ifndef NET_CAPTURE_H
#define NET_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <nonos/net.h>
#include <nonos/runtime.h>

/* Starts the thread. Errors of the system calls. */
NONOS_MUST_CHECK int capture_start(nonos_handle endpoint);

/* All below with the host's lock. */

/* Whether there is any. */
bool capture_runs(void);
/* Gives a frame to all captures; `flags` NONOS_NET_FRAME_... */
void capture_frame(const uint8_t *frame, size_t len, uint16_t flags);
/* Wakes the capturers that wait and have something now. */
void capture_wake(void);
/* Ends the captures that nobody holds any more. */
void capture_sweep(void);

#endif
