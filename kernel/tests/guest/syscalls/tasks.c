#include "syscalls.h"

#include <string.h>

#include <nonos/archive.h>

enum role {
    ROLE_EXIT = 1,
    ROLE_CLI,
    ROLE_KERNEL_READ,
    ROLE_STACK_EXECUTE,
    ROLE_BAD_CALL,
    ROLE_MISSING_CAP,
    ROLE_SLEEP,
    ROLE_WRITE_CODE,
    ROLE_SERVE,
    ROLE_DIVIDE,
    ROLE_SPIN,
};

static const char *const role_names[] = {"",    "exit",  "cli",  "kernel", "stack", "call",
                                         "cap", "sleep", "code", "serve",  "div",   "spin"};

static nonos_handle self_module;

#define CHILD_ENDPOINT NONOS_SLOT_FIRST
#define LAST_CALL      9999

static _Noreturn void child_end(int status)
{
    for (;;)
        nonos_thread_exit(NONOS_SLOT_THREAD, (uint32_t)status);
}

static void child_serve(void)
{
    struct nonos_message m = {0};
    int reply = 0;
    for (;;) {
        reply = nonos_ipc_reply_wait(CHILD_ENDPOINT, (nonos_handle)reply, &m);
        if (reply <= 0 || m.words[0] == LAST_CALL)
            child_end(m.words[0] == LAST_CALL ? 17 : reply); /* with the call unanswered */
        m.words[0]++;
        m.ncaps = 0;
    }
}

static __attribute__((noinline, used)) _Noreturn void child(enum role role)
{
    static const unsigned char ret = 0xc3;
    volatile unsigned char code[16];
    uint64_t value;
    switch (role) {
    case ROLE_CLI:
        __asm__ volatile("cli");
        break;
    case ROLE_KERNEL_READ:
        value = *(volatile uint64_t *)0xffff800000000000;
        (void)value;
        break;
    case ROLE_STACK_EXECUTE:
        code[0] = ret;
        ((void (*)(void))(uintptr_t)code)();
        break;
    case ROLE_WRITE_CODE:
        *(volatile unsigned char *)(uintptr_t)child = ret;
        break;
    case ROLE_DIVIDE:
        __asm__ volatile("xorl %%ecx, %%ecx; xorl %%edx, %%edx; divl %%ecx"
                         :
                         : "a"(1)
                         : "ecx", "edx");
        break;
    case ROLE_BAD_CALL:
        child_end(nonos_syscall(4711, 0, 0, 0, 0, 0, 0, &value) == NONOS_E_NO_CALL ? 21 : 1);
    case ROLE_MISSING_CAP:
        child_end(nonos_power(SYSTEM, NONOS_POWER_OFF, 1) == NONOS_E_BAD_HANDLE ? 22 : 1);
    case ROLE_SLEEP:
        nonos_thread_sleep(NONOS_SLOT_THREAD, NONOS_NEVER);
        break;
    case ROLE_SPIN:
        for (;;)
            __asm__ volatile("");
    case ROLE_SERVE:
        child_serve();
        break;
    default:
        break;
    }
    child_end(42);
}

static nonos_handle startup_make(const char *argument)
{
    static nonos_handle block;
    static struct nonos_startup *startup;
    if (!block)
        OK(nonos_memory_create(PAGE, 0, &block, (void **)&startup));
    memset(startup, 0, PAGE);
    *startup = (struct nonos_startup){.magic = NONOS_STARTUP_MAGIC,
                                      .version = NONOS_STARTUP_VERSION,
                                      .argc = 2,
                                      .args_offset = sizeof(*startup),
                                      .env_offset = sizeof(*startup) + 32,
                                      .caps_offset = sizeof(*startup) + 32,
                                      .len = sizeof(*startup) + 32};
    memcpy((char *)(startup + 1), "test", 5);
    memcpy((char *)(startup + 1) + 5, argument, strlen(argument) + 1);
    return block;
}

static int spawn(enum role role, nonos_handle cap, nonos_handle account, nonos_handle *task)
{
    const struct nonos_spawn_cap caps[1] = {{cap, NONOS_RIGHTS_ALL}};
    const struct nonos_spawn s = {.module = self_module,
                                  .account = account,
                                  .startup = startup_make(role_names[role]),
                                  .priority = NONOS_PRIORITY_PROGRAM,
                                  .stack_len = 65536,
                                  .caps = (uint64_t)caps,
                                  .ncaps = cap ? 1 : 0};
    return nonos_module_spawn(self_module, &s, task);
}

/* Runs a task to its end. */
static struct nonos_task_info run(enum role role)
{
    struct nonos_task_info info = {0};
    nonos_handle task = 0, n = make(NONOS_OBJECT_NOTIFICATION, 0, 0);
    uint64_t bits;
    OK(spawn(role, 0, ACCOUNT, &task));
    OK(nonos_notify_watch(task, n, 1));
    OK(nonos_notify_wait(n, 1, now() + 5000 * MS, &bits));
    OK(nonos_task_info(task, NONOS_INFO_TASK, 0, &info, sizeof(info)));
    OK(nonos_cap_delete(task));
    OK(nonos_cap_delete(n));
    return info;
}

