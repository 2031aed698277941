#!/usr/bin/env python3
"""Finds divisions in objects: divisions.py [--objdump PROGRAM] [--allow FILE]... OBJECT...

A division takes longer for some operands than for others, which valgrind does not see. Functions whose operands are public
stand in the files of --allow with the reason; each other function that divides is printed, and the exit status is 1.
"""
import argparse
import pathlib
import re
import subprocess
import sys

# Instructions of x86, aarch64, arm, riscv64 and s390x (whose names are short: 'd', 'dr' and the families of 'dsg', 'dl'), and
# the functions that compilers call where there is no instruction.
DIVISION = re.compile(
    r"^(v?i?div[bwlqsp]?[sd]?|v?sqrt[sp][sd]|[us]div|fdiv|vdiv\S*|div[u]?w?|rem[u]?w?|fdiv\.[sd]|"
    r"d|dr|dsgf?r?|dlg?r?|d[de]br?)$")
HELPER = re.compile(r"<(__u?(div|mod|divmod)[sdt]i[34]|__aeabi_u?[il]div(mod)?|__aeabi_uldivmod|__aeabi_ldivmod)(@plt)?>")
FUNCTION = re.compile(r"^[0-9a-f]+ <([^.\s]\S*)>:$")  # labels within a function begin with a dot
# A relocation names the helper when an object is not linked yet.
RELOCATED = re.compile(r"\s(__u?(?:div|mod|divmod)[sdt]i[34]|__aeabi_(?:u?idiv|u?idivmod|u?ldivmod))\b")


def allowed(paths):
    """How many divisions each function of the lists may have."""
    names = {}
    for path in paths:
        for line in pathlib.Path(path).read_text().splitlines():
            if line and not line.startswith("#"):
                name, number, _reason = line.split(maxsplit=2)
                names[name] = int(number)
    return names


def divisions(objdump, path):
    """Yields (function, instruction) of each division."""
    text = subprocess.run([objdump, "-dr", "--no-show-raw-insn", path], check=True, capture_output=True, text=True).stdout
    function = "?"
    counted = False
    for line in text.splitlines():
        if match := FUNCTION.match(line):
            function = match.group(1)
            continue
        fields = line.split("\t")
        if len(fields) < 2:
            continue
        instruction = fields[1].split()[0] if fields[1].split() else ""
        # A call and the relocation that follows it may both have the name.
        relocated = RELOCATED.search(line) and not counted
        counted = bool(DIVISION.match(instruction) or HELPER.search(line))
        if counted or relocated:
            yield function, " ".join(fields[1:]).strip()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--objdump", default="objdump")
    parser.add_argument("--allow", action="append", default=[])
    parser.add_argument("objects", nargs="+")
    arguments = parser.parse_args()
    names = allowed(arguments.allow)
    found = 0
    seen = {}
    for path in arguments.objects:
        for function, instruction in divisions(arguments.objdump, path):
            # Parts that a compiler splits off keep the name before the first dot.
            name = function.split(".")[0]
            seen[name] = seen.get(name, 0) + 1
            if seen[name] > names.get(name, 0):
                print(f"{pathlib.Path(path).name}: {function}: {instruction}")
                found += 1
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
