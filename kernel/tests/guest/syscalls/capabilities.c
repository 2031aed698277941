#include "syscalls.h"

static void test_derive(void)
{
    nonos_handle memory = make(NONOS_OBJECT_MEMORY, PAGE, 0), child, other;
    struct nonos_cap_info info;
    OK(nonos_cap_derive(memory, NONOS_MEMORY_READ | NONOS_RIGHT_INSPECT, 0, NONOS_NEVER, 0,
                        &child));
    OK(nonos_cap_info(child, &info));
    IS(info.rights, NONOS_MEMORY_READ | NONOS_RIGHT_INSPECT);
    IS(info.depth, 1);
    IS(info.size, PAGE);
    TRUE(info.expiry_ms == NONOS_NEVER);
    IS(nonos_cap_derive(child, NONOS_RIGHTS_ALL, 0, NONOS_NEVER, 0, &other), NONOS_E_DENIED);
    IS(nonos_cap_derive(memory, 0, 7, NONOS_NEVER, 0, &other), NONOS_E_INVALID);
    IS(nonos_cap_derive(memory, 0, 0, NONOS_NEVER, 8, &other), NONOS_E_INVALID);
    IS(nonos_cap_derive(NOT_USED, 0, 0, NONOS_NEVER, 0, &other), NONOS_E_BAD_HANDLE);
    IS(nonos_cap_derive(0, 0, 0, NONOS_NEVER, 0, &other), NONOS_E_BAD_HANDLE);
    OK(nonos_cap_info(memory, &info));
    IS(info.nchildren, 1);
    OK(nonos_cap_delete(child));
    IS(nonos_cap_delete(child), NONOS_E_BAD_HANDLE);
    other = derive(memory, 0);
    TRUE(other != child); /* the generation tells them apart */
    IS(nonos_cap_info(other, &info), NONOS_E_DENIED);
    IS(nonos_cap_info(memory, (void *)1), NONOS_E_BAD_ADDRESS);
    IS(nonos_cap_info(memory, (void *)0xffff800000000000), NONOS_E_BAD_ADDRESS);
    OK(nonos_cap_delete(other));
    OK(nonos_cap_delete(memory));
}

static void test_depth_and_revoke(void)
{
    nonos_handle chain[NONOS_CAP_DEPTH_MAX + 1], over;
    chain[0] = make(NONOS_OBJECT_NOTIFICATION, 0, 0);
    for (int i = 1; i <= NONOS_CAP_DEPTH_MAX; i++)
        chain[i] = derive(chain[i - 1], NONOS_RIGHTS_ALL);
    IS(nonos_cap_derive(chain[16], 0, 0, NONOS_NEVER, 0, &over), NONOS_E_DEPTH);
    OK(nonos_cap_delete(chain[3])); /* its child becomes its parent's */
    OK(nonos_notify_signal(chain[4], 1));
    OK(nonos_cap_revoke(chain[1]));
    OK(nonos_notify_signal(chain[1], 1));
    for (int i = 2; i <= NONOS_CAP_DEPTH_MAX; i++)
        IS(nonos_notify_signal(chain[i], 1), NONOS_E_BAD_HANDLE);
    OK(nonos_cap_delete(chain[1]));
    OK(nonos_cap_delete(chain[0]));
}

static void test_many_children(void)
{
    nonos_handle root = make(NONOS_OBJECT_NOTIFICATION, 0, 0), child = 0;
    int error = 0;
    for (int i = 0; i < 3000 && !error; i++)
        error = nonos_cap_derive(root, NONOS_RIGHTS_ALL, 0, NONOS_NEVER, 0, &child);
    OK(error);
    OK(nonos_cap_revoke(root));
    IS(nonos_notify_signal(child, 1), NONOS_E_BAD_HANDLE);
    OK(nonos_cap_delete(root));
}

static void test_badge(void)
{
    nonos_handle endpoint = make(NONOS_OBJECT_ENDPOINT, 0, 0), badged, other;
    struct nonos_cap_info info;
    OK(nonos_cap_derive(endpoint, NONOS_RIGHTS_ALL, 77, NONOS_NEVER, 0, &badged));
    OK(nonos_cap_info(badged, &info));
    IS(info.badge, 77);
    TRUE(!(info.rights & (NONOS_ENDPOINT_BADGE | NONOS_ENDPOINT_RECV)));
    IS(nonos_cap_derive(badged, NONOS_RIGHTS_ALL, 78, NONOS_NEVER, 0, &other), NONOS_E_INVALID);
    OK(nonos_cap_derive(badged, NONOS_RIGHTS_ALL, 0, NONOS_NEVER, 0, &other));
    OK(nonos_cap_info(other, &info));
    IS(info.badge, 77);
    other = derive(endpoint, NONOS_RIGHT_GRANT | NONOS_ENDPOINT_SEND);
    IS(nonos_cap_derive(other, NONOS_RIGHTS_ALL, 5, NONOS_NEVER, 0, &badged), NONOS_E_DENIED);
    OK(nonos_cap_revoke(endpoint));
    OK(nonos_cap_delete(endpoint));
}

static void test_expiry(void)
{
    nonos_handle memory = make(NONOS_OBJECT_MEMORY, PAGE, 0), brief, child;
    uint64_t address, soon = now() / MS + 400;
    struct nonos_task_info before, after;
    OK(nonos_task_info(TASK, NONOS_INFO_TASK, 0, &before, sizeof(before)));
    OK(nonos_cap_derive(memory, NONOS_RIGHTS_ALL, 0, soon, 0, &brief));
    child = derive(brief, NONOS_RIGHTS_ALL); /* cannot outlive its parent */
    OK(nonos_mem_map(TASK, child, 0, 0, PAGE, NONOS_PROT_READ, &address));
    sleep_ms(450);
    IS(nonos_mem_map(TASK, brief, 0, 0, PAGE, NONOS_PROT_READ, &address), NONOS_E_EXPIRED);
    IS(nonos_mem_map(TASK, child, 0, 0, PAGE, NONOS_PROT_READ, &address), NONOS_E_EXPIRED);
    OK(nonos_task_info(TASK, NONOS_INFO_TASK, 0, &after, sizeof(after)));
    IS(after.memory, before.memory); /* the mapping has ended by itself */
    OK(nonos_mem_map(TASK, memory, 0, 0, PAGE, NONOS_PROT_READ, &address));
    OK(nonos_cap_delete(memory));
}

void check_capabilities(void)
{
    test_derive();
    test_depth_and_revoke();
    test_many_children();
    test_badge();
    test_expiry();
}
