/* Starting the supervisor. */
#include "start.h"

#include <stdlib.h>
#include <string.h>

#include <nonos/first_task.h>
#include <nonos/startup.h>

#include "../../runtime/libc/startup_make.h"

#define STACK_LEN (256u << 10)
/* What the attestor keeps of memory for itself and the modules that it mints: one sixteenth, but at least this. */
#define KEEP_MIN  (16ull << 20)

#define ALL NONOS_RIGHTS_ALL

struct handed {
    const char *name;
    nonos_handle handle;
    uint32_t rights;
};

/* The supervisor's quota: nearly all that is free. */
static int account_make(nonos_handle *account)
{
    struct nonos_system_info info;
    uint64_t len;
    int result =
        nonos_system_info(NONOS_FIRST_SYSTEM, NONOS_INFO_SYSTEM, 0, &info, sizeof(info), &len);
    if (result < 0)
        return result;
    uint64_t keep = info.memory_free / 16 < KEEP_MIN ? KEEP_MIN : info.memory_free / 16;
    if (info.memory_free <= 2 * keep)
        return NONOS_E_NO_MEMORY;
    uint64_t memory = info.memory_free - keep;
    /* What the page tables of the first task took is charged already: come down until it fits. */
    for (int i = 0; i < 16; i++, memory -= memory / 16) {
        result =
            nonos_object_create(NONOS_SLOT_ACCOUNT, NONOS_OBJECT_ACCOUNT, memory, 0, 0, account);
        if (result != NONOS_E_QUOTA)
            break;
    }
    return result;
}

static int block_make(const struct nonos_startup_cap *caps, uint32_t ncaps, nonos_handle *memory)
{
    static char name[] = "supervisor";
    char *argv[] = {name, NULL}, *envp[] = {NULL};
    size_t len = startup_len(argv, envp, ncaps);
    void *block;
    int result = nonos_memory_create(len, 0, memory, &block);
    if (result >= 0)
        startup_make(block, len, argv, envp, "/", caps, ncaps);
    return result;
}

int supervisor_start(nonos_handle endpoint, nonos_handle seal, nonos_handle *task)
{
    const struct handed handed[] = {
        {"archive", NONOS_FIRST_ARCHIVE, ALL},
        {"boot-info", NONOS_FIRST_BOOT_INFO, ALL},
        {"irqs", NONOS_FIRST_IRQ, ALL},
        {"ports", NONOS_FIRST_PORTS, ALL},
        {"mmio", NONOS_FIRST_MMIO, ALL},
        {"dma", NONOS_FIRST_DMA, ALL},
        {"audit", NONOS_FIRST_AUDIT, ALL},
        {"system", NONOS_FIRST_SYSTEM, ALL},
        {"attest", endpoint,
         NONOS_ENDPOINT_SEND | NONOS_RIGHT_INSPECT | NONOS_RIGHT_GRANT | NONOS_RIGHT_REVOKE},
        {NONOS_NAME_ATTEST_SEAL, seal,
         NONOS_ENDPOINT_SEND | NONOS_RIGHT_INSPECT | NONOS_RIGHT_GRANT | NONOS_RIGHT_REVOKE},
    };
    enum { N = sizeof(handed) / sizeof(handed[0]) };
    struct nonos_startup_cap names[N];
    struct nonos_spawn_cap caps[N];
    struct nonos_spawn spawn = {
        .priority = NONOS_PRIORITY_MAX - 2, .stack_len = STACK_LEN, .ncaps = N};
    uint64_t grants;
    memset(names, 0, sizeof(names));
    for (uint32_t i = 0; i < N; i++) {
        strcpy(names[i].name, handed[i].name);
        names[i].handle = NONOS_SLOT_FIRST + i;
        caps[i] = (struct nonos_spawn_cap){handed[i].handle, handed[i].rights};
    }
    spawn.caps = (uint64_t)(uintptr_t)caps;
    int result = attestor_module("modules/supervisor", &spawn.module, &grants);
    if (result >= 0)
        result = account_make(&spawn.account);
    if (result >= 0)
        result = block_make(names, N, &spawn.startup);
    if (result >= 0)
        result = nonos_module_spawn(spawn.module, &spawn, task);
    nonos_memory_free(spawn.startup);
    return result;
}
