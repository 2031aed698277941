#!/usr/bin/env python3
"""The programs that only NONOS has, on a machine made of tables (system_scenario.c)."""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import ENV, Tap, ours, run

tap = Tap()


def shows(argv, parts, status=0, scenario='', stdin=b'', absent=()):
    r = run([ours(argv[0])] + argv[1:], stdin, env=dict(ENV, NONOS_SCENARIO=scenario))
    text = r.out + r.err
    good = r.status == status and not r.crashed()
    good = good and all(p.encode() in text for p in parts) and not any(p.encode() in text for p in absent)
    tap.ok(good, f'{" ".join(argv)} {scenario}', f'{r.status} {r.out!r} {r.err!r}')


PROGRAMS = 'audit caps dmesg free fsck help kill login mkfs modules mount poweroff ps reboot umount uptime'.split()
for name in PROGRAMS:
    shows([name, '--help'], ['usage: ' + name, 'Exit status'])
    shows([name, '--nonsense'], [name + ': unknown option'], 8 if name == 'fsck' else 2)
for argv in (['ps'], ['free'], ['uptime'], ['dmesg'], ['modules'], ['caps'], ['caps', '2'], ['audit'],
             ['audit', '-c'], ['kill', '9'], ['kill', 'yes'], ['poweroff'], ['reboot'], ['modules', 'stop', 'vfs'],
             ['poweroff', '-f'], ['mount', '/disk'], ['umount', '/disk'], ['mkfs', '-f']):
    shows(argv, ['the capability does not allow this'], 1, 'denied')

shows(['ps'], ['    1      0 running   16   1    12   1.0M    0:00:02  1d 02:03:04 attestor\n',
               '    7      2 exited ', ' virtio-blk\n'])
shows(['ps', '-g'], ['virtio-blk           device\n', 'sh                   -\n'])
shows(['kill', '9'], [])
shows(['kill', '99'], ['kill: 99: no such task\n'], 1)
shows(['kill', 'virtio-blk'], [])
shows(['kill', 'sh'], ['kill: sh: no such task\n'], 1)
shows(['kill', 'yes'], ['several tasks'], 1)
shows(['kill', '-a', 'yes'], [])
shows(['kill'], ['nothing is named'], 2)
shows(['free'], ['Memory:       524288       114688       409600\n'])
shows(['free', '-h'], ['512M         112M         400M\n'])
shows(['uptime'], ['up 1d 02:03:04, 5 tasks, 6 threads, 2 processors, busy 10%, 18%\n'])
shows(['dmesg'], ['[0.001] hello ?[31m w'], absent=['\033', '\x7f'])
shows(['modules'], ['vfs              running         0      4  1d 02:03:00 01234567/3  block-raw\n',
                    'virtio-blk       waiting         3      -            - 01234567/3  -\n', 'DEVELOPMENT AUTHORITY'])
shows(['modules'], ['01234567/3'], scenario='release', absent=['DEVELOPMENT'])
shows(['modules', 'virtio-blk'], ['started again 3 times\nlast end: faulted (access)\nattested by 01234567' + '0' * 56 +
                                  ', epoch 3, version 5, for mint\ndoes not start any more: it is attested for another epoch\n'
                                  '    need pci\n    irq 4\n'])
shows(['modules', 'vfs'], ['attested by'], absent=['any more'])
shows(['modules', 'nope'], ['modules: nope: no such module\n'], 1)
shows(['modules', 'stop', 'vfs'], [])
shows(['modules', 'restart', 'nope'], ['no such module'], 1)
shows(['modules', 'start'], ['no module is named'], 2)
shows(['modules', 'bend', 'vfs'], ['is not stop, start or restart'], 2)
shows(['caps'], ['root             ?            -      -\n',
                 'buffer           memory       8.0K   read, expires in 0:01:01\n',
                 'stdout           endpoint     -      send,grant\n'])
shows(['caps', '2'], ['   1       3 task         -                   0       2 map,control,kill,inspect,grant,revoke\n',
                      '   5       8 memory       8.0K ', 'beef       0 send,grant\n'])
