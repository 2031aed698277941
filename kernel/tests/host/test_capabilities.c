/*
 * Capabilities: rights, ceilings, badges, expiry, revocation, and the derivation tree beside an
 * oracle that is too simple to be wrong.
 */
#include "model.h"

#include <time.h>

#include <cap/memory.h>
#include <cap/tree.h>
#include <cap/types.h>
#include <ipc/ipc.h>

static struct task *task;

static struct object *new_notification(void)
{
    struct notification *n;
    ck_assert_int_eq(notification_create(model_root, &n), 0);
    return &n->object;
}

static struct object *new_endpoint(uint64_t grants)
{
    struct endpoint *e;
    ck_assert_int_eq(endpoint_create(model_root, grants, &e), 0);
    return &e->object;
}

static struct object *new_memory(uint64_t npages)
{
    struct memory *m;
    ck_assert_int_eq(memory_create(model_root, npages * NONOS_PAGE_SIZE, 0, &m), 0);
    return &m->object;
}

static struct slot *slot_of(struct task *t, nonos_handle handle)
{
    struct slot *slot;
    lock_acquire(&cap_tree_lock);
    ck_assert_int_eq(cap_find(t, handle, &slot), 0);
    lock_release(&cap_tree_lock);
    return slot;
}

static int usable(struct task *t, nonos_handle handle)
{
    struct cap_ref ref;
    int error = cap_lookup(t, handle, &ref);
    if (!error)
        cap_ref_put(&ref);
    return error;
}

static int derive_into(struct task *to, struct slot *parent, uint32_t rights, struct slot **slot)
{
    lock_acquire(&cap_tree_lock);
    int error = cap_enter_child(to, parent, rights, slot);
    lock_release(&cap_tree_lock);
    return error;
}

static void setup(void)
{
    model_start(16384);
    task = model_task(NONOS_GRANTS_ALL);
}

static void teardown(void)
{
    model_finish();
}

/* ---- rights and ceilings ---- */

START_TEST(a_child_has_no_right_that_its_parent_lacks)
{
    struct slot *root = slot_of(task, model_give(task, new_notification())), *a, *b;
    ck_assert_int_eq(derive_into(task, root, NONOS_RIGHT_GRANT | NONOS_NOTIFICATION_WAIT, &a), 0);
    ck_assert_int_eq(derive_into(task, a, NONOS_RIGHTS_ALL, &b), 0);
    ck_assert_uint_eq(b->rights, NONOS_RIGHT_GRANT | NONOS_NOTIFICATION_WAIT);
}
END_TEST

START_TEST(a_capability_enters_only_below_the_ceiling_of_the_task)
{
    struct task *low = model_task(NONOS_GRANT_DEVICE);
    struct slot *plain = slot_of(task, model_give(task, new_endpoint(0))), *s;
    struct slot *device = slot_of(task, model_give(task, new_endpoint(NONOS_GRANT_DEVICE)));
    struct slot *both =
        slot_of(task, model_give(task, new_endpoint(NONOS_GRANT_DEVICE | NONOS_GRANT_CLEARNET)));
    ck_assert_int_eq(derive_into(low, plain, NONOS_RIGHTS_ALL, &s), 0);
    ck_assert_int_eq(derive_into(low, device, NONOS_RIGHTS_ALL, &s), 0);
    ck_assert_int_eq(derive_into(low, both, 0, &s), NONOS_E_CEILING);
    ck_assert_uint_eq(low->table.used, 2);
}
END_TEST

