#!/usr/bin/env python3
"""Each program beside the one of the build machine: the same arguments and input must give the same output and agree on success."""
import os
import stat
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Tap, describe, generator, ours, run, scratch, theirs

tap = Tap()
rng = generator()


def same(argv, stdin=b'', cwd=None, exact=False, reference=None):
    """Compares `argv` with the reference program: output and success, or the exact status."""
    a = run([ours(argv[0])] + argv[1:], stdin, cwd)
    r = reference or argv
    b = run([theirs(r[0])] + r[1:], stdin, cwd)
    agree = a.status == b.status if exact else (a.status == 0) == (b.status == 0)
    tap.ok(a.out == b.out and agree and not a.crashed() and bool(a.err) == bool(b.err),
           ' '.join(argv), describe(argv, a, b))


def gives(argv, out, status=0, stdin=b'', cwd=None, err=None):
    a = run([ours(argv[0])] + argv[1:], stdin, cwd)
    good = a.status == status and (out is None or a.out == out) and not a.crashed()
    if err is not None:
        good = good and a.err == err
    tap.ok(good, ' '.join(argv), f'{a.status} {a.out!r} {a.err!r}')


def random_text(lines, alphabet=b'ab c\t1.-xyz', newline=True):
    out = b'\n'.join(bytes(rng.choice(alphabet) for _ in range(rng.randrange(12)))
                     for _ in range(lines))
    return out + (b'\n' if newline else b'')


INPUTS = {
    'empty': b'',
    'newline': b'\n',
    'plain': b'one\ntwo\nthree\n',
    'unended': b'one\ntwo\nthree',
    'blank': b'\n\n\na\n\n',
    'binary': bytes(range(256)) * 5,
    'nul': b'a\0b\nc\0\0d\n\0',
    'utf8': 'grüße\n日本語\n€\tx\n'.encode(),
    'broken': b'\xff\xfe\n\xc3\n\xe2\x82\nok\n',
    'numbers': b'10\n9\n-3\n0.5\n 7\n100\n-0.25\n\n3 x\n+4\n1e3\n00012\n',
    'long': b'x' * 100000 + b'\n' + b'y' * 70000,
    'zeros': bytes(200) + b'tail' + bytes(96),
}


def fill(d):
    for name, data in INPUTS.items():
        with open(os.path.join(d, name), 'wb') as f:
            f.write(data)
    for i in range(6):
        with open(os.path.join(d, f'random{i}'), 'wb') as f:
            f.write(random_text(rng.randrange(1, 400), newline=i % 2 == 0))
    with open(os.path.join(d, 'noise'), 'wb') as f:
        f.write(rng.randbytes(70000))
    return sorted(os.listdir(d))


def text_programs(d, names):
    for n in names:
        same(['cat', n], cwd=d)
        for options in ([], ['-n', '3'], ['-c', '5'], ['-n', '0'], ['-c', '100000'], ['-2']):
            same(['head'] + options + [n], cwd=d)
        for options in ([], ['-n', '3'], ['-c', '5'], ['-n', '0'], ['-n', '+2'], ['-c', '+4'],
                        ['-c', '80000'], ['-1']):
            same(['tail'] + options + [n], cwd=d)
        for options in ('-l', '-c'):
            same(['wc', options, n], cwd=d)
        if n not in ('binary', 'broken', 'noise', 'nul'):  # GNU wc leaves out words that cannot be printed
            same(['wc', '-w', n], cwd=d)
        gives(['wc', '-m', n],
              b'%d %s\n' % (sum(1 for b in open(os.path.join(d, n), 'rb').read() if b & 0xc0 != 0x80),
                            n.encode()), cwd=d)
        for options in (['-C'], ['-C', '-v'], ['-C', '-n', '40'], []):
            if theirs('busybox'):
                same(['hexdump'] + options + [n], cwd=d, reference=['busybox', 'hexdump'] + options + [n])
        same(['uniq', n], cwd=d)
        same(['uniq', '-c', n], cwd=d)
        same(['uniq', '-d', n], cwd=d)
        same(['uniq', '-u', n], cwd=d)
        with open(os.path.join(d, n), 'rb') as f:
            data = f.read()
        same(['cat'], data)
        same(['tail', '-n', '4'], data)
        same(['tail', '-c', '9'], data)
        same(['head', '-n', '2'], data)
        same(['wc', '-l'], data)
        same(['tee'], data)


