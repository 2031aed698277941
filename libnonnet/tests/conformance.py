#!/usr/bin/python3
"""Makes docs/nonnet-conformance.md of the packet scripts: each section of an RFC and the scripts that cover it.

    conformance.py           prints the table
    conformance.py --check   compares it with the one in docs, prints TAP
"""
import os
import re
import sys

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')
SCRIPTS = os.path.join(TOP, 'libnonnet', 'tests', 'scripts')
TABLE = os.path.join(TOP, 'docs', 'nonnet-conformance.md')
FAMILIES = {'4': 'IPv4', '6': 'IPv6', None: 'both'}
HEAD = """# What the packet scripts of libnonnet cover

Made by `libnonnet/tests/conformance.py` from the first lines of `libnonnet/tests/scripts/*.script`; do not edit. A script runs in both
families unless one is named. A section "-" is the whole of a short RFC.
"""


def script_read(path):
    """The sections that a script covers, and its family."""
    with open(path, encoding='ascii') as lines:
        text = lines.read()
    covers = re.search(r'^covers (.*)$', text, re.M)
    if not covers:
        sys.exit(f'{path} does not say what it covers')
    words = covers.group(1).split()
    family = re.search(r'^family ([46])$', text, re.M)
    return list(zip(words[::2], words[1::2])), family.group(1) if family else None


def order(section):
    """Sections by number, not by text."""
    rfc, where = section
    return int(rfc[3:]), [int(part) if part.isdigit() else 0 for part in where.split('.')], where


def table_make():
    sections = {}
    names = sorted(name for name in os.listdir(SCRIPTS) if name.endswith('.script'))
    for name in names:
        covered, family = script_read(os.path.join(SCRIPTS, name))
        for section in covered:
            sections.setdefault(section, []).append((name[:-len('.script')], family))
    lines = [HEAD, f'{len(names)} scripts, {len(sections)} sections of {len({rfc for rfc, _ in sections})} RFCs.\n']
    before = None
    for section in sorted(sections, key=order):
        rfc, where = section
        if rfc != before:
            lines.append(f'## RFC {rfc[3:]}\n')
            before = rfc
        lines.append(f'- {where}')
        lines += [f'  - {name}' + (f' ({FAMILIES[family]})' if family else '') for name, family in sections[section]]
    return re.sub(r'(?m)^(  - .*)\n(## )', r'\1\n\n\2', '\n'.join(lines) + '\n')


def main():
    table = table_make()
    if sys.argv[1:] != ['--check']:
        sys.stdout.write(table)
        return 0
    with open(TABLE, encoding='ascii') as there:
        same = there.read() == table
    print(('ok' if same else 'not ok') + ' 1 - the table of what the packet scripts cover is of these scripts')
    if not same:
        print('# libnonnet/tests/conformance.py >docs/nonnet-conformance.md')
    print('1..1')
    return 0 if same else 1


sys.exit(main())
