#!/usr/bin/python3
"""Boots the test profile, whose test program exercises the C library inside of the guest, and passes its TAP lines on."""
import os
import re
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../../tests/system'))
import qemu  # noqa: E402

IMAGE = os.path.join(qemu.BUILD, 'kernel/runtime/test.iso')


def run():
    """The guest's output, and its status at power-off."""
    with qemu.Qemu(IMAGE, firmware='bios', smp=2, mem='256M') as vm:
        vm.wait_for(r'1\.\.\d+\r?\n\d+ failed', timeout=90)
        status = vm.wait_exit()
        return vm.output, status


def run_despite_crashes():
    """The same, where QEMU itself may crash twice."""
    for _ in range(2):
        before = qemu.CRASHES
        try:
            return run()
        except qemu.QemuError:
            if qemu.CRASHES == before:
                raise
            print('# QEMU itself crashed; once more', flush=True)
    return run()


def main():
    try:
        output, status = run_despite_crashes()
    except qemu.QemuError as error:
        print('1..1\nnot ok 1 - the guest runs its tests to the end')
        for line in str(error).splitlines():
            print('#', line)
        return 1
    results = re.findall(r'^((?:not )?ok) (\d+) - ([^\r\n]*)', output, re.MULTILINE)
    planned = int(re.search(r'1\.\.(\d+)', output).group(1))
    for number, (result, _, what) in enumerate(results, 1):
        print(f'{result} {number} - {what}')
    numbers = [int(number) for _, number, _ in results]
    complete = numbers == list(range(1, planned + 1))
    failures = sum(result != 'ok' for result, _, _ in results)
    print(f'{"ok" if complete else "not ok"} {len(results) + 1} - every test of the guest was seen')
    print(f'{"ok" if status == 0 else "not ok"} {len(results) + 2} - the machine powers off in order')
    print(f'1..{len(results) + 2}')
    return 0 if complete and status == failures == 0 else 1


if __name__ == '__main__':
    sys.exit(main())
