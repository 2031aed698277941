/*
 * Making the task of a module: its image from the attestor, an Account, and a list of capabilities that holds what the manifest
 * gives and nothing else. What was made only to be handed over is deleted here afterwards; the task's own copies stay.
 */
#include "supervisor.h"

#include <stdio.h>
#include <string.h>

#include <nonos/attest.h>
#include <nonos/boot_info.h>

#include "../../runtime/libc/startup_make.h"

#define COMMON (NONOS_RIGHT_INSPECT | NONOS_RIGHT_GRANT)

/* The capabilities for a new task. */
struct hand {
    struct nonos_startup_cap names[NONOS_SPAWN_CAPS];
    struct nonos_spawn_cap caps[NONOS_SPAWN_CAPS];
    nonos_handle made[NONOS_SPAWN_CAPS]; /* to delete */
    uint32_t n, nmade;
};

static int hand_add(struct hand *hand, const char *name, nonos_handle handle, uint32_t rights)
{
    if (hand->n == NONOS_SPAWN_CAPS)
        return NONOS_E_NO_SPACE;
    if (strlen(name) >= NONOS_STARTUP_NAME_SIZE)
        return NONOS_E_NAME_TOO_LONG;
    strcpy(hand->names[hand->n].name, name);
    hand->names[hand->n].handle = NONOS_SLOT_FIRST + hand->n;
    hand->caps[hand->n] = (struct nonos_spawn_cap){handle, rights};
    hand->n++;
    return NONOS_OK;
}

/* Adds a capability that exists only for this. */
static int hand_add_made(struct hand *hand, const char *name, int result, nonos_handle handle)
{
    if (result < 0)
        return result;
    hand->made[hand->nmade++] = handle;
    return hand_add(hand, name, handle, NONOS_RIGHTS_ALL);
}

static void hand_drop(struct hand *hand)
{
    for (uint32_t i = 0; i < hand->nmade; i++)
        (void)nonos_cap_delete(hand->made[i]);
}

/* ---- what a `give` line means ---- */

static int give_root(struct hand *hand, const struct manifest_give *give, const char *root,
                     uint32_t rights)
{
    nonos_handle handle = nonos_cap_find(root);
    return handle ? hand_add(hand, give->name, handle, rights) : NONOS_E_NOT_FOUND;
}

static int give_object(struct hand *hand, const struct manifest_give *give, uint32_t type,
                       uint64_t arg0, uint64_t arg1, const char *root)
{
    nonos_handle handle = 0;
    if (hand->nmade == NONOS_SPAWN_CAPS)
        return NONOS_E_NO_SPACE;
    int result =
        nonos_object_create(NONOS_SLOT_ACCOUNT, type, arg0, arg1, nonos_cap_find(root), &handle);
    return hand_add_made(hand, give->name, result, handle);
}

/* The framebuffer as the loader left it; nothing if there is none. */
static int give_framebuffer(struct hand *hand, const struct manifest_give *give)
{
    struct nonos_boot_framebuffer framebuffer;
    void *info;
    int result = nonos_memory_map(nonos_cap_find("boot-info"), sizeof(struct nonos_boot_info),
                                  NONOS_PROT_READ, &info);
    if (result < 0)
        return result;
    framebuffer = ((const struct nonos_boot_info *)info)->framebuffer;
    (void)nonos_mem_unmap(NONOS_SLOT_TASK, (uint64_t)(uintptr_t)info,
                          nonos_page_round(sizeof(struct nonos_boot_info)));
    if (!framebuffer.width || !framebuffer.height)
        return NONOS_OK;
    uint64_t start = framebuffer.base & ~(uint64_t)(NONOS_PAGE_SIZE - 1);
    uint64_t end = framebuffer.base + (uint64_t)framebuffer.pitch * framebuffer.height;
    return give_object(hand, give, NONOS_OBJECT_IO_REGION, start, nonos_page_round(end - start),
                       "mmio");
}

