/*
 * What every program shares: its name in error messages, --help, options, memory that never comes back as NULL, and the check
 * that the output really went out.
 */
#ifndef PROGRAMS_LIB_PROGRAM_H
#define PROGRAMS_LIB_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PROGRAM_PRINTF(text, first) __attribute__((format(printf, text, first)))

enum { PROGRAM_OK = 0, PROGRAM_FAILED = 1, PROGRAM_MISUSED = 2 };

struct program {
    const char *name;
    const char *help; /* printed by --help; starts with "usage: " */
    int failed;       /* exit status of a fatal error; 1 unless the program documents another */
};

/* Names the running program. Must be called before anything else here. `p` must live on. */
void program_start(const struct program *p);

/* Prints "NAME: TEXT" and a new line on standard error; what is in standard output's buffer goes out first. */
void program_error(const char *format, ...) PROGRAM_PRINTF(1, 2);

/* Prints "NAME: WHAT: text of errno" on standard error. */
void program_errno(const char *what);

/* As program_error(), then ends with the program's failure status. */
_Noreturn void program_die(const char *format, ...) PROGRAM_PRINTF(1, 2);

/* As program_error() followed by a pointer to --help; ends with status 2 (or the failure status if that is larger). */
_Noreturn void program_misuse(const char *format, ...) PROGRAM_PRINTF(1, 2);

/*
 * Closes standard output and returns the status to end with: `status`, or the failure status if the output could not be
 * written. The last line of each main(): return program_end(status);
 */
int program_end(int status);

/* The text of an errno, in lower case as it stands in the middle of a message. */
const char *program_strerror(int error);

/* malloc, realloc, strdup that end the program when memory is out. program_resize() grows an array of items. */
void *program_alloc(size_t len);
void *program_resize(void *old, size_t count, size_t item_len);
char *program_strdup(const char *s);
char *program_strndup(const char *s, size_t len);

/* Makes room for one more item in an array that grows by doubling: array = program_grow(array, n, &capacity, sizeof(*array)). */
void *program_grow(void *array, size_t count, size_t *capacity, size_t item_len);

/* Writes all of `len` bytes to `fd`. Returns 0, or -1 with errno. */
int program_write_all(int fd, const void *data, size_t len);

/* "DIR/NAME" in memory of the caller (free). No slash is doubled. */
char *program_join(const char *dir, const char *name);

/* The part after the last slash; trailing slashes are cut off in place. "/" stays. */
char *program_basename(char *path);

/* A decimal number that fills all of `s` and is at most `max`. Returns false otherwise. */
bool program_number(const char *s, uint64_t max, uint64_t *out);

/*
 * "1.5K", "12M": at most four characters and a suffix, rounded up as df and ls do. `out` has 8 bytes.
 */
void program_human(char out[8], uint64_t bytes);

/*
 * Options. Short ones cluster ("-la") and may stand between the operands; "--" ends them, and so does the first operand if the
 * specification starts with '+'. In it, ':' after a letter says that a value follows. Each long name stands for a letter.
 *
 *     struct options o = options_begin(argc, argv, "lan:", names);
 *     for (int c; (c = options_next(&o)) != 0;) switch (c) ...
 *     for (int i = 0; i < o.noperands; i++) ... o.operands[i]
 *
 * An unknown option, a missing value and --help end the program.
 */
struct option_name {
    const char *name;
    char letter;
};

struct options {
    const char *spec;
    const struct option_name *names; /* ends with a NULL name; may be NULL */
    char **argv;
    int argc, next;
    const char *cluster; /* rest of the argument that is being read */
    const char *value;   /* of the option that options_next() returned */
    char **operands;     /* complete when options_next() has returned 0 */
    int noperands;
    bool only_operands;
};

struct options options_begin(int argc, char **argv, const char *spec,
                             const struct option_name *names);
int options_next(struct options *o);

/* options_next() for programs without options of their own: checks the arguments and leaves the operands in `o`. */
struct options options_none(int argc, char **argv);

#endif
