#!/usr/bin/python3
"""The system on the wire with Linux at the other end of a TAP device, in a network namespace of this test's own. Needs root."""
import os
import shutil
import socket
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import pytest  # noqa: E402

import lan  # noqa: E402
import qemu  # noqa: E402
import session  # noqa: E402
import test_network as network  # noqa: E402

DEVICE = 'nonos0'
INSIDE = 'NONOS_IN_NAMESPACE'


def network_make():
    """The device, with Linux at its end. Linux asks nobody whether its own addresses are taken."""
    for line in ('link set lo up', f'tuntap add dev {DEVICE} mode tap', f'addr add 10.7.0.1/24 dev {DEVICE}',
                 f'addr add fe80::1/64 dev {DEVICE} nodad', f'addr add 2001:db8:51::1/64 dev {DEVICE} nodad',
                 f'link set {DEVICE} up'):
        subprocess.run(['ip'] + line.split(), check=True)


def test_linux_and_the_guest_talk_over_both_versions():
    network_make()
    server4, server6 = network.EchoServer('10.7.0.1'), network.EchoServer('2001:db8:51::1', socket.AF_INET6)
    with lan.TapLan(DEVICE) as peer, session.boot(extra=peer.qemu()) as vm:
        shell = session.Shell(vm)
        network.wait_for_address(shell, '10.7.0.15')
        shell.ok("until ip address | grep 'ipv6 2001:db8:51:' | grep -qv tentative; do sleep 0.2; done", 120)
        assert '2 answered' in shell.ok('ping -c 2 -i 0 10.7.0.1')
        assert '2 answered' in shell.ok('ping -c 2 -i 0 -s 4000 2001:db8:51::1')
        shell.ok(f'seq 1 200000 | head -c {network.MIB} >/tmp/out')
        for host, server in (('10.7.0.1', server4), ('2001:db8:51::1', server6)):
            shell.ok(f'nc {host} {server.port} </tmp/out >/tmp/in', 180)
            sums = [line.split()[0] for line in shell.ok('b3sum /tmp/out /tmp/in').splitlines()]
            assert len(sums) == 2 and sums[0] == sums[1], sums
        # Who asks at a closed port whether anybody is there gets no answer.
        with socket.socket() as probe:
            probe.settimeout(2)
            with pytest.raises(socket.timeout):
                probe.connect(('10.7.0.15', 80))
        assert not peer.host_names
        shell.power_off()


def main():
    """Enters the namespace, or says why not."""
    if os.environ.get(INSIDE):
        qemu.main(__file__)
    if os.geteuid() != 0 or not os.path.exists('/dev/net/tun') or not (shutil.which('ip') and shutil.which('unshare')) or \
            subprocess.run(['unshare', '--net', 'true'], check=False, stderr=subprocess.DEVNULL).returncode != 0:
        print('1..0 # SKIP needs root, /dev/net/tun, ip and unshare')
        return
    os.environ[INSIDE] = '1'
    os.execvp('unshare', ['unshare', '--net', '--pid', '--fork', '--kill-child', '--mount-proc', sys.executable,
                          os.path.abspath(__file__)])


if __name__ == '__main__':
    main()
