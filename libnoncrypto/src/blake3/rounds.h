/*
 * The seven rounds of BLAKE3 (section 2.2) on sixteen vectors, one compression a lane, in assembler. Included by a back end
 * that defined what its instructions look like:
 *
 *     REG(i)                 the name of register i
 *     BYTES                  of a register, as a number without parentheses
 *     LOAD, STORE            move an aligned vector
 *     OP(op, from, to)       to = to op from; the operands are registers or places
 *     SUM_8(place, i)        register 8 = place + register i
 *     RIGHT_8(n, i)          register 8 = register i >> n
 *     LEFT(n, i)             register i <<= n
 *
 * There are sixteen registers for sixteen words and a temporary. Compilers spill several words to find one; here word 8 is in
 * memory except while it is added to, and its register is the temporary. The four mixings of a half round are independent and
 * go in step, so that the processor always has four chains to work on.
 */
#ifndef NONCRYPTO_SRC_BLAKE3_ROUNDS_H
#define NONCRYPTO_SRC_BLAKE3_ROUNDS_H

/* As many compressions at a time as a vector has lanes. */
struct states {
    word cv[8];     /* the first half of the state at the start */
    word second[8]; /* the second half at the start, table 1 of the specification */
    word m[16];     /* the message */
    word word8;     /* scratch of the rounds */
};

#define TEXT(x)                 #x
#define PLACE(bytes, at, where) TEXT(bytes) "*" #at "(%[" #where "])"
#define IN(where, at)           PLACE(BYTES, at, where)

#define FOUR(op, to0, from0, to1, from1, to2, from2, to3, from3) \
    OP(op, REG(from0), to0) OP(op, REG(from1), to1) OP(op, REG(from2), to2) OP(op, REG(from3), to3)

#define ADD_MESSAGE(m0, m1, m2, m3) \
    OP("paddd", IN(m, m0), 0)       \
    OP("paddd", IN(m, m1), 1) OP("paddd", IN(m, m2), 2) OP("paddd", IN(m, m3), 3)

/* Register 8 is free in the next two. */
#define ROTATE_BYTES(by) \
    LOAD " %[" #by "], " REG(8) "\n\t" FOUR("pshufb", 12, 8, 13, 8, 14, 8, 15, 8)
#define ROTATE(n, left, i) RIGHT_8(n, i) LEFT(left, i) OP("por", REG(8), i)
#define ROTATE_B(n, left) \
    ROTATE(n, left, 4) ROTATE(n, left, 5) ROTATE(n, left, 6) ROTATE(n, left, 7)

#define KEEP_8 STORE " " REG(8) ", %[word8]\n\t"

/* The first half of four mixings and the second differ in the rotations only. */
/* clang-format off: it goes back and forth between two layouts of this. */
#define MIX_COLUMNS(m0, m1, m2, m3, by, n, left) \
    ADD_MESSAGE(m0, m1, m2, m3)                  \
    FOUR("paddd", 0, 4, 1, 5, 2, 6, 3, 7)        \
    FOUR("pxor", 12, 0, 13, 1, 14, 2, 15, 3)     \
    ROTATE_BYTES(by)                             \
    SUM_8("%[word8]", 12)                        \
    OP("paddd", REG(13), 9)                      \
    OP("paddd", REG(14), 10)                     \
    OP("paddd", REG(15), 11)                     \
    FOUR("pxor", 4, 8, 5, 9, 6, 10, 7, 11)       \
    KEEP_8                                       \
    ROTATE_B(n, left)

#define MIX_DIAGONALS(m0, m1, m2, m3, by, n, left) \
    ADD_MESSAGE(m0, m1, m2, m3)                    \
    FOUR("paddd", 0, 5, 1, 6, 2, 7, 3, 4)          \
    FOUR("pxor", 15, 0, 12, 1, 13, 2, 14, 3)       \
    ROTATE_BYTES(by)                               \
    SUM_8("%[word8]", 13)                          \
    OP("paddd", REG(15), 10)                       \
    OP("paddd", REG(12), 11)                       \
    OP("paddd", REG(14), 9)                        \
    FOUR("pxor", 5, 10, 6, 11, 7, 8, 4, 9)         \
    KEEP_8                                         \
    ROTATE_B(n, left)
