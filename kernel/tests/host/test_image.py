#!/usr/bin/env python3
"""kernel/tools/image.py: what it makes of a good ELF file, and what it refuses."""
import os
import struct
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import tap  # noqa: E402

SOURCE = os.environ.get('NONOS_SRCDIR') or os.path.abspath(os.path.join(os.path.dirname(__file__), '../../..'))
IMAGE = os.path.join(SOURCE, 'kernel/tools/image.py')
R, W, X = 4, 2, 1
HASH = 'ab' * 32


def elf(segments, entry=0x1010, kind=3, dynamic=b''):
    """Segments are (type, flags, address, file offset, file length, memory length)."""
    header = struct.pack('<16sHHIQQQIHHHHHH', b'\x7fELF\x02\x01\x01' + b'\0' * 9, kind, 62, 1, entry, 64, 0, 0, 64, 56,
                         len(segments), 64, 0, 0)
    table = b''.join(struct.pack('<IIQQQQQQ', t, f, o, a, a, n, m, 4096) for t, f, a, o, n, m in segments)
    data = bytearray((header + table).ljust(0x4000, b'\0'))
    data[0x2100:0x2100 + len(dynamic)] = dynamic
    return bytes(data)


GOOD = [(1, R, 0, 0, 0x800, 0x800), (1, R | X, 0x1000, 0x1000, 0x800, 0x800), (1, R | W, 0x2000, 0x2000, 0x800, 0x3000)]


def run(data, *options):
    with tempfile.TemporaryDirectory() as folder:
        path, out = os.path.join(folder, 'elf'), os.path.join(folder, 'out')
        with open(path, 'wb') as file:
            file.write(data)
        done = subprocess.run([sys.executable, IMAGE, path, '--name', 'test', '--hash', HASH, '--binary', out, *options],
                              capture_output=True, text=True, check=False)
        result = None
        if os.path.exists(out):
            with open(out, 'rb') as file:
                result = file.read()
        return done.returncode, done.stderr, result


def refused(data, why, *options):
    status, message, result = run(data, *options)
    assert status == 1 and result is None, f'accepted: {why}'
    assert why in message, message


def with_segment(index, **changes):
    names = ('kind', 'flags', 'address', 'offset', 'file_len', 'memory_len')
    segments = list(GOOD)
    fields = dict(zip(names, segments[index]))
    fields.update(changes)
    segments[index] = tuple(fields[n] for n in names)
    return elf(segments)


def test_a_good_file_becomes_a_description():
    status, message, result = run(elf(GOOD), '--grants', 'power,dma')
    assert status == 0, message
    assert len(result) == 32 + 32 + 24 + 8 * 40
    assert result[:32].rstrip(b'\0') == b'test' and result[32:64].hex() == HASH
    assert struct.unpack_from('<QQI', result, 64) == (1 << 6 | 1 << 10, 0x1010, 3)
    assert struct.unpack_from('<QQQQI', result, 88 + 40) == (0x1000, 0x1000, 0x800, 0x800, 1 | 4)


def test_a_writable_and_executable_segment_is_refused():
    refused(with_segment(1, flags=R | W | X), 'writable and executable')


def test_a_segment_that_is_not_page_aligned_is_refused():
    refused(with_segment(2, address=0x2010), 'not page aligned')
    refused(with_segment(2, offset=0x2010), 'not page aligned')


def test_overlapping_segments_are_refused():
    refused(with_segment(0, memory_len=0x1800), 'overlaps')


def test_a_segment_outside_the_file_is_refused():
    refused(with_segment(2, file_len=0x3000), 'impossible lengths')
    refused(with_segment(2, memory_len=0x100), 'impossible lengths')


def test_a_program_at_a_fixed_address_is_refused():
    refused(elf(GOOD, kind=2), 'not a position-independent')


def test_an_interpreter_is_refused():
    refused(elf(GOOD + [(3, R, 0x700, 0x700, 16, 16)]), 'interpreter')


def test_thread_local_storage_is_refused():
    refused(elf(GOOD + [(7, R, 0x700, 0x700, 16, 16)]), 'thread-local')


def dynamic_file(*entries):
    table = b''.join(struct.pack('<QQ', *e) for e in entries) + b'\0' * 16
    return elf(GOOD + [(2, R | W, 0x2100, 0x2100, len(table), len(table))], dynamic=table)


def test_a_needed_library_is_refused():
    refused(dynamic_file((1, 5)), 'shared library')


def test_text_relocations_are_refused():
    refused(dynamic_file((22, 0)), 'relocations')


def test_an_entry_outside_code_is_refused():
    refused(elf(GOOD, entry=0x2010), 'entry point')


def test_what_is_not_elf_is_refused():
    refused(b'#!/bin/sh\n' + b'x' * 200, 'not a little-endian')
    refused(elf(GOOD)[:70], 'cut off')


def test_an_unknown_grant_is_refused():
    refused(elf(GOOD), 'unknown grant', '--grants', 'everything')


if __name__ == '__main__':
    tap.main(globals())
