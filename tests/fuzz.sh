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

mkdir -p "$build/fuzz"
cd "$build" || exit 1
for target in $targets; do
    count=$((count + 1))
    name=$(basename "$target")
    # Targets that ship seeds have them beside their source.
    seeds=$top/$(dirname "$target")/seeds/$name
    [ -d "$seeds" ] || seeds=
    mkdir -p "fuzz/$name"
    # shellcheck disable=SC2086
    if "./$target" -seed="${NONOS_SEED:-1}" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -artifact_prefix="fuzz/$name-" \
        "fuzz/$name" $seeds >"fuzz/$name.log" 2>&1; then
        echo "ok $count - $target ($(sed -n 's/^Done \([0-9]*\) runs.*/\1/p' "fuzz/$name.log") runs)"
    else
        failed=$((failed + 1))
        tail -n 30 "fuzz/$name.log" | sed 's/^/# /'
        echo "not ok $count - $target"
    fi
done
echo "1..$count"
[ "$failed" -eq 0 ]
