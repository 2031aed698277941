#!/usr/bin/env python3
"""Makes the kernel's symbol table: symbols.py NM-OUTPUT > symbols.S

Input: `nm -n` of the first link. Output: an assembler file with one section, .symbols, laid out as symbols.c reads it.
"""
import sys


def main():
    functions = []
    for line in open(sys.argv[1], encoding="ascii"):
        fields = line.split()
        if len(fields) == 3 and fields[1] in "tT" and not fields[2].startswith("."):
            address = int(fields[0], 16)
            if not functions or functions[-1][0] != address:
                functions.append((address, fields[2]))
    functions.sort()
    print('    .section .symbols, "a", @progbits')
    print("table:\n    .long %d, 0" % len(functions))
    for index, (address, _) in enumerate(functions):
        print("    .long 0x%x, name%d - table" % (address, index))
    for index, (_, name) in enumerate(functions):
        print('name%d: .asciz "%s"' % (index, name))
    print('    .section .note.GNU-stack, "", @progbits')


main()
