"""Frames for the tests against Linux: floods of claims about addresses, and captures and what tshark thinks of them."""
import itertools
import os
import socket
import struct
import subprocess

from linux_lab import OURS, WAIT, must

OUR_STATION = '02:00:00:00:51:02'
BROADCAST = b'\xff' * 6
COMPLAINTS = ['_ws.malformed', '_ws.expert.severity == "Error"'] + \
    [f'{protocol}.checksum.status == "Bad"' for protocol in ('ip', 'tcp', 'udp', 'icmp', 'icmpv6')]
CHECKS = [f'{protocol}.check_checksum:TRUE' for protocol in ('ip', 'tcp', 'udp')]
# Our bytes over TCP are no protocol, though a port that was drawn may be that of one, in whose eyes they are damaged.
PLAIN = 'tcp.port==1-65535,data'
ENHANCED_PACKET = 6
NJUDGED = 3000  # frames of each capture, and captures at a time: tshark is slow, and grows with what it reads
NCAPTURES = 10


def station(text):
    return bytes.fromhex(text.replace(':', ''))


def is_ours(frame):
    return frame[6:12] == station(OUR_STATION)


def nobody(i, length):
    """A station or the end of an address that nobody has."""
    return struct.pack('!IHH', i * 2654435761 & 0xffffffff, i & 0xffff, i >> 16 & 0xffff)[:length]


def arp(i, operation, to, target):
    source = b'\x06' + nobody(i, 5)
    return to + source + struct.pack('!HHHBBH', 0x0806, 1, 0x0800, 6, 4, operation) + source + \
        socket.inet_aton(f'198.51.100.{3 + i % 250}') + bytes(6) + target


def arp_question(i):
    return arp(i, 1, BROADCAST, socket.inet_aton(OURS[4]))


def arp_claim(i):
    return arp(i, 2, station(OUR_STATION), socket.inet_aton(OURS[4]))


def arp_announcement(i):
    return arp(i, 1, BROADCAST, socket.inet_aton(f'198.51.100.{3 + i % 250}'))


def checksum_of(data):
    total = sum(struct.unpack(f'!{len(data) // 2}H', data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def ndp(source, destination, to, station_from, body):
    pseudo = source + destination + struct.pack('!II', len(body), 58)
    body = body[:2] + struct.pack('!H', checksum_of(pseudo + body)) + body[4:]
    return to + station_from + struct.pack('!HIHBB', 0x86dd, 0x60000000, len(body), 58, 255) + source + destination + body


def address_of_nobody(i):
    return socket.inet_pton(socket.AF_INET6, '2001:db8:51::')[:8] + nobody(i, 8)


def ndp_question(i):
    """Who asks for our address is to be remembered with his station, RFC 4861 section 7.2.3."""
    ours = socket.inet_pton(socket.AF_INET6, OURS[6])
    group = socket.inet_pton(socket.AF_INET6, 'ff02::1:ff00:0')[:13] + ours[13:]
    source = b'\x06' + nobody(i, 5)
    return ndp(address_of_nobody(i), group, b'\x33\x33' + group[12:], source,
               struct.pack('!BBHI', 135, 0, 0, 0) + ours + b'\1\1' + source)


def ndp_claim(i):
    ours = socket.inet_pton(socket.AF_INET6, OURS[6])
    source = b'\x06' + nobody(i, 5)
    return ndp(address_of_nobody(i), ours, station(OUR_STATION), source,
               struct.pack('!BBHI', 136, 0, 0, 0x60000000) + address_of_nobody(i) + b'\2\1' + source)


# Each makes the frame of that number. None is about Linux's own address.
FLOODS = {4: (arp_question, arp_claim, arp_announcement), 6: (ndp_question, ndp_claim)}


def blocks_of_capture(path):
    with open(path, 'rb') as f:
        data = f.read()
    at = 0
    while at + 12 <= len(data):
        kind, length = struct.unpack_from('!II', data, at)
        if at + length > len(data):  # the command was killed
            return
        yield kind, data[at:at + length]
        at += length


def of_capture(path):
    """The frames in a capture of the command's."""
    for kind, block in blocks_of_capture(path):
        if kind == ENHANCED_PACKET:
            yield block[28:28 + struct.unpack_from('!I', block, 20)[0]]


def damaged_copy(path):
    """A capture with some segments of ours in `path` that carry data, each with one bit of that changed."""
    damaged, count = path + '.damaged', 0
    with open(damaged, 'wb') as f:
        for kind, block in blocks_of_capture(path):
            if kind != ENHANCED_PACKET:
                f.write(block)
            elif count < 10 and is_ours(block[28:]) and block[40:42] == b'\x08\x00' and len(block) > 600:
                count += 1
                f.write(block[:500] + bytes([block[500] ^ 4]) + block[501:])
    return damaged


def tshark(path, what):
    line = ['tshark', '-n', '-r', path, '-d', PLAIN, '-Y', what, '-T', 'fields']
    for field in ('frame.number', 'frame.protocols', '_ws.col.Info', '_ws.expert.message'):
        line += ['-e', field]
    for check in CHECKS:
        line += ['-o', check]
    done = subprocess.run(line, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False,
                          timeout=20 * WAIT)
    must(done.returncode == 0, f'tshark: {done.returncode} {done.stderr.decode("utf-8", "replace")[-500:]}')
    return done.stdout.decode('utf-8', 'replace').splitlines()


def judge(paths):
    """How many frames of ours are in the captures, and what tshark complains of. Captures may follow each other in one file."""
    count, findings = 0, []
    for first in range(0, len(paths), NCAPTURES):
        some = paths[0] + '.some'
        with open(some, 'wb') as out:
            for path in paths[first:first + NCAPTURES]:
                for _, block in itertools.islice(blocks_of_capture(path), NJUDGED):
                    out.write(block)
        count += sum(is_ours(frame) for frame in of_capture(some))
        findings += tshark(some, f'eth.src == {OUR_STATION} && (' + ' || '.join(COMPLAINTS) + ')')
        os.unlink(some)
    return count, findings
