#!/usr/bin/python3
"""Tasks that come and go leave nothing behind: free memory is the same after thousands of them."""
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import pytest  # noqa: E402

import qemu  # noqa: E402
import session  # noqa: E402
from test_hostile import IMAGE  # noqa: E402

STARTS = 10000 if session.LONG else 1000
# Programs, and how many of them ended as they must. The shell's own name for an invalid instruction is 132.
SCRIPTS = {
    'ends': ('/bin/true && n=$((n+1)); /bin/false; [ $? = 1 ] && n=$((n+1)); /bin/true | /bin/cat && n=$((n+2))', 4),
    'faults': ('/test/hostile ud2; [ $? = 132 ] && n=$((n+1))', 1),
}


@pytest.fixture(name='shell', scope='module')
def shell_with_scripts():
    """A shell with the scripts, which take a number of rounds and print how many programs they started."""
    with session.boot(IMAGE, smp=4) as vm:
        shell = session.Shell(vm)
        for name, (programs, _) in SCRIPTS.items():
            shell.ok(f"echo 'i=0 n=0; while [ $i -lt $1 ]; do {programs}; i=$((i+1)); done; echo $n' >/tmp/{name}")
        yield shell


def run(shell, script, starts, at_once):
    """Runs a script `at_once` times at the same time until `starts` programs were started and ended, on several processors."""
    rounds = starts // SCRIPTS[script][1] // at_once
    jobs = ' '.join(f'sh /tmp/{script} {rounds} >/tmp/out{i} 2>/tmp/err{i} &' for i in range(at_once))
    printed = shell.ok(f'{jobs} wait; cat /tmp/out*; echo errors; cat /tmp/err*; rm /tmp/out* /tmp/err*', 120 + starts // 4)
    counts, errors = printed.split('errors\n')
    # The shell says something about its jobs as well; of faults it speaks on the error stream.
    assert sum(int(line) for line in counts.splitlines() if line.isdigit()) == starts, f'{counts}{errors[:2000]}'


@pytest.mark.parametrize('script, starts', [('ends', STARTS), ('faults', STARTS // 10)], ids=['exits', 'faults'])
def test_memory_is_the_same_after_many_tasks(shell, script, starts):
    # More at once than later: the kernel keeps a few empty slabs and stacks for who comes next (kernel/mm), then all that it will.
    run(shell, script, 480, 4)
    memory, tasks = session.settled(shell)
    run(shell, script, starts, 2)
    memory_after, tasks_after = session.settled(shell)
    print(f'# {script}: {starts} tasks, {memory} KiB free before, {memory_after} after', flush=True)
    assert tasks_after == tasks
    assert memory_after >= memory, f'{memory - memory_after} KiB are missing'


def test_the_machine_powers_off(shell):
    assert 'the chain is unbroken' in shell.ok('audit -c')
    shell.power_off()


if __name__ == '__main__':
    qemu.main(__file__)
