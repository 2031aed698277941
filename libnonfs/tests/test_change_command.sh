#!/bin/sh
# `nonfs cp`, `mkdir`, `mv` and `rm`: what they leave is what the host would have, and e2fsck finds nothing. Prints TAP.
set -u

# shellcheck disable=SC2034
tools='mke2fs debugfs e2fsck python3'
# shellcheck source=libnonfs/tests/command.sh
. "$(dirname "$0")/command.sh"

# sound: the volume is clean, and no verb left a journal to replay.
sound() {
    e2fsck -fn image >said 2>&1 && ! grep '? no' said && exits 0 check image && return 0
    cat said
    return 1
}
lists() { exits 0 find image "$1" && sort out | tr '\n' ' ' && [ "$(sort out | tr '\n' ' ')" = "$2" ]; }

fill() {
    mkdir -p tree/sub/deeper tree/empty && printf 'hello\n' >tree/hello && ln tree/hello tree/sub/again && ln -s ../hello tree/sub/link &&
        head -c 3000000 /dev/urandom >tree/sub/random && truncate -s 5M tree/hole && printf x | dd of=tree/hole bs=1 seek=3000000 conv=notrunc &&
        chmod 750 tree/sub && chmod 444 tree/sub/random && touch -d '2001-02-03 04:05:06.789 UTC' tree/sub/random tree/sub/deeper && mkfifo tree/fifo &&
        truncate -s 32M image && mke2fs -q -F -t ext4 image
}
# Everything that is kept: directories have sizes of their own on each file system.
fields() {
    (cd "$1" && { find . -type d -printf '%p %m %U %G %T@\n'; find . ! -type d -printf '%p %m %U %G %n %s %T@ %y %l\n'; } | sort)
}
copies_tree_in() {
    fill && exits 0 cp -r image tree :/ && [ ! -s out ] && sound && exits 0 cat image tree/sub/random && cmp out tree/sub/random &&
        exits 0 stat --json image tree/hello && grep -qF '"links":2' out
}
copies_tree_out() {
    exits 0 cp -r image :/tree again && [ ! -s out ] && diff -r --no-dereference -x fifo tree again && fields tree >expected && fields again >got &&
        diff expected got && [ "$(stat -c %b again/hole)" -le 64 ] && [ "$(stat -c %i again/hello)" = "$(stat -c %i again/sub/again)" ]
}
copying_out_writes_nothing() {
    before=$(cksum <image) && exits 0 cp image :tree/hello one && cmp one tree/hello && [ "$(cksum <image)" = "$before" ] &&
        cp image held && chmod 400 held && exits 0 cp held :tree/hello two
}
copies_into_folders() {
    mkdir into && exits 0 cp image :tree/hello :/tree/sub/random into && cmp into/hello tree/hello && cmp into/random tree/sub/random &&
        exits 0 cp image into/hello into/random :/tree/empty && lists tree/empty 'tree/empty tree/empty/hello tree/empty/random '
}
keeps_attributes() {
    python3 - <<'END' || return 0
import os, sys
try:
    os.setxattr('one', 'user.name', b'value' * 100)
except OSError:
    print('the host has no attributes here')
    sys.exit(1)
END
    exits 0 cp image one :/one && exits 0 cp image :/one three &&
        python3 -c 'import os; assert os.getxattr("three", "user.name") == b"value" * 100'
}
links_are_copied() {
    exits 0 cp image tree/sub/link :/link && debugfs -R 'stat /link' image 2>/dev/null | grep -q 'Fast link dest: "../hello"'
}
nothing_is_overwritten() {
    echo new >new && exits 1 cp image new :/tree/hello && says exists && exits 1 cp image :tree/hello new && says 'exists' && [ "$(cat new)" = new ] &&
        exits 0 cat image tree/hello && [ "$(cat out)" = hello ]
}
force_overwrites() {
    exits 0 cp -f image new :/tree/hello && exits 0 cat image tree/hello && [ "$(cat out)" = new ] && exits 0 cat image tree/sub/again &&
        [ "$(cat out)" = hello ] && exits 0 cp -f image :tree/sub/again new && [ "$(cat new)" = hello ] && exits 1 cp -f image new :/tree/none/new &&
        exits 1 cp -f -r image tree :/ && says exists && sound
}
# What does not fit leaves the old file, and nothing of the new one.
full_volume_keeps_the_old() {
    head -c 40000000 /dev/zero | tr '\000' z >large && exits 1 cp -f image large :/tree/hello && says 'no space is left' &&
        exits 0 cat image tree/hello && [ "$(cat out)" = new ] && lists tree/empty 'tree/empty tree/empty/hello tree/empty/random ' &&
        exits 0 ls image /tree && ! grep -q nonfs out && sound && rm large
}
makes_directories() {
    exits 0 mkdir image d /d/e && exits 1 mkdir image d && says exists && exits 1 mkdir image none/f && says 'none/f: no such' &&
        exits 0 mkdir -p image d/e/f/g d/e // && lists d 'd d/e d/e/f d/e/f/g ' && exits 1 mkdir -p image tree/hello && exits 1 mkdir image / && sound &&
        debugfs -R 'stat /d/e' image 2>/dev/null | grep -q 'Mode:  0755'
}
moves() {
    exits 0 mv image tree/hello moved && exits 0 mv image moved d/e/f/g && lists d 'd d/e d/e/f d/e/f/g d/e/f/g/moved ' &&
        exits 0 mv image tree/empty/hello tree/empty/random d && exits 0 mv image d/e/f/g/moved d/hello && exits 0 cat image d/hello &&
        [ "$(cat out)" = new ] && exits 0 mv image d/e/f d/x && lists d 'd d/e d/hello d/random d/x d/x/g ' && sound
}
refuses_moves() {
    exits 1 mv image d d/x && exits 1 mv image none d && says 'none: no such' && exits 1 mv image d/hello d/random d/x/none && says 'd/x/none' &&
        exits 1 mv image d/x d/hello && exits 1 mv image d/hello d/random tree/sub/again && sound
}
removes() {
    exits 0 rm image d/hello && exits 1 rm image d/hello && says 'no such' && exits 0 rm -f image d/hello && exits 1 rm image d && says 'is a directory' &&
        exits 1 rm image none d/random && lists d 'd d/e d/x d/x/g ' && exits 1 rm -r image / && sound
}
removes_trees() {
    exits 0 ls image && before=$(wc -l <out) && exits 0 rm -r image tree d/ && exits 0 ls image && [ "$(wc -l <out)" -eq $((before - 2)) ] && sound
}
# A link is taken away, not what it leads to.
removes_links_only() {
    exits 0 cp -r image tree :/keep && ln -s /keep to-keep && exits 0 cp image to-keep :/ && exits 0 rm -r image /to-keep &&
        exits 0 cat image keep/hello && exits 0 ls image && ! grep -q to-keep out
}
gives_space_back() {
    exits 0 df --json image && sed 's/.*"blocks_free":\([0-9]*\).*/\1/' out >before && exits 0 cp -r image tree :/again && exits 0 rm -r image again &&
        exits 0 df --json image && sed 's/.*"blocks_free":\([0-9]*\).*/\1/' out | cmp - before
}
deep_trees() {
    deep=$(yes a | head -n 300 | tr '\n' '/') && exits 0 mkdir -p image "$deep" && exits 0 cp -r image :/a deep && [ -d "deep/${deep#a/}" ] &&
        exits 0 cp -r image deep :/ && exits 0 rm -r image a deep && sound
}
replays_first() {
    cp image dirty && head -c 1024 /dev/zero | tr '\0' r >new && block=$(debugfs -R 'bmap keep/sub/random 0' dirty 2>/dev/null) &&
        printf 'jo -c -v 3\njw -b %s new\njc\n' "$block" | debugfs -w -f - dirty >/dev/null 2>&1
    exits 3 cp dirty :keep/hello four && exits 0 mkdir dirty made && exits 0 cat dirty keep/sub/random && [ "$(head -c 1024 out)" = "$(cat new)" ]
}
# A name that is there twice, first as a link out of the folder, then as a folder with a file: nothing is followed.
hostile_links() {
    mkdir outside && ln -s "$dir/outside" decoy && exits 0 mkdir image bad && exits 0 cp image decoy :/bad/entryA && echo gone >victim &&
        exits 0 mkdir image bad/entryB && exits 0 cp image victim :/bad/entryB/victim && LC_ALL=C sed 's/entryB/entryA/g' image >hostile || return 1
    # Without checksums nobody sees it.
    debugfs -w -R 'feature ^metadata_csum' hostile >/dev/null 2>&1
    exits 1 cp -r hostile :/bad stolen && says 'entryA' && [ -z "$(ls -A outside)" ]
}
refuses_lines() {
    for line in 'cp image' 'cp image one' 'cp image one two' 'cp image :one :two' 'cp image one :two three' 'cp --json image one :two' 'cp -x image one :two' \
        'mkdir image' 'mv image one' 'rm image' 'rm --ignore-journal image one'; do
        # shellcheck disable=SC2086
        exits 2 $line || return 1
    done
    exits 3 mkdir missing d && exits 3 rm tree/sub/random one && exits 1 cp image nothing :/ && says 'nothing: No such' && exits 1 cp image tree :/x &&
        says '-r' && exits 1 cp image :/keep x && says '-r' && exits 1 cp image :/keep/hello nowhere/x && exits 1 cp image :/keep/hello :keep/none /dev/null
}
read_only_image() {
    cp image flagged && debugfs -w -R 'set_super_value state 3' flagged >/dev/null 2>&1
    exits 3 mkdir flagged d && says 'errors were found' && exits 0 ls flagged
}

holds 'cp -r copies a tree into the volume' copies_tree_in
holds 'cp -r copies it out again, as it was' copies_tree_out
holds 'copying out writes nothing to the image' copying_out_writes_nothing
holds 'several files go into a folder, both ways' copies_into_folders
holds 'extended attributes are kept, both ways' keeps_attributes
holds 'a link is copied as a link' links_are_copied
holds 'nothing is overwritten' nothing_is_overwritten
holds 'cp -f overwrites files' force_overwrites
holds 'a file for which there is no room costs nothing' full_volume_keeps_the_old
holds 'mkdir makes directories, with -p all of them' makes_directories
holds 'mv renames, moves and overwrites' moves
holds 'mv refuses what cannot be' refuses_moves
holds 'rm deletes files' removes
holds 'rm -r deletes trees' removes_trees
holds 'rm -r does not follow links' removes_links_only
holds 'space is given back' gives_space_back
holds 'trees may be deep' deep_trees
holds 'a journal is replayed before the volume is changed' replays_first
holds 'a hostile volume leads nowhere on the host' hostile_links
holds 'wrong command lines are refused' refuses_lines
holds 'a volume with errors is not written' read_only_image
echo "1..$n"
