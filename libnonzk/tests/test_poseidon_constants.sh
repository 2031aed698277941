#!/bin/sh
# The constants of Poseidon are those that the generator makes, and the generator agrees with the reference. Prints TAP.
set -u

folder=${NONOS_SRCDIR:?}/libnonzk/src/poseidon
reference=${NONOS_VECTORS:+$NONOS_VECTORS/zk/poseidon}
export PYTHONDONTWRITEBYTECODE=1

n=0
# holds NAME COMMAND...: one test.
holds() {
    name=$1
    shift
    n=$((n + 1))
    if messages=$("$@" 2>&1); then echo "ok $n - $name"; else echo "not ok $n - $name"; fi
    [ -z "$messages" ] || echo "$messages" | sed 's/^/# /'
}
tables_are_made() { python3 "$folder/make_constants.py" | cmp - "$folder/constants.c"; }

echo 1..2
holds "the tables are those that the generator makes" tables_are_made
if [ -n "$reference" ]; then
    holds "the generator reproduces the reference vectors" python3 "$folder/make_constants.py" --check "$reference"
else
    echo "ok 2 - the generator reproduces the reference vectors # SKIP NONOS_VECTORS is not set"
fi
