#include "workload.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define FILES_DIRECTORY "files"
#define NAMES_DIRECTORY "names"
#define STRIDE          7919u /* a prime, so that names are looked up in another order than they were made */

static uint8_t buffer[WORKLOAD_CALL];

struct run {
    struct target *target;
    const struct workload *w;
    struct workload_rates *rates;
    double start;
    uint32_t files; /* that were created */
};

static double now(clockid_t clock)
{
    struct timespec t;

    clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void name_of(char name[32], uint32_t i)
{
    snprintf(name, 32, "entry-%07u", i);
}

static int is_late(const struct run *r, uint32_t i)
{
    return r->w->patience > 0 && i % 16 == 0 && now(CLOCK_MONOTONIC) - r->start > r->w->patience;
}

static double run_write(struct run *r)
{
    const struct target_ops *ops = r->target->ops;

    ops->create(r->target, "large");
    for (uint64_t done = 0; done < r->w->file_size; done += sizeof(buffer)) {
        memset(buffer, (int)(done >> 17), 64);
        ops->write(r->target, buffer, sizeof(buffer));
    }
    ops->close(r->target);
    ops->sync(r->target);
    return (double)r->w->file_size;
}

static double run_read(struct run *r)
{
    const struct target_ops *ops = r->target->ops;
    uint64_t done = 0;
    size_t n;

    ops->open(r->target, "large");
    while ((n = ops->read(r->target, buffer, sizeof(buffer))) > 0) {
        if (buffer[0] != (uint8_t)(done >> 17))
            bench_die("what was read is not what was written");
        done += n;
    }
    ops->close(r->target);
    if (done != r->w->file_size)
        bench_die("the file has another size");
    return (double)done;
}

static double run_create(struct run *r)
{
    const struct target_ops *ops = r->target->ops;
    char name[32];

    for (r->files = 0; r->files < r->w->files && !is_late(r, r->files); r->files++) {
        name_of(name, r->files);
        ops->create(r->target, name);
        ops->write(r->target, buffer, WORKLOAD_SMALL);
        ops->close(r->target);
    }
    ops->sync(r->target);
    return r->files;
}

static double run_delete(struct run *r)
{
    char name[32];

    for (uint32_t i = 0; i < r->files; i++) {
        name_of(name, i);
        r->target->ops->remove(r->target, name);
    }
    r->target->ops->sync(r->target);
    return r->files;
}

static double run_create_many(struct run *r)
{
    char name[32];

    for (uint32_t i = 0; i < r->w->names; i++) {
        name_of(name, i);
        r->target->ops->create(r->target, name);
        r->target->ops->close(r->target);
    }
    r->target->ops->sync(r->target);
    return r->w->names;
}

static double run_list(struct run *r)
{
    if (r->target->ops->list(r->target) != r->w->names)
        bench_die("a directory has another number of entries");
    return r->w->names;
}

static double run_find(struct run *r)
{
    char name[32];
    uint32_t i;

    for (i = 0; i < r->w->names && !is_late(r, i); i++) {
        name_of(name, (uint32_t)((uint64_t)i * STRIDE % r->w->names));
        r->target->ops->find(r->target, name);
    }
    return i;
}

/* In the directory `name`, which is made first if need be. */
static void run_row(struct run *r, enum workload_row row, const char *name, int make,
                    double (*work)(struct run *r))
{
    double cpu;
    double done;

    if (make)
        r->target->ops->make_directory(r->target, name);
    r->target->ops->enter(r->target, name);
    r->start = now(CLOCK_MONOTONIC);
    cpu = now(CLOCK_PROCESS_CPUTIME_ID);
    done = work(r);
    r->rates->wall[row] = done / (now(CLOCK_MONOTONIC) - r->start);
    r->rates->cpu[row] = done / (now(CLOCK_PROCESS_CPUTIME_ID) - cpu);
}

static void mount_again(struct target *t)
{
    t->ops->unmount(t);
    t->ops->mount(t);
}

void workload_make_names(struct target *t, const struct workload *w)
{
    struct workload_rates unused;
    struct run r = {.target = t, .w = w, .rates = &unused};

    t->ops->mount(t);
    run_row(&r, ROW_CREATE_MANY, NAMES_DIRECTORY, 1, run_create_many);
    t->ops->unmount(t);
}

void workload_run(struct target *t, const struct workload *w, struct workload_rates *rates)
{
    struct run r = {.target = t, .w = w, .rates = rates};

    memset(rates, 0, sizeof(*rates));
    t->ops->mount(t);
    run_row(&r, ROW_WRITE, FILES_DIRECTORY, 1, run_write);
    mount_again(t);
    run_row(&r, ROW_READ, FILES_DIRECTORY, 0, run_read);
    run_row(&r, ROW_CREATE, FILES_DIRECTORY, 0, run_create);
    mount_again(t);
    run_row(&r, ROW_DELETE, FILES_DIRECTORY, 0, run_delete);
    if (!w->names_are_there)
        run_row(&r, ROW_CREATE_MANY, NAMES_DIRECTORY, 1, run_create_many);
    mount_again(t);
    run_row(&r, ROW_LIST, NAMES_DIRECTORY, 0, run_list);
    mount_again(t);
    run_row(&r, ROW_FIND, NAMES_DIRECTORY, 0, run_find);
    t->ops->unmount(t);
}
