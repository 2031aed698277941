#!/usr/bin/python3
"""What Linux and `nonnet` do to each other: many connections, peers that vanish, routers that announce, links that shrink, floods.

In both families, and where it makes a difference in both roles. What `nonnet` sends meanwhile is judged by tshark, where that is
installed. With NONOS_LONG=1 all of it is larger. Prints TAP; see linux_lab.py.
"""
import contextlib
import os
import resource
import selectors
import shutil
import socket
import struct
import subprocess
import sys
import threading
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import linux_frames  # noqa: E402
import linux_lab  # noqa: E402
import linux_path  # noqa: E402
from linux_lab import (Captures, DEVICE, FAMILY, LINUX, LONG, PATIENCE, WAIT, Server, bytes_of, call, command,  # noqa: E402
                       must, read_all, run, running, system)

NIN_A_ROW = 10000 if LONG else 400
NAT_ONCE = 2000 if LONG else 200
NBULK = 64_000_000 if LONG else 1_000_000
NFLOOD = 400_000 if LONG else 20_000
TCP_REPAIR = 19
SO_ATTACH_FILTER = 26


class EchoServer:
    """Gives many peers back what they say, in one thread."""

    def __init__(self, version):
        self.listener = socket.create_server((LINUX[version], 0), family=FAMILY[version], backlog=4096)
        self.listener.setblocking(False)
        self.port = self.listener.getsockname()[1]
        self.most = 0  # connections at a time
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        with selectors.DefaultSelector() as selector:
            selector.register(self.listener, selectors.EVENT_READ)
            while not self.stop.is_set():
                for key, _ in selector.select(0.1):
                    if key.fileobj is self.listener:
                        with contextlib.suppress(BlockingIOError):
                            while True:
                                selector.register(self.listener.accept()[0], selectors.EVENT_READ)
                        self.most = max(self.most, len(selector.get_map()) - 1)
                        continue
                    data = key.fileobj.recv(65536)
                    if data:
                        key.fileobj.sendall(data)
                    else:
                        selector.unregister(key.fileobj)
                        key.fileobj.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop.set()
        self.thread.join()
        self.listener.close()


def exchange(s, sent):
    """Sends, ends, and reads to the end at the same time."""
    writer = threading.Thread(target=lambda: (s.sendall(sent), s.shutdown(socket.SHUT_WR)))
    writer.start()
    got = read_all(s)
    writer.join()
    return got


def test_bulk_connecting(version):
    sent, back = bytes_of(1, NBULK), bytes_of(2, NBULK)
    server = Server(version, lambda s: exchange(s, back))
    status, output, errors = run('connect', LINUX[version], str(server.port), given=sent)
    must(status == 0 and output == back and server.finish() == sent, f'{status} {len(output)} {errors}')


def test_bulk_listening(version):
    with running('listen', '--echo', '7'):
        sent = bytes_of(3, NBULK)
        with call(version, 7) as s:
            must(exchange(s, sent) == sent, 'other bytes came back')


def test_in_a_row_connecting(version):
    with EchoServer(version) as server:
        status, output, errors = run('calls', '-c', str(NIN_A_ROW), LINUX[version], str(server.port))
    must(status == 0 and f' {NIN_A_ROW} answered' in output.decode(), f'{status} {output} {errors}')
    print('# ' + output.decode().strip())


def test_in_a_row_listening(version):
    with running('listen', '--echo', '7'):
        call(version, 7).close()
        started = time.monotonic()
        for i in range(NIN_A_ROW):
            with call(version, 7) as s:
                s.sendall(struct.pack('!I', i))
                s.shutdown(socket.SHUT_WR)
                must(read_all(s) == struct.pack('!I', i), f'connection {i}')
        print(f'# {NIN_A_ROW / (time.monotonic() - started):.0f} connections a second')


def test_at_once_connecting(version):
    with EchoServer(version) as server:
        status, output, errors = run('--connections', str(NAT_ONCE), '--buffer', '4096', 'calls', '-n', str(NAT_ONCE),
                                     LINUX[version], str(server.port))
    must(status == 0 and f' {NAT_ONCE} answered' in output.decode(), f'{status} {output} {errors}')
    must(server.most == NAT_ONCE, f'{server.most} connections at a time')


