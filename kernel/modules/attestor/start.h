/* Starting the supervisor. */
#ifndef ATTESTOR_START_H
#define ATTESTOR_START_H

#include <nonos/runtime.h>

/* Starts the supervisor and hands it every root of authority but MINT, a capability to `endpoint`, and the seal. */
NONOS_MUST_CHECK int supervisor_start(nonos_handle endpoint, nonos_handle seal, nonos_handle *task);

/* The Module of an image of the archive, minted now if it was not; it stays the attestor's. */
NONOS_MUST_CHECK int attestor_module(const char *name, nonos_handle *module, uint64_t *grants);

#endif
