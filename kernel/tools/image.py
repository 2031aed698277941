#!/usr/bin/env python3
"""Reduces a static position-independent ELF file to what the kernel needs to know of it: struct nonos_image.

Refused, with a reason: anything but a little-endian x86-64 ELF of type DYN; an interpreter or a needed library; segments that are
not page aligned, overlap, or are writable and executable; relocations other than R_X86_64_RELATIVE (the runtime applies those
itself); an entry point outside code."""
import argparse
import struct
import sys

PAGE = 4096
PT_LOAD, PT_DYNAMIC, PT_INTERP, PT_TLS = 1, 2, 3, 7
PF_X, PF_W, PF_R = 1, 2, 4
DT_NEEDED, DT_RELA, DT_RELASZ, DT_JMPREL, DT_TEXTREL, DT_REL = 1, 7, 8, 23, 22, 17
R_X86_64_RELATIVE = 8
SEGMENTS_MAX = 8
NAME_SIZE = 32
GRANTS = ('mint', 'device', 'block-raw', 'net-raw', 'clearnet', 'audit-read', 'power', 'clock-set', 'tasks', 'console', 'dma',
          'attest', 'net-capture')


class ImageError(Exception):
    pass


class Segment:
    def __init__(self, header):
        (self.kind, self.flags, self.offset, self.address, _, self.file_len, self.memory_len, _) = header
        self.prot = (1 if self.flags & PF_R else 0) | (2 if self.flags & PF_W else 0) | (4 if self.flags & PF_X else 0)


def unpack(form, data, offset):
    if offset + struct.calcsize(form) > len(data):
        raise ImageError('the file is cut off')
    return struct.unpack_from(form, data, offset)


def program_headers(data):
    ident = data[:16]
    if ident[:4] != b'\x7fELF' or ident[4:6] != b'\x02\x01':
        raise ImageError('not a little-endian 64-bit ELF file')
    kind, machine, _, entry, start, _, _, _, size, count, _, _, _ = unpack('<HHIQQQIHHHHHH', data, 16)
    if kind != 3 or machine != 62:
        raise ImageError('not a position-independent x86-64 program')
    if size != 56:
        raise ImageError('program headers of an unknown size')
    return entry, [Segment(unpack('<IIQQQQQQ', data, start + i * size)) for i in range(count)]


def check_load(segment, end, size):
    if segment.address % PAGE or segment.offset % PAGE:
        raise ImageError(f'segment at {segment.address:#x} is not page aligned')
    if segment.flags & PF_W and segment.flags & PF_X:
        raise ImageError(f'segment at {segment.address:#x} is writable and executable')
    if not segment.flags & PF_R:
        raise ImageError(f'segment at {segment.address:#x} is not readable')
    if segment.address < end:
        raise ImageError(f'segment at {segment.address:#x} overlaps the one before')
    if segment.memory_len < segment.file_len or segment.offset + segment.file_len > size or not segment.memory_len:
        raise ImageError(f'segment at {segment.address:#x} has impossible lengths')


def file_offset(loads, address):
    for s in loads:
        if s.address <= address < s.address + s.file_len:
            return s.offset + address - s.address
    raise ImageError(f'address {address:#x} is in no segment')


