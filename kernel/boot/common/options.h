/*
 * The command line: words separated by spaces, "name" or "name=value". The loader looks at few and
 * passes on all.
 */
#ifndef BOOT_OPTIONS_H
#define BOOT_OPTIONS_H

#include "common/result.h"

#include <nonos/boot_info.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Makes the command line out of the text of a file: line ends and tabs become spaces, runs of
 * spaces become one, a '#' at the start of a line makes it a comment. `len` bytes at `text`; NUL
 * ends it early.
 *
 * Returns 0, or BOOT_E_CMDLINE if the result does not fit or a control character occurs; then
 * `cmdline` is "".
 */
BOOT_MUST_CHECK
int boot_options_read(char cmdline[NONOS_BOOT_CMDLINE_SIZE], const char *text, size_t len);

/* Finds "video=WxH" (the last one counts). Returns 1 with both set, else 0 with both 0. */
int boot_options_video(const char *cmdline, uint32_t *width, uint32_t *height);

#endif