static void ends(enum role role, enum nonos_task_state state, int status)
{
    struct nonos_task_info info = run(role);
    check(info.state, state, role_names[role], __FILE__, __LINE__);
    check(info.status, status, role_names[role], __FILE__, __LINE__);
}

/* The image of this program, copied out of the boot archive, and its description beside it. */
static const struct nonos_archive_entry *archive_entry(const uint8_t *archive, const char *name)
{
    const struct nonos_archive_header *header = (const void *)archive;
    const struct nonos_archive_entry *entry = (const void *)(header + 1);
    for (uint32_t i = 0; i < header->nentries; i++)
        if (strcmp(entry[i].name, name) == 0)
            return &entry[i];
    return NULL;
}

static void test_mint(void)
{
    struct nonos_cap_info info;
    struct nonos_image image;
    void *archive, *copy;
    nonos_handle memory, module, task;
    OK(nonos_cap_info(NONOS_FIRST_ARCHIVE, &info));
    OK(nonos_memory_map(NONOS_FIRST_ARCHIVE, info.size, NONOS_PROT_READ, &archive));
    const struct nonos_archive_entry *file = archive_entry(archive, NONOS_ARCHIVE_ATTESTOR);
    const struct nonos_archive_entry *description = archive_entry(archive, "test/image");
    TRUE(file && description);
    memcpy(&image, (uint8_t *)archive + description->offset, sizeof(image));
    OK(nonos_memory_create(file->len, 0, &memory, &copy));
    memcpy(copy, (uint8_t *)archive + file->offset, file->len);
    OK(nonos_module_mint(NONOS_FIRST_MODULE, ACCOUNT, memory, file->len, &image, &self_module));
    OK(nonos_cap_info(self_module, &info));
    IS(info.type, NONOS_OBJECT_MODULE);
    TRUE(info.rights & NONOS_MODULE_LOAD && !(info.rights & NONOS_MODULE_MINT));
    IS(nonos_module_mint(self_module, ACCOUNT, memory, file->len, &image, &module), NONOS_E_DENIED);
    IS(nonos_module_mint(NONOS_FIRST_MODULE, ACCOUNT, memory, 1ull << 40, &image, &module),
       NONOS_E_RANGE);
    ((volatile uint8_t *)copy)[100] ^= 1;
    IS(nonos_module_mint(NONOS_FIRST_MODULE, ACCOUNT, memory, file->len, &image, &module),
       NONOS_E_HASH);
    ((volatile uint8_t *)copy)[100] ^= 1;
    image.segments[0].prot = 7;
    IS(nonos_module_mint(NONOS_FIRST_MODULE, ACCOUNT, memory, file->len, &image, &module),
       NONOS_E_INVALID);
    image.segments[0].prot = NONOS_PROT_READ;
    image.entry = image.segments[0].address;
    IS(nonos_module_mint(NONOS_FIRST_MODULE, ACCOUNT, memory, file->len, &image, &module),
       NONOS_E_INVALID);
    const struct nonos_spawn s = {.module = NONOS_FIRST_MODULE, .account = ACCOUNT};
    IS(nonos_module_spawn(NONOS_FIRST_MODULE, &s, &task), NONOS_E_DENIED);
    nonos_memory_free(memory);
}

static void test_tasks(void)
{
    ends(ROLE_EXIT, NONOS_TASK_EXITED, 42);
    ends(ROLE_BAD_CALL, NONOS_TASK_EXITED, 21);
    ends(ROLE_MISSING_CAP, NONOS_TASK_EXITED, 22);
    ends(ROLE_CLI, NONOS_TASK_FAULTED, NONOS_FAULT_INSTRUCTION);
    ends(ROLE_KERNEL_READ, NONOS_TASK_FAULTED, NONOS_FAULT_ACCESS);
    ends(ROLE_STACK_EXECUTE, NONOS_TASK_FAULTED, NONOS_FAULT_ACCESS);
    ends(ROLE_WRITE_CODE, NONOS_TASK_FAULTED, NONOS_FAULT_ACCESS);
    ends(ROLE_DIVIDE, NONOS_TASK_FAULTED, NONOS_FAULT_ARITHMETIC);
}

static void test_spawn_refusals(void)
{
    nonos_handle task, root = make(NONOS_OBJECT_ENDPOINT, NONOS_GRANT_MINT, 0);
    nonos_handle small = make(NONOS_OBJECT_ACCOUNT, 20 * PAGE, 0);
    /* The image was minted without any grant: it can never hold the endpoint. */
    IS(spawn(ROLE_EXIT, root, ACCOUNT, &task), NONOS_E_CEILING);
    IS(spawn(ROLE_EXIT, SYSTEM, ACCOUNT, &task), NONOS_E_CEILING);
    IS(spawn(ROLE_EXIT, NOT_USED, ACCOUNT, &task), NONOS_E_BAD_HANDLE);
    IS(spawn(ROLE_EXIT, 0, small, &task), NONOS_E_QUOTA);
    IS(spawn(ROLE_EXIT, 0, TASK, &task), NONOS_E_BAD_TYPE);
    OK(nonos_cap_delete(small));
    OK(nonos_cap_delete(root));
}

