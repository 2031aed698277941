/*
 * The interpreter of the packet scripts; scripts/README.md has their language.
 */
#ifndef NONNET_TESTS_SCRIPT_H
#define NONNET_TESTS_SCRIPT_H

#include <stdbool.h>

/*
 * Runs a script in one family. A failure names the line. Returns false if the script is of the other
 * family only.
 */
bool script_run(const char *path, bool six);

#endif