START_TEST(rights_that_need_a_grant_class_decide_for_system_audit_and_module)
{
    static const struct {
        uint32_t type, rights;
        uint64_t grants;
    } cases[] = {
        {NONOS_OBJECT_SYSTEM, NONOS_SYSTEM_CLOCK | NONOS_SYSTEM_RANDOM, 0},
        {NONOS_OBJECT_SYSTEM, NONOS_SYSTEM_POWER, NONOS_GRANT_POWER},
        {NONOS_OBJECT_SYSTEM, NONOS_SYSTEM_CLOCK_SET, NONOS_GRANT_CLOCK_SET},
        {NONOS_OBJECT_SYSTEM, NONOS_SYSTEM_TASKS, NONOS_GRANT_TASKS},
        {NONOS_OBJECT_SYSTEM, NONOS_SYSTEM_KILL, NONOS_GRANT_TASKS},
        {NONOS_OBJECT_SYSTEM, NONOS_SYSTEM_CONSOLE, NONOS_GRANT_CONSOLE},
        {NONOS_OBJECT_SYSTEM, NONOS_SYSTEM_TERMINAL, NONOS_GRANT_DEVICE},
        {NONOS_OBJECT_AUDIT, NONOS_AUDIT_APPEND, 0},
        {NONOS_OBJECT_AUDIT, NONOS_AUDIT_READ, NONOS_GRANT_AUDIT_READ},
        {NONOS_OBJECT_MODULE, NONOS_MODULE_LOAD, 0},
        {NONOS_OBJECT_MODULE, NONOS_MODULE_MINT, NONOS_GRANT_MINT},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct object o = {.type = cases[i].type};
        ck_assert_uint_eq(type_grants(&o, cases[i].rights), cases[i].grants);
    }
}
END_TEST

START_TEST(a_chain_is_at_most_sixteen_long)
{
    struct slot *slot = slot_of(task, model_give(task, new_notification()));
    for (int i = 0; i < NONOS_CAP_DEPTH_MAX; i++)
        ck_assert_int_eq(derive_into(task, slot, NONOS_RIGHTS_ALL, &slot), 0);
    ck_assert_int_eq(derive_into(task, slot, NONOS_RIGHTS_ALL, &slot), NONOS_E_DEPTH);
}
END_TEST

START_TEST(a_handle_never_names_what_took_its_slot)
{
    nonos_handle first = model_give(task, new_notification());
    struct slot *slot = slot_of(task, first);
    cap_delete(slot, slot->generation);
    nonos_handle second = model_give(task, new_notification());
    ck_assert_uint_eq(NONOS_HANDLE_INDEX(first), NONOS_HANDLE_INDEX(second));
    ck_assert_int_eq(usable(task, first), NONOS_E_BAD_HANDLE);
    ck_assert_int_eq(usable(task, second), 0);
}
END_TEST

START_TEST(a_table_that_is_full_takes_no_more_and_stays_whole)
{
    struct slot *root = slot_of(task, model_give(task, new_notification())), *s;
    uint32_t n = 1;
    while (derive_into(task, root, 0, &s) == 0)
        n++;
    ck_assert_int_eq(derive_into(task, root, 0, &s), NONOS_E_NO_SLOTS);
    ck_assert_uint_eq(n, NONOS_CAP_SLOTS_MAX / 64 * SLOTS_PER_PAGE);
    cap_revoke(root, root->generation);
    ck_assert_uint_eq(task->table.used, 1);
    ck_assert_int_eq(derive_into(task, root, 0, &s), 0);
}
END_TEST

/* ---- revocation ---- */

START_TEST(nothing_is_usable_while_a_revocation_goes_on)
{
    struct slot *root = slot_of(task, model_give(task, new_notification())), *s, *last;
    ck_assert_int_eq(derive_into(task, root, NONOS_RIGHTS_ALL, &last), 0);
    nonos_handle handle = slot_handle(last);
    for (int i = 0; i < 1000; i++)
        ck_assert_int_eq(derive_into(task, root, NONOS_RIGHTS_ALL, &s), 0);
    lock_acquire(&cap_tree_lock);
    root->flags |= SLOT_REVOKING; /* as in the middle of cap_revoke() */
    __atomic_fetch_add(&cap_revocations, 1, __ATOMIC_SEQ_CST);
    lock_release(&cap_tree_lock);
    ck_assert_int_eq(usable(task, handle), NONOS_E_BAD_HANDLE);
    ck_assert_int_eq(usable(task, slot_handle(root)), 0);
    ck_assert_int_eq(derive_into(task, root, 0, &s), NONOS_E_BUSY);
    __atomic_fetch_sub(&cap_revocations, 1, __ATOMIC_SEQ_CST);
    root->flags &= ~SLOT_REVOKING;
    cap_revoke(root, root->generation);
    ck_assert_uint_eq(task->table.used, 1);
}
END_TEST

