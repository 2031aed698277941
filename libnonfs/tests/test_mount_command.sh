#!/bin/sh
# `nonfs mount`: a session as a user has one, on a volume that e2fsck looks at afterwards. Prints TAP.
set -u

tools='mke2fs e2fsck fusermount3 python3'
here=$(dirname "$0")
[ -w /dev/fuse ] || { echo '1..0 # SKIP /dev/fuse cannot be used'; exit 0; }
# shellcheck source=tests/harness/tap.sh
. "${NONOS_SRCDIR:?}/tests/harness/tap.sh"
own_mounts "$@"
# shellcheck source=libnonfs/tests/command.sh
. "$here/command.sh"
"$nonfs" mount nowhere nowhere 2>&1 | grep -q 'built without FUSE' && { echo '1..0 # SKIP built without FUSE'; exit 0; }
# An image that this user cannot mount is no fault of the command.
mkdir mnt source
trap 'fusermount3 -qu "$dir/mnt" 2>/dev/null; rm -rf "$dir"' EXIT

# attach OPTION...: mounts the image.
attach() { "$nonfs" mount "$@" image mnt >mount.log 2>&1 || { cat mount.log; return 1; }; }
# Waits for the program to end: the volume is unmounted then.
detach() {
    fusermount3 -u mnt || return 1
    i=0
    while "$nonfs" df image 2>/dev/null | grep -q needs_recovery || ! "$nonfs" df image >/dev/null 2>&1; do
        i=$((i + 1))
        [ $i -lt 200 ] || { echo 'the program does not end'; return 1; }
        sleep 0.05
    done
}
sound() {
    e2fsck -fn image >said 2>&1 && ! grep '? no' said && "$nonfs" check image && return 0
    cat said
    return 1
}

