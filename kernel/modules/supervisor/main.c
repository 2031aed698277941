/*
 * The supervisor: starts the modules of the manifest, each with exactly what the manifest lists, and starts again what ends.
 */
#include "supervisor.h"

struct supervisor supervisor;

static int manifest_read(void)
{
    struct archive archive;
    struct archive_file file;
    struct manifest_error error;
    struct nonos_cap_info info;
    nonos_handle memory = nonos_cap_find("archive");
    void *bytes;
    int result = nonos_cap_info(memory, &info);
    if (result >= 0)
        result = nonos_memory_map(memory, info.size, NONOS_PROT_READ, &bytes);
    if (result >= 0)
        result = archive_open(&archive, bytes, info.size);
    if (result >= 0)
        result = archive_find(&archive, NONOS_ARCHIVE_MANIFEST, &file);
    if (result >= 0)
        result = manifest_parse(&supervisor.manifest, (const char *)file.data, file.len, &error);
    return result;
}

static void modules_prepare(void)
{
    for (uint32_t i = 0; i < supervisor.manifest.nmodules; i++) {
        const struct manifest_module *what = &supervisor.manifest.modules[i];
        struct module *module = &supervisor.modules[i];
        module->what = what;
        module->index = i;
        module->state = what->started ? NONOS_MODULE_STOPPED : NONOS_MODULE_RUNNING;
        module->grants = what->image.grants;
        services_add(module);
    }
}

/*
 * All endpoints exist before the first module runs: a client that is quicker than its server waits in its first call. Only those
 * of drivers do not, because their device may not exist.
 */
static void modules_boot(void)
{
    struct module *modules = supervisor.modules;
    uint32_t n = supervisor.manifest.nmodules;
    for (uint32_t i = 0; i < n; i++)
        if (modules[i].what->started && !modules[i].what->ndevices &&
            services_open(&modules[i]) < 0)
            nonos_logf("supervisor: no endpoint for %s\n", modules[i].what->image.name);
    for (uint32_t i = 0; i < n; i++)
        if (modules[i].what->started && services_take(&modules[i]) >= 0)
            module_start(&modules[i]);
}

static void on_signalled(struct nonos_server *server, uint64_t bits)
{
    (void)server;
    modules_ended(bits);
    if (bits & BIT_JOB)
        modules_jobs();
}

static void on_idle(struct nonos_server *server)
{
    (void)server;
    modules_timer();
}

int main(void)
{
    static const struct nonos_server_ops ops = {
        .call = supervisor_call,
        .signalled = on_signalled,
        .idle = on_idle,
    };
    int result = manifest_read();
    if (result >= 0)
        result = nonos_object_create(NONOS_SLOT_ACCOUNT, NONOS_OBJECT_ENDPOINT, 0, 0, 0,
                                     &supervisor.endpoint);
    if (result >= 0)
        result = nonos_server_init(&supervisor.server, supervisor.endpoint, &ops, NULL);
    if (result >= 0) {
        modules_prepare();
        modules_boot();
        result = nonos_server_run(&supervisor.server);
    }
    nonos_logf("supervisor: %s\n", nonos_strerror(result));
    return 1;
}
