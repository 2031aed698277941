#!/usr/bin/env python3
"""nic.py IMAGE KERNEL [ROUNDS]: how a guest talks TCP through each kind of network card, NONOS beside Debian's kernel.

IMAGE   the NONOS image
KERNEL  the folder that fetch-kernel.sh made: vmlinuz and drivers

Both guests run at once, each at a TAP device of its own in a network namespace of this bench, and take turns, so that other load on
this computer meets both alike. Zeros go to the host, and come back and are thrown away. See README.md. NONOS_BENCH_MIB says how much is sent (16), NONOS_BENCH_CARDS which cards are tried (all).
"""
import contextlib
import glob
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../system'))
import lan  # pylint: disable=wrong-import-position
import session  # pylint: disable=wrong-import-position
from boot import MACHINE, make_initrd, processor_seconds  # pylint: disable=wrong-import-position
from peers import wait_for_address  # pylint: disable=wrong-import-position
from qemu import PATIENCE, Qemu, QemuError  # pylint: disable=wrong-import-position

INSIDE = 'NONOS_IN_NAMESPACE'
MIB = int(os.environ.get('NONOS_BENCH_MIB', '16'))
# Seconds until a guest has shown on its screen what it was told.
SETTLE = 1
# What QEMU calls them. The second is the first without what lets a guest leave segments and checksums to the device.
CARDS = {
    'virtio-net': 'virtio-net-pci,disable-legacy=on',
    'virtio-plain': 'virtio-net-pci,disable-legacy=on,csum=off,gso=off,guest_csum=off,guest_tso4=off,guest_tso6=off,'
                    'guest_ufo=off,guest_ecn=off,host_tso4=off,host_tso6=off,host_ufo=off,host_ecn=off,mrg_rxbuf=off',
    'e1000': 'e1000',
    'rtl8139': 'rtl8139',
}
# The host's and the guest's address on each TAP device.
NETS = {'nonos0': ('10.7.0.1', '10.7.0.15'), 'linux0': ('10.8.0.1', '10.8.0.15')}

INIT = f"""#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin
mount -t devtmpfs dev /dev
mount -t proc proc /proc
mount -t tmpfs tmp /tmp
for driver in virtio_ring virtio virtio_pci_legacy_dev virtio_pci_modern_dev virtio_pci failover net_failover virtio_net \\
    e1000 mii 8139cp; do
    insmod /drivers/$driver.ko
done
ip link set lo up
ip addr add {NETS['linux0'][1]}/24 dev eth0
ip link set eth0 up
export PS1='$ '
exec setsid cttyhack sh
"""


class LinuxShell(session.Shell):
    """The shell of the guest with Debian's kernel."""

    def __init__(self, vm):  # pylint: disable=super-init-not-called
        self.vm = vm
        self._count = self._begin = 0
        vm.wait_for(r'\$ ', 180)


def cable(device, card):
    """Arguments for QEMU."""
    return ['-netdev', f'tap,id=net,ifname={device},script=no,downscript=no', '-device', f'{card},netdev=net,romfile=']


class Guest:
    """One of the two: its machine, its shell, and how it sends and receives."""

    def __init__(self, vm, shell, device, send, receive):
        self.vm, self.shell = vm, shell
        self.host = NETS[device][0]
        self.commands = {'out': send, 'in': receive}

    def transfer(self, direction):
        """Returns seconds by the clock and of QEMU's processor time for MIB."""
        with socket.create_server((self.host, 0)) as listener:
            listener.settimeout(20 * PATIENCE)
            self.shell.start(self.commands[direction].format(host=self.host, port=listener.getsockname()[1]))
            connection, _ = listener.accept()
            with connection:
                time.sleep(SETTLE)
                start = time.monotonic(), processor_seconds(self.vm.pid)
                (drain if direction == 'out' else fill)(connection)
                end = time.monotonic(), processor_seconds(self.vm.pid)
            # Who sends has no end, and sees the connection break.
            status, output = self.shell.finish(60)
            if status != 0 and direction == 'in':
                raise QemuError(f'the guest says: {output}')
        return [after - before for before, after in zip(start, end)]


def drain(connection):
    """Takes so many bytes."""
    left, buffer = MIB << 20, bytearray(1 << 18)
    while left > 0:
        n = connection.recv_into(buffer)
        if n == 0:
            raise QemuError(f'{left} bytes did not come')
        left -= n


def fill(connection):
    """Sends, and waits until the other side has taken it and ends."""
    data = bytes(1 << 18)
    for _ in range(MIB * 4):
        connection.sendall(data)
    connection.shutdown(socket.SHUT_WR)
    if connection.recv(1):
        raise QemuError('the guest says something')


