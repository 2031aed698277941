/*
 * The kernel's own start: what there is one of comes into being, the first task is made from the
 * boot archive and gets every root of authority, and the boot processor becomes an idle thread.
 */
#include <string.h>

#include <arch/arch.h>
#include <audit/audit.h>
#include <cap/account.h>
#include <cap/memory.h>
#include <cap/random.h>
#include <cap/system.h>
#include <cap/types.h>
#include <debug/log.h>
#include <irq/io.h>
#include <irq/irq.h>
#include <mm/frame.h>
#include <module/archive.h>
#include <module/module.h>
#include <nonos/archive.h>
#include <nonos/boot_info.h>
#include <nonos/first_task.h>
#include <nonos/startup.h>
#include <sched/sched.h>
#include <sched/task.h>

#define FIRST_STACK (256u << 10)

/* Made from the first task's ELF file by kernel/tools/image.py. */
extern const struct nonos_image first_task_image;

static void must(int error, const char *what)
{
    if (error)
        panic("%s: %s", what, nonos_strerror(error));
}

/* Everything that is free now belongs to the root account. */
static struct account *root_account(void)
{
    struct account *account;
    must(account_create(NULL, frame_free_count() * (uint64_t)FRAME_SIZE, &account), "root account");
    account->limit[ACCOUNT_DMA] = memory_dma_limit();
    return account;
}

static struct module *first_module(const struct nonos_boot_info *info, struct account *account,
                                   struct memory **archive)
{
    struct archive_file file;
    struct module *module;
    const void *bytes = frame_address(info->archive_physical);

    must(memory_wrap(info->archive_physical, info->archive_len, archive), "boot archive");
    int error = archive_find(bytes, info->archive_len, NONOS_ARCHIVE_ATTESTOR, &file);
    if (error)
        panic("the boot archive is damaged or has no " NONOS_ARCHIVE_ATTESTOR ": %s",
              nonos_strerror(error));
    error = module_mint(account, *archive, file.offset / FRAME_SIZE, file.len, &first_task_image,
                        &module);
    if (error)
        panic(NONOS_ARCHIVE_ATTESTOR " is not the one that this kernel was built for: %s",
              nonos_strerror(error));
    return module;
}

/* A copy for user mode; the entropy stays in the kernel. */
static struct object *boot_info_copy(const struct nonos_boot_info *info, struct account *account)
{
    struct memory *memory;
    must(memory_create(account, sizeof(*info), NONOS_MEMORY_FLAG_CONTIGUOUS, &memory), "boot info");
    struct nonos_boot_info *copy = memory_page(memory, 0);
    memcpy(copy, info, sizeof(*copy));
    memset(copy->entropy, 0, sizeof(copy->entropy));
    return &memory->object;
}

static struct memory *first_startup(struct account *account)
{
    static const char name[] = "attestor";
    struct memory *memory;
    must(memory_create(account, FRAME_SIZE, 0, &memory), "start-up block");
    struct nonos_startup *startup = memory_page(memory, 0);
    startup->magic = NONOS_STARTUP_MAGIC;
    startup->version = NONOS_STARTUP_VERSION;
    startup->argc = 1;
    startup->args_offset = sizeof(*startup);
    startup->env_offset = startup->caps_offset = sizeof(*startup) + 16;
    startup->len = sizeof(*startup) + 16;
    memcpy(startup + 1, name, sizeof(name));
    return memory;
}

static struct slot *give(struct task *task, struct object *object, uint32_t rights)
{
    const struct cap cap = {.object = object, .expiry_ms = SLOT_EXPIRY_NEVER, .rights = rights};
    struct slot *slot;
    lock_acquire(&cap_tree_lock);
    must(cap_enter(task, &cap, &slot), "capability of the first task");
    lock_release(&cap_tree_lock);
    audit_record(NONOS_AUDIT_CAP_CREATE, 0, task->object.id, object->id, slot_handle(slot), rights);
    object_put(object);
    return slot;
}

