#!/bin/sh
# `nonfs gpt` beside sgdisk and sfdisk: each reads what the other wrote, and both find the same. Prints TAP.
set -u

# shellcheck disable=SC2034
tools='sgdisk sfdisk'
# shellcheck source=libnonfs/tests/command.sh
. "${NONOS_SRCDIR:?}/libnonfs/tests/command.sh"

sgdisk_is_content() { sgdisk -v "$1" >verdict 2>&1; grep -q 'No problems found' verdict || { cat verdict; return 1; }; }
json() { "$nonfs" gpt --json "$1" | python3 -c 'import json,sys; t=json.load(sys.stdin); print(eval(sys.argv[1]))' "$2"; }

guid=11111111-2222-4333-8444-555555555555
one=AAAAAAAA-BBBB-4CCC-8DDD-EEEEEEEEEEEE
two=12345678-9ABC-4EF0-8234-56789ABCDEF0

truncate -s 64M ours
creates() { exits 0 gpt --guid $guid ours create && sgdisk_is_content ours; }
adds() {
    exits 0 gpt --type efi --guid $one --size 10M --name 'système' ours add && [ "$(cat out)" = 1 ] &&
        exits 0 gpt --guid $two --attributes 0x8000000000000001 --name root ours add && [ "$(cat out)" = 2 ] &&
        sgdisk_is_content ours
}
# The same table by sgdisk differs in nothing: every block is equal.
equals_sgdisk() {
    truncate -s 64M theirs
    sgdisk -o -U $guid -n 1:2048:+10M -t 1:ef00 -u 1:$one -c 1:'système' -n 2:22528:131038 -t 2:8300 -u 2:$two -c 2:root \
        -A 2:set:0 -A 2:set:63 theirs && cmp ours theirs
}
sfdisk_reads() {
    sfdisk -d ours >dump && grep -q "label-id: $guid" dump && grep -q 'first-lba: 34' dump && grep -q 'last-lba: 131038' dump &&
        grep -qE 'start= +2048, size= +20480, type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B, uuid='$one', name="syst.*me"' dump &&
        grep -qE 'start= +22528, size= +108511, type=0FC63DAF-8483-4772-8E79-3D69D8477DE4, uuid='$two', name="root", attrs="RequiredPartition GUID:63"' dump
}
lists() {
    exits 0 gpt ours && grep -qE "^ +1 +2048 +22527 efi $one système$" out && grep -qE "^ +2 +22528 +131038 linux $two root$" out
}
lists_json() {
    [ "$(json ours 't["guid"], t["primary"], t["backup"], t["mbr"], len(t["partitions"])')" = "('$guid', 'good', 'good', 'good', 2)" ] &&
        [ "$(json ours 't["partitions"][0]["name"], t["partitions"][1]["attributes"]')" = "('système', '0x8000000000000001')" ]
}
sfdisk_restores() {
    truncate -s 64M copy && sfdisk -q copy <dump && "$nonfs" gpt ours >a && "$nonfs" gpt copy >b && diff a b
}
reads_sgdisk() {
    truncate -s 256M many && sgdisk -o -S 256 many && for i in 1 5 9 200; do
        sgdisk -n $i:0:+1M -c $i:"part $i" many || return 1
    done
    [ "$(json many '[(p["number"], p["name"]) for p in t["partitions"]]')" = \
        "[(1, 'part 1'), (5, 'part 5'), (9, 'part 9'), (200, 'part 200')]" ] &&
        exits 0 gpt many delete 9 && sgdisk_is_content many && exits 0 gpt --size 1M many add && [ "$(cat out)" = 2 ] &&
        sgdisk_is_content many && [ "$(json many 'len(t["partitions"])')" = 4 ]
}
large_blocks() {
    for size in 1024 2048 4096; do
        rm -f large && truncate -s 64M large && exits 0 gpt --block-size $size large create &&
            exits 0 gpt --block-size $size --size 5M large add && exits 0 gpt --block-size $size large repair &&
            exits 0 gpt --block-size $size --json large && grep -qF '"backup":"good"' out || return 1
    done
    # The others take the size of blocks from a device only, which needs root.
    loop=$(losetup -b 4096 -f --show large 2>/dev/null) || { echo '# no loop device: sgdisk does not see blocks of 4096 bytes'; return 0; }
    # Linux takes it away when the last descriptor is closed, however this script ends.
    exec 9<"$loop"; losetup -d "$loop"
    sgdisk_is_content "$loop"; status=$?
    sfdisk -d "$loop" >dump4; exec 9<&-
    [ $status -eq 0 ] && grep -q 'sector-size: 4096' dump4 && grep -qE 'start= +256, size= +1280,' dump4
}
repairs_primary() {
    cp ours broken && flip broken 600
    exits 1 gpt broken && says 'the primary table: the checksum of the header does not match' &&
        exits 0 gpt broken repair && cmp broken ours
}
repairs_entries() {
    cp ours broken && flip broken 1100
    exits 1 gpt broken && says 'the primary table: the checksum of the entries does not match' &&
        exits 0 gpt broken repair && cmp broken ours
}
repairs_backup() {
    cp ours broken && truncate -s -512 broken && truncate -s 64M broken
    exits 1 gpt broken && says 'the backup table: ' && exits 0 gpt broken repair && cmp broken ours
}
# sgdisk moves the backup of a disk that grew by -e: the same comes out.
follows_growth() {
    cp ours grown && truncate -s 80M grown && cp grown theirs && exits 1 gpt grown && says 'not at the end of the disk' &&
        exits 0 gpt grown repair && sgdisk_is_content grown && sgdisk -e theirs &&
        cmp -i 512 grown theirs
}
keeps_tables() {
    cp ours kept && exits 3 gpt kept create && says 'already' && cmp ours kept && exits 0 gpt --force kept create &&
        [ "$(json kept 'len(t["partitions"])')" = 0 ]
}
refuses_overlap() { cp ours kept && exits 1 gpt --start 4096 --size 1M kept add && says 'not free' && cmp ours kept; }
refuses_full() { cp ours kept && exits 1 gpt --size 1G kept add && says 'no room' && cmp ours kept; }
refuses_missing() { cp ours kept && exits 1 gpt kept delete 3 && says 'no partition 3' && cmp ours kept; }
refuses_empty() { truncate -s 1M none && exits 3 gpt none && says 'no partition table'; }
refuses_usage() {
    exits 2 gpt && exits 2 gpt ours shrink && exits 2 gpt ours delete && exits 2 gpt --block-size 513 ours &&
        exits 2 gpt --type nothing ours add && exits 2 gpt --guid 1 ours add && exits 3 gpt missing &&
        exits 2 gpt --name '1234567890123456789012345678901234567' ours add
}
deletes() { exits 0 gpt ours delete 1 && sgdisk_is_content ours && [ "$(json ours '[p["number"] for p in t["partitions"]]')" = '[2]' ]; }

holds 'create makes a table that sgdisk verifies' creates
holds 'add places partitions' adds
holds 'sgdisk makes the same bytes' equals_sgdisk
holds 'sfdisk reads what was written' sfdisk_reads
holds 'list prints the partitions' lists
holds 'list --json prints all' lists_json
holds 'a dump restored by sfdisk is read' sfdisk_restores
holds 'tables of sgdisk are read and changed' reads_sgdisk
holds 'large blocks work' large_blocks
holds 'repair restores the header of the primary' repairs_primary
holds 'repair restores the entries of the primary' repairs_entries
holds 'repair restores the backup' repairs_backup
holds 'repair follows a disk that grew' follows_growth
holds 'create keeps a table unless forced' keeps_tables
holds 'add refuses blocks that are not free' refuses_overlap
holds 'add refuses what does not fit' refuses_full
holds 'delete refuses a number that is not there' refuses_missing
holds 'a disk without a table is refused' refuses_empty
holds 'wrong command lines are refused' refuses_usage
holds 'delete removes a partition' deletes
echo "1..$n"
