/*
 * Every allocation that an operation makes is made to fail once: the operation says so, and nothing
 * is lost or left behind.
 */
#include "model.h"

#include <cap/memory.h>
#include <cap/types.h>
#include <ipc/ipc.h>
#include <irq/io.h>
#include <irq/irq.h>
#include <module/module.h>
#include <noncrypto/blake3.h>

static struct task *task;
static nonos_handle account, self, memory, notification, irq_root, port_root, dma_root, domain, dma;
static struct module *module;
static nonos_handle module_handle, startup;

static nonos_handle give(struct object *object, uint32_t extra)
{
    nonos_handle handle;
    ck_assert_int_eq(cap_create(task, object, type_rights(object) | extra, &handle), 0);
    object_put(object);
    return handle;
}

static struct memory *image_memory(struct nonos_image *image)
{
    struct memory *m;
    ck_assert_int_eq(memory_create(model_root, 3 * NONOS_PAGE_SIZE, 0, &m), 0);
    struct noncrypto_blake3 ctx;
    noncrypto_blake3_init(&ctx);
    for (uint64_t page = 0; page < 3; page++) {
        memset(memory_page(m, page), (int)page + 1, NONOS_PAGE_SIZE);
        noncrypto_blake3_update(&ctx, memory_page(m, page), NONOS_PAGE_SIZE);
    }
    *image = (struct nonos_image){
        .name = "image",
        .entry = NONOS_PAGE_SIZE,
        .nsegments = 3,
        .segments = {{0, 0, 4096, 4096, NONOS_PROT_READ, 0},
                     {4096, 4096, 4096, 4096, NONOS_PROT_READ | NONOS_PROT_EXECUTE, 0},
                     {8192, 8192, 4096, 40960, NONOS_PROT_READ | NONOS_PROT_WRITE, 0}}};
    noncrypto_blake3_final(&ctx, image->hash, 32);
    return m;
}

static void setup(void)
{
    struct object *o;
    struct notification *n;
    struct memory *m;
    struct nonos_image image;
    model_start(8192);
    task = model_task(NONOS_GRANTS_ALL);
    object_get(&model_root->object);
    account = give(&model_root->object, 0);
    object_get(&task->object);
    self = give(&task->object, 0);
    ck_assert_int_eq(memory_create(model_root, 100 * NONOS_PAGE_SIZE, 0, &m), 0);
    memory = give(&m->object, 0);
    ck_assert_int_eq(memory_create(model_root, 4 * NONOS_PAGE_SIZE, NONOS_MEMORY_FLAG_DMA, &m), 0);
    dma = give(&m->object, 0);
    ck_assert_int_eq(memory_create(model_root, NONOS_PAGE_SIZE, 0, &m), 0);
    startup = give(&m->object, 0);
    ck_assert_int_eq(notification_create(model_root, &n), 0);
    notification = give(&n->object, 0);
    ck_assert_int_eq(irq_create_root(&o), 0);
    irq_root = give(o, NONOS_IRQ_CARVE);
    ck_assert_int_eq(io_region_create_root(NONOS_IO_PORTS, &o), 0);
    port_root = give(o, NONOS_IO_CARVE);
    ck_assert_int_eq(dma_domain_create_root(&o), 0);
    dma_root = give(o, NONOS_DMA_CARVE);
    ck_assert_int_eq(dma_domain_create(model_root, 8, &o), 0);
    domain = give(o, 0);
    m = image_memory(&image);
    ck_assert_int_eq(module_mint(model_root, m, 0, 3 * NONOS_PAGE_SIZE, &image, &module), 0);
    object_put(&m->object);
    module_handle = give(&module->object, 0);
    model_run();
}

/* ---- operations: each undoes what it did, and returns the error it met ---- */

static int remove_handle(uint64_t handle)
{
    return CALL(CAP_DELETE, NULL, handle);
}

static int create(uint32_t type, uint64_t arg0, uint64_t arg1, nonos_handle root)
{
    uint64_t handle;
    int error = CALL(OBJECT_CREATE, &handle, account, type, arg0, arg1, root);
    return error ? error : remove_handle(handle);
}

static int op_account(void)
{
    return create(NONOS_OBJECT_ACCOUNT, 65536, 0, 0);
}

static int op_memory(void)
{
    return create(NONOS_OBJECT_MEMORY, 600 * NONOS_PAGE_SIZE, 0, 0);
}

static int op_contiguous(void)
{
    return create(NONOS_OBJECT_MEMORY, 60 * NONOS_PAGE_SIZE, NONOS_MEMORY_FLAG_CONTIGUOUS, 0);
}

static int op_dma_memory(void)
{
    return create(NONOS_OBJECT_MEMORY, 16 * NONOS_PAGE_SIZE, NONOS_MEMORY_FLAG_DMA, 0);
}

