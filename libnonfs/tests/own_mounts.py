"""What a test mounts ends with it, however it ends."""
import ctypes
import os

_CLONE_NEWNS = 0x20000
_MS_REC, _MS_PRIVATE = 0x4000, 1 << 18


def own_mounts():
    """Gives this process and its children a namespace of mounts of their own, if it may."""
    libc = ctypes.CDLL(None, use_errno=True)
    if os.geteuid() == 0 and libc.unshare(_CLONE_NEWNS) == 0:
        libc.mount(None, b'/', None, _MS_REC | _MS_PRIVATE, None)


class Loop:
    """A loop device for a file. Linux takes it away when the last descriptor of it is closed, so a test that is killed leaves none."""

    def __init__(self, run, file):
        self.path = run('losetup', '-f', '--show', file).strip()
        self._descriptor = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
        run('losetup', '-d', self.path)

    def __enter__(self):
        return self.path

    def __exit__(self, *_):
        os.close(self._descriptor)
