#!/usr/bin/env python3
"""Writes p256_tables.c, the multiples of the generator of P-256: python3 p256_tables.py >p256_tables.c"""

P = 2**256 - 2**224 + 2**192 + 2**96 - 1
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
G = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)
WINDOW_BITS, WINDOWS, ENTRIES, ODD_ENTRIES = 5, 52, 16, 64

HEAD = """/*
 * Multiples of the generator of P-256 in affine coordinates and Montgomery form (R = 2^256). Written by p256_tables.py.
 */
#include "p256/p256_private.h"

/* clang-format off */
"""


def add(a, b):
    """The sum of two affine points that are not opposite."""
    if a == b:
        slope = (3 * a[0] * a[0] - 3) * pow(2 * a[1], -1, P)
    else:
        slope = (b[1] - a[1]) * pow(b[0] - a[0], -1, P)
    x = (slope * slope - a[0] - b[0]) % P
    return x, (slope * (a[0] - x) - a[1]) % P


def element(x):
    x = x * 2**256 % P
    return "{{%s}}" % ", ".join("0x%016x" % (x >> 64 * i & 2**64 - 1) for i in range(4))


def point(a):
    assert (a[1] ** 2 - a[0] ** 3 + 3 * a[0] - B) % P == 0
    return "{%s,\n      %s}" % (element(a[0]), element(a[1]))


def main():
    print(HEAD)
    print("const struct affine p256_base_table[P256_BASE_WINDOWS][P256_BASE_ENTRIES] = {")
    base = G
    for _ in range(WINDOWS):
        print("    {")
        multiple = base
        for entry in range(ENTRIES):
            print("     %s," % point(multiple))
            if entry + 1 < ENTRIES:
                multiple = add(multiple, base)
        print("    },")
        base = add(multiple, multiple)
    print("};\n\nconst struct affine p256_odd_table[P256_ODD_ENTRIES] = {")
    multiple, twice = G, add(G, G)
    for _ in range(ODD_ENTRIES):
        print("     %s," % point(multiple))
        multiple = add(multiple, twice)
    print("};")


assert ENTRIES == 2 ** (WINDOW_BITS - 1)
main()
