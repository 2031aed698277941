#!/usr/bin/python3
"""The system on the wire with Linux at the other end of a TAP device, in a network namespace of this test's own: as peers, then dnsmasq, nmap and
hping3. Needs root."""
import contextlib
import os
import re
import shutil
import socket
import struct
import subprocess
import sys
import threading

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import pytest  # noqa: E402

import lan  # noqa: E402
import qemu  # noqa: E402
import session  # noqa: E402
import test_network as network  # noqa: E402

DEVICE = 'nonos0'
QUEUES_DEVICE = 'nonos1'  # with several queues
INSIDE = 'NONOS_IN_NAMESPACE'
GUEST4, GUEST6 = '10.7.0.15', '2001:db8:51::100'
OPEN = 7  # the guest's only port that listens
FLOOD_S = 30 if session.LONG else 2
# What must go through however busy the machine is.
SCAN = ['nmap', '-n', '-Pn', '-T5', '--max-retries', '0', '--min-rate', '10000']
FLOODS = {'SYN': ['-S', '-p', str(OPEN), '--rand-source'], 'UDP': ['-2', '-p', '53', '-d', '1000', '--rand-source'],
          'fragments': ['-f', '-d', '4000', '--rand-source'], 'land': ['-S', '-a', GUEST4, '-s', str(OPEN), '-k', '-p', str(OPEN)],
          'xmas': ['-FSRPAU', '-p', str(OPEN), '--rand-source']}


def device_make(name, kind=''):
    """The device, with Linux at its end, instead of one that a test left. Linux asks nobody whether its own addresses are taken."""
    for left in (DEVICE, QUEUES_DEVICE):
        subprocess.run(['ip', 'link', 'del', left], check=False, stderr=subprocess.DEVNULL)
    for line in (f'tuntap add dev {name} mode tap {kind}', f'addr add 10.7.0.1/24 dev {name}', f'addr add fe80::1/64 dev {name} nodad',
                 f'addr add 2001:db8:51::1/64 dev {name} nodad', f'link set {name} up'):
        subprocess.run(['ip'] + line.split(), check=True)


@pytest.fixture(scope='module', autouse=True)
def network_make():
    """The device of all tests."""
    subprocess.run(['ip', 'link', 'set', 'lo', 'up'], check=True)
    device_make(DEVICE)


def queue_counters(shell):
    """What each queue carried: {(queue, 'received' or 'sent'): frames}."""
    found = re.findall(r'^ *(\d+) +queue (\d+): frames (received|sent)$', shell.ok('ip counters'), re.MULTILINE)
    return {(int(queue), direction): int(value) for value, queue, direction in found}


@pytest.fixture(name='queues')
def queues_make():
    """A device with several queues and the addresses of DEVICE, which is away meanwhile."""
    device_make(QUEUES_DEVICE, 'multi_queue')
    yield QUEUES_DEVICE
    device_make(DEVICE)


def echo_several(shell, server, flows):
    """So many connections at once, each with bytes of its own there and back."""
    for flow in range(flows):
        shell.ok(f'seq {flow}00000 {flow}99999 | head -c {network.MIB // 2} >/tmp/out{flow}')
    shell.ok(''.join(f'nc 10.7.0.1 {server.port} </tmp/out{flow} >/tmp/in{flow} & ' for flow in range(flows)) + 'wait', 300)
    for flow in range(flows):
        sums = [line.split()[0] for line in shell.ok(f'b3sum /tmp/out{flow} /tmp/in{flow}').splitlines()]
        assert len(sums) == 2 and sums[0] == sums[1], (flow, sums)


def several_used(shell, server, pairs):
    """Whether connections go by more than one queue, in both directions, if there are several. Where they go is by their ports, which are drawn."""
    for _ in range(5):
        echo_several(shell, server, 6)
        counters = queue_counters(shell)
        print(f'# {counters}', flush=True)
        assert len(counters) == (2 * pairs if pairs > 1 else 0), counters
        if all(sum(counters[queue, direction] > 20 for queue in range(pairs)) > 1 for direction in ('received', 'sent') if pairs > 1):
            return True
    return False


