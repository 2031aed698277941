/* Key files of the verbs: reading them and asking for their passphrases. */
#ifndef NONCRYPTO_TOOLS_KEYS_H
#define NONCRYPTO_TOOLS_KEYS_H

#include "formats/key.h"

/* Reads a key file, which may be of any kind and locked. Returns an exit code, not 0 after a message. */
int keys_read(struct key *key, const char *name);

/*
 * Reads a key file of one kind and unlocks it, with a passphrase as passphrase_get() gets it from `passphrase_file`.
 * `allow_expensive` is for its parameters. Returns an exit code, not 0 after a message.
 */
int keys_read_kind(struct key *key, const char *name, enum key_kind kind,
                   const char *passphrase_file, int allow_expensive);

/* Prints a key id in hexadecimal. */
void keys_print_id(const struct key *key);

#endif
