/*
 * What the verbs of the host command `nonnet` share.
 */
#ifndef NONNET_TOOLS_COMMAND_H
#define NONNET_TOOLS_COMMAND_H

#include "machine.h"

/* Exit codes; the manual page documents them. */
enum exit_code {
    EXIT_CODE_OK = 0,
    EXIT_CODE_PEER = 1,  /* the peer refused, reset, did not answer, or cannot be reached */
    EXIT_CODE_USAGE = 2, /* the command line is wrong */
    EXIT_CODE_IO = 3,    /* the device or a file cannot be used */
};

#define TEXT_ADDRESS_LEN 64

/* The command line of a verb, without the options that all verbs have. */
struct arguments {
    int argc; /* what follows the options */
    char **argv;
    unsigned count;       /* -c */
    unsigned at_once;     /* -n */
    unsigned size;        /* -s */
    unsigned interval_ms; /* -i */
    uint16_t port;        /* -p */
    bool echo;            /* --echo */
    bool keep;            /* --keep */
};

/* Each returns an exit code. */
int command_ping(struct machine *m, const struct arguments *a);
int command_calls(struct machine *m, const struct arguments *a);
int command_connect(struct machine *m, const struct arguments *a);
int command_listen(struct machine *m, const struct arguments *a);
int command_serve(struct machine *m, const struct arguments *a);
int command_dhcp(struct machine *m, const struct arguments *a);
int command_dhcp6(struct machine *m, const struct arguments *a);
int command_iperf(struct machine *m, const struct arguments *a);
int command_resolve(struct machine *m, const struct arguments *a);
int command_pcap(struct machine *m, const struct arguments *a);

/* Prints "nonnet: MESSAGE" to standard error. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Reads an address of either version. Returns whether it is one. */
bool text_to_address(const char *text, struct nonnet_address *address);
/* Reads a number from `min` to `max`, decimal. Returns whether it is one. */
bool text_to_number(const char *text, unsigned long min, unsigned long max, unsigned long *number);
/* Writes an address as people write it; returns `out`. */
const char *text_of_address(const struct nonnet_address *address, char out[TEXT_ADDRESS_LEN]);
/* Likewise with a port: 192.0.2.1:80, [2001:db8::1]:80. */
const char *text_of_endpoint(const struct nonnet_endpoint *endpoint, char out[TEXT_ADDRESS_LEN]);

/* An address that is the first argument of a verb. Complains if it is none. */
bool argument_address(const struct arguments *a, struct nonnet_address *address);
/* An address and a port, the first two arguments of a verb. Likewise. */
bool argument_endpoint(const struct arguments *a, struct nonnet_endpoint *endpoint);

/* Opens a listener for both versions, those that the host has. Complains if there is none. */
struct listeners {
    struct nonnet_tcp_listener_handle handles[2];
    unsigned count;
};
bool listeners_open(struct machine *m, uint16_t port, struct listeners *l);
/* Takes a connection from either. Returns false if none waits. */
bool listeners_accept(struct machine *m, const struct listeners *l,
                      struct nonnet_tcp_handle *socket, struct nonnet_endpoint *peer);

/*
 * Calls a peer and waits until the connection is made. Complains and returns false if that fails.
 */
bool call_peer(struct machine *m, const struct nonnet_endpoint *to,
               struct nonnet_tcp_handle *socket);

/* Closes, and works on until the peer has everything or some seconds have passed. */
void close_peer(struct machine *m, struct nonnet_tcp_handle socket);

#endif
