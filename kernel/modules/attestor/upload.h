/* Files that clients send (BUFFER, LOAD and CHECK of nonos/attest.h), and the Modules made of them. */
#ifndef ATTESTOR_UPLOAD_H
#define ATTESTOR_UPLOAD_H

#include <nonos/server.h>

#include "rule.h"

/* NONOS_ATTEST_BUFFER. */
NONOS_MUST_CHECK int upload_begin(struct nonos_server *server, struct nonos_request *request);

/* NONOS_ATTEST_LOAD and, without `mint`, NONOS_ATTEST_CHECK. */
NONOS_MUST_CHECK int upload_end(struct nonos_server *server, struct nonos_request *request,
                                const struct rule *rule, bool mint);

/* The client has let go of it. */
void upload_closed(struct nonos_server *server, void *object);

/* Takes back all Modules that were made of files: the rule has changed. */
void upload_revoke_modules(void);

#endif
