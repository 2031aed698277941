#!/usr/bin/python3
"""The net module on a TAP device of Linux (net_on_tap): with a DHCP server of others, and with hostile peers. Prints TAP.

Everything happens in a network and a process namespace of this test's own; whoever kills the test ends all that is in them.
"""
import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time

MODULE = os.path.join(os.environ['NONOS_BUILDDIR'], 'kernel/modules/net/tests/net_on_tap')
PATIENCE = float(os.environ.get('NONOS_PATIENCE', '1'))
WAIT = 30 * PATIENCE
# What ASan keeps of freed memory, to find its use, would count as the module's.
ENVIRONMENT = dict(os.environ, ASAN_OPTIONS=os.environ.get('ASAN_OPTIONS', '') + ':quarantine_size_mb=0:thread_local_quarantine_size_kb=0')
DEVICE, INSIDE, PORT = 'nonos0', 'NONOS_IN_NAMESPACE', 7
MIB = 1 << 20
FLOOD_S = 30 if os.environ.get('NONOS_LONG') else 2


class Skip(Exception):
    """Why a test is left out."""


def need(*tools):
    """Leaves the test out if one of them is missing."""
    for tool in tools:
        if not shutil.which(tool):
            raise Skip(f'{tool} was not found')


def network_make():
    """The device, with Linux at its end."""
    for line in ('link set lo up', f'tuntap add dev {DEVICE} mode tap', f'addr add 10.7.0.1/24 dev {DEVICE}',
                 f'addr add fe80::1/64 dev {DEVICE} nodad', f'addr add 2001:db8:52::1/64 dev {DEVICE} nodad',
                 f'link set {DEVICE} up'):
        subprocess.run(['ip'] + line.split(), check=True)


@contextlib.contextmanager
def server(folder, ranges):
    """dnsmasq, as router and DHCP server of these ranges."""
    arguments = ['dnsmasq', '--no-daemon', '--conf-file=/dev/null', '--pid-file=', '--user=root', f'--interface={DEVICE}',
                 '--bind-interfaces', '--port=0', '--dhcp-option=option:dns-server,10.7.0.1', f'--dhcp-leasefile={folder}/leases',
                 '--enable-ra', '--dhcp-option=option6:dns-server,[2001:db8:52::1]'] + [f'--dhcp-range={r}' for r in ranges]
    with open(f'{folder}/dnsmasq.log', 'w', encoding='ascii') as log, subprocess.Popen(arguments, stdout=log, stderr=log) as dnsmasq:
        try:
            yield
        finally:
            dnsmasq.kill()


class Module:
    """The module, as long as the block runs."""

    def __init__(self, folder):
        self._log = f'{folder}/module.log'
        with open(self._log, 'w', encoding='ascii') as log:
            self._process = subprocess.Popen([MODULE, DEVICE], stdin=subprocess.PIPE, stdout=log, env=ENVIRONMENT)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.kill()
        self._process.wait()
        self._process.stdin.close()

    def wait_for(self, pattern, of='state'):
        """The match in the newest state, or line of another kind, that the module reported."""
        until = time.monotonic() + WAIT
        state = ''
        while time.monotonic() < until:
            assert self._process.poll() is None, f'the module has ended: {state}'
            with open(self._log, encoding='ascii') as log:
                state = ([line for line in log.read().splitlines() if line.startswith(of)] or [''])[-1]
            if found := re.search(pattern, state):
                return found
            time.sleep(0.1)
        raise AssertionError(f'{pattern} did not come: {state}')

    def counters(self):
        """Those that are not 0, by name."""
        self._process.stdin.write(b'\n')
        self._process.stdin.flush()
        return self.wait_for(r'^counters .*=\d+$', 'counters')[0]

    def memory(self):
        """KiB that the module has in memory."""
        with open(f'/proc/{self._process.pid}/status', encoding='ascii') as status:
            return int(re.search(r'VmRSS:\s+(\d+)', status.read())[1])


def echo(host, length=MIB):
    """Bytes go out and come back; returns after how many seconds there was a connection."""
    data, begin = os.urandom(length), time.monotonic()
    with socket.create_connection((host, PORT), WAIT) as connection:
        took = time.monotonic() - begin
        if (sender := os.fork()) == 0:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            os._exit(0)
        with connection.makefile('rb') as stream:
            assert stream.read() == data, 'other bytes came back'
        os.waitpid(sender, 0)
    return took


@contextlib.contextmanager
def hosts(ranges=('10.7.0.15,10.7.0.15,1h', '2001:db8:52::100,2001:db8:52::100,64,1h')):
    """The module with its addresses."""
    need('dnsmasq')
    with tempfile.TemporaryDirectory() as folder, server(folder, ranges), Module(folder) as module:
        yield module


def dhcpv6_of_dnsmasq_gives_an_address_where_its_router_says_managed():
    with hosts() as module:
        module.wait_for(r'dhcp dhcpv6 .*address 2001:db8:52::100\b.* names 2001:db8:52::1\b')
        module.wait_for(r'address 10.7.0.15\b')
        for host in ('10.7.0.15', '2001:db8:52::100'):
            echo(host)


def dhcpv6_of_dnsmasq_tells_name_servers_alone_where_its_router_says_other():
    with hosts(('2001:db8:52::,ra-stateless',)) as module:
        found = module.wait_for(r'^state told .*address (2001:db8:52:\S+) .*names 2001:db8:52::1\b')
        echo(found[1])


