/*
 * The supervisor's protocol: modules, the services they serve, and who may reach them.
 *
 * A service is an Endpoint that the supervisor makes each time it starts the module which serves it; the module gets it under the
 * name "serve" ("serve-NAME" if it serves several). When the module ends, the endpoint goes with it: clients see PEER_GONE or
 * BAD_HANDLE and ask for the new one with WAIT. Whoever the manifest lists as needing a service finds a connection under its
 * name in the start-up block: a capability with the badge NONOS_SERVICE_BADGE | module number, so that the server knows who
 * calls. The supervisor itself calls a server without a badge: see NONOS_SUPERVISOR_GONE.
 *
 * Names are at most NONOS_SUPERVISOR_NAME_SIZE - 1 bytes, NUL-padded in three words.
 */
#ifndef NONOS_SUPERVISOR_H
#define NONOS_SUPERVISOR_H

#include <stdint.h>

#define NONOS_SUPERVISOR_NAME_SIZE 24

enum nonos_supervisor_op {
    /* w0 index -> w0..w2 name, w3 enum nonos_module_state | restarts << 32, w4 task id or 0, w5 grant mask, w6 start time (monotonic ns),
     * w7 status of the last end (int32) | enum nonos_task_state << 32. NOT_FOUND past the last one. */
    NONOS_SUPERVISOR_LIST = 1,
    /* w0..w2 service -> caps[0] a connection, w3 its generation. Needs no wait. DENIED: the manifest does not let the caller.
     * NOT_FOUND: no such service. BUSY: the module that serves it does not run now. */
    NONOS_SUPERVISOR_CONNECT,
    /* The same, w3 generation that the caller knows (0: none): answers as soon as there is a newer one, or with NO_DEVICE when
     * the module does not run and will not by itself: its device does not exist, it was stopped, or it failed for good. */
    NONOS_SUPERVISOR_WAIT,
    /* w0..w2 module -> ; only over a capability with control (badge NONOS_SUPERVISOR_CONTROL set), else DENIED. STOP ends the module and keeps
     * it from being restarted; START starts one that is stopped or failed; RESTART ends it and starts it again. */
    NONOS_SUPERVISOR_STOP,
    NONOS_SUPERVISOR_START,
    NONOS_SUPERVISOR_RESTART,
    /* w0 index of a module, w1 index of a line -> w0..w7 text of at most 63 bytes: what the manifest gives to it ("need block", "irq 4").
     * NOT_FOUND past the last one. */
    NONOS_SUPERVISOR_GIVEN,
};

/* Set in the badge of a supervisor capability that may stop and start modules. */
#define NONOS_SUPERVISOR_CONTROL (1ull << 62)

/*
 * What the supervisor sends to the pci broker, without a badge, when a driver has ended: w0 the badge that CLAIM was told. The
 * broker switches bus mastering off, takes back all that it gave for the driver's devices, and answers; only then is the
 * driver started again.
 */
#define NONOS_SUPERVISOR_GONE 0x7000u

enum nonos_module_state {
    NONOS_MODULE_STOPPED = 1,
    NONOS_MODULE_STARTING, /* its image is being attested */
    NONOS_MODULE_RUNNING,
    NONOS_MODULE_WAITING, /* ended; started again when its time has come */
    NONOS_MODULE_FAILED,  /* ended too often, or could not be started */
};

#endif
