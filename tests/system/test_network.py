#!/usr/bin/python3
"""The system on the wire: addresses, echo, names, TCP, a link that goes and comes, a driver that dies, and who may not."""
import os
import re
import shutil
import socket
import subprocess
import sys
import threading

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import pytest  # noqa: E402

import lan  # noqa: E402
import qemu  # noqa: E402
import session  # noqa: E402
from peers import DatagramEcho, EchoServer, forwarded_port, user_network, wait_for_address  # noqa: E402

MIB = 1 << 20
VIRTIO = 'virtio-net-pci,disable-legacy=on'


@pytest.fixture(name='server', scope='module')
def echo_server():
    """An echo server on the build machine's loopback, which the guest reaches through its router."""
    server = EchoServer()
    yield server
    server.close()


def test_host_gets_an_address_and_reaches_others(server):
    with session.boot(extra=user_network(forward=True)) as vm:
        shell = session.Shell(vm)
        wait_for_address(shell, '10.0.2.15')
        shown = shell.ok('ip')
        assert 'route 0.0.0.0/0 by 10.0.2.2\n' in shown and 'names by 10.0.2.3\n' in shown, shown
        # A station address that no maker gave, and not the card's.
        assert re.search(r'station .[26ae]:', shown) and '52:54:00' not in shown, shown
        assert '2 sent, 2 answered' in shell.ok('ping -c 2 -i 0 10.0.2.2')
        status, output = shell.run('ping -c 1 -W 1 10.0.2.77')
        assert status == 1 and '1 sent, 0 answered' in output, output
        status, output = shell.run('nc 10.0.2.2 1')
        assert status == 1 and output == 'nc: 10.0.2.2:1: refused\n', output

        datagrams = DatagramEcho()
        assert shell.ok(f'echo hello | nc -u -w 3 10.0.2.2 {datagrams.port}') == 'hello\n'
        datagrams.close()

        # One MiB there and back, in both roles.
        shell.ok(f'seq 1 200000 | head -c {MIB} >/tmp/out')
        shell.ok(f'nc 10.0.2.2 {server.port} </tmp/out >/tmp/in', 180)
        sums = [line.split()[0] for line in shell.ok('b3sum /tmp/out /tmp/in').splitlines()]
        assert len(sums) == 2 and sums[0] == sums[1], sums
        data = '\n'.join(map(str, range(1, 200001))).encode()[:MIB]
        shell.start('nc -lv 7 </tmp/out >/tmp/in2; b3sum /tmp/in2')
        vm.wait_for('nc: listening at', 60)
        assert exchange(forwarded_port(vm), data) == data
        status, output = shell.finish(180)
        assert status == 0 and sums[0] in output, output
        assert 'tcp ' not in shell.ok('netstat')

        # Without the capability, and without the grant to hold it.
        status, output = shell.run('without net -- ping 10.0.2.2')
        assert status == 1 and output == 'ping: no capability to the network\n', output
        status, output = shell.run('without net-control -- ip')
        assert status == 1 and output == 'ip: no capability to the network\n', output
        assert ' net ' not in ' '.join(shell.ok('caps').split())
        shell.power_off()


def exchange(port, data):
    """Sends `data` to the guest's listener and ends; returns what comes."""
    with socket.create_connection(('127.0.0.1', port), 60 * qemu.PATIENCE) as connection:
        def send():
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
        sender = threading.Thread(target=send, daemon=True)
        sender.start()
        received = b''
        while piece := connection.recv(65536):
            received += piece
        sender.join()
    return received


def test_link_that_goes_down_and_up_is_followed():
    with session.boot(extra=user_network(f'{VIRTIO},vectors=0')) as vm:
        shell = session.Shell(vm)
        wait_for_address(shell, '10.0.2.15')
        vm.qmp('set_link', name='net', up=False)
        shell.ok('until ip link | grep -q "no link"; do sleep 0.1; done', 60)
        status, output = shell.run('ping -c 1 -W 1 10.0.2.2')
        assert status == 1 and '0 answered' in output, output
        vm.qmp('set_link', name='net', up=True)
        wait_for_address(shell, '10.0.2.15')
        assert '1 answered' in shell.ok('ping -c 1 10.0.2.2')
        # The same by hand.
        shell.ok('ip link down')
        shell.ok('until ip link | grep -q "switched off"; do sleep 0.1; done', 60)
        assert shell.run('ping -c 1 -W 1 10.0.2.2')[0] == 1
        shell.ok('ip link up')
        wait_for_address(shell, '10.0.2.15')
        shell.ok('ping -c 1 10.0.2.2')
        shell.power_off()


