#!/bin/sh
# noncrypto seal and noncrypto open: round trips, damage of every kind, and that nothing half done is left. Prints TAP.
set -u

# shellcheck source=libnoncrypto/tests/command.sh
. "${NONOS_SRCDIR:?}/libnoncrypto/tests/command.sh"

printf 'correct horse\n' >pass
printf 'battery staple\n' >wrong
"$noncrypto" keygen symmetric k >/dev/null
"$noncrypto" keygen symmetric k2 >/dev/null
"$noncrypto" keygen sealing box >/dev/null
"$noncrypto" keygen sealing box2 >/dev/null
seq 1 40000 | head -c 200000 >text
cheap='--memory 1 --passes 1'

round_trip() {
    for size in 0 1 65535 65536 65537 131072 1048576; do
        head -c "$size" /dev/urandom >plain && exits 0 seal -k k --force plain && exits 0 open -k k -o opened --force plain.sealed &&
            cmp plain opened && [ "$(wc -c <plain.sealed)" -eq $((172 + size + 16 * (size > 0 ? (size + 65535) / 65536 : 1))) ] || return 1
    done
}
# shellcheck disable=SC2086
many_recipients() {
    exits 0 seal -k k -k k2 -r box.pub -r box2.pub --passphrase-file pass $cheap -o many text || return 1
    exits 0 open -k k -o - many && cmp -s out text && exits 0 open -k k2 -o - many && cmp -s out text &&
        exits 0 open -i box -o - many && cmp -s out text && exits 0 open -i box2 -o - many && cmp -s out text &&
        exits 0 open --passphrase-file pass -o - many && cmp -s out text
}
sixteen_recipients() {
    set -- seal -o sixteen text
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do set -- "$@" -r box.pub; done
    exits 0 "$@" && exits 0 open -i box -o - sixteen && cmp -s out text && exits 2 "$@" -k k && exits 2 "$@" --passphrase-file pass
}
pipes() {
    "$noncrypto" seal -k k <text >piped && "$noncrypto" open -k k <piped | cmp - text &&
        "$noncrypto" seal -k k - <text | "$noncrypto" open -k k - >unpiped && cmp unpiped text
}
file_names() {
    cp text named && exits 0 seal -k k named && [ -e named.sealed ] && rm named && exits 0 open -k k named.sealed && cmp named text &&
        cp named.sealed other && exits 3 open -k k other && says 'does not end in' && exits 0 open -k k -o elsewhere other && cmp elsewhere text
}
no_overwriting() {
    echo mine >o && exits 3 seal -k k -o o text && says 'it exists' && [ "$(cat o)" = mine ] && "$noncrypto" seal -k k -o s text &&
        exits 3 open -k k -o o s && [ "$(cat o)" = mine ] && exits 0 open -k k -o o --force s && cmp o text && none
}
opened_is_private() { (umask 022 && exits 0 open -k k -o private s) && [ "$(stat -c %a private)" = 600 ]; }
two_files_differ() { "$noncrypto" seal -k k -o s2 text && ! cmp -s s s2; }