# How many queues the cable has, the guest's processors, and how many pairs of queues the driver has then.
QUEUES = {(4, 4): 4, (4, 2): 2, (2, 4): 2, (4, 1): 1}


@pytest.mark.parametrize('cable,processors', QUEUES)
def test_flows_go_by_several_queues_through_the_end_of_the_driver(queues, cable, processors):
    pairs = QUEUES[cable, processors]
    server = network.EchoServer('10.7.0.1')
    card = f'virtio-net-pci,disable-legacy=on,mq=on,vectors={2 * cable + 2}'
    with lan.TapLan(queues, card, cable) as peer, session.boot(smp=processors, extra=peer.qemu()) as vm:
        shell = session.Shell(vm)
        network.wait_for_address(shell, '10.7.0.15')
        for deaths in range(2):
            assert several_used(shell, server, pairs)
            whole = shell.ok('ip counters')
            assert 'device: reports that cannot be' not in whole and 'device: resets' not in whole, whole
            if deaths == 0:
                shell.ok('/bin/kill virtio-net; until ip link | grep -q "driver started again 1 times"; do sleep 0.1; done', 60)
        shell.power_off()


class Frames:
    """Counts frames on the device: those longer than the MTU allows, which are trains of TCP segments that the card is to cut, or has not cut; and
    TCP segments of the guest's whose checksum is right, and wrong."""

    def __init__(self):
        self.sent, self.received = 0, 0  # trains, by the guest
        self.right, self.wrong = 0, 0
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))  # ETH_P_ALL
        self._socket.bind((DEVICE, 0))
        threading.Thread(target=self._count, daemon=True).start()

    def _count(self):
        while True:
            frame, (_, _, kind, _, _) = self._socket.recvfrom(65536)
            if kind == socket.PACKET_OUTGOING:
                self.received += len(frame) > 1514
            elif len(frame) > 1514:
                self.sent += 1
            else:
                self._judge(frame)

    def _judge(self, frame):
        kind, packet = frame[12:14], frame[14:]
        if kind == b'\x08\0' and packet[9] == 6:
            packet = packet[:struct.unpack('!H', packet[2:4])[0]]  # there may be padding behind
            addresses, segment = packet[12:20], packet[(packet[0] & 15) * 4:]
            right = lan.checksum(packet[:len(packet) - len(segment)]) == 0
        elif kind == b'\x86\xdd' and packet[6] == 6:
            addresses, segment = packet[8:40], packet[40:]
            right = struct.unpack('!H', packet[4:6])[0] == len(segment)
        else:
            return
        right = right and lan.checksum(addresses + struct.pack('!HH', 6, len(segment)) + segment) == 0
        self.right += right
        self.wrong += not right


# Of each card: whether trains of the guest's reach the TAP device, and trains of Linux's the guest. Only an e1000e that does not say that it is QEMU's gets
# trains (kernel/modules/e1000/README.md). QEMU's e1000 finishes checksums itself, the others leave them to the TAP device.
CARDS = {'virtio-net-pci,disable-legacy=on': (True, True), 'e1000': (False, False), 'e1000e': (False, False), 'e1000e,subsys=0xa01f': (True, False)}


@pytest.mark.parametrize('card', CARDS)
def test_linux_and_the_guest_talk_over_both_versions(card):
    frames = Frames()
    server4, server6 = network.EchoServer('10.7.0.1'), network.EchoServer('2001:db8:51::1', socket.AF_INET6)
    with lan.TapLan(DEVICE, card) as peer, session.boot(extra=peer.qemu()) as vm:
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
            assert (frames.sent > 5, frames.received > 5) == CARDS[card], (frames.sent, frames.received)
            if card == 'e1000':
                assert frames.right > 100 and not frames.wrong, (frames.right, frames.wrong)
            frames.sent, frames.received, frames.right = 0, 0, 0
        counters = shell.ok('ip counters')
        assert 'device: reports that cannot be' not in counters and 'device: resets' not in counters, counters
        # Who asks at a closed port whether anybody is there gets no answer.
        with socket.socket() as probe:
            probe.settimeout(2)
            with pytest.raises(socket.timeout):
                probe.connect(('10.7.0.15', 80))
        assert not peer.host_names
        shell.power_off()


