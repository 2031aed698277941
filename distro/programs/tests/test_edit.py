#!/usr/bin/env python3
"""The shell on a terminal: the line editor's keys, history, completion, ^C and jobs. What counts is what the command line did."""
import os
import pty
import re
import select
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import ENV, Tap, ours, scratch

tap = Tap()


class Session:
    def __init__(self, cwd):
        self.seen = b''
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(cwd)
            os.execve(ours('sh'), ['sh'], dict(ENV, PS1='READY> '))
        self.wait(b'READY> ')

    def wait(self, what, timeout=20):
        """Reads until `what` has been written since the last wait; the screen up to it."""
        end = time.time() + timeout
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

    def line(self, keys):
        """Types a line and returns what its command wrote."""
        self.type(keys + b'\r')
        self.wait(b'\r\n')
        # The prompt comes back when the command is done: drawn at the start of a line.
        out = self.wait(b'\rREADY> \x1b[K')
        return re.sub(rb'\x1b\[[0-9;]*[A-Za-z]', b'', out).replace(b'\rREADY> ', b'')

    def close(self):
        os.close(self.fd)
        return os.waitpid(self.pid, 0)[1]


def gives(session, keys, expected, name):
    got = session.line(keys)
    tap.ok(expected in got, name, f'{keys!r}: {got!r}, expected {expected!r}')


UP, DOWN, RIGHT, LEFT = b'\x1b[A', b'\x1b[B', b'\x1b[C', b'\x1b[D'
HOME, END, DELETE = b'\x1b[H', b'\x1b[F', b'\x1b[3~'


def editing(s):
    gives(s, b'echo plain', b'plain\r\n', 'a line runs')
    gives(s, b'cho x' + HOME + b'e', b'x\r\n', 'home')
    gives(s, b'cho y\x01e', b'y\r\n', '^A')
    gives(s, b'echo ac' + LEFT + b'b', b'abc\r\n', 'left arrow inserts')
    gives(s, b'echo ac' + LEFT + b'b' + END + b'd', b'abcd\r\n', 'end')
    gives(s, b'echo ac' + LEFT + b'b\x05d', b'abcd\r\n', '^E')
    gives(s, b'echo abX' + b'\x7f' + b'c', b'abc\r\n', 'backspace')
    gives(s, b'echo aXb' + LEFT * 2 + DELETE, b'ab\r\n', 'delete')
    gives(s, b'echo aXb' + LEFT * 2 + b'\x04', b'ab\r\n', '^D deletes')
    gives(s, b'echo ab cd' + LEFT * 3 + b'\x0b', b'ab\r\n', '^K')
    gives(s, b'garbage\x15echo kept', b'kept\r\n', '^U')
    gives(s, b'echo one two\x17three', b'one three\r\n', '^W')
    gives(s, b'echo abc' + LEFT * 3 + RIGHT + b'X', b'aXbc\r\n', 'right arrow')
    gives(s, 'echo grüße'.encode() + b'\x7f' + b'n', 'grüßn\r\n'.encode(), 'backspace takes a whole character')
    gives(s, 'echo aäb'.encode() + LEFT * 2 + b'x', 'axäb\r\n'.encode(), 'the cursor moves by characters')
    gives(s, 'echo 日本'.encode() + LEFT + b'-', '日-本\r\n'.encode(), 'wide characters')
    gives(s, b'echo \xff\x7fok', b'ok\r\n', 'a byte that is no UTF-8')
    gives(s, b'echo a\x1b[99~b\x1b[1;5C', b'ab\r\n', 'unknown keys do nothing')
    gives(s, b'echo ' + b'x' * 500 + b'\x01' + RIGHT * 5 + b'start', b'start' + b'x' * 500 + b'\r\n', 'a line longer than the screen')
    gives(s, b'echo a\x0cb', b'ab\r\n', '^L keeps the line')


