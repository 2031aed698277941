/*
 * The life of a module: STOPPED -> STARTING -> RUNNING -> WAITING -> STARTING ... or FAILED.
 *
 * A module that ends is started again after a pause that doubles with each failure in a row. Running for a minute, or ending
 * in order after a second, forgives the failures. A driver's device is released by the pci broker, which takes away bus mastering and DMA,
 * before anything else happens.
 */
#include "supervisor.h"

#include <string.h>

#define MS            1000000ull
#define SECOND        (1000 * MS)
#define BACKOFF_FIRST (100 * MS)
#define BACKOFF_MAX   (30 * SECOND)
#define FAILURES_MAX  12u
#define FORGIVE_AFTER (60 * SECOND)
#define ORDERLY_AFTER SECOND
#define STATUS_KILLED 9u

static const char *name_of(const struct module *module)
{
    return module->what->image.name;
}

static void wait_before_restart(struct module *module)
{
    uint64_t pause = 0;
    if (module->failures) {
        pause = BACKOFF_FIRST << (module->failures - 1 < 16 ? module->failures - 1 : 16);
        if (pause > BACKOFF_MAX)
            pause = BACKOFF_MAX;
    }
    module->state = NONOS_MODULE_WAITING;
    module->next_ns = nonos_time_monotonic() + pause;
    if (pause)
        nonos_logf("supervisor: %s starts again in %lu ms\n", name_of(module),
                   (unsigned long)(pause / MS));
}

/* It could not be started, or has ended: what now? */
static void decide(struct module *module, bool failed)
{
    if (module->restart) {
        module->restart = module->stop = false;
        module->failures = 0;
        wait_before_restart(module);
    } else if (module->stop || module->what->restart == RESTART_NEVER ||
               (module->what->restart == RESTART_FAILURE && !failed)) {
        module->stop = false;
        module->state = NONOS_MODULE_STOPPED;
        services_abandon(module);
    } else if (module->failures > FAILURES_MAX) {
        module->state = NONOS_MODULE_FAILED;
        services_abandon(module);
        nonos_logf("supervisor: %s is given up\n", name_of(module));
    } else {
        wait_before_restart(module);
    }
}

static void launch(struct module *module)
{
    int result = services_open(module);
    if (result >= 0)
        result = module_launch(module);
    if (result < 0) {
        nonos_logf("supervisor: %s cannot be started: %s\n", name_of(module),
                   nonos_strerror(result));
        /* What the archive or the manifest lacks will not come. */
        module->failures = result == NONOS_E_NOT_FOUND ? FAILURES_MAX + 1 : module->failures + 1;
        module_release(module);
        if (module->device)
            job_start(module, JOB_RELEASE);
        else
            decide(module, true);
        return;
    }
    module->state = NONOS_MODULE_RUNNING;
    module->start_ns = nonos_time_monotonic();
    module->pinged = false;
    module->ping_ns =
        module->what->heartbeat_s ? module->start_ns + module->what->heartbeat_s * SECOND : 0;
}

void module_start(struct module *module)
{
    if (module->state == NONOS_MODULE_RUNNING || module->state == NONOS_MODULE_STARTING)
        return;
    module->stop = false;
    module->state = NONOS_MODULE_STARTING;
    if (module->what->ndevices)
        job_start(module, JOB_CLAIM);
    else
        launch(module);
}

void module_kill(struct module *module)
{
    if (module->task)
        (void)nonos_task_kill(module->task, STATUS_KILLED);
}

static void log_end(const struct module *module, const struct nonos_task_info *info)
{
    static const char *const how[] = {
        [NONOS_TASK_EXITED] = "exited with",
        [NONOS_TASK_KILLED] = "was killed by",
        [NONOS_TASK_FAULTED] = "faulted:",
    };
    if (info->state != NONOS_TASK_EXITED || info->status)
        nonos_logf("supervisor: %s %s %d\n", name_of(module),
                   info->state < sizeof(how) / sizeof(how[0]) && how[info->state] ? how[info->state]
                                                                                  : "ended",
                   info->status);
}

