#!/usr/bin/env python3
"""The programs of the network, on a network made of tables (net_scenario.c)."""
import os
import struct
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import ENV, Tap, ours, run

tap = Tap()


def shows(argv, out, err='', status=0, scenario='', stdin=b''):
    """The program prints exactly this."""
    r = run([ours(argv[0])] + argv[1:], stdin, env=dict(ENV, NONOS_SCENARIO=scenario))
    good = r.status == status and not r.crashed() and r.out == out.encode() and r.err == err.encode()
    tap.ok(good, f'{" ".join(argv)} {scenario}', f'{r.status} {r.out!r} {r.err!r}')


def misuse(argv, what):
    """The program says what is wrong with its arguments, and does nothing."""
    r = run([ours(argv[0])] + argv[1:], env=ENV)
    tap.ok(r.status == 2 and r.out == b'' and what.encode() in r.err, ' '.join(argv), f'{r.status} {r.err!r}')


for name in 'capture ip nc netstat nslookup ping'.split():
    r = run([ours(name), '--help'], env=ENV)
    tap.ok(r.status == 0 and f'usage: {name}'.encode() in r.out and b'Exit status' in r.out, f'{name} --help')
    misuse([name, '--nonsense'], f'{name}: unknown option')

DENIED = 'no capability to the network\n'
shows(['ip'], '', f'ip: {DENIED}', 1, 'denied')
shows(['ping', '10.0.2.2'], '', f'ping: {DENIED}', 1, 'denied')
shows(['ping', 'host.example'], '', f'ping: host.example: {DENIED}', 1, 'denied')
shows(['nc', '10.0.2.2', '7'], '', f'nc: 10.0.2.2:7: {DENIED}', 1, 'denied')
shows(['nc', '-l', '7'], '', f'nc: port 7: {DENIED}', 1, 'denied')
shows(['nslookup', 'host.example'], '', f'nslookup: {DENIED}', 1, 'denied')

LINK = ('net0: link, mtu 1500, station 52:54:00:12:34:56\n'
        '      12 frames in, 34 out; driver started again 2 times; address by DHCP; address by DHCPv6\n')
ADDRESSES = ('      ipv4 10.0.2.15/24, valid 86400 s\n'
             '      ipv6 2001:db8::1:0:0:1/64, tentative, temporary\n')
ROUTES = '      route 0.0.0.0/0 by 10.0.2.2\n      names by 10.0.2.2\n'
shows(['ip'], LINK + ADDRESSES + ROUTES)
shows(['ip', 'link'], LINK)
shows(['ip', 'address'], ADDRESSES)
shows(['ip', 'route'], ROUTES)
shows(['ip', 'counters'], '          41  dropped: for a test\n           3  device: resets\n')
shows(['ip', 'link', 'down'], '')
shows(['ip'], '', 'ip: there is no network interface\n', 1, 'none')
misuse(['ip', 'link', 'sideways'], "'sideways' is not up or down")
misuse(['ip', 'beer'], "'beer' is not link")

shows(['ping', '-c', '3', '-i', '0', '10.0.2.2'],
      '56 bytes from 10.0.2.2: seq=1 hops=64 time=1.500 ms\nseq=2: no answer\n'
      '56 bytes from 10.0.2.2: seq=3 hops=64 time=2.500 ms\n3 sent, 2 answered, min/mean/max 1500/2000/2500 us\n')
shows(['ping', '-c1', '-s', '8', 'six.example'],
      '8 bytes from 2001:db8::1:0:0:1: seq=1 hops=64 time=1.500 ms\n1 sent, 1 answered, min/mean/max 1500/1500/1500 us\n')
shows(['ping', '-c', '1', '192.0.2.1'], 'seq=1: unreachable\n1 sent, 0 answered\n', '', 1)
shows(['ping', 'nobody.example'], '', 'ping: nobody.example: not found\n', 1)
shows(['ping', '-6', '10.0.2.2'], '', 'ping: 10.0.2.2: is not an address of IPv6\n', 1)
misuse(['ping'], 'HOST is missing')
misuse(['ping', '-s', '8193', 'host'], "'8193' is not a number from 0 to 8192")

