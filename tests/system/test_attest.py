#!/usr/bin/python3
"""No code runs without a proof: what is attested starts, what is not or not any more is refused for its reason, and the log tells."""
import collections
import json
import os
import re
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import pytest  # noqa: E402

import document  # noqa: E402
import qemu  # noqa: E402
import session  # noqa: E402

NONZK = os.path.join(qemu.BUILD, 'libnonzk/tools/nonzk')
RING3 = os.path.join(qemu.BUILD, 'ring3')
KEYS = os.path.join(RING3, 'keys')
TAIL = 340
# Offsets from the end of the ELF image (docs/formats/module.md).
NAME_AT, GRANTS_AT, VERSION_AT, EPOCH_AT, CIRCUIT_AT, T_AT, PROOF_AT, TRAILER_AT = 8, 40, 48, 56, 68, 100, 132, 324
POWER, AUDIT_READ, MINT, TASKS, ATTEST = 1 << 6, 1 << 5, 1 << 0, 1 << 8, 1 << 11
NOT_ATTESTED = 'not attested: this code may not run'
MALFORMED = 'its attestation is malformed or for another system'
OTHER_EPOCH = 'it is attested for another epoch'
REVOKED = 'who attested it is revoked'
NO_PROOF = 'the proof of its attestation does not hold'
CEILING = "the module's grants do not allow this capability"

# What is on the disk: how a file differs from one that runs, what the shell says of it, and the reason in the audit log.
Bad = collections.namedtuple('Bad', 'change message reason')


def nonzk(*arguments, status=0):
    """Runs the host command. Returns what it printed."""
    done = subprocess.run([NONZK, *map(str, arguments)], stdin=subprocess.DEVNULL, capture_output=True, check=False, text=True)
    assert done.returncode == status, f'{arguments}: {done.returncode} {done.stdout}{done.stderr}'
    return done.stdout


def read(path):
    """A file's bytes."""
    with open(path, 'rb') as file:
        return file.read()


def write(path, data):
    """Makes a file."""
    with open(path, 'wb') as file:
        file.write(data)


def flip(data, at, bit=0):
    """The bytes with one bit changed."""
    return data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1:]


def elf_flip(data, part):
    """One bit of the image, `part` of its length behind the beginning."""
    return flip(data, int((len(data) - TAIL) * part), 3)


def tail_flip(data, at, bit=0):
    """One bit behind the image."""
    return flip(data, len(data) - TAIL + at, bit)