wrong_keys() {
    exits 1 open -k k2 -o w s && says 'a wrong key or passphrase' && exits 1 open -i box -o w s && exits 1 open --passphrase-file pass -o w s &&
        none w
}
# shellcheck disable=SC2086
wrong_passphrase() {
    exits 0 seal --passphrase-file pass $cheap -o p text && exits 1 open --passphrase-file wrong -o w p && says 'a wrong key or passphrase' &&
        none w && exits 0 open --passphrase-file pass -o - p && cmp -s out text
}
expensive_is_asked_for() {
    exits 0 seal --passphrase-file pass --memory 1 --passes 17 -o dear text && exits 3 open --passphrase-file pass -o w dear &&
        says '--allow-expensive' && none w && exits 0 open --passphrase-file pass --allow-expensive -o - dear && cmp -s out text
}
# finds_change FILE OFFSET OPTION...: one bit of the byte is another, and open says so and leaves nothing.
finds_change() {
    file=$1 at=$2; shift 2
    cp "$file" changed && flip changed "$at" && exits 1 open "$@" -o w changed && none w && return 0
    echo "# byte $at"
    return 1
}
every_header_byte() {
    head -c 10 text >ten && exits 0 seal -k k -o small ten || return 1
    at=0
    while [ $at -lt 172 ]; do
        finds_change small $at -k k || return 1
        at=$((at + 1))
    done
}
xwing_header_bytes() {
    exits 0 seal -r box.pub -o xsmall ten || return 1
    for at in 0 9 12 47 48 52 600 1139 1140 1171 1172 1195 1196 1243 1244 1275; do
        finds_change xsmall $at -i box || return 1
    done
}
payload_bytes() {
    for at in 172 173 65707 65708 65723 65724 131275 131276 131300 200000 200235; do
        finds_change s $at -k k && says 'was changed or cut off' || return 1
    done
}
cut_off() {
    for size in 0 1 47 48 171 172 187 188 65723 65724 65725 131276 131277 200200 $(($(wc -c <s) - 1)); do
        if ! { head -c "$size" s >part && exits 1 open -k k -o w part && none w; }; then
            echo "# at $size"
            return 1
        fi
    done
}
appended() {
    { cat s; printf x; } >longer && exits 1 open -k k -o w longer && none w && cat s s >longer && exits 1 open -k k -o w longer && none w
}
# The file in pieces: header, three whole chunks, the short one.
reordered() {
    head -c 172 s >h
    for i in 0 1 2; do tail -c +$((173 + i * 65552)) s | head -c 65552 >"c$i"; done
    tail -c +$((173 + 3 * 65552)) s >c3
    cat h c0 c1 c2 c3 | cmp - s || return 1
    for order in 'c1 c0 c2 c3' 'c0 c0 c2 c3' 'c0 c2 c3' 'c0 c1 c2' 'c1 c2 c3' 'c0 c1 c2 c2 c3' 'c3'; do
        # shellcheck disable=SC2086
        if ! { cat h $order >mixed && exits 1 open -k k -o w mixed && none w; }; then
            echo "# $order"
            return 1
        fi
    done
}
chunks_of_another_file() { "$noncrypto" seal -k k -o s3 text && { head -c 172 s; tail -c +173 s3; } >grafted && exits 1 open -k k -o w grafted && none w; }
nothing_wrong_is_released() {
    cp s changed && flip changed 131300 && exits 1 open -k k -o - changed && [ "$(wc -c <out)" -eq 131072 ] && head -c 131072 text | cmp - out
}
not_a_sealed_file() { exits 1 open -k k -o w text && says 'not a sealed file' && exits 1 open -k k -o w /dev/null && says 'too short' && none w; }
missing() { exits 3 seal -k k nowhere && says 'nowhere: No such file' && none nowhere.sealed && exits 3 open -k k nowhere.sealed && none nowhere; }
unwritable() { exits 3 seal -k k -o nofolder/x text && says 'nofolder/x: ' && exits 3 seal -k k . && none ..sealed; }

