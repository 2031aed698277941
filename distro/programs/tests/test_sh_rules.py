#!/usr/bin/env python3
"""What the shell promises beside what dash does: its own rules, a small stack, and input that means harm."""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Tap, generator, ours, run

tap = Tap()
rng = generator()


def expect(snippet, out, status=0, err=None):
    r = run([ours('sh'), '-c', snippet])
    good = r.out == out and r.status == status and not r.crashed()
    tap.ok(good and (err is None or err in r.err), snippet[:120], f'{r.status} {r.out[:300]!r} {r.err[:300]!r}')


def own_rules():
    expect('echo "\\a" \'\\n\'', b'\\a \\n\n')
    expect('cat <<E\nno end', b'no end\n')
    expect('set -- a b; echo ${#@} ${#*}', b'2 2\n')
    expect('sh missing-script; echo $?', b'127\n')
    # What a command reads is not taken from it by the shell that reads the same input.
    expect('printf \'read x\\nhello\\necho "[$x]"\\n\' | sh', b'[hello]\n')
    expect("printf 'cat\\nrest 1\\n' | sh", b'rest 1\n')
    expect('without net -- ls', b'', 126, b'no capabilities on this system')
    expect('with /tmp:ro -- ls', b'', 126)
    expect('without net -- with /tmp:rw /etc -- ls', b'', 126)
    expect('without', b'', 2, b'usage')
    expect('without net', b'', 2, b'usage')
    expect('without -- ls', b'', 2, b'usage')
    expect('without a,,b -- ls', b'', 2)
    expect('with -- ls', b'', 2)
    expect('with /tmp:ro --', b'', 2)
    expect('without net -- cd /', b'', 2, b'sh -c')
    expect('source /nonexistent', b'', 2)
    expect('help cd', b'cd [DIRECTORY | -]\nchange the working directory\n')
    expect('echo x >/dev/full', b'', 1, b'write error')
    expect('sleep 0.2 & jobs | cat; wait', b'', 0)
    expect('type cd echo_nothing', b'cd is a command of the shell\n', 127)
    expect('umask', b'', 127)


HOSTILE = [
    '(' * 3000, '$(' * 3000, '${' * 3000, '{ ' * 3000, 'if ' * 3000, '$((' * 500 + '1',
    '"$(' * 2000, '`' * 4001, 'echo ' + '${a:-' * 3000 + '}' * 3000, 'a=' + 'x' * 100000,
    'while ' * 2000 + 'do', 'case x in ' * 500, 'f() ' * 500 + '{ :; }', '! ' * 5000 + 'true',
    'echo ' + '$' * 5000, 'echo $((' + '(' * 3000 + '1' + ')' * 3000 + '))',
    'echo $((' + '-' * 5000 + '1))', 'echo $((' + '1?' * 2000 + '1))', '<<' * 100 + 'a',
    ' '.join(f'<<E{i}' for i in range(100)), 'f() { f; }; f', 'f() { $(f); }; echo',
    'eval ' * 500 + 'true', 'x=x; while :; do x=$x$x$x$x; [ ${#x} -gt 1000000 ] && break; done; echo ${#x}',
    '[ ' + '! ' * 500 + 'a ]', '[ ' + '\\( ' * 500 + 'a ]', 'test ' + 'a -a ' * 5000 + 'b',
    "printf '%99999999s' a | wc -c", "printf '%*d' 999999999 1 >/dev/null", 'exec 3>&99', 'echo >&99999999999',
    'echo 99>/dev/null', 'shift 99999999999', 'exit 99999999999', 'break 99999999999',
    '. /dev/null', 'echo "\x01\x7f\xff"', 'echo ${x:', 'echo ${', 'echo ${}', 'echo ${1x}', 'echo ${x!}',
    'echo ${##}', 'echo ${#}', 'echo ${#?} ${#-}', 'echo ${@:-x} ${*%a}', 'case', 'for', 'in', ';', '&', '|', '\\',
    'echo [', 'echo []', 'echo [!', 'echo [[:', 'echo [a-', 'case a in [) echo;; esac',
    'echo $((x=x=x=1)) $((y=))', 'echo $((0x))', 'echo $((08))', 'echo $((1 2))',
    'x=' + "'" * 3, 'trap "" 2', 'read 1x', 'read -z', 'unset 1x', 'export 1x', 'readonly =', 'set -q',
    'kill', 'kill -NOPE 1', 'kill %9', 'fg', 'wait %1', 'jobs %1', 'cd a b c', 'cd ""',
]


def small_stack():
    """The stack that a program gets on NONOS: the limits on nesting must come before its end."""
    for text in ('f() { if true; then for i in 1; do { case a in a) f;; esac; }; done; fi; }; f',
                 'f() { eval "if true; then { f; }; fi"; }; f', 'f() { { { { { { f; }; }; }; }; }; }; f',
                 'x="eval \\$x"; eval $x', 'f() { x=${y:-${z:-$(true)}} eval f; }; f',
                 '( ' * 90 + 'exit 2' + ' )' * 90, '{ ' * 90 + '$(( ' + '(' * 45 + '1/0' + ')' * 45 + '))' + '; }' * 90):
        r = run(['/bin/sh', '-c', 'ulimit -s 256; exec "$@"', 'sh', ours('sh'), '-c', text])
        instrumented = b'AddressSanitizer' in r.err and b'stack-overflow' in r.err
        tap.ok(r.status == 2 or instrumented, 'a stack of 256 KiB is enough for ' + text[:60], f'{r.status} {r.err[-500:]!r}')


def hostile():
    for text in HOSTILE:
        r = run([ours('sh'), '-c', text], timeout=20)
        tap.ok(not r.crashed(), 'survives ' + text[:60], f'{r.status} {r.err[-2000:]!r}')
    alphabet = ['$', '(', ')', '{', '}', '"', "'", '`', '\\', ';', '&', '|', '<', '>', '\n', ' ', 'a', '#', '*',
                'if ', 'then ', 'fi ', 'for ', 'in ', 'do ', 'done ', 'case ', 'esac ', '$((', '))', '<<', '=', '!',
                ':', '${', '-', '[', ']', '0', '1', 'echo ', 'true ', '%', '@']
    for i in range(300):
        text = ''.join(rng.choice(alphabet) for _ in range(rng.randrange(1, 40)))
        # Parsed only: a function that is never called.
        r = run([ours('sh'), '-c', 'never() {\n' + text + '\n}'], timeout=20)
        tap.ok(not r.crashed() and r.status in (0, 2, 127), f'parses or refuses noise {i}',
               f'{text!r} {r.status} {r.err[-500:]!r}')


own_rules()
small_stack()
hostile()
tap.end()