BAD = {
    'bit-in-headers': Bad(lambda d: flip(d, 0x18), NO_PROOF, 'the proof does not hold'),
    'bit-in-code': Bad(lambda d: elf_flip(d, 0.5), NO_PROOF, 'the proof does not hold'),
    'bit-at-the-end': Bad(lambda d: flip(d, len(d) - TAIL - 1), NO_PROOF, 'the proof does not hold'),
    'more-power': Bad(lambda d: tail_flip(d, GRANTS_AT, 6), NO_PROOF, 'the proof does not hold'),
    'all-grants': Bad(lambda d: d[:-TAIL + GRANTS_AT] + b'\xff' * 8 + d[-TAIL + VERSION_AT:], NO_PROOF, 'the proof does not hold'),
    'other-version': Bad(lambda d: tail_flip(d, VERSION_AT), NO_PROOF, 'the proof does not hold'),
    'other-name': Bad(lambda d: tail_flip(d, NAME_AT, 1), NO_PROOF, 'the proof does not hold'),
    'other-authority': Bad(lambda d: tail_flip(d, T_AT + 31), NO_PROOF, 'the proof does not hold'),
    'other-epoch': Bad(lambda d: tail_flip(d, EPOCH_AT, 1), OTHER_EPOCH, 'another epoch'),
    'other-key': Bad(lambda d: tail_flip(d, CIRCUIT_AT), MALFORMED, 'malformed, or for another key'),
    'bit-in-proof': Bad(lambda d: tail_flip(d, PROOF_AT + 20), MALFORMED, 'malformed, or for another key'),
    'no-proof': Bad(lambda d: d[:-TAIL + PROOF_AT] + bytes(192) + d[-TAIL + TRAILER_AT:], MALFORMED, 'malformed, or for another key'),
    'name-in-disguise': Bad(lambda d: tail_flip(d, NAME_AT, 7), MALFORMED, 'malformed, or for another key'),
    'cut-off': Bad(lambda d: d[:-1], NOT_ATTESTED, 'not attested'),
    'cut-in-half': Bad(lambda d: d[:len(d) // 2], NOT_ATTESTED, 'not attested'),
    'cut-to-the-image': Bad(lambda d: d[:-TAIL], NOT_ATTESTED, 'not attested'),
    'only-a-tail': Bad(lambda d: d[-TAIL:], MALFORMED, 'malformed, or for another key'),
    'one-byte': Bad(lambda d: d[:1], NOT_ATTESTED, 'not attested'),
    'one-more-byte': Bad(lambda d: d + b'\0', NOT_ATTESTED, 'not attested'),
    'one-less-byte-of-code': Bad(lambda d: d[:-TAIL - 1] + d[-TAIL:], NO_PROOF, 'the proof does not hold'),
    'one-more-byte-of-code': Bad(lambda d: d[:-TAIL] + b'\0' + d[-TAIL:], NO_PROOF, 'the proof does not hold'),
    'attested-twice': Bad(lambda d: d + d[-TAIL:], NO_PROOF, 'the proof does not hold'),
    'a-text': Bad(lambda d: b'echo not a program\n', NOT_ATTESTED, 'not attested'),
}


class Disk:
    """An ext4 image with module files, and the keys that made them."""

    def __init__(self, folder):
        self.folder = os.path.join(folder, 'files')
        self.keys = folder
        self.image = os.path.join(folder, 'disk.img')
        os.mkdir(self.folder)
        self._keys()
        self._attest()
        good = read(self.path('own'))
        # A proof that holds, of something else.
        write(self.path('other-proof'), read(f'{RING3}/bin/cat') + good[-TAIL:])
        for name, bad in BAD.items():
            write(self.path(name), bad.change(good))
        shutil.copy(f'{RING3}/bin/echo', self.path('plain'))
        write(self.path('empty'), b'')
        with open(self.path('huge'), 'wb') as file:
            file.truncate((64 << 20) + 1)
        session.make_disk(self.image, 96 << 20, self.folder)

    def path(self, name):
        """A file on the host that is on the disk under its name."""
        return os.path.join(self.folder, name)

    def key(self, name):
        """A file with a key or a set."""
        return os.path.join(self.keys, name)

    def _keys(self):
        """The second epoch has two authorities; a third set is nobody's business."""
        for name in ('eve', 'foreign'):
            nonzk('authority', 'keygen', self.key(name))
        nonzk('authority', 'create', '--epoch', 2, self.key('set-2'))
        nonzk('authority', 'add', '--allow', '0xffffffffffffffff', '--expires', 9, self.key('set-2'), f'{KEYS}/authority.pub')
        nonzk('authority', 'add', '--allow', 0, '--expires', 9, self.key('set-2'), self.key('eve.pub'))
        nonzk('authority', 'create', '--epoch', 1, self.key('foreign-set'))
        nonzk('authority', 'add', '--allow', 0, '--expires', 9, self.key('foreign-set'), self.key('foreign.pub'))
        self.root_2 = json.loads(nonzk('authority', 'root', '--json', self.key('set-2')))['root']

    def _attest(self):
        todo = {
            (f'{KEYS}/authority', f'{KEYS}/authorities'): [
                ('own', 0, 'bin/echo'), ('mint', MINT, 'bin/echo'), ('beyond', 1 << 40, 'bin/echo'), ('weak-poweroff', 0, 'bin/poweroff'),
                ('every', 0, 'test/every'), ('swap', 0, 'test/swap'), ('sealed-swap', ATTEST, 'test/swap')],
            (self.key('foreign'), self.key('foreign-set')): [('foreign', 0, 'bin/echo')],
            (f'{KEYS}/authority', self.key('set-2')): [
                ('own-2', 0, 'bin/echo'), ('attest-2', ATTEST, 'bin/attest'), ('audit-2', AUDIT_READ, 'bin/audit'),
                ('poweroff-2', POWER, 'bin/poweroff'), ('modules-2', TASKS, 'bin/modules')],
            (self.key('eve'), self.key('set-2')): [('eve-2', 0, 'bin/echo')],
        }
        for (authority, authorities), files in todo.items():
            lines = [f'{name} {mask} 7 {RING3}/{elf} {self.path(name)}\n' for name, mask, elf in files]
            write(self.key('list'), ''.join(lines).encode())
            nonzk('attest', '--keys', KEYS, '--authority', authority, '--authorities', authorities, '--list', self.key('list'))

    def check(self, name):
        """What the host's command finds in a file."""
        done = subprocess.run([NONZK, 'check', '--json', '--vk', f'{KEYS}/attestation.vk', '--authorities', f'{KEYS}/authorities',
                               self.path(name)], capture_output=True, check=False)
        return json.loads(done.stdout)


@pytest.fixture(name='disk', scope='module')
def disk_with_module_files(tmp_path_factory):
    """One disk for all machines."""
    return Disk(str(tmp_path_factory.mktemp('attest')))


class Machine:
    """A machine with that disk, and what ran on it at the beginning."""

    def __init__(self, vm, disk):
        self.shell, self.disk = session.Shell(vm), disk
        self._modules = self.module_list()

    def module_list(self):
        """Name, state, restarts and task of each module."""
        return [line.split()[:4] for line in self.shell.ok('modules').splitlines()[1:] if 'AUTHORITY' not in line]

    def check_others(self):
        """Every module runs still, and was never started again."""
        assert self.module_list() == self._modules

    def refusals(self, audit='audit'):
        """What the log says of refused images: lists of the rests of records, each list beginning with the reason."""
        found = []
        for line in self.shell.ok(f'{audit} -e module-refused').splitlines():
            rest = re.search(r' object \d+ +(.*)$', line).group(1)
            if rest[:2] not in ('P ', 'M ', 'T '):
                found.append([])
            found[-1].append(rest)
        return found

    def export(self, path, audit='audit'):
        """The end of the audit log as a file of the host."""
        write(path, self.shell.ok(f'{audit} -x -n 1500', 300).encode())


@pytest.fixture(name='machine', scope='module', params=[1, 4], ids=['one processor', 'four processors'])
def machine_with_disk(request, disk):
    """A machine for all tests."""
    with session.boot(smp=request.param, disk=disk.image) as vm:
        yield Machine(vm, disk)


# -- what is shown

def test_the_development_authority_is_shown_before_and_after_login(machine):
    assert re.search(r'NØNOS - DEVELOPMENT AUTHORITY\r?\n.*login: ', machine.shell.vm.output, re.DOTALL)
    assert re.search(r'NØNOS \S+ - live mode[^\n]* - DEVELOPMENT AUTHORITY', machine.shell.vm.output)
    assert 'DEVELOPMENT AUTHORITY' in machine.shell.ok('attest')
    assert 'DEVELOPMENT AUTHORITY' in machine.shell.ok('modules')


def test_boot_verifies_every_image_in_one_batch(machine):
    found = re.search(r'attestor: (\d+) of (\d+) images are attested by the DEVELOPMENT AUTHORITY; key (\d+) ms, proofs (\d+) ms',
                      machine.shell.vm.output)
    print(f'# {found.group(0)}', flush=True)
    assert found.group(1) == found.group(2) and int(found.group(1)) > 50


def test_modules_shows_who_attested_them(machine):
    t = machine.disk.check('own')['t']
    text = machine.shell.ok('modules')
    for name in ('attestor', 'supervisor', 'vfs', 'login'):
        assert re.search(rf'^{name} .* {t[:8]}/1 ', text, re.MULTILINE), name
    assert f'attested by {t}, epoch 1, version 0, for block-raw,console,dma' in machine.shell.ok('modules vfs')


def test_attest_shows_what_a_file_is_attested_for(machine):
    found = machine.disk.check('own')
    text = machine.shell.ok('attest /disk/own')
    for part in ('own, version 7', 'grants        -', 'epoch         1', f'module M      {found["m"]}',
                 f'authority T   {found["t"]}', 'would start'):
        assert part in text, part
    status, text = machine.shell.run('attest /bin/poweroff /disk/more-power /disk/plain')
    assert status == 1 and 'grants        power' in text
    assert f'does not start: {NO_PROOF}' in text and f'/disk/plain\n    does not start: {NOT_ATTESTED}' in text
    # To ask is not to be refused.
    assert not machine.refusals()


# -- what runs, and what does not

def test_attested_program_of_the_disk_starts(machine):
    assert machine.shell.ok('/disk/own it runs') == 'it runs\n'
    assert machine.shell.ok('cp /disk/own /tmp/copy; /tmp/copy it runs; rm /tmp/copy') == 'it runs\n'


def test_copy_of_a_program_without_its_attestation_does_not_start(machine):
    assert machine.shell.ok('cp /bin/echo /tmp/e; /tmp/e whole') == 'whole\n'
    machine.shell.ok(f'head -c {os.path.getsize(machine.disk.path("plain"))} /tmp/e >/tmp/p')
    status, output = machine.shell.run('/tmp/p')
    assert status == 126 and f'/tmp/p: {NOT_ATTESTED}\n' in output
    assert machine.refusals()[-1] == ['0 0 not attested']
    machine.shell.ok('rm /tmp/e /tmp/p')


def check_refused(machine, name, message, reason):
    """A file does not start, the shell says why, and the log has reason, P, M and T as the host computes them."""
    before = len(machine.refusals())
    status, output = machine.shell.run(f'/disk/{name} it runs')
    assert status == 126 and f'/disk/{name}: {message}\n' in output, output
    assert not re.search('^it runs$', output, re.MULTILINE)
    assert output.count('attestor: refused ') == 1, output
    refusals = machine.refusals()
    assert len(refusals) == before + 1
    found = machine.disk.check(name)
    assert refusals[-1][0].endswith(' ' + reason), refusals[-1]
    if 'm' not in found:
        assert len(refusals[-1]) == 1
        return
    assert [line[0] for line in refusals[-1][1:]] == ['P', 'M', 'T']
    assert refusals[-1][2:] == [f'M {found["m"]}', f'T {found["t"]}']
    policy = re.search(r'version (\d+), epoch and name ([0-9a-f]{8}) (\S+)$', refusals[-1][1])
    assert (int(policy.group(1)), int(policy.group(2), 16), policy.group(3)) == (found['version'], found['epoch'], found['name'])


@pytest.mark.parametrize('name', sorted(BAD))
def test_changed_file_is_refused(machine, name):
    check_refused(machine, name, BAD[name].message, BAD[name].reason)


def test_proof_of_another_module_is_refused(machine):
    check_refused(machine, 'other-proof', NO_PROOF, 'the proof does not hold')


def test_proof_of_an_authority_that_nobody_knows_is_refused(machine):
    check_refused(machine, 'foreign', NO_PROOF, 'the proof does not hold')


def test_what_only_the_attestor_may_is_given_to_nobody(machine):
    check_refused(machine, 'mint', CEILING, 'more than is proved')
    check_refused(machine, 'beyond', CEILING, 'more than is proved')


def test_files_of_impossible_sizes_are_refused(machine):
    status, output = machine.shell.run('/disk/empty')
    assert status == 126 and NOT_ATTESTED in output
    status, output = machine.shell.run('/disk/huge')
    assert status == 126 and 'too big' in output


def test_grants_are_a_ceiling(machine):
    status, output = machine.shell.run('/disk/weak-poweroff')
    assert status == 1 and 'cannot be switched off' in output


# -- hostile programs

def swap(machine, verb, program='swap'):
    """Runs the program that would swap what is checked. Returns its status and its answers."""
    status, output = machine.shell.run(f'/disk/{program} {verb} /disk/own', 60)
    return status, re.findall(r'^([a-z_ ]+)[: ]+([^\n]*)$', output, re.MULTILINE), output


def test_a_file_cannot_be_changed_once_it_is_checked(machine):
    status, answers, output = swap(machine, 'write-after')
    assert 'load' not in dict(answers) and status > 128 and 'survived' not in output, output
    status, answers, output = swap(machine, 'write-during')
    assert ('thread', 'success') in answers and ('load', 'success') not in answers and status > 128 and 'survived' not in output
    faults = machine.shell.ok('audit -e task-fault -n 2').splitlines()
    assert len(faults) == 2 and all(re.search(r' access at [0-9a-f]+ swap$', line) for line in faults)


def test_what_was_sent_cannot_be_kept(machine):
    _, answers, output = swap(machine, 'keep')
    assert answers[0] == ('load', 'success') and 'survived' in output
    assert [answer for _, answer in answers[1:3]] == ['no such capability'] * 2
    assert dict(answers)['again'] in ('the other side is gone', 'no such capability')


def test_a_module_cannot_mint(machine):
    _, answers, output = swap(machine, 'mint')
    rights = [answer for what, answer in answers if what == 'rights']
    assert dict(answers)['module_mint'] == 'the capability does not allow this' and 'survived' in output
    assert set(rights) == {'103'}


def test_attestor_refuses_requests_that_make_no_sense(machine):
    _, answers, output = swap(machine, 'sizes')
    assert 'survived' in output and len(answers) >= 7
    assert all(answer != 'success' for _, answer in answers)
    assert machine.shell.ok('/disk/own it runs') == 'it runs\n'


def test_rule_changes_only_for_who_shows_the_seal(machine):
    _, answers, _ = swap(machine, 'seal')
    assert [a for what, a in answers if what == 'change'] == ['the capability does not allow this'] * 8
    # With the grant the seal can be shown; what is asked for is still checked: 0 is a root, but no authority knows it.
    status, output = machine.shell.run('without attest-seal -- attest --revoke ' + '0' * 64)
    assert status == 1 and 'may not change' in output
    assert re.search(r'^ +epoch +1$', machine.shell.ok('attest'), re.MULTILINE)
    assert re.search(r'^ +revoked +0$', machine.shell.ok('attest'), re.MULTILINE)


def test_every_call_with_every_capability_gets_nothing_beyond_the_grants(machine):
    with open(os.path.join(qemu.BUILD, 'kernel/generated/syscalls.json'), encoding='utf-8') as file:
        calls = json.load(file)
    numbers = range(1, len(calls['calls'] if isinstance(calls, dict) else calls) + 1)
    for number in numbers:
        _, output = machine.shell.run(f'/disk/every {number} </dev/null', 60)
        assert 'BROKEN' not in output, output
    machine.check_others()
    assert machine.shell.ok('echo still here | cat') == 'still here\n'


def test_audit_chain_verifies_on_the_host(machine, tmp_path):
    machine.check_others()
    path = tmp_path / 'audit'
    machine.export(path)
    found = json.loads(nonzk('audit-log', 'verify', '--json', path))
    assert found['unbroken'] and found['records'] > 100
    data = bytearray(read(path))
    data[len(data) // 2 // 257 * 257 + 100] ^= 1
    write(path, bytes(data))
    assert json.loads(nonzk('audit-log', 'verify', '--json', path, status=1))['unbroken'] is False


# -- revocation; from here on only what is attested for the second epoch starts

def test_next_epoch_ends_what_was_attested_for_the_last_one(machine):
    shell = machine.shell
    assert shell.run('/disk/own-2')[0] == 126
    assert shell.run('attest --epoch 1 ' + machine.disk.root_2)[0] == 1
    assert shell.run('attest --epoch 2 ' + 'f' * 64)[0] == 1
    shell.ok('attest --epoch 2 ' + machine.disk.root_2)
    for name in ('/disk/own', '/bin/ls'):
        status, output = shell.run(f'{name} it runs')
        assert status == 126 and f'{name}: {OTHER_EPOCH}\n' in output, output
    assert shell.ok('/disk/own-2 it runs') == 'it runs\n'
    assert re.search(r'^ +epoch +2$', shell.ok('/disk/attest-2'), re.MULTILINE)
    reasons = [refusal[0] for refusal in machine.refusals('/disk/audit-2')][-2:]
    assert all(reason.endswith(' another epoch') for reason in reasons)


def test_an_epoch_does_not_come_back(machine):
    for epoch in (1, 2):
        assert machine.shell.run(f'/disk/attest-2 --epoch {epoch} {machine.disk.root_2}')[0] == 1


def test_denied_authority_ends_and_the_other_goes_on(machine):
    shell = machine.shell
    t = json.loads(nonzk('inspect', '--json', machine.disk.path('eve-2')))['t']
    assert shell.ok('/disk/eve-2 it runs') == 'it runs\n'
    shell.ok('/disk/attest-2 --revoke ' + t)
    status, output = shell.run('/disk/eve-2 it runs')
    assert status == 126 and f'/disk/eve-2: {REVOKED}\n' in output
    assert shell.ok('/disk/own-2 it runs') == 'it runs\n'
    assert shell.run('/disk/attest-2 --revoke ' + t)[0] == 1
    refusal = machine.refusals('/disk/audit-2')[-1]
    assert refusal[0].endswith(' revoked authority') and refusal[3] == f'T {t}'


def test_chain_holds_to_the_end(machine, tmp_path):
    path = tmp_path / 'audit'
    machine.export(path, '/disk/audit-2')
    found = json.loads(nonzk('audit-log', 'verify', '--json', path))
    print(f'# {found}', flush=True)
    assert found['unbroken'] and found['modules_refused'] > 0
    machine.shell.vm.send('/disk/poweroff-2\n')
    assert machine.shell.vm.wait_exit(60) == 0


# -- a boot archive that is not what it should be

def archive(folder, changes, manifest):
    """An image with the reference profile's programs, some of them changed."""
    contents = []
    for kind in ('modules', 'bin'):
        for name in sorted(os.listdir(f'{RING3}/attested/{kind}')):
            path = f'{RING3}/attested/{kind}/{name}'
            if f'{kind}/{name}' in changes:
                path = os.path.join(folder, name)
                write(path, changes[f'{kind}/{name}'])
            contents.append(f'{kind}/{name}={path}')
    write(os.path.join(folder, 'manifest'), manifest)
    image, packed = os.path.join(folder, 'nonos.iso'), os.path.join(folder, 'archive')
    subprocess.run([f'{qemu.BUILD}/distro/image/mkarchive', '-o', packed, *contents, f'manifest={folder}/manifest'], check=True)
    boot = f'{qemu.BUILD}/kernel'
    subprocess.run([f'{qemu.SOURCE}/distro/image/mkimage', '--efi', f'{boot}/boot/bootx64.efi', '--bios', f'{boot}/boot/bios.elf',
                    '--kernel', f'{boot}/nonos-kernel.elf', '--archive', packed, '-o', image], check=True,
                   stdout=subprocess.DEVNULL)
    return image


def test_bad_images_of_the_boot_archive_are_named_and_the_others_start(tmp_path):
    attested = {name: read(f'{RING3}/attested/bin/{name}') for name in ('ls', 'mv', 'cp', 'wc')}
    manifest = read(f'{qemu.SOURCE}/distro/profiles/reference/manifest') + b'\nprogram more\n    image bin/cat\n    grants power\n'
    changes = {'bin/ls': elf_flip(attested['ls'], 0.4), 'bin/mv': attested['cp'], 'bin/wc': attested['wc'][:-TAIL]}
    with session.boot(archive(str(tmp_path), changes, manifest)) as vm:
        shell = session.Shell(vm)
        for line in (r'bin/ls: the proof does not hold \(M ', r'bin/mv: attested under another name', r'bin/wc: not attested',
                     r'bin/cat: more than is proved'):
            assert re.search(rf'attestor: refused {line}', vm.output), line
        found = re.search(r'attestor: (\d+) of (\d+) images', vm.output)
        assert int(found.group(2)) - int(found.group(1)) == 4
        assert shell.run('ls /')[0] == 126 and shell.run('wc /manifest')[0] == 126
        # A file is what it was attested as, whatever it is called: no module starts under another's name, and this is cp.
        assert 'cp: ' in shell.run('mv /nowhere b')[1]
        assert shell.ok('echo still here | cat') == 'still here\n'
        shell.power_off()


# -- the documentation

def test_walk_through_of_the_documentation_works(tmp_path):
    section = document.Section('attestation.md', 'Walk-through')
    os.symlink(RING3, tmp_path / 'ring3')
    printed = section.run_on_host(tmp_path, [os.path.dirname(NONZK)])
    root = re.findall('^root: ([0-9a-f]{64})$', printed, re.MULTILINE)[-1]
    assert len(section.host_commands()) > 8 and len(section.guest_commands()) > 6
    with session.boot(disk=str(tmp_path / 'disk.img')) as vm:
        shell = session.Shell(vm)
        for command, answers in section.guest_commands():
            output = shell.run(command.replace('ROOT', root))[1]
            for answer in answers:
                assert f'{answer}\n' in output, f'{command}: {output}'


if __name__ == '__main__':
    qemu.main(__file__)
