#!/usr/bin/env python3
"""The generator of what follows from syscalls.def: its output is consistent, and a broken table is refused with file and line."""
import json
import os
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import tap  # noqa: E402

SOURCE = os.environ.get('NONOS_SRCDIR') or os.path.abspath(os.path.join(os.path.dirname(__file__), '../../..'))
GENERATOR = os.path.join(SOURCE, 'kernel/tools/syscalls.py')
TABLE = os.path.join(SOURCE, 'kernel/include/nonos/syscalls.def')
GOOD = '''call first
  group  things
  cap    thing MEMORY READ
  args   thing:handle count:u32
  out    handle:handle
  errors INVALID
  bound  constant
  text   Does a thing.
'''


def run(text, *options):
    with tempfile.TemporaryDirectory() as folder:
        table = os.path.join(folder, 'table.def')
        with open(table, 'w', encoding='utf-8') as file:
            file.write(text)
        done = subprocess.run([sys.executable, GENERATOR, table, *options], capture_output=True, text=True, check=False)
        return done.returncode, done.stderr.replace(table, 'table.def')


def generate(option):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'out')
        subprocess.run([sys.executable, GENERATOR, TABLE, option, path], check=True)
        with open(path, encoding='utf-8') as file:
            return file.read()


def refused(text, line, why):
    status, message = run(text)
    assert status == 1, f'accepted: {why}'
    assert message.startswith(f'table.def:{line}: '), message
    assert why in message, message


def test_the_reference_in_the_tree_is_what_the_table_gives():
    with open(os.path.join(SOURCE, 'docs/abi.md'), encoding='utf-8') as file:
        assert file.read() == generate('--reference'), 'run: make update-abi'


def test_a_good_table_is_accepted():
    assert run(GOOD) == (0, '')


def test_numbers_count_from_one_in_the_order_of_the_table():
    defined = re.findall(r'#define NONOS_SYS_(\w+) +(\d+)', generate('--numbers'))
    with open(TABLE, encoding='utf-8') as file:
        names = re.findall(r'^call (\w+)', file.read(), re.M)
    assert defined == [(name.upper(), str(i)) for i, name in enumerate(names, 1)] + [('COUNT', str(len(names) + 1))]


def test_there_are_never_fifty_calls():
    assert len(json.loads(generate('--fuzz-grammar'))['calls']) < 50


def test_every_call_names_a_capability_in_the_grammar():
    for call in json.loads(generate('--fuzz-grammar'))['calls']:
        assert any('type' in a for a in call['args']), call['name']


def compile_stubs(compiler, flags):
    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(os.path.join(folder, 'nonos'))
        for option, name in (('--numbers', 'syscall_numbers.h'), ('--stubs', 'syscall.h')):
            with open(os.path.join(folder, 'nonos', name), 'w', encoding='utf-8') as file:
                file.write(generate(option))
        subprocess.run([*compiler, *flags, '-Wall', '-Wextra', '-Werror', '-fsyntax-only', '-I', folder, '-I',
                        os.path.join(SOURCE, 'kernel/include'), '-'],
                       input='#include <nonos/syscall.h>\n', text=True, check=True)


def test_stubs_compile_alone_as_c():
    compile_stubs(['gcc', '-x', 'c'], ['-std=gnu11', '-Wstrict-prototypes'])


def test_stubs_compile_alone_as_cxx():
    compile_stubs(['g++', '-x', 'c++'], ['-std=c++11'])


def test_an_unknown_field_is_refused():
    refused(GOOD.replace('group', 'grupo'), 2, "unknown field 'grupo'")


def test_an_unknown_kind_is_refused():
    refused(GOOD.replace('count:u32', 'count:u16'), 4, "unknown kind 'u16'")


def test_a_capability_that_is_no_argument_is_refused():
    refused(GOOD.replace('cap    thing', 'cap    other'), 3, "'other' is not a handle")


def test_a_capability_that_is_no_handle_is_refused():
    refused(GOOD.replace('cap    thing', 'cap    count'), 3, "'count' is not a handle")


def test_an_unknown_type_is_refused():
    refused(GOOD.replace('MEMORY', 'MEMROY'), 3, "unknown type 'MEMROY'")


def test_a_call_without_a_capability_is_refused():
    refused(GOOD.replace('  cap    thing MEMORY READ\n', ''), 1, 'names no capability')


def test_a_call_without_a_bound_is_refused():
    refused(GOOD.replace('  bound  constant\n', ''), 1, 'has no bound')


def test_a_name_that_occurs_twice_is_refused():
    refused(GOOD + '\n' + GOOD, 10, "call 'first' occurs twice")


def test_an_argument_that_occurs_twice_is_refused():
    refused(GOOD.replace('count:u32', 'thing:u32'), 4, "argument 'thing' occurs twice")


def test_more_than_six_arguments_are_refused():
    refused(GOOD.replace('count:u32', 'a:u32 b:u32 c:u32 d:u32 e:u32 f:u32'), 1, 'more than 6 arguments')


def test_a_field_before_the_first_call_is_refused():
    refused('  group things\n' + GOOD, 1, 'field outside a call')


def test_an_empty_table_is_refused():
    refused('# nothing\n', 2, 'no call in the table')


def test_a_right_of_another_type_does_not_pass_for_any():
    refused(GOOD.replace('MEMORY READ', 'any READ'), 3, "'READ' is not a right of any")


if __name__ == '__main__':
    tap.main(globals())