# Addresses: what is one is never asked for as a name.
for good, text in (('1::', '1::'), ('::1', '::1'), ('::', '::'), ('1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'),
                   ('1:0:0:2:0:0:0:3', '1:0:0:2::3'), ('::ffff:192.0.2.1', '::ffff:c000:201'), ('A:b::0', 'a:b::'),
                   ('1:2:3:4:5:6:0:8', '1:2:3:4:5:6:0:8'), ('255.0.1.9', '255.0.1.9')):
    shows(['ping', '-c1', '-s0', good], f'0 bytes from {text}: seq=1 hops=64 time=1.500 ms\n'
          '1 sent, 1 answered, min/mean/max 1500/1500/1500 us\n')
for bad in ('1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', '1::2::3', ':1', '1:', '12345::', '1:2:3:4:5:6:7::8', '256.0.0.1',
            '1.2.3', '1.2.3.4.5', '1.2.3.', '0001.2.3.4', '::1.2.3', '1:::2', 'g::'):
    shows(['ping', bad], '', f'ping: {bad}: not found\n', 1)

shows(['netstat'],
      'KIND   UNREAD UNACKED LOCAL                    PEER                     STATE\n'
      'tcp        17       5 10.0.2.15:49152          10.0.2.2:80              ESTABLISHED\n'
      'tcp         0       0 *:22                     *:*                      LISTEN\n'
      'udp         0       0 [2001:db8::]:53          *:*                      -\n'
      'tcp         0       0 *:*                      *:*                      ?\n')

shows(['nslookup', 'host.example'], 'host.example 10.0.2.15, 300 s\nhost.example 2001:db8::1:0:0:1, 300 s\n')
shows(['nslookup', '-4', 'host.example'], 'host.example 10.0.2.15, 300 s\n')
shows(['nslookup', 'six.example', 'nobody.example'], 'six.example 2001:db8::1:0:0:1, 300 s\n',
      'nslookup: nobody.example: not found\n', 1)
shows(['nslookup', 'a name'], '', 'nslookup: a name: not a name\n', 1)
shows(['nslookup', 'host.example'], '', 'nslookup: host.example: there is no network\n', 1, 'none')
misuse(['nslookup'], 'NAME is missing')

shows(['nc', '10.0.2.2', '7'], 'hello', '', stdin=b'hello')
shows(['nc', '-v', 'host.example', '7'], 'hello',
      'nc: 10.0.2.15:50000 to 10.0.2.2:7\nnc: 5 bytes sent, 5 received\n', stdin=b'hello')
shows(['nc', '-lv', '7'], 'x', 'nc: listening at *:7\nnc: connection from [2001:db8::1:0:0:1]:4711\n'
      'nc: 1 bytes sent, 1 received\n', stdin=b'x')
shows(['nc', '10.0.2.2', '9'], '', 'nc: 10.0.2.2:9: refused\n', 1)
shows(['nc', '10.0.2.2', '1'], '', 'nc: reset by the other side\n', 1)
shows(['nc', '-l', '80'], '', 'nc: port 80: in use\n', 1)
shows(['nc', '-l', '-w', '0', '7'], '', 'nc: port 7: timed out\n', 1)
misuse(['nc', '10.0.2.2'], 'HOST and PORT are expected')
misuse(['nc', '10.0.2.2', '65536'], "'65536' is not a port")
misuse(['nc', '-ul', '7'], '-l is for TCP alone')
shows(['nc', '-a', '2', '10.0.2.2', '5'], '', 'nc: timed out\n', 1)
shows(['nc', '10.0.2.2', '5'], '', '')
shows(['nc', '-l', '-a', '86400', '7'], 'x', '', stdin=b'x')
misuse(['nc', '-a', '0', '10.0.2.2', '7'], "'0' is not a number of seconds")
misuse(['nc', '-a', '86401', '10.0.2.2', '7'], "'86401' is not a number of seconds")
misuse(['nc', '-u', '-a', '1', '10.0.2.2', '7'], '-a is for TCP alone')

