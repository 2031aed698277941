/* A row of the table: what an operation takes here, and what the peer takes for it if it has it. */
#ifndef NONZK_BENCH_ROW_H
#define NONZK_BENCH_ROW_H

#include <stddef.h>
#include <stdint.h>

enum row_unit { ROW_NS, ROW_US, ROW_MS };

/*
 * Reads what blst_peer.cjs printed. Returns 0, or -1 after a message; without a file there are no
 * peer's figures.
 */
int peer_read(const char *name);

/* The peer's bytes of this name; 0, or -1 if there are none of just this length. */
int peer_bytes(const char *name, uint8_t *out, size_t len);

/* `peer` is the peer's name of the operation, or NULL if it has none. */
void row_print(const char *name, enum row_unit unit, double seconds, const char *peer);

/* The line above the rows. */
void row_print_head(void);

#endif
