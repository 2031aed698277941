/*
 * File names as JSON strings.
 */
#ifndef NONCRYPTO_TOOLS_JSON_H
#define NONCRYPTO_TOOLS_JSON_H

/*
 * Prints `text` as a JSON string, with its quotes. A byte 0xNN that is not part of valid UTF-8 becomes \udcNN, so that
 * every file name can be had back (Python's "surrogateescape").
 */
void json_print_string(const char *text);

#endif