static int op_endpoint(void)
{
    return create(NONOS_OBJECT_ENDPOINT, 0, 0, 0);
}

static int op_irq(void)
{
    uint64_t handle, msi[2];
    int error = CALL(OBJECT_CREATE, &handle, account, NONOS_OBJECT_IRQ, NONOS_IRQ_GSI, 3, irq_root);
    if (error)
        return error;
    error = CALL(IRQ_BIND, NULL, handle, notification, 1, USER(msi));
    int end = remove_handle(handle);
    return error ? error : end;
}

static int op_io_region(void)
{
    return create(NONOS_OBJECT_IO_REGION, 0x3f8, 8, port_root);
}

static int op_domain(void)
{
    return create(NONOS_OBJECT_DMA_DOMAIN, 16, 0, dma_root);
}

static int op_derive(void)
{
    uint64_t handle;
    int error = CALL(CAP_DERIVE, &handle, memory, NONOS_RIGHTS_ALL, 0, NONOS_NEVER, 0);
    return error ? error : remove_handle(handle);
}

static int op_map(void)
{
    uint64_t address;
    int error = CALL(MEM_MAP, &address, self, memory, 0, 0, 100 * NONOS_PAGE_SIZE, NONOS_PROT_READ);
    return error ? error : CALL(MEM_UNMAP, NULL, self, address, 100 * NONOS_PAGE_SIZE);
}

static int op_dma_map(void)
{
    uint64_t addresses[4];
    int error = CALL(DMA_MAP, NULL, domain, dma, 0, 4 * NONOS_PAGE_SIZE, USER(addresses));
    return error ? error : CALL(DMA_UNMAP, NULL, domain, dma, 0, 4 * NONOS_PAGE_SIZE);
}

static void nothing(void *argument)
{
    (void)argument;
}

static int op_thread(void)
{
    const struct nonos_thread_regs regs = {.rip = USER(nothing)};
    uint64_t handle;
    int error = CALL(THREAD_CREATE, &handle, self, account, USER(&regs));
    if (error)
        return error;
    error = CALL(THREAD_START, NULL, handle);
    int end = remove_handle(handle);
    return error ? error : end;
}

static int op_watch(void)
{
    uint64_t handle;
    int error = CALL(OBJECT_CREATE, &handle, account, NONOS_OBJECT_ENDPOINT, 0, 0, 0);
    if (error)
        return error;
    error = CALL(NOTIFY_WATCH, NULL, handle, notification, 1);
    int end = remove_handle(handle);
    return error ? error : end;
}

static struct memory *mint_source;
static struct nonos_image mint_image;

static int op_mint(void)
{
    struct module *m;
    int error = module_mint(model_root, mint_source, 0, 3 * NONOS_PAGE_SIZE, &mint_image, &m);
    if (!error)
        object_put(&m->object);
    return error;
}

static int op_spawn(void)
{
    const struct nonos_spawn_cap caps[2] = {{notification, NONOS_RIGHTS_ALL},
                                            {memory, NONOS_MEMORY_READ}};
    const struct nonos_spawn s = {.module = module_handle,
                                  .account = account,
                                  .startup = startup,
                                  .priority = 4,
                                  .stack_len = 65536,
                                  .caps = USER(caps),
                                  .ncaps = 2};
    uint64_t handle;
    int error = CALL(MODULE_SPAWN, &handle, module_handle, USER(&s));
    if (error)
        return error;
    error = CALL(TASK_KILL, NULL, handle, 1);
    int end = remove_handle(handle);
    return error ? error : end;
}

/* ---- the injector ---- */

struct trial {
    int (*operation)(void);
    long fail_after;
    int result;
    bool failed;
};

static void trial_run(void *argument)
{
    struct trial *t = argument;
    model_fail_after(t->fail_after);
    t->result = t->operation();
    t->failed = model_failed();
    model_fail_after(-1);
}

static struct trial attempt(int (*operation)(void), long fail_after)
{
    struct trial t = {.operation = operation, .fail_after = fail_after, .result = 1};
    model_thread(task, 8, trial_run, &t);
    model_run();
    ck_assert_int_ne(t.result, 1);
    return t;
}

static void inject(int (*operation)(void), const char *name)
{
    long points = 0;
    ck_assert_msg(attempt(operation, -1).result == 0, "%s does not work at all", name);
    uint64_t memory_used = model_root->memory_used;
    uint64_t used[ACCOUNT_KINDS];
    memcpy(used, model_root->used, sizeof(used));
    size_t frames = model_frames_used(), blocks = model_blocks_used();
    for (;; points++) {
        struct trial t = attempt(operation, points);
        ck_assert_msg(t.failed ? t.result == NONOS_E_NO_MEMORY : t.result == 0,
                      "%s, failure point %ld: result %d", name, points, t.result);
        ck_assert_msg(model_root->memory_used == memory_used,
                      "%s, failure point %ld: %lld bytes charged", name, points,
                      (long long)(model_root->memory_used - memory_used));
        ck_assert_int_eq(memcmp(used, model_root->used, sizeof(used)), 0);
        ck_assert_msg(model_frames_used() == frames, "%s, failure point %ld: frames", name, points);
        ck_assert_msg(model_blocks_used() == blocks, "%s, failure point %ld: heap", name, points);
        if (!t.failed)
            break;
    }
    printf("# %s: %ld failure points\n", name, points);
}