shows(['caps', '5'], ['no such task'], 1)
shows(['caps', 'x'], ['is not the number of a task'], 2)
shows(['audit', '-n', '1'], ['     249     62.250 module-mint    task 0     object 249    1 1000\n'], absent=['248 '])
shows(['audit', '-e', 'task-fault', '-n', '2'], ['access at 1000 some ? text\n'], absent=['\033', 'cap-'])
shows(['audit', '-t', '2'], ['task 2 '], absent=['task 1 ', 'task 0 '])
shows(['audit', '-e', 'refused'], ['(the capability does not allow this)'])
shows(['audit', '-c'], ['200 records, the chain is unbroken\n'])
shows(['audit', '-c'], ['the chain is broken at record 120\n'], 1, 'forged')
shows(['audit', '-x', '-c'], ['two commands'], 2)
shows(['audit', '-x'], ['the capability does not allow this'], 1, 'denied')
exported = run([ours('audit'), '-x']).out.decode().split('\n')
tap.ok(exported[0] == 'nonos-audit-log 1' and exported[-2:] == ['end', ''] and len(exported) == 203 and
       all(len(line) == 256 for line in exported[1:-2]) and bytes.fromhex(exported[1])[0] == 50, 'audit -x writes a file')
shows(['audit', '-x', '-n', '1'], ['nonos-audit-log 1\nf9', '\nend\n'])
shows(['audit', '-n', '4', '-e', 'module-refused'], [
    'another epoch\n', 'P grants audit-read,power, version 7, epoch and name 00000002 ls\n',
    'M 00000000000000010000000000000002' + '3' * 32 + '\n', 'T 00000000000000040000000000000005' + '6' * 32 + '\n'], scenario='refusal')
shows(['audit', '-n', 'x'], ['is not a number'], 2)
shows(['help'], ['ls cat cp', 'without NAME'])

shows(['mount'], [' on / type '])
shows(['mount', '/disk'], [])
shows(['mount', '-r', '/disk'], [], scenario='damaged')
shows(['mount', '-w', '/disk'], ['mount: /disk: it is mounted for reading only'], 1, 'damaged')
shows(['mount', '/no'], ['mount: /no: no such file or directory'], 1)
shows(['mount', '-rw', '/disk'], ['exclude each other'], 2)
shows(['mount', '/a', '/b'], ['one directory'], 2)
shows(['umount', '/disk'], [])
shows(['umount', '/'], ['umount: /: an argument is not valid'], 1)
shows(['umount'], ['one directory'], 2)
shows(['fsck'], ['clean, 12 inodes, 2 directories, 1300 blocks\n'])
shows(['fsck'], ['inode 12: 3 links, and 2 names were found\nname ?[31m here\nand 1 more\n', 'the journal holds changes', 'found errors',
                 '3 faults\n'], 4, 'damaged', absent=['\033', 'clean'])
shows(['fsck'], ['umount it first'], 8, 'writable')
shows(['fsck'], ['cannot be checked: input/output error'], 8, 'unreadable')
shows(['fsck'], ['the capability does not allow this'], 8, 'denied')
shows(['fsck', '/disk'], ['no operands'], 8)
shows(['mkfs'], ['-f overwrites it'], 1)
shows(['mkfs', '-f', '-L', 'backup'], [])
shows(['mkfs', '-f'], ['umount it first'], 1, 'writable')
shows(['mkfs', '-L', 'x' * 17], ['longer than 16 bytes'], 2)

shows(['login', '/bin/true'], ['login: \nWelcome, anna.\n', 'live mode, nothing is stored - 512MB memory, 2 processors - DEVELOPMENT AUTHORITY\n',
                               'There is no IOMMU', 'development build'], stdin=b'anna\n')
shows(['login', '/bin/true'], ['N\u00d8NOS\n', '2 processors\n'], scenario='release', stdin=b'a\n', absent=['DEVELOPMENT'])
CLEAR = 'The network is in the clear: there is no onion layer.\n'
shows(['login', '/bin/true'], [CLEAR], scenario='clearnet', stdin=b'a\n')
shows(['login', '/bin/true'], ['Welcome'], stdin=b'a\n', absent=[CLEAR])
shows(['login', '/bin/sh'], ['login: login: login: '], stdin=b'\n   \n')
shows(['login', '/bin/true'], ['Welcome, [31mx.'], stdin=b'\033[31m x\n', absent=['\033'])
shows(['login', '/bin/true'], ['Welcome, ' + 'x' * 32 + '.'], stdin=b'x' * 5000 + b'\n')
shows(['login', '/bin/true'], ['Welcome, a.', 'Welcome, b.'], stdin=b'a\nb\n')
shows(['login', '/no/shell'], ['/no/shell: no such file or directory'], 1, stdin=b'a\n')
shows(['login', '/bin/true'], ['live mode', 'authority unknown'], scenario='denied', stdin=b'a\n')
tap.end()
