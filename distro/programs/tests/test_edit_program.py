#!/usr/bin/env python3
"""The editor on a terminal: what its keys do to a file, and that nothing in a file reaches the terminal but its text."""
import fcntl
import os
import pty
import select
import struct
import sys
import termios
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import ENV, Tap, ours, run, scratch

tap = Tap()


class Editor:
    """An editor with 10 rows of 40 columns."""

    def __init__(self, path, cwd):
        self.seen = b''
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack('HHHH', 10, 40, 0, 0))
            os.chdir(cwd)
            os.execve(ours('edit'), ['edit', path], ENV)
        self.wait(b'^S save' if os.path.exists(os.path.join(cwd, path)) else b'a new file')

    def wait(self, what, timeout=20):
        """Reads until `what` has been written since the last wait; returns what came."""
        end = time.time() + timeout
        got = b''
        while what not in self.seen:
            ready, _, _ = select.select([self.fd], [], [], max(0, end - time.time()))
            try:
                data = os.read(self.fd, 65536) if ready else b''
            except OSError:
                data = b''
            if not data:
                self.seen, got = b'', self.seen
                return got + b' (nothing more)'
            self.seen += data
        at = self.seen.index(what) + len(what)
        got, self.seen = self.seen[:at], self.seen[at:]
        return got

    def type(self, keys):
        os.write(self.fd, keys)

    def save(self):
        self.type(b'\x13')
        return self.wait(b'saved')

    def end(self, keys=b'\x11'):
        """Quits; returns the exit status."""
        self.type(keys)
        self.wait(b'\x1b[2J\x1b[H')
        status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        os.close(self.fd)
        return status


def content(folder, name):
    with open(os.path.join(folder, name), 'rb') as file:
        return file.read()


def put(folder, name, data):
    with open(os.path.join(folder, name), 'wb') as file:
        file.write(data)