FRAMES = ['22:13:20.000001 out arp 10.0.2.15 asks for 10.0.2.2, 42 bytes',
          '22:13:21.500001 in  tcp 10.0.2.15:49152 > 10.0.2.2:7 SYN, 54 bytes',
          '22:13:23.000001 out udp 10.0.2.15:68 > 10.0.2.2:67, 42 bytes',
          '22:13:24.500001 in  icmp 10.0.2.15 > 10.0.2.2 type 8, 38 bytes',
          '22:13:26.000001 out udp 10.0.2.15 > 10.0.2.2, 42 bytes',
          '22:13:27.500001 in  tcp [2001:db8::1]:80 > [2001:db8::2]:49152 SYN ACK, 82 bytes',
          '22:13:29.000001 out icmp 2001:db8::1 > 2001:db8::2 type 135, 58 bytes',
          '22:13:30.500001 in  protocol 0 2001:db8::1 > 2001:db8::2, 62 bytes',
          '22:13:32.000001 out protocol 132 10.0.2.15 > 10.0.2.2, 38 bytes',
          '22:13:33.500001 in  type 0x88cc, 15 bytes',
          '22:13:35.000001 out type 0x0000, 2 bytes']


def captures(arguments, *numbers, total=11):
    """These frames are shown."""
    shows(['capture'] + arguments.split(), ''.join(FRAMES[n] + '\n' for n in numbers),
          f'{total} frames captured, {len(numbers)} of them shown, 3 dropped\n')


captures('', *range(11))
captures('-c 2', 0, 1, total=2)
captures('-c 1 udp', 2, total=3)
captures('arp', 0)
captures('tcp', 1, 5)
captures('udp', 2, 4)
captures('icmp', 3, 6)
captures('ip6', 5, 6, 7)
captures('not ip not ip6', 0, 9, 10)
captures('port 7', 1)
captures('port 49152', 1, 5)
captures('host 10.0.2.2 udp', 2, 4)
captures('host 2001:db8::2 and not tcp', 6, 7)
captures('arp or port 67 or ip6 icmp', 0, 2, 6)
captures('not arp and not ip and not ip6 or port 7', 1, 9, 10)
captures('tcp port 81')
shows(['capture', '-s', '14', '-c', '2'], '22:13:20.000001 out type 0x0806, 42 bytes\n22:13:21.500001 in  type 0x0800, 54 bytes\n',
      '2 frames captured, 2 of them shown, 3 dropped\n')
shows(['capture'], '', 'capture: no capability to capture what the network carries\n', 1, 'denied')
shows(['capture'], '', 'capture: there is no network\n', 1, 'none')
misuse(['capture', '-c', '0'], "'0' is not a number from 1")
misuse(['capture', '-s', '65536'], "'65536' is not a number from 1 to 65535")
misuse(['capture', 'beer'], "'beer' is not a word of a filter")
misuse(['capture', 'and', 'tcp'], "'and' has nothing before it")
misuse(['capture', 'tcp', 'or'], "'or' has nothing after it")
misuse(['capture', 'tcp', 'or', 'and', 'udp'], "'and' has nothing before it")
misuse(['capture', 'not'], "'not' has nothing after it")
misuse(['capture', 'host'], "'host' has nothing after it")
misuse(['capture', 'host', 'name'], "'name' is not an address")
misuse(['capture', 'port', '65536'], "'65536' is not a port")
misuse(['capture'] + ['tcp'] * 33, "'tcp' makes the filter too long")

with tempfile.TemporaryDirectory() as folder:
    file = os.path.join(folder, 'out.pcap')
    shows(['capture', '-w', file, '-s', '40', 'arp', 'or', 'tcp'], '', '11 frames captured, 2 of them written, 3 dropped\n')
    with open(file, 'rb') as stream:
        data = stream.read()
    head = struct.unpack('<IHHIIII', data[:24])
    tap.ok(head == (0xa1b23c4d, 2, 4, 0, 0, 40, 1), 'capture -w: the header of pcap', head)
    first, second = struct.unpack('<IIII', data[24:40]), struct.unpack('<IIII', data[80:96])
    tap.ok(first == (1700000000, 1000, 40, 42) and second == (1700000001, 500001000, 40, 54) and len(data) == 136,
           'capture -w: the records', (first, second, len(data)))
    tap.ok(data[40:54] == bytes.fromhex('020000000001 020000000002 0806'), 'capture -w: the bytes')
shows(['capture', '-w', '/nonexistent/file'], '', 'capture: /nonexistent/file: cannot be written\n', 1)

tap.end()