def check_dynamic(data, segment, loads):
    table = {}
    for i in range(segment.file_len // 16):
        tag, value = unpack('<QQ', data, segment.offset + 16 * i)
        if tag == 0:
            break
        table[tag] = value
    if DT_NEEDED in table:
        raise ImageError('needs a shared library')
    if DT_TEXTREL in table or DT_REL in table or table.get(DT_JMPREL):
        raise ImageError('has relocations of a kind that the runtime does not apply')
    if DT_RELA not in table:
        return
    start = file_offset(loads, table[DT_RELA]) if table.get(DT_RELASZ) else 0
    for i in range(table.get(DT_RELASZ, 0) // 24):
        _, info, _ = unpack('<QQq', data, start + 24 * i)
        if info != R_X86_64_RELATIVE:
            raise ImageError(f'relocation of type {info & 0xffffffff}')


def read_image(data):
    entry, headers = program_headers(data)
    loads = [s for s in headers if s.kind == PT_LOAD]
    if not loads or len(loads) > SEGMENTS_MAX:
        raise ImageError(f'{len(loads)} loadable segments, expected 1 to {SEGMENTS_MAX}')
    end = 0
    for s in loads:
        check_load(s, end, len(data))
        end = (s.address + s.memory_len + PAGE - 1) // PAGE * PAGE
    for s in headers:
        if s.kind == PT_INTERP:
            raise ImageError('asks for an interpreter')
        if s.kind == PT_TLS:
            raise ImageError('has thread-local storage')
        if s.kind == PT_DYNAMIC:
            check_dynamic(data, s, loads)
    if not any(s.flags & PF_X and s.address <= entry < s.address + s.file_len for s in loads):
        raise ImageError('the entry point is not in code')
    return entry, loads


def grant_mask(text):
    mask = 0
    for word in text.split(','):
        if word == 'all':
            mask |= (1 << len(GRANTS)) - 1
        elif word in GRANTS:
            mask |= 1 << GRANTS.index(word)
        elif word not in ('', 'none'):
            raise ImageError(f"unknown grant class '{word}'")
    return mask


def write_source(path, name, symbol, digest, grants, entry, loads):
    lines = [f'/* Made from {name} by kernel/tools/image.py. */', '#include <nonos/objects.h>', '',
             f'extern const struct nonos_image {symbol};', '', f'const struct nonos_image {symbol} = {{',
             f'    .name = "{name}",', '    .hash = {' + ', '.join(f'0x{b:02x}' for b in digest) + '},',
             f'    .grants = {grants:#x},', f'    .entry = {entry:#x},', f'    .nsegments = {len(loads)},',
             '    .segments = {']
    lines += [f'        {{{s.address:#x}, {s.offset:#x}, {s.file_len:#x}, {s.memory_len:#x}, {s.prot}, 0}},' for s in loads]
    lines += ['    },', '};', '']
    with open(path, 'w', encoding='utf-8') as file:
        file.write('\n'.join(lines))


def write_binary(path, name, digest, grants, entry, loads):
    data = name.encode().ljust(NAME_SIZE, b'\0') + digest + struct.pack('<QQII', grants, entry, len(loads), 0)
    for s in loads:
        data += struct.pack('<QQQQII', s.address, s.offset, s.file_len, s.memory_len, s.prot, 0)
    with open(path, 'wb') as file:
        file.write(data.ljust(len(data) + 40 * (SEGMENTS_MAX - len(loads)), b'\0'))


def main():
    parser = argparse.ArgumentParser(description='Describes a ring-3 image for the kernel.')
    parser.add_argument('elf')
    parser.add_argument('--name', required=True)
    parser.add_argument('--hash', required=True, help='BLAKE3 of the file, hexadecimal, or a file whose first word it is')
    parser.add_argument('--grants', default='none', help='comma-separated grant classes, or all')
    parser.add_argument('--symbol', default='first_task_image')
    parser.add_argument('--c', metavar='FILE', help='write a C source')
    parser.add_argument('--binary', metavar='FILE', help='write struct nonos_image as it is in memory')
    args = parser.parse_args()
    try:
        with open(args.elf, 'rb') as file:
            data = file.read()
        text = args.hash
        if len(text) != 64:
            with open(text, encoding='ascii') as file:
                text = file.read().split()[0]
        digest = bytes.fromhex(text)
        if len(digest) != 32 or len(args.name.encode()) >= NAME_SIZE:
            raise ImageError('hash or name of the wrong length')
        entry, loads = read_image(data)
        if args.c:
            write_source(args.c, args.name, args.symbol, digest, grant_mask(args.grants), entry, loads)
        if args.binary:
            write_binary(args.binary, args.name, digest, grant_mask(args.grants), entry, loads)
    except (OSError, ValueError, ImageError) as error:
        print(f'{args.elf}: {error}', file=sys.stderr)
        return 1
    return 0


if __name__ == '__main__':
    sys.exit(main())