/* clang-format on */

#define ROUND(i0, i1, i2, i3, i4, i5, i6, i7, i8, i9, i10, i11, i12, i13, i14, i15) \
    MIX_COLUMNS(i0, i2, i4, i6, rotate16, 12, 20)                                   \
    MIX_COLUMNS(i1, i3, i5, i7, rotate8, 7, 25)                                     \
    MIX_DIAGONALS(i8, i10, i12, i14, rotate16, 12, 20)                              \
    MIX_DIAGONALS(i9, i11, i13, i15, rotate8, 7, 25)

#define ROUNDS                                                  \
    ROUND(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15) \
    ROUND(2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8) \
    ROUND(3, 4, 10, 12, 13, 2, 7, 14, 6, 5, 9, 0, 11, 15, 8, 1) \
    ROUND(10, 7, 12, 9, 14, 3, 13, 15, 4, 0, 11, 2, 5, 8, 1, 6) \
    ROUND(12, 13, 9, 11, 15, 10, 14, 8, 7, 2, 5, 3, 0, 1, 6, 4) \
    ROUND(9, 14, 11, 5, 8, 12, 15, 1, 13, 3, 0, 10, 2, 6, 4, 7) \
    ROUND(11, 15, 5, 0, 1, 9, 8, 6, 14, 10, 2, 12, 3, 4, 7, 13)

#define FROM(where, at, i) LOAD " " IN(where, at) ", " REG(i) "\n\t"
#define TO(where, at, i)   STORE " " REG(i) ", " IN(where, at) "\n\t"

#define LOAD_STATE                                                                          \
    FROM(second, 0, 8)                                                                      \
    KEEP_8 FROM(cv, 0, 0) FROM(cv, 1, 1) FROM(cv, 2, 2) FROM(cv, 3, 3) FROM(cv, 4, 4)       \
        FROM(cv, 5, 5) FROM(cv, 6, 6) FROM(cv, 7, 7) FROM(second, 1, 9) FROM(second, 2, 10) \
            FROM(second, 3, 11) FROM(second, 4, 12) FROM(second, 5, 13) FROM(second, 6, 14) \
                FROM(second, 7, 15)

/* Xors the second half to the first. */
#define FOLD                                                                \
    LOAD " %[word8], " REG(8) "\n\t" FOUR("pxor", 0, 8, 1, 9, 2, 10, 3, 11) \
        FOUR("pxor", 4, 12, 5, 13, 6, 14, 7, 15)

#define STORE_HALF(where, r0, r1, r2, r3, r4, r5, r6, r7) \
    TO(where, 0, r0)                                      \
    TO(where, 1, r1)                                      \
    TO(where, 2, r2)                                      \
    TO(where, 3, r3) TO(where, 4, r4) TO(where, 5, r5) TO(where, 6, r6) TO(where, 7, r7)

/* A compression of each: cv becomes the next chaining value, and `second` is not changed. */
#define STATES_COMPRESS(s) \
    STATES_ASM(s, LOAD_STATE ROUNDS FOLD STORE_HALF(cv, 0, 1, 2, 3, 4, 5, 6, 7))

/* The same, but the first half of the state, folded, goes to m[0..7] and the second to second[]. */
#define STATES_OUTPUT(s)                                                       \
    STATES_ASM(s, LOAD_STATE ROUNDS FOLD STORE_HALF(m, 0, 1, 2, 3, 4, 5, 6, 7) \
                      STORE_HALF(second, 8, 9, 10, 11, 12, 13, 14, 15))

#define STATES_ASM(s, text)                                                                      \
    __asm__ volatile(text                                                                        \
                     : [word8] "=m"((s)->word8)                                                  \
                     : [cv] "r"((s)->cv), [second] "r"((s)->second), [m] "r"((s)->m),            \
                       [rotate16] "m"(rotate16), [rotate8] "m"(rotate8)                          \
                     : "memory", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", \
                       "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15")

#endif
