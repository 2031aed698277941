#!/usr/bin/env python3
"""The parameters of Poseidon over the scalar field of BLS12-381, from the Grain LFSR as the reference generates them.

make_constants.py > constants.c        writes the tables of the library
make_constants.py --check FOLDER       compares with the reference vectors in FOLDER (NONOS_VECTORS/zk/poseidon)

Grassi et al., "Poseidon: A New Hash Function for Zero-Knowledge Proof Systems", appendices E (Grain) and section 2.3
(Cauchy matrix). Round numbers: security 128 bits, x^5.
"""
import ast
import os
import sys

R = 0x73EDA753299D7D483339D80809A1D80553BDA402FFFE5BFEFFFFFFFF00000001
BITS = 255
FULL = 8
WIDTHS = {3: 57, 5: 60}
POWER, INVERSE = 0, 1


class Grain:
    """A self-shrinking LFSR of 80 bits; the parameters are its seed."""

    def __init__(self, sbox, width, full, partial):
        seed = ((1, 2), (sbox, 4), (BITS, 12), (width, 12), (full, 10), (partial, 10), (2**30 - 1, 30))
        self.state = [int(bit) for value, size in seed for bit in f"{value:0{size}b}"]
        for _ in range(160):
            self.step()

    def step(self):
        s = self.state
        bit = s[62] ^ s[51] ^ s[38] ^ s[23] ^ s[13] ^ s[0]
        self.state = s[1:] + [bit]
        return bit

    def bit(self):
        while self.step() == 0:
            self.step()
        return self.step()

    def integer(self):
        value = 0
        for _ in range(BITS):
            value = value << 1 | self.bit()
        return value

    def element(self):
        while True:
            value = self.integer()
            if value < R:
                return value


def parameters(width, partial, sbox=POWER):
    """Round constants, width for each round, and the matrix 1 / (x_i + y_j)."""
    grain = Grain(sbox, width, FULL, partial)
    constants = [grain.element() for _ in range(width * (FULL + partial))]
    while True:
        points = [grain.integer() % R for _ in range(2 * width)]
        sums = [[(x + y) % R for y in points[width:]] for x in points[:width]]
        if len(set(points)) == 2 * width and all(all(row) for row in sums):
            return constants, [[pow(s, -1, R) for s in row] for row in sums]


def permute(state, constants, matrix, partial):
    width = len(state)
    for index in range(FULL + partial):
        state = [(s + c) % R for s, c in zip(state, constants[width * index :])]
        boxes = 1 if FULL // 2 <= index < FULL // 2 + partial else width
        state = [pow(s, 5, R) if i < boxes else s for i, s in enumerate(state)]
        state = [sum(m * s for m, s in zip(row, state)) % R for row in matrix]
    return state


def check(folder):
    def read(name):
        with open(os.path.join(folder, name), encoding="ascii") as f:
            return f.read().splitlines()

    def numbers(line):
        return [int(text, 16) for text in ast.literal_eval(line)]

    lines = read("test_vectors.txt")
    for width, partial in WIDTHS.items():
        start = lines.index(f"# poseidonperm_x5_255_{width}")
        if permute(numbers(lines[start + 2]), *parameters(width, partial), partial) != numbers(lines[start + 4]):
            sys.exit(f"the permutation of width {width} differs from the reference")
        print(f"width {width}: permutation agrees")
    name = f"round_constants-1-1-255-9-8-57-{R:X}.txt"
    if parameters(9, 57, INVERSE)[0] != numbers(read(name)[-1]):
        sys.exit("the constants of width 9 differ from the reference")
    print("width 9: 585 round constants agree")


def element(value):
    value = (value << 256) % R
    limbs = (value >> 64 * i & 2**64 - 1 for i in range(4))
    return "    {{" + ", ".join(f"UINT64_C(0x{limb:016x})" for limb in limbs) + "}},"


def main():
    if len(sys.argv) == 3 and sys.argv[1] == "--check":
        check(sys.argv[2])
        return
    print("/* Made by make_constants.py; not to be edited. Elements are in Montgomery form, constants in the order of the rounds. */")
    print("/* clang-format off */")
    print('#include "poseidon/poseidon_private.h"')
    for width, partial in WIDTHS.items():
        constants, matrix = parameters(width, partial)
        for kind, values in (("constants", constants), ("matrix", sum(matrix, []))):
            print(f"\nconst struct nonzk_fr nonzk_poseidon{width}_{kind}[{len(values)}] = {{")
            print("\n".join(map(element, values)))
            print("};")


main()
