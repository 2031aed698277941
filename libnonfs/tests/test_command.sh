#!/bin/sh
# The host command `nonfs`, as a user calls it, on images made by mke2fs. Prints TAP.
set -u

nonfs=${NONOS_BUILDDIR:?}/libnonfs/tools/nonfs
noncrypto=$NONOS_BUILDDIR/libnoncrypto/tools/noncrypto
PATH=$PATH:/usr/sbin:/sbin
for tool in mke2fs debugfs; do
    command -v $tool >/dev/null || { echo "1..0 # SKIP $tool is not installed"; exit 0; }
done
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 99

n=0
# holds NAME COMMAND...: one test; the command must succeed.
holds() {
    name=$1; shift
    n=$((n + 1))
    if "$@"; then echo "ok $n - $name"; else echo "not ok $n - $name"; fi
}
# exits CODE ARGUMENT...: runs nonfs, keeping its output in out and err.
exits() {
    expected=$1; shift
    "$nonfs" "$@" >out 2>err </dev/null
    code=$?
    [ "$code" -eq "$expected" ] && return 0
    echo "# nonfs $*: exit code $code, not $expected"
    sed 's/^/# /' out err
    return 1
}
prints() { [ "$(cat out)" = "$1" ] || { sed 's/^/# printed: /' out; return 1; }; }
says() { grep -qF -- "$1" err || { sed 's/^/# said: /' err; return 1; }; }

mkdir -p tree/sub/deeper
printf 'hello\n' >tree/hello
chmod 640 tree/hello
head -c 300000 /dev/urandom >tree/sub/random
truncate -s 1M tree/sub/hole
strange=$(printf 'new\nline')
printf x >"tree/sub/deeper/$strange"
ln -s sub/random tree/link
touch -d '2020-02-03 04:05:06 UTC' tree/hello
truncate -s 16M image
mke2fs -q -F -t ext4 -L 'a label' -U 12345678-9abc-def0-1234-56789abcdef0 -d tree image

sums_of_tree() { (cd tree && find . -type f -printf '%P\0' | sort -z | xargs -0 "$noncrypto" hash); }

