#!/bin/sh
# Writes docs/entropy.md from a measurement on this machine: make_entropy_report.sh PATH/TO/entropy_report >docs/entropy.md
set -eu

program=${1:?usage: make_entropy_report.sh PATH/TO/entropy_report}
figures=$("$program")

value() {
    printf '%s\n' "$figures" | awk -v name="$1" '$1 == name { print $2 }'
}

processor=$(awk -F': ' '/^model name/ { print $2; exit }' /proc/cpuinfo)
[ -n "$processor" ] || processor=$(uname -m)

cat <<END
# Entropy

How the random numbers of NONOS come about, and what was measured of the timing source. The figures were written by
\`libnoncrypto/tests/make_entropy_report.sh\`; they hold for one machine at one time, and every machine should be measured.

## The pool

\`noncrypto/entropy.h\` mixes raw noise sources: the loader's seed, RDRAND, RDSEED, timing jitter, virtio-rng, a TPM. A source:

\`\`\`
        add                 1024 healthy samples            min_bits given for this seed
  ----------> start-up ---------------------> gathering --------------------------> has given
                  |                               |   ^                                |
                  | read fails: unreadable        |   '----------- a seed is made -----'
                  | test fails: unhealthy         |
                  v                               v
               failed <---------------------------'       restart: start-up again
                  |                                       drop: goes on without it, by the caller's decision
                  '-- no seed is made until the caller restarts or drops the source
\`\`\`

A source with an end, such as the loader's seed, counts once, after all of it has passed the tests; then it is spent.

- Health tests (SP 800-90B section 4.4) run on the raw samples of each source, with cutoffs from its assessed entropy and a
  false-alarm rate of 2^-30 a sample.
- Samples are conditioned by keyed BLAKE3 into a state of 256 bits, each with the number of its source. 256 bits is the
  strength of a seed; at least 320 bits of assessed entropy go in.
- Every source without an end gives the whole minimum for every seed: one honest source is enough.

## Timing jitter, measured

Raw samples: the low byte of the time that 128 dependent accesses to memory took. Date: $(date -u +%Y-%m-%d). Processor:
$processor. System: $(uname -sr).

| | |
|-|-|
| samples | $(value samples) |
| time of a sample | $(value ns_per_sample) ns |
| distinct values | $(value distinct) |
| most common value, 6.3.1, on samples | $(value most_common_value) bits a sample |
| most common value, 6.3.1, on bits | $(value bits_most_common_value) bits a bit |
| collision, 6.3.2, on bits | $(value bits_collision) bits a bit |
| Markov, 6.3.3, on bits | $(value bits_markov) bits a bit |
| **least of them** | **$(value min_entropy) bits a sample** |
| **assessed, for the sources of this project** | **$(value assessed) bits a sample** |
| restarts, 3.1.4: most common value over 1000 processes of 1000 samples | $(value restart_rows) bits a sample |
| restarts: highest count in a row, in a column, cutoff for the assessed entropy | $(value restart_highest_in_row), $(value restart_highest_in_column), $(value restart_cutoff) |
| restarts: sanity check, 3.1.4.3 | $(value restart_sanity) |

The estimators 6.3.4 to 6.3.10 were not run. A restart here is a new process, not a machine that was switched off. An
assessment should stay well below the figure: what looks like noise may be known to who shares the processor.
END
