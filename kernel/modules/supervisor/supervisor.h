/*
 * What the parts of the supervisor share: the modules, the services they serve, and what is known of both.
 *
 * One thread owns all of this. The only other threads run a job for one module (device.c): between job_start() and the signal of
 * BIT_JOB, that module's `job` belongs to them.
 */
#ifndef SUPERVISOR_H
#define SUPERVISOR_H

#include "../attestor/archive.h"
#include "../attestor/manifest.h"

#include <nonos/server.h>
#include <nonos/supervisor.h>

#define SERVICES_MAX (MANIFEST_MODULES * MANIFEST_SERVICES)

/* Bits of the server's notification: bit i for the end of module i, and these. */
#define BIT_TIMER (1ull << 40)
#define BIT_JOB   (1ull << 41)

enum job_kind { JOB_NONE, JOB_CLAIM, JOB_RELEASE };

/* Something to do at the pci broker, which may take its time. */
struct job {
    enum job_kind kind;
    bool done; /* set by the job's thread, with release */
    int result;
    nonos_handle pci;
    nonos_handle device; /* CLAIM: the device's endpoint */
    uint64_t badge;      /* by which the broker knows the module */
};

struct module {
    const struct manifest_module *what;
    uint32_t index;
    enum nonos_module_state state;
    nonos_handle task, account;
    uint64_t task_id, grants;
    uint32_t restarts;
    uint32_t failures; /* in a row */
    uint64_t start_ns;
    uint64_t next_ns; /* WAITING: when it starts again */
    int32_t last_status;
    uint32_t last_state; /* enum nonos_task_state, 0 if it never ended */
    bool stop;           /* somebody wants it stopped */
    bool restart;        /* ... and started again at once */
    nonos_handle heartbeat, alive;
    uint64_t ping_ns; /* when the next ping is due; 0: none */
    bool pinged;
    nonos_handle device; /* the device's endpoint at the pci broker */
    struct job job;
};

struct service {
    char name[NONOS_SUPERVISOR_NAME_SIZE];
    uint64_t grants;
    uint32_t providers;    /* bit i: module i can serve it */
    struct module *module; /* the provider whose turn it is */
    nonos_handle endpoint; /* ours, without a badge; 0 while nobody serves */
    uint64_t generation;   /* of the endpoint, from 1 */
};

struct supervisor {
    struct manifest manifest;
    struct module modules[MANIFEST_MODULES];
    struct service services[SERVICES_MAX];
    uint32_t nservices;
    struct nonos_server server;
    nonos_handle endpoint; /* the server's */
};

extern struct supervisor supervisor;

/* ---- modules.c ---- */

/* Starts a module that is not running: claims its device first, if it drives one. */
void module_start(struct module *module);
/* Ends a running module. */
void module_kill(struct module *module);
/* Looks which of the modules in `bits` have ended. */
void modules_ended(uint64_t bits);
/* Does what is due now: restarts, heartbeats; sets the timer for what is due next. */
void modules_timer(void);
/* Goes on after a job. */
void modules_jobs(void);

/* ---- launch.c ---- */

/* Makes the task of a module: image, account, capabilities. */
NONOS_MUST_CHECK int module_launch(struct module *module);
/* Gives back what belonged to a task that has ended. */
void module_release(struct module *module);
/* Text of what a module is given, line `index`; false past the end. */
bool module_given(const struct module *module, uint32_t index, char *text, size_t size);

/* ---- device.c ---- */

/* Starts the job in `module->job` on a thread of its own; at its end BIT_JOB is signalled. */
void job_start(struct module *module, enum job_kind kind);

/* ---- services.c ---- */

struct service *service_find(const char *name);
/* Notes what a module can serve. The first provider in the manifest has the first turn. */
void services_add(struct module *module);
/* Gives the module its turn with all that it can serve. BUSY: another provider has not given up. */
NONOS_MUST_CHECK int services_take(struct module *module);
/* Makes the endpoints of a module that is going to run; whoever waits for them is answered. */
NONOS_MUST_CHECK int services_open(struct module *module);
/* Takes them back from everybody. */
void services_close(struct module *module);
/* The module has given up: the next provider has its turn. If there is none, who waits is told that nothing will come. */
void services_abandon(struct module *module);
/* A connection for a client; the caller deletes it when it has handed it on. */
NONOS_MUST_CHECK int service_connect(const struct service *service, const struct module *client,
                                     nonos_handle *connection);
/* The protocol of nonos/supervisor.h. */
int supervisor_call(struct nonos_server *server, struct nonos_request *request);

#endif
