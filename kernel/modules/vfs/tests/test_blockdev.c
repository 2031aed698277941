/*
 * The client side of the block protocol with several threads, over a kernel and a driver that the test plays. The driver is a thread: it takes
 * requests from the ring, finishes them in any order, can keep some back, and can die. Time goes on only when somebody waits in vain.
 */
#include <check_main.h>

#include <pthread.h>
#include <stdatomic.h>

#include <nonos/block.h>
#include <nonos/ring.h>
#include <nonos/runtime.h>
#include <nonos/service.h>
#include <nonos/thread.h>

#include "../blockdev.h"

#define SIZE    512u
#define BLOCKS  8192u
#define PER     (128u << 10) /* bytes of the largest request */
#define HELD    4000u        /* requests that begin here or behind it can be kept back */
#define THREADS 4u
#define ROUNDS  30

static atomic_int faults; /* Check's assertions are not for threads */

static void expect(bool holds)
{
    if (!holds)
        faults++;
}

/* ---- the kernel ---- */

enum { MEMORY = 1, LOCK, CONDITION, COMPLETED, WAKE, CONNECTION, HANDLES };

static pthread_mutex_t world = PTHREAD_MUTEX_INITIALIZER; /* of all below */
static pthread_cond_t happened = PTHREAD_COND_INITIALIZER;
static uint64_t signalled[HANDLES];
static atomic_ullong now;
static nonos_handle next_notification;
static uint8_t *memory; /* shared with the driver */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;

uint64_t nonos_time_monotonic(void)
{
    return now;
}

int nonos_memory_create(size_t len, uint64_t flags, nonos_handle *handle, void **address)
{
    expect(flags == NONOS_MEMORY_FLAG_DMA);
    memory = calloc(1, len);
    *address = memory;
    *handle = MEMORY;
    return memory ? 0 : NONOS_E_NO_MEMORY;
}

void nonos_memory_free(nonos_handle handle)
{
    (void)handle;
}

int nonos_object_create(nonos_handle account, uint32_t type, uint64_t arg0, uint64_t arg1,
                        nonos_handle root, nonos_handle *handle)
{
    (void)account, (void)type, (void)arg0, (void)arg1, (void)root;
    *handle = next_notification;
    return 0;
}

int nonos_cap_derive(nonos_handle cap, uint32_t rights, uint64_t badge, uint64_t expiry_ms,
                     uint32_t flags, nonos_handle *handle)
{
    (void)rights, (void)badge, (void)expiry_ms, (void)flags;
    *handle = cap;
    return 0;
}

int nonos_cap_delete(nonos_handle cap)
{
    (void)cap;
    return 0;
}

int nonos_notify_signal(nonos_handle notification, uint64_t bits)
{
    pthread_mutex_lock(&world);
    signalled[notification] |= bits;
    pthread_cond_broadcast(&happened);
    pthread_mutex_unlock(&world);
    return 0;
}

/* Who waits for 20 ms in vain waited until the deadline. */
int nonos_notify_wait(nonos_handle notification, uint64_t mask, uint64_t deadline, uint64_t *bits)
{
    struct timespec until;
    int r = 0;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += 20000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    pthread_mutex_lock(&world);
    while (r == 0 && !(signalled[notification] & mask))
        r = pthread_cond_timedwait(&happened, &world, &until);
    *bits = signalled[notification] & mask;
    signalled[notification] &= ~mask;
    pthread_mutex_unlock(&world);
    if (*bits)
        return 0;
    if (now < deadline)
        now = deadline;
    return NONOS_E_TIMED_OUT;
}

/* There is one lock with one condition. */
int nonos_mutex_init(struct nonos_mutex *mutex)
{
    mutex->notification = LOCK;
    return 0;
}

void nonos_mutex_lock(struct nonos_mutex *mutex)
{
    (void)mutex;
    pthread_mutex_lock(&lock);
}

void nonos_mutex_unlock(struct nonos_mutex *mutex)
{
    (void)mutex;
    pthread_mutex_unlock(&lock);
}

int nonos_condition_init(struct nonos_condition *condition)
{
    condition->notification = CONDITION;
    next_notification = COMPLETED;
    return 0;
}