static int give_supervisor(struct hand *hand, const struct manifest_give *give,
                           const struct module *module)
{
    nonos_handle handle = 0;
    uint64_t badge = NONOS_SERVICE_BADGE | (module->index + 1);
    if (give->count)
        badge |= NONOS_SUPERVISOR_CONTROL;
    int result = nonos_cap_derive(supervisor.endpoint, NONOS_ENDPOINT_SEND | COMMON, badge,
                                  NONOS_NEVER, 0, &handle);
    return hand_add_made(hand, give->name, result, handle);
}

static int give_service(struct hand *hand, const struct manifest_give *give,
                        const struct module *module)
{
    nonos_handle handle = 0;
    const struct service *service = service_find(give->service);
    if (!service)
        return NONOS_E_NOT_FOUND;
    int result = service_connect(service, module, &handle);
    /* Who serves it does not run: the module does without until it asks (WAIT). */
    return result == NONOS_E_BUSY ? NONOS_OK : hand_add_made(hand, give->name, result, handle);
}

static int give_one(struct hand *hand, const struct manifest_give *give,
                    const struct module *module)
{
    switch (give->kind) {
    case GIVE_CLOCK:
        return give_root(hand, give, "system", COMMON | NONOS_SYSTEM_CLOCK | NONOS_SYSTEM_RANDOM);
    case GIVE_SYSTEM:
        return give_root(hand, give, "system", COMMON | give->rights);
    case GIVE_AUDIT:
        return give_root(hand, give, "audit", COMMON | give->rights);
    case GIVE_PORTS:
        return give_object(hand, give, NONOS_OBJECT_IO_REGION, give->first, give->count, "ports");
    case GIVE_IRQ:
        return give_object(hand, give, NONOS_OBJECT_IRQ, NONOS_IRQ_GSI,
                           give->first | give->count << 32, "irqs");
    case GIVE_ALL_PORTS:
        return give_root(hand, give, "ports", NONOS_RIGHTS_ALL);
    case GIVE_ALL_MMIO:
        return give_root(hand, give, "mmio", NONOS_RIGHTS_ALL);
    case GIVE_ALL_IRQS:
        return give_root(hand, give, "irqs", NONOS_RIGHTS_ALL);
    case GIVE_ALL_DMA:
        return give_root(hand, give, "dma", NONOS_RIGHTS_ALL);
    case GIVE_FRAMEBUFFER:
        return give_framebuffer(hand, give);
    case GIVE_BOOT_INFO:
        return give_root(hand, give, "boot-info", COMMON | NONOS_MEMORY_READ);
    case GIVE_ARCHIVE:
        return give_root(hand, give, "archive", COMMON | NONOS_MEMORY_READ);
    case GIVE_ATTEST:
        return give_root(hand, give, "attest", COMMON | NONOS_ENDPOINT_SEND);
    case GIVE_ATTEST_SEAL:
        return give_root(hand, give, NONOS_NAME_ATTEST_SEAL, COMMON | NONOS_ENDPOINT_SEND);
    case GIVE_SUPERVISOR:
        return give_supervisor(hand, give, module);
    default:
        return give_service(hand, give, module);
    }
}

/* The endpoints that it serves: "serve", or "serve-NAME" if there are several. */
static int give_endpoints(struct hand *hand, const struct module *module)
{
    int result = NONOS_OK;
    for (uint32_t i = 0; i < module->what->nserves && result >= 0; i++) {
        char name[NONOS_STARTUP_NAME_SIZE + 8] = "serve";
        const struct service *service = service_find(module->what->serves[i].name);
        if (module->what->nserves > 1)
            (void)snprintf(name, sizeof(name), "serve-%s", module->what->serves[i].name);
        result =
            service ? hand_add(hand, name, service->endpoint, NONOS_RIGHTS_ALL) : NONOS_E_NOT_FOUND;
    }
    return result;
}

