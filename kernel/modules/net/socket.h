/* Sessions and sockets: what clients hold, and requests of theirs that wait. */
#ifndef NET_SOCKET_H
#define NET_SOCKET_H

#include "host.h"

/* A request of nonos/net.h; the server's `call` and `closed`. */
int sockets_call(struct nonos_server *server, struct nonos_request *request);
void sockets_closed(struct nonos_server *server, void *object);

/* What the stack says has happened to a socket, a listener or an echo request. */
void sockets_event(const struct nonnet_event *event);

/* Answers requests whose time has come. */
void sockets_run(void);
/* When the next one's time is over, in the stack's time; NONNET_NEVER if none waits for time. */
uint64_t sockets_deadline(void);

/* Words of NONOS_NET_CONNECTION. False past the last. */
bool sockets_describe(uint64_t index, uint64_t words[NONOS_IPC_WORDS]);

#endif
