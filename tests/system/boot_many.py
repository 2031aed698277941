#!/usr/bin/python3
"""boot_many.py COUNT: boots COUNT times in a row to `login:`, on both firmwares and with 1 to 16 processors. Prints TAP."""
import sys

import qemu
import session


def boots(firmware, smp):
    """Whether one boot reached the prompt and powered off in order."""
    for _ in range(3):
        before = qemu.CRASHES
        try:
            with session.boot(firmware=firmware, smp=smp) as vm:
                session.Shell(vm, firmware=firmware).power_off()
            return None
        except AssertionError as error:
            if qemu.CRASHES == before:
                return error
            print('# QEMU itself crashed; once more', flush=True)
    return 'QEMU itself crashed three times'


def main():
    """One line a boot."""
    count = int(sys.argv[1])
    failed = 0
    print(f'1..{count}')
    for i in range(count):
        firmware, smp = ('bios', 'uefi')[i % 2], (1, 2, 4, 16)[i // 2 % 4]
        error = boots(firmware, smp)
        print(f'{"not ok" if error else "ok"} {i + 1} - boot {i + 1}: {firmware}, {smp} processors', flush=True)
        if error:
            failed += 1
            print('\n'.join('# ' + line for line in str(error).splitlines()), flush=True)
    sys.exit(failed > 0)


if __name__ == '__main__':
    main()
