/* Services: their endpoints, who may connect, and the supervisor's own protocol. */
#include "supervisor.h"

#include <string.h>

#define CONNECTION_RIGHTS (NONOS_ENDPOINT_SEND | NONOS_RIGHT_INSPECT | NONOS_RIGHT_GRANT)
#define NAME_WORDS        (NONOS_SUPERVISOR_NAME_SIZE / 8)
#define WAITERS_MAX       64u

/* Who waits for a newer generation of a service. */
struct waiter {
    nonos_handle reply; /* 0: free */
    const struct service *service;
    const struct module *client;
    uint64_t generation;
};

static struct waiter waiters[WAITERS_MAX];

struct service *service_find(const char *name)
{
    for (uint32_t i = 0; i < supervisor.nservices; i++)
        if (strcmp(supervisor.services[i].name, name) == 0)
            return &supervisor.services[i];
    return NULL;
}

void services_add(struct module *module)
{
    for (uint32_t i = 0; i < module->what->nserves; i++) {
        const struct manifest_service *what = &module->what->serves[i];
        struct service *service = service_find(what->name);
        if (!service) {
            service = &supervisor.services[supervisor.nservices++];
            strcpy(service->name, what->name);
            service->grants = what->grants;
            service->module = module;
        }
        service->providers |= 1u << module->index;
    }
}

static bool can_serve(const struct service *service, const struct module *module)
{
    return service->providers & 1u << module->index;
}

/* Stopped before its turn, or given up: it will not serve unless somebody starts it. */
static bool is_over(const struct module *module)
{
    return module->state == NONOS_MODULE_STOPPED || module->state == NONOS_MODULE_FAILED;
}

int services_take(struct module *module)
{
    for (uint32_t i = 0; i < supervisor.nservices; i++) {
        const struct service *service = &supervisor.services[i];
        if (can_serve(service, module) && service->module != module && !is_over(service->module))
            return NONOS_E_BUSY;
    }
    for (uint32_t i = 0; i < supervisor.nservices; i++)
        if (can_serve(&supervisor.services[i], module))
            supervisor.services[i].module = module;
    return NONOS_OK;
}

int service_connect(const struct service *service, const struct module *client,
                    nonos_handle *connection)
{
    if (!service->endpoint)
        return NONOS_E_BUSY;
    return nonos_cap_derive(service->endpoint, CONNECTION_RIGHTS,
                            NONOS_SERVICE_BADGE | (client->index + 1), NONOS_NEVER, 0, connection);
}

/* Answers one who waits with a connection. */
static void waiter_answer(struct waiter *waiter)
{
    struct nonos_message out = nonos_message_make(0);
    nonos_handle connection = 0;
    int result = service_connect(waiter->service, waiter->client, &connection);
    out.words[3] = waiter->service->generation;
    out.caps[0] = connection;
    out.ncaps = 1;
    nonos_server_answer(&supervisor.server, waiter->reply, result, &out);
    if (connection)
        (void)nonos_cap_delete(connection);
    waiter->reply = 0;
}

static int service_open(struct service *service)
{
    int result = nonos_object_create(NONOS_SLOT_ACCOUNT, NONOS_OBJECT_ENDPOINT, service->grants, 0,
                                     0, &service->endpoint);
    if (result < 0) {
        service->endpoint = 0;
        return result;
    }
    service->generation++;
    for (uint32_t i = 0; i < WAITERS_MAX; i++)
        if (waiters[i].reply && waiters[i].service == service)
            waiter_answer(&waiters[i]);
    return NONOS_OK;
}

int services_open(struct module *module)
{
    int result = NONOS_OK;
    for (uint32_t i = 0; i < supervisor.nservices && result >= 0; i++) {
        struct service *service = &supervisor.services[i];
        if (service->module == module && !service->endpoint)
            result = service_open(service);
    }
    return result;
}

void services_close(struct module *module)
{
    for (uint32_t i = 0; i < supervisor.nservices; i++) {
        struct service *service = &supervisor.services[i];
        if (service->module != module || !service->endpoint)
            continue;
        (void)nonos_cap_revoke(service->endpoint);
        (void)nonos_cap_delete(service->endpoint);
        service->endpoint = 0;
    }
}

/* The next provider in the manifest behind the one that gave up, or NULL. */
static struct module *provider_next(const struct service *service)
{
    for (uint32_t i = service->module->index + 1; i < supervisor.manifest.nmodules; i++)
        if (can_serve(service, &supervisor.modules[i]) && is_over(&supervisor.modules[i]))
            return &supervisor.modules[i];
    return NULL;
}

static void waiters_disappoint(const struct service *service)
{
    for (uint32_t i = 0; i < WAITERS_MAX; i++)
        if (waiters[i].reply && waiters[i].service == service) {
            struct nonos_message out = nonos_message_make(0);
            nonos_server_answer(&supervisor.server, waiters[i].reply, NONOS_E_NO_DEVICE, &out);
            waiters[i].reply = 0;
        }
}

void services_abandon(struct module *module)
{
    services_close(module);
    for (uint32_t i = 0; i < supervisor.nservices; i++) {
        struct service *service = &supervisor.services[i];
        if (service->module != module)
            continue;
        struct module *next = provider_next(service);
        if (next && services_take(next) >= 0)
            module_start(next);
        else
            waiters_disappoint(service);
    }
}

/* ---- the protocol ---- */

static struct module *module_of(uint64_t badge)
{
    uint32_t index = (uint32_t)badge - 1;
    return badge & NONOS_SERVICE_BADGE && index < supervisor.manifest.nmodules
               ? &supervisor.modules[index]
               : NULL;
}

