#!/usr/bin/env python3
"""Converts console fonts (PSF 1 or 2, gzip or not) to a C table: psf2c.py [--ascii] NAME FONT > FILE.

The output defines `const struct font NAME` (kernel/modules/console/font.h): the glyphs' bitmaps, one
byte-padded row after the other, and a map from Unicode code points to glyphs, sorted by code point.
With --ascii it defines `const uint8_t NAME[95][HEIGHT]` for the kernel's panic screen: the printable
ASCII glyphs of a font that is 8 pixels wide.
"""
import gzip
import struct
import sys


def read_font(path):
    with open(path, "rb") as f:
        data = f.read()
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    if data[:2] == b"\x36\x04":
        mode, size = data[2], data[3]
        count = 512 if mode & 1 else 256
        return 8, size, count, data[4 : 4 + count * size], psf1_map(data[4 + count * size :], count)
    if data[:4] == b"\x72\xb5\x4a\x86":
        _, _, offset, _, count, size, height, width = struct.unpack_from("<8I", data)
        return width, height, count, data[offset : offset + count * size], psf2_map(data[offset + count * size :], count)
    sys.exit(f"psf2c: {path}: not a PSF font")


def psf1_map(table, count):
    """Per glyph: 16-bit code points, 0xFFFE before sequences (which a grid of cells cannot show), 0xFFFF at the end."""
    found, glyph, sequence = {}, 0, False
    for (code,) in struct.iter_unpack("<H", table[: len(table) & ~1]):
        if glyph == count:
            break
        if code == 0xFFFF:
            glyph, sequence = glyph + 1, False
        elif code == 0xFFFE:
            sequence = True
        elif not sequence:
            found.setdefault(code, glyph)
    return found


def psf2_map(table, count):
    """As psf1_map, in UTF-8 with 0xFE and 0xFF."""
    found = {}
    for glyph, codes in enumerate(table.split(b"\xff")[:count]):
        for char in codes.split(b"\xfe")[0].decode("utf-8", "ignore"):
            found.setdefault(ord(char), glyph)
    return found


def hex_row(data):
    return " ".join(f"0x{b:02x}," for b in data)


def print_ascii(name, width, height, bitmap, codes):
    if width != 8:
        sys.exit("psf2c: the font is not 8 pixels wide")
    print("#include <stdint.h>\n")
    print(f"extern const uint8_t {name}[95][{height}];\n")
    print(f"const uint8_t {name}[95][{height}] = {{")
    for code in range(32, 127):
        glyph = codes.get(code, 0)
        print(f"    {{{hex_row(bitmap[glyph * height : (glyph + 1) * height])}}},")
    print("};")


def print_font(name, width, height, count, bitmap, codes):
    print('#include "font.h"\n')
    print("static const uint8_t bitmap[] = {")
    for i in range(0, len(bitmap), 16):
        print("    " + hex_row(bitmap[i : i + 16]))
    print("};\n\nstatic const struct font_code codes[] = {")
    for code in sorted(codes):
        print(f"    {{0x{code:04x}, {codes[code]}}},")
    print("};\n")
    print(f"const struct font {name} = {{")
    print(f"    .width = {width}, .height = {height}, .nglyphs = {count}, .ncodes = {len(codes)},")
    print("    .bitmap = bitmap, .codes = codes,\n};")


def main():
    ascii_only = sys.argv[1:2] == ["--ascii"]
    arguments = sys.argv[2:] if ascii_only else sys.argv[1:]
    if len(arguments) != 2:
        sys.exit("usage: psf2c.py [--ascii] NAME FONT > FILE")
    name, path = arguments
    width, height, count, bitmap, codes = read_font(path)
    print(f"/* Made by kernel/tools/psf2c.py from the font {path.rsplit('/', 1)[-1]}. */")
    if ascii_only:
        print_ascii(name, width, height, bitmap, codes)
    else:
        print_font(name, width, height, count, bitmap, codes)


if __name__ == "__main__":
    main()
