#!/usr/bin/env python3
"""Writes to the current folder base_comb.c and base_odd.c: multiples of the base point of edwards25519 (RFC 8032 section 5.1)."""

P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P
SQRT_MINUS_ONE = pow(2, (P - 1) // 4, P)

HEAD = """/* Written by base_table.py: {what} */
#include "curve25519/curve25519.h"

const uint64_t {name} = {{
"""


def add(p, q):
    (x1, y1), (x2, y2) = p, q
    t = D * x1 * x2 * y1 * y2
    return (
        (x1 * y2 + x2 * y1) * pow(1 + t, -1, P) % P,
        (y1 * y2 + x1 * x2) * pow(1 - t, -1, P) % P,
    )


def base_point():
    y = 4 * pow(5, -1, P) % P
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * SQRT_MINUS_ONE % P
    return (P - x if x & 1 else x, y)


def row(point):
    """y + x, y - x and 2 d x y, each in four words, the lowest first."""
    x, y = point
    lines = []
    for value in ((y + x) % P, (y - x) % P, 2 * D * x * y % P):
        words = (value >> 64 * i & 2**64 - 1 for i in range(4))
        lines.append(", ".join(f"0x{word:016x}" for word in words))
    return "    {" + ",\n     ".join(lines) + "},\n"


def main():
    point = base_point()
    with open("base_comb.c", "w", encoding="ascii") as out:
        out.write(HEAD.format(what="row 8 i + j is (j + 1) 256^i B", name="noncrypto_curve25519_comb[256][12]"))
        for _ in range(32):
            multiple = point
            for _ in range(8):
                out.write(row(multiple))
                multiple = add(multiple, point)
            for _ in range(8):
                point = add(point, point)
        out.write("};\n")

    point = base_point()
    double = add(point, point)
    with open("base_odd.c", "w", encoding="ascii") as out:
        out.write(HEAD.format(what="row i is (2 i + 1) B", name="noncrypto_curve25519_odd[32][12]"))
        for _ in range(32):
            out.write(row(point))
            point = add(point, double)
        out.write("};\n")


if __name__ == "__main__":
    main()