void nonos_condition_wait(struct nonos_condition *condition, struct nonos_mutex *mutex)
{
    (void)condition, (void)mutex;
    pthread_cond_wait(&changed, &lock);
}

void nonos_condition_wake(struct nonos_condition *condition)
{
    (void)condition;
    pthread_cond_broadcast(&changed);
}

/* ---- the driver ---- */

static struct {
    pthread_t thread;
    uint8_t *memory;
    struct nonos_ring_end requests, completions;
    struct nonos_block_request kept[32];
    unsigned nkept;
    bool running;
    uint8_t disk[BLOCKS * SIZE];
} driver;

static atomic_bool driver_hold; /* requests behind HELD are kept back */
static atomic_bool driver_dead; /* answers nothing */
static atomic_bool
    driver_lies; /* says what it said before once more, and of what nobody asked for */
static atomic_bool driver_quit;   /* its thread ends */
static atomic_int driver_result;  /* of requests behind HELD, unless 0 */
static atomic_uint driver_opened; /* queues, ever */
static atomic_uint driver_has;    /* requests that are kept back */
static atomic_uint offers;

static int driver_work(const struct nonos_block_request *r)
{
    uint8_t *data = driver.memory + r->data;
    uint8_t *at = driver.disk + r->block * SIZE;
    size_t len = (size_t)r->nblocks * SIZE;
    if (r->block >= HELD && driver_result)
        return driver_result;
    if (r->op == NONOS_BLOCK_READ)
        memcpy(data, at, len);
    else if (r->op == NONOS_BLOCK_WRITE)
        memcpy(at, data, len);
    return 0;
}

/* What was said before is about a slot that has something else to do by now, or nothing. */
static void driver_lie(uint64_t id)
{
    static uint64_t before[16];
    static unsigned n;
    const struct nonos_block_completion lies[] = {
        {before[n % 16], 0, 0}, {id + 16, 0, 0}, {UINT64_MAX, NONOS_E_IO, 0}};
    before[n++ % 16] = id;
    for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++)
        (void)nonos_ring_put(&driver.completions, &lies[i]);
}

static void driver_complete(const struct nonos_block_request *r)
{
    if (driver_lies)
        driver_lie(r->id);
    struct nonos_block_completion c = {r->id, driver_work(r), 0};
    while (!nonos_ring_put(&driver.completions, &c) && driver_lies && !driver_quit)
        sched_yield(); /* lies filled the ring */
    if (nonos_ring_publish(&driver.completions))
        (void)nonos_notify_signal(COMPLETED, 1);
}

/* Keeps what comes, and finishes what it has, the last first. */
static void driver_round(void)
{
    struct nonos_block_request r;
    unsigned left = 0;
    while (driver.nkept < 32 && nonos_ring_take(&driver.requests, &r))
        driver.kept[driver.nkept++] = r;
    for (unsigned i = driver.nkept; i > 0; i--)
        if (!(driver_hold && driver.kept[i - 1].block >= HELD))
            driver_complete(&driver.kept[i - 1]);
    for (unsigned i = 0; i < driver.nkept; i++)
        if (driver_hold && driver.kept[i].block >= HELD)
            driver.kept[left++] = driver.kept[i];
    driver.nkept = left;
    driver_has = left;
}

static void *driver_run(void *argument)
{
    uint64_t bits;
    while (!driver_quit) {
        if (!driver_dead)
            driver_round();
        if (driver_dead || nonos_ring_may_wait(&driver.requests))
            (void)nonos_notify_wait(WAKE, 1, 0, &bits);
    }
    return argument;
}

static void driver_stop(void)
{
    if (!driver.running)
        return;
    driver_quit = true;
    pthread_join(driver.thread, NULL);
    driver.running = driver_quit = false;
}

