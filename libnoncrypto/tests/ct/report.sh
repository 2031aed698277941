#!/bin/sh
# Writes docs/timing.md from the results of a run:
#
#     libnoncrypto/tests/ct/report.sh [--long] [--results FILE] [--dudect FILE] [-o FILE]
#
# --results: what run.sh printed, else it is run; --dudect: what dudect printed, left out without it. Ends with 1 if a result
# is a failure.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../../.." && pwd)
output=$top/docs/timing.md results='' dudect='' long=''
while [ $# -gt 0 ]; do
    case $1 in
    --long) long=--long ;;
    --results) results=$2; shift ;;
    --dudect) dudect=$2; shift ;;
    -o) output=$2; shift ;;
    *) sed -n 's/^#     //p' "$0" >&2; exit 2 ;;
    esac
    shift
done
if [ -z "$results" ]; then
    results=$(mktemp)
    trap 'rm -f "$results"' EXIT
    # shellcheck disable=SC2086
    "$here/run.sh" $long | tee "$results" || true
fi

count() { grep -c -E "$1" "$results" || true; }

# The backquotes are Markdown's.
# shellcheck disable=SC2016
allowed_divisions() {
    sed -n 's/^\([a-z][a-z0-9_]*\) \([0-9]*\) \(.*\)/  - `\1`: \3/p' "$here/divisions.allow"
}

# A row for each build, a column for each subject.
matrix() {
    awk '
        /^(ok|not ok) [0-9]+ - [^:]+: [a-z0-9]+( # .*)?$/ {
            result = $1 == "ok" ? "pass" : "**fail**"
            line = $0
            sub(/^(not )?ok [0-9]+ - /, "", line)
            split(line, part, ": ")
            if (!(part[1] in rows)) { rows[part[1]] = 1; order[++n] = part[1] }
            if (!(part[2] in columns)) { columns[part[2]] = 1; names[++m] = part[2] }
            cell[part[1], part[2]] = result
        }
        END {
            printf "| build |"; for (j = 1; j <= m; j++) printf " %s |", names[j]; print ""
            printf "|---|"; for (j = 1; j <= m; j++) printf "---|"; print ""
            for (i = 1; i <= n; i++) {
                printf "| %s |", order[i]
                for (j = 1; j <= m; j++) printf " %s |", cell[order[i], names[j]]
                print ""
            }
        }' "$results"
}

{
    cat <<END
# Timing of libnoncrypto

Written by \`libnoncrypto/tests/ct/report.sh\` from the results of a run. Secrets may not decide where the processor goes on or
which memory it reads; this page says how far that was checked and how far it was not.

## What was run

$(sed -n 's/^# \(gcc\|Debian clang\|valgrind\)/- \1/p' "$results")
- subjects that pass: $(count '^ok .*: [a-z0-9]+$'), that fail: $(count '^not ok .*: [a-z0-9]+$')
- planted leaks found: $(count '^ok .*planted leak_'), missed: $(count '^not ok .*planted leak_')
- planted divisions found: $(count '^ok .*planted division'), missed: $(count '^not ok .*planted division')
- builds without a division beyond the list: $(count '^ok .*no division'), with: $(count '^not ok .*no division')

$(matrix)

A *hosted* build is that of programs; *kernel* uses general registers only; *narrow* is portable C without 128-bit integers, as
for 32-bit processors. Each subject (\`tests/ct/ct_SUBJECT.c\`) poisons its keys, seeds and texts, runs its operations in portable C
and with every back end that valgrind executes (SSE4.1, AVX2, AES-NI, PCLMULQDQ, BMI2, ADX), and takes the poison only from what
the specification makes public. Everyday runs have gcc and clang at -O2; \`./nonos test --long\` has -O1, -O2, -O3 and -Os of the
three kinds.

## What valgrind does not see

- **The SHA instructions**: valgrind does not execute them. Their back ends have neither branch nor table by the look of the source.
- **Instructions whose time depends on operands.** Divisions are searched for in the disassembly of every object of every build
  (\`divisions.py\`), in the long run for aarch64, riscv64, armhf and s390x too; these may stay:

$(allowed_divisions)

  Multiplication is taken to be constant, which it is on x86-64, aarch64 and common riscv64; not on some small ARM cores.
- **What the processor does by itself**: speculation, frequency that follows the data, prefetchers that follow pointers.
- **Other compilers and levels** than those above.

## Statistics

Welch's t-test on cycles of a fixed against random secrets (\`tests/ct/dudect.c\`); |t| above 4.5 is suspicious, above 10 a leak. A
machine with other load gives weak evidence.

END
    if [ -n "$dudect" ]; then
        echo '| operation | largest \|t\| | measurements |'
        echo '|---|---|---|'
        sed -n 's/^\(not \)\{0,1\}ok [0-9]* - \(.*\): |t| = \([0-9.]*\) of \([0-9]*\) measurements$/| \2 | \3 | \4 |/p' "$dudect"
    else
        echo 'Not run for this page; the long test runs it.'
    fi
    cat <<'END'

## Variable by design

- Verification of signatures (Ed25519, P-256, P-384, RSA, ML-DSA) works on public data and takes the time that these need.
- ML-DSA signing repeats until a candidate may be published; the number of attempts does not depend on the secret key, and a
  rejected candidate gives nothing away but that it was rejected (FIPS 204, section 3.6.1).
- ML-KEM and ML-DSA expand public matrices by rejection.
- Argon2d throughout, and Argon2id after the first half of its first pass, read memory where the password says (RFC 9106): that is
  what makes attacks expensive. Argon2i does not.
- Lengths of messages, of associated data and of keys are public everywhere.
- The health tests of entropy decide on raw samples; the pool then hashes them.

## What is left behind

After an operation, no 16 bytes in a row of its key, seed, secret text or of a secret that it derived are on the stack that it
used or in a context or workspace that it ended, as `tests/test_wipe` checks for the library as built (a planted copy is found).
Shorter pieces may remain where a compiler keeps registers on the stack. X25519, the secret multiples of Ed25519, SHA-3 and
ChaCha20 with vectors erase the stack below them after they called what works with secrets (`src/stack_wipe.h`), which
removes those, too; the sizes are those of gcc 12 and clang 14 at -O2.
END
} >"$output.new"
mv "$output.new" "$output"
! grep -q '^not ok' "$results"
