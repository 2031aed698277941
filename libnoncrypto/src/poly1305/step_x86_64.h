/*
 * One step of Poly1305 in three 64-bit limbs for x86-64, general registers only; the compiler makes twice as many
 * instructions of the same in C. Private to libnoncrypto.
 *
 * r[1] is a multiple of 4 by the clamping, so r[1] 2^128 = r[1] / 4 * 2^130 = 5 r[1] / 4 modulo 2^130 - 5 is a whole
 * number, s1: four multiplications a block do. Bounds: r[0], r[1] < 2^60, s1 < 2^61, h[2] <= 6 after the addition, so no
 * sum reaches 2^128, and h[2] r[0] fits into 64 bits.
 */
#ifndef NONCRYPTO_SRC_POLY1305_STEP_X86_64_H
#define NONCRYPTO_SRC_POLY1305_STEP_X86_64_H

#include <stdint.h>

struct poly1305_bytes {
    uint8_t byte[16];
};

struct poly1305_x86_64 {
    uint64_t h0, h1, h2, r0, r1, s1;
};

static inline __attribute__((always_inline)) void
poly1305_x86_64_start(struct poly1305_x86_64 *p, const uint64_t h[3], const uint64_t r[2])
{
    p->h0 = h[0];
    p->h1 = h[1];
    p->h2 = h[2];
    p->r0 = r[0];
    p->r1 = r[1];
    p->s1 = r[1] + (r[1] >> 2);
}

static inline __attribute__((always_inline)) void
poly1305_x86_64_stop(const struct poly1305_x86_64 *p, uint64_t h[3])
{
    h[0] = p->h0;
    h[1] = p->h1;
    h[2] = p->h2;
}

/* h = (h + block + high 2^128) r. The products: d0 = h0 r0 + h1 s1, d1 = h0 r1 + h1 r0 + h2 s1, d2 = h2 r0. */
static inline __attribute__((always_inline)) void
poly1305_x86_64_step(struct poly1305_x86_64 *p, const uint8_t *block, uint64_t high)
{
    uint64_t d0, d0_high, d1, d1_high;

    __asm__("addq 0(%[block]), %[h0]\n\t"
            "adcq 8(%[block]), %[h1]\n\t"
            "adcq %[high], %[h2]\n\t"
            "movq %[h0], %%rax\n\t"
            "mulq %[r0]\n\t"
            "movq %%rax, %[d0]\n\t"
            "movq %%rdx, %[d0_high]\n\t"
            "movq %[h0], %%rax\n\t"
            "mulq %[r1]\n\t"
            "movq %%rax, %[d1]\n\t"
            "movq %%rdx, %[d1_high]\n\t"
            "movq %[h1], %%rax\n\t"
            "mulq %[s1]\n\t"
            "addq %%rax, %[d0]\n\t"
            "adcq %%rdx, %[d0_high]\n\t"
            "movq %[h1], %%rax\n\t"
            "mulq %[r0]\n\t"
            "addq %%rax, %[d1]\n\t"
            "adcq %%rdx, %[d1_high]\n\t"
            "movq %[s1], %%rax\n\t"
            "imulq %[h2], %%rax\n\t"
            "imulq %[r0], %[h2]\n\t"
            "addq %%rax, %[d1]\n\t"
            "adcq $0, %[d1_high]\n\t"
            "addq %[d0_high], %[d1]\n\t"
            "adcq %[d1_high], %[h2]\n\t"
            /* What is above bit 130 comes back as five times itself: h2 / 4 * 4 + h2 / 4. */
            "movq %[h2], %%rax\n\t"
            "movq %[h2], %%rdx\n\t"
            "andq $-4, %%rax\n\t"
            "shrq $2, %%rdx\n\t"
            "andl $3, %k[h2]\n\t"
            "addq %%rdx, %%rax\n\t"
            "movq %[d0], %[h0]\n\t"
            "movq %[d1], %[h1]\n\t"
            "addq %%rax, %[h0]\n\t"
            "adcq $0, %[h1]\n\t"
            "adcq $0, %[h2]"
            : [h0] "+&r"(p->h0), [h1] "+&r"(p->h1), [h2] "+&r"(p->h2), [d0] "=&r"(d0),
              [d0_high] "=&r"(d0_high), [d1] "=&r"(d1), [d1_high] "=&r"(d1_high)
            : [r0] "rm"(p->r0), [r1] "rm"(p->r1), [s1] "rm"(p->s1), [block] "r"(block),
              [high] "ri"(high), "m"(*(const struct poly1305_bytes *)(const void *)block)
            : "rax", "rdx", "cc");
}

#endif