static void give_own(struct spawn *spawn)
{
    struct object *task = &spawn->task->object, *account = &spawn->account->object;
    object_get(task);
    object_get(account);
    object_get(&spawn->thread->object);
    object_get(&spawn->startup->object);
    give(spawn->task, task,
         NONOS_RIGHT_INSPECT | NONOS_RIGHT_GRANT | NONOS_TASK_MAP | NONOS_TASK_CONTROL |
             NONOS_TASK_KILL);
    give(spawn->task, account, NONOS_RIGHT_INSPECT | NONOS_RIGHT_GRANT | NONOS_ACCOUNT_CREATE);
    give(spawn->task, &spawn->thread->object, type_rights(&spawn->thread->object));
    spawn_startup_slot(
        spawn, give(spawn->task, &spawn->startup->object, NONOS_RIGHT_INSPECT | NONOS_MEMORY_READ));
}

/* In the order of enum nonos_first_slot. */
static void give_roots(struct task *task, struct memory *archive, struct object *boot_info)
{
    const uint32_t common = NONOS_RIGHT_INSPECT | NONOS_RIGHT_GRANT | NONOS_RIGHT_REVOKE;
    struct object *o;
    must(module_create_root(&o), "root Module");
    give(task, o, common | NONOS_MODULE_MINT);
    give(task, &archive->object, common | NONOS_MEMORY_READ);
    give(task, boot_info, common | NONOS_MEMORY_READ);
    must(irq_create_root(&o), "root Irq");
    give(task, o, common | NONOS_IRQ_CARVE);
    must(io_region_create_root(NONOS_IO_PORTS, &o), "root IoRegion");
    give(task, o, type_rights(o) | NONOS_IO_CARVE);
    must(io_region_create_root(NONOS_IO_MMIO, &o), "root IoRegion");
    give(task, o, common | NONOS_IO_CARVE);
    must(dma_domain_create_root(&o), "root DmaDomain");
    give(task, o, common | NONOS_DMA_CARVE | NONOS_DMA_SETTLE);
    must(system_create(NONOS_OBJECT_AUDIT, &o), "Audit");
    give(task, o, type_rights(o));
    must(system_create(NONOS_OBJECT_SYSTEM, &o), "System");
    struct slot *last = give(task, o, type_rights(o));
    KERNEL_ASSERT(slot_handle(last) == NONOS_FIRST_SYSTEM);
}

static void first_task(const struct nonos_boot_info *info)
{
    struct account *account = root_account();
    struct memory *archive;
    struct spawn spawn = {
        .module = first_module(info, account, &archive),
        .account = account,
        .priority = NONOS_PRIORITY_MAX,
        .stack_len = FIRST_STACK,
        .startup = first_startup(account),
    };
    must(spawn_prepare(&spawn), "first task");
    spawn.task->essential = true;
    give_own(&spawn);
    give_roots(spawn.task, archive, boot_info_copy(info, account));
    must(spawn_startup(&spawn), "first task");
    task_publish(spawn.task);
    audit_record_text(NONOS_AUDIT_TASK_START, 0, spawn.task->object.id, spawn.task->object.id,
                      spawn.task->object.id, spawn.module->object.id, spawn.task->name);
    must(thread_start(spawn.thread), "first task");
    object_put(&spawn.thread->object);
    object_put(&spawn.task->object);
    object_put(&spawn.startup->object);
    object_put(&spawn.module->object);
    object_put(&account->object);
}

void kernel_main(const struct nonos_boot_info *info)
{
    sched_adopt();
    must(audit_init(arch_cpu_count()), "audit log");
    must(random_init(info), "random numbers");
    system_init(info);
    io_init(info);
    audit_record_text(NONOS_AUDIT_BOOT, 0, 0, 0, arch_cpu_count(), info->firmware, KERNEL_VERSION);
    expiry_start();
    log_print("NONOS %s: %u processors, %zu MiB free, no IOMMU: DMA from a pool of %llu MiB\n",
              KERNEL_VERSION, arch_cpu_count(), frame_free_count() / 256,
              (unsigned long long)(memory_dma_limit() >> 20));
    first_task(info);
    /* From here on the terminal belongs to user mode, which can read the log (dmesg). */
    if (!arch_option("verbose"))
        log_console(0);
    arch_start_others();
    sched_idle();
}

void kernel_secondary(void)
{
    sched_adopt();
    sched_idle();
}