lists() { exits 0 ls image && prints "$(printf 'hello\nlink\nlost+found\nsub')"; }
lists_details() {
    exits 0 ls -l image hello link &&
        grep -qE '^-rw-r----- +1 .* 6 2020-02-03 04:05:06 hello$' out
}
lists_links() { exits 0 ls -l image && grep -qE '^l.* link -> sub/random$' out; }
lists_json() {
    exits 0 ls --json image hello &&
        grep -qF '"type":"regular file","mode":"0640","links":1' out && grep -qF '"size":6' out
}
cats() { exits 0 cat image hello sub/random && cat tree/hello tree/sub/random | cmp -s - out; }
cats_through_links() { exits 0 cat image /link && cmp -s tree/sub/random out; }
sums() { exits 0 b3sum image && sums_of_tree | cmp - out; }
sums_of_a_path() { exits 0 b3sum image sub/random && prints "$(cd tree && "$noncrypto" hash sub/random)"; }
sums_json() { exits 0 b3sum --json image && grep -qF '{"file":"sub/deeper/new\u000aline","algorithm":"blake3"' out; }
stats() { exits 0 stat image hello && grep -qx 'modified    2020-02-03 04:05:06.000000000 UTC' out; }
stats_json() { exits 0 stat --json image link && grep -qF '"type":"symbolic link"' out; }
finds() { exits 0 find -0 image && [ "$(tr -dc '\000' <out | wc -c)" -eq 9 ]; }
finds_below() { exits 0 find image sub/deeper && [ "$(head -1 out)" = sub/deeper ]; }
trees() { exits 0 tree image && grep -qxF '|-- link -> sub/random' out && grep -qx '3 directories, 5 files' out; }
shows_volume() {
    exits 0 df image && grep -qx 'label       a label' out &&
        grep -qx 'UUID        12345678-9abc-def0-1234-56789abcdef0' out && grep -q 'metadata_csum' out
}
shows_volume_json() { exits 0 df --json image && grep -qF '"features":["has_journal",' out; }
json_is_json() {
    command -v python3 >/dev/null || return 0
    for verb in ls find stat b3sum df; do
        "$nonfs" $verb --json image | python3 -c 'import json, sys
for line in sys.stdin: json.loads(line)' || return 1
    done
}
missing_path() { exits 1 cat image nothing && says 'image: nothing: no such file or directory'; }
directory_is_no_file() { exits 1 cat image sub && says 'is a directory'; }
some_paths_missing() { exits 1 cat image nothing hello && prints hello; }
missing_image() { exits 3 ls nowhere && says 'nowhere: No such file'; }
no_volume() { exits 3 ls tree/sub/random && says 'the signature of ext4 is missing'; }
no_command() { exits 2 && says usage; }
wrong_command() { exits 2 defragment image && says "unknown command 'defragment'"; }
wrong_option() { exits 2 ls -q image; }
wrong_count() { exits 2 df image more; }
json_refused() { exits 2 cat --json image hello && says 'cat has no --json'; }
help() { exits 0 --help && grep -q '^usage: nonfs' out && exits 0 ls --help; }
version() { exits 0 --version && grep -q '^nonfs [0-9]' out; }
full_output() { [ -c /dev/full ] || return 0; "$nonfs" cat image sub/random >/dev/full 2>err; [ $? -eq 3 ]; }
no_journal() {
    cp image dirty
    debugfs -w -R 'feature needs_recovery' dirty >/dev/null 2>&1
    exits 3 ls dirty && says '--ignore-journal' && exits 0 ls --ignore-journal dirty && grep -qx hello out
}
recovers() {
    cp image dirty
    head -c 1024 /dev/zero | tr '\0' r >new
    block=$(debugfs -R 'bmap sub/random 0' dirty 2>/dev/null)
    printf 'jo -c -v 3\njw -b %s new\njc\n' "$block" | debugfs -w -f - dirty >/dev/null 2>&1
    exits 3 ls dirty && says 'nonfs recover' && exits 0 recover dirty && prints 'the journal was replayed' &&
        exits 0 cat dirty sub/random && [ "$(head -c 1024 out)" = "$(cat new)" ] &&
        exits 0 recover dirty && prints 'there was nothing to replay' &&
        e2fsck -fn dirty >out 2>&1 && ! grep -q '? no' out
}
recover_refuses() { exits 2 recover --ignore-journal image && exits 3 recover missing; }
names_feature() {
    cp image new
    debugfs -w -R 'feature encrypt' new >/dev/null 2>&1
    exits 3 ls new && says 'feature: encrypt'
}
damaged_inode() {
    cp image damaged
    debugfs -w -R 'set_inode_field hello mtime 12345' damaged >/dev/null 2>&1
    at=$(debugfs -R 'imap hello' damaged 2>/dev/null | sed -n 's/.*located at block \([0-9]*\), offset 0x\([0-9a-f]*\)/\1 \2/p')
    inode=$(debugfs -R 'stat hello' damaged 2>/dev/null | sed -n 's/^Inode: \([0-9]*\).*/\1/p')
    # shellcheck disable=SC2086
    set -- $at
    printf 'Z' | dd of=damaged bs=1 conv=notrunc seek=$(($1 * $(block_size) + 0x$2 + 4)) status=none
    exits 1 cat damaged hello && says "ext4: inode $inode: a checksum on disk does not match" &&
        exits 1 b3sum damaged && [ "$(wc -l <out)" -eq 3 ]
}
block_size() { "$nonfs" df image | sed -n 's/^block size  //p'; }
# Fills the gaps that small files left, so that one file lies in more than a hundred pieces on two leaves.
make_fragmented() {
    truncate -s 4M fragmented
    mke2fs -q -F -t ext4 -b 1024 -O ^has_journal fragmented
    head -c 3000 /dev/urandom >small
    head -c 400000 /dev/urandom >large
    {
        i=0; while [ $i -lt 500 ]; do echo "write small small-$i"; i=$((i + 1)); done
        i=0; while [ $i -lt 500 ]; do echo "rm small-$i"; i=$((i + 2)); done
        echo 'write large large'
    } >commands
    debugfs -w -f commands fragmented >/dev/null 2>&1
}
reads_fragments() {
    make_fragmented
    debugfs -R 'ex large' fragmented 2>/dev/null | grep -qE '^ 0/ 1 +2/' || return 1
    exits 0 cat fragmented large && cmp -s out large
}
# The fields of an inode as debugfs prints them, in one line.
debugfs_fields() {
    debugfs -R "stat \"$1\"" image 2>/dev/null | tr '\n' ' ' | sed -n \
        's/^Inode: \([0-9]*\).*Mode: *\([0-7]*\).*Generation: \([0-9]*\).*User: *\([0-9]*\) *Group: *\([0-9]*\).* Size: \([0-9]*\).*Links: \([0-9]*\) *Blockcount: \([0-9]*\).*/\1 \2 \3 \4 \5 \6 \7 \8/p'
}
nonfs_fields() {
    exits 0 stat --json image "$1" && sed \
        's/.*"inode":\([0-9]*\),"generation":\([0-9]*\),.*"mode":"\([0-7]*\)","uid":\([0-9]*\),"gid":\([0-9]*\),.*"links":\([0-9]*\),"size":\([0-9]*\),"allocated":\([0-9]*\),.*/\1 \3 \2 \4 \5 \7 \6 \8/' out
}
stat_agrees() {
    for path in / hello link sub sub/deeper sub/hole sub/random lost+found; do
        expected=$(debugfs_fields "$path")
        got=$(nonfs_fields "$path")
        # debugfs counts in sectors.
        [ -n "$expected" ] && [ "$got" = "${expected% *} $((${expected##* } * 512))" ] && continue
        echo "# $path: debugfs $expected, nonfs $got"
        return 1
    done
}
list_agrees() {
    debugfs -R 'ls -p /' image 2>/dev/null | awk -F / 'NF > 5 && $6 !~ /^\.\.?$/ { print $2, $6 }' | sort >expected
    exits 0 ls --json image || return 1
    sed 's/{"name":"\([^"]*\)","inode":\([0-9]*\).*/\2 \1/' out | sort | cmp -s - expected
}
two_ways() {
    cp image twice
    debugfs -w -R 'link sub sub/deeper/again' twice >/dev/null 2>&1
    exits 1 tree twice && says 'is reached in two ways'
}