def sorting(d, names):
    for n in names:
        for options in ([], ['-r'], ['-u'], ['-n'], ['-nr'], ['-nu'], ['-f'], ['-s', '-n'],
                        ['-k', '2'], ['-k', '2,2'], ['-k', '2', '-n'], ['-t', 'a', '-k', '2'],
                        ['-c'], ['-fu']):
            # The reference compares by bytes in the C locale only.
            a = run([ours('sort')] + options + [n], cwd=d)
            b = run([theirs('sort')] + options + [n], cwd=d,
                    env={'LC_ALL': 'C', 'PATH': '/usr/bin'})
            tap.ok(a.out == b.out and a.status == b.status, f'sort {options} {n}',
                   describe(options + [n], a, b))
    same(['sort', '-o', 'sorted', 'plain'], cwd=d)
    same(['cat', 'sorted'], cwd=d)
    gives(['sort', '-o', 'sorted', 'sorted'], b'', cwd=d)
    same(['sort', 'sorted', 'missing'], cwd=d)


def fields(d, names):
    for n in ('plain', 'unended', 'random0', 'random1', 'blank', 'empty'):
        for options in (['-f1', '-d', ' '], ['-f', '2-', '-d', 'a'], ['-f', '1,3', '-d', '\t'],
                        ['-c', '1-3'], ['-c', '2'], ['-b', '-2,4-'], ['-f', '2', '-s', '-d', ' '],
                        ['-c', '3,1'], ['-f', '5-,2-3', '-d', ' ']):
            same(['cut'] + options + [n], cwd=d)
    gives(['cut', '-c', '2-3'], 'rü\n本語\n\tx\n'.encode(), stdin=INPUTS['utf8'])
    for argv in (['cut'], ['cut', '-f', '0'], ['cut', '-f', '3-2'], ['cut', '-f', 'x'],
                 ['cut', '-f', '-'], ['cut', '-d', 'ab', '-f1'], ['cut', '-c1', '-f1']):
        same(argv)
    for n in names:
        data = open(os.path.join(d, n), 'rb').read()
        for options in (['a-z', 'A-Z'], ['-d', 'a-c'], ['-s', 'a-z'], ['-cd', '[:alnum:]\n'],
                        ['abc', 'x'], ['-s', '[:space:]', ' '], ['[:lower:]', '[:upper:]'],
                        ['-c', 'a-z', '.'], ['\\n\\t', ' _'], ['-ds', 'a', 'b'], ['\\141', 'X'],
                        ['-cs', 'a', '-']):
            same(['tr'] + options, data)
    for argv in (['tr'], ['tr', 'a'], ['tr', '-d', 'a', 'b'], ['tr', 'z-a', 'x'],
                 ['tr', '[:nothing:]', 'x']):
        same(argv)


def numbers():
    for argv in (['5'], ['2', '5'], ['1', '2', '9'], ['5', '-1', '1'], ['3', '1'], ['-3', '3'],
                 ['-w', '8', '11'], ['-s', ',', '1', '4'], ['0'], ['1', '0', '2'], ['x'], [],
                 ['-w', '-5', '5', '20'], ['-s', '', '3'], ['1', '2', '3', '4']):
        same(['seq'] + argv)
    gives(['seq', '9223372036854775806', '9223372036854775807'],
          b'9223372036854775806\n9223372036854775807\n')
    gives(['seq', '99999999999999999999'], b'', 2)
    for argv in (['a/b/c', ], ['/'], ['a/'], ['///'], ['a.c', '.c'], ['.c', '.c'], ['a//b//'],
                 ['x', ''], [''], []):
        same(['basename'] + argv)
        same(['dirname'] + argv[:1])
    for argv in (['+%Y-%m-%d %H:%M:%S', '-d', '@0'], ['-d', '@1700000000'],
                 ['-u', '+%s', '-d', '@951782400'], ['-d', '@4102444800', '+%a %j %e %y%%'],
                 ['-d', '@-86400', '+%F']):
        same(['date'] + argv, reference=['date', '-u'] + argv if '+' in ''.join(argv) else
             ['date', '-u', '+%a %b %e %H:%M:%S UTC %Y'] + argv)
    gives(['date', 'x'], b'', 2)
    gives(['date', '-d', 'tomorrow'], b'', 2)
    gives(['sleep', '0.01'], b'')
    gives(['sleep', 'x'], b'', 2)
    gives(['sleep', '1x'], b'', 2)
    gives(['sleep', '.'], b'', 2)
    gives(['true'], b'')
    gives(['false'], b'', 1)
    gives(['echo', '-n', 'a', '  b'], b'a   b')
    gives(['echo', '-e', '\\n', '--help'], b'-e \\n --help\n')
    gives(['echo'], b'\n')
    gives(['hexdump', '-C', '-s', '2', '-n', '3'],
          b'00000002  63 64 65                                          |cde|\n00000005\n', stdin=b'abcdefg')
    gives(['clear'], b'\033[H\033[2J\033[3J')


