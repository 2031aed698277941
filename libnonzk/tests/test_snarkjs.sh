#!/bin/sh
# Keys and proofs go between libnonzk and snarkjs in both directions. Prints TAP.
# Needs the vectors of NONOS_VECTORS and the package snarkjs: from the folder NONOS_SNARKJS, which has node_modules in it, or
# from the registry, into a folder of its own.
set -u

version=0.7.6
tests_each=22
peer=${NONOS_BUILDDIR:?}/libnonzk/tests/zkey_peer
script=${NONOS_SRCDIR:?}/libnonzk/tests/snarkjs_peer.cjs

skip_all() { echo "1..0 # SKIP $*"; exit 0; }

command -v node >/dev/null || skip_all node was not found
test -n "${NONOS_VECTORS:-}" || skip_all NONOS_VECTORS is not set
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
modules=${NONOS_SNARKJS:-}
if [ -z "$modules" ]; then
    command -v npm >/dev/null || skip_all npm was not found
    modules=$work
    (cd "$work" && timeout 60 npm install --silent --no-audit --no-fund "snarkjs@$version" >npm.log 2>&1) ||
        skip_all "snarkjs could not be installed"
fi

echo "1..$((3 * tests_each))"
first=1
status=0
for circuit in n1_mul n4_poly n8_lin; do
    folder=$NONOS_VECTORS/zk/snarkjs/$circuit
    mkdir "$work/$circuit" || exit 1
    echo "# $circuit"
    timeout 300 node "$script" "$modules" "$peer" "$folder/$circuit.r1cs" "$folder/w.wtns" "$work/$circuit" "$first" ||
        status=1
    first=$((first + tests_each))
done
exit "$status"
