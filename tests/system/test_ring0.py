#!/usr/bin/python3
"""How much code runs in ring 0: lines of C and assembly that are not blank, headers and comments included."""
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import pytest  # noqa: E402

import qemu  # noqa: E402

LIMIT = 16000
KERNEL = os.path.join(qemu.SOURCE, 'kernel')
# Loaders run before the kernel; the others run in ring 3 or on the build machine.
NOT_RING_0 = {'boot', 'runtime', 'modules', 'tests', 'tools'}


def ring0_files():
    """The kernel's sources and headers, and the ABI that they share with ring 3."""
    for folder, folders, files in os.walk(KERNEL):
        if folder == KERNEL:
            folders[:] = [name for name in folders if name not in NOT_RING_0]
        else:
            folders[:] = [name for name in folders if name != 'tests']
        yield from (os.path.join(folder, name) for name in files if name.endswith(('.c', '.h', '.S')))


def lines(path):
    """The lines of a file that are not blank."""
    with open(path, encoding='utf-8') as file:
        return sum(1 for line in file if line.strip())


FILES = sorted(ring0_files())
COUNT = sum(map(lines, FILES))


@pytest.mark.parametrize('count', [COUNT], ids=[f'{COUNT}_lines_in_{len(FILES)}_files'])
def test_ring_0_is_small(count):
    assert count < LIMIT


def test_every_subject_is_counted():
    folders = {os.path.relpath(path, KERNEL).split(os.sep)[0] for path in FILES}
    assert {'arch', 'audit', 'cap', 'debug', 'include', 'ipc', 'irq', 'main.c', 'mm', 'module', 'sched'} <= folders
    assert not folders & NOT_RING_0


if __name__ == '__main__':
    qemu.main(__file__)