static struct slot *interrupted_root;
static uint32_t interrupted_generation;

static void delete_root_meanwhile(void)
{
    model_interrupt = NULL;
    cap_delete(interrupted_root, interrupted_generation);
}

START_TEST(deleting_the_root_in_the_middle_of_its_revocation_lets_no_descendant_escape)
{
    struct slot *top = slot_of(task, model_give(task, new_notification())), *root, *s;
    ck_assert_int_eq(derive_into(task, top, NONOS_RIGHTS_ALL, &root), 0);
    for (int i = 0; i < 1000; i++)
        ck_assert_int_eq(derive_into(task, root, NONOS_RIGHTS_ALL, &s), 0);
    interrupted_root = root;
    interrupted_generation = root->generation;
    model_interrupt = delete_root_meanwhile;
    model_preempt_every(3);
    cap_revoke(root, root->generation);
    model_preempt_every(0);
    ck_assert_ptr_null(model_interrupt);
    ck_assert_uint_eq(task->table.used, 1);
    ck_assert_uint_eq(top->nchildren, 0);
    ck_assert_uint_eq(cap_revocations, 0);
}
END_TEST

START_TEST(deleting_a_capability_gives_its_children_to_its_parent)
{
    struct slot *root = slot_of(task, model_give(task, new_notification())), *middle, *s;
    ck_assert_int_eq(derive_into(task, root, NONOS_RIGHTS_ALL, &middle), 0);
    for (int i = 0; i < 500; i++)
        ck_assert_int_eq(derive_into(task, middle, NONOS_RIGHTS_ALL, &s), 0);
    cap_delete(middle, middle->generation);
    ck_assert_uint_eq(root->nchildren, 500);
    ck_assert_ptr_eq(s->parent, root);
    cap_revoke(root, root->generation);
    ck_assert_uint_eq(task->table.used, 1);
}
END_TEST

START_TEST(ten_thousand_descendants_are_revoked_in_under_ten_milliseconds)
{
    struct task *tasks[8];
    struct slot *root = slot_of(task, model_give(task, new_notification()));
    struct slot *slots[10001] = {root};
    struct timespec a, b;
    uint64_t seed = check_seed();
    for (int i = 0; i < 8; i++)
        tasks[i] = model_task(NONOS_GRANTS_ALL);
    for (int i = 1; i <= 10000; i++)
        do
            slots[i] = slots[check_random(&seed) % (unsigned)i];
        while (derive_into(tasks[i % 8], slots[i], NONOS_RIGHTS_ALL, &slots[i]) != 0);
    clock_gettime(CLOCK_MONOTONIC, &a);
    cap_revoke(root, root->generation);
    clock_gettime(CLOCK_MONOTONIC, &b);
    double ms = (double)(b.tv_sec - a.tv_sec) * 1e3 + (double)(b.tv_nsec - a.tv_nsec) / 1e6;
    printf("# 10000 descendants revoked in %.2f ms\n", ms);
    for (int i = 0; i < 8; i++)
        ck_assert_uint_eq(tasks[i]->table.used, 0);
#ifndef __SANITIZE_ADDRESS__
    ck_assert_msg(ms < 10, "it took %.2f ms", ms);
#endif
}
END_TEST

/* ---- mappings and expiry ---- */

static uint64_t map(struct task *t, nonos_handle memory, uint64_t npages)
{
    struct cap_ref ref;
    uint64_t address = 0;
    ck_assert_int_eq(cap_lookup(task, memory, &ref), 0);
    const struct region_source source = {ref.object, 0, SPACE_CACHED, NONOS_PROT_READ};
    ck_assert_int_eq(region_map(t, &source, &ref, NONOS_PROT_READ, npages, &address), 0);
    cap_ref_put(&ref);
    return address;
}

