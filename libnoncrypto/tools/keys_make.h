/* Writing the files of a key that was made. */
#ifndef NONCRYPTO_TOOLS_KEYS_MAKE_H
#define NONCRYPTO_TOOLS_KEYS_MAKE_H

#include "keys.h"

/* Where to and how: the options of the verbs that make keys. */
struct key_files {
    const char *name; /* of the secret key's file; that of the public one has ".pub" behind it */
    const char *passphrase_file;
    int passphrase, force;
    uint64_t memory_mib, passes;
};

#define KEY_FILES_DEFAULTS                                                       \
    {                                                                            \
        .memory_mib = KDF_MEMORY_KIB_DEFAULT >> 10, .passes = KDF_PASSES_DEFAULT \
    }

/* The options that keys_make_option() knows, for getopt_long(); "p" is the short one. */
#define KEY_FILES_OPTIONS                                                                      \
    {"passphrase", no_argument, NULL, 'p'}, {"passphrase-file", required_argument, NULL, 'P'}, \
        {"force", no_argument, NULL, 'f'}, {"memory", required_argument, NULL, 'm'},           \
    {                                                                                          \
        "passes", required_argument, NULL, 't'                                                 \
    }

/* Takes an option. Returns 0, or -1 if it is none of those above or its number is not in range. */
int keys_make_option(struct key_files *f, int c, const char *argument);

/* Writes a key file under its name. Returns an exit code, not 0 after a message. */
int keys_write(const struct key_files *f, const struct key *key);

/*
 * Locks the secret key if that is wanted, writes it, and the public key unless that is NULL, and
 * prints the id. Returns an exit code, not 0 after a message.
 */
int keys_finish(const struct key_files *f, struct key *secret, const struct key *public_key);

#endif
