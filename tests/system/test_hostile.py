#!/usr/bin/python3
"""A program that attacks the system: each attack ends it or is refused, leaves a record, and nobody else notices."""
import collections
import os
import re
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import pytest  # noqa: E402

import qemu  # noqa: E402
import session  # noqa: E402

# The reference profile with kernel/tests/guest/hostile.c beside it; the image that is shipped does not have it.
IMAGE = os.path.join(qemu.BUILD, 'kernel/tests/hostile.iso')
STACK = 256 << 10
NO_CALL = 'no such system call or operation'
BAD_HANDLE = 'no such capability'
BAD_TYPE = 'the capability is to an object of another type'
DENIED = 'the capability does not allow this'
CEILING = "the module's grants do not allow this capability"
BAD_ADDRESS = 'an address is not valid'

Record = collections.namedtuple('Record', 'sequence event task object rest')
Attack = collections.namedtuple('Attack', 'verb status output task end refused')

# How each attack by an instruction ends the program.
INSTRUCTIONS = {
    'cli': 'instruction', 'sti': 'instruction', 'hlt': 'instruction', 'in': 'instruction', 'out': 'instruction',
    'rdmsr': 'instruction', 'wrmsr': 'instruction', 'cr3': 'instruction', 'cr4': 'instruction', 'lidt': 'instruction',
    'sgdt': 'instruction', 'swapgs': 'instruction', 'ud2': 'instruction', 'iopl': 'instruction',
    'kernel-stack': 'instruction', 'kernel-gs': 'instruction',
    # QEMU without KVM does not know ICEBP.
    'int3': 'debug', 'trap-flag': 'debug', 'icebp': 'debug|instruction',
    # It also reads the frame of IRET as ring 0 would, which SMAP stops.
    'int80': 'protection', 'int2': 'protection', 'int8': 'protection', 'int32': 'protection', 'iret': 'protection|access',
    'read-non-canonical': 'protection', 'jump-non-canonical': 'protection',
    'divide': 'arithmetic',
}
ADDRESSES = ('read-kernel', 'write-kernel', 'jump-kernel', 'read-null', 'write-code', 'write-startup', 'jump-stack',
             'jump-data', 'jump-heap')
# What each attack by system calls gets for an answer.
CALLS = {
    'unknown-call': [('unknown', NO_CALL)] * 5,
    'map-read-only': [('mem_map', DENIED)] * 2,
    'map-code': [('mem_map', DENIED)],
    'protect-data': [('mem_protect', DENIED)],
    'power': [('power', DENIED), ('power', DENIED), ('power', BAD_TYPE)],
    'system': [('task_find', DENIED), ('console_write', DENIED), ('clock_set', DENIED), ('system_info', DENIED)],
    'stale-handle': [('mem_map', BAD_HANDLE)],
    'mint': [('module_mint', BAD_TYPE)],
    'device': [('object_create', BAD_TYPE), ('object_create', BAD_TYPE), ('object_create', CEILING), ('io_read', BAD_TYPE)],
    'pointers': [('cap_info', BAD_ADDRESS), ('thread_create', BAD_ADDRESS)] * 7 + [('cap_info', BAD_ADDRESS)],
}


class Target:
    """A machine under attack, and what ran on it before."""

    def __init__(self, vm):
        self.shell = session.Shell(vm)
        self.kernel = re.search(r'NONOS kernel at 0x([0-9a-f]{16})', vm.output).group(1)
        self._seen = 0
        self.shell.ok('sleep 1d & true')
        self._modules = self._module_list()
        self._tasks = self._task_list()

    def _module_list(self):
        """Name, state, restarts and task of each module."""
        return [line.split()[:4] for line in self.shell.ok('modules').splitlines()[1:]]

    def _task_list(self):
        """Number and name of each task but that of `ps`."""
        lines = [line.split() for line in self.shell.ok('ps').splitlines()[1:]]
        return {(words[0], words[-1]) for words in lines if words[-1] != 'ps'}

    def check_others(self):
        """What ran before runs still, and was never started again."""
        assert self._module_list() == self._modules
        assert self._task_list() == self._tasks

    def records(self, *events):
        """What `audit` shows of these events."""
        found = re.findall(r'^ *(\d+) +[\d.]+ (\S+) +task (\d+) +object (\d+) +([^\n]*)$',
                           self.shell.ok(f'audit | grep -E " ({"|".join(events)}) "'), re.MULTILINE)
        return [Record(int(number), name, int(task), int(obj), rest) for number, name, task, obj, rest in found]

    def attack(self, verbs):
        """Runs the hostile program once for each verb, one after the other, and reads how the kernel recorded that."""
        output = self.shell.ok(f'for v in {" ".join(verbs)}; do /test/hostile $v {self.kernel}; echo "-$v-$?-"; done', 120)
        runs = re.findall(r'([\s\S]*?)-([a-z0-9-]+)-(\d+)-\n', output)
        assert [verb for _, verb, _ in runs] == list(verbs), output
        records = [r for r in self.records('task-start', 'task-fault', 'task-end', 'refused') if r.object > self._seen or
                   r.task > self._seen]
        # The first record of an end says most.
        ends = {}
        for r in records:
            if r.event in ('task-fault', 'task-end') and r.rest.endswith(' hostile'):
                ends.setdefault(r.object, r)
        assert len(ends) == len(runs) and set(ends) <= {r.object for r in records if r.event == 'task-start'}
        self._seen = max(ends)
        return [Attack(verb, int(status), text, end.object, end, 
                       [r for r in records if r.event == 'refused' and r.task == end.object])
                for (text, verb, status), end in zip(runs, ends.values())]


