#include "syscalls.h"

/* ---- objects and accounts ---- */

static void test_object_create(void)
{
    nonos_handle h;
    IS(nonos_object_create(ACCOUNT, NONOS_OBJECT_NONE, 0, 0, 0, &h), NONOS_E_INVALID);
    IS(nonos_object_create(ACCOUNT, NONOS_OBJECT_TASK, 0, 0, 0, &h), NONOS_E_INVALID);
    IS(nonos_object_create(ACCOUNT, 99, 0, 0, 0, &h), NONOS_E_INVALID);
    IS(nonos_object_create(ACCOUNT, NONOS_OBJECT_MEMORY, 0, 0, 0, &h), NONOS_E_INVALID);
    IS(nonos_object_create(ACCOUNT, NONOS_OBJECT_MEMORY, ~0ull, 0, 0, &h), NONOS_E_INVALID);
    IS(nonos_object_create(ACCOUNT, NONOS_OBJECT_MEMORY, PAGE, 16, 0, &h), NONOS_E_INVALID);
    IS(nonos_object_create(ACCOUNT, NONOS_OBJECT_MEMORY, PAGE, 0, SYSTEM, &h), NONOS_E_INVALID);
    IS(nonos_object_create(ACCOUNT, NONOS_OBJECT_ENDPOINT, 1ull << 40, 0, 0, &h), NONOS_E_CEILING);
    IS(nonos_object_create(TASK, NONOS_OBJECT_MEMORY, PAGE, 0, 0, &h), NONOS_E_BAD_TYPE);
    IS(nonos_object_create(ACCOUNT, NONOS_OBJECT_IRQ, 1, 1, 0, &h), NONOS_E_BAD_HANDLE);
}

static void test_account(void)
{
    nonos_handle account = make(NONOS_OBJECT_ACCOUNT, 64 * PAGE, 0), h, limited;
    struct nonos_account_limits limits = {~0ull, ~0ull, 0, 0, ~0u, 0};
    IS(nonos_object_create(account, NONOS_OBJECT_MEMORY, 65 * PAGE, 0, 0, &h), NONOS_E_QUOTA);
    OK(nonos_object_create(account, NONOS_OBJECT_MEMORY, 16 * PAGE, 0, 0, &h));
    OK(nonos_account_set(account, &limits));
    limits.memory = 8 * PAGE;
    limits.slots = limits.threads = ~0u;
    OK(nonos_account_set(account, &limits)); /* below what is in use */
    IS(nonos_object_create(account, NONOS_OBJECT_NOTIFICATION, 0, 0, 0, &limited), NONOS_E_QUOTA);
    OK(nonos_cap_delete(h));
    OK(nonos_object_create(account, NONOS_OBJECT_NOTIFICATION, 0, 0, 0, &limited));
    OK(nonos_cap_delete(limited));
    limits.memory = 1ull << 60;
    IS(nonos_account_set(account, &limits), NONOS_E_QUOTA);
    limited = derive(account, NONOS_ACCOUNT_CREATE);
    IS(nonos_account_set(limited, &limits), NONOS_E_DENIED);
    IS(nonos_account_set(account, NULL), NONOS_E_BAD_ADDRESS);
    IS(nonos_object_create(ACCOUNT, NONOS_OBJECT_ACCOUNT, 1ull << 50, 0, 0, &h), NONOS_E_QUOTA);
    OK(nonos_cap_delete(limited));
    OK(nonos_cap_delete(account));
}

/* ---- memory ---- */

static void test_mem_map(void)
{
    nonos_handle memory = make(NONOS_OBJECT_MEMORY, 4 * PAGE, 0), reader;
    uint64_t a = 0, b = 0, rw = NONOS_PROT_READ | NONOS_PROT_WRITE;
    OK(nonos_mem_map(TASK, memory, 0, 0, 4 * PAGE, rw, &a));
    *(volatile uint64_t *)a = 42;
    OK(nonos_mem_map(TASK, memory, 0, 0, PAGE, NONOS_PROT_READ, &b));
    IS(*(volatile uint64_t *)b, 42);
    TRUE(a != b && a % PAGE == 0);
    IS(nonos_mem_map(TASK, memory, a, 0, PAGE, rw, &b), NONOS_E_BAD_ADDRESS);
    IS(nonos_mem_map(TASK, memory, PAGE, 0, PAGE, rw, &b), NONOS_E_BAD_ADDRESS);
    IS(nonos_mem_map(TASK, memory, NONOS_USER_END, 0, PAGE, rw, &b), NONOS_E_BAD_ADDRESS);
    IS(nonos_mem_map(TASK, memory, 0xffff800000000000, 0, PAGE, rw, &b), NONOS_E_BAD_ADDRESS);
    IS(nonos_mem_map(TASK, memory, 0x123456, 0, PAGE, rw, &b), NONOS_E_BAD_ADDRESS);
    IS(nonos_mem_map(TASK, memory, 0, PAGE, 4 * PAGE, rw, &b), NONOS_E_RANGE);
    IS(nonos_mem_map(TASK, memory, 0, ~0ull & ~(PAGE - 1ull), PAGE, rw, &b), NONOS_E_RANGE);
    IS(nonos_mem_map(TASK, memory, 0, 0, 100, rw, &b), NONOS_E_INVALID);
    IS(nonos_mem_map(TASK, memory, 0, 0, PAGE, 7, &b), NONOS_E_INVALID);
    IS(nonos_mem_map(TASK, memory, 0, 0, PAGE, 2, &b), NONOS_E_INVALID);
    IS(nonos_mem_map(TASK, memory, 0, 0, PAGE, 5, &b), NONOS_E_DENIED); /* nobody may execute it */
    reader = derive(memory, NONOS_MEMORY_READ);
    IS(nonos_mem_map(TASK, reader, 0, 0, PAGE, rw, &b), NONOS_E_DENIED);
    OK(nonos_mem_map(TASK, reader, 0x500000000, 0, 2 * PAGE, NONOS_PROT_READ, &b));
    IS(b, 0x500000000);
    IS(nonos_mem_unmap(TASK, b, PAGE), NONOS_E_INVALID);
    IS(nonos_mem_unmap(TASK, b + PAGE, PAGE), NONOS_E_INVALID);
    IS(nonos_mem_protect(TASK, b, 2 * PAGE, rw), NONOS_E_DENIED);
    OK(nonos_mem_unmap(TASK, b, 2 * PAGE));
    OK(nonos_mem_unmap(TASK, b, 2 * PAGE)); /* nothing is there */
    OK(nonos_mem_protect(TASK, a, 4 * PAGE, NONOS_PROT_READ));
    IS(nonos_random_get(SYSTEM, (void *)a, 8), NONOS_E_BAD_ADDRESS);
    OK(nonos_mem_protect(TASK, a, 4 * PAGE, rw));
    IS(nonos_mem_protect(TASK, a, 4 * PAGE, 7), NONOS_E_INVALID);
    OK(nonos_random_get(SYSTEM, (void *)a, 8));
    OK(nonos_cap_delete(memory)); /* the mapping ends, the reader stays */
    IS(nonos_random_get(SYSTEM, (void *)a, 8), NONOS_E_BAD_ADDRESS);
    OK(nonos_cap_delete(reader));
}

void check_objects(void)
{
    test_object_create();
    test_account();
    test_mem_map();
}
