#!/bin/sh
# Builds the log as a command and as a kernel, and tries what it promises. Prints TAP.
#     run.sh [FOLDER]      where to build; default: a temporary folder
set -u

src=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/harness/tap.sh
. "$src/../../tests/harness/tap.sh"
work_in "${1:-${NONOS_BUILDDIR:+$NONOS_BUILDDIR/examples/sealed-log/build}}"
needs gcc

log() { "$dir/sealed-log" "$@"; }

build() {
    rm -rf "$dir/vendor" # always today's sources
    make -f "$src/Makefile" BUILD="$dir" NONOS="$src/../.." "$1"
}
records() {
    cd "$dir" && rm -f KEY STATE LOG && log start KEY STATE && log append STATE LOG one && log append STATE LOG two && log append STATE LOG three
}
reads() { log read KEY LOG STATE >text && printf 'one\ntwo\nthree\n' | cmp - text; }
has_no_end() { ! log read KEY LOG >text && tail -n 1 text | grep -q 'no end yet'; }
ends() { log end STATE LOG && ! log append STATE LOG four && log read KEY LOG && log read KEY LOG STATE; }
# A record is 20 bytes and its text: 23, 23, 25, and the last one 20.
cut_at_the_end() {
    head -c 71 LOG >less && ! log read KEY less && ! log read KEY less STATE >text && tail -n 1 text | grep -q 'missing at the end'
}
removed() { { head -c 23 LOG; tail -c +47 LOG; } >less && ! log read KEY less >text && tail -n 1 text | grep -q 'changed here' && [ "$(wc -l <text)" -eq 2 ]; }
exchanged() { { tail -c +24 LOG | head -c 23; head -c 23 LOG; tail -c +47 LOG; } >less && ! log read KEY less; }
changed() {
    for at in 0 4 6 7 22; do
        { head -c $at LOG; printf '\377'; tail -c +$((at + 2)) LOG; } >less && ! log read KEY less >text && [ "$(wc -l <text)" -eq 1 ] || return 1
    done
}
# From the writer's state nothing of before can be read.
forward_secure() { head -c 32 STATE >stolen && ! log read stolen LOG >text && [ "$(wc -l <text)" -eq 1 ]; }
boots() {
    timeout 120 qemu-system-x86_64 -accel tcg -m 64 -display none -nic none -serial "file:$dir/serial" \
        -device isa-debug-exit,iobase=0x501,iosize=4 -kernel "$dir/kernel.elf"
    status=$?
    cat "$dir/serial"
    [ $status -eq 33 ] && [ "$(grep -c '^ok: ' "$dir/serial")" -eq 4 ]
}

holds "the command builds from the copy that 'nonos embed' makes" build "$dir/sealed-log"
holds "records are written" records
holds "and read" reads
holds "a log without an end says so" has_no_end
holds "nothing follows the end" ends
holds "a log that is cut off is found" cut_at_the_end
holds "a record that was removed is found" removed
holds "records that were exchanged are found" exchanged
holds "a change is found" changed
holds "the writer's state opens nothing of before" forward_secure
if command -v qemu-system-x86_64 >/dev/null; then
    holds "the kernel builds" build "$dir/kernel.elf"
    holds "it boots and finds all that" boots
else
    echo "# skipped: qemu-system-x86_64 was not found"
fi
[ "$(wc -l <"$src/sealed_log.c")" -lt 150 ] || echo "# sealed_log.c has grown"
echo "1..$n"
