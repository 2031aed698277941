# What the tests of the command `nonzk` share; each of them reads this file.
# shellcheck shell=sh

nonzk=${NONOS_BUILDDIR:?}/libnonzk/tools/nonzk
program=$nonzk
# shellcheck source=libnoncrypto/tests/command.sh
. "${NONOS_SRCDIR:?}/libnoncrypto/tests/command.sh"

# field NAME: the value of a line "NAME: VALUE" of what was printed.
field() { sed -n "s/^$1: //p" out; }
has() { grep -qxF -e "$1" out || { sed 's/^/# printed: /' out; return 1; }; }
size() { wc -c <"$1" | tr -d ' '; }
# has_json: whether this build reads JSON.
has_json() { echo '{"pi_a":1}' >probe.json && ! "$nonzk" inspect probe.json 2>&1 | grep -q 'no kind'; }
