/*
 * What the verbs of the command `noncrypto` share, and what libnonzk's command takes from here. The
 * same sources make the host command and the program of the guest, which has fewer verbs:
 * distro/programs/noncrypto.
 */
#ifndef NONCRYPTO_TOOLS_COMMAND_H
#define NONCRYPTO_TOOLS_COMMAND_H

#include <stddef.h>
#include <stdint.h>

/* Exit codes; the manual page documents them. */
enum exit_code {
    EXIT_CODE_OK = 0,
    EXIT_CODE_MISMATCH = 1, /* a checksum, a signature, a key or a known answer is wrong */
    EXIT_CODE_USAGE = 2,    /* the command line is wrong */
    EXIT_CODE_IO = 3,       /* something cannot be read or written, or there is no entropy */
};

struct verb {
    const char *name;
    const char *usage; /* one line for the list of verbs, then what --help says */
    int (*command)(int argc, char **argv); /* gets the verb in argv[0] and returns an exit code */
};

/* The program; its main() is command_main(). */
struct command {
    const char *name;
    const struct verb *const *verbs;
    size_t nverbs;
};

extern const struct command this_command;

/*
 * Finds the verb and runs it. Returns an exit code, which says too if standard output could not be
 * written.
 */
int command_main(int argc, char **argv);

extern const struct verb verb_hash, verb_keygen, verb_open, verb_random, verb_seal, verb_selftest,
    verb_sign, verb_speed, verb_verify;

/* Prints "NAME: MESSAGE" to standard error. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Says which arguments the verb at work expects; returns EXIT_CODE_USAGE. */
int complain_usage(void);

/*
 * Reads a decimal number without sign that fills all of `text`; returns 0, or -1 if it is none or
 * does not fit.
 */
int parse_number(const char *text, uint64_t *number);

#endif