def snapshot(top):
    """Everything below `top`: path, kind, mode of files, content."""
    out = []
    for where, directories, files in os.walk(top):
        for n in sorted(directories) + sorted(files):
            p = os.path.join(where, n)
            st = os.lstat(p)
            what = os.readlink(p) if stat.S_ISLNK(st.st_mode) else \
                open(p, 'rb').read() if stat.S_ISREG(st.st_mode) else ''
            out.append((os.path.relpath(p, top), stat.S_IFMT(st.st_mode), st.st_mode & 0o777, what))
    return sorted(out, key=lambda e: e[0])


def make_tree(top):
    os.makedirs(top + '/a/b/c')
    os.makedirs(top + '/empty')
    os.makedirs(top + '/dest')
    for path, data in (('f', b'file\n'), ('a/g', bytes(range(256)) * 300), ('a/b/h', b''),
                       ('a/b/c/deep', b'deep'), ('.hidden', b'.'), ('space name', b' '),
                       ('a/run', b'#!\n')):
        with open(f'{top}/{path}', 'wb') as f:
            f.write(data)
    os.chmod(top + '/a/run', 0o755)
    os.symlink('../f', top + '/a/link')
    os.symlink('/nowhere/at/all', top + '/a/dangling')
    os.symlink('a', top + '/dirlink')
    os.symlink('loop', top + '/loop')


