#!/usr/bin/env python3
"""The shell beside dash: the same commands must give the same output and status."""
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import ENV, Tap, describe, generator, ours, run, scratch, theirs

tap = Tap()
rng = generator()
DASH = theirs('dash')

# One snippet a line; in blocks, paragraphs.
LINES = r'''
echo hello
echo a   b	c
echo 'a  b' "c  d"
echo "a\"b" 'a"b' a\ b a\"b
echo "\$x \`x\` \\ \a"
echo a\
b
echo "a\
b"
echo 'a\
b'
echo ''
echo "" ''
echo x""y x''y
echo #comment
echo a#b
echo a; echo b
echo a;
true; echo $?
false; echo $?
! true; echo $?
! false; echo $?
true && echo yes
false && echo no
true || echo no
false || echo yes
true && false || echo x
false || true && echo x
false && echo a || echo b && echo c
true && { echo a; false; } || echo b
x=1; echo $x
x=1 y=2; echo $x$y
x=1 y=$x; echo $y
x='a b'; echo $x "$x"
x='a   b'; echo $x; echo "$x"
x=; echo "[$x]"
echo "[$unset]"
x=a; x=${x}b; echo $x
x=a; echo ${x}b "${x}b" '$x'
x=1 sh -c 'echo $x'; echo "[$x]"
x=1; sh -c 'echo "[$x]"'
x=1; export x; sh -c 'echo $x'
export x=5; sh -c 'echo $x'
export x='a b'; sh -c 'echo "$x"'
x=1; unset x; echo "[$x]"
readonly r=1; echo $r
readonly r=1; r=2; echo not reached
x=$(echo hi); echo $x
x=$(printf 'a\n\n\n'); echo "[$x]"
echo "$(echo "a  b")"
echo $(echo "a  b")
echo `echo hi`
echo `echo \`echo deep\``
echo "`echo "x y"`"
echo $(echo $(echo $(echo deep)))
echo "$(echo "$(echo "x  y")")"
x=$(false); echo $?
x=$(exit 7); echo $?
echo $(exit 7); echo $?
x=$(true)$(false); echo $?
echo $(echo a; echo b)
echo "$(echo a; echo b)"
echo $(for i in 1 2 3; do echo $i; done)
echo $(case x in x) echo y;; esac)
echo $(case x in (x) echo y;; esac)
echo $( (echo sub) )
echo "$(cat <<E
here
E
)"
echo $(echo ')' "(")
echo $(# comment )
echo a)
echo $((1+2)) $((2*3+4)) $((2+3*4)) $(((2+3)*4))
echo $((7/2)) $((-7/2)) $((7%3)) $((-7%3))
echo $((1<2)) $((2<1)) $((1<=1)) $((1==1)) $((1!=1)) $((2>1)) $((1>=2))
echo $((1&&0)) $((1||0)) $((!1)) $((!0)) $((~5)) $((-3)) $((+3))
echo $((6&3)) $((6|3)) $((6^3)) $((1<<4)) $((256>>4))
echo $((1?2:3)) $((0?2:3)) $((1?0?4:5:6))
x=5; echo $((x+1)) $(($x+1)) $((x*x))
x=5; echo $((x=7)) $x
x=5; echo $((x+=3)) $x; echo $((x-=1)) $((x*=2)) $((x/=3)) $((x%=3)) $x
x=6; echo $((x&=3)) $((x|=8)) $((x^=1)) $((x<<=2)) $((x>>=1))
echo $((0x1f)) $((017)) $((0))
echo $((unsetvar+1))
echo $((  3  +  4  ))
echo $((1,2)) 2>/dev/null; echo st $?
echo $((1/0)); echo not reached
echo $((1+)); echo not reached
echo $((2 ** 3)); echo x
echo $((9223372036854775807)) $((9223372036854775807+1))
echo $((1-1-1)) $((2-(3-4))) $((100/10/5)) $((1<<1<<1))
echo $((1||1/0)) $((0&&1/0)) $((1?5:1/0))
echo "$((1+1))" a$((1+1))b
i=0; while [ $i -lt 5 ]; do echo $i; i=$((i+1)); done
i=0; until [ $i -ge 3 ]; do echo $i; i=$((i+1)); done
while true; do break; done; echo ok
while false; do :; done; echo $?
for i in a b c; do echo $i; done
for i in; do echo $i; done; echo $?
for i do echo $i; done
set -- x y; for i do echo $i; done
set -- x y; for i; do echo $i; done
for i in 1 2 3; do [ $i = 2 ] && continue; echo $i; done
for i in 1 2 3; do [ $i = 2 ] && break; echo $i; done
for i in 1 2; do for j in a b; do [ $j = b ] && continue 2; echo $i$j; done; done
for i in 1 2; do for j in a b; do [ $j = b ] && break 2; echo $i$j; done; done; echo end
for i in "a b" c; do echo "<$i>"; done
x='a b'; for i in $x; do echo "<$i>"; done
for i in *; do echo $i; done
for i in a; do false; done; echo $?
for i in 1 2 3; do echo $i; done | tail -n 1
for i in a b; do echo $i; done > out; cat out
while read x; do echo "[$x]"; done < lines
cat lines | while read x; do echo "[$x]"; done
if true; then echo a; fi
if false; then echo a; fi; echo $?
if false; then echo a; else echo b; fi
if false; then echo a; elif true; then echo b; else echo c; fi
if false; then echo a; elif false; then echo b; else echo c; fi
if true; then if false; then echo a; else echo b; fi; fi
if ! false; then echo a; fi
if true && false; then echo a; else echo b; fi
if false; true; then echo a; fi
if true; then false; fi; echo $?
case abc in abc) echo a;; esac
case abc in a*) echo a;; *) echo b;; esac
case abc in x|a??) echo a;; *) echo b;; esac
case abc in [a-c]*) echo a;; esac
case abc in [!a]*) echo a;; *) echo b;; esac
case abc in x) echo a;; esac; echo $?
case 'a b' in 'a b') echo yes;; esac
case '*' in '*') echo star;; esac
case x in '*') echo star;; *) echo other;; esac
case x in "*") echo star;; *) echo other;; esac
p='a*'; case abc in $p) echo yes;; esac
p='a*'; case abc in "$p") echo yes;; *) echo no;; esac
case a in (a) echo paren;; esac
case a in a) ;; b) echo b;; esac; echo $?
case a in a) false;; esac; echo $?
case "" in "") echo empty;; esac
case a in esac; echo ok
case if in if) echo kw;; esac
case ] in []]) echo b;; esac
case - in [a-]) echo d;; esac
case \\ in \\) echo bs;; esac
case a1 in [[:alpha:]][[:digit:]]) echo cls;; esac
f() { echo f; }; f
f() { echo $1 $2 $#; }; f a b; f 'x y'
f() { return 3; }; f; echo $?
f() { return; }; false; f; echo $?
f() { echo a; return 1; echo b; }; f || echo failed
f() { x=2; }; x=1; f; echo $x
f() { echo "$@"; }; f 'a b' c
f() { shift; echo $1; }; f a b; 
f() { set -- q; echo $1; }; set -- z; f; echo $1
f() ( x=2; echo $x ); x=1; f; echo $x
f() if true; then echo t; fi; f
f() { echo out; } > out; f; cat out
f() { g; }; g() { echo g; }; f
f() { f2() { echo inner; }; }; f; f2
f() { echo 1; f() { echo 2; }; }; f; f
f() { for i in 1 2; do return 5; done; }; f; echo $?
f () { echo spaced; }; f
f() { [ $1 -gt 0 ] && { echo $1; f $(($1-1)); }; }; f 4
f() { echo f; }; unset -f f; f; echo $?
f() { cat; }; echo piped | f
f() { echo x; }; y=$(f); echo $y
f() { echo $x; }; x=5 f
echo a | cat
echo a | cat | cat
echo a | tr a b | tr b c
false | true; echo $?
true | false; echo $?
! true | false; echo $?
echo a | (read x; echo "[$x]")
echo a | { read x; echo "[$x]"; }
echo a | read x; echo "[$x]"
{ echo a; echo b; } | sort -r
(echo a; echo b) | sort -r
seq 3 | while read n; do echo $((n*2)); done
seq 5 | head -n 2 | tail -n 1
if echo x | grep -q x; then echo found; fi
echo a | if true; then cat; fi
x=1; echo | x=2; echo $x
x=1; (x=2; echo $x); echo $x
(exit 3); echo $?
(cd /; pwd); [ "$(pwd)" = / ] || echo back
(echo a) (echo b); echo $?
{ echo a; }; echo b
{ exit 4; }; echo not reached
( exit 5 ) || echo $?
(f() { echo sub; }; f); f; echo $?
x=5; ( echo $x )
x='a'\''b'; ( echo "$x" )
x='new
line'; ( echo "$x" )
set -- a 'b c'; ( echo $# "$2" )
f() { echo fn $1; }; ( f z )
f() { cat <<E
doc $1
E
}; ( f y )
echo a > out; cat out
echo a > out; echo b >> out; cat out
echo a >out 2>&1; cat out
ls /nonexistent 2> err; [ -s err ] && echo has
ls /nonexistent > out 2>&1; [ -s out ] && echo has
ls /nonexistent 2>&1 >/dev/null | grep -c .
echo err >&2
{ echo o; echo e >&2; } 2>/dev/null
{ echo o; echo e >&2; } 2>&1 | sort
cat < lines
cat <lines | wc -l | tr -d ' '
cat < missing; echo $?
echo x > /nonexistent/dir; echo $?
> empty; [ -f empty ] && echo made
> out echo before; cat out
echo a >| out; cat out
exec 3> out; echo x >&3; exec 3>&-; cat out
exec 3< lines; read a <&3; read b <&3; echo $a $b
echo a 3>&1 >&3
echo >&5; echo $?
while read l; do echo "$l"; break; done < lines
read x < lines; echo $x
read x y < lines; echo "$x|$y"
echo 'a b c' | { read x y; echo "$x|$y"; }
echo '  a  b  ' | { read x; echo "[$x]"; }
echo '  a  b  c  ' | { read x y; echo "[$x][$y]"; }
echo 'a:b:c' | { IFS=: read x y; echo "[$x][$y]"; }
echo 'a:b:' | { IFS=: read x y; echo "[$x][$y]"; }
echo 'a::b' | { IFS=: read x y z; echo "[$x][$y][$z]"; }
echo ':a' | { IFS=: read x y; echo "[$x][$y]"; }
printf '%s\n' 'a\tb' | { read -r x; printf '%s\n' "$x"; }
echo 'a\ b c' | { read x y; echo "[$x][$y]"; }
printf 'a\\\nb\n' | { read x; echo "$x"; }
printf 'noend' | { read x; echo "$? $x"; }
read x < /dev/null; echo $?
echo a b | { read x y z; echo "[$x][$y][$z]"; }
cat <<E
cat <<'E'
$x
E
cat <<E > out
set a b c; echo $1 $2 $#
set -- ; echo $#
set -- -x; echo $1
set -- a b c d e f g h i j k; echo ${10} ${11} $10
set -- a b; shift; echo $1 $#
set -- a b; shift 2; echo $#
set -- a b; shift 3; echo not reached
set -- 'a b' c; for i in $@; do echo $i; done
set -- 'a b' c; for i in "$@"; do echo $i; done
set -- 'a b' c; for i in $*; do echo $i; done
set -- 'a b' c; for i in "$*"; do echo $i; done
set -- a b; IFS=:; echo "$*"; echo $*
set -- a b; IFS=; echo "$*"
set --; for i in "$@"; do echo no; done; echo ok
set --; echo "[$@]" "[$*]"
set -- ''; for i in "$@"; do echo "<$i>"; done
set -- a ''; echo $#; for i in "$@"; do echo "<$i>"; done
set -- a b; for i in "x$@y"; do echo "<$i>"; done
set -- a b; x="$@"; echo "$x"
set -- a b; x=$*; echo "$x"
echo $0
echo ${x-def} ${x:-def} "${x-a b}"
x=; echo "[${x-def}]" "[${x:-def}]"
x=v; echo ${x-def} ${x:-def}
echo ${x=def}; echo $x
x=; echo ${x=def}; echo "[$x]"; echo ${x:=def}; echo $x
x=v; echo ${x+set} ${x:+set}; echo "[${y+set}]"
x=; echo "[${x+set}]" "[${x:+set}]"
echo ${x?}; echo not reached
echo ${x:?message}; echo not reached
x=1; echo ${x?oops}
echo ${x:-$(echo sub)} ${x:-${y:-nested}} "${x:-"quoted"}"
echo ${x:-a b}; for i in ${x:-a b}; do echo "<$i>"; done
for i in "${x:-a b}"; do echo "<$i>"; done
for i in ${x:-"a b"}; do echo "<$i>"; done
for i in ${x:-'a b' c}; do echo "<$i>"; done
echo "${x:-it's}"
echo "${x:-'q'}"
echo ${x:-'q'}
x=abcabc; echo ${x#a} ${x#*b} ${x##*b} ${x%c} ${x%b*} ${x%%b*}
x=/usr/lib/x.tar.gz; echo ${x##*/} ${x%/*} ${x%.gz} ${x%%.*} ${x#/}
x=abc; echo ${x#x} ${x%x} ${x#abc} ${x%abc}
x='a*b'; echo "${x#a\*}" "${x#'a*'}" "${x#a*}"
x=aXbXc; s=X; echo ${x%$s*} ${x%%"$s"*}
x=abc; echo ${#x} ${#} ${#y}
set -- a b; echo ${#} $# ${#1}
x='a b'; echo ${#x}
x=foo; echo "${x}bar" ${x}_ $x-y
x=a; y=x; eval echo \$$y
eval 'echo a; echo b'
eval; echo $?
eval 'exit 3'; echo not reached
eval "x='a b'"; echo "$x"
x='echo hi'; $x
x='echo "a b"'; $x
x=; $x echo empty
x=; $x; echo $?
"" ; echo $?
IFS=:; x=a:b:c; for i in $x; do echo "<$i>"; done
IFS=:; x=a::b; for i in $x; do echo "<$i>"; done
IFS=:; x=:a; for i in $x; do echo "<$i>"; done
IFS=:; x=a:; for i in $x; do echo "<$i>"; done
IFS=' :'; x='a : b'; for i in $x; do echo "<$i>"; done
IFS=' :'; x='a  b:c'; for i in $x; do echo "<$i>"; done
IFS=; x='a b'; for i in $x; do echo "<$i>"; done
IFS=x; y=axbxc; echo $y
IFS=,; set -- a,b; echo $1; x=a,b; echo $x "$x"
x=' a '; for i in x$x; do echo "<$i>"; done
x=' a '; for i in $x"y"; do echo "<$i>"; done
x=; for i in $x; do echo no; done; for i in "$x"; do echo "<$i>"; done
for i in ""$x; do echo "<$i>"; done
x='*'; echo $x; echo "$x"
x='l*'; echo $x
echo *
echo l*
echo *s
echo ?ines
echo [kl]ines
echo [!l]*
echo "*" '*' \*
echo no*match
echo dir/*
echo */
echo d*/f*
echo .*h*
echo *"s"
echo li'n'*
set -f; echo *
echo dir/../l*
echo ./l*
x=$(echo l*); echo $x
test a = a; echo $?
test a = b; echo $?
test a != b; echo $?
[ a = a ] && echo y
[ -n a ] && echo y
[ -z "" ] && echo y
[ "" ]; echo $?
[ a ]; echo $?
[ ]; echo $?
[ 1 -eq 1 ] && [ 1 -ne 2 ] && [ 1 -lt 2 ] && [ 2 -gt 1 ] && [ 1 -le 1 ] && [ 1 -ge 1 ] && echo y
[ 10 -gt 9 ] && echo y
[ -5 -lt 3 ] && echo y
[ -f lines ] && [ -d dir ] && [ -e lines ] && [ ! -e nope ] && echo y
[ -r lines ] && [ -s lines ] && echo y
[ -L link ] && [ -h link ] && echo y
[ ! a = b ] && echo y
[ a = a -a b = b ] && echo y
[ a = b -o b = b ] && echo y
[ \( a = a \) ] && echo y
[ ! -f nope -a -d dir ] && echo y
[ -n "$x" ]; echo $?
[ = = = ]; echo $?
[ ! ]; echo $?
[ ! "" ]; echo $?
[ -f ]; echo $?
[ -z ]; echo $?
[ x -eq 1 ]; echo $?
[ a = a; echo $?
test; echo $?
test -t 0; echo $?
test ! ; echo $?
[ "(" = "(" ]; echo $?
[ -d = -d ]; echo $?
printf 'a\n'
printf '%s\n' a b c
printf '%s-%s\n' a b c
printf '%d %x %o %c\n' 10 255 8 abc
printf '%5s|%-5s|\n' a b
printf '%05d\n' 42
printf '%%\n'
printf 'x\ty\n'
printf '\101\n'
printf '%b\n' 'a\tb'
printf '%s'
printf '%s\n'
printf '%d\n' abc; echo $?
printf '%.2s\n' abcdef
printf '%*d\n' 5 42
printf '%s %d\n' a 1 b 2
printf '%b' 'x\cy'; echo
printf '%d\n' "'A"
exit
exit 3
exit 300
false; exit
(exit 9); exit
sh -c 'exit 4'; echo $?
sh -c 'echo $0 $1' name arg
sh -c 'echo "$@"' x a 'b c'
echo 'echo script $1' > s; sh s arg
echo 'exit 6' > s; sh s; echo $?
echo 'echo a' > s; . ./s
echo 'x=sourced' > s; . ./s; echo $x
echo 'return 4; echo no' > s; . ./s; echo $?
echo 'echo $#' > s; set -- 1 2; . ./s
. ./missing; echo not reached
echo 'echo in' | sh
printf '#!/bin/sh\necho run $1\n' > s; chmod +x s; ./s a
nonexistent_command_x; echo $?
./lines; echo $?
./dir; echo $?
/nonexistent/x; echo $?
set -e; false; echo not reached
set -e; true; echo reached
set -e; if false; then :; fi; echo reached
set -e; false || true; echo reached
set -e; false && true; echo reached
set -e; ! true; echo reached
set -e; x=$(false); echo not reached
set -e; (false); echo not reached
set -e; { false; }; echo not reached
set -e; while false; do :; done; echo reached
set -e; f() { false; echo in; }; f || echo or; echo reached
set -e; f() { false; echo in; }; f; echo not reached
set -e; false | true; echo reached
set -e; true | false; echo not reached
set -e; for i in 1 2; do false; done; echo not reached
set -e; set +e; false; echo reached
set -u; echo $nope; echo not reached
set -u; echo ${nope-ok}
set -u; x=1; echo $x; echo "$@"
set -x; echo a 2>/dev/null
set -x; x=1; echo $x
sh -x -c 'echo a; x=5' 2>&1
sh -e -c 'false; echo no'; echo $?
sh -ec 'false; echo no'; echo $?
sh -u -c 'echo $nope' 2>/dev/null; echo $?
sleep 0 & wait; echo $?
(exit 3) & wait $!; echo $?
sh -c 'exit 5' & p=$!; wait $p; echo $?
echo a & wait; echo b
{ echo x; } & wait
true & false; echo $?
wait 99999; echo $?
wait; echo $?
sleep 5 & kill $!; wait $!; echo $?
cd dir; pwd | sed 's,.*/,,'
cd dir; cd ..; [ -d dir ] && echo up
cd /; cd - > /dev/null; [ -f lines ] && echo back
cd nonexistent; echo $?
cd; echo $?
HOME=/; cd; pwd
HOME=/; echo ~ ~/x "~" a~
HOME=/h; x=~/y; echo $x
cd dir && echo in; echo $PWD | sed 's,.*/,,'
type nonexistent_thing >/dev/null 2>&1; echo $?
command echo a
command -v cd
command -v nonexistent_thing; echo $?
command true; echo $?
:; echo $?
: ${x:=5}; echo $x
true a b c; echo $?
echo -n a; echo b
echo -- a
echo - a
export -p | grep -c . > /dev/null; echo ok
unset nothing; echo $?
x=a y; echo "[$x]"
x=1 : ; echo "[$x]"
x=1 true; echo "[$x]"
if true
while true; do
echo "unclosed
echo 'unclosed
echo $(unclosed
echo ${unclosed
(echo
{ echo
)
fi
done
;;
echo a &&
| cat
echo a | | cat
&& echo
for 1x in a; do :; done
case x in
if true; fi
if; then echo; fi
while; do echo; done
echo a; ; echo b
f( { echo; }
() { echo; }
< 
echo >
{ }
( )
! 
if true; then echo a; fi fi
x=(a b)
echo $((
echo $((1
echo "$(echo a"
}
echo }
echo {a}
echo a{b
{echo a; }
echo if then else
if=1; echo $if
echo for in do
in=5; echo $in
for in in in; do echo $in; done
x=abc; echo "${x}" "${x:-}" "${x:+}"
echo $ a$ $% "$" "$ "
echo \\ \$ \` \" \'
echo "\'" "\." "\n"
echo a\;b a\&b a\|b "a;b"
echo a&wait; echo b
echo a;echo b;echo c
echo a  ;  echo b
	echo tab
true;true;echo x
true&&echo x
false||echo x
echo a|cat
echo a>out;cat out
cat<lines
echo 2>out 3; cat out
echo 2 >out; cat out
echo a2>out; cat out
echo "$(printf 'a\0b')" | wc -c | tr -d ' '
echo ${x:-$((1+1))} $((${x:-3}+1))
echo $(($(echo 3)+4))
echo `echo 'a"b'` "`echo a\"b`"
echo $(echo 'a)b') $(echo "a)b") $(echo a\)b)
echo "a$(echo "b$(echo "c")")"
x="a'b"; echo "$x" $x
x='a\b'; echo "$x"
x='$y'; y=1; echo $x; eval echo $x
echo "${x#"a"}"
x=a.b.c; IFS=.; set -- $x; echo $# $1 $3
oldifs=$IFS; IFS=:; IFS=$oldifs; x='a b'; set -- $x; echo $#
n=0; for i in 1 2 3; do n=$((n+i)); done; echo $n
n=3; while [ $n -gt 0 ]; do n=$((n-1)); [ $n -eq 1 ] && continue; echo $n; done
for i in 1 2 3; do case $i in 2) continue;; esac; echo $i; done
for f in lines dir; do if [ -d $f ]; then echo d; else echo f; fi; done
x=$(for i in a b; do echo $i; done | tr '\n' ' '); echo "[$x]"
a=1; b=2; c=$((a+b)); echo "$a+$b=$c"
while :; do x=x$x; [ ${#x} -gt 5 ] && break; done; echo $x
f() { if [ $1 -le 1 ]; then echo 1; else echo $(($1 * $(f $(($1-1))))); fi; }; f 5
while read a b; do echo "$b $a"; done < lines
sort lines | { read first; echo "first $first"; cat; }
echo one two | { read a b; set -- $b $a; echo $1 $2; }
break; echo ok
continue; echo ok
f() { break; }; for i in 1 2; do echo $i; done
kill -0 $$; echo $?
[ -n "$$" ] && echo pid
x=$$; ( [ $$ = $x ] && echo same )
echo $- | grep -c e; set -e; echo $- | grep -c e
test 1 -eq 01 && echo eq
[ "a" \< "b" ] && echo lt
echo $'x' 2>/dev/null | wc -l | tr -d ' '
true 2>&1 >/dev/null && echo ok
exec echo replaced; echo not reached
exec nonexistent_x; echo not reached
(exec echo sub); echo after
exec > out; echo hidden; exec >&2
'''.strip('\n').split('\n')

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
    for snippet in LINES + BLOCKS:
        if not snippet.strip() or snippet in DIFFERENT:
            continue
        for by_file in (False, True):
            agree, a, b = compare(snippet, by_file)
            tap.ok(agree, ('file: ' if by_file else '-c: ') + snippet.replace('\n', ' / '),
                   describe(snippet, a, b))


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


def main():
    if len(sys.argv) > 1:
        for snippet in sys.argv[1:]:
            print(describe(snippet, *compare(snippet)[1:]))
        return
    conformance()
    own_rules()
    small_stack()
    hostile()
    tap.end()


main()
