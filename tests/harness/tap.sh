# shellcheck shell=sh
# What scripts among the tests begin with; they print TAP, and `1..$n` at their end.

n=0
# work_in FOLDER: $dir is its absolute name, or that of a temporary folder if none is given.
work_in() {
    dir=$1
    if [ -z "$dir" ]; then
        dir=$(mktemp -d) || exit 99
        trap 'rm -rf "$dir"' EXIT
    fi
    mkdir -p "$dir" && dir=$(cd "$dir" && pwd) || exit 99
}
skip_all() { echo "1..0 # SKIP $*"; exit 0; }
# needs TOOL...: or nothing can be tested.
needs() {
    PATH=$PATH:/usr/sbin:/sbin
    for tool; do
        command -v "$tool" >/dev/null || skip_all "$tool was not found"
    done
}
# own_mounts ARGUMENT...: as root, starts the script again where what it mounts, and what it leaves running, ends with it.
own_mounts() {
    if [ -n "${NONOS_OWN_MOUNTS:-}" ]; then
        # It is process 1 there, which no signal ends that it does not handle.
        trap 'exit 130' INT
        trap 'exit 143' TERM
    elif [ "$(id -u)" -eq 0 ] && unshare -m -p -f --mount-proc true 2>/dev/null; then
        NONOS_OWN_MOUNTS=1 exec unshare -m --propagation private -p -f --kill-child --mount-proc "$0" "$@"
    fi
}
# holds NAME COMMAND...: one test; what was printed shows when it fails.
holds() {
    name=$1; shift
    n=$((n + 1))
    if "$@" >"$dir/messages" 2>&1; then
        echo "ok $n - $name"
    else
        echo "not ok $n - $name"
        tail -n 30 "$dir/messages" | sed 's/^/# /'
    fi
}
refuses() { ! "$@"; }
