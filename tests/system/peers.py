"""Who the guest talks to in tests of the network, on the build machine's loopback, and the way there."""
import re
import socket
import threading


class EchoServer:
    """Sends back whatever comes, until the other side ends. `started` is set when the first bytes have come; nothing goes back before `gate`
    is set."""

    def __init__(self, address='127.0.0.1', family=socket.AF_INET):
        self._socket = socket.create_server((address, 0), family=family)
        self.port = self._socket.getsockname()[1]
        self.started = threading.Event()
        self.gate = threading.Event()
        self.gate.set()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        try:
            while True:
                connection, _ = self._socket.accept()
                threading.Thread(target=self._echo, args=(connection,), daemon=True).start()
        except OSError:
            return

    def _echo(self, connection):
        with connection:
            try:
                while data := connection.recv(65536):
                    self.started.set()
                    self.gate.wait()
                    connection.sendall(data)
            except OSError:
                return

    def close(self):
        """Takes no more connections."""
        self._socket.close()


class DatagramEcho:
    """Sends back each datagram."""

    def __init__(self):
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(('127.0.0.1', 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._echo, daemon=True).start()

    def _echo(self):
        try:
            while True:
                data, peer = self._socket.recvfrom(65536)
                self._socket.sendto(data, peer)
        except OSError:
            return

    def close(self):
        """Answers nothing more."""
        self._socket.close()


def user_network(card='virtio-net-pci,disable-legacy=on,vectors=3', forward=False):
    """QEMU's own router, which the guest finds at 10.0.2.2, behind a card; with `forward` a port of the build machine leads to the guest's 7, see
    forwarded_port()."""
    rule = ',hostfwd=tcp:127.0.0.1:0-:7' if forward else ''
    return ['-netdev', f'user,id=net{rule}', '-device', f'{card},netdev=net,romfile=']


def forwarded_port(vm):
    """The port of the build machine that leads to the guest. QEMU chose it itself: one that the test chose could be another's by then."""
    connections = vm.qmp('human-monitor-command', **{'command-line': 'info usernet'})
    return int(re.search(r'TCP\[HOST_FORWARD\] +\d+ +127\.0\.0\.1 +(\d+) ', connections)[1])


def wait_for_address(shell, address):
    """Waits until the host has the address and has found that nobody else does."""
    shell.ok(f"until ip address | grep -q 'ipv4 {address}/24$'; do sleep 0.2; done", 120)
