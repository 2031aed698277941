#!/bin/sh
# The constants of the curves and of their isogenies are those that the generators make. Prints TAP.
set -u

folder=${NONOS_SRCDIR:?}/libnonzk
export PYTHONDONTWRITEBYTECODE=1

n=0
# made NAME GENERATOR TABLE: one test.
made() {
    n=$((n + 1))
    if messages=$(python3 "$folder/tests/$2" | cmp - "$folder/src/curve/$3" 2>&1); then
        echo "ok $n - $1"
    else
        echo "not ok $n - $1"
        echo "$messages" | sed 's/^/# /'
    fi
}

echo 1..2
made "the constants are those that the generator makes" make_curve_constants.py constants.h
made "the isogenies are those that the generator makes" make_isogenies.py isogeny.h
