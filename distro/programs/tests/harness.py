"""What the test scripts of the programs share: where the programs are, running them, TAP output.

Plain Python without packages. NONOS_BUILDDIR names the build tree, NONOS_SEED the seed of random data.
"""
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile

BUILD = os.environ.get('NONOS_BUILDDIR', '.')
BIN = os.path.join(os.path.abspath(BUILD), 'distro/programs/host')
SEED = int(os.environ.get('NONOS_SEED', '0x4e4f4e4f53'), 0)
ENV = {'PATH': BIN + ':/usr/bin:/bin', 'LC_ALL': 'C.UTF-8', 'TZ': 'UTC', 'HOME': '/nowhere',
       'ASAN_OPTIONS': 'detect_leaks=0:exitcode=99', 'UBSAN_OPTIONS': 'halt_on_error=1'}


class Tap:
    def __init__(self):
        self.n = self.failed = 0

    def ok(self, holds, name, detail=''):
        self.n += 1
        name = re.sub(r'[^ -~]', '?', name).replace('#', '')[:160]
        print(f'{"ok" if holds else "not ok"} {self.n} - {name}')
        if not holds:
            self.failed += 1
            print(f'# seed {SEED:#x}')
            for line in detail.splitlines()[:30]:
                print('# ' + re.sub(r'[^ -~]', '?', line)[:400])
        return holds

    def end(self):
        print(f'1..{self.n}')
        sys.exit(1 if self.failed else 0)


class Result:
    def __init__(self, status, out, err):
        self.status, self.out, self.err = status, out, err

    def crashed(self):
        return self.status < 0 or self.status == 99 or b'runtime error' in self.err \
            or b'AddressSanitizer' in self.err


def run(argv, stdin=b'', cwd=None, env=None, timeout=60):
    try:
        p = subprocess.run(argv, input=stdin, capture_output=True, cwd=cwd, env=env or ENV,
                           timeout=timeout)
    except subprocess.TimeoutExpired as e:
        return Result(-1000, e.stdout or b'', b'timed out')
    return Result(p.returncode, p.stdout, p.stderr)


def ours(name):
    return os.path.join(BIN, name)


def theirs(name):
    return shutil.which(name, path='/usr/bin:/bin')


def describe(argv, a, b):
    return (f'{argv}\nours:   {a.status} {a.out[-600:]!r} {a.err[-300:]!r}\n'
            f'theirs: {b.status} {b.out[-600:]!r} {b.err[-300:]!r}')


def generator():
    return random.Random(SEED)


def scratch():
    return tempfile.TemporaryDirectory(prefix='nonos-programs-')
