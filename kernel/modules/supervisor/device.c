/* Jobs at the pci broker: to claim a driver's device, and to have it made harmless when the driver has ended. */
#include "supervisor.h"

#include <nonos/pci.h>
#include <nonos/thread.h>

#define SAME_MAX 64u /* devices with the same id */

/* The first free device with this id. */
static int claim_id(struct job *job, const struct manifest_device *id)
{
    int result = NONOS_E_NOT_FOUND;
    for (uint32_t i = 0; i < SAME_MAX; i++) {
        struct nonos_message message = nonos_message_make(NONOS_PCI_CLAIM);
        message.words[0] = id->vendor | (uint64_t)id->id << 16;
        message.words[2] = i;
        message.words[3] = job->badge;
        result = nonos_call(job->pci, &message);
        if (result >= 0 && !message.ncaps)
            return NONOS_E_IO;
        if (result >= 0)
            job->device = message.caps[0];
        if (result != NONOS_E_BUSY)
            return result;
    }
    return result;
}

static int claim(struct job *job, const struct manifest_module *what)
{
    int result = NONOS_E_NOT_FOUND;
    for (uint32_t i = 0; i < what->ndevices && result == NONOS_E_NOT_FOUND; i++)
        result = claim_id(job, &what->devices[i]);
    /* All there are have a driver. */
    return result == NONOS_E_BUSY ? NONOS_E_NOT_FOUND : result;
}

static int release(struct job *job)
{
    struct nonos_message message = nonos_message_make(NONOS_SUPERVISOR_GONE);
    message.words[0] = job->badge;
    return nonos_call(job->pci, &message);
}

static void run(void *argument)
{
    struct module *module = argument;
    struct job *job = &module->job;
    if (!job->pci)
        job->result = NONOS_E_NO_DEVICE;
    else
        job->result = job->kind == JOB_CLAIM ? claim(job, module->what) : release(job);
    __atomic_store_n(&job->done, true, __ATOMIC_RELEASE);
    (void)nonos_notify_signal(supervisor.server.notification, BIT_JOB);
}

void job_start(struct module *module, enum job_kind kind)
{
    const struct service *pci = service_find("pci");
    module->job = (struct job){
        .kind = kind,
        .pci = pci ? pci->endpoint : 0,
        .badge = NONOS_SERVICE_BADGE | (module->index + 1),
    };
    int result = nonos_thread_spawn(run, module, 0);
    if (result >= 0)
        return;
    module->job.result = result;
    module->job.done = true;
    (void)nonos_notify_signal(supervisor.server.notification, BIT_JOB);
}