static int give_heartbeat(struct hand *hand, struct module *module)
{
    int result = NONOS_OK;
    if (!module->what->heartbeat_s)
        return result;
    result = nonos_object_create(NONOS_SLOT_ACCOUNT, NONOS_OBJECT_NOTIFICATION, 0, 0, 0,
                                 &module->heartbeat);
    if (result >= 0)
        result = nonos_object_create(NONOS_SLOT_ACCOUNT, NONOS_OBJECT_NOTIFICATION, 0, 0, 0,
                                     &module->alive);
    if (result >= 0)
        result = hand_add(hand, "heartbeat", module->heartbeat, NONOS_RIGHTS_ALL);
    if (result >= 0)
        result =
            hand_add(hand, "alive", module->alive, NONOS_RIGHT_INSPECT | NONOS_NOTIFICATION_SIGNAL);
    return result;
}

static int give_all(struct hand *hand, struct module *module)
{
    int result = give_endpoints(hand, module);
    if (result >= 0)
        result = give_heartbeat(hand, module);
    if (result >= 0 && module->device)
        result = hand_add(hand, "device", module->device, NONOS_RIGHTS_ALL);
    for (uint32_t i = 0; i < module->what->ngives && result >= 0; i++)
        result = give_one(hand, &module->what->gives[i], module);
    return result;
}

/* ---- the task ---- */

static int image_get(const struct module *module, nonos_handle *image)
{
    struct nonos_message message = nonos_message_make(NONOS_ATTEST_MINT_NAMED);
    int result = nonos_words_from_name(message.words, NONOS_IPC_WORDS, module->what->image.image);
    if (result >= 0)
        result = nonos_call(nonos_cap_find(NONOS_NAME_ATTEST), &message);
    if (result < 0)
        return result;
    *image = message.ncaps ? message.caps[0] : 0;
    return *image ? NONOS_OK : NONOS_E_IO;
}

static int account_make(struct module *module)
{
    struct nonos_account_limits limits;
    uint64_t memory = module->what->memory;
    int result;
    /* On a small machine a module gets less than the manifest says, down to a sixteenth. */
    do {
        result = nonos_object_create(NONOS_SLOT_ACCOUNT, NONOS_OBJECT_ACCOUNT, memory, 0, 0,
                                     &module->account);
        memory /= 2;
    } while (result == NONOS_E_QUOTA && memory >= module->what->memory / 16);
    if (result < 0)
        return result;
    memset(&limits, 0xff, sizeof(limits));
    limits.dma = module->what->dma;
    limits.reserved = 0;
    return nonos_account_set(module->account, &limits);
}

static int block_make(const struct module *module, const struct hand *hand, nonos_handle *memory)
{
    static char path[] = "PATH=/bin", term[] = "TERM=nonos";
    char name[NONOS_STARTUP_NAME_SIZE], arguments[MANIFEST_LINE_MAX];
    char *argv[MANIFEST_LINE_MAX / 2 + 2] = {name}, *envp[] = {path, term, NULL};
    strcpy(name, module->what->image.name);
    memcpy(arguments, module->what->arguments, sizeof(arguments));
    char *at = arguments;
    for (uint32_t i = 1; *at; i++, at += strlen(at) + 1)
        argv[i] = at;
    size_t len = startup_len(argv, envp, hand->n);
    void *block;
    int result = nonos_memory_create(len, 0, memory, &block);
    if (result >= 0)
        startup_make(block, len, argv, envp, "/", hand->names, hand->n);
    return result;
}

