#!/usr/bin/python3
"""The loaders on both firmwares, with a kernel that checks every promise of nonos/boot_info.h."""
import os
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import qemu  # noqa: E402

IMAGE = os.path.join(qemu.BUILD, 'distro/image/loader-test.iso')
TIMEOUT = {'uefi': 180, 'bios': 60}
PROMISES_WITH_FRAMEBUFFER = 43
# Every value of each of firmware, media, processors and memory, and every pair with the firmware.
MACHINES = {
    f'{firmware}_{media}_{smp}_cpu_{mem}': {'firmware': firmware, 'media': media, 'smp': smp, 'mem': mem}
    for firmware in ('uefi', 'bios')
    for media, smp, mem in (('disk', 1, '256M'), ('cd', 2, '256M'), ('disk', 2, '5G'), ('cd', 1, '5G'))
}


def boot(firmware='bios', image=IMAGE, **options):
    """Boots the test kernel to its end and returns what it printed."""
    with qemu.Qemu(image, firmware=firmware, **options) as vm:
        vm.wait_for(r'\d+ held, \d+ failed', TIMEOUT[firmware])
        status = vm.wait_exit()
        failures = re.findall(r'^FAILED .*', vm.output, re.MULTILINE)
        assert status == 0 and not failures, f'status {status}, {failures}\n{vm.last_lines(80)}'
        return vm.output.replace('\r', '')


def value(output, name):
    """The rest of the line that begins with `name`."""
    match = re.search(rf'^{name} (.*)$', output, re.MULTILINE)
    assert match, f'no line {name!r} in\n{output}'
    return match.group(1)


def pytest_generate_tests(metafunc):
    """One test for each machine."""
    if 'machine' in metafunc.fixturenames:
        metafunc.parametrize('machine', list(MACHINES.values()), ids=list(MACHINES))
    if 'firmware' in metafunc.fixturenames:
        metafunc.parametrize('firmware', ['uefi', 'bios'])


def test_every_promise_of_boot_info_holds(machine):
    output = boot(**machine)
    assert value(output, 'firmware') == machine['firmware']
    assert value(output, 'framebuffer') == '1280x800'
    held = int(re.search(r'(\d+) held', output).group(1))
    assert held == PROMISES_WITH_FRAMEBUFFER
    ram = sum(int(length, 16) for length in
              re.findall(r'^memory 0x\w+ (0x\w+) (?!reserved)', output, re.MULTILINE))
    size = {'256M': 256 << 20, '5G': 5 << 30}[machine['mem']]
    assert size - (16 << 20) <= ram <= size


def test_ten_boots_have_ten_slides_and_seeds():
    outputs = [boot() for _ in range(10)]
    assert len({value(output, 'kernel-virtual') for output in outputs}) == 10
    assert len({value(output, 'entropy') for output in outputs}) == 10


def test_command_line_is_passed_on(firmware):
    with tempfile.TemporaryDirectory() as folder:
        copy = os.path.join(folder, 'image')
        qemu.with_cmdline(IMAGE, copy, 'first  second=2\n# not this\nthird')
        assert value(boot(firmware, copy), 'cmdline') == '[first second=2 third]'


def test_video_option_chooses_the_mode():
    assert value(boot('uefi', cmdline='video=800x600'), 'framebuffer') == '800x600'


def test_video_option_that_no_mode_has_gives_the_default():
    assert value(boot('uefi', cmdline='video=1281x801'), 'framebuffer') == '1280x800'


def test_machine_without_a_display_boots(firmware):
    assert value(boot(firmware, extra=['-vga', 'none']), 'framebuffer') == '0x0'


def test_firmware_random_bytes_are_used():
    output = boot('uefi', extra=['-device', 'virtio-rng-pci'])
    assert int(value(output, 'entropy-sources'), 16) == 7


def test_clock_is_the_firmwares(firmware):
    output = boot(firmware, extra=['-rtc', 'base=2031-02-03T04:05:06'])
    assert 0 <= int(value(output, 'unix-time')) - 1927857906 < 300


class Damaged:
    """A copy of the image in which one file of the EFI system partition is changed."""

    def __init__(self, folder, name, change):
        self.image = os.path.join(folder, 'image')
        qemu.with_cmdline(IMAGE, self.image, '')
        self._partition = f'{self.image}@@{self._esp_offset()}'
        path = f'::/nonos/{name}'
        content = self._mtool('mtype', path)
        self._mtool('mdel', path)
        content = change(content)
        if content is not None:
            local = os.path.join(folder, 'file')
            with open(local, 'wb') as file:
                file.write(content)
            self._mtool('mcopy', local, path)

    def _mtool(self, tool, *arguments):
        environment = dict(os.environ, MTOOLS_SKIP_CHECK='1')
        return subprocess.run([tool, '-i', self._partition, *arguments], env=environment, check=True,
                              capture_output=True).stdout

    def _esp_offset(self):
        with open(self.image, 'rb') as file:
            table = file.read(4096)[1024:]
        at = table.index(bytes.fromhex('28732ac11ff8d211ba4b00a0c93ec93b'))
        return int.from_bytes(table[at + 32:at + 40], 'little') * 512


def complaint(firmware, name, change):
    """Boots a damaged image and returns what the loader says."""
    with tempfile.TemporaryDirectory() as folder:
        with qemu.Qemu(Damaged(folder, name, change).image, firmware=firmware) as vm:
            return vm.wait_for(r'NONOS cannot start: ([^\r\n]+)\r', TIMEOUT[firmware]).group(1)


def flip(content, offset):
    """One bit changed."""
    return content[:offset] + bytes([content[offset] ^ 1]) + content[offset + 1:]


def test_damaged_archive_is_refused(firmware):
    assert complaint(firmware, 'boot.archive', lambda content: flip(content, 40)) == \
        'boot.archive: its table does not have the hash that its header promises.'


def test_shortened_archive_is_refused():
    assert complaint('bios', 'boot.archive', lambda content: content[:2048]) == \
        'boot.archive: the length in its header is not the length of the file.'


def test_missing_archive_is_named(firmware):
    assert complaint(firmware, 'boot.archive', lambda content: None) == 'boot.archive: not found.'


def test_kernel_for_another_processor_is_refused():
    assert complaint('bios', 'kernel.elf', lambda content: flip(content, 18)) == \
        'kernel.elf: not a position-independent ELF file for x86-64.'


def test_control_character_in_the_command_line_is_refused():
    assert complaint('bios', 'cmdline', lambda content: b'a\x1bb\n') == \
        'cmdline: the command line is too long or holds control characters.'


if __name__ == '__main__':
    qemu.main(__file__)