int nonos_call(nonos_handle endpoint, struct nonos_message *m)
{
    expect(endpoint == CONNECTION);
    if (m->label == NONOS_BLOCK_INFO) {
        m->words[0] = SIZE;
        m->words[1] = BLOCKS;
        m->words[2] = NONOS_BLOCK_FLUSH;
        m->words[3] = PER;
        return 0;
    }
    driver_stop();
    driver.memory = memory;
    driver.nkept = 0;
    driver_dead = false;
    nonos_ring_attach(&driver.requests, driver.memory, (uint32_t)m->words[0],
                      sizeof(struct nonos_block_request));
    nonos_ring_attach(&driver.completions, driver.memory + m->words[1], (uint32_t)m->words[0],
                      sizeof(struct nonos_block_completion));
    m->caps[0] = WAKE;
    driver_opened++;
    driver.running = true;
    expect(pthread_create(&driver.thread, NULL, driver_run, NULL) == 0);
    return 0;
}

int nonos_service_follow(struct nonos_service_watch *watch, const char *service,
                         nonos_handle notification, uint64_t bits, int (*greet)(nonos_handle))
{
    (void)service, (void)notification, (void)bits, (void)greet;
    (void)watch;
    return 0;
}

bool nonos_service_offered(const struct nonos_service_watch *watch)
{
    (void)watch;
    return offers > 0;
}

int nonos_service_take(struct nonos_service_watch *watch, nonos_handle *connection)
{
    (void)watch;
    if (!offers)
        return NONOS_E_BUSY;
    offers--;
    *connection = CONNECTION;
    return 0;
}

static void driver_replace(void)
{
    driver_dead = true;
    driver_hold = false;
    offers++;
    (void)nonos_notify_signal(COMPLETED, 1);
}

/* ---- the tests ---- */

static struct blockdev *blockdev;
static const struct nonfs_block_device *dev;

static void setup(void)
{
    memset(signalled, 0, sizeof(signalled));
    memset(driver.disk, 0, sizeof(driver.disk));
    driver_hold = driver_dead = driver_lies = false;
    driver_result = 0;
    driver_opened = faults = 0;
    offers = 1;
    ck_assert_int_eq(blockdev_open("block", &blockdev), 0);
    dev = blockdev_device(blockdev);
    ck_assert_uint_eq(dev->block_count, BLOCKS);
}

static void teardown(void)
{
    driver_stop();
    free(memory);
    free(blockdev);
    ck_assert_int_eq(faults, 0);
}

struct job {
    pthread_t thread;
    uint64_t first;
    uint32_t nblocks;
    int result;
    atomic_bool done;
    uint8_t *bytes;
};

static void *job_read(void *argument)
{
    struct job *job = argument;
    job->result = dev->ops->read(dev->context, job->first, job->nblocks, job->bytes);
    job->done = true;
    return NULL;
}

static void job_start(struct job *job, uint64_t first, uint32_t nblocks)
{
    *job =
        (struct job){.first = first, .nblocks = nblocks, .bytes = malloc((size_t)nblocks * SIZE)};
    ck_assert_int_eq(pthread_create(&job->thread, NULL, job_read, job), 0);
}

static int job_end(struct job *job)
{
    pthread_join(job->thread, NULL);
    free(job->bytes);
    return job->result;
}

/* Until the driver keeps so many requests back. */
static void wait_for_held(unsigned count)
{
    while (driver_has < count)
        sched_yield();
}

/* Each has a part of the disk, which it writes and reads in pieces that are larger and smaller than a slot. */
static void *write_and_read(void *argument)
{
    uint64_t part = BLOCKS / THREADS, first = (uintptr_t)argument * part;
    uint64_t seed = 77 + (uintptr_t)argument;
    uint8_t *put = malloc(part * SIZE), *got = malloc(part * SIZE);
    for (int i = 0; i < ROUNDS; i++) {
        uint32_t n = 1 + (uint32_t)(check_random(&seed) % (part - 1));
        uint64_t at = first + check_random(&seed) % (part - n);
        memset(put, (int)(check_random(&seed) & 0xff), (size_t)n * SIZE);
        for (uint32_t block = 0; block < n; block++)
            memcpy(put + (size_t)block * SIZE, &block, sizeof(block));
        if (dev->ops->write(dev->context, at, n, put) != 0 || dev->ops->flush(dev->context) != 0 ||
            dev->ops->read(dev->context, at, n, got) != 0 ||
            memcmp(put, got, (size_t)n * SIZE) != 0)
            faults++;
    }
    free(put);
    free(got);
    return NULL;
}

