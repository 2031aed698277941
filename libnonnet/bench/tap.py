#!/usr/bin/python3
"""How fast the command `nonnet` and Linux talk over a TAP device: bytes in both directions, and calls; see README.md.

Where `lwip_tap` was built, lwIP does the same in turn. NONNET_BENCH_SECONDS says how long each direction takes (3), and
NONNET_BENCH_ROUNDS how often (3): medians are told.
"""
import contextlib
import os
import re
import resource
import socket
import statistics
import subprocess
import sys
import threading
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../tests'))
import linux_lab  # noqa: E402
from linux_lab import LINUX, Server, call, must, run, running  # noqa: E402

SECONDS = os.environ.get('NONNET_BENCH_SECONDS', '3')
ROUNDS = int(os.environ.get('NONNET_BENCH_ROUNDS', '3'))
NCALLS = 2000
LWIP = os.path.join(os.environ['NONOS_BUILDDIR'], 'libnonnet/bench/lwip_tap')


class Ours:
    """The command. Each of its methods returns what has to run while the other end works, and what it printed."""

    def __init__(self, version):
        self.version = version

    @contextlib.contextmanager
    def taking(self, port):
        with running('iperf', '-p', str(port)):
            yield

    def giving(self, port):
        return run('--time', SECONDS, 'iperf', '-p', str(port), LINUX[self.version])

    def calling(self, port):
        return run('calls', '-c', str(NCALLS), LINUX[self.version], str(port))


class Lwip:
    """The same of lwIP, which has IPv4 here."""

    @staticmethod
    def command(*arguments):
        return [LWIP, linux_lab.DEVICE, linux_lab.OURS[4], *arguments]

    @contextlib.contextmanager
    def taking(self, port):
        with subprocess.Popen(self.command('in', str(port))) as process:
            yield
            must(process.wait(linux_lab.WAIT) == 0, f'lwIP ended with {process.returncode}')

    def run(self, *arguments):
        done = subprocess.run(self.command(*arguments), stdout=subprocess.PIPE, check=False, timeout=3 * linux_lab.WAIT)
        return done.returncode, done.stdout, ''

    def giving(self, port):
        return self.run('out', LINUX[4], str(port), SECONDS)

    def calling(self, port):
        return self.run('calls', LINUX[4], str(port), str(NCALLS))


def processor_time():
    """Of the commands that have ended, in seconds."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def discard(s):
    total, buffer = 0, bytearray(1 << 20)
    try:
        while True:
            n = s.recv_into(buffer)
            if n == 0:
                return total
            total += n
    except ConnectionResetError:
        return total


# Each of these returns what was done and how many seconds it took.

def measure_out(peer, version):
    server = Server(version, discard)
    started = time.monotonic()
    status, _, errors = peer.giving(server.port)
    seconds = time.monotonic() - started
    total = server.finish()
    must(status == 0 and total > 0, f'{status} {errors}')
    return total * 8e-9, seconds


def measure_in(peer, version):
    total, data = 0, bytes(1 << 20)
    with peer.taking(5002):
        with call(version, 5002) as s:
            started = time.monotonic()
            while time.monotonic() - started < float(SECONDS):
                total += s.send(data)
            s.shutdown(socket.SHUT_WR)
            must(s.recv(1) == b'', 'no end')
            seconds = time.monotonic() - started
    return total * 8e-9, seconds


class EchoServer:
    """Gives one peer after the other back what it says: a call has no more than a segment."""

    def __init__(self, version):
        self.listener = socket.create_server((LINUX[version], 0), family=linux_lab.FAMILY[version], backlog=64)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            s, _ = self.listener.accept()
            with s:
                data = s.recv(4096)
                while data:
                    s.sendall(data)
                    data = s.recv(4096)


def measure_calls(peer, version):
    server = EchoServer(version)
    status, output, errors = peer.calling(server.port)
    must(status == 0, f'{status} {errors}')
    return NCALLS, float(re.search(rb' in (\d+\.\d+) s', output)[1])


def bench(what, unit, measure, version):
    """In turn, so that other load meets both."""
    peers = {'ours': Ours(version)}
    if version == 4 and os.path.exists(LWIP):
        peers['lwIP'] = Lwip()
    rates = {name: [] for name in peers}
    for _ in range(ROUNDS):
        for name, peer in peers.items():
            before = processor_time()
            count, seconds = measure(peer, version)
            rates[name].append((count / seconds, count / (processor_time() - before)))
    rates = {name: [statistics.median(column) for column in zip(*runs)] for name, runs in rates.items()}
    for name, (by_clock, by_processor) in rates.items():
        print(f'IPv{version}, {what}, {name}: {by_clock:.2f} {unit} a second, {by_processor:.2f} per CPU-second of the command',
              flush=True)
    if 'lwIP' in rates:
        ratios = [mine / theirs for mine, theirs in zip(rates['ours'], rates['lwIP'])]
        print(f'IPv{version}, {what}, ours / lwIP: {ratios[0]:.2f} by the clock, {ratios[1]:.2f} by the processor', flush=True)


def benches():
    for version in (4, 6):
        for what, unit, measure in (('from Linux', 'Gbit', measure_in), ('to Linux', 'Gbit', measure_out),
                                    ('calls', 'connections', measure_calls)):
            yield f'IPv{version}: {what}', lambda what=what, unit=unit, measure=measure, version=version: \
                bench(what, unit, measure, version)


if __name__ == '__main__':
    linux_lab.main(__file__, benches)