full_device() {
    [ -w /dev/full ] || { skipped 'no /dev/full'; return 0; }
    "$noncrypto" seal -k k <text >/dev/full 2>err
    [ $? -eq 3 ] && says 'No space left' || return 1
    "$noncrypto" open -k k -o - s >/dev/full 2>err
    [ $? -eq 3 ] && says 'No space left'
}
full_disk() {
    mkdir -p disk
    mount -t tmpfs -o size=256k tmpfs disk 2>/dev/null || { skipped 'mounting is not allowed here'; return 0; }
    head -c 1000000 /dev/zero >zeros && "$noncrypto" seal -k k -o zs zeros && exits 3 seal -k k -o disk/z zeros && says 'No space left' &&
        exits 3 open -k k -o disk/z zs && says 'No space left' && [ -z "$(ls -A disk)" ]
    status=$?
    umount disk
    return $status
}
# interrupted SIGNAL NUMBER VERB...: the verb waits for more input when the signal comes, and has written something.
interrupted() {
    signal=$1 number=$2; shift 2
    rm -f fifo && mkfifo fifo || return 1
    # What runs in the background ignores SIGINT unless it is told not to.
    env --default-signal "$noncrypto" "$@" --force -o target <fifo 2>err &
    victim=$!
    exec 8>fifo
    cat "$input" >&8
    begun=
    for _ in $(seq 200); do
        begun=$(find . -name '.target.*' -size +0)
        [ -z "$begun" ] || break
        sleep 0.05
    done
    kill -s "$signal" "$victim"
    wait "$victim"
    status=$?
    exec 8>&-
    [ -n "$begun" ] && [ "$status" -eq $((128 + number)) ] && none target
}
interrupted_seal() {
    env --default-signal true 2>/dev/null || { skipped 'env has no --default-signal'; return 0; }
    input=text
    interrupted INT 2 seal -k k && interrupted TERM 15 seal -k k && interrupted HUP 1 seal -k k &&
        interrupted QUIT 3 seal -k k
}
too_long_for_the_limit() {
    ! (ulimit -f 50 && exec "$noncrypto" seal -k k -o limited text) 2>err && none limited
}
# The name of what is being written must not be too long where the name itself is not.
longest_name() {
    longest=$(printf '%0255d' 0)
    exits 0 seal -k k -o "$longest" text && exits 0 open -k k -o - "$longest" && cmp -s out text && rm "$longest"
}
not_a_file() {
    mkfifo pipe && exits 3 seal -k k --force -o pipe text && says 'pipe: it is not a file' && [ -p pipe ] && none &&
        mkdir folder && exits 3 seal -k k --force -o folder text && says 'folder: it is not a file' && [ -d folder ] && none
}
# What is opened must not take the place of a standard stream.
closed_streams() {
    "$noncrypto" hash text - <&- >out 2>err
    [ $? -eq 3 ] && says '-: ' && "$noncrypto" open -k k2 -o w s 2>&-
    [ $? -eq 1 ] && none w && "$noncrypto" keygen symmetric quiet >&- 2>err
    [ $? -eq 3 ] && [ -s quiet ]
}
interrupted_open() {
    env --default-signal true 2>/dev/null || { skipped 'env has no --default-signal'; return 0; }
    head -c 150000 s >part
    input=part
    interrupted INT 2 open -k k && interrupted TERM 15 open -k k
}
reader_goes_away() {
    { "$noncrypto" open -k k -o - s; echo $? >code; } 2>err | head -c 10 >/dev/null
    [ "$(cat code)" -ne 0 ]
}
usage_errors() {
    exits 2 seal text && exits 2 seal -k k a b && exits 2 open -k k a b && exits 2 seal --passphrase-file - && exits 2 seal -p --memory x text &&
        exits 2 seal --passphrase-file fd:x text && exits 2 open --nonsense
}

holds "files of any size come back" round_trip
holds "each of several recipients can open" many_recipients
holds "sixteen recipients and no more" sixteen_recipients
holds "standard input and output" pipes
holds "names of files" file_names
holds "nothing is overwritten without --force" no_overwriting
holds "what was opened is for its owner alone" opened_is_private
holds "sealing twice gives two files" two_files_differ
holds "wrong keys open nothing" wrong_keys
holds "a wrong passphrase opens nothing" wrong_passphrase
holds "expensive parameters need --allow-expensive" expensive_is_asked_for
holds "a change of any byte of the header is found" every_header_byte
holds "of an X-Wing recipient, too" xwing_header_bytes
holds "a change of the content is found" payload_bytes
holds "a file that is cut off is found" cut_off
holds "a file that is longer is found" appended
holds "chunks in another order are found" reordered
holds "chunks of another file are found" chunks_of_another_file
holds "standard output gets whole right chunks only" nothing_wrong_is_released
holds "other files are not sealed files" not_a_sealed_file
holds "a missing file is an error" missing
holds "an unwritable folder is an error" unwritable
holds "a full device is an error" full_device
holds "a full disk is an error and leaves nothing" full_disk
holds "an interrupted seal leaves nothing" interrupted_seal
holds "an interrupted open leaves nothing" interrupted_open
holds "a file above the limit of the shell leaves nothing" too_long_for_the_limit
holds "the longest name can be written to" longest_name
holds "what is not a file is not replaced" not_a_file
holds "closed standard streams are not mixed up with files" closed_streams
holds "a reader that goes away is an error" reader_goes_away
holds "wrong command lines exit with 2" usage_errors
echo "1..$n"