@pytest.fixture(name='target', scope='module', params=[1, 4], ids=['one processor', 'four processors'])
def machine_under_attack(request):
    """One machine for all attacks."""
    with session.boot(IMAGE, smp=request.param) as vm:
        yield Target(vm)


def aim(attack):
    """The address that the program said it would touch."""
    return re.search(r'^at ([0-9a-f]+)$', attack.output, re.MULTILINE).group(1)


def test_every_forbidden_instruction_ends_the_program(target):
    for attack in target.attack(INSTRUCTIONS):
        assert attack.status != 0 and 'survived' not in attack.output, attack
        assert attack.end.event == 'task-fault', attack
        assert re.fullmatch(rf'({INSTRUCTIONS[attack.verb]}) at [0-9a-f]+ hostile', attack.end.rest), attack


def test_every_forbidden_access_ends_the_program(target):
    for attack in target.attack(ADDRESSES):
        assert attack.status != 0 and 'survived' not in attack.output, attack
        assert (attack.end.event, attack.end.rest) == ('task-fault', f'access at {aim(attack)} hostile'), attack
        assert ('kernel' in attack.verb) == (aim(attack) == target.kernel)


def test_stack_overflow_ends_the_program_in_the_guard(target):
    attack, = target.attack(['stack-overflow'])
    address = re.fullmatch(r'access at ([0-9a-f]+) hostile', attack.end.rest).group(1)
    start = int(aim(attack), 16)
    assert start - STACK - 4096 <= int(address, 16) < start - STACK + 8192


def test_every_forbidden_call_is_refused_and_recorded(target):
    for attack in target.attack(CALLS):
        answers = re.findall(r'^(\w+): ([^\n]+)$', attack.output, re.MULTILINE)
        assert attack.status == 0 and answers == CALLS[attack.verb], attack
        assert attack.end.event == 'task-end'
        assert len(attack.refused) == len(answers), attack
        for record, (call, why) in zip(attack.refused, answers):
            assert f'({why})' in record.rest
            assert call == 'unknown' or record.rest.endswith(f' {call}')


def test_network_is_out_of_reach_without_the_grant(target):
    attack, = target.attack(['net'])
    assert attack.status == 0 and 'named: no\n' in attack.output, attack
    assert re.search(r"^connect: the module's grants do not allow this capability$", attack.output, re.MULTILINE), attack


def test_guessed_handles_are_refused_and_recorded(target):
    attack, = target.attack(['guess'])
    assert 'power: refused 128 of 128\n' in attack.output
    assert len(attack.refused) == 128 and all(r.rest.endswith(' power') for r in attack.refused)
    assert sum(f'({BAD_HANDLE})' in r.rest for r in attack.refused) > 96


def test_image_that_nobody_attested_does_not_run(target):
    status, output = target.shell.run('cat /test/hostile /manifest >/tmp/forged; /tmp/forged ud2')
    assert status == 126 and 'not attested' in output
    assert target.records('module-refused')[-1].rest.endswith(' not attested')
    target.shell.ok('rm /tmp/forged')


def test_the_system_goes_on(target):
    target.check_others()
    assert 'the chain is unbroken' in target.shell.ok('audit -c')
    assert target.shell.ok('echo still here | cat') == 'still here\n'
    assert target.shell.ok('ls /test') == 'hostile\n'
    target.shell.power_off()


if __name__ == '__main__':
    qemu.main(__file__)
