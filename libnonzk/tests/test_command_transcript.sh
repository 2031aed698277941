#!/bin/sh
# The host command `nonzk`: a ceremony with three contributors and a beacon in each phase, and whatever byte of its files is
# changed, `ceremony verify` finds it and names the step. Prints TAP. NONOS_LONG changes more bytes.
set -u

# shellcheck source=libnonzk/tests/command.sh
. "${NONOS_SRCDIR:?}/libnonzk/tests/command.sh"

each=2 # bytes in each section beside its head, its first and its last
[ -z "${NONOS_LONG-}" ] || each=30

# A circuit of one constraint, w2 w3 = w1, of which w1 is public.
number() { printf '%b' "\\0$(printf %o "$1")\\0\\0\\0"; }
term() { number 1 && number "$1" && number 1 && head -c 28 /dev/zero; }
circuit() {
    printf r1cs && number 1 && number 2 && number 1 && number 64 && number 0 && number 32 &&
        printf '\001\000\000\000\377\377\377\377\376\133\376\377\002\244\275\123\005\330\241\011\010\330\071\063\110\175\235\051\123\247\355\163' &&
        number 4 && number 1 && number 0 && number 2 && number 4 && number 0 && number 1 &&
        number 2 && number 120 && number 0 && term 2 && term 3 && term 1
}
first_phase() {
    exits 0 ceremony new --power 2 -o p0 && exits 0 ceremony contribute --name alice -o p1 p0 &&
        exits 0 ceremony contribute --name bob -o p2 p1 && exits 0 ceremony contribute --name carol -o p3 p2 &&
        exits 0 ceremony beacon --value 0badc0de --iterations 10 -o p4 p3 && exits 0 ceremony prepare -o powers p4 &&
        exits 0 ceremony verify powers && has 'valid: yes' && has 'contributions: 4'
}
second_phase() {
    circuit >r1cs && exits 0 inspect r1cs && exits 0 ceremony begin --r1cs r1cs -o k0 powers &&
        exits 0 ceremony contribute --name alice -o k1 k0 && exits 0 ceremony contribute --name bob -o k2 k1 &&
        exits 0 ceremony contribute --name carol -o k3 k2 && exits 0 ceremony beacon --value 00 --iterations 10 -o key k3 &&
        verify key && has 'valid: yes' && has 'contributions: 4'
}
# verify FILE, of either phase.
verify() {
    case $1 in
    *powers) "$nonzk" ceremony verify "$1" >out 2>err ;;
    *) "$nonzk" ceremony verify --r1cs r1cs --ptau powers "$1" >out 2>err ;;
    esac
}
# places FILE: where its sections have bytes that stand for all: magic, version and count, the head of each section, its ends, and
# some between that a generator with a fixed seed chooses.
places() {
    od -An -v -tu1 -w1 "$1" | awk -v each="$each" '
        function u32(at) { return b[at] + 256 * b[at + 1] + 65536 * b[at + 2] + 16777216 * b[at + 3] }
        { b[NR - 1] = $1 }
        END {
            seed = 12345
            for (at = 0; at < 12; at += 3) print at
            for (at = 12; at < NR; at += 12 + len) {
                len = u32(at + 4)
                print at; print at + 5; print at + 12; print at + 11 + len
                for (i = 0; i < each && len > 2; i++) {
                    seed = (seed * 1103515245 + 12345) % 2147483648
                    print at + 12 + int(seed / 2147483648 * len)
                }
            }
        }'
}
# changed FILE AT: bad-FILE has another byte there.
changed() {
    byte=$(od -An -tu1 -j "$2" -N 1 "$1" | tr -d ' ')
    cp "$1" "bad-$1" && printf '%b' "\\0$(printf %o "$((byte ^ 1 << $2 % 8))")" | dd of="bad-$1" bs=1 seek="$2" conv=notrunc 2>dd.err
}
# found FILE PLACE...: each change is found, with exit status 1 and the step, or 2 if the file is of no kind any more.
found() {
    file=$1 n_found=0
    shift
    for at in "$@"; do
        changed "$file" "$at" || return 1
        verify "bad-$file"
        status=$?
        if ! { [ $status -eq 1 ] && grep -q '^valid: no$' out && grep -q '^step: ..' out; } &&
            ! { [ $status -eq 2 ] && [ "$at" -lt 4 ] && grep -q 'neither powers of tau nor a proving key' err; }; then
            echo "the byte at $at: exit status $status"
            cat out err
            return 1
        fi
        sed -n 's/^step: //p' out >>"$file-steps"
        n_found=$((n_found + 1))
    done
}
# unsealed FILE: as snarkjs would have written it.
unsealed() {
    head -c "$(($(size "$1") - 44))" "$1" >"open-$1" && count=$(od -An -tu1 -j 8 -N 1 "$1") &&
        printf '%b' "\\0$(printf %o "$((count - 1))")" | dd of="open-$1" bs=1 seek=8 conv=notrunc 2>dd.err
}
# shellcheck disable=SC2046
all_found() {
    found "$1" $(places "$1") && echo "# $1: $n_found bytes of $(size "$1"), found by $(sort -u "$1-steps" | wc -l) steps" >>counts
}
# unbound_found FILE BEFORE...: what nothing but the seal binds, the letters of a name and some bytes before it.
unbound_found() {
    file=$1 letters=$(grep -abo alice "$1" | head -n 1 | cut -d : -f 1)
    shift
    for before in 0 -4 "$@"; do
        found "$file" "$((letters - before))" && has 'step: the seal' || return 1
    done
}
# Without a seal a change that leaves every point a point is found by what follows from it.
follows() {
    unsealed powers && unsealed key && verify open-powers && verify open-key && unsealed p2 && mv open-p2 other-powers &&
        exits 0 ceremony prepare -o other other-powers && ! "$nonzk" ceremony verify --r1cs r1cs --ptau other open-key >out 2>err &&
        has 'step: what the key began with' &&
        beacon=$(LC_ALL=C grep -abo "$(printf '\013\255\300\336')" open-powers | head -n 1 | cut -d : -f 1) &&
        found open-powers "$((beacon + 1))" && has 'step: contribution 4, the beacon'
}
refused_by_others() {
    changed p1 "$(($(size p1) - 60))" && exits 2 ceremony contribute -o none bad-p1 && says 'the file was changed after it was written' &&
        exits 2 ceremony prepare -o none bad-p1 && changed k1 "$(($(size k1) - 47))" && exits 2 ceremony contribute -o none bad-k1 &&
        says 'the seal: the file was changed' && none none
}

holds "three contributors and a beacon make the powers" first_phase
holds "and the key of a circuit" second_phase
holds "a changed byte of the powers is found, wherever it is" all_found powers
holds "a changed byte of the key is found, wherever it is" all_found key
holds "so is one that no proof binds" unbound_found powers 80 150 200
holds "in the key, too" unbound_found key
holds "without a seal, what follows from the change is found" follows
holds "nothing is built upon a changed file" refused_by_others
cat counts
echo "1..$n"