def test_who_only_receives_ends_by_keep_alive_when_the_link_stays_away():
    with socket.create_server(('127.0.0.1', 0)) as listener, session.boot(extra=user_network()) as vm:
        shell = session.Shell(vm)
        wait_for_address(shell, '10.0.2.15')
        nc = f'nc {{}} 10.0.2.2 {listener.getsockname()[1]} </dev/null'
        shell.ok(f'{{ {nc.format("")} ; echo $? >/tmp/waits; }} & true')
        shell.ok(f'{{ {nc.format("-a 2")} 2>/tmp/said; echo $? >/tmp/asks; }} & true')
        # With -w too it is no idle peer but one that is gone.
        shell.ok(f'{{ {nc.format("-a 2 -w 600")} 2>/tmp/said-w; echo $? >/tmp/asks-w; }} & true')
        connections = [listener.accept()[0] for _ in range(3)]
        shell.ok('until [ $(netstat | grep -c FIN-WAIT-2) = 3 ]; do sleep 0.1; done', 60)
        vm.qmp('set_link', name='net', up=False)
        shell.ok('until [ -s /tmp/asks ] && [ -s /tmp/asks-w ]; do sleep 0.1; done', 120)
        assert shell.ok('cat /tmp/asks /tmp/asks-w') == '1\n1\n'
        assert shell.ok('cat /tmp/said /tmp/said-w') == 2 * 'nc: timed out\n'
        # The one without waits on.
        assert shell.run('test -e /tmp/waits')[0] == 1
        for connection in connections:
            connection.close()
        shell.power_off()


def test_connection_survives_the_end_of_its_driver(server):
    with session.boot(extra=user_network(f'{VIRTIO},vectors=1')) as vm:
        shell = session.Shell(vm)
        wait_for_address(shell, '10.0.2.15')
        shell.ok(f'seq 1 600000 | head -c {4 * MIB} >/tmp/out')
        server.started.clear()
        server.gate.clear()
        shell.ok(f'nc 10.0.2.2 {server.port} </tmp/out >/tmp/in && echo ended >/tmp/done & true')
        assert server.started.wait(60 * qemu.PATIENCE)
        shell.ok('/bin/kill virtio-net; until ip link | grep -q "driver started again 1 times"; do sleep 0.1; done', 60)
        server.gate.set()
        shell.ok('wait')
        assert shell.ok('cat /tmp/done') == 'ended\n'
        sums = [line.split()[0] for line in shell.ok('b3sum /tmp/out /tmp/in').splitlines()]
        assert len(sums) == 2 and sums[0] == sums[1], sums
        assert 'driver started again 1 times' in shell.ok('ip link')
        shell.ok('ping -c 1 10.0.2.2')
        shell.power_off()


def test_open_session_has_a_network_after_the_net_module_was_killed():
    with session.boot(extra=user_network()) as vm:
        shell = session.Shell(vm)
        wait_for_address(shell, '10.0.2.15')
        # Each end takes back what the module had; another station gets another address.
        for ends in range(1, 5):
            shell.ok(f'/bin/kill net; until modules | grep -q "^net  *running  *{ends} "; do sleep 0.1; done', 60)
            wait_for_address(shell, f'10.0.2.{15 + ends}')
            assert '1 answered' in shell.ok('ping -c 1 10.0.2.2')
        # What was taken away before does not come back with the successor.
        status, output = shell.run('without net -- ping 10.0.2.2')
        assert status == 1 and output == 'ping: no capability to the network\n', output
        vm.send('exit\n')
        again = session.Shell(vm)
        wait_for_address(again, '10.0.2.19')
        assert '1 answered' in again.ok('ping -c 1 10.0.2.2')
        again.power_off()


def tshark(path, *arguments):
    """What tshark says of the frames in a file."""
    return subprocess.run(['tshark', '-n', '-r', path, *arguments], check=True, capture_output=True, text=True).stdout.splitlines()