START_TEST(nothing_leaks_when_an_allocation_fails)
{
    static const struct {
        int (*operation)(void);
        const char *name;
    } operations[] = {
        {op_account, "account"},  {op_memory, "memory"},     {op_contiguous, "contiguous memory"},
        {op_dma_memory, "DMA"},   {op_endpoint, "endpoint"}, {op_irq, "irq"},
        {op_io_region, "region"}, {op_domain, "domain"},     {op_derive, "derive"},
        {op_map, "map"},          {op_dma_map, "DMA map"},   {op_thread, "thread"},
        {op_watch, "watch"},      {op_mint, "mint"},         {op_spawn, "spawn"},
    };
    mint_source = image_memory(&mint_image);
    for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++)
        inject(operations[i].operation, operations[i].name);
    object_put(&mint_source->object);
    model_run();
}
END_TEST

/* ---- limits ---- */

START_TEST(memory_is_taken_out_of_the_parents)
{
    struct account *a, *b, *c;
    uint64_t before = model_root->memory_used;
    ck_assert_int_eq(account_create(model_root, 100000, &a), 0);
    ck_assert_int_eq(account_create(a, 50000, &b), 0);
    ck_assert_int_eq(account_create(a, 50000, &c), NONOS_E_QUOTA);
    ck_assert_int_eq(account_charge_memory(b, 50001), NONOS_E_QUOTA);
    ck_assert_int_eq(account_charge_memory(b, 50000), 0);
    struct nonos_account_limits l = {20000, ~0ull, ~0u, ~0u, ~0u, 0};
    ck_assert_int_eq(account_set_limits(b, &l), 0);
    ck_assert_uint_ge(a->memory_used, 50000); /* what is in use stays reserved */
    account_uncharge_memory(b, 40000);
    ck_assert_uint_lt(a->memory_used, 25000);
    account_uncharge_memory(b, 10000);
    object_put(&b->object);
    object_put(&a->object);
    model_run();
    ck_assert_uint_eq(model_root->memory_used, before);
}
END_TEST

START_TEST(a_limit_above_the_parents_is_refused)
{
    struct account *a, *b;
    struct nonos_account_limits l = {~0ull, ~0ull, 100, 10, ~0u, 0};
    ck_assert_int_eq(account_create(model_root, 100000, &a), 0);
    ck_assert_int_eq(account_set_limits(a, &l), 0);
    ck_assert_int_eq(account_create(a, 1000, &b), 0);
    l.threads = 11;
    ck_assert_int_eq(account_set_limits(b, &l), NONOS_E_INVALID);
    ck_assert_int_eq(account_charge(b, ACCOUNT_THREADS, 11), NONOS_E_QUOTA);
    ck_assert_int_eq(account_charge(b, ACCOUNT_THREADS, 10), 0);
    ck_assert_int_eq(account_charge(a, ACCOUNT_THREADS, 1), NONOS_E_QUOTA);
    account_uncharge(b, ACCOUNT_THREADS, 10);
    ck_assert_uint_eq(a->used[ACCOUNT_THREADS], 0);
    object_put(&b->object);
    object_put(&a->object);
    model_run();
}
END_TEST

START_TEST(the_tree_of_accounts_is_at_most_sixteen_deep)
{
    struct account *chain[ACCOUNT_DEPTH_MAX] = {model_root}, *over;
    for (unsigned i = 1; i < ACCOUNT_DEPTH_MAX; i++)
        ck_assert_int_eq(account_create(chain[i - 1], 1000000 - i * 2000, &chain[i]), 0);
    ck_assert_int_eq(account_create(chain[ACCOUNT_DEPTH_MAX - 1], 10, &over), NONOS_E_INVALID);
    for (unsigned i = ACCOUNT_DEPTH_MAX - 1; i > 0; i--)
        object_put(&chain[i]->object);
    model_run();
}
END_TEST

static Suite *quotas_suite(void)
{
    Suite *suite = suite_create("quotas");
    TCase *tc = tcase_create("quotas");
    tcase_add_checked_fixture(tc, setup, model_finish);
    tcase_add_test(tc, nothing_leaks_when_an_allocation_fails);
    tcase_add_test(tc, memory_is_taken_out_of_the_parents);
    tcase_add_test(tc, a_limit_above_the_parents_is_refused);
    tcase_add_test(tc, the_tree_of_accounts_is_at_most_sixteen_deep);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(quotas_suite)