/* Drivers hold parts of what the broker gave out: with a new broker they start anew. */
static void broker_ended(void)
{
    for (uint32_t i = 0; i < supervisor.manifest.nmodules; i++) {
        struct module *module = &supervisor.modules[i];
        if (module->what->ndevices && module->state == NONOS_MODULE_RUNNING) {
            nonos_memory_free(module->device);
            module->device = 0;
            module->restart = true;
            module_kill(module);
        }
    }
}

static void ended(struct module *module, const struct nonos_task_info *info)
{
    uint64_t ran = nonos_time_monotonic() - module->start_ns;
    bool orderly = info->state == NONOS_TASK_EXITED && !info->status && ran >= ORDERLY_AFTER;
    struct service *pci = service_find("pci");
    log_end(module, info);
    module->last_state = info->state;
    module->last_status = info->status;
    module->failures = orderly ? 0 : ran >= FORGIVE_AFTER ? 1 : module->failures + 1;
    module_release(module);
    services_close(module);
    module->state = NONOS_MODULE_WAITING;
    module->next_ns = NONOS_NEVER;
    module->restarts++;
    if (pci && pci->module == module)
        broker_ended();
    if (module->device)
        job_start(module, JOB_RELEASE);
    else
        decide(module, !orderly);
}

void modules_ended(uint64_t bits)
{
    for (uint32_t i = 0; i < supervisor.manifest.nmodules; i++) {
        struct nonos_task_info info;
        struct module *module = &supervisor.modules[i];
        if (!(bits & 1ull << i) || !module->task)
            continue;
        int result = nonos_task_info(module->task, NONOS_INFO_TASK, 0, &info, sizeof(info));
        if (result >= 0 && info.state != NONOS_TASK_RUNNING)
            ended(module, &info);
    }
}

static void claimed(struct module *module)
{
    if (module->job.result >= 0) {
        module->device = module->job.device;
        launch(module);
    } else if (module->job.result == NONOS_E_NOT_FOUND) {
        /* No such device: nothing is wrong, and nobody serves. */
        module->state = NONOS_MODULE_STOPPED;
        services_abandon(module);
    } else {
        nonos_logf("supervisor: no device for %s: %s\n", name_of(module),
                   nonos_strerror(module->job.result));
        module->failures++;
        decide(module, true);
    }
}

void modules_jobs(void)
{
    for (uint32_t i = 0; i < supervisor.manifest.nmodules; i++) {
        struct module *module = &supervisor.modules[i];
        if (module->job.kind == JOB_NONE || !__atomic_load_n(&module->job.done, __ATOMIC_ACQUIRE))
            continue;
        enum job_kind kind = module->job.kind;
        module->job.kind = JOB_NONE;
        if (kind == JOB_CLAIM) {
            claimed(module);
            continue;
        }
        nonos_memory_free(module->device);
        module->device = 0;
        decide(module, true);
    }
}

/* A module that did not answer the last ping is ended; the others are pinged again. */
static void heartbeat(struct module *module, uint64_t now)
{
    uint64_t bits;
    if (module->pinged && nonos_notify_wait(module->alive, 1, 0, &bits) < 0) {
        nonos_logf("supervisor: %s does not answer\n", name_of(module));
        module->ping_ns = 0;
        module_kill(module);
        return;
    }
    module->pinged = true;
    module->ping_ns = now + module->what->heartbeat_s * SECOND;
    (void)nonos_notify_signal(module->heartbeat, NONOS_SERVER_BIT_PING);
}

void modules_timer(void)
{
    static uint64_t set = NONOS_NEVER;
    uint64_t now = nonos_time_monotonic(), next = NONOS_NEVER;
    for (uint32_t i = 0; i < supervisor.manifest.nmodules; i++) {
        struct module *module = &supervisor.modules[i];
        if (module->state == NONOS_MODULE_WAITING && module->next_ns <= now)
            module_start(module);
        if (module->state == NONOS_MODULE_RUNNING && module->ping_ns && module->ping_ns <= now)
            heartbeat(module, now);
        if (module->state == NONOS_MODULE_WAITING && module->next_ns < next)
            next = module->next_ns;
        if (module->state == NONOS_MODULE_RUNNING && module->ping_ns && module->ping_ns < next)
            next = module->ping_ns;
    }
    if (next != set && nonos_notify_timer(supervisor.server.notification, next, BIT_TIMER) >= 0)
        set = next;
}
