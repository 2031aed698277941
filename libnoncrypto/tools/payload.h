/* What follows the header of a sealed file: chunk by chunk, from one descriptor to another. */
#ifndef NONCRYPTO_TOOLS_PAYLOAD_H
#define NONCRYPTO_TOOLS_PAYLOAD_H

#include <stdint.h>

#include "formats/sealed.h"
#include "progress.h"

/* One end of a transfer, with its name for messages. */
struct end {
    int fd;
    const char *name;
};

/* Seals or opens all of `in` until it ends. Returns an exit code, not 0 after a message. Both erase `key`. */
int payload_seal(struct end in, struct end out, uint8_t key[KDF_KEY_LEN],
                 struct progress *progress);
int payload_open(struct end in, struct end out, uint8_t key[KDF_KEY_LEN],
                 struct progress *progress);

#endif
