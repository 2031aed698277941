#!/bin/sh
# Proof of constant time for this library; tests/ct/run.sh says what it does and takes.
here=$(cd "$(dirname "$0")" && pwd)
exec "$here/../../../tests/ct/run.sh" libnoncrypto "$@"
