"""What the tests of the command `nonnet` against Linux share.

Everything happens in a network and a process namespace of the test's own: a TAP device has Linux at one end and `nonnet` at the other.
Whoever kills the test ends the namespaces, and all that is in them. Prints TAP.
"""
import contextlib
import http.client
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

NONNET = os.path.join(os.environ['NONOS_BUILDDIR'], 'libnonnet/tools/nonnet')
PATIENCE = float(os.environ.get('NONOS_PATIENCE', '1'))
WAIT = 20 * PATIENCE
DEVICE = 'nonnet0'
LINUX = {4: '198.51.100.1', 6: '2001:db8:51::1'}
OURS = {4: '198.51.100.2', 6: '2001:db8:51::2'}
FAMILY = {4: socket.AF_INET, 6: socket.AF_INET6}
LONG = os.environ.get('NONOS_LONG') == '1'
always = []  # options that each run of the command gets


class Failure(Exception):
    """What a test found."""


def must(condition, what):
    if not condition:
        raise Failure(what)


def system(*command):
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, timeout=WAIT)


def network_make():
    """The device, with Linux at its end. Linux asks nobody whether its own addresses are taken."""
    for name in ('all', 'default'):
        with open(f'/proc/sys/net/ipv6/conf/{name}/accept_dad', 'w', encoding='ascii') as setting:
            setting.write('0')
    system('ip', 'link', 'set', 'lo', 'up')
    system('ip', 'tuntap', 'add', 'dev', DEVICE, 'mode', 'tap')
    system('ip', 'addr', 'add', LINUX[4] + '/24', 'dev', DEVICE)
    system('ip', 'addr', 'add', LINUX[6] + '/64', 'dev', DEVICE, 'nodad')
    system('ip', 'link', 'set', DEVICE, 'up')


class Captures:
    """While it is `on`, each run of the command writes what passes to a file of its own."""
    on = False
    paths = []

    @classmethod
    def options(cls):
        if not cls.on:
            return []
        cls.paths.append(os.path.join(cls.folder.name, str(len(cls.paths))))
        return ['--capture', cls.paths[-1]]


Captures.folder = tempfile.TemporaryDirectory()  # pylint: disable=consider-using-with


def command(*arguments, addresses=True):
    line = [NONNET, '--device', DEVICE] + always + Captures.options()
    if addresses:
        line += ['--no-probe', '--address', OURS[4] + '/24', '--address', OURS[6] + '/64']
    return line + list(arguments)


def run(*arguments, given=b'', addresses=True):
    """Runs the command to its end. Returns its status, output and errors."""
    done = subprocess.run(command(*arguments, addresses=addresses), input=given, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, check=False, timeout=3 * WAIT)
    return done.returncode, done.stdout, done.stderr.decode('utf-8', 'replace')


@contextlib.contextmanager
def running(*arguments):
    """The command in the background; it is ended by a signal, and has to take that well."""
    with subprocess.Popen(command(*arguments), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            output, errors = process.communicate(timeout=WAIT)
            process.output = output.decode('utf-8', 'replace')
            process.errors = errors.decode('utf-8', 'replace')
        must(process.returncode == 0, f'{arguments} ended with {process.returncode}: {process.errors}')


def call(version, port):
    """A connection from Linux to the command, which may not be up yet."""
    end = time.monotonic() + WAIT
    while True:
        s = socket.socket(FAMILY[version], socket.SOCK_STREAM)
        s.settimeout(WAIT)
        try:
            s.connect((OURS[version], port))
            return s
        except OSError:
            s.close()
            must(time.monotonic() < end, 'the command cannot be reached')
            time.sleep(0.05)


def read_all(s):
    parts = []
    while True:
        part = s.recv(65536)
        if not part:
            return b''.join(parts)
        parts.append(part)


class Server:
    """A server on Linux that does one thing with one connection, in a thread."""

    def __init__(self, version, work, address=None):
        self.listener = socket.create_server((address or LINUX[version], 0), family=FAMILY[version])
        self.listener.settimeout(3 * WAIT)
        self.port = self.listener.getsockname()[1]
        self.result = None
        self.thread = threading.Thread(target=self.serve, args=(work,), daemon=True)
        self.thread.start()

    def serve(self, work):
        s, _ = self.listener.accept()
        with s:
            s.settimeout(3 * WAIT)
            self.result = work(s)

    def finish(self):
        self.thread.join(3 * WAIT)
        self.listener.close()
        return self.result


def bytes_of(seed, count):
    return random.Random(seed).randbytes(count)


def inside(tests):
    network_make()
    count = failed = 0
    for name, function in tests():
        count += 1
        started = time.monotonic()
        try:
            function()
            print(f'ok {count} - {name}')
        except (Failure, OSError, subprocess.SubprocessError, http.client.HTTPException, ValueError) as error:
            failed += 1
            print(f'# {type(error).__name__}: {error}'.replace('\n', '\n# '))
            print(f'not ok {count} - {name}')
        print(f'# {time.monotonic() - started:.1f} s', flush=True)
    print(f'1..{count}')
    return 1 if failed else 0


def skip(why):
    print(f'1..0 # SKIP {why}')
    sys.exit(0)


def main(path, tests):
    """Runs what `tests` yields, pairs of a name and a function, inside of namespaces. `path` is the test's file."""
    if sys.argv[1:] == ['inside']:
        sys.exit(inside(tests))
    os.environ['PATH'] += ':/usr/sbin:/sbin'
    for tool in ('ip', 'unshare'):
        if not shutil.which(tool):
            skip(f'{tool} is not installed')
    if os.geteuid() != 0:
        skip('not root: no TAP device')
    if not os.path.exists('/dev/net/tun'):
        skip('there is no /dev/net/tun')
    spaces = ['unshare', '--net', '--pid', '--fork', '--kill-child', '--mount-proc']
    if subprocess.run(spaces + ['true'], check=False, stderr=subprocess.DEVNULL).returncode != 0:
        skip('no namespaces here')
    os.execvp(spaces[0], spaces + [sys.executable, os.path.abspath(path), 'inside'])
