/* What server.c and server_shared.c share. With several threads all of it expects the server's lock held. */
#ifndef RUNTIME_SERVER_PARTS_H
#define RUNTIME_SERVER_PARTS_H

#include <nonos/server.h>

/* Bits of the bound notification came. */
void server_notified(struct nonos_server *server, uint64_t bits);
/* Handles one request; returns the Reply to answer with `request->out`, or 0. */
nonos_handle server_request(struct nonos_server *server, struct nonos_request *request);
/* The capabilities of an answer are with the client, or never will be: from now on nobody may hold their objects. */
void server_delivered(struct nonos_server *server, const struct nonos_message *out);

#endif
