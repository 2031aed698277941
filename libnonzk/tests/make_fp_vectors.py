#!/usr/bin/env python3
"""Writes fp_vectors.h: results of Fp and Fp2 arithmetic, computed with Python's integers. Usage: make_fp_vectors.py > fp_vectors.h"""
import random

P = 0x1A0111EA397FE69A4B1BA7B6434BACD764774B84F38512BF6730D2A0F6B0F6241EABFFFEB153FFFFB9FEFFFFFFFFAAAB
RANDOM_CASES = 16


def legendre(a):
    return {0: 0, 1: 1, P - 1: -1}[pow(a, (P - 1) // 2, P)]


def mul2(a, b):
    return (a[0] * b[0] - a[1] * b[1]) % P, (a[0] * b[1] + a[1] * b[0]) % P


def pow2(a, e):
    result = (1, 0)
    for bit in bin(e)[2:]:
        result = mul2(result, result)
        if bit == "1":
            result = mul2(result, a)
    return result


def legendre2(a):
    return {(0, 0): 0, (1, 0): 1, (P - 1, 0): -1}[pow2(a, (P * P - 1) // 2)]


def text(*numbers):
    return ", ".join(f'"{n:096x}"' for n in numbers)


def fp_case(a, b):
    inverse = pow(a, P - 2, P)
    numbers = text(a, b, (a + b) % P, (a - b) % P, -a % P, a * b % P, a * a % P, inverse)
    return f"    {{{numbers}, {legendre(a)}, {int(a > (P - 1) // 2)}}},"


def fp2_case(a, b):
    product, square = mul2(a, b), mul2(a, a)
    inverse = pow2(a, P * P - 2)
    numbers = text(*a, *b, *product, *square, *inverse)
    return f"    {{{numbers}, {legendre2(a)}}},"


def main():
    rng = random.Random(381)
    edge = [0, 1, 2, 3, P - 1, P - 2, (P - 1) // 2, (P + 1) // 2, 2**64 - 1, 2**64, 2**380, 2**384 % P]
    fp = [(a, b) for a in edge for b in (1, P - 1)]
    fp += [(rng.randrange(P), rng.randrange(P)) for _ in range(RANDOM_CASES)]
    small = [0, 1, P - 1, 5]
    fp2 = [((a, b), (c, 7)) for a in small for b in small for c in (P - 1,)]
    fp2 += [tuple((rng.randrange(P), rng.randrange(P)) for _ in range(2)) for _ in range(RANDOM_CASES)]
    print("/* Made by make_fp_vectors.py; not to be edited. Numbers are big-endian hexadecimal. */")
    print("#ifndef NONZK_TESTS_FP_VECTORS_H\n#define NONZK_TESTS_FP_VECTORS_H\n")
    print("/* clang-format off */")
    print("static const struct {")
    print("    const char *a, *b, *sum, *difference, *negative, *product, *square, *inverse;")
    print("    int legendre, large;\n} fp_vectors[] = {")
    print("\n".join(fp_case(a, b) for a, b in fp))
    print("};\n")
    print("static const struct {")
    print("    const char *a0, *a1, *b0, *b1, *product0, *product1, *square0, *square1, *inverse0, *inverse1;")
    print("    int legendre;\n} fp2_vectors[] = {")
    print("\n".join(fp2_case(a, b) for a, b in fp2))
    print("};\n\n#endif")


main()
