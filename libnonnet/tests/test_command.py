#!/usr/bin/python3
"""The host command `nonnet` against Linux, both ways and in both families; see linux_lab.py. Prints TAP."""
import contextlib
import http.client
import os
import re
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import linux_lab  # noqa: E402
from linux_lab import (DEVICE, FAMILY, LINUX, OURS, WAIT, Server, bytes_of, call, command, must, read_all,  # noqa: E402
                       run, running)

LEASED = '198.51.100.77'
NCONNECTIONS = 1000


def checksum(data):
    total = sum(struct.unpack(f'!{len(data) // 2}H', data))
    total = (total & 0xffff) + (total >> 16)
    return ~((total & 0xffff) + (total >> 16)) & 0xffff


def linux_pings(version, size):
    """Whether an echo request from Linux comes back as it was."""
    kind = socket.IPPROTO_ICMP if version == 4 else socket.IPPROTO_ICMPV6
    with socket.socket(FAMILY[version], socket.SOCK_RAW, kind) as s:
        s.settimeout(WAIT)
        data = bytes_of(size, size)
        head = struct.pack('!BBHHH', 8 if version == 4 else 128, 0, 0, 77, size & 0xffff)
        if version == 4:
            head = head[:2] + struct.pack('!H', checksum(head + data)) + head[4:]
        s.sendto(head + data, (OURS[version], 0))
        end = time.monotonic() + WAIT
        while time.monotonic() < end:
            packet = s.recvfrom(70000)[0]
            if version == 4:
                packet = packet[20:]
            if packet[0] == (0 if version == 4 else 129) and packet[4:6] == b'\0M':
                return packet[8:] == data
    return False


def test_ping(version):
    for size in ('0', '56', '4000'):
        status, output, errors = run('ping', '-c', '3', '-i', '50', '-s', size, LINUX[version])
        must(status == 0 and b'3 sent, 3 answered' in output, f'size {size}: {status} {output} {errors}')
    with running('--time', '60', 'listen', '--echo', '7'):
        call(version, 7).close()
        for size in (0, 56, 1400, 4000):
            must(linux_pings(version, size), f'Linux got no answer to {size} bytes')


def test_ping_nobody(version):
    nobody = {4: '198.51.100.99', 6: '2001:db8:51::99'}[version]
    status, output, _ = run('ping', '-c', '1', nobody)
    must(status == 1 and b'1 sent, 0 answered' in output, f'{status} {output}')


def test_connect(version):
    sent, back = bytes_of(1, 2_000_000), bytes_of(2, 1_500_000)

    def work(s):
        writer = threading.Thread(target=lambda: (s.sendall(back), s.shutdown(socket.SHUT_WR)))
        writer.start()
        got = read_all(s)
        writer.join()
        return got

    server = Server(version, work)
    status, output, errors = run('connect', LINUX[version], str(server.port), given=sent)
    must(status == 0, f'{status} {errors}')
    must(output == back, f'{len(output)} bytes of {len(back)} came to the command, or others')
    got = server.finish()
    must(got == sent, f'{len(got or b"")} bytes of {len(sent)} came to Linux, or others')


def test_connect_refused(version):
    status, _, errors = run('connect', LINUX[version], '9')
    must(status == 1 and 'nobody at that port' in errors, f'{status} {errors}')


def test_listen(version):
    sent, back = bytes_of(3, 2_000_000), bytes_of(4, 1_000_000)
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as taken:
        given.write(back)
        given.seek(0)
        with subprocess.Popen(command('listen', '4000'), stdin=given, stdout=taken, stderr=subprocess.PIPE) as process:
            with call(version, 4000) as s:
                s.settimeout(3 * WAIT)
                writer = threading.Thread(target=lambda: (s.sendall(sent), s.shutdown(socket.SHUT_WR)))
                writer.start()
                got = read_all(s)
                writer.join()
            errors = process.communicate(timeout=WAIT)[1]
        taken.seek(0)
        output = taken.read()
    must(process.returncode == 0, f'{process.returncode} {errors}')
    must(got == back, f'{len(got)} bytes of {len(back)} came to Linux, or others')
    must(output == sent, f'{len(output)} bytes of {len(sent)} came to the command, or others')


