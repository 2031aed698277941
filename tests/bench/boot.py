#!/usr/bin/env python3
"""boot.py IMAGE KERNEL WORK [ROUNDS]: how long it takes to a login prompt, NONOS beside Debian's kernel.

IMAGE   the NONOS image
KERNEL  Debian's vmlinuz
WORK    a folder for the image with Debian's kernel

Both are disks with GRUB in the boot sector for the BIOS and an EFI system partition for UEFI, and both run on
the same machine. Debian's kernel gets an initrd with nothing but busybox, whose first process mounts three
file systems and starts getty. The runs alternate, so that other load on this computer meets both alike; the
processor time of QEMU tells more than the clock where that load is high.
"""
import os
import statistics
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../system'))
import qemu  # pylint: disable=wrong-import-position
from qemu import Qemu, QemuError  # pylint: disable=wrong-import-position

MACHINE = {'smp': 2, 'mem': '512M', 'media': 'disk'}
PROMPT = 'login:'
TICKS = os.sysconf('SC_CLK_TCK')

INIT = """#!/bin/busybox sh
/bin/busybox mount -t devtmpfs dev /dev
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sys /sys
exec /bin/busybox setsid /bin/busybox getty -L ttyS0 115200 vt100
"""
# Without a menu: what is not an entry of one runs at once.
GRUB_CONFIG = """linux /vmlinuz console=ttyS0 quiet
initrd /initrd
boot
"""


def write(path, text, mode=0o644):
    """Makes a text file."""
    with open(path, 'w', encoding='ascii') as file:
        file.write(text)
    os.chmod(path, mode)


def make_initrd(folder, output, init=INIT, drivers=()):
    """An initial RAM disk with busybox, what its first process does, and drivers."""
    for name in ('bin', 'dev', 'drivers', 'proc', 'sys', 'tmp'):
        os.makedirs(os.path.join(folder, name), exist_ok=True)
    subprocess.run(['cp', '/bin/busybox', os.path.join(folder, 'bin')], check=True)
    if drivers:
        subprocess.run(['cp', *drivers, os.path.join(folder, 'drivers')], check=True)
    write(os.path.join(folder, 'init'), init, 0o755)
    command = 'cd "$0" && find . | /bin/busybox cpio -o -H newc 2>/dev/null | gzip -9 >"$1"'
    subprocess.run(['sh', '-c', command, folder, os.path.abspath(output)], check=True)


def make_linux_image(kernel, work):
    """A disk that boots Debian's kernel on both firmwares. Returns its name."""
    image = os.path.join(work, 'linux.iso')
    tree = os.path.join(work, 'tree')
    os.makedirs(os.path.join(tree, 'boot/grub'), exist_ok=True)
    make_initrd(os.path.join(work, 'initrd'), os.path.join(tree, 'initrd'))
    subprocess.run(['cp', kernel, os.path.join(tree, 'vmlinuz')], check=True)
    write(os.path.join(tree, 'boot/grub/grub.cfg'), GRUB_CONFIG)
    # Nothing that this boot does not need: GRUB for the BIOS reads what it loads slowly.
    made = subprocess.run(['grub-mkrescue', '-o', image, '--fonts=', '--locales=', '--themes=',
                           '--install-modules=linux normal boot minicmd part_gpt part_msdos iso9660 fat',
                           tree], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if made.returncode != 0:
        sys.exit('bench: grub-mkrescue failed:\n' + made.stdout.decode(errors='replace'))
    return image


def processor_seconds(pid):
    """User and system time of a running process with all its threads, proc(5)."""
    with open(f'/proc/{pid}/stat', encoding='ascii', errors='replace') as file:
        fields = file.read().rpartition(')')[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def measure(image, firmware):
    """Boots once, and once more if QEMU itself crashed. Returns seconds by the clock and of the processor."""
    for _ in range(3):
        before = qemu.CRASHES
        start = time.monotonic()
        try:
            with Qemu(image, firmware=firmware, **MACHINE) as machine:
                machine.wait_for(PROMPT, timeout=600)
                return time.monotonic() - start, processor_seconds(machine.pid)
        except QemuError:
            if qemu.CRASHES == before:
                raise
            print('# QEMU itself crashed; once more', flush=True)
    raise QemuError('QEMU itself crashed three times')


def main():
    """Measures and prints a table."""
    if len(sys.argv) not in (4, 5):
        sys.exit(__doc__)
    image, kernel, work = sys.argv[1:4]
    rounds = int(sys.argv[4]) if len(sys.argv) == 5 else 3
    release = os.path.basename(os.path.dirname(os.path.abspath(kernel)))
    os.makedirs(work, exist_ok=True)
    images = {'NONOS': image, f'Linux {release}': make_linux_image(kernel, work)}

    print(f"Seconds from QEMU's start to '{PROMPT}': medians of {rounds} rounds, TCG, -cpu max, "
          f"-smp {MACHINE['smp']}, -m {MACHINE['mem']}, from a disk", flush=True)
    print(f'{"":6}{"":24}{"clock":>8}{"processor":>11}', flush=True)
    for firmware in ('uefi', 'bios'):
        times = {name: [] for name in images}
        for _ in range(rounds):
            for name, file in images.items():
                times[name].append(measure(file, firmware))
        medians = [[statistics.median(column) for column in zip(*runs)] for runs in times.values()]
        for name, (clock, processor) in zip(images, medians):
            print(f'{firmware:6}{name:24}{clock:8.2f}{processor:11.2f}')
        ratios = [ours / theirs for ours, theirs in zip(*medians)]
        print(f'{firmware:6}{"NONOS / Linux":24}{ratios[0]:8.2f}{ratios[1]:11.2f}', flush=True)


if __name__ == '__main__':
    try:
        main()
    except QemuError as error:
        sys.exit(f'bench: {error}')
