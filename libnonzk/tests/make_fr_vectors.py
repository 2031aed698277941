#!/usr/bin/env python3
"""Writes fr_vectors.h: results of arithmetic in Fr, computed with Python's integers. Usage: make_fr_vectors.py > fr_vectors.h"""
import random

R = 0x73EDA753299D7D483339D80809A1D80553BDA402FFFE5BFEFFFFFFFF00000001
RANDOM_CASES = 16


def case(a, b):
    results = (a, b, (a + b) % R, (a - b) % R, -a % R, a * b % R, a * a % R, pow(a, R - 2, R), pow(a, 1000003, R))
    return "    {" + ", ".join(f'"{n:064x}"' for n in results) + "},"


def wide_case(n):
    return f'    {{"{n:0128x}", "{n % R:064x}"}},'


def main():
    rng = random.Random(255)
    edge = [0, 1, 2, 3, 5, R - 1, R - 2, (R - 1) // 2, (R + 1) // 2, 2**64 - 1, 2**64, 2**128, 2**254, 2**256 % R]
    pairs = [(a, b) for a in edge for b in (1, R - 1)]
    pairs += [(rng.randrange(R), rng.randrange(R)) for _ in range(RANDOM_CASES)]
    wide = [0, 1, R - 1, R, R + 1, 2**256 - 1, 2**256, R << 256, 2**512 - 1] + [rng.randrange(2**512) for _ in range(8)]
    print("/* Made by make_fr_vectors.py; not to be edited. Numbers are big-endian hexadecimal. */")
    print("#ifndef NONZK_TESTS_FR_VECTORS_H\n#define NONZK_TESTS_FR_VECTORS_H\n")
    print("/* clang-format off */")
    print("static const struct {")
    print("    const char *a, *b, *sum, *difference, *negative, *product, *square, *inverse, *power;\n} fr_vectors[] = {")
    print("\n".join(case(a, b) for a, b in pairs))
    print("};\n")
    print("static const struct {\n    const char *integer, *remainder;\n} fr_wide_vectors[] = {")
    print("\n".join(map(wide_case, wide)))
    print("};\n\n#endif")


main()
