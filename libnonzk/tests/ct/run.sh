#!/bin/sh
# Proof of constant time for this library; tests/ct/run.sh says what it does and takes. Without arguments one compiler only: the
# library takes some time to compile, and the long test has them all.
here=$(cd "$(dirname "$0")" && pwd)
if [ $# -eq 0 ]; then
    set -- --build "$(command -v gcc >/dev/null && echo gcc || echo clang),-O2,hosted"
fi
exec "$here/../../../tests/ct/run.sh" libnonzk "$@"