fill() {
    mkdir -p source/sub/deeper source/many && printf 'hello\n' >source/hello && ln source/hello source/sub/again &&
        ln -s ../hello source/sub/link && head -c 3000000 /dev/urandom >source/sub/random && truncate -s 5M source/hole &&
        chmod 4711 source/hello && touch -d '2001-02-03 04:05:06.789 UTC' source/sub/random && mkfifo source/fifo || return 1
    i=0
    while [ $i -lt 500 ]; do : >"source/many/a-file-with-the-number-$i"; i=$((i + 1)); done
}
makes() { fill && truncate -s 64M image && mke2fs -q -F -t ext4 -O orphan_file image && attach && [ -d mnt/lost+found ]; }
same() { rmdir mnt/lost+found 2>/dev/null; diff -r --no-dereference -x fifo "$1" "$2"; }
copies() { cp -a source/. mnt/ && same source mnt; }
# Directories have sizes of their own on each filesystem; the root was not made by cp.
fields() {
    { find . -mindepth 1 -type d -printf '%p %m %n %T@\n'; find . ! -type d -printf '%p %m %n %s %T@ %y\n'; } | sort
}
keeps_fields() {
    (cd source && fields) >expected
    (cd mnt && fields) >got
    diff expected got
}
moves() {
    mv mnt/sub/random mnt/moved && mv mnt/many mnt/sub/deeper/ && mv -n mnt/moved mnt/hello && [ -f mnt/moved ] &&
        cmp mnt/moved source/sub/random && [ "$(find mnt/sub/deeper/many -type f | wc -l)" -eq 500 ]
}
exchanges() {
    python3 - <<'END' && [ "$(cat mnt/one/two/b)" = a ] && [ "$(cat mnt/two/file)" = b ]
import ctypes, errno, os
libc = ctypes.CDLL(None, use_errno=True)
def exchange(a, b, flags=2):
    return 0 if libc.renameat2(-100, os.fsencode(a), -100, os.fsencode(b), flags) == 0 else ctypes.get_errno()
os.makedirs('mnt/one/two')
for name, text in ('mnt/one/two/file', 'b'), ('mnt/a', 'a'):
    with open(name, 'w') as file:
        file.write(text)
os.mkdir('mnt/two')
assert exchange('mnt/one/two', 'mnt/two') == 0 and exchange('mnt/one', 'mnt/one/two') == errno.EINVAL
os.rename('mnt/a', 'mnt/one/two/b')
assert exchange('mnt/one', 'mnt/none') == errno.ENOENT and exchange('mnt/one', 'mnt/two', 3) == errno.EINVAL
assert exchange('mnt/one', 'mnt/two', 1) == errno.EEXIST
END
}
truncates() {
    truncate -s 1000 mnt/moved && head -c 1000 source/sub/random | cmp - mnt/moved && truncate -s 2000000 mnt/moved &&
        [ "$(tail -c 1000 mnt/moved | tr -d '\000' | wc -c)" -eq 0 ] && printf more >>mnt/moved && [ "$(tail -c 4 mnt/moved)" = more ]
}
attributes() {
    python3 - <<'END'
import os
os.setxattr('mnt/hello', 'user.small', b'value')
os.setxattr('mnt/hello', 'user.large', b'v' * 700)
os.setxattr('mnt/sub', 'user.on-a-directory', b'')
assert os.getxattr('mnt/hello', 'user.small') == b'value'
assert sorted(os.listxattr('mnt/hello')) == ['user.large', 'user.small']
os.removexattr('mnt/hello', 'user.small')
for name, flags, error in (('user.small', os.XATTR_REPLACE, 'ENODATA'), ('user.large', os.XATTR_CREATE, 'EEXIST')):
    try:
        os.setxattr('mnt/hello', name, b'', flags)
        raise SystemExit(name + ' was set')
    except OSError as why:
        assert why.errno == getattr(__import__('errno'), error), why
END
}
acls() {
    command -v setfacl >/dev/null || { echo 'setfacl is not installed'; return 0; }
    setfacl -m u:1234:rwx mnt/hello && getfacl -n mnt/hello 2>/dev/null | grep -q 'user:1234:rwx' &&
        setfacl -d -m g:99:r mnt/sub && : >mnt/sub/inherits && getfacl -n mnt/sub/inherits 2>/dev/null | grep -q 'group:99:r'
}
open_file_stays() {
    python3 - <<'END'
import os
with open('mnt/goes', 'w+b') as file:
    file.write(b'x' * 100000)
    file.flush()
    os.unlink('mnt/goes')
    assert not os.path.exists('mnt/goes')
    file.seek(0)
    assert file.read() == b'x' * 100000
    file.truncate(10)
    assert os.fstat(file.fileno()).st_size == 10 and os.fstat(file.fileno()).st_nlink == 0
END
}
punches() {
    fallocate -p -o 4096 -l 8192 mnt/moved && fallocate -l 3000000 mnt/reserved && [ "$(stat -c %s mnt/reserved)" -eq 3000000 ] &&
        sync -f mnt
}
removes() { rm -rf mnt/sub mnt/hole && [ ! -e mnt/sub ]; }
ends_sound() { detach && sound; }
is_the_same_again() { attach && cmp mnt/hello source/hello && [ -p mnt/fifo ] && [ ! -e mnt/sub ]; }
replays_after_a_kill() {
    cp -a source/sub mnt/again && sync mnt/again/random && kill -9 "$(pgrep -f "nonfs mount image mnt" | head -n 1)"
    fusermount3 -uz mnt
    "$nonfs" df --ignore-journal image | grep -q needs_recovery && attach && cmp mnt/again/random source/sub/random && detach && sound
}
reads_only() {
    before=$(cksum <image)
    attach -r && cmp mnt/hello source/hello && ! touch mnt/new 2>/dev/null && detach && [ "$(cksum <image)" = "$before" ]
}
# finds TEXT: somewhere in the image.
finds() { grep -qaF "$1" image; }
scrubs() {
    for secret in SecretScrubbed SecretKept; do
        options=notimes,pad,scrub
        [ $secret = SecretScrubbed ] || options=notimes
        attach -o $options && yes $secret | head -c 300000 >mnt/deleted && sync mnt/deleted && finds $secret && rm mnt/deleted &&
            touch mnt/new && [ "$(stat -c %Y mnt/new)" = 0 ] && detach && sound || return 1
    done
    ! finds SecretScrubbed && finds SecretKept
}
scrubs_when_idle() {
    attach -o scrub && yes SecretIdle | head -c 300000 >mnt/deleted && sync mnt/deleted && rm mnt/deleted && sync mnt/hello && i=0 || return 1
    while finds SecretIdle; do i=$((i + 1)); [ $i -lt 400 ] || return 1; sleep 0.05; done
    detach && sound
}
pads() {
    attach -o pad && printf 12345 >mnt/small && [ "$(stat -c '%s %b' mnt/small)" = '5 32' ] && detach && sound && exits 2 mount -r -o pad image mnt
}
needs_two() { exits 2 mount image && exits 2 mount -q image mnt; }
no_volume() { exits 3 mount source/hello mnt && says 'too small'; }

holds 'a volume is mounted' makes
if [ ! -d mnt/lost+found ] && grep -q 'cannot be a mount point' mount.log; then
    echo "1..$n # this user cannot mount"
    exit 0
fi
holds 'cp -a copies a tree' copies
holds 'modes, links, sizes and times are kept' keeps_fields
holds 'mv moves files and directories' moves
holds 'names are exchanged' exchanges
holds 'files become shorter and longer' truncates
holds 'extended attributes are set, listed and removed' attributes
holds 'ACLs are set and inherited' acls
holds 'an open file stays when its name goes' open_file_stays
holds 'holes are made and blocks reserved' punches
holds 'rm -r removes a tree' removes
holds 'the volume is sound afterwards' ends_sound
holds 'it is the same when it is mounted again' is_the_same_again
holds 'what was synced is there after the program was killed' replays_after_a_kill
holds 'a mount for reading changes nothing' reads_only
holds 'scrub leaves nothing of a deleted file, notimes no time' scrubs
holds 'it does so when there is nothing else to do' scrubs_when_idle
holds 'pad lets small files take the same space' pads
holds 'a wrong command line is refused' needs_two
holds 'a file that is no volume is refused' no_volume
echo "1..$n"
