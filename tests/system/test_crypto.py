#!/usr/bin/python3
"""The library's cryptography in the guest: its self-test, its speed, and files that are sealed and signed there."""
import os
import re
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import pytest  # noqa: E402

import qemu  # noqa: E402
import session  # noqa: E402


@pytest.fixture(name='shell', scope='module')
def shell_on_bios():
    """A shell."""
    with session.boot(mem='768M') as vm:
        yield session.Shell(vm)


def test_the_selftest_passes(shell):
    """Every subject, with the instructions that the emulated processor has."""
    lines = shell.ok('noncrypto selftest', 120).splitlines()
    assert len(lines) >= 20
    for line in lines:
        assert re.fullmatch(r'[a-z0-9-]+: ok', line), line


def test_speed_measures(shell):
    """A number for each that was asked for, after finding out which instructions pay under emulation."""
    printed = shell.ok('noncrypto speed --tune --time 20 --size 4096 blake3 chacha20-poly1305 x25519-base', 300)
    assert re.search(r'^blake3 +[0-9]+\.[0-9] MB/s$', printed, re.M), printed
    assert re.search(r'^chacha20-poly1305 +[0-9]+\.[0-9] MB/s$', printed, re.M), printed
    assert re.search(r'^x25519-base +[0-9]+ /s +[0-9]+ us$', printed, re.M), printed


def test_a_file_is_sealed_and_opened(shell):
    """With a key pair that the guest made of its own random numbers."""
    shell.ok('cd /tmp; seq 1 20000 >numbers; noncrypto keygen sealing box', 120)
    shell.ok('noncrypto seal -r box.pub numbers; noncrypto open -i box -o again numbers.sealed', 120)
    assert shell.ok('b3sum <numbers') == shell.ok('b3sum <again')
    status, _ = shell.run('noncrypto open -i box -o other numbers', 60)
    assert status == 1


def test_a_file_is_signed_and_verified(shell):
    """And another file does not verify."""
    shell.ok('cd /tmp; noncrypto keygen signing pen; noncrypto sign -k pen numbers; noncrypto verify -k pen.pub numbers', 120)
    status, _ = shell.run('noncrypto verify -k pen.pub -s numbers.sig box.pub', 60)
    assert status == 1


if __name__ == '__main__':
    qemu.main(__file__)
