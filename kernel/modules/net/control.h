/* What the host is: the protocol of net-control, on a thread of its own. */
#ifndef NET_CONTROL_H
#define NET_CONTROL_H

#include <nonos/runtime.h>

/* Begins to serve `endpoint`. Errors of nonos_thread_spawn(). */
NONOS_MUST_CHECK int control_start(nonos_handle endpoint);

#endif