def test_echo(version):
    """Bulk both ways at once, and more connections at a time than one."""
    with running('--statistics', '--time', '600', 'listen', '--echo', '7'):
        data = bytes_of(5, 3_000_000)
        results = []

        def talk():
            with call(version, 7) as s:
                writer = threading.Thread(target=lambda: (s.sendall(data), s.shutdown(socket.SHUT_WR)))
                writer.start()
                results.append(read_all(s) == data)
                writer.join()

        threads = [threading.Thread(target=talk) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(6 * WAIT)
        must(results == [True] * 4, f'equal bytes: {results}')


def test_in_a_row(version):
    with running('--time', '600', 'listen', '--echo', '7'):
        call(version, 7).close()
        for i in range(NCONNECTIONS):
            with call(version, 7) as s:
                s.sendall(struct.pack('!I', i))
                s.shutdown(socket.SHUT_WR)
                must(read_all(s) == struct.pack('!I', i), f'connection {i}')


def test_half_closed(version):
    """Linux ends first and goes on reading; then it disappears with a RST, which is no end of others."""
    with running('--time', '600', 'listen', '--echo', '7'):
        with call(version, 7) as s:
            s.sendall(b'first')
            must(s.recv(5) == b'first', 'no echo')
            s.sendall(b'last')
            s.shutdown(socket.SHUT_WR)
            must(read_all(s) == b'last', 'no echo after the end')
        rude = call(version, 7)
        rude.sendall(b'x')
        rude.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
        rude.close()
        with call(version, 7) as s:
            s.sendall(b'still')
            must(s.recv(5) == b'still', 'no echo after a RST')


def fetch(connection, method, path):
    connection.request(method, path)
    answer = connection.getresponse()
    return answer.status, answer.read(), answer.headers


def test_serve(version):
    with tempfile.TemporaryDirectory() as folder:
        content = bytes_of(6, 1_000_000)
        os.mkdir(folder + '/public')
        os.mkdir(folder + '/public/sub')
        for name, data in (('index.html', b'<p>hello'), ('sub/a file', content), ('empty.txt', b'')):
            with open(f'{folder}/public/{name}', 'wb') as f:
                f.write(data)
        with open(folder + '/secret', 'wb') as f:
            f.write(b'secret')
        os.symlink('../secret', folder + '/public/link')
        with running('--time', '600', 'serve', folder + '/public', '8080'):
            call(version, 8080).close()
            c = http.client.HTTPConnection(OURS[version], 8080, timeout=WAIT)
            status, data, headers = fetch(c, 'GET', '/')
            must((status, data) == (200, b'<p>hello') and headers['Content-Type'].startswith('text/html'), f'{status} {data}')
            status, data, _ = fetch(c, 'GET', '/sub/a%20file?x=1')
            must(status == 200 and data == content, f'{status}, {len(data)} bytes')
            status, data, headers = fetch(c, 'HEAD', '/sub/a%20file')
            must((status, data, headers['Content-Length']) == (200, b'', str(len(content))), f'HEAD: {status} {headers}')
            must(fetch(c, 'GET', '/empty.txt')[:2] == (200, b''), 'an empty file')
            must(fetch(c, 'GET', '/none')[0] == 404, 'a file that is not there')
            must(fetch(c, 'GET', '/sub')[0] == 404, 'a folder')
            must(fetch(c, 'GET', '/link')[0] == 404, 'a link that leads out')
            for path in ('/../secret', '/%2e%2e/secret', '/sub/../../secret', '/a%00b', '/%zz'):
                must(fetch(c, 'GET', path)[0] == 400, path)
                c.close()
            must(fetch(c, 'POST', '/')[0] == 405, 'POST')
            c.close()
            with call(version, 8080) as s:
                s.sendall(b'GET / HTTP/1.1\r\nX: ' + b'y' * 20000)
                must(b' 431 ' in read_all(s), 'a request without end')
            with call(version, 8080) as s:
                s.sendall(b'GET / HTTP/1.1\r\n\r\nGET /none HTTP/1.1\r\nConnection: close\r\n\r\n')
                must(re.findall(rb'HTTP/1.1 (\d+)', read_all(s)) == [b'200', b'404'], 'two requests at once')


def test_iperf(version):
    def count(s):
        total = 0
        try:
            while True:
                part = s.recv(65536)
                if not part:
                    return total
                total += len(part)
        except ConnectionResetError:
            return total

    server = Server(version, count)
    status, output, errors = run('--time', '1', 'iperf', '-p', str(server.port), LINUX[version])
    must(status == 0 and output.startswith(b'to '), f'{status} {output} {errors}')
    said = int(re.search(rb': (\d+) bytes', output)[1])
    got = server.finish()
    must(0 < said <= got, f'said {said}, Linux got {got}')
    with running('--time', '600', 'iperf', '-p', '5002') as process:
        with call(version, 5002) as s:
            s.sendall(b'z' * 1_000_000)
            s.shutdown(socket.SHUT_WR)
            read_all(s)
    must(': 1000000 bytes' in process.output, process.output)
    print('# ' + output.decode().strip().replace('\n', '\n# '))


def dhcp_server(stop):
    """Enough of RFC 2131 for one client: offers, and confirms what is asked for."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, DEVICE.encode())
        s.bind(('', 67))
        s.settimeout(0.2)
        while not stop.is_set():
            try:
                asked = s.recv(2048)
            except socket.timeout:
                continue
            kind = asked[asked.index(b'\x35\x01', 240) + 2]
            if kind not in (1, 3):
                continue
            answer = struct.pack('!4B4sHH4s4s4s4s16s64s128s4s', 2, 1, 6, 0, asked[4:8], 0, 0x8000, bytes(4),
                                 socket.inet_aton(LEASED), socket.inet_aton(LINUX[4]), bytes(4), asked[28:44], b'', b'',
                                 b'\x63\x82\x53\x63')
            answer += bytes([53, 1, 2 if kind == 1 else 5, 54, 4]) + socket.inet_aton(LINUX[4])
            answer += b'\x33\x04' + struct.pack('!I', 600) + b'\x01\x04\xff\xff\xff\x00'
            answer += b'\x03\x04' + socket.inet_aton(LINUX[4]) + b'\x06\x04' + socket.inet_aton('198.51.100.53') + b'\xff'
            s.sendto(answer, ('255.255.255.255', 68))


def dns_name(message, at):
    """The labels of the name at `at`, and where it ends."""
    labels = []
    while message[at]:
        labels.append(message[at + 1:at + 1 + message[at]])
        at += 1 + message[at]
    return labels, at + 1


def dns_answer(query, stream):
    """What a small server says: two addresses of a name, an alias, one that is too long for UDP, and nothing else."""
    labels, end = dns_name(query, 12)
    kind = struct.unpack_from('!H', query, end)[0]
    name = b'.'.join(labels).lower().decode()
    question = query[12:end + 4]
    records = []

    def addresses(owner, count):
        for i in range(count):
            data = socket.inet_aton(f'203.0.113.{i + 1}') if kind == 1 else socket.inet_pton(socket.AF_INET6, f'2001:db8::{i + 1:x}')
            records.append(owner + struct.pack('!HHIH', kind, 1, 60, len(data)) + data)

    pointer = b'\xc0\x0c'
    truncated = name == 'large.test' and not stream
    known = name in ('two.test', 'alias.test', 'large.test')
    if name == 'two.test':
        addresses(pointer, 2)
    elif name == 'large.test' and stream:
        addresses(pointer, 8)
    elif name == 'alias.test':
        target = b'\4real' + struct.pack('!H', 0xc000 | 12 + 1 + len(labels[0]))
        records.append(pointer + struct.pack('!HHIH', 5, 1, 60, len(target)) + target)
        addresses(b'\4real' + query[12 + 1 + len(labels[0]):end], 1)
    flags = 0x8180 | (0x0200 if truncated else 0) | (0 if known else 3)
    return query[:2] + struct.pack('!HHHHH', flags, 1, len(records), 0, 0) + question + b''.join(records)


def dns_server(version, stop):
    with socket.socket(FAMILY[version], socket.SOCK_DGRAM) as s, \
            socket.create_server((LINUX[version], 53), family=FAMILY[version]) as listener:
        s.bind((LINUX[version], 53))
        s.settimeout(0.1)
        listener.settimeout(0.1)
        while not stop.is_set():
            with contextlib.suppress(socket.timeout):
                query, peer = s.recvfrom(2048)
                s.sendto(dns_answer(query, False), peer)
            with contextlib.suppress(socket.timeout):
                stream, _ = listener.accept()
                with stream:
                    stream.settimeout(WAIT)
                    length = struct.unpack('!H', stream.recv(2, socket.MSG_WAITALL))[0]
                    answer = dns_answer(stream.recv(length, socket.MSG_WAITALL), True)
                    stream.sendall(struct.pack('!H', len(answer)) + answer)


def test_resolve(version):
    stop = threading.Event()
    thread = threading.Thread(target=dns_server, args=(version, stop), daemon=True)
    thread.start()
    try:
        for name, count in (('two.test', 4), ('alias.test', 2), ('large.test', 16)):
            status, output, errors = run('--server', LINUX[version], 'resolve', name)
            lines = sorted(output.decode().split())
            must(status == 0 and len(lines) == count and '203.0.113.1' in lines and '2001:db8::1' in lines,
                 f'{name}: {status} {output} {errors}')
        status, output, errors = run('--server', LINUX[version], 'resolve', 'none.test')
        must(status == 1 and not output and 'no such entry' in errors, f'{status} {output} {errors}')
    finally:
        stop.set()
        thread.join(WAIT)
    must(run('resolve', 'two.test')[0] == 2, 'no server')
    must(run('--server', LINUX[version], 'resolve', 'a..b')[0] == 2, 'no name')


def with_dhcp_server(work):
    stop = threading.Event()
    thread = threading.Thread(target=dhcp_server, args=(stop,), daemon=True)
    thread.start()
    try:
        return work()
    finally:
        stop.set()
        thread.join(WAIT)


def test_dhcp():
    status, output, errors = with_dhcp_server(lambda: run('dhcp', addresses=False))
    must(status == 0, f'{status} {errors}')
    for line in (f'address {LEASED}/24', f'router {LINUX[4]}', 'name server 198.51.100.53'):
        must(line in output.decode(), f'{line}: {output}')
    status, output, errors = with_dhcp_server(lambda: run('--dhcp', 'ping', '-c', '1', LINUX[4], addresses=False))
    must(status == 0, f'{status} {output} {errors}')


@contextlib.contextmanager
def dnsmasq(dhcp_range):
    """A router and server of Debian's on Linux's end. Yields a function that says what it has logged."""
    with tempfile.TemporaryDirectory() as folder, open(os.path.join(folder, 'log'), 'w+', encoding='utf-8') as log:
        line = ['dnsmasq', '--no-daemon', '--conf-file=/dev/null', '--user=root', '--port=0', '--interface=' + DEVICE,
                '--bind-dynamic', '--enable-ra', '--dhcp-range=' + dhcp_range, '--log-dhcp',
                '--dhcp-option=option6:dns-server,[2001:db8:51::53]', '--dhcp-leasefile=' + os.path.join(folder, 'leases'),
                '--pid-file=' + os.path.join(folder, 'pid')]
        with subprocess.Popen(line, stdin=subprocess.DEVNULL, stdout=log, stderr=log) as process:
            try:
                yield lambda: open(log.name, encoding='utf-8').read()
            finally:
                process.terminate()
                process.wait(WAIT)


def test_dhcp6():
    with dnsmasq('2001:db8:51::100,2001:db8:51::1ff,64,600') as logged:
        status, output, errors = run('dhcp6', addresses=False)
        must(status == 0, f'{status} {errors} {logged()}')
        must(re.search(r'^address 2001:db8:51::1[0-9a-f]{2}/128$', output.decode(), re.M), f'{output} {logged()}')
        must('name server 2001:db8:51::53' in output.decode(), f'{output} {logged()}')
        must('DHCPRELEASE' in logged(), logged())


def test_dhcp6_stateless():
    with dnsmasq('2001:db8:51::,ra-stateless') as logged:
        status, output, errors = run('--slaac', 'dhcp6', addresses=False)
        must(status == 0, f'{status} {errors} {logged()}')
        must(output.decode() == 'name server 2001:db8:51::53\n', f'{output} {logged()}')
        must('client-id' not in logged() and 'DHCPINFORMATION-REQUEST' in logged(), logged())


def test_probe():
    """An address that Linux has is not taken, and one that is free is."""
    status, _, errors = run('--address', LINUX[4] + '/24', 'ping', '-c', '1', LINUX[4], addresses=False)
    must(status == 1 and 'somebody else has the address' in errors, f'{status} {errors}')
    status, output, errors = run('--address', '198.51.100.3/24', 'ping', '-c', '1', LINUX[4], addresses=False)
    must(status == 0, f'{status} {output} {errors}')


def test_capture():
    with tempfile.TemporaryDirectory() as folder:
        status, output, errors = run('--statistics', '--capture', folder + '/a', 'ping', '-c', '2', '-i', '50', LINUX[4])
        must(status == 0 and 'frames sent' in errors, f'{status} {output} {errors}')
        with open(folder + '/a', 'rb') as f:
            data = f.read()
        must(data[:4] == b'\x0a\x0d\x0d\x0a' and data[8:12] == b'\x1a\x2b\x3c\x4d', 'no pcapng')
        blocks, at = 0, 0
        while at < len(data):
            kind, length = struct.unpack_from('!II', data, at)
            must(length >= 12 and struct.unpack_from('!I', data, at + length - 4)[0] == length, f'block at {at}')
            blocks += kind == 6
            at += length
        must(blocks >= 4, f'{blocks} frames')
        status, _, errors = run('--time', '1', 'pcap', folder + '/b')
        must(status == 0 and os.path.getsize(folder + '/b') >= 48, f'{status} {errors}')


def test_usage():
    for line in ((), ('nothing',), ('ping',), ('ping', 'host'), ('connect', LINUX[4], '0'), ('listen', '70000'),
                 ('--mtu', '500', 'pcap', 'x'), ('--address', '1.2.3.4', 'dhcp'), ('ping', '--echo', LINUX[4])):
        status, output, errors = run(*line)
        must(status == 2 and not output and errors.startswith('nonnet: '), f'{line}: {status} {errors}')
    must(run('serve', '/nonexistent')[0] == 3, 'a folder that is not there')


def test_killed():
    """After a kill -9 the device can be used again at once."""
    with subprocess.Popen(command('listen', '--echo', '7'), stdin=subprocess.DEVNULL) as process:
        call(4, 7).close()
        process.kill()
    status, output, errors = run('ping', '-c', '1', LINUX[4])
    must(status == 0, f'{status} {output} {errors}')


def tests():
    yield 'wrong command lines are refused', test_usage
    for version in (4, 6):
        for name, function in (('pings', test_ping), ('an address of nobody does not answer', test_ping_nobody),
                               ('connect carries bytes both ways', test_connect),
                               ('connect to a closed port says so', test_connect_refused),
                               ('listen carries bytes both ways', test_listen),
                               ('four echoes at once are equal', test_echo),
                               (f'{NCONNECTIONS} connections in a row', test_in_a_row),
                               ('half-closed, and reset', test_half_closed), ('serve', test_serve), ('iperf', test_iperf),
                               ('resolve', test_resolve)):
            yield f'IPv{version}: {name}', lambda function=function, version=version: function(version)
    yield 'dhcp', test_dhcp
    if shutil.which('dnsmasq'):
        yield 'dhcp6 of dnsmasq', test_dhcp6
        yield 'dhcp6 of dnsmasq, for name servers only', test_dhcp6_stateless
    else:
        print('# dnsmasq is not installed: no test of dhcp6')
    yield 'addresses are probed for', test_probe
    yield 'captures', test_capture
    yield 'killed', test_killed


if __name__ == '__main__':
    linux_lab.main(__file__, tests)