static void everybody_works(void)
{
    pthread_t threads[THREADS];
    for (uintptr_t i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, write_and_read, (void *)i), 0);
    for (unsigned i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    ck_assert_int_eq(faults, 0);
}

START_TEST(what_each_of_several_threads_writes_is_what_it_reads)
{
    everybody_works();
}
END_TEST

START_TEST(who_waits_for_the_device_holds_up_nobody_else)
{
    struct job slow;
    uint8_t block[SIZE];
    driver_hold = true;
    job_start(&slow, HELD, 4096); /* 2 MiB: it would take every slot that it is given */
    wait_for_held(8);
    for (int i = 0; i < 100; i++) {
        memset(block, i, SIZE);
        ck_assert_int_eq(dev->ops->write(dev->context, 7, 1, block), 0);
        ck_assert_int_eq(dev->ops->flush(dev->context), 0);
        ck_assert_int_eq(dev->ops->read(dev->context, 7, 1, block), 0);
        ck_assert_uint_eq(block[SIZE - 1], i);
    }
    ck_assert(!slow.done);
    driver_hold = false;
    (void)nonos_notify_signal(WAKE, 1);
    ck_assert_int_eq(job_end(&slow), 0);
}
END_TEST

START_TEST(what_was_on_its_way_when_the_driver_died_is_its_successors)
{
    struct job slow[3];
    driver_hold = true;
    for (unsigned i = 0; i < 3; i++)
        job_start(&slow[i], HELD + 16 * i, 16);
    wait_for_held(3);
    driver_replace();
    for (unsigned i = 0; i < 3; i++)
        ck_assert_int_eq(job_end(&slow[i]), 0);
    ck_assert_uint_eq(driver_opened, 2);
    everybody_works();
}
END_TEST

START_TEST(a_device_that_is_silent_for_too_long_is_gone_for_all)
{
    struct job slow[3];
    uint8_t block[SIZE];
    driver_hold = true;
    for (unsigned i = 0; i < 3; i++)
        job_start(&slow[i], HELD + 16 * i, 16);
    for (unsigned i = 0; i < 3; i++)
        ck_assert_int_eq(job_end(&slow[i]), NONFS_E_GONE);
    /* Nothing is known of what the device still writes. */
    ck_assert_int_eq(dev->ops->read(dev->context, 0, 1, block), NONFS_E_GONE);
    ck_assert_int_eq(dev->ops->flush(dev->context), NONFS_E_GONE);
}
END_TEST

START_TEST(what_fails_is_an_error_of_who_asked_for_it)
{
    static const struct {
        int said, result;
    } cases[] = {{NONOS_E_IO, NONFS_E_IO},
                 {NONOS_E_TIMED_OUT, NONFS_E_IO},
                 {NONOS_E_NO_DEVICE, NONFS_E_GONE}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct job failing;
        driver_result = cases[i].said;
        job_start(&failing, HELD, 600);
        uint8_t block[SIZE];
        ck_assert_int_eq(dev->ops->read(dev->context, 0, 1, block), 0);
        ck_assert_int_eq(job_end(&failing), cases[i].result);
    }
    driver_result = 0;
    everybody_works();
}
END_TEST

START_TEST(a_completion_counts_for_what_is_on_its_way_and_once)
{
    driver_lies = true;
    everybody_works();
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("vfs: block device");
    TCase *c = tcase_create("threads");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, what_each_of_several_threads_writes_is_what_it_reads);
    tcase_add_test(c, who_waits_for_the_device_holds_up_nobody_else);
    tcase_add_test(c, what_was_on_its_way_when_the_driver_died_is_its_successors);
    tcase_add_test(c, a_device_that_is_silent_for_too_long_is_gone_for_all);
    tcase_add_test(c, what_fails_is_an_error_of_who_asked_for_it);
    tcase_add_test(c, a_completion_counts_for_what_is_on_its_way_and_once);
    suite_add_tcase(s, c);
    return s;
}

CHECK_MAIN(suite)