FILE_COMMANDS = [
    ['mkdir', 'new'], ['mkdir', 'a'], ['mkdir', '-p', 'x/y/z'], ['mkdir', '-p', 'a/b'],
    ['mkdir', '-p', 'f/x'], ['mkdir', 'no/dir'], ['mkdir'], ['mkdir', '-p', 'q/r/'],
    ['mkdir', 'p', 'q', 'p'],
    ['cp', 'f', 'g'], ['cp', 'f', 'dest'], ['cp', 'f', 'a/g', 'dest'], ['cp', 'f', 'f'],
    ['cp', 'missing', 'x'], ['cp', 'a', 'x'], ['cp', 'f', 'no/dir'], ['cp', 'f'], ['cp'],
    ['cp', '-r', 'a', 'copy'], ['cp', '-r', 'a', 'dest'], ['cp', '-r', 'a', 'f', 'dest'],
    ['cp', 'a/link', 'x'],
    ['cp', '-r', 'a/dangling', 'x'], ['cp', 'a/g', 'f'], ['cp', 'f', 'a/g', 'missing'],
    ['cp', '-r', 'a/', 'copy2'], ['cp', 'a/run', 'x'], ['cp', 'f', 'dirlink'], ['cp', 'f', 'f/x'],
    ['cp', '-r', 'empty', 'x'], ['cp', '-r', 'f', 'x'], ['cp', 'a', 'f', 'dest'],
    ['mv', 'f', 'g'], ['mv', 'f', 'dest'], ['mv', 'a', 'dest'], ['mv', 'f', 'a/g', 'dest'],
    ['mv', 'missing', 'x'], ['mv', 'a', 'a/b'], ['mv', 'f', 'a/g'], ['mv', 'a', 'new'],
    ['mv', 'a', 'empty'], ['mv', 'f'], ['mv', 'a/dangling', 'x'], ['mv', 'f', 'no/dir'],
    ['rm', 'f'], ['rm', 'missing'], ['rm', '-f', 'missing'], ['rm', 'a'], ['rm', '-r', 'a'],
    ['rm', '-rf', 'a', 'missing'], ['rm', 'a/dangling'], ['rm', 'dirlink'], ['rm', '-r', 'dirlink'],
    ['rm', '-r', 'empty', 'f'], ['rm'], ['rm', '-f'], ['rm', '-r', 'missing'], ['rm', 'loop'],
    ['rm', '-r', '.'], ['rm', '-r', '..'], ['rm', '--', 'f'],
    ['touch', 'new'], ['touch', 'f'], ['touch', '-c', 'new'], ['touch', 'no/dir'],
    ['touch', 'a'], ['touch'],
    ['ln', 'f', 'hard'], ['ln', '-s', 'f', 'soft'], ['ln', 'f', 'a/g'], ['ln', '-f', 'f', 'a/g'],
    ['ln', '-s', 'any', 'dest'], ['ln', 'missing', 'x'], ['ln', '-s', '/x/y'],
    ['tee', 'f', 'new'], ['tee', '-a', 'f'], ['tee', 'no/dir'],
    ['rmdir', 'empty'], ['rmdir', 'a'], ['rmdir', 'f'], ['rmdir', 'missing'], ['rmdir'], ['rmdir', 'empty', 'dest'],
    ['rmdir', 'missing', 'empty'], ['rmdir', '-p', 'empty/'], ['rmdir', '-p', 'a/b/c'], ['rmdir', 'dirlink'],
    ['chmod', '600', 'f'], ['chmod', '0755', 'f', 'a/g'], ['chmod', 'u+x', 'f'], ['chmod', 'a=r', 'f'], ['chmod', 'go=', 'f'],
    ['chmod', 'u+x,g-r', 'f'], ['chmod', 'ugo-w+x', 'f'], ['chmod', 'a+X', 'f', 'a/run', 'dest'], ['chmod', 'u=rwx,go=rx', 'f'],
    ['chmod', '-R', 'go-rx', 'a'], ['chmod', '-R', 'a+X', 'a'], ['chmod', '700', 'a/link'], ['chmod', '-R', '700', 'dirlink'],
    ['chmod', '8', 'f'], ['chmod', '77777', 'f'], ['chmod', 'u', 'f'], ['chmod', 'q+x', 'f'], ['chmod', 'u+y', 'f'], ['chmod', 'u+x,', 'f'],
    ['chmod', '', 'f'], ['chmod', '600'], ['chmod'], ['chmod', '600', 'missing'], ['chmod', '-R', '600', 'missing'],
    ['chmod', '--', '-r', 'f'], ['chmod', 'u+x', 'loop'], ['chmod', 'a+s', 'f'], ['chmod', 'u=s,g=rx', 'f'], ['chmod', '1777', 'dest'],
    ['sync'], ['sync', 'f'], ['sync', 'f', 'missing'],
    ['dd', 'if=a/g', 'of=x', 'bs=1000'], ['dd', 'if=a/g', 'of=x', 'bs=1K', 'count=3'], ['dd', 'if=a/g', 'of=f', 'bs=7', 'skip=100', 'count=9'],
    ['dd', 'if=f', 'of=a/g', 'bs=2', 'seek=5'], ['dd', 'if=f', 'of=a/g', 'bs=2', 'seek=5', 'conv=notrunc'], ['dd', 'of=x'],
    ['dd', 'bs=4', 'skip=1'], ['dd', 'bs=4', 'count=1'], ['dd', 'if=a/g', 'of=x', 'bs=1000', 'conv=sync,fsync'], ['dd', 'if=missing'],
    ['dd', 'of=no/dir'], ['dd', 'bs=0'], ['dd', 'bs=x'], ['dd', 'conv=no'], ['dd', 'nonsense'], ['dd', 'if=f', 'count=0', 'of=x'],
    ['dd', 'if=f', 'of=x', 'seek=2', 'count=0'], ['dd', 'if=a', 'of=x'], ['dd', 'if=f', 'skip=9999'],
]


