"""Runs NONOS in QEMU for a test: serial console, QMP, screenshots, the guest's exit status.

    with Qemu(image, firmware='bios') as vm:
        vm.wait_for('login:', timeout=60)
        vm.send('someone\\n')
        vm.wait_for(r'\\$ ')
        vm.screendump('login.png')
        vm.send('poweroff\\n')
        assert vm.wait_exit() == 0

Nothing that this module starts survives it: QEMU runs in a session of its own, which close() kills,
and the host's kernel kills QEMU when the test runner dies, however that happens.
"""
import codecs
import collections
import ctypes
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

SOURCE = os.environ.get('NONOS_SRCDIR') or os.path.abspath(os.path.join(os.path.dirname(__file__), '../..'))
BUILD = os.environ.get('NONOS_BUILDDIR') or os.environ.get('NONOS_BUILD') or os.path.join(SOURCE, 'build')
OVMF = '/usr/share/OVMF'
# A factor on every timeout, for slow or busy machines.
PATIENCE = float(os.environ.get('NONOS_PATIENCE', '1'))

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


class QemuError(AssertionError):
    """A wait that failed. The message holds the guest's last lines."""


# How often QEMU itself was killed by SIGSEGV in this run; 7.2 is, now and then, with thread=multi. See _Tap.
CRASHES = 0


def note_crash(status):
    """Counts an exit status (of Popen, or of a shell) that says that QEMU itself crashed."""
    global CRASHES  # pylint: disable=global-statement
    if status in (-signal.SIGSEGV, 128 + signal.SIGSEGV):
        CRASHES += 1


def _die_with_parent():
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def with_cmdline(image, copy, words):
    """Copies `image` to `copy` with `words` appended to the kernel's command line."""
    subprocess.run([os.path.join(SOURCE, 'distro/image/with-cmdline'), image, copy, words], check=True)