START_TEST(a_mapping_ends_with_the_capability_it_was_made_under)
{
    struct task *other = model_task(NONOS_GRANTS_ALL);
    nonos_handle memory = model_give(task, new_memory(200));
    struct slot *root = slot_of(task, memory), *child;
    ck_assert_int_eq(derive_into(task, root, NONOS_RIGHTS_ALL, &child), 0);
    uint64_t a = map(task, memory, 200), b = map(other, slot_handle(child), 100);
    cap_revoke(root, root->generation);
    ck_assert(!model_is_mapped(&other->space, b));
    ck_assert(model_is_mapped(&task->space, a));
    cap_delete(root, root->generation);
    ck_assert(!model_is_mapped(&task->space, a));
    ck_assert_uint_eq(task->regions.count, 0);
}
END_TEST

START_TEST(memory_that_is_mapped_outlives_its_last_capability_by_nothing)
{
    size_t before = model_frames_used();
    nonos_handle memory = model_give(task, new_memory(1000));
    (void)map(task, memory, 1000);
    ck_assert_uint_gt(model_frames_used(), before + 1000);
    struct slot *slot = slot_of(task, memory);
    cap_delete(slot, slot->generation);
    ck_assert_uint_le(model_frames_used(), before + 1); /* the table's page */
}
END_TEST

START_TEST(expiry_refuses_at_use_and_ends_mappings_by_timer)
{
    nonos_handle memory = model_give(task, new_memory(4));
    struct slot *root = slot_of(task, memory), *brief;
    struct cap cap = cap_child(root, NONOS_RIGHTS_ALL);
    cap.expiry_ms = cap_now_ms() + 100;
    lock_acquire(&cap_tree_lock);
    ck_assert_int_eq(cap_enter(task, &cap, &brief), 0);
    lock_release(&cap_tree_lock);
    uint64_t address = map(task, slot_handle(brief), 4);
    model_advance(99 * 1000000);
    ck_assert_int_eq(usable(task, slot_handle(brief)), 0);
    ck_assert(model_is_mapped(&task->space, address));
    model_advance(1000000);
    ck_assert_int_eq(usable(task, slot_handle(brief)), NONOS_E_EXPIRED);
    model_advance(20 * 1000000);
    ck_assert(!model_is_mapped(&task->space, address));
    ck_assert_int_eq(usable(task, memory), 0);
}
END_TEST

START_TEST(many_expiries_are_swept_each_in_time)
{
    nonos_handle memory = model_give(task, new_memory(1));
    struct slot *root = slot_of(task, memory), *slots[100];
    uint64_t start = cap_now_ms();
    for (unsigned i = 0; i < 100; i++) {
        struct cap cap = cap_child(root, NONOS_RIGHTS_ALL);
        cap.expiry_ms = start + 50 + (i * 37) % 100 * 20;
        lock_acquire(&cap_tree_lock);
        ck_assert_int_eq(cap_enter(task, &cap, &slots[i]), 0);
        lock_release(&cap_tree_lock);
        (void)map(task, slot_handle(slots[i]), 1);
    }
    for (unsigned step = 0; step < 110; step++) {
        unsigned due = 0;
        model_advance(20 * 1000000);
        for (unsigned i = 0; i < 100; i++)
            due += slots[i]->expiry_ms + 10 <= cap_now_ms();
        ck_assert_uint_le(task->regions.count, 100 - due);
    }
    ck_assert_uint_eq(task->regions.count, 0);
}
END_TEST

/* ---- the oracle ---- */

#define NODES 400

struct node {
    struct slot *slot; /* NULL: not in use */
    uint32_t generation;
    int parent;
    uint32_t rights;
};

static struct node nodes[NODES];

static int node_depth_limit(const struct node *n)
{
    return n->slot->depth < NONOS_CAP_DEPTH_MAX;
}

static void oracle_delete(int at)
{
    for (int i = 0; i < NODES; i++)
        if (nodes[i].slot && nodes[i].parent == at)
            nodes[i].parent = nodes[at].parent;
    nodes[at].slot = NULL;
}

static void oracle_revoke(int at)
{
    for (bool again = true; again;) {
        again = false;
        for (int i = 0; i < NODES; i++) {
            int p = nodes[i].parent;
            if (nodes[i].slot && i != at && p >= 0 && (p == at || !nodes[p].slot)) {
                nodes[i].slot = NULL;
                again = true;
            }
        }
    }
}