def file_programs():
    for i, argv in enumerate(FILE_COMMANDS):
        with scratch() as d:
            results = []
            for which, program in (('a', ours), ('b', theirs)):
                top = os.path.join(d, which)
                make_tree(top)
                r = run([program(argv[0])] + argv[1:], b'input\n', cwd=top)
                results.append((r, snapshot(top)))
            (a, sa), (b, sb) = results
            agree = (a.status == 0) == (b.status == 0) and sa == sb and a.out == b.out
            # GNU rm refuses "." too; the texts differ.
            tap.ok(agree and not a.crashed() and bool(a.err) == bool(b.err), ' '.join(argv),
                   describe(argv, a, b) + '\n' + str([e[0] for e in set(sa) ^ set(sb)]))


def listings():
    with scratch() as parent:
        # `ls -la` shows the parent, which must be nobody else's.
        d = os.path.join(parent, 'd')
        make_tree(d)
        # The reference copies a part before it refuses; here nothing is written.
        for to in ('a/b', 'a/b/new', 'a'):
            before = snapshot(d)
            a = run([ours('cp'), '-r', 'a', to], cwd=d)
            tap.ok(a.status == 1 and snapshot(d) == before and b'into itself' in a.err,
                   'cp -r a ' + to, f'{a.status} {a.err!r}')
        gives(['ls', 'loop'], b'loop\n', cwd=d)
        for argv in (['ls'], ['ls', '-a'], ['ls', '-A'], ['ls', '-R'], ['ls', 'a', 'f'], ['ls', '-d', 'a'],
                     ['ls', 'missing'], ['ls', 'f', 'missing', 'a'], ['ls', '-r'], ['ls', '-S', 'a'],
                     ['ls', 'a/link'], ['ls', 'dirlink'], ['ls', 'a', 'empty'], ['ls', '-F'],
                     ['ls', '-1', 'a'], ['ls', '-Ra', 'a'], ['ls', 'a/dangling'],
                     ['ls', '-d', '.', 'a', 'f'], ['ls', '-R', 'missing', 'a/b']):
            a = run([ours('ls')] + argv[1:], cwd=d)
            b = run([theirs('ls')] + argv[1:], cwd=d, env={'LC_ALL': 'C'})
            tap.ok(a.out == b.out and (a.status == 0) == (b.status == 0), ' '.join(argv),
                   describe(argv, a, b))
        for options in ('-l', '-lh', '-la', '-li'):
            a = run([ours('ls'), options], cwd=d)
            b = run([theirs('ls'), options + 'n', '--time-style=+%Y-%m-%d %H:%M:%S'], cwd=d,
                    env={'LC_ALL': 'C', 'TZ': 'UTC'})
            rows = [line.split() for line in b.out.splitlines()[1:]]
            tap.ok([line.split() for line in a.out.splitlines()] == rows, 'ls ' + options,
                   describe([options], a, b))
        gives(['ls', '/x'], b'', 2, err=b'ls: /x: no such file or directory\n')
        for argv in (['.'], ['.', '-name', '*.c'], ['a', '-type', 'f'], ['-type', 'd'],
                     ['a', '-name', '[gh]'], ['.', '!', '-name', 'a'], ['.', '-maxdepth', '1'],
                     ['a', '-mindepth', '2'], ['missing'], ['.', '-type', 'l'],
                     ['a', 'f', '-print0'], ['.', '-size', '+1k'], ['.', '-size', '0c'],
                     ['.', '-path', './a/*'], ['.', '-name'], ['.', '-type', 'q'],
                     ['.', '-maxdepth', '0'], ['.', '-name', '?', '-type', 'f']):
            a = run([ours('find')] + argv, cwd=d)
            b = run([theirs('find')] + argv, cwd=d)
            order = b'\0' if '-print0' in argv else b'\n'
            tap.ok(sorted(a.out.split(order)) == sorted(b.out.split(order)) and
                   (a.status == 0) == (b.status == 0), 'find ' + ' '.join(argv), describe(argv, a, b))
        a = run([ours('stat'), 'a/link'], cwd=d)
        tap.ok(b'a/link -> ../f' in a.out and b'symbolic link' in a.out, 'stat a/link', str(a.out))
        gives(['stat', 'missing'], b'', 1, cwd=d, err=b'stat: missing: no such file or directory\n')
        a = run([ours('df'), '-h', d])
        tap.ok(a.status == 0 and d.encode() in a.out, 'df -h', str(a.out))
        gives(['df', '/missing'], None, 1)
        for argv in ([], ['a'], ['-a'], ['-s', 'a', 'dest'], ['-s'], ['a', 'f'], ['f'], ['missing', 'a'], ['-ah', 'a'],
                     ['dirlink'], ['a/link'], ['empty'], ['-as', 'a'], ['link'], ['a'], ['-s'], ['a', 'a/g', 'a/again']):
            if argv == ['link']:
                # From here on a file has two names; which of them counts only -a shows.
                os.link(d + '/a/g', d + '/a/again')
            a = run([ours('du')] + argv, cwd=d)
            b = run([theirs('du')] + argv, cwd=d)
            tap.ok(sorted(a.out.splitlines()) == sorted(b.out.splitlines()) and (a.status == 0) == (b.status == 0),
                   'du ' + ' '.join(argv), describe(argv, a, b))


