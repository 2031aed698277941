"""A path of two links for the tests against Linux: the command, Linux as a router, and a host of Linux behind it.

The far host is a network namespace. Its link to the router is two TAP devices and a thread that carries frames between them, and
that can swallow some of them, as real links do.
"""
import ctypes
import fcntl
import os
import select
import struct
import threading

from linux_lab import system

ROUTER = {4: '203.0.113.1', 6: '2001:db8:52::1'}
FAR = {4: '203.0.113.2', 6: '2001:db8:52::2'}
LINK, FAR_LINK = 'mid0', 'far0'
PREFIX = {4: '/24', 6: '/64'}
CLONE_NEWNET = 0x40000000
TUNSETIFF, IFF_TAP, IFF_NO_PI = 0x400454ca, 2, 0x1000
LIBC = ctypes.CDLL(None, use_errno=True)


def in_thread(function):
    """Calls it in a thread of its own, as a namespace is a thread's."""
    result = []

    def work():
        try:
            result.append((function(), None))
        except BaseException as error:  # pylint: disable=broad-except
            result.append((None, error))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    value, error = result[0]
    if error:
        raise error
    return value


def checked(rc):
    if rc != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def tap_make(name):
    fd = os.open('/dev/net/tun', os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(fd, TUNSETIFF, struct.pack('16sH22x', name.encode(), IFF_TAP | IFF_NO_PI))
    return fd


def forwarding(on):
    for setting in ('ipv4/ip_forward', 'ipv6/conf/all/forwarding'):
        with open('/proc/sys/net/' + setting, 'w', encoding='ascii') as f:
            f.write(str(int(on)))


class Path:
    """The two links, from `with` on to its end."""

    def __init__(self):
        self.longest = 65536  # frame that the far link carries; what is longer is lost
        self.nlost = 0

    def __enter__(self):
        self.router = self.space_own()
        self.space = in_thread(self.space_make)
        self.ends = (tap_make(LINK), in_thread(lambda: self.there(tap_make, FAR_LINK)))
        forwarding(True)
        for version in (4, 6):
            option = ['nodad'] if version == 6 else []
            system('ip', 'addr', 'add', ROUTER[version] + PREFIX[version], 'dev', LINK, *option)
        system('ip', 'link', 'set', LINK, 'up')
        in_thread(lambda: self.there(self.far_set_up))
        self.stop = threading.Event()
        self.carrier = threading.Thread(target=self.carry, daemon=True)
        self.carrier.start()
        return self

    @staticmethod
    def space_own():
        return os.open('/proc/thread-self/ns/net', os.O_RDONLY | os.O_CLOEXEC)

    def space_make(self):
        checked(LIBC.unshare(CLONE_NEWNET))
        with open('/proc/sys/net/ipv6/conf/default/accept_dad', 'w', encoding='ascii') as f:
            f.write('0')
        return self.space_own()

    def there(self, function, *arguments):
        """Calls it as the far host; to be called in a thread of its own."""
        checked(LIBC.setns(self.space, CLONE_NEWNET))
        return function(*arguments)

    def far(self, function, *arguments):
        return in_thread(lambda: self.there(function, *arguments))

    @staticmethod
    def far_set_up():
        system('ip', 'link', 'set', 'lo', 'up')
        system('ip', 'link', 'set', FAR_LINK, 'up')
        for version in (4, 6):
            option = ['nodad'] if version == 6 else []
            system('ip', 'addr', 'add', FAR[version] + PREFIX[version], 'dev', FAR_LINK, *option)
            system('ip', f'-{version}', 'route', 'add', 'default', 'via', ROUTER[version])

    def carry(self):
        while not self.stop.is_set():
            for fd in select.select(self.ends, (), (), 0.1)[0]:
                try:
                    frame = os.read(fd, 65536)
                    if len(frame) <= self.longest:
                        os.write(self.ends[fd == self.ends[0]], frame)
                    else:
                        self.nlost += 1
                except OSError:  # the link is down, or its queue is full
                    pass

    def mtu_set(self, mtu):
        """Of the router's end of the far link: what is longer it refuses and says so. May be called by any thread."""
        def work():
            checked(LIBC.setns(self.router, CLONE_NEWNET))
            system('ip', 'link', 'set', LINK, 'mtu', str(mtu))

        in_thread(work)

    def __exit__(self, *_):
        self.stop.set()
        self.carrier.join()
        for fd in (*self.ends, self.space, self.router):
            os.close(fd)
        forwarding(False)


def too_big_told():
    """How many packets of either version Linux has called too big so far."""
    total = 0
    with open('/proc/net/snmp6', encoding='ascii') as f:
        for line in f:
            if line.startswith('Icmp6OutPktTooBigs'):
                total += int(line.split()[1])
    with open('/proc/net/snmp', encoding='ascii') as f:
        names, values = [line.split() for line in f if line.startswith('Icmp:')]
    return total + int(values[names.index('OutDestUnreachs')])