def nmap(*arguments):
    """What nmap prints."""
    return subprocess.run(['nmap', *arguments], check=True, capture_output=True, text=True).stdout


def answered(out):
    """The ports of TCP of which nmap heard anything, each with what it says of it."""
    return [(port, state) for port, state in re.findall(r'^(\d+)/tcp +(\S+)', out, re.M) if state not in ('filtered', 'open|filtered')]


def scans_of_nmap_find_the_open_port_and_nothing_else():
    need('nmap')
    with hosts() as module:
        module.wait_for(r'address 10.7.0.15\b')
        module.wait_for(r'address 2001:db8:52::100\b')
        scan = ['-n', '--max-retries', '1', '--host-timeout', f'{WAIT:.0f}', '-T5']
        # A machine that is too busy for nmap's rate loses an answer, but makes none: the open port is asked for by itself, with patience.
        for version, host in (([], '10.7.0.15'), (['-6'], '2001:db8:52::100')):
            until = time.monotonic() + WAIT
            while not answered(out := nmap('-n', '-Pn', '-sS', '-p', str(PORT), *version, host)) and time.monotonic() < until:
                pass
            assert answered(out) == [('7', 'open')], out
        for kind in ('-sS', '-sA', '-sN', '-sF', '-sX', '-sW'):
            out = nmap(*scan, '-Pn', kind, '-p', '1-40', '10.7.0.15')
            # A segment that belongs to no connection is answered at a port that listens only if it is a SYN or an ACK.
            known = answered(out)
            assert {port for port, _ in known} <= {'7'} and (kind != '-sS' or set(known) <= {('7', 'open')}), (kind, out)
        out = nmap(*scan, '-6', '-Pn', '-sS', '-p', '1-40', '2001:db8:52::100')
        assert set(re.findall(r'^(\d+)/tcp +open\b', out, re.M)) <= {'7'} and 'closed' not in out, out
        out = nmap(*scan, '-sn', '--disable-arp-ping', '-PE', '-PP', '-PM', '10.7.0.15')
        assert '0 hosts up' in out, out
        echo('10.7.0.15')


def floods(seconds):
    """Each kind as fast as hping3 can, for a while, with a client that connects meanwhile, and one that has much to say afterwards."""
    for kind in (('-S', '-p', str(PORT), '--rand-source'), ('-2', '-p', '53', '--rand-source', '-d', '1000'),
                 ('-1', '--rand-source', '-d', '1400'), ('-SFRPA', '-p', str(PORT), '--rand-source'),
                 ('-f', '-d', '4000', '--rand-source')):
        with subprocess.Popen(['timeout', str(seconds), 'hping3', '--flood', *kind, '10.7.0.15'], stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL):
            time.sleep(seconds / 4)
            took = echo('10.7.0.15', 10000)
            print(f'# {" ".join(kind)}: connected after {took * 1000:.0f} ms')
    echo('10.7.0.15')


def floods_of_hping3_cost_no_memory_and_a_client_still_connects():
    need('hping3')
    with hosts() as module:
        module.wait_for(r'address 10.7.0.15\b')
        # The first ones reach pages of the module's arena, which is all its memory, that nobody had touched before.
        try:
            floods(0.5)
            before = module.memory()
            floods(FLOOD_S)
        except OSError as what:
            raise AssertionError(f'{what}\n{module.counters()}') from what
        grown = module.memory() - before
        print(f'# memory grew by {grown} KiB')
        assert grown < 1024, f'memory grew by {grown} KiB'


TESTS = (dhcpv6_of_dnsmasq_gives_an_address_where_its_router_says_managed,
         dhcpv6_of_dnsmasq_tells_name_servers_alone_where_its_router_says_other,
         scans_of_nmap_find_the_open_port_and_nothing_else,
         floods_of_hping3_cost_no_memory_and_a_client_still_connects)


def run():
    """All tests."""
    network_make()
    failed = 0
    for number, test in enumerate(TESTS, 1):
        name = test.__name__
        try:
            test()
            print(f'ok {number} - {name}', flush=True)
        except Skip as why:
            print(f'ok {number} - {name} # SKIP {why}', flush=True)
        except (AssertionError, OSError, subprocess.SubprocessError) as what:
            failed += 1
            print(f'not ok {number} - {name}')
            print('\n'.join(f'# {line}' for line in str(what).splitlines()), flush=True)
    print(f'1..{len(TESTS)}')
    return failed != 0


def main():
    """Enters the namespace, or says why not."""
    if os.environ.get(INSIDE):
        sys.exit(run())
    if os.geteuid() != 0 or not os.path.exists('/dev/net/tun') or not (shutil.which('ip') and shutil.which('unshare')) or \
            subprocess.run(['unshare', '--net', 'true'], check=False, stderr=subprocess.DEVNULL).returncode != 0:
        print('1..0 # SKIP needs root, /dev/net/tun, ip and unshare')
        return
    os.environ[INSIDE] = '1'
    os.execvp('unshare', ['unshare', '--net', '--pid', '--fork', '--kill-child', '--mount-proc', sys.executable, os.path.abspath(__file__)])


if __name__ == '__main__':
    main()
