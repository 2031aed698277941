/* Network addresses as people write them (RFC 4291 section 2.2, RFC 5952), and what a failure of the network means. */
#ifndef PROGRAMS_LIB_NET_TEXT_H
#define PROGRAMS_LIB_NET_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include <nonos/net.h>

#define NET_TEXT_SIZE 56 /* the longest address with brackets and a port */

/* Reads an address; the port becomes 0. False: it is none. */
bool net_text_parse(const char *text, struct nonos_net_endpoint *endpoint);

/* Writes the address; and with the port: "192.0.2.1:80", "[2001:db8::1]:80", and "*" for an address of zeros. Returns `out`. */
char *net_text_address(char out[NET_TEXT_SIZE], const struct nonos_net_endpoint *endpoint);
char *net_text_endpoint(char out[NET_TEXT_SIZE], const struct nonos_net_endpoint *endpoint);

/* The text of a result of lib/net.h. */
const char *net_text_result(int result);

/*
 * An address, or the first that a name has; `version` 4, 6, or 0: any, IPv4 first. Ends the program with a message if there is
 * none.
 */
struct nonos_net_endpoint net_text_find_host(const char *name, uint8_t version);

#endif
