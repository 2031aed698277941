"""One snippet of shell a line: the shell's own commands, its options, what it refuses, and mixtures of all."""

COMMANDS = r'''
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