@pytest.mark.skipif(not shutil.which('tshark'), reason='tshark was not found')
def test_capture_writes_the_packets_that_the_card_carried(server, tmp_path):
    cable = str(tmp_path / 'cable.pcap')
    dump = ['-object', f'filter-dump,id=dump,netdev=net,file={cable}']
    with session.boot(extra=user_network() + dump) as vm:
        shell = session.Shell(vm)
        wait_for_address(shell, '10.0.2.15')
        # Its file has a beginning when it captures.
        shell.ok('capture -w /tmp/file icmp or host 10.0.2.2 and tcp </dev/null 2>/tmp/counts & until test -s /tmp/file; do sleep 0.1; done')
        assert '3 answered' in shell.ok('ping -c 3 -i 0 -s 1000 10.0.2.2')
        assert shell.ok(f'seq 1 2000 | nc 10.0.2.2 {server.port} | wc -l') == '2000\n'
        # What was said is 8893 bytes there and back, and three times 1042 of ping; of the rest the end may be missing.
        shell.ok(f'until test $(wc -c </tmp/file) -gt {2 * 8893 + 6 * 1042}; do sleep 0.1; done; sleep 1; /bin/kill capture; wait; true')
        size = int(shell.ok('wc -c </tmp/file'))
        # The file comes out by a connection.
        listener = socket.create_server(('127.0.0.1', 0))
        shell.start(f'nc 10.0.2.2 {listener.getsockname()[1]} </tmp/file')
        with listener, listener.accept()[0] as connection, connection.makefile('rb') as stream, open(tmp_path / 'file', 'wb') as file:
            file.write(stream.read(size))
        assert shell.finish()[0] == 0

        # At the terminal ^C ends it, with counts.
        shell.ok('ping -c 1000 10.0.2.2 >/dev/null & true')
        shell.start('capture arp or icmp')
        vm.wait_for(r'\n\d\d:\d\d:\d\d\.\d{6} (in |out) ', 60)
        vm.send('\x03')
        status, output = shell.finish()
        assert status == 0 and re.search(r'\d+ frames captured, \d+ of them shown, 0 dropped\n', output), output
        shell.ok('/bin/kill ping; wait; true')

        # Without the capability it says so, and the attempt is on record.
        refused = shell.ok('audit -e refused').count('ipc_call')
        status, output = shell.run('without net-capture -- capture')
        assert status == 1 and output == 'capture: no capability to capture what the network carries\n', output
        assert shell.ok('audit -e refused').count('ipc_call') == refused + 1
        # No other program holds it.
        assert 'net-capture' not in shell.ok('caps') and 'net-capture' not in shell.ok('sh -c "without supervisor -- caps"')
        shell.power_off()
    captured = str(tmp_path / 'file')
    chosen = 'icmp || (ip.addr == 10.0.2.2 && tcp)'
    fields = ['-T', 'fields']
    for field in 'frame.len eth.dst ip.proto ip.id ip.checksum icmp.seq icmp.checksum tcp.srcport tcp.seq_raw tcp.ack_raw tcp.checksum'.split():
        fields += ['-e', field]
    # In each direction; what crosses on its way comes in another order at the other end.
    stations = set(tshark(captured, '-T', 'fields', '-e', 'eth.src'))
    assert len(stations) == 2
    for station in stations:
        ours = tshark(captured, '-Y', f'eth.src == {station}', *fields)
        theirs = tshark(cable, '-Y', f'eth.src == {station} && ({chosen})', *fields)
        assert len(ours) > 10 and ours == theirs[:len(ours)], (ours, theirs)
    assert not tshark(captured, '-Y', '_ws.malformed')


def test_names_are_asked_of_the_server_that_dhcp_told_of():
    with lan.Lan({'host.example': '192.0.2.7'}) as peer, session.boot(extra=peer.qemu()) as vm:
        shell = session.Shell(vm)
        wait_for_address(shell, '10.7.0.15')
        assert shell.ok('nslookup -4 host.example') == 'host.example 192.0.2.7, 300 s\n'
        status, output = shell.run('nslookup nobody.example')
        assert status == 1 and output == 'nslookup: nobody.example: not found\n', output
        assert '1 answered' in shell.ok('ping -c 1 10.7.0.1')
        assert ('dns', 'host.example', 1) in peer.seen and ('echo',) in peer.seen
        # Nothing about the host but its station address, which is none that a maker gave.
        assert not peer.host_names
        assert all(mac[0] & 2 for kind, *rest in peer.seen if kind == 'mac' for mac in rest)
        shell.power_off()


def test_system_without_a_card_says_so():
    with session.boot() as vm:
        shell = session.Shell(vm)
        status, output = shell.run('ip')
        assert status == 1 and output == 'ip: there is no network interface\n', output
        status, output = shell.run('ping -c 1 10.0.2.2')
        assert status == 1 and '1 sent, 0 answered' in output, output
        status, output = shell.run('nslookup host.example')
        assert status == 1 and output == 'nslookup: host.example: there is no network\n', output
        shell.power_off()


if __name__ == '__main__':
    qemu.main(__file__)
