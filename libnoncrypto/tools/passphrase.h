/* Passphrases: asked for on the terminal, or read from where the command line says. */
#ifndef NONCRYPTO_TOOLS_PASSPHRASE_H
#define NONCRYPTO_TOOLS_PASSPHRASE_H

#include <stddef.h>

#define PASSPHRASE_MAX 1024 /* bytes */

struct passphrase {
    char text[PASSPHRASE_MAX + 2];
    size_t len;
};

/*
 * Gets a passphrase: the first line of a file, "-" being standard input and "fd:N" an open descriptor; or, if `file` is NULL,
 * from the terminal, where it is asked for twice if `confirm` is not 0. Returns an exit code, not 0 after a message.
 */
int passphrase_get(struct passphrase *passphrase, const char *file, const char *prompt,
                   int confirm);

#endif