def history(s):
    gives(s, b'echo first', b'first\r\n', 'history: a line')
    gives(s, b'echo second', b'second\r\n', 'history: another')
    gives(s, UP, b'second\r\n', 'up')
    gives(s, UP * 2, b'first\r\n', 'up twice')
    gives(s, b'echo new' + UP + DOWN, b'new\r\n', 'down comes back to the new line')
    gives(s, b'\x12second', b'second\r\n', '^R finds')
    gives(s, b'\x12fir' + END + b'!', b'first!\r\n', '^R, then editing')
    gives(s, b'echo saved\x12nothing-like-it\x07', b'saved\r\n', '^G gives the search up')
    gives(s, b'history', b'echo second\r\n', 'history lists')


def completion(s):
    gives(s, b'cat uni\t', b'content of unique\r\n', 'Tab completes a file')
    gives(s, b'cat sub\tins\t', b'inside\r\n', 'Tab completes through a directory')
    gives(s, b'cat with\t', b'spaced\r\n', 'Tab quotes a blank')
    gives(s, b'expo\tcompleted=1; echo $completed', b'1\r\n', 'Tab completes a command of the shell')
    gives(s, b'basenam\t /a/b', b'b\r\n', 'Tab completes a program')
    s.type(b'echo com\t\t')
    listing = s.wait(b'commontwo')
    tap.ok(b'commonone' in listing, 'the second Tab shows the choice', repr(listing))
    gives(s, b'o\t', b'commonone\r\n', 'and goes on from what is common')
    gives(s, b'echo nope\tx', b'nopex\r\n', 'nothing to complete')


def interrupt(s, command, pause=0.5):
    """Types a command, lets it run, and types ^C."""
    s.type(command + b'\r')
    s.wait(command)
    s.wait(b'\r\n')
    time.sleep(pause)
    s.type(b'\x03')
    s.wait(b'\rREADY> \x1b[K')


def interrupts(s):
    s.type(b'echo dropped\x03')
    tap.ok(b'nothing more' not in s.wait(b'^C'), '^C gives the line up')
    s.wait(b'\rREADY> \x1b[K')
    gives(s, b'echo $?', b'130\r\n', '^C gives status 130')
    interrupt(s, b'sleep 50')
    gives(s, b'echo alive', b'alive\r\n', '^C ends the foreground program, not the shell')
    interrupt(s, b'while true; do sleep 0.05; done')
    gives(s, b'echo out of the loop', b'out of the loop\r\n', '^C ends a loop of programs')
    interrupt(s, b'while :; do :; done')
    gives(s, b'echo out again', b'out again\r\n', '^C ends a loop of builtins')
    interrupt(s, b'sleep 50 & sleep 40')
    gives(s, b'jobs', b'running', '^C leaves the background alone')
    gives(s, b'kill %1; wait; echo ended', b'ended\r\n', 'a job is killed by its number')
    gives(s, b'nonsense )', b'syntax error', 'a syntax error leaves the shell running')
    gives(s, b'echo ${x?gone}', b'gone\r\n', 'so does an error of an expansion')
    gives(s, b'shift 5; echo same line', b'only 0', 'and an error of a special command')


def main():
    with scratch() as d:
        for name, text in (('unique', 'content of unique'), ('commonone', ''), ('commontwo', ''),
                           ('with blank', 'spaced'), ('sub/inside', 'inside')):
            os.makedirs(os.path.dirname(os.path.join(d, name)), exist_ok=True)
            with open(os.path.join(d, name), 'w') as f:
                f.write(text + '\n')
        s = Session(d)
        editing(s)
        history(s)
        completion(s)
        interrupts(s)
        s.type(b'exit 3\r')
        s.wait(b'exit 3')
        s.wait(b'\0never', timeout=5)
        status = s.close()
        tap.ok(os.WIFEXITED(status) and os.WEXITSTATUS(status) == 3, 'exit ends the shell', str(status))
        s = Session(d)
        s.type(b'\x04')
        s.wait(b'\0never', timeout=5)
        status = s.close()
        tap.ok(os.WIFEXITED(status), '^D on an empty line ends the shell', str(status))
    tap.end()


main()
