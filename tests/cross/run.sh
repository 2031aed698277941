#!/bin/sh
# Builds the libraries for other processors and runs their Check suites under qemu-user:
#
#     tests/cross/run.sh [-b FOLDER] [ARCH]...        aarch64 riscv64 armhf s390x; all of them without arguments
#
# Prints one line an architecture and exits with 1 if a test failed. Check and jansson are built from Debian's source packages, as
# those for foreign architectures need those to be registered with dpkg, which would change the system.
set -eu

top=$(cd "$(dirname "$0")/../.." && pwd)
folder=${NONOS_BUILD:-$top/build}/cross
jobs=$(nproc 2>/dev/null || echo 2)
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

say() { printf '%s\n' "cross: $*" >&2; }
die() { say "$*"; printf 'cross: 0 passed, 1 failed, 0 skipped\n'; exit 1; }

# set_target ARCH: compiler prefix and emulator of an architecture.
set_target() {
    case $1 in
    aarch64) host=aarch64-linux-gnu qemu=qemu-aarch64 ;;
    riscv64) host=riscv64-linux-gnu qemu=qemu-riscv64 ;;
    armhf) host=arm-linux-gnueabihf qemu=qemu-arm ;;
    s390x) host=s390x-linux-gnu qemu=qemu-s390x ;;
    *) die "unknown architecture '$1'" ;;
    esac
    for tool in "$host-gcc" "$qemu"; do
        command -v "$tool" >/dev/null || die "$tool was not found (./nonos test --long installs it)"
    done
}

# Source entries for the Debian mirrors that the system uses, so that the same mirror and proxy serve.
source_entries() {
    # shellcheck disable=SC2016
    apt-get indextargets --format '$(SITE) $(CODENAME) $(COMPONENT)' \
        'Created-By: Packages' 'Origin: Debian' 2>/dev/null | sort -u |
        while read -r site release component; do
            echo "deb-src [signed-by=$keyring] $site $release $component"
        done
}

# private_apt ARG...: apt-get with lists and cache of its own; nothing of the system's is changed.
private_apt() {
    apt-get -qq -o APT::Sandbox::User=root -o Dir::Etc::SourceList="$folder/apt/sources.list" \
        -o Dir::Etc::SourceParts=/dev/null -o Dir::State::Lists="$folder/apt/lists" \
        -o Dir::Cache="$folder/apt/cache" -o Debug::NoLocking=true "$@"
}

# fetch_source PACKAGE: unpacks the source of a Debian package into $folder/PACKAGE-source.
fetch_source() {
    [ -d "$folder/$1-source" ] && return 0
    mkdir -p "$folder/apt/lists/partial" "$folder/apt/cache/archives/partial"
    source_entries >"$folder/apt/sources.list"
    [ -s "$folder/apt/sources.list" ] ||
        echo "deb-src [signed-by=$keyring] http://deb.debian.org/debian bookworm main" \
            >"$folder/apt/sources.list"
    (cd "$folder/apt" && private_apt update && private_apt source --download-only "$1") >&2 ||
        die "the source of $1 cannot be fetched; this step needs a network once"
    rm -rf "$folder/$1-source.new"
    mkdir "$folder/$1-source.new"
    tar -xf "$folder/apt/$1"_*.orig.tar.* -C "$folder/$1-source.new" --strip-components=1
    [ -f "$folder/$1-source.new/configure" ] ||
        (cd "$folder/$1-source.new" && quietly "$folder/$1-autoreconf.log" autoreconf -fi)
    mv "$folder/$1-source.new" "$folder/$1-source"
}

# quietly LOG COMMAND...: runs a command, and shows the end of its log if it fails.
quietly() {
    log=$1; shift
    "$@" >"$log" 2>&1 || { tail -n 30 "$log" >&2; die "failed: $* (see $log)"; }
}

build_check() {
    check=$folder/$arch/check
    [ -f "$check/src/.libs/libcheck.a" ] && return 0
    mkdir -p "$check"
    cd "$check"
    quietly configure.log "$folder/check-source/configure" --host="$host" --disable-shared \
        --disable-subunit --disable-build-docs CFLAGS='-O1 -w'
    quietly make-lib.log make -C lib -j"$jobs"
    quietly make-src.log make -C src -j"$jobs" libcheck.la
}

build_jansson() {
    jansson=$folder/$arch/jansson
    [ -f "$jansson/src/.libs/libjansson.a" ] && return 0
    mkdir -p "$jansson"
    cd "$jansson"
    quietly configure.log "$folder/jansson-source/configure" --host="$host" --disable-shared CFLAGS='-O1 -w'
    quietly make.log make -C src -j"$jobs"
}

run_arch() {
    build_check
    build_jansson
    mkdir -p "$folder/$arch/nonos"
    cd "$folder/$arch/nonos"
    if [ ! -f config.status ]; then
        # Limits beyond a 32-bit size_t are checked on every machine.
        quietly configure.log "$top/configure" --host="$host" --disable-kernel --disable-shared \
            --enable-werror CFLAGS='-g -O2 -Wno-type-limits' CHECK_CFLAGS="-I$folder/check-source/src -I$check/src -I$check" \
            CHECK_LIBS="$check/src/.libs/libcheck.a $check/lib/.libs/libcompat.a -lpthread -lrt -lm" \
            JANSSON_CFLAGS="-I$folder/jansson-source/src -I$jansson/src" JANSSON_LIBS="$jansson/src/.libs/libjansson.a" \
            PKG_CONFIG=false
    fi
    quietly refresh.log make Makefile # or its messages would be taken for names of suites
    # The emulator gets the programs only; scripts among the tests are for the build machine.
    make -s list-check-suites >suites.txt
    make -k -j"$jobs" check TESTS="$(cat suites.txt)" LOG_COMPILER="$qemu -L /usr/$host" \
        >check.log 2>&1 || true
}

count() { awk -v key="# $1:" 'index($0, key) == 1 { n += $3 } END { print n + 0 }' check.log; }

# Prints and counts the results in check.log; a suite that did not build is a failure.
report() {
    passed=$(count PASS) failed=$(($(count FAIL) + $(count ERROR) + $(count XPASS))) skipped=$(count SKIP)
    grep -E '^(FAIL|ERROR|XPASS): ' check.log || true
    if ! grep -q '^# TOTAL:' check.log || [ "$passed" -eq 0 ]; then
        tail -n 30 check.log
        failed=$((failed + 1))
    fi
    printf '%s: %s passed, %s failed, %s skipped\n' "$arch" "$passed" "$failed" "$skipped"
    [ "$failed" -eq 0 ]
}

if [ "${1:-}" = -b ]; then
    mkdir -p "$2"
    folder=$(cd "$2" && pwd)
    shift 2
fi
[ $# -gt 0 ] || set -- aarch64 riscv64 armhf s390x
[ -x "$top/configure" ] || (cd "$top" && autoreconf -fi >&2)
# Emulation is slower than the machine that the suites' time limits were made for.
CK_TIMEOUT_MULTIPLIER=10
export CK_TIMEOUT_MULTIPLIER
mkdir -p "$folder"
fetch_source check
fetch_source jansson
status=0
for arch in "$@"; do
    set_target "$arch"
    run_arch
    report || status=1
done
exit "$status"