static void oracle_compare(struct task **owners)
{
    uint32_t used = 0, real = 0;
    for (int i = 0; i < NODES; i++) {
        const struct node *n = &nodes[i];
        if (!n->slot)
            continue;
        used++;
        ck_assert_ptr_nonnull(n->slot->object);
        ck_assert_uint_eq(n->slot->generation, n->generation);
        ck_assert_uint_eq(n->slot->rights, n->rights);
        ck_assert_ptr_eq(n->slot->parent, n->parent < 0 ? NULL : nodes[n->parent].slot);
        uint32_t children = 0;
        for (const struct slot *c = n->slot->child; c; c = c->next)
            children++;
        ck_assert_uint_eq(children, n->slot->nchildren);
    }
    for (int i = 0; i < 3; i++)
        real += owners[i]->table.used;
    ck_assert_uint_eq(used, real);
}

static void oracle_step(uint64_t *seed, struct task **owners)
{
    int at = (int)(check_random(seed) % NODES), from = (int)(check_random(seed) % NODES);
    struct task *owner = owners[check_random(seed) % 3];
    struct node *n = &nodes[at], *p = &nodes[from];
    uint32_t rights = (uint32_t)check_random(seed) & 0x307;
    uint64_t action = check_random(seed) % 100;
    if (!n->slot && (!p->slot || action < 3)) {
        nonos_handle h = model_give(owner, new_notification());
        *n = (struct node){slot_of(owner, h), NONOS_HANDLE_GENERATION(h), -1, 0x307};
    } else if (!n->slot) {
        struct slot *slot;
        int expected = node_depth_limit(p) ? 0 : NONOS_E_DEPTH;
        ck_assert_int_eq(derive_into(owner, p->slot, rights, &slot), expected);
        if (!expected)
            *n = (struct node){slot, slot->generation, from, rights & p->rights};
    } else if (action < 25) {
        cap_delete(n->slot, n->generation);
        oracle_delete(at);
    } else if (action < 35) {
        cap_revoke(n->slot, n->generation);
        oracle_revoke(at);
    }
}

START_TEST(a_hundred_thousand_random_steps_agree_with_the_oracle)
{
    struct task *owners[3] = {task, model_task(NONOS_GRANTS_ALL), model_task(NONOS_GRANTS_ALL)};
    uint64_t seed = check_seed();
    for (int i = 0; i < NODES; i++)
        nodes[i] = (struct node){.parent = -1};
    printf("# seed %llu\n", (unsigned long long)seed);
    for (unsigned i = 0; i < 100000; i++) {
        oracle_step(&seed, owners);
        if (i % 500 == 0)
            oracle_compare(owners);
    }
    oracle_compare(owners);
}
END_TEST

static Suite *capabilities_suite(void)
{
    Suite *suite = suite_create("capabilities");
    TCase *tc = tcase_create("capabilities");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, a_child_has_no_right_that_its_parent_lacks);
    tcase_add_test(tc, a_capability_enters_only_below_the_ceiling_of_the_task);
    tcase_add_test(tc, rights_that_need_a_grant_class_decide_for_system_audit_and_module);
    tcase_add_test(tc, a_chain_is_at_most_sixteen_long);
    tcase_add_test(tc, a_handle_never_names_what_took_its_slot);
    tcase_add_test(tc, a_table_that_is_full_takes_no_more_and_stays_whole);
    tcase_add_test(tc, nothing_is_usable_while_a_revocation_goes_on);
    tcase_add_test(tc, deleting_the_root_in_the_middle_of_its_revocation_lets_no_descendant_escape);
    tcase_add_test(tc, deleting_a_capability_gives_its_children_to_its_parent);
    tcase_add_test(tc, ten_thousand_descendants_are_revoked_in_under_ten_milliseconds);
    tcase_add_test(tc, a_mapping_ends_with_the_capability_it_was_made_under);
    tcase_add_test(tc, memory_that_is_mapped_outlives_its_last_capability_by_nothing);
    tcase_add_test(tc, expiry_refuses_at_use_and_ends_mappings_by_timer);
    tcase_add_test(tc, many_expiries_are_swept_each_in_time);
    tcase_add_test(tc, a_hundred_thousand_random_steps_agree_with_the_oracle);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(capabilities_suite)
