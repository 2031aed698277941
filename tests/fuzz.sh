#!/bin/sh
# Runs libFuzzer targets for a while each, from the seed $NONOS_SEED: tests/fuzz.sh BUILD SECONDS [TARGET]..., all of them without a name.
# BUILD was configured with CC=clang --enable-fuzzing and `make fuzzers`. Prints TAP; a crash's input stays in BUILD/fuzz.
set -u

top=$(cd "$(dirname "$0")/.." && pwd)
build=$(cd "$1" && pwd)
seconds=$2
shift 2
targets=$*
[ -n "$targets" ] || targets=$(make -s -C "$build" list-fuzzers)
count=0 failed=0
jobs=$(nproc)

# fuzz TARGET: leaves its output in fuzz/NAME.log and its status in fuzz/NAME.status.
fuzz() {
    name=$(basename "$1")
    # Targets that ship seeds have them beside their source.
    seeds=$top/$(dirname "$1")/seeds/$name
    [ -d "$seeds" ] || seeds=
    mkdir -p "fuzz/$name"
    # shellcheck disable=SC2086
    "./$1" -seed="${NONOS_SEED:-1}" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -artifact_prefix="fuzz/$name-" \
        "fuzz/$name" $seeds >"fuzz/$name.log" 2>&1
    echo $? >"fuzz/$name.status"
}

# report TARGET
report() {
    count=$((count + 1))
    log=fuzz/$(basename "$1").log
    if [ "$(cat "${log%.log}.status")" -eq 0 ]; then
        echo "ok $count - $1 ($(sed -n 's/^Done \([0-9]*\) runs.*/\1/p' "$log") runs)"
    else
        failed=$((failed + 1))
        tail -n 30 "$log" | sed 's/^/# /'
        echo "not ok $count - $1"
    fi
}

mkdir -p "$build/fuzz"
cd "$build" || exit 1
rm -f fuzz/*.status
# All take the same time: as many at once as there are processors.
started=0
for target in $targets; do
    fuzz "$target" &
    started=$((started + 1))
    [ $((started % jobs)) -ne 0 ] || wait
done
wait
for target in $targets; do
    report "$target"
done
echo "1..$count"
[ "$failed" -eq 0 ]