def test_at_once_listening(version):
    with running('--connections', str(NAT_ONCE + 8), '--buffer', '4096', 'listen', '--echo', '7'), contextlib.ExitStack() as stack:
        peers = [stack.enter_context(call(version, 7)) for _ in range(NAT_ONCE)]
        for i, s in enumerate(peers):
            s.sendall(struct.pack('!I', i) * 25)
        for i, s in enumerate(peers):
            must(s.recv(100, socket.MSG_WAITALL) == struct.pack('!I', i) * 25, f'connection {i}')
        for s in peers:
            s.shutdown(socket.SHUT_WR)
        for i, s in enumerate(peers):
            must(s.recv(1) == b'', f'connection {i} did not end')


def make_deaf(s):
    """From now on nothing reaches the socket any more, as if its host were gone."""
    program = struct.pack('HBBI', 6, 0, 0, 0)  # BPF: take no byte of any packet
    memory = (linux_path.ctypes.c_char * len(program)).from_buffer_copy(program)
    s.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, struct.pack('HP', 1, linux_path.ctypes.addressof(memory)))


@contextlib.contextmanager
def one_peer(version, *options):
    """An echo that ends with its only peer. Yields the peer, and a function that says how long the echo lived on."""
    with running(*options, 'listen', '--echo', '-c', '1', '7') as process:
        with call(version, 7) as s:
            s.sendall(b'x')
            must(s.recv(1) == b'x', 'no echo')

            def outlived():
                started = time.monotonic()
                process.wait(WAIT)
                return time.monotonic() - started

            yield s, outlived


def test_vanished_peer_is_found_by_keep_alive(version):
    with one_peer(version, '--keep-alive', '1') as (s, outlived):
        make_deaf(s)
        seconds = outlived()
    must(3 < seconds < 5 + 2 * PATIENCE, f'it took {seconds:.1f} s')


def test_vanished_peer_is_found_by_retransmission(version):
    with one_peer(version, '--user-timeout', '2') as (s, outlived):
        make_deaf(s)
        s.sendall(b'y')
        seconds = outlived()
    must(1.5 < seconds < 4 + 2 * PATIENCE, f'it took {seconds:.1f} s')


def test_peer_that_forgot_is_found_by_its_reset(version):
    with one_peer(version, '--keep-alive', '1') as (s, outlived):
        s.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, 1)
        s.close()  # and says nothing
        seconds = outlived()
    must(seconds < 2.5 + 2 * PATIENCE, f'it took {seconds:.1f} s')


def test_linux_finds_that_we_forgot(version):
    with subprocess.Popen(command('listen', '--echo', '7'), stdin=subprocess.DEVNULL) as process:
        s = call(version, 7)
        process.kill()
    with s, running('listen', '--echo', '7'):
        call(version, 7).close()
        s.sendall(b'x')
        try:
            s.recv(1)
        except ConnectionResetError:
            return
    must(False, 'no reset')


def test_half_closed_by_us(version):
    """The command has nothing to say, and goes on reading; the peer answers when that has long been told."""
    back = bytes_of(4, 300_000)

    def work(s):
        got = read_all(s)
        time.sleep(1)
        s.sendall(back)
        return got

    server = Server(version, work)
    status, output, errors = run('connect', LINUX[version], str(server.port), given=b'that is all')
    must(status == 0 and output == back and server.finish() == b'that is all', f'{status} {len(output)} {errors}')


def test_half_closed_by_linux(version):
    """And the other way round: Linux ends first, the command speaks on."""
    sent = bytes_of(5, 300_000)
    with subprocess.Popen(command('listen', '4000'), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE) as process:
        with call(version, 4000) as s:
            s.sendall(b'that is all')
            s.shutdown(socket.SHUT_WR)
            time.sleep(1)
            writer = threading.Thread(target=lambda: (process.stdin.write(sent), process.stdin.close()))
            writer.start()
            must(read_all(s) == sent, 'other bytes came')
            writer.join()
        must(process.stdout.read() == b'that is all' and process.wait(WAIT) == 0, 'the command heard something else')


def through(version, path, sent, back):
    """A connection of the command to the far host, and one the other way, with bytes both ways."""
    gateways = ['--gateway', LINUX[4], '--gateway', LINUX[6]]
    server = path.far(Server, version, lambda s: exchange(s, back), linux_path.FAR[version])
    status, output, errors = run(*gateways, 'connect', linux_path.FAR[version], str(server.port), given=sent)
    must(status == 0 and output == back and server.finish() == sent, f'connecting: {status} {len(output)} {errors}')
    with running(*gateways, 'listen', '--echo', '7'):
        with path.far(call, version, 7) as s:
            must(exchange(s, sent) == sent, 'listening: other bytes came back')


