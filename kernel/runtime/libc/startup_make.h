/* Making the start-up block of a new task (nonos/startup.h). */
#ifndef LIBC_STARTUP_MAKE_H
#define LIBC_STARTUP_MAKE_H

#include <stddef.h>
#include <stdint.h>

#include <nonos/runtime.h>

/* Bytes that the block takes; 0 if it would be longer than NONOS_STARTUP_MAX. */
size_t startup_len(char *const argv[], char *const envp[], uint32_t ncaps);

/* Writes it to `block`, which has startup_len() bytes of zeroes. `cwd` that is too long is left out. */
void startup_make(void *block, size_t len, char *const argv[], char *const envp[], const char *cwd,
                  const struct nonos_startup_cap *caps, uint32_t ncaps);

#endif