with scratch() as d:
    e = Editor('new', d)
    e.type('first line\rgrüß €\x7f$\r'.encode())
    e.save()
    tap.ok(content(d, 'new') == 'first line\ngrüß $\n'.encode() and e.end() == 0, 'what is typed is saved', str(content(d, 'new')))

    e = Editor('new', d)
    e.type(b'\x1b[B\x1b[F!\x1b[A\x1b[H> \x1b[3~')
    e.save()
    tap.ok(content(d, 'new') == '> irst line\ngrüß $!\n'.encode(), 'keys move and delete', str(content(d, 'new')))
    e.type(b'\x1a\x1a\x1a')
    e.save()
    tap.ok(content(d, 'new') == 'first line\ngrüß $\n'.encode(), 'changes are undone', str(content(d, 'new')))
    e.type(b'\x19')
    e.save()
    tap.ok(content(d, 'new') == 'first line\ngrüß $!\n'.encode() and e.end() == 0, 'and done again', str(content(d, 'new')))

    put(d, 'find', b'one\ntwo\nthree\nTwo\n')
    e = Editor('find', d)
    e.type(b'\x06two\r#\x0e#\x072\r@')
    e.save()
    tap.ok(content(d, 'find') == b'one\n@#two\nthree\n#Two\n', 'a text and a line are found', str(content(d, 'find')))
    e.type(b'\x06none\r')
    tap.ok(b'nothing more' not in e.wait(b'not found'), 'what is not there is said', '')
    e.type(b'\x14\x02\x1b[B\x18\x04\x16')
    e.save()
    tap.ok(content(d, 'find') == b'@#two\nthree\n#Two\none\n' and e.end() == 0, 'a selection is cut and pasted', str(content(d, 'find')))

    put(d, 'kept', b'as it was\n')
    e = Editor('kept', d)
    e.type(b'x\x11')
    e.wait(b'Save the changes?')
    tap.ok(e.end(b'n') == 0 and content(d, 'kept') == b'as it was\n', 'what shall not be saved is not', str(content(d, 'kept')))
    e = Editor('kept', d)
    e.type(b'x\x11')
    e.wait(b'Save the changes?')
    e.type(b'\x1b\x1b')
    e.wait(b'(changed)')
    e.type(b'\x11')
    e.wait(b'Save the changes?')
    tap.ok(e.end(b'y') == 0 and content(d, 'kept') == b'xas it was\n', 'a question can be given up', str(content(d, 'kept')))

    e = Editor('kept', d)
    e.type(b'mine ')
    e.wait(b'(changed)')
    put(d, 'kept', b'of somebody else\n')
    e.type(b'\x13')
    e.wait(b'Somebody else changed')
    e.type(b'n')
    e.wait(b'not saved')
    tap.ok(content(d, 'kept') == b'of somebody else\n', "what somebody else wrote is not overwritten unasked", str(content(d, 'kept')))
    e.type(b'\x13')
    e.wait(b'Somebody else changed')
    e.type(b'y')
    e.wait(b'saved')
    tap.ok(content(d, 'kept') == b'mine xas it was\n' and e.end() == 0, 'and is when that is said', str(content(d, 'kept')))

    put(d, 'odd', b'\x1b[31mred\x07\x9b\xc2\x9b\n' + b'wide \xe6\x9c\xac' * 10 + b'\n\ttab\n')
    e = Editor('odd', d)
    e.type(b'\x0c')
    screen = e.wait(b'^S save')
    tap.ok(b'?[31mred???' in screen and b'\x1b[31m' not in screen and b'\x07' not in screen and b'\xc2\x9b' not in screen and
           b'        tab' in screen, 'nothing in a file controls the terminal', repr(screen))
    e.type(b'\x1b[B\x1b[F!')
    e.save()
    tap.ok(content(d, 'odd').startswith(b'\x1b[31mred\x07\x9b\xc2\x9b\nwide ') and b'\xac!\n' in content(d, 'odd') and e.end() == 0,
           'and all its bytes are kept', repr(content(d, 'odd')))

    put(d, 'long', b''.join(b'line %d\n' % i for i in range(1, 2001)))
    e = Editor('long', d)
    e.type(b'\x071500\r')
    screen = e.wait(b'line 1500, column 1')
    tap.ok(b'line 1499' in screen and b'line 1501' in screen, 'the screen follows the cursor', repr(screen))
    e.type(b'\x1b[6~\x1b[6~\x1b[5~X')
    e.wait(b'(changed)')
    e.save()
    tap.ok(b'\nXline 1508\n' in content(d, 'long') and e.end() == 0, 'pages are turned', '')

    put(d, 'lost', b'text\n')
    e = Editor('lost', d)
    e.type(b'more ')
    e.wait(b'(changed)')
    os.close(e.fd)
    os.waitpid(e.pid, 0)
    # A hang-up ends a program of POSIX by a signal; NONOS has none, and sees the end of the input.
    tap.ok(content(d, 'lost') == b'text\n' and not [n for n in os.listdir(d) if '.new' in n], 'a file is whole when the terminal goes', '')

    e = Editor('no/such/folder', d)
    e.type(b'x\x13')
    tap.ok(b'nothing more' not in e.wait(b'NOT SAVED: no such file or directory'), 'an error of saving is shown', '')
    e.type(b'\x11')
    e.wait(b'Save the changes?')
    e.end(b'n')

    for argv, status, text in ((['edit'], 2, b'one file'), (['edit', 'a', 'b'], 2, b'one file'), (['edit', d], 1, b'is a directory'),
                               (['edit', 'file'], 1, b'no terminal'), (['edit', '--help'], 0, b'usage: edit FILE'),
                               (['edit', '--nonsense'], 2, b'unknown option')):
        r = run([ours(argv[0])] + argv[1:], cwd=d)
        tap.ok(r.status == status and text in r.out + r.err and not r.crashed(), f'edit: {text.decode()}', f'{r.status} {r.out!r} {r.err!r}')
tap.end()