static struct module *module_find(const char *name)
{
    for (uint32_t i = 0; i < supervisor.manifest.nmodules; i++)
        if (strcmp(supervisor.modules[i].what->image.name, name) == 0)
            return &supervisor.modules[i];
    return NULL;
}

static bool may_connect(const struct module *module, const char *service)
{
    for (uint32_t i = 0; i < module->what->nconnects; i++)
        if (strcmp(module->what->connects[i].name, service) == 0)
            return true;
    for (uint32_t i = 0; i < module->what->ngives; i++)
        if (module->what->gives[i].kind == GIVE_SERVICE &&
            strcmp(module->what->gives[i].service, service) == 0)
            return true;
    return false;
}

static int wait_for(struct nonos_request *request, const struct service *service,
                    const struct module *client)
{
    for (uint32_t i = 0; i < WAITERS_MAX; i++)
        if (!waiters[i].reply) {
            waiters[i] = (struct waiter){request->reply, service, client, request->in.words[3]};
            return NONOS_SERVER_LATER;
        }
    return NONOS_E_BUSY;
}

static int on_connect(struct nonos_request *request, bool wait)
{
    char name[NONOS_SUPERVISOR_NAME_SIZE];
    nonos_handle connection;
    const struct module *client = module_of(request->badge);
    int result = nonos_name_from_words(name, request->in.words, NAME_WORDS);
    if (result < 0)
        return result;
    const struct service *service = service_find(name);
    if (!service)
        return NONOS_E_NOT_FOUND;
    if (!client || !may_connect(client, name))
        return NONOS_E_DENIED;
    if (wait && is_over(service->module))
        return NONOS_E_NO_DEVICE;
    if (wait && (!service->endpoint || service->generation <= request->in.words[3]))
        return wait_for(request, service, client);
    result = service_connect(service, client, &connection);
    if (result < 0)
        return result;
    /* Answered here, so that the connection can be deleted when it has been handed over. */
    struct nonos_message out = nonos_message_make(0);
    out.words[3] = service->generation;
    out.caps[0] = connection;
    out.ncaps = 1;
    nonos_server_answer(&supervisor.server, request->reply, NONOS_OK, &out);
    (void)nonos_cap_delete(connection);
    return NONOS_SERVER_LATER;
}

static int on_list(struct nonos_request *request)
{
    uint64_t index = request->in.words[0], *words = request->out.words;
    if (index >= supervisor.manifest.nmodules)
        return NONOS_E_NOT_FOUND;
    const struct module *module = &supervisor.modules[index];
    int result = nonos_words_from_name(words, NAME_WORDS, module->what->image.name);
    words[3] = (uint64_t)module->state | (uint64_t)module->restarts << 32;
    words[4] = module->task_id;
    words[5] = module->grants;
    words[6] = module->start_ns;
    words[7] = (uint32_t)module->last_status | (uint64_t)module->last_state << 32;
    return result;
}

static int on_given(struct nonos_request *request)
{
    uint64_t index = request->in.words[0];
    char text[sizeof(request->out.words)] = "";
    if (index >= supervisor.manifest.nmodules || request->in.words[1] > UINT32_MAX ||
        !module_given(&supervisor.modules[index], (uint32_t)request->in.words[1], text,
                      sizeof(text)))
        return NONOS_E_NOT_FOUND;
    memcpy(request->out.words, text, sizeof(text));
    return NONOS_OK;
}

static int on_control(struct nonos_request *request)
{
    char name[NONOS_SUPERVISOR_NAME_SIZE];
    if (!module_of(request->badge) || !(request->badge & NONOS_SUPERVISOR_CONTROL))
        return NONOS_E_DENIED;
    int result = nonos_name_from_words(name, request->in.words, NAME_WORDS);
    if (result < 0)
        return result;
    struct module *module = module_find(name);
    if (!module)
        return NONOS_E_NOT_FOUND;
    if (!module->what->started)
        return NONOS_E_UNSUPPORTED;
    if (module->job.kind != JOB_NONE || module->state == NONOS_MODULE_STARTING)
        return NONOS_E_BUSY;
    bool running = module->state == NONOS_MODULE_RUNNING;
    if (request->in.label == NONOS_SUPERVISOR_STOP ||
        (running && request->in.label == NONOS_SUPERVISOR_RESTART)) {
        module->restart = request->in.label == NONOS_SUPERVISOR_RESTART;
        module->stop = running;
        module_kill(module);
        if (!running) {
            module->state = NONOS_MODULE_STOPPED;
            services_abandon(module);
        }
        return NONOS_OK;
    }
    result = services_take(module);
    if (result < 0)
        return result;
    module->failures = 0;
    module_start(module);
    return NONOS_OK;
}

int supervisor_call(struct nonos_server *server, struct nonos_request *request)
{
    (void)server;
    switch (request->in.label) {
    case NONOS_SUPERVISOR_LIST:
        return on_list(request);
    case NONOS_SUPERVISOR_CONNECT:
        return on_connect(request, false);
    case NONOS_SUPERVISOR_WAIT:
        return on_connect(request, true);
    case NONOS_SUPERVISOR_STOP:
    case NONOS_SUPERVISOR_START:
    case NONOS_SUPERVISOR_RESTART:
        return on_control(request);
    case NONOS_SUPERVISOR_GIVEN:
        return on_given(request);
    default:
        return NONOS_E_NO_CALL;
    }
}