holds 'ls lists names in order' lists
holds 'ls -l shows details' lists_details
holds 'ls -l shows the targets of links' lists_links
holds 'ls --json shows details' lists_json
holds 'cat writes files' cats
holds 'cat follows links' cats_through_links
holds 'b3sum agrees with the source' sums
holds 'b3sum takes a path' sums_of_a_path
holds 'b3sum --json escapes names' sums_json
holds 'stat shows times' stats
holds 'stat does not follow links' stats_json
holds 'find -0 names everything' finds
holds 'find starts at a path' finds_below
holds 'tree draws everything' trees
holds 'df shows label and UUID' shows_volume
holds 'df --json lists the features' shows_volume_json
holds 'all JSON is JSON' json_is_json
holds 'a missing path is named' missing_path
holds 'a directory is no file' directory_is_no_file
holds 'a missing path does not stop the others' some_paths_missing
holds 'a missing image is named' missing_image
holds 'a file that is no volume is refused' no_volume
holds 'no command is an error' no_command
holds 'an unknown command is an error' wrong_command
holds 'an unknown option is an error' wrong_option
holds 'a wrong number of arguments is an error' wrong_count
holds 'a verb without --json says so' json_refused
holds 'help is printed' help
holds 'the version is printed' version
holds 'a full disk is an error' full_output
holds 'a journal to be replayed is refused unless ignored' no_journal
holds 'recover replays the journal' recovers
holds 'recover takes no option and needs an image' recover_refuses
holds 'an unsupported feature is named' names_feature
holds 'a damaged inode is named and the rest is read' damaged_inode
holds 'a directory that is reached twice is damage' two_ways
holds 'a file in many pieces is read' reads_fragments
holds 'stat agrees with debugfs' stat_agrees
holds 'ls agrees with debugfs' list_agrees
echo "1..$n"
