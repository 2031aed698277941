#!/usr/bin/env python3
"""The programs of the network, on a network made of tables (net_scenario.c)."""
import os
import sys

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


for name in 'ip nc netstat nslookup ping'.split():
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
        '      12 frames in, 34 out; driver started again 2 times; address by DHCP\n')
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

tap.end()
