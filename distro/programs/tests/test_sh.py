#!/usr/bin/env python3
"""The shell beside dash: the same commands must give the same output and status."""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import ENV, Tap, describe, ours, run, scratch, theirs
from sh_commands import COMMANDS
from sh_language import LANGUAGE

tap = Tap()
DASH = theirs('dash')

# Snippets of several lines, with an empty line between two.
BLOCKS = r'''
cat <<E
line $((1+1)) ${x:-d} `echo b` $(echo c)
"quoted" 'single' \$x \\ \a \"
E

cat <<'E'
$x `y` $(z) \n
E

cat <<"E"
$x
E

cat <<\E
$x
E

cat <<-E
	tab stripped
		two
	E

cat <<A; cat <<B
first
A
second
B

cat <<E | tr a-z A-Z
pipe me
E

while read x; do echo "<$x>"; done <<E
one
two
E

cat <<E
continued \
line
E

cat <<E
E

x=$(cat <<E
in substitution
E
)
echo $x

if true; then cat <<E
in if
E
fi

f() {
cat <<E
in function $1
E
}
f a | cat
f b

(cat <<E
in subshell
E
)

{ cat <<E
in group
E
} | cat

# comment
echo a # comment
# another
echo b

if true
then
    echo a
else
    echo b
fi

for i in a \
  b
do
    echo $i
done

case x in
    a)
        echo a
        ;;
    x | y)
        echo xy
        ;;
esac

while
  false
  [ 1 = 2 ]
do
  echo no
done
echo done

f()
{
    echo newline
}
f

echo a &&
echo b ||
echo c

echo a |
cat

x="multi
line"
echo "$x"
echo $x

for i in 1 2 3
do
    if [ $i = 2 ]
    then
        continue
    fi
    echo $i
done | (
    while read n
    do
        echo "got $n"
    done
)

count() {
    n=0
    while [ "$n" -lt "$1" ]
    do
        n=$((n + 1))
    done
    echo "$n"
}
count 50

max() { m=$1; shift; for i; do [ "$i" -gt "$m" ] && m=$i; done; echo "$m"; }
max 3 9 2 7

set -e
trap_free() { return 0; }
trap_free
if ! grep -q nothing lines; then
    echo "not there"
fi
echo end

fizz() {
    case $(($1 % 15)) in
    0) echo FizzBuzz ;;
    3 | 6 | 9 | 12) echo Fizz ;;
    5 | 10) echo Buzz ;;
    *) echo "$1" ;;
    esac
}
i=1
while [ $i -le 15 ]; do fizz $i; i=$((i + 1)); done

echo $(
  echo inside
  # a comment with ) and '
  echo more
)

echo "a
b" 'c
d'

a() { b "$@" x; }
b() { c "$@" y; }
c() { echo "$#: $*"; }
a 1 '2 3'

echo first
if then
echo never

echo first
echo )
echo never

x=1
{
  x=2
  { x=3; }
  echo $x
} > out
cat out; echo $x

IFS=,
for v in $(echo a,b c,d); do echo "<$v>"; done

printf '%s\n' one two three > in
while IFS= read -r l; do
    case $l in
    t*) echo "T:$l" ;;
    *) echo "O:$l" ;;
    esac
done < in

n=0
until [ $n -eq 2 ]; do
    for x in a b c; do
        [ $x = b ] && break
        echo $n$x
    done
    n=$((n+1))
done
'''.strip('\n').split('\n\n')


def compare(snippet, by_file=False):
    results = []
    for shell in (ours('sh'), DASH):
        with scratch() as d:
            with open(d + '/lines', 'w') as f:
                f.write('one 1\ntwo 2\nthree 3\n')
            os.mkdir(d + '/dir')
            open(d + '/dir/file', 'w').close()
            open(d + '/.hidden', 'w').close()
            os.symlink('lines', d + '/link')
            # "sh" inside of a snippet is the shell under test as well.
            os.mkdir(d + '/.bin')
            os.symlink(shell, d + '/.bin/sh')
            env = dict(ENV, PATH=d + '/.bin:/usr/bin:/bin')
            if by_file:
                with open(d + '/.script', 'w') as f:
                    f.write(snippet + '\n')
                argv = [shell, './.script']
            else:
                argv = [shell, '-c', snippet, 'sh']
            results.append(run(argv, cwd=d, env=env))
    a, b = results
    noise = '-x' in snippet
    agree = a.out == b.out and a.status == b.status and not a.crashed()
    if not noise:
        agree = agree and bool(a.err) == bool(b.err)
    return agree, a, b


# Where the two differ on purpose; the reason is beside each.
DIFFERENT = {
    'echo "\\$x \\`x\\` \\\\ \\a"': 'echo knows no escapes here',
    'echo \\\\ \\$ \\` \\" \\\'': 'echo knows no escapes here',
    'echo "\\\'" "\\." "\\n"': 'echo knows no escapes here',
    "x='a\\b'; echo \"$x\"": 'echo knows no escapes here',
    "echo 'a\\\nb'": 'echo knows no escapes here',
}


def conformance():
    for snippet in LANGUAGE + COMMANDS + BLOCKS:
        if not snippet.strip() or snippet in DIFFERENT:
            continue
        for by_file in (False, True):
            agree, a, b = compare(snippet, by_file)
            tap.ok(agree, ('file: ' if by_file else '-c: ') + snippet.replace('\n', ' / '),
                   describe(snippet, a, b))


def main():
    if len(sys.argv) > 1:
        for snippet in sys.argv[1:]:
            print(describe(snippet, *compare(snippet)[1:]))
        return
    conformance()
    tap.end()


main()
