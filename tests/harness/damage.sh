# shellcheck shell=sh
# Damage for the scripts that test commands: always a change, whatever was there.

# flip FILE OFFSET: changes one bit of the byte there, another one for the next byte.
flip() {
    byte=$(od -An -tu1 -j "$2" -N 1 "$1" | tr -d ' ')
    printf '%b' "\\0$(printf %o "$((byte ^ 1 << $2 % 8))")" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}
# other_letter LINE FILE: prints the file with another second letter in that line.
other_letter() { sed -e "$1s/^\(.\)x/\1y/" -e t -e "$1s/./x/2" "$2"; }