def test_smaller_link(version):
    with linux_path.Path() as path:
        path.mtu_set(1300 if version == 6 else 700)
        before = linux_path.too_big_told()
        through(version, path, bytes_of(6, NBULK // 4), bytes_of(7, NBULK // 4))
        must(linux_path.too_big_told() > before, 'nothing was too big')


def test_link_that_shrinks(version):
    """In the middle of a transfer."""
    sent = bytes_of(8, NBULK)
    with linux_path.Path() as path:
        before = linux_path.too_big_told()

        def work(s):
            got = s.recv(len(sent) // 4, socket.MSG_WAITALL)
            path.mtu_set(1280)
            return got + read_all(s)

        server = path.far(Server, version, work, linux_path.FAR[version])
        status, _, errors = run('--gateway', LINUX[version], 'connect', linux_path.FAR[version], str(server.port), given=sent)
        must(status == 0 and server.finish() == sent, f'{status} {errors}')
        must(linux_path.too_big_told() > before, 'nothing was too big')


def test_black_hole(version):
    """A link that loses what is long, and nobody says so (RFC 8899)."""
    sent = bytes_of(9, NBULK // 4)
    with linux_path.Path() as path:
        path.longest = 14 + 1300
        server = path.far(Server, version, read_all, linux_path.FAR[version])
        status, _, errors = run('--gateway', LINUX[version], 'connect', linux_path.FAR[version], str(server.port), given=sent)
        must(status == 0 and server.finish() == sent, f'{status} {errors}')
        must(path.nlost > 0, 'nothing was too long')


def test_filtered_icmp(version):
    """A router that would say so, but is not let."""
    sent = bytes_of(10, NBULK // 4)
    rules = 'add table inet quiet; add chain inet quiet out { type filter hook output priority 0; }; ' \
            'add rule inet quiet out icmp type destination-unreachable drop; ' \
            'add rule inet quiet out icmpv6 type packet-too-big drop'
    with linux_path.Path() as path:
        path.mtu_set(1280)
        system('nft', rules)
        try:
            server = path.far(Server, version, read_all, linux_path.FAR[version])
            status, _, errors = run('--gateway', LINUX[version], 'connect', linux_path.FAR[version], str(server.port), given=sent)
            must(status == 0 and server.finish() == sent, f'{status} {errors}')
        finally:
            system('nft', 'delete table inet quiet')


class Router:
    """Announces prefixes from Linux's end, five times a second, as long as `with` lasts."""

    def __init__(self, *options, lifetime=1800):
        self.message = struct.pack('!BBHBBHII', 134, 0, 0, 64, 0, lifetime, 0, 0) + b''.join(options)
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self.announce, daemon=True)

    def announce(self):
        with socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6) as s:
            s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 255)
            s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_LOOP, 0)  # not for Linux itself
            while not self.stop.wait(0.2):
                s.sendto(self.message, ('ff02::1', 0, 0, socket.if_nametoindex(DEVICE)))

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        self.thread.join()


def prefix(text, preferred=600):
    return struct.pack('!BBBBIII', 3, 4, 64, 0xc0, 1200, preferred, 0) + socket.inet_pton(socket.AF_INET6, text)


def mtu(value):
    return struct.pack('!BBHI', 5, 1, 0, value)


def connect_from(*peer_address):
    """Which address the command takes to call each of these."""
    sources = []
    for address in peer_address:
        server = Server(6, lambda s: (s.getpeername()[0], read_all(s)), address)
        status, _, errors = run('--slaac', 'connect', address, str(server.port), given=bytes(20_000), addresses=False)
        must(status == 0, f'to {address}: {status} {errors}')
        source, data = server.finish()
        must(data == bytes(20_000), f'to {address}: {len(data)} bytes')
        sources.append(source)
    return sources


def test_announced_prefixes():
    first, second = '2001:db8:a::', '2001:db8:b::'
    for address in (first, second):
        system('ip', 'addr', 'add', address + '1/64', 'dev', DEVICE, 'nodad')
    with Router(prefix(first), prefix(second), mtu(1300)):
        sources = connect_from(first + '1', second + '1')
        if Captures.on:
            longest = max(len(f) for f in linux_frames.of_capture(Captures.paths[-1]) if linux_frames.is_ours(f))
            must(longest == 14 + 1300, f'a frame of {longest} bytes')
    must(sources[0].startswith('2001:db8:a:') and sources[1].startswith('2001:db8:b:'), f'sources {sources}')
    with Router(prefix(first), prefix(second, preferred=0)):
        sources = connect_from(second + '1')
    must(sources[0].startswith('2001:db8:a:'), f'a deprecated source: {sources}')
    with linux_path.Path() as path:
        with Router(prefix('2001:db8:51::')):
            server = path.far(Server, 6, read_all, linux_path.FAR[6])
            status, _, errors = run('--slaac', 'connect', linux_path.FAR[6], str(server.port), given=b'hello', addresses=False)
            must(status == 0 and server.finish() == b'hello', f'by the router: {status} {errors}')
        with Router(prefix('2001:db8:51::'), lifetime=0):
            status, _, errors = run('--slaac', '--time', '20', 'connect', linux_path.FAR[6], '9', addresses=False)
            must(status == 1 and 'cannot be reached' in errors, f'by a router that is none: {status} {errors}')


def resident(process):
    with open(f'/proc/{process.pid}/statm', encoding='ascii') as f:
        return int(f.read().split()[1]) * resource.getpagesize()


def test_flood(version):
    """Claims and questions of addresses that nobody has: connections go on, new ones are made, no memory is taken."""
    frames = [f(i) for i in range(2000) for f in linux_frames.FLOODS[version]]
    with running('--statistics', 'listen', '--echo', '7') as process, call(version, 7) as s:
        s.sendall(b'x')
        s.recv(1)
        before = resident(process)
        with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as raw:
            raw.bind((DEVICE, 0))
            for i in range(NFLOOD):
                raw.send(frames[i % len(frames)])
                if i % 1000 == 0:
                    s.sendall(b'y')
                    must(s.recv(1) == b'y', 'no echo in the flood')
        call(version, 7).close()
        grown = resident(process) - before
    must(grown < 1 << 20, f'{grown} bytes more')
    print('# ' + ', '.join(' '.join(line.split()) for line in process.errors.splitlines() if 'rames' in line or 'neighbour' in line))


def test_captures():
    """All that the command sent so far, as tshark sees it; and tshark sees what is wrong."""
    Captures.on = False
    count, findings = linux_frames.judge(Captures.paths)
    must(count > 1000 and not findings, f'{count} frames of ours; {findings[:20]}')
    print(f'# {count} frames of ours')
    count, findings = linux_frames.judge([linux_frames.damaged_copy(Captures.paths[0])])
    must(count == len(findings) > 0, f'{count} frames were damaged, tshark complains of {findings}')


def tests():
    linux_lab.always += ['--mac', linux_frames.OUR_STATION]
    Captures.on = bool(shutil.which('tshark'))
    resource.setrlimit(resource.RLIMIT_NOFILE, (2 * NAT_ONCE + 200,) * 2)
    each = [('bulk, connecting', test_bulk_connecting), ('bulk, listening', test_bulk_listening),
            (f'{NIN_A_ROW} connections in a row, connecting', test_in_a_row_connecting),
            (f'{NAT_ONCE} connections at a time, connecting', test_at_once_connecting),
            (f'{NAT_ONCE} connections at a time, listening', test_at_once_listening),
            ('a peer that forgot is found by its reset', test_peer_that_forgot_is_found_by_its_reset),
            ('Linux finds that we forgot', test_linux_finds_that_we_forgot),
            ('half-closed by us', test_half_closed_by_us), ('half-closed by Linux', test_half_closed_by_linux),
            ('a smaller link on the way', test_smaller_link), ('a link that shrinks', test_link_that_shrinks),
            ('a black hole', test_black_hole)]
    if shutil.which('nft'):
        each.append(('a router that may not say so', test_filtered_icmp))
    else:
        print('# nft is not installed: no router whose ICMP is filtered')
    if LONG:
        each.insert(3, (f'{NIN_A_ROW} connections in a row, listening', test_in_a_row_listening))
    for version in (4, 6):
        for name, function in each:
            yield f'IPv{version}: {name}', lambda function=function, version=version: function(version)
        # In the short run one version for each: the code is the same, and both only wait.
        if LONG or version == 4:
            yield f'IPv{version}: a vanished peer, keep-alive', lambda version=version: test_vanished_peer_is_found_by_keep_alive(version)
        if LONG or version == 6:
            yield (f'IPv{version}: a vanished peer, retransmission',
                   lambda version=version: test_vanished_peer_is_found_by_retransmission(version))
        yield f'IPv{version}: a flood of claims', lambda version=version: test_flood(version)
    yield 'announced prefixes', test_announced_prefixes
    if Captures.on:
        yield 'captures, judged by tshark', test_captures
    else:
        print('# tshark is not installed: nobody judges the captures')


if __name__ == '__main__':
    linux_lab.main(__file__, tests)