def hashes():
    with scratch() as d:
        make_tree(d)
        # BLAKE3 of nothing, and of "abc" (published test values).
        gives(['b3sum'], b'af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262  -\n')
        gives(['b3sum'], b'6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85  -\n',
              stdin=b'abc')
        listing = run([ours('b3sum'), '-r', '.'], cwd=d)
        tap.ok(listing.out.count(b'\n') == 7 and listing.status == 0, 'b3sum -r names every file',
               str(listing.out))
        gives(['b3sum', '-c', '-q'], b'', stdin=listing.out, cwd=d)
        with open(d + '/f', 'ab') as f:
            f.write(b'!')
        gives(['b3sum', '-cq'], b'./f: FAILED\n', 1, stdin=listing.out, cwd=d,
              err=b'b3sum: 1 files do not match\n')
        gives(['b3sum', '-c'], b'', 1, stdin=b'nonsense\n')
        gives(['b3sum', 'missing'], b'', 1, cwd=d, err=b'b3sum: missing: no such file or directory\n')
        gives(['b3sum', 'a'], b'', 1, cwd=d, err=b'b3sum: a: is a directory\n')
        odd = d + '/new\nline\\'
        with open(odd, 'wb') as f:
            f.write(b'abc')
        one = run([ours('b3sum'), 'new\nline\\'], cwd=d)
        tap.ok(one.out.startswith(b'\\6437') and one.out.endswith(b'new\\nline\\\\\n'), 'b3sum escapes names',
               str(one.out))
        gives(['b3sum', '-cq'], b'', stdin=one.out, cwd=d)


GREP_PATTERNS = ['a', 'one', '^t', 'e$', '.', '', 'x*', '[0-9]', '[^a-z]', '\\(a\\|b\\)c', '^$', 'T',
                 '[[:space:]]', 'a.*b', '\\bon', 'three\\>', '*a', 'ü', '€', '.本.']


def grepping(d, names):
    for n in ('plain', 'unended', 'blank', 'utf8', 'numbers', 'random0', 'random1', 'long', 'empty'):
        for p in GREP_PATTERNS:
            for options in ([], ['-v'], ['-c'], ['-in'], ['-o']):
                same(['grep'] + options + [p, n], cwd=d, exact=True)
        for options in (['-x'], ['-w'], ['-l'], ['-L'], ['-q'], ['-m', '1'], ['-H'], ['-F'], ['-E']):
            for p in ('a', 'one', 'e|o', 'a+'):
                same(['grep'] + options + [p, n], cwd=d, exact=True)
    for argv in (['a', 'plain', 'unended', 'missing'], ['-s', 'a', 'missing'], ['-h', 'o', 'plain', 'utf8'],
                 ['-e', 'one', '-e', 'two', 'plain'], ['one\ntwo', 'plain'], ['-c', 'o', 'plain', 'blank'],
                 ['-E', '(', 'plain'], ['[', 'plain'], ['\\(', 'plain'], []):
        same(['grep'] + argv, cwd=d)
    gives(['grep', '-E', 'a{2', 'plain'], b'', 2, cwd=d)
    gives(['grep', 'a', '.'], b'', 1, cwd=d, err=b'grep: .: is a directory\n')
    a = run([ours('grep'), '-r', 'one', '.'], cwd=d)
    b = run([theirs('grep'), '-r', '--binary-files=text', 'one', '.'], cwd=d)
    tap.ok(sorted(a.out.splitlines()) == sorted(b.out.splitlines()), 'grep -r', describe([], a, b))
    gives(['grep', '\\(a\\)\\1'], b'', 2, stdin=b'aa\n',
          err=b'grep: the pattern is not valid: back-references are not supported\n')
    # Exponential in a backtracking matcher.
    gives(['grep', '-cE', '(a|a|aa)*(a*)*b'], b'0\n', 1, stdin=b'a' * 20000 + b'\n')
    gives(['grep', '-E', '((((a{200}){200}){200}){200})'], b'', 2)
    gives(['grep', '-E', '(' * 5000], b'', 2)
    gives(['grep', '-E', '(((((){255}){255}){255}){255}){255}'], b'', 2)
    gives(['grep', 'b', 'nul'], b'nul: binary file matches\n', cwd=d)


