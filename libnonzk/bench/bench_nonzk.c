/*
 * Speed of libnonzk's field arithmetic on one thread; each operation waits for the one before.
 */
#include <bench.h>
#include <stdio.h>

#include <nonzk/fp2.h>

struct operands {
    struct nonzk_fp2 a;
    struct nonzk_fp2 b;
    int result;
};

static void run_add(void *arg)
{
    struct operands *o = arg;
    nonzk_fp_add(&o->a.c0, &o->a.c0, &o->b.c0);
}

static void run_mul(void *arg)
{
    struct operands *o = arg;
    nonzk_fp_mul(&o->a.c0, &o->a.c0, &o->b.c0);
}

static void run_invert(void *arg)
{
    struct operands *o = arg;
    o->result |= nonzk_fp_invert(&o->a.c0, &o->a.c0);
}

static void run_sqrt(void *arg)
{
    struct operands *o = arg;
    nonzk_fp_square(&o->b.c0, &o->a.c0);
    o->result |= nonzk_fp_sqrt(&o->a.c0, &o->b.c0);
}

static void run_mul2(void *arg)
{
    struct operands *o = arg;
    nonzk_fp2_mul(&o->a, &o->a, &o->b);
}

static void run_square2(void *arg)
{
    struct operands *o = arg;
    nonzk_fp2_square(&o->a, &o->a);
}

static void run_sqrt2(void *arg)
{
    struct operands *o = arg;
    nonzk_fp2_square(&o->b, &o->a);
    o->result |= nonzk_fp2_sqrt(&o->a, &o->b);
}

int main(void)
{
    static const struct {
        const char *name;
        void (*run)(void *arg);
    } subjects[] = {
        {"Fp add", run_add},     {"Fp mul", run_mul},   {"Fp invert", run_invert},
        {"Fp sqrt", run_sqrt},   {"Fp2 mul", run_mul2}, {"Fp2 square", run_square2},
        {"Fp2 sqrt", run_sqrt2},
    };
    struct operands o = {.result = 0};

    nonzk_fp_set_u64(&o.a.c0, UINT64_C(0x123456789abcdef1));
    nonzk_fp_set_u64(&o.a.c1, UINT64_C(0xfedcba9876543211));
    if (nonzk_fp2_invert(&o.a, &o.a) != 0)
        return 1;
    nonzk_fp2_conjugate(&o.b, &o.a);
    for (size_t s = 0; s < sizeof subjects / sizeof subjects[0]; s++)
        printf("%-12s %10.1f ns\n", subjects[s].name, bench_seconds(subjects[s].run, &o) * 1e9);
    return o.result != 0;
}
