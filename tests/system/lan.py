"""A small network for a guest, in Python: a router with DHCP, ICMP echo and a name server, at the other end of QEMU's cable.

    with lan.Lan({'host.example': '192.0.2.7'}) as peer:
        with session.boot(extra=peer.qemu()) as vm:
            ...

QEMU's own router asks the build machine's name servers; this one answers from a table, and counts what it saw.
"""
import socket
import struct
import threading

GUEST, ROUTER = bytes((10, 7, 0, 15)), bytes((10, 7, 0, 1))
MAC = bytes((2, 0, 0, 0, 0, 1))
BROADCAST = b'\xff' * 6


def checksum(data):
    """RFC 1071."""
    if len(data) % 2:
        data += b'\0'
    total = sum(struct.unpack(f'!{len(data) // 2}H', data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def ipv4(protocol, source, destination, payload):
    """A packet (RFC 791)."""
    head = struct.pack('!BBHHHBBH', 0x45, 0, 20 + len(payload), 0, 0x4000, 64, protocol, 0) + source + destination
    return head[:10] + struct.pack('!H', checksum(head)) + head[12:] + payload


def udp(source, destination, ports, payload):
    """A datagram in its packet (RFC 768)."""
    head = struct.pack('!HHHH', *ports, 8 + len(payload), 0)
    pseudo = source + destination + struct.pack('!BBH', 0, 17, 8 + len(payload))
    total = checksum(pseudo + head + payload) or 0xffff
    return ipv4(17, source, destination, head[:6] + struct.pack('!H', total) + payload)


class Lan:
    """The cable's other end. One guest; what it does is in `seen`: ('dhcp', type), ('dns', name, type), ('echo',), ('mac', address)."""

    def __init__(self, names):
        self._names = names
        self.seen = []
        self.host_names = []  # that the guest told of
        self._connection = None
        self._open()
        threading.Thread(target=self._serve, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._close()

    # -- the cable: QEMU's has its length in front of each frame

    def _open(self):
        self._listener = socket.create_server(('127.0.0.1', 0))

    def _close(self):
        self._listener.close()
        if self._connection:
            self._connection.close()

    def qemu(self):
        """Arguments for QEMU."""
        port = self._listener.getsockname()[1]
        return ['-netdev', f'socket,id=net,connect=127.0.0.1:{port}',
                '-device', 'virtio-net-pci,netdev=net,disable-legacy=on,romfile=']

    def _frames(self):
        self._connection, _ = self._listener.accept()
        stream = self._connection.makefile('rb')
        while len(head := stream.read(4)) == 4:
            yield stream.read(struct.unpack('!I', head)[0])

    def _transmit(self, frame):
        self._connection.sendall(struct.pack('!I', len(frame)) + frame)

    # -- frames

    def _serve(self):
        try:
            for frame in self._frames():
                self._frame(frame)
        except OSError:
            return

    def _send(self, destination, kind, payload):
        self._transmit((destination + MAC + struct.pack('!H', kind) + payload).ljust(60, b'\0'))

    def _frame(self, frame):
        source, kind, payload = frame[6:12], struct.unpack('!H', frame[12:14])[0], frame[14:]
        if ('mac', source) not in self.seen:
            self.seen.append(('mac', source))
        if kind == 0x0806:
            self._arp(source, payload)
        elif kind == 0x0800:
            self._packet(source, payload)

    def _arp(self, source, payload):
        if payload[6:8] == b'\0\1' and payload[24:28] == ROUTER:
            self._send(source, 0x0806, payload[:6] + b'\0\2' + MAC + ROUTER + payload[8:18])

    def _packet(self, source, packet):
        packet = packet[:struct.unpack('!H', packet[2:4])[0]]
        payload = packet[(packet[0] & 15) * 4:]
        if packet[9] == 1 and payload[0] == 8 and packet[16:20] == ROUTER:
            self.seen.append(('echo',))
            answer = b'\0\0\0\0' + payload[4:]
            answer = b'\0\0' + struct.pack('!H', checksum(answer)) + payload[4:]
            self._send(source, 0x0800, ipv4(1, ROUTER, packet[12:16], answer))
        elif packet[9] == 17:
            ports = struct.unpack('!HH', payload[:4])
            if ports[1] == 67:
                self._dhcp(payload[8:])
            elif ports[1] == 53 and packet[16:20] == ROUTER:
                answer = self._dns(payload[8:])
                self._send(source, 0x0800, udp(ROUTER, packet[12:16], (53, ports[0]), answer))

    # -- services

    def _dhcp(self, message):
        options, at = {}, 240
        while at < len(message) and message[at] != 255:
            if message[at] == 0:
                at += 1
                continue
            options[message[at]] = message[at + 2:at + 2 + message[at + 1]]
            at += 2 + message[at + 1]
        kind = options[53][0]
        self.seen.append(('dhcp', kind))
        if 12 in options or 81 in options:
            self.host_names.append(options.get(12, options.get(81)))
        if kind not in (1, 3):
            return
        head = struct.pack('!BBBB', 2, 1, 6, 0) + message[4:12] + bytes(4) + GUEST + ROUTER + bytes(4) + \
            message[28:44] + bytes(192)
        answer = head + b'\x63\x82\x53\x63' + bytes((53, 1, 2 if kind == 1 else 5, 54, 4)) + ROUTER + \
            bytes((51, 4)) + struct.pack('!I', 3600) + bytes((1, 4, 255, 255, 255, 0, 3, 4)) + ROUTER + \
            bytes((6, 4)) + ROUTER + b'\xff'
        # RFC 2131 section 4.1: to all, as a client asks for that has no address to be reached by.
        self._send(BROADCAST, 0x0800, udp(ROUTER, b'\xff' * 4, (67, 68), answer))

    def _dns(self, query):
        """The question comes back as it was asked, letter case and all, and an address if the table has one."""
        at, labels = 12, []
        while query[at]:
            labels.append(query[at + 1:at + 1 + query[at]].decode())
            at += 1 + query[at]
        name, kind = '.'.join(labels).lower(), struct.unpack('!H', query[at + 1:at + 3])[0]
        self.seen.append(('dns', name, kind))
        found = name in self._names
        answer = b''
        if found and kind == 1:
            answer = b'\xc0\x0c' + struct.pack('!HHIH', 1, 1, 300, 4) + socket.inet_aton(self._names[name])
        flags = 0x8180 | (0 if found else 3)
        return query[:2] + struct.pack('!HHHHH', flags, 1, bool(answer), 0, 0) + query[12:at + 5] + answer


class TapLan(Lan):
    """The same for a guest at a TAP device that has Linux, with the router's address, at the other end: only DHCP is answered here,
    the rest is Linux's, and what a router of IPv6 announces is sent now and then."""

    PREFIX = bytes.fromhex('20010db8005100000000000000000000')
    LINK_LOCAL = bytes.fromhex('fe800000000000000000000000000001')

    def __init__(self, device, card='virtio-net-pci,disable-legacy=on', queues=1):
        self._device, self._card, self._queues = device, card, queues
        super().__init__({})

    def _open(self):
        self._connection = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        self._connection.bind((self._device, 0))
        self._mac = self._connection.getsockname()[4]

    def _close(self):
        self._connection.close()

    def qemu(self):
        """Arguments for QEMU."""
        several = f',queues={self._queues}' if self._queues > 1 else ''
        return ['-netdev', f'tap,id=net,ifname={self._device},script=no,downscript=no{several}',
                '-device', f'{self._card},netdev=net,romfile=']

    def _frames(self):
        while True:
            frame, address = self._connection.recvfrom(65536)
            if address[2] != socket.PACKET_OUTGOING:
                yield frame

    def _transmit(self, frame):
        self._connection.send(frame)

    def _frame(self, frame):
        kind = struct.unpack('!H', frame[12:14])[0]
        if kind == 0x0800 and frame[23] == 17 and frame[36:38] == b'\0\x43':
            super()._frame(frame)
        # Whoever looks for routers (RFC 4861 section 6.3.7) is told of one.
        if kind == 0x86dd and frame[20] == 58 and frame[54] == 133:
            self._announce()

    def _announce(self):
        """RFC 4861 section 4.2: a router for half an hour, and a prefix to make addresses of."""
        groups = bytes.fromhex('ff020000000000000000000000000001')
        body = struct.pack('!BBHBBHII', 134, 0, 0, 64, 0, 1800, 0, 0)
        body += struct.pack('!BBBBIII', 3, 4, 64, 0xc0, 86400, 14400, 0) + self.PREFIX + b'\1\1' + self._mac
        pseudo = self.LINK_LOCAL + groups + struct.pack('!II', len(body), 58)
        body = body[:2] + struct.pack('!H', checksum(pseudo + body)) + body[4:]
        packet = struct.pack('!IHBB', 6 << 28, len(body), 58, 255) + self.LINK_LOCAL + groups + body
        self._transmit(bytes.fromhex('333300000001') + self._mac + b'\x86\xdd' + packet)