def environment():
    gives(['env', '-i', 'A=1', 'B=x y'], b'A=1\nB=x y\n')
    gives(['env', '-i', 'A=1', '/usr/bin/env'], b'A=1\n')
    gives(['env', 'false'], b'', 1)
    gives(['env', 'no-such-program'], b'', 127, err=b'env: no-such-program: no such file or directory\n')
    gives(['env', '-u', 'PATH', '/bin/sh', '-c', 'exit 7'], b'', 7)
    gives(['which', 'no-such-program'], b'', 1)
    same(['which', '/bin/sh'])
    a = run([ours('which'), 'sh'])
    tap.ok(a.status == 0 and a.out.endswith(b'/sh\n'), 'which sh', str(a.out))


PROGRAMS = ('b3sum basename cat chmod clear cp cut date dd df dirname du env find grep head hexdump ln ls mkdir mv '
            'rm rmdir seq sleep sort stat sync tail tee touch tr uniq wc which yes').split()


def common():
    """What holds for every program."""
    for n in PROGRAMS:
        a = run([ours(n), '--help'])
        tap.ok(a.status == 0 and a.out.startswith(b'usage: ' + n.encode()) and b'Exit status' in a.out
               and not a.err, n + ' --help', str(a.out[:80]))
        a = run([ours(n), '--no-such-option'])
        tap.ok(a.status == 2 and a.err.startswith(n.encode() + b': ') and not a.out,
               n + ' refuses an unknown option', f'{a.status} {a.err!r}')
    # A full disk is an error, not silence. /dev/full exists on Linux.
    for argv in (['cat', '/etc/passwd'], ['echo', 'x'], ['head', '/etc/passwd'], ['sort', '/etc/passwd'],
                 ['wc', '/etc/passwd'], ['ls', '/'], ['grep', 'root', '/etc/passwd'], ['seq', '5'],
                 ['b3sum', '/etc/passwd'], ['date'], ['tee'], ['cat', '-n', '/etc/passwd'], ['yes'],
                 ['find', '/etc/passwd'], ['hexdump', '/etc/passwd'], ['tail', '/etc/passwd'],
                 ['cat', '--help']):
        a = run(['/bin/sh', '-c', 'exec "$@" </etc/passwd >/dev/full', 'sh', ours(argv[0])] + argv[1:])
        tap.ok(a.status not in (0, None) and a.status > 0 and b'no space left on device' in a.err,
               ' '.join(argv) + ' to a full disk', f'{a.status} {a.err!r}')
        a = run(['/bin/sh', '-c', 'exec "$@" </etc/passwd >&-', 'sh', ours(argv[0])] + argv[1:])
        tap.ok(a.status > 0 and a.err != b'', ' '.join(argv) + ' with standard output closed',
               f'{a.status} {a.err!r}')


def main():
    with scratch() as d:
        names = fill(d)
        text_programs(d, names)
        sorting(d, [n for n in names if n not in ('nul', 'broken', 'binary', 'noise')])
        fields(d, names)
        grepping(d, names)
    numbers()
    file_programs()
    listings()
    hashes()
    environment()
    common()
    tap.end()


main()
