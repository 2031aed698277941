"""One snippet of shell a line: words, expansion, compound commands, redirection."""

LANGUAGE = r'''
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
'''.strip('\n').split('\n')
