#!/usr/bin/python3
"""The host command on damaged images: an error that says which structure, and no other file suffers. Prints TAP.

tests/system/test_disk.py gives the same images to the guest.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import ext4_images  # noqa: E402

NONFS = os.path.join(os.environ['NONOS_BUILDDIR'], 'libnonfs/tools/nonfs')


def nonfs(*arguments):
    """Runs the command. Returns its status, output and errors."""
    done = subprocess.run([NONFS, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          check=False, timeout=60)
    return done.returncode, done.stdout, done.stderr.decode('utf-8', 'replace')


def complaint(case, kind):
    """What is wrong with how the command takes one case, or None."""
    with tempfile.TemporaryDirectory() as folder:
        image = ext4_images.damaged(folder, case.damage, ext4_images.OPTIONS[kind])
        status, output, errors = nonfs('cat', image, f'/{case.name}')
        if status != 1 or output or not re.fullmatch(rf'nonfs: [^\n]*/{case.name}: ext4: {case.said[kind]}\n', errors):
            return f'cat gave {status}, {output!r}: {errors}'
        if case.name == 'comb':
            status, output, errors = nonfs('cat', image, '/good')
            if (status, output) != (0, b'one\n'):
                return f'cat of the good file gave {status}, {output!r}: {errors}'
        # A sanitizer ends the command with another status.
        status, _, errors = nonfs('b3sum', image, '/')
        return None if status == 1 and errors.startswith('nonfs: ') else f'b3sum gave {status}: {errors}'


def main():
    """One line a case."""
    if not shutil.which('mke2fs', path=os.environ.get('PATH', '') + ':/usr/sbin:/sbin'):
        print('1..0 # SKIP mke2fs is not installed')
        return 0
    cases = [(case, kind) for kind in ext4_images.OPTIONS for case in ext4_images.CASES]
    print(f'1..{len(cases)}')
    failed = 0
    for number, (case, kind) in enumerate(cases, 1):
        why = complaint(case, kind)
        print(f'{"not ok" if why else "ok"} {number} - {case}, {kind}', flush=True)
        if why:
            failed += 1
            print('\n'.join('# ' + line for line in why.splitlines()))
    return failed > 0


if __name__ == '__main__':
    sys.exit(main())
