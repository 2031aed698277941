#!/bin/sh
# The promise of README.md, kept on a machine that has nothing: a minimal Debian 12 made by debootstrap, an ordinary user
# with sudo, a copy of the committed tree, and in it './nonos run' and './nonos test'. './nonos test --fresh' calls this.
#     fresh.sh [--no-test]      --no-test stops after the session in the guest
# Everything happens in build/fresh, in mount and process namespaces of its own: with the first process of those, whatever
# is mounted or running inside goes.
# Most functions are called through step():
# shellcheck disable=SC2317
set -eu

top=$(cd "$(dirname "$0")/.." && pwd)
base=${NONOS_BUILD:-$top/build}/fresh
root=$base/root
PATH=$PATH:/usr/sbin:/sbin

say() { printf 'fresh: %s\n' "$*"; }
skip_all() { say "$*"; echo "0 passed, 0 failed, 1 skipped"; exit 0; }

inside=no test=yes
for argument; do
    case $argument in
    --inside) inside=yes ;;
    --no-test) test=no ;;
    *) say "unknown option '$argument'" >&2; exit 2 ;;
    esac
done

if [ $inside = no ]; then
    [ "$(id -u)" -eq 0 ] || skip_all "this needs root, for debootstrap and chroot"
    for tool in debootstrap unshare setpriv git; do
        command -v $tool >/dev/null || skip_all "$tool was not found; Debian has a package of it"
    done
    git -c safe.directory='*' -C "$top" rev-parse -q --verify HEAD >/dev/null || skip_all "$top is not a git repository"
    setpriv --pdeathsig KILL unshare --mount --pid --fork --kill-child --propagation private \
        "$top/tests/fresh.sh" --inside "$@" &
    namespace=$!
    trap 'kill -KILL $namespace 2>/dev/null || true' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    status=0
    wait $namespace || status=$?
    exit $status
fi

# The Debian sources of this machine's apt, as lines of sources.list: whatever mirror is used here is reachable.
debian_sources() {
    # The names in parentheses are apt's.
    # shellcheck disable=SC2016
    apt-get indextargets --format 'deb $(REPO_URI) $(RELEASE) $(COMPONENT)' 'Identifier: Packages' 'Origin: Debian' \
        "Codename: $1" | sort -u
}

# The proxies that apt uses here, as apt's configuration.
proxies() {
    apt-config dump | grep -i '^Acquire::[a-z]*::Proxy' || true
    proxy=${http_proxy:-${HTTP_PROXY:-}}
    [ -z "$proxy" ] || printf 'Acquire::http::Proxy "%s";\n' "$proxy"
}

make_root() {
    rm -rf "$root"
    mkdir -p "$root" "$base/packages"
    mirror=$(debian_sources bookworm | awk 'NR == 1 { print $2 }')
    debootstrap --variant=minbase --include=sudo,ca-certificates bookworm "$root" "${mirror:-http://deb.debian.org/debian}"
    for codename in bookworm bookworm-updates bookworm-security; do debian_sources "$codename"; done >"$base/sources.list"
    [ ! -s "$base/sources.list" ] || cp "$base/sources.list" "$root/etc/apt/sources.list"
    proxies >"$root/etc/apt/apt.conf.d/90proxy"
    cp /etc/resolv.conf "$root/etc/resolv.conf"
    # dpkg waits for the disk after each file, which a machine that is thrown away does not need.
    echo force-unsafe-io >"$root/etc/dpkg/dpkg.cfg.d/unsafe-io"
    # No package starts a service in here.
    printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
    chmod +x "$root/usr/sbin/policy-rc.d"
    chroot "$root" useradd --create-home --shell /bin/bash person
    echo 'person ALL=(ALL) NOPASSWD: ALL' >"$root/etc/sudoers.d/person"
    mount -t proc proc "$root/proc"
    mount --rbind /dev "$root/dev"
    mount --rbind /sys "$root/sys"
    # What was downloaded once need not be downloaded again.
    mount --bind "$base/packages" "$root/var/cache/apt/archives"
}

copy_tree() {
    mkdir "$root/home/person/nonos"
    git -c safe.directory='*' -C "$top" archive HEAD | tar -x -C "$root/home/person/nonos"
    chroot "$root" chown -R person:person /home/person/nonos
}

# as_person COMMAND: in the copy of the tree, with the environment of somebody who has just logged in.
as_person() {
    chroot --userspec=person:person --groups=person "$root" env -i HOME=/home/person USER=person LOGNAME=person \
        TERM=dumb LC_ALL=C.UTF-8 PATH=/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games \
        sh -c "cd ~/nonos && $1"
}

# The first command: installs, builds, boots; somebody logs in, reads the disk and powers off.
session() {
    as_person "printf 'guest\nls /disk\npoweroff\n' | ./nonos run --headless" >"$base/guest.txt"
    tr -d '\r' <"$base/guest.txt"
    grep -q 'boot\.md' "$base/guest.txt"
}

passed=0 failed=0 skipped=0
finish() {
    echo "$passed passed, $failed failed, $skipped skipped"
    [ "$failed" -eq 0 ]
    exit
}

# step NAME COMMAND...: one line on the terminal; what the command printed follows when it fails, and that is the end. Not to
# be called within a condition, where 'set -e' does not hold.
step() {
    name=$1; shift
    started=$(date +%s)
    set +e
    (set -e; "$@") </dev/null >"$base/$name.log" 2>&1
    status=$?
    set -e
    took="$(($(date +%s) - started)) s"
    if [ $status -eq 0 ]; then
        passed=$((passed + 1))
        say "$name: passed in $took"
        return
    fi
    failed=$((failed + 1))
    say "$name: failed with status $status in $took; the end of $base/$name.log:"
    tail -n 60 "$base/$name.log"
    finish
}

mkdir -p "$base"
step debian make_root
step tree copy_tree
step session session
if [ $test = yes ]; then
    as_person './nonos test' </dev/null 2>&1 | tee "$base/test.log"
    counts=$(sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed, \([0-9]*\) skipped$/\1 \2 \3/p' "$base/test.log" | tail -n 1)
    # shellcheck disable=SC2086
    set -- ${counts:-0 1 0}
    passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + $3))
fi
finish