static int task_make(struct module *module, const struct hand *hand)
{
    struct nonos_task_info info;
    struct nonos_spawn spawn = {
        .account = module->account,
        .priority = module->what->priority,
        .stack_len = module->what->stack,
        .caps = (uint64_t)(uintptr_t)hand->caps,
        .ncaps = hand->n,
    };
    int result = image_get(module, &spawn.module);
    if (result >= 0)
        result = block_make(module, hand, &spawn.startup);
    if (result >= 0)
        result = nonos_module_spawn(spawn.module, &spawn, &module->task);
    nonos_memory_free(spawn.module);
    nonos_memory_free(spawn.startup);
    if (result < 0) {
        module->task = 0;
        return result;
    }
    result =
        nonos_notify_watch(module->task, supervisor.server.notification, 1ull << module->index);
    if (result >= 0)
        result = nonos_task_info(module->task, NONOS_INFO_TASK, 0, &info, sizeof(info));
    if (result >= 0)
        module->task_id = info.id;
    else
        module_kill(module);
    return result;
}

int module_launch(struct module *module)
{
    static struct hand hand;
    memset(&hand, 0, sizeof(hand));
    int result = account_make(module);
    if (result >= 0)
        result = give_all(&hand, module);
    if (result >= 0)
        result = task_make(module, &hand);
    hand_drop(&hand);
    return result;
}

/* What others still hold of a module that ended, its buffers in a driver say, stays charged; no more is kept for it. */
static void account_shrink(nonos_handle account)
{
    struct nonos_account_limits limits;
    if (!account)
        return;
    memset(&limits, 0xff, sizeof(limits));
    limits.memory = 0;
    limits.reserved = 0;
    (void)!nonos_account_set(account, &limits);
}

void module_release(struct module *module)
{
    account_shrink(module->account);
    nonos_handle *handles[] = {&module->task, &module->account, &module->heartbeat, &module->alive};
    for (size_t i = 0; i < sizeof(handles) / sizeof(handles[0]); i++) {
        nonos_memory_free(*handles[i]);
        *handles[i] = 0;
    }
    module->task_id = 0;
    module->ping_ns = 0;
}

/* ---- for people ---- */

static void describe(const struct manifest_give *give, char *text, size_t size)
{
    static const char *const words[] = {
        [GIVE_CLOCK] = "clock",           [GIVE_SYSTEM] = "system",
        [GIVE_AUDIT] = "audit",           [GIVE_PORTS] = "ports",
        [GIVE_ALL_PORTS] = "all-ports",   [GIVE_IRQ] = "irq",
        [GIVE_ALL_MMIO] = "all-mmio",     [GIVE_ALL_IRQS] = "all-irqs",
        [GIVE_ALL_DMA] = "all-dma",       [GIVE_FRAMEBUFFER] = "framebuffer",
        [GIVE_BOOT_INFO] = "boot-info",   [GIVE_ARCHIVE] = "archive",
        [GIVE_ATTEST] = "attest",         [GIVE_ATTEST_SEAL] = "attest-seal",
        [GIVE_SUPERVISOR] = "supervisor", [GIVE_SERVICE] = "need",
    };
    const char *word = words[give->kind];
    switch (give->kind) {
    case GIVE_SERVICE:
        (void)snprintf(text, size, "need %s as %s", give->service, give->name);
        break;
    case GIVE_PORTS:
        (void)snprintf(text, size, "ports %#lx %lu as %s", give->first, give->count, give->name);
        break;
    case GIVE_IRQ:
        (void)snprintf(text, size, "irq %lu as %s", give->first, give->name);
        break;
    case GIVE_SYSTEM:
    case GIVE_AUDIT:
        (void)snprintf(text, size, "%s rights %#x as %s", word, give->rights, give->name);
        break;
    default:
        (void)snprintf(text, size, "%s%s", word, give->count ? " control" : "");
        break;
    }
}

bool module_given(const struct module *module, uint32_t index, char *text, size_t size)
{
    const struct manifest_module *what = module->what;
    if (index < what->nserves) {
        (void)snprintf(text, size, "serve %s", what->serves[index].name);
        return true;
    }
    index -= what->nserves;
    if (index < what->nconnects) {
        (void)snprintf(text, size, "connect %s", what->connects[index].name);
        return true;
    }
    index -= what->nconnects;
    if (index >= what->ngives)
        return false;
    describe(&what->gives[index], text, size);
    return true;
}
