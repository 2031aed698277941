/*
 * What the verbs of the host command `noncrypto` share.
 */
#ifndef NONCRYPTO_TOOLS_COMMAND_H
#define NONCRYPTO_TOOLS_COMMAND_H

#include <stdint.h>

/* Exit codes; the manual page documents them. */
enum exit_code {
    EXIT_CODE_OK = 0,
    EXIT_CODE_MISMATCH = 1, /* a checksum or a known answer is wrong */
    EXIT_CODE_USAGE = 2,    /* the command line is wrong */
    EXIT_CODE_IO = 3,       /* something cannot be read or written, or there is no entropy */
};

/* Each verb gets its own name in argv[0] and returns an exit code. */
int command_hash(int argc, char **argv);
int command_random(int argc, char **argv);
int command_selftest(int argc, char **argv);

/* Prints "noncrypto: MESSAGE" to standard error. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Says which arguments are expected where; returns EXIT_CODE_USAGE. */
int complain_usage(void);

/* Reads a decimal number without sign that fills all of `text`; returns 0, or -1 if it is none or does not fit. */
int parse_number(const char *text, uint64_t *number);

/* Writes bytes as lower-case hexadecimal digits to standard output. */
void print_hex(const uint8_t *bytes, uint64_t len);

#endif