@contextlib.contextmanager
def dnsmasq(folder):
    """A router, and server of DHCP in both versions, that has one address for the guest in each."""
    arguments = ['dnsmasq', '--no-daemon', '--conf-file=/dev/null', '--pid-file=', '--user=root', f'--interface={DEVICE}', '--bind-interfaces',
                 '--port=0', f'--dhcp-leasefile={folder}/leases', '--enable-ra', f'--dhcp-range={GUEST4},{GUEST4},1h',
                 f'--dhcp-range={GUEST6},{GUEST6},64,1h']
    with open(f'{folder}/log', 'w', encoding='ascii') as log, subprocess.Popen(arguments, stdout=log, stderr=log) as process:
        try:
            yield
        finally:
            process.kill()


def scan(*arguments):
    """What nmap says of ports that did anything: {(port, protocol): state}."""
    out = subprocess.run(SCAN + list(arguments), check=True, capture_output=True, text=True).stdout
    assert not re.search(r'closed (tcp|udp) ports|/(tcp|udp) +closed', out), out
    found = re.findall(r'^(\d+)/(tcp|udp) +(\S+)', out, re.MULTILINE)
    return {(int(port), protocol): state for port, protocol, state in found if state not in ('filtered', 'open|filtered')}


def reach(shell, host):
    """Linux connects to the guest's port, and the guest to Linux."""
    shell.start(f'echo hello | nc -l -{6 if ":" in host else 4} {OPEN}')
    with socket.create_connection((host, OPEN), 30 * qemu.PATIENCE) as connection:
        assert connection.recv(64) == b'hello\n'
    assert shell.finish()[0] == 0
    server = network.EchoServer('10.7.0.1')
    assert shell.ok(f'seq 1 20000 | nc 10.7.0.1 {server.port} | wc -l', 180) == '20000\n'
    server.close()


@pytest.mark.skipif(not all(map(shutil.which, ('dnsmasq', 'nmap', 'hping3'))), reason='dnsmasq, nmap or hping3 was not found')
def test_scans_and_floods_find_the_open_port_alone_and_cost_no_memory(tmp_path):
    nic = ['-netdev', f'tap,id=net,ifname={DEVICE},script=no,downscript=no',
           '-device', 'virtio-net-pci,netdev=net,disable-legacy=on,romfile=']
    with dnsmasq(tmp_path), session.boot(extra=nic) as vm:
        shell = session.Shell(vm)
        network.wait_for_address(shell, GUEST4)
        shell.ok(f"until ip address | grep 'ipv6 {GUEST6}/' | grep -qv tentative; do sleep 0.2; done", 120)
        assert 'address by DHCP; address by DHCPv6' in shell.ok('ip')
        reach(shell, GUEST4)
        before = session.settled(shell)[0]
        shell.ok(f': >/tmp/nothing; nc -l {OPEN} </tmp/nothing >/tmp/heard 2>&1 & true')
        only = {(OPEN, 'tcp'): 'open'}
        assert scan('-sS', '-p', str(OPEN), '--max-retries', '3', GUEST4) == only
        for version, host in (([], GUEST4), (['-6'], GUEST6)):
            # A machine that is too busy for the rate loses an answer, but makes none.
            assert scan('-sS', '-p-', *version, host).items() <= only.items()
            assert scan('-sU', '--top-ports', '100', *version, host) == {}
        assert scan('-O', '-p', f'1-{OPEN}', GUEST4).items() <= only.items()
        connected = scan('-sT', '-p-' if session.LONG else '-p1-2000', GUEST4)  # takes the listener's only client
        assert connected.items() <= only.items()
        for name, arguments in FLOODS.items():
            subprocess.run(['timeout', str(FLOOD_S), 'hping3', '--flood', *arguments, GUEST4], check=False, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL)
            print(f'# flood {name} is over', flush=True)
        shell.ok('/bin/kill nc; wait; true')
        reach(shell, GUEST4)
        reach(shell, GUEST6)
        after = session.settled(shell)[0]
        print(f'# {before} KiB free before scans and floods, {after} after', flush=True)
        # Threads and programs touch pages of their own the first time; what a packet left behind would be counted in MiB.
        assert after >= before - 256, f'{before - after} KiB are missing'
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