class Qemu:
    """One virtual machine; starts in the constructor.

    image     the hybrid image; it is never written to. None: `extra` says what is started
    firmware  'uefi' or 'bios'
    media     'disk' or 'cd': how the image is attached
    smp, mem  processors and memory, as QEMU takes them
    disk      a raw image for the guest's virtio-blk disk, or None
    snapshot  whether writes to `disk` are thrown away
    cmdline   words to append to the kernel's command line, or None
    extra     more arguments for QEMU
    """

    def __init__(self, image, firmware='uefi', media='disk', smp=1, mem='256M', disk=None,
                 snapshot=True, cmdline=None, machine='q35', accel='tcg,thread=multi', extra=()):
        self._process = None
        self._reader = None
        self._qmp = None
        self._folder = tempfile.mkdtemp(prefix='nonos-qemu-')
        try:
            if cmdline:
                copy = os.path.join(self._folder, 'image')
                with_cmdline(image, copy, cmdline)
                image = copy
            arguments = ['qemu-system-x86_64', '-nodefaults', '-machine', machine, '-accel', accel,
                         '-cpu', 'max', '-smp', str(smp), '-m', str(mem), '-vga', 'std',
                         '-display', 'none', '-nic', 'none', '-serial', 'stdio',
                         '-device', 'isa-debug-exit,iobase=0x501,iosize=4']
            arguments += self._boot_arguments(image, media) if image else []
            arguments += self._firmware_arguments(firmware)
            if disk:
                keep = 'on' if snapshot else 'off'
                arguments += ['-drive', f'if=none,id=disk,format=raw,snapshot={keep},'
                              f'file={_quoted(disk)}',
                              '-device', 'virtio-blk-pci,drive=disk,disable-legacy=on']
            self._start(arguments + list(extra))
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    # -- start and end

    @staticmethod
    def _boot_arguments(image, media):
        device = {'disk': 'ide-hd', 'cd': 'ide-cd'}[media]
        return ['-drive', f'if=none,id=boot,format=raw,snapshot=on,file={_quoted(image)}',
                '-device', f'{device},drive=boot,bootindex=0']

    def _firmware_arguments(self, firmware):
        if firmware == 'bios':
            return []
        # Of Debian's two builds the small one is a quarter faster.
        variant = '' if os.path.exists(f'{OVMF}/OVMF_CODE.fd') else '_4M'
        variables = os.path.join(self._folder, 'vars.fd')
        shutil.copyfile(f'{OVMF}/OVMF_VARS{variant}.fd', variables)
        return ['-drive', f'if=pflash,unit=0,format=raw,readonly=on,file={OVMF}/OVMF_CODE{variant}.fd',
                '-drive', f'if=pflash,unit=1,format=raw,file={_quoted(variables)}']

    def _start(self, arguments):
        ours, theirs = socket.socketpair()
        with theirs:
            arguments += ['-chardev', f'socket,id=qmp,fd={theirs.fileno()}',
                          '-mon', 'chardev=qmp,mode=control']
            with open(os.path.join(self._folder, 'stderr'), 'wb') as errors:
                self._process = subprocess.Popen(  # pylint: disable=consider-using-with
                    arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors,
                    pass_fds=[theirs.fileno()], start_new_session=True,
                    preexec_fn=_die_with_parent, cwd=self._folder)
        self._qmp = _Qmp(ours)
        self._output = ''
        self._ended = False
        self._seen = 0
        self._changed = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def close(self):
        """Kills the machine if it still runs and removes its files. May be called twice."""
        if self._process is not None:
            try:
                os.killpg(self._process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            note_crash(self._process.wait())
            if self._reader is not None:
                self._reader.join()
            self._process.stdin.close()
            self._process.stdout.close()
            self._process = None
        if self._qmp is not None:
            self._qmp.close()
            self._qmp = None
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def pid(self):
        """QEMU's process, for measurements."""
        return self._process.pid

    # -- serial console

    def _read(self):
        """Collects the output, so that the guest never waits for its reader."""
        # A character may come in two pieces.
        decoder = codecs.getincrementaldecoder('utf-8')('replace')
        while True:
            data = os.read(self._process.stdout.fileno(), 65536)
            with self._changed:
                self._output += decoder.decode(data, not data)
                self._ended = not data
                self._changed.notify_all()
            if not data:
                return

    @property
    def output(self):
        """All that the guest has written so far."""
        with self._changed:
            return self._output

    def wait_for(self, pattern, timeout=30):
        """Waits until the regular expression matches behind the last match. Returns the match.

        The guest may be in the middle of a line: to capture its rest, let the pattern end in \\r.
        """
        regex = re.compile(pattern)
        deadline = time.monotonic() + timeout * PATIENCE
        with self._changed:
            while True:
                match = regex.search(self._output, self._seen)
                if match:
                    self._seen = match.end()
                    return match
                left = deadline - time.monotonic()
                if self._ended or left <= 0:
                    break
                self._changed.wait(left)
        if self._ended:
            note_crash(self._process.wait())
        why = 'QEMU ended before' if self._ended else f'{timeout * PATIENCE:.0f} s passed without'
        raise QemuError(f'{why} {pattern!r}\n{self.last_lines()}')

    def send(self, text):
        """Types `text` on the serial console."""
        try:
            self._process.stdin.write(text.encode())
            self._process.stdin.flush()
        except BrokenPipeError:
            raise QemuError(f'QEMU ended before {text!r} could be sent\n{self.last_lines()}') from None

    def last_lines(self, count=25):
        """The end of the output and what QEMU complained of, for messages."""
        with open(os.path.join(self._folder, 'stderr'), encoding='utf-8', errors='replace') as file:
            errors = file.read().strip()
        lines = self.output.replace('\r', '').split('\n')[-count:]
        lines = [''.join(c if c.isprintable() else repr(c)[1:-1] for c in line) for line in lines]
        return '\n'.join(['--- the last lines of the guest'] + lines +
                         (['--- QEMU says', errors] if errors else []) + ['---'])

    def wait_exit(self, timeout=30):
        """Waits for the end of the machine. Returns the guest's status: 0 after an ordinary power-off."""
        try:
            code = self._process.wait(timeout * PATIENCE)
        except subprocess.TimeoutExpired:
            raise QemuError(f'still running after {timeout * PATIENCE:.0f} s\n{self.last_lines()}') from None
        self._reader.join()
        if code == 0:
            return 0
        # isa-debug-exit: the guest writes 0x10 + status, QEMU exits with twice that plus 1.
        if code >= 33 and code % 2 == 1:
            return (code - 1) // 2 - 0x10
        raise QemuError(f'QEMU ended with {code}\n{self.last_lines()}')

    # -- QMP

    def qmp(self, command, **arguments):
        """Runs a QMP command and returns its result."""
        return self._qmp.run(command, arguments)

    def screendump(self, path):
        """Writes what the screen shows as PNG."""
        self.qmp('screendump', filename=os.path.abspath(path), format='png')

    def send_keys(self, *keys):
        """Types keys on the PS/2 keyboard, by QEMU's names ('a', 'ret'); 'shift-a' is both."""
        for key in keys:
            codes = [{'type': 'qcode', 'data': part} for part in key.split('-')]
            self.qmp('send-key', keys=codes)


class _Qmp:
    """The monitor's protocol: one JSON object a line, events between the answers."""

    def __init__(self, connection):
        self._socket = connection
        self._socket.settimeout(60 * PATIENCE)
        self._file = connection.makefile('rwb')
        self._greeted = False
        self.events = collections.deque(maxlen=1000)

    def run(self, command, arguments):
        """Sends one command, waits for its answer."""
        if not self._greeted:
            self._receive()
            self._greeted = True
            self._exchange('qmp_capabilities', {})
        return self._exchange(command, arguments)

    def _exchange(self, command, arguments):
        self._file.write(json.dumps({'execute': command, 'arguments': arguments}).encode() + b'\n')
        self._file.flush()
        while True:
            answer = self._receive()
            if 'error' in answer:
                raise QemuError(f'QMP {command}: {answer["error"]["desc"]}')
            if 'return' in answer:
                return answer['return']
            self.events.append(answer)

    def _receive(self):
        line = self._file.readline()
        if not line:
            raise QemuError('QEMU closed its monitor')
        return json.loads(line)

    def close(self):
        """Closes the connection."""
        try:
            self._file.close()
        except OSError:
            pass
        self._socket.close()


def _quoted(path):
    """A file name inside a QEMU option: a comma is doubled."""
    return os.path.abspath(path).replace(',', ',,')


def main(path):
    """Runs the pytest file `path` and prints TAP: what a test program does when it is run itself."""
    import pytest  # pylint: disable=import-outside-toplevel

    sys.exit(pytest.main(['-p', 'no:terminal', '-p', 'no:cacheprovider', '-s', path], plugins=[_Tap()]))


class _Tap:
    """Prints the outcome of each test as TAP. A test in which QEMU itself crashed is run again, and that is said."""

    ATTEMPTS = 3

    def __init__(self):
        self._count = 0

    def pytest_runtest_protocol(self, item, nextitem):
        """Runs one test, again if it failed because of QEMU."""
        from _pytest import runner  # pylint: disable=import-outside-toplevel

        for attempt in range(self.ATTEMPTS):
            before = CRASHES
            reports = runner.runtestprotocol(item, nextitem=nextitem, log=False)
            failed = any(report.failed for report in reports)
            if not failed or CRASHES == before or attempt == self.ATTEMPTS - 1:
                break
            print(f'# {item.name}: QEMU itself crashed; once more', flush=True)
            item.session._setupstate.teardown_exact(None)  # pylint: disable=protected-access
            item._initrequest()  # pylint: disable=protected-access
        for report in reports:
            item.ihook.pytest_runtest_logreport(report=report)
        return True

    def pytest_addoption(self, parser):
        """What pytest's own messages expect of the reporter that this one replaces."""
        parser.addoption('--verbose', type=int, default=0, dest='verbose')

    def pytest_collection_finish(self, session):
        """The plan."""
        print(f'1..{len(session.items)}', flush=True)

    def pytest_collectreport(self, report):
        """A file that cannot be read as tests at all."""
        if report.failed:
            print('Bail out! ' + str(report.longrepr).replace('\n', ' '), flush=True)

    def pytest_runtest_logreport(self, report):
        """One line a test: its call, or whatever kept it from being called."""
        if report.when != 'call' and report.outcome == 'passed' or report.when == 'teardown':
            return
        self._count += 1
        name = report.nodeid.split('::')[-1]
        if report.outcome == 'skipped':
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else ''
            print(f'ok {self._count} - {name} # SKIP {reason}', flush=True)
            return
        print(f'{"ok" if report.passed else "not ok"} {self._count} - {name}', flush=True)
        if report.failed:
            for line in str(report.longrepr).splitlines():
                print('#', line, flush=True)
