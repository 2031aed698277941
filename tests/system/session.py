"""A person's session on the serial console, for tests: log in, run commands, see what they print.

    with qemu.Qemu(session.IMAGE, cmdline='debug-exit', mem='512M') as vm:
        shell = session.Shell(vm)
        assert 'tmp' in shell.ok('ls /')
        status, output = shell.run('cat /nothing')
        shell.power_off()
"""
import collections
import os
import re
import sys

import qemu

sys.path.insert(0, os.path.join(qemu.SOURCE, 'libnonfs/tests'))
from ext4_images import make_disk  # noqa: E402,F401  pylint: disable=unused-import

IMAGE = os.path.join(qemu.BUILD, 'distro/image/nonos.iso')
# The long variants of the system tests: large disks, many tasks.
LONG = os.environ.get('NONOS_LONG') == '1'
BOOT_TIMEOUT = {'uefi': 180, 'bios': 90}
# The kernel's log shares the serial line with user mode.
_LOG_LINE = re.compile(r'\[ *\d+\.\d{6}\] [^\n]*\n')


def boot(image=IMAGE, firmware='bios', mem='512M', smp=2, cmdline='debug-exit', **options):
    """A machine that powers off with a status."""
    return qemu.Qemu(image, firmware=firmware, mem=mem, smp=smp, cmdline=cmdline, **options)


class Shell:
    """A login and the shell that it starts."""

    def __init__(self, vm, name='tester', firmware='bios'):
        self.vm = vm
        self._count = self._begin = 0
        vm.wait_for('login: ', BOOT_TIMEOUT[firmware])
        vm.send(f'{name}\n')
        self.greeting = vm.wait_for(r'Welcome, ([^\n]*)\.\r?\n', 30).group(1)
        vm.wait_for(r'/ \$ ', 60)

    def run(self, command, timeout=60):
        """Runs a command line. Returns its status and what it and its programs printed."""
        self.start(command)
        return self.finish(timeout)

    def start(self, command):
        """Begins to run a command line; finish() waits for its end."""
        self._count += 1
        # What the terminal echoes holds the quotation marks, what the shell prints does not.
        self.vm.send(f'echo "<"{self._count}">"; {command}; echo "="$?"="{self._count}"="\n')
        self._begin = self.vm.wait_for(f'<{self._count}>\r?\n', 60).end()

    def finish(self, timeout=60):
        """Waits for the end of what start() began. Returns its status and what was printed."""
        match = self.vm.wait_for(f'=(\\d+)={self._count}=\r?\n', timeout)
        output = _LOG_LINE.sub('', match.string[self._begin:match.start()].replace('\r', ''))
        self.vm.wait_for(r'\$ ', 60)
        return int(match.group(1)), output

    def ok(self, command, timeout=60):
        """Runs a command line that must succeed. Returns what was printed."""
        status, output = self.run(command, timeout)
        assert status == 0, f'{command!r} gave {status}: {output}\n{self.vm.last_lines()}'
        return output

    def power_off(self):
        """Ends the machine and checks that it ended in order."""
        self.vm.send('poweroff\n')
        status = self.vm.wait_exit(60)
        assert status == 0, f'status {status}\n{self.vm.last_lines()}'


def settled(shell):
    """Free memory in KiB and the number of tasks, when they are the same most of the time: the last task's end may still be going on, and what
    looks has itself been verified and started, for which modules take memory for a moment."""
    seen = []
    for _ in range(20):
        seen.append((int(shell.ok('free').split()[-1]), len(shell.ok('ps').splitlines())))
        usual, times = collections.Counter(seen[-5:]).most_common(1)[0]
        if times >= 3:
            return usual
    raise qemu.QemuError(f'memory does not come to rest: {seen}')
