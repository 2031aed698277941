#!/usr/bin/python3
"""Boots the kernel and talks to it: peer.py user KERNEL, through QEMU's own router; peer.py tap KERNEL, over a TAP device to Linux, in a
network namespace of its own (root)."""
import os
import socket
import struct
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../tests/system'))
import lan  # noqa: E402

PORT, MIB, DEVICE = 7, 1 << 20, 'echo0'
PATIENCE = 60 * int(os.environ.get('NONOS_PATIENCE', '1'))


class Machine:
    """The kernel in QEMU, as long as the block runs. `lines` is what it printed."""

    def __init__(self, kernel, network):
        self._serial = tempfile.NamedTemporaryFile('r')
        self._qemu = subprocess.Popen(
            ['qemu-system-x86_64', '-accel', 'tcg', '-cpu', 'max', '-m', '64', '-display', 'none', '-serial', f'file:{self._serial.name}',
             '-device', 'isa-debug-exit,iobase=0x501,iosize=4', '-kernel', kernel, *network])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._qemu.kill()
        self._qemu.wait()

    def wait_for(self, start):
        """Returns the line that begins so."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            self._serial.seek(0)
            lines = self._serial.read().splitlines()
            for line in lines:
                if line.startswith(start):
                    return line
            assert self._qemu.poll() is None, f'the kernel has ended: {lines}'
            time.sleep(0.1)
        raise AssertionError(f'{start} did not come: {lines}')


def echo(host, port, connections=3):
    """Sends bytes over some connections at a time; all have to come back, and the end after them."""
    data = os.urandom(MIB)
    sockets = [socket.create_connection((host, port), PATIENCE) for _ in range(connections)]
    for s in sockets:
        if os.fork() == 0:
            s.sendall(data)
            s.shutdown(socket.SHUT_WR)
            os._exit(0)
    for s in sockets:
        s.settimeout(PATIENCE)
        with s.makefile('rb') as stream:
            assert stream.read() == data, 'other bytes came back'
    for _ in sockets:
        os.wait()
    print(f'{connections} times {MIB} bytes came back from {host}')


def ping(host, len=4000):
    """One echo request in fragments (RFC 792, RFC 4443), and the answer to it."""
    data = os.urandom(len)
    if ':' in host:
        s = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.getprotobyname('ipv6-icmp'))
        request, answer, skip = 128, 129, 0
    else:
        s = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
        request, answer, skip = 8, 0, 20
    message = struct.pack('!BBHHH', request, 0, 0, 1, 1) + data
    message = message[:2] + struct.pack('!H', lan.checksum(message)) + message[4:]  # of IPv6 Linux writes its own
    s.settimeout(PATIENCE)
    s.sendto(message, (host, 0))
    while (got := s.recv(65536)[skip:])[0] != answer:
        pass
    assert got[4:] == message[4:], 'another answer'
    print(f'{host} answered ping')


def through_router(kernel):
    """QEMU's router hands on a port of this machine's, and is the DHCP server. Whoever takes a free port before QEMU does fails the test."""
    with socket.create_server(('127.0.0.1', 0)) as free:
        port = free.getsockname()[1]
    network = ['-netdev', f'user,id=net,hostfwd=tcp:127.0.0.1:{port}-:{PORT}',
               '-device', 'virtio-net-pci,netdev=net,disable-legacy=on,romfile=']
    with Machine(kernel, network) as machine:
        machine.wait_for('address 10.0.2.15')
        echo('127.0.0.1', port)


def over_tap(kernel):
    """Linux asks for echoes and connects, over both versions."""
    for line in ('link set lo up', f'tuntap add dev {DEVICE} mode tap', f'addr add 10.7.0.1/24 dev {DEVICE}',
                 f'addr add fe80::1/64 dev {DEVICE} nodad', f'addr add 2001:db8:51::1/64 dev {DEVICE} nodad',
                 f'link set {DEVICE} up'):
        subprocess.run(['ip'] + line.split(), check=True)
    with lan.TapLan(DEVICE) as peer, Machine(kernel, peer.qemu()) as machine:
        for start in ('address 10.7.0.15', 'address 2001:db8:51:'):
            host = machine.wait_for(start).split()[1]
            ping(host)
            echo(host, PORT)


def main():
    {'user': through_router, 'tap': over_tap}[sys.argv[1]](sys.argv[2])


if __name__ == '__main__':
    main()
