#!/usr/bin/env python3
"""Makes a C table of the printable ASCII glyphs of a console font: psf2c.py FONT.psfu[.gz] NAME > font.c

Reads PC Screen Font version 1 and 2 (https://www.win.tue.nl/~aeb/linux/kbd/font-formats-1.html). The font must be 8 pixels wide and have
its ASCII glyphs where the code page has them.
"""
import gzip
import struct
import sys


def glyphs(data):
    if data[:2] == b"\x36\x04":
        return 8, data[3], data[4:], data[3]
    magic, _, header, _, _, size, height, width = struct.unpack_from("<8I", data)
    if magic != 0x864AB572:
        sys.exit("psf2c: not a PC Screen Font")
    return width, height, data[header:], size


def main():
    path, name = sys.argv[1:]
    raw = (gzip.open if path.endswith(".gz") else open)(path, "rb").read()
    width, height, bitmap, size = glyphs(raw)
    if width != 8 or size != height:
        sys.exit("psf2c: the font is not 8 pixels wide")
    print("/* Made by psf2c.py; one byte a row, the leftmost pixel in the highest bit. */")
    print("#include <stdint.h>\n")
    print("extern const uint8_t %s[95][%d];\n" % (name, height))
    print("const uint8_t %s[95][%d] = {" % (name, height))
    for code in range(32, 127):
        rows = bitmap[code * size:(code + 1) * size]
        print("    {" + ", ".join("0x%02x" % row for row in rows) + "},")
    print("};")


main()