def nonos(image, card):
    """Boots ours."""
    device = 'nonos0'
    with lan.TapLan(device):  # only until there is an address: it sees each frame
        vm = session.boot(image=image, extra=cable(device, CARDS[card]), smp=MACHINE['smp'], mem=MACHINE['mem'])
        shell = session.Shell(vm)
        wait_for_address(shell, NETS[device][1])
    return Guest(vm, shell, device, 'nc {host} {port} </dev/zero', 'nc {host} {port} </dev/null >/dev/null')


def linux(kernel, initrd, card):
    """Boots Debian's kernel."""
    device = 'linux0'
    vm = Qemu(None, firmware='bios', **MACHINE, extra=cable(device, CARDS[card]) + [
        '-kernel', os.path.join(kernel, 'vmlinuz'), '-initrd', initrd, '-no-reboot',
        # On a busy machine its test of the timer fails, and so would the bench.
        '-append', 'console=ttyS0 quiet no_timer_check panic=-1'])
    shell = LinuxShell(vm)
    # busybox gives the connection to the program itself, so nothing stands between it and the file.
    return Guest(vm, shell, device, "nc {host} {port} -e dd if=/dev/zero bs=65536 2>/dev/null",
                 "nc {host} {port} -e dd of=/dev/null bs=65536 2>/dev/null")


def network_make():
    """Devices with Linux at the other end."""
    subprocess.run(['ip', 'link', 'set', 'lo', 'up'], check=True)
    for device, (host, _) in NETS.items():
        for line in (f'tuntap add dev {device} mode tap', f'addr add {host}/24 dev {device}', f'link set {device} up'):
            subprocess.run(['ip'] + line.split(), check=True)


def card_measure(card, image, kernel, initrd, rounds):
    """Measures and prints one card."""
    with contextlib.ExitStack() as stack:
        guests = {'NONOS': nonos(image, card)}
        stack.callback(guests['NONOS'].vm.close)
        guests['Linux'] = linux(kernel, initrd, card)
        stack.callback(guests['Linux'].vm.close)
        for direction in ('out', 'in'):
            times = {name: [] for name in guests}
            for number in range(rounds + 1):
                for name, guest in guests.items():
                    taken = guest.transfer(direction)
                    if number:  # the first is to get warm
                        times[name].append(taken)
            rates = {name: [MIB / statistics.median(column) for column in zip(*runs)] for name, runs in times.items()}
            ratios = [ours / theirs for ours, theirs in zip(rates['NONOS'], rates['Linux'])]
            print(f'{card:14}{direction:5}' + ''.join(f'{rates[name][i]:9.2f}' for i in (0, 1) for name in guests) +
                  f'{ratios[0]:9.2f}{ratios[1]:9.2f}', flush=True)


def main():
    """Measures and prints a table."""
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    image, kernel = (os.path.abspath(name) for name in sys.argv[1:3])
    rounds = int(sys.argv[3]) if len(sys.argv) == 4 else 5
    network_make()
    print(f'MiB/s through TCP, {MIB} MiB a time: medians of {rounds} rounds, TCG, -cpu max, -smp {MACHINE["smp"]}, '
          f'Linux {os.path.basename(kernel)}\n'
          f'{"":19}{"by the clock":>18}{"per CPU-second":>18}{"NONOS / Linux":>18}\n'
          f'{"":19}' + f'{"NONOS":>9}{"Linux":>9}' * 2 + f'{"clock":>9}{"CPU":>9}', flush=True)
    with tempfile.TemporaryDirectory(prefix='nonos-nic-') as work:
        initrd = os.path.join(work, 'initrd.gz')
        make_initrd(os.path.join(work, 'root'), initrd, INIT,
                    glob.glob(f'{kernel}/*.ko') + glob.glob(f'{kernel}/net/*.ko'))
        for card in os.environ.get('NONOS_BENCH_CARDS', ' '.join(CARDS)).split():
            card_measure(card, image, kernel, initrd, rounds)


def enter():
    """Enters the namespace, or says why not."""
    if os.environ.get(INSIDE):
        main()
    elif os.geteuid() != 0 or not os.path.exists('/dev/net/tun') or not (shutil.which('ip') and shutil.which('unshare')) or \
            subprocess.run(['unshare', '--net', 'true'], check=False, stderr=subprocess.DEVNULL).returncode != 0:
        sys.exit('bench: skipped: needs root, /dev/net/tun, ip and unshare')
    else:
        os.environ[INSIDE] = '1'
        os.execvp('unshare', ['unshare', '--net', '--pid', '--fork', '--kill-child', '--mount-proc', sys.executable,
                              os.path.abspath(__file__)] + sys.argv[1:])


if __name__ == '__main__':
    try:
        enter()
    except QemuError as error:
        sys.exit(f'bench: {error}')