static void test_kill(enum role role)
{
    struct nonos_task_info info;
    nonos_handle task = 0, weak;
    OK(spawn(role, 0, ACCOUNT, &task));
    sleep_ms(20);
    OK(nonos_task_info(task, NONOS_INFO_TASK, 0, &info, sizeof(info)));
    IS(info.state, NONOS_TASK_RUNNING);
    IS(info.nthreads, 1);
    weak = derive(task, NONOS_RIGHT_INSPECT);
    IS(nonos_task_kill(weak, 1), NONOS_E_DENIED);
    OK(nonos_task_kill(task, 7));
    OK(nonos_task_info(task, NONOS_INFO_TASK, 0, &info, sizeof(info)));
    IS(info.state, NONOS_TASK_KILLED);
    IS(info.status, 7);
    IS(info.ncaps, 0);
    IS(info.memory, 0);
    OK(nonos_task_kill(task, 8));
    OK(nonos_cap_delete(weak));
    OK(nonos_cap_delete(task));
}

static void test_server_task(void)
{
    nonos_handle endpoint = make(NONOS_OBJECT_ENDPOINT, 0, 0), send, task = 0;
    nonos_handle guarded = make(NONOS_OBJECT_ENDPOINT, NONOS_GRANT_CLEARNET, 0);
    struct nonos_message m;
    OK(spawn(ROLE_SERVE, endpoint, ACCOUNT, &task));
    send = derive(endpoint, NONOS_ENDPOINT_SEND);
    OK(nonos_cap_delete(endpoint)); /* only the child can receive now */
    uint64_t start = now();
    for (uint64_t i = 0; i < 200; i++) {
        m = (struct nonos_message){.words = {i}};
        if (nonos_ipc_call(send, &m) != 0 || m.words[0] != i + 1) {
            IS(m.words[0], i + 1);
            break;
        }
    }
    say("a call to another task and back takes ns: ");
    say_number((long)((now() - start) / 200));
    say("\n");
    m = (struct nonos_message){.ncaps = 1, .caps = {guarded}};
    IS(nonos_ipc_call(send, &m), NONOS_E_CEILING);
    m = (struct nonos_message){.words = {LAST_CALL}};
    IS(nonos_ipc_call(send, &m), NONOS_E_PEER_GONE); /* the server dies with the call unanswered */
    IS(nonos_ipc_call(send, &m), NONOS_E_PEER_GONE);
    OK(nonos_cap_delete(send));
    OK(nonos_cap_delete(guarded));
    OK(nonos_cap_delete(task));
}

static uint64_t memory_free(void)
{
    struct nonos_system_info info = {0};
    size_t len;
    OK(nonos_system_info(SYSTEM, NONOS_INFO_SYSTEM, 0, &info, sizeof(info), (uint64_t *)&len));
    return info.memory_free;
}

static void test_spawn_leaks_nothing(unsigned count)
{
    uint64_t before = 0;
    for (unsigned i = 0; i < count + 10; i++) {
        if (i == 10)
            before = memory_free(); /* the heap has what it keeps */
        (void)run(ROLE_EXIT);
    }
    sleep_ms(20);
    IS(memory_free(), before);
}

static void test_task_find(void)
{
    struct nonos_task_info info;
    nonos_handle task;
    uint64_t id = 0;
    unsigned found = 0;
    while (nonos_task_find(SYSTEM, id, &task) == 0) {
        OK(nonos_task_info(task, NONOS_INFO_TASK, 0, &info, sizeof(info)));
        TRUE(info.id > id);
        id = info.id;
        found++;
        OK(nonos_cap_delete(task));
    }
    IS(found, 1);
    struct nonos_cap_info cap;
    OK(nonos_task_info(TASK, NONOS_INFO_CAP, 0, &cap, sizeof(cap)));
    IS(cap.handle, NONOS_SLOT_TASK);
    IS(nonos_task_info(TASK, NONOS_INFO_CAP, 65535, &cap, sizeof(cap)), NONOS_E_NOT_FOUND);
    IS(nonos_task_info(TASK, 77, 0, &cap, sizeof(cap)), NONOS_E_INVALID);
    IS(nonos_task_info(TASK, NONOS_INFO_TASK, 0, &info, 8), NONOS_E_INVALID);
}

void child_if_asked(const char *name)
{
    for (int role = ROLE_EXIT; role <= ROLE_SPIN; role++)
        if (strcmp(name, role_names[role]) == 0)
            child((enum role)role);
}

void check_tasks(void)
{
    test_mint();
    test_tasks();
    test_spawn_refusals();
    test_kill(ROLE_SLEEP);
    test_kill(ROLE_SPIN);
    test_server_task();
    test_spawn_leaks_nothing(200);
    test_task_find();
}
