#!/usr/bin/python3
"""A build with the keys of a ceremony: what docs/attestation.md says of a release, from the ceremony to a login."""
import os
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import pytest  # noqa: E402

import document  # noqa: E402
import qemu  # noqa: E402
import session  # noqa: E402

TOOLS = os.path.join(qemu.BUILD, 'libnonzk/tools')
pytestmark = pytest.mark.skipif(not session.LONG, reason='NONOS_LONG is not set, no ceremony was held and nothing built with its keys')


def make(folder, *arguments):
    """Runs make in a build folder. Returns its exit code and what it printed."""
    done = subprocess.run(['make', '-s', '-C', folder, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          check=False, text=True)
    return done.returncode, done.stdout


@pytest.fixture(name='folder', scope='module')
def folder_of_a_release(tmp_path_factory):
    """Has `keys` and `release`, the build with them."""
    folder = tmp_path_factory.mktemp('release')
    document.Section('attestation.md', 'A release').run_on_host(folder, [TOOLS])
    return folder


@pytest.mark.parametrize('firmware', ['bios', 'uefi'])
def test_it_boots_and_does_not_speak_of_a_development_authority(folder, tmp_path, firmware):
    files = tmp_path / 'files'
    files.mkdir()
    shutil.copy(f'{qemu.BUILD}/ring3/attested/bin/echo', files / 'development')
    shutil.copy(folder / 'release/ring3/attested/bin/echo', files / 'release')
    disk = str(tmp_path / 'disk.img')
    session.make_disk(disk, 16 << 20, str(files))
    with session.boot(str(folder / 'release/distro/image/nonos.iso'), firmware=firmware, disk=disk) as vm:
        shell = session.Shell(vm, firmware=firmware)
        shell.ok('modules')
        shell.ok('attest')
        assert 'DEVELOPMENT' not in vm.output
        assert shell.ok('/disk/release it runs') == 'it runs\n'
        status, printed = shell.run('/disk/development it does not')
        assert status == 126 and 'its attestation is malformed or for another system' in printed
        shell.power_off()


def test_the_same_image_is_made_where_the_secret_is_not(folder, tmp_path):
    """The list goes to the machine with the secret, and the module files come back."""
    release, keys = folder / 'release', tmp_path / 'keys'
    keys.mkdir()
    for name in ('attestation.vk', 'authorities'):
        shutil.copy(folder / 'keys' / name, keys)
    build = tmp_path / 'build'
    build.mkdir()
    subprocess.run([os.path.abspath(f'{qemu.SOURCE}/configure'), '-q', f'--with-attestation-keys={keys}'], cwd=build, check=True)
    code, printed = make(build, 'distro/image/nonos.iso')
    assert code != 0 and 'the secret key of an authority is needed' in printed
    assert make(build, 'ring3/attest.list')[0] == 0
    subprocess.run([f'{TOOLS}/nonzk', 'attest', '--release', '--keys', folder / 'keys', '--list', 'ring3/attest.list'], cwd=build,
                   check=True, stdout=subprocess.DEVNULL)
    shutil.copy(build / 'ring3/returned/bin/cat', build / 'ring3/returned/bin/echo')
    code, printed = make(build, 'distro/image/nonos.iso')
    assert code != 0 and 'ring3/returned/bin/echo: this is not ring3/bin/echo, attested' in printed
    shutil.copy(release / 'ring3/attested/bin/echo', build / 'ring3/returned/bin/echo')
    code, printed = make(build, 'distro/image/nonos.iso')
    assert code == 0, printed
    assert subprocess.run(['cmp', release / 'distro/image/nonos.iso', build / 'distro/image/nonos.iso'], check=False).returncode == 0


def test_the_build_refuses_the_keys_of_the_development_setup(tmp_path):
    keys = os.path.abspath(f'{qemu.BUILD}/ring3/keys')
    build = tmp_path / 'build'
    build.mkdir()
    subprocess.run([os.path.abspath(f'{qemu.SOURCE}/configure'), '-q', f'--with-attestation-keys={keys}'], cwd=build, check=True)
    code, printed = make(build, 'ring3/attestor-key.c')
    assert code != 0 and 'it is a development key' in printed


if __name__ == '__main__':
    qemu.main(__file__)
