#!/usr/bin/env python3
"""Reads kernel/include/nonos/syscalls.def and writes what follows from it: the numbers, the user stubs, the kernel's
dispatch table, the ABI reference and the grammar for system-call fuzzers. One option per output; all may be given.

A table that breaks a rule is refused with file, line and reason, and nothing is written."""
import argparse
import json
import re
import sys

SCALARS = {'handle': 'nonos_handle', 'u32': 'uint32_t', 'u64': 'uint64_t', 'size': 'size_t', 'ns': 'uint64_t'}
TYPES = ('TASK', 'THREAD', 'ACCOUNT', 'MEMORY', 'ENDPOINT', 'REPLY', 'NOTIFICATION', 'IRQ', 'IO_REGION', 'DMA_DOMAIN',
         'MODULE', 'AUDIT', 'SYSTEM')
# Prefix of the rights of a type, where it is not the type's own name.
RIGHT_PREFIX = {'IO_REGION': 'IO', 'DMA_DOMAIN': 'DMA'}
COMMON_RIGHTS = ('INSPECT', 'GRANT', 'REVOKE')
FIELDS = ('group', 'cap', 'args', 'out', 'errors', 'audit', 'bound', 'text')
BOUNDS = ('constant', 'slots 64', 'pages 64', 'blocking')
ARG_REGISTERS = ('RDI', 'RSI', 'RDX', 'R10', 'R8', 'R9')
MAX_CAPS = 3
MAX_CALLS = 50
MESSAGE = 'inout[struct nonos_message]'
IDENTIFIER = re.compile(r'[a-z][a-z0-9_]*$')
POINTER = re.compile(r'(in|out|inout)\[(.+)\]$')


class TableError(Exception):
    """A rule that the table breaks, and where."""

    def __init__(self, name, line, why):
        super().__init__(f'{name}:{line}: {why}')


class Argument:
    def __init__(self, name, kind):
        self.name = name
        self.kind = kind
        pointer = POINTER.match(kind)
        self.direction = pointer.group(1) if pointer else None
        self.target = pointer.group(2) if pointer else None

    @property
    def in_registers(self):
        return self.kind == MESSAGE

    def user_type(self):
        """C type of the argument in a user stub, ready for the name to follow."""
        if not self.target:
            return SCALARS[self.kind] + ' '
        const = 'const ' if self.direction == 'in' else ''
        return const + re.sub(r'\[[0-9]*\]$', '', self.target) + ' *'

    def kernel_type(self):
        return 'uint64_t' if self.target else SCALARS[self.kind]


class Demand:
    """A capability that an argument must name."""

    def __init__(self, index, type_name, rights, optional):
        self.index = index
        self.type = type_name
        self.rights = rights
        self.optional = optional

    def right_names(self):
        prefix = RIGHT_PREFIX.get(self.type, self.type)
        return [f'NONOS_RIGHT_{r}' if r in COMMON_RIGHTS else f'NONOS_{prefix}_{r}' for r in self.rights]


class Call:
    def __init__(self, number, name, line):
        self.number = number
        self.name = name
        self.line = line
        self.demands = []
        self.args = []
        self.errors = []
        self.group = self.out = self.audit = self.bound = self.text = None

    @property
    def message(self):
        return any(a.in_registers for a in self.args)


class Parser:
    def __init__(self, name, text):
        self.name = name
        self.lines = text.split('\n')
        self.calls = []
        self.line = 0

    def fail(self, why, line=None):
        raise TableError(self.name, line or self.line, why)

    def parse(self):
        call, field = None, None
        for self.line, raw in enumerate(self.lines, 1):
            if '\t' in raw:
                self.fail('tab character')
            stripped = raw.strip()
            if raw.startswith('#') or not stripped:
                field = None
                continue
            if not raw.startswith(' '):
                self.finish(call)
                call, field = self.begin(stripped), None
            elif call is None:
                self.fail('field outside a call')
            elif raw.startswith('    ') and field == 'text':
                call.text += ' ' + stripped
            else:
                field, _, value = stripped.partition(' ')
                self.field(call, field, value.strip())
        self.finish(call)
        if not self.calls:
            self.fail('no call in the table')
        return self.calls

    def begin(self, line):
        words = line.split()
        if len(words) != 2 or words[0] != 'call':
            self.fail("expected 'call NAME'")
        if not IDENTIFIER.match(words[1]):
            self.fail(f"'{words[1]}' is not a name")
        if any(c.name == words[1] for c in self.calls):
            self.fail(f"call '{words[1]}' occurs twice")
        if len(self.calls) == MAX_CALLS:
            self.fail(f'more than {MAX_CALLS} calls')
        self.calls.append(Call(len(self.calls) + 1, words[1], self.line))
        return self.calls[-1]

    def field(self, call, field, value):
        if field not in FIELDS:
            self.fail(f"unknown field '{field}'")
        if not value:
            self.fail(f"field '{field}' is empty")
        if field not in ('cap',) and getattr(call, field, None):
            self.fail(f"field '{field}' occurs twice")
        if field == 'cap':
            call.demands.append((self.line, value))
        elif field == 'args':
            call.args = [self.argument(word) for word in self.split_arguments(value)]
            for i, a in enumerate(call.args):
                if any(b.name == a.name for b in call.args[:i]):
                    self.fail(f"argument '{a.name}' occurs twice")
        elif field == 'out':
            call.out = self.argument(value)
            if call.out.target or call.out.kind not in SCALARS:
                self.fail('an out value is a number')
        elif field == 'errors':
            call.errors = value.split()
            for error in call.errors:
                if not re.match(r'[A-Z][A-Z_]*$', error):
                    self.fail(f"'{error}' is not the name of an error")
        elif field == 'bound':
            if value not in BOUNDS:
                self.fail(f"unknown bound '{value}'")
            call.bound = value
        elif field == 'audit':
            if not re.match(r'[A-Z][A-Z_]*$', value):
                self.fail(f"'{value}' is not the name of an event")
            call.audit = value
        else:
            setattr(call, field, value)

    def split_arguments(self, value):
        """Words, where a type in brackets may hold blanks."""
        words = re.findall(r'[^\s\[]+(?:\[(?:[^\[\]]|\[[0-9]*\])*\])?', value)
        if ' '.join(words) != ' '.join(value.split()):
            self.fail('arguments are not of the form NAME:KIND')
        return words

    def argument(self, word):
        name, colon, kind = word.partition(':')
        if not colon or not IDENTIFIER.match(name):
            self.fail(f"'{word}' is not of the form NAME:KIND")
        if kind not in SCALARS and not POINTER.match(kind):
            self.fail(f"unknown kind '{kind}'")
        return Argument(name, kind)

    def finish(self, call):
        if call is None:
            return
        for field in ('group', 'args', 'bound', 'text'):
            if not getattr(call, field):
                self.fail(f"call '{call.name}' has no {field}", call.line)
        if len(call.args) > len(ARG_REGISTERS):
            self.fail(f"call '{call.name}' has more than {len(ARG_REGISTERS)} arguments", call.line)
        if not call.demands:
            self.fail(f"call '{call.name}' names no capability", call.line)
        if len(call.demands) > MAX_CAPS:
            self.fail(f"call '{call.name}' names more than {MAX_CAPS} capabilities", call.line)
        call.demands = [self.demand(call, line, value) for line, value in call.demands]
        if call.message and (not call.args[-1].in_registers or len(call.args) > 3 or call.out):
            self.fail(f"call '{call.name}': a message comes last, after at most two handles", call.line)

    def demand(self, call, line, value):
        words = value.split()
        optional = words[-1] == '?'
        words = words[:-1] if optional else words
        if not 2 <= len(words) <= 3:
            self.fail('expected ARGUMENT TYPE [RIGHTS]', line)
        index = next((i for i, a in enumerate(call.args) if a.name == words[0]), None)
        if index is None or call.args[index].kind != 'handle':
            self.fail(f"'{words[0]}' is not a handle among the arguments", line)
        if words[1] != 'any' and words[1] not in TYPES:
            self.fail(f"unknown type '{words[1]}'", line)
        rights = words[2].split('|') if len(words) == 3 else []
        for right in rights:
            if not re.match(r'[A-Z][A-Z_]*$', right) or (words[1] == 'any' and right not in COMMON_RIGHTS):
                self.fail(f"'{right}' is not a right of {words[1]}", line)
        return Demand(index, words[1], rights, optional)


HEAD = '/* Made from kernel/include/nonos/syscalls.def by kernel/tools/syscalls.py. */\n'


def numbers(calls):
    out = [HEAD, '#ifndef NONOS_SYSCALL_NUMBERS_H\n#define NONOS_SYSCALL_NUMBERS_H\n\n']
    width = max(len(c.name) for c in calls)
    for c in calls:
        out.append(f'#define NONOS_SYS_{c.name.upper().ljust(width)} {c.number}\n')
    out.append(f'#define NONOS_SYS_{"COUNT".ljust(width)} {len(calls) + 1} /* one more than the last number */\n\n')
    out.append('/* X(name, number) for each call. */\n#define NONOS_SYSCALLS(X) \\\n')
    out.append(' \\\n'.join(f'    X({c.name}, {c.number})' for c in calls))
    out.append('\n\n#endif\n')
    return ''.join(out)


STUB_BASE = '''
#include <stddef.h>
#include <stdint.h>

#include <nonos/objects.h>
#include <nonos/result.h>
#include <nonos/syscall_numbers.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Enters the kernel. `*value` is what comes back beside the result. */
static inline int nonos_syscall(uint64_t number, uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4,
                                uint64_t a5, uint64_t *value)
{
    register uint64_t r10 __asm__("r10") = a3;
    register uint64_t r8 __asm__("r8") = a4;
    register uint64_t r9 __asm__("r9") = a5;
    int64_t result;
    __asm__ volatile("syscall"
                     : "=a"(result), "+d"(a2)
                     : "a"(number), "D"(a0), "S"(a1), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    *value = a2;
    return (int)result;
}
'''


def wrap(text, width, prefix):
    lines, line = [], ''
    for word in text.split():
        if line and len(prefix) + len(line) + 1 + len(word) > width:
            lines.append(prefix + line)
            line = word
        else:
            line = f'{line} {word}'.strip()
    return '\n'.join(lines + [prefix + line])


def stub_cast(argument):
    return f'(uint64_t)(uintptr_t){argument.name}' if argument.target else argument.name


def stub_parameters(call):
    parameters = [a.user_type() + a.name for a in call.args]
    if call.out:
        parameters.append(f'{SCALARS[call.out.kind]} *{call.out.name}_out' if any(
            a.name == call.out.name for a in call.args) else f'{SCALARS[call.out.kind]} *{call.out.name}')
    return ', '.join(parameters)


def stub(call):
    comment = '/*\n' + wrap(call.text, 100, ' * ')
    if call.out:
        comment += f'\n * The {call.out.name} that comes back is 0 on failure unless the text says otherwise.'
    comment += '\n */\n'
    if call.message:
        # One function of the runtime (src/ipc.S): a message fills more registers than a statement of C can name.
        return f'{comment}NONOS_MUST_CHECK int nonos_{call.name}({stub_parameters(call)});\n'
    args = [stub_cast(a) for a in call.args] + ['0'] * (6 - len(call.args))
    body = ['    uint64_t rdx;\n']
    invoke = f'nonos_syscall(NONOS_SYS_{call.name.upper()}, {", ".join(args)}, &rdx)'
    if call.out:
        name = stub_parameters(call).rsplit('*', 1)[1]
        body.append(f'    int result = {invoke};\n    *{name} = ({SCALARS[call.out.kind]})rdx;\n    return result;\n')
    else:
        body.append(f'    return {invoke};\n')
    return f'{comment}static inline int nonos_{call.name}({stub_parameters(call)})\n{{\n{"".join(body)}}}\n'


def stubs(calls):
    out = [HEAD, '/* System calls of NONOS for user mode. Each returns 0 (or a handle where it says so) or a negative '
                 'enum nonos_result.\n * The reference is docs/abi.md. */\n',
           '#ifndef NONOS_SYSCALL_H\n#define NONOS_SYSCALL_H\n', STUB_BASE]
    out += ['\n' + stub(c) for c in calls]
    out.append('\n#ifdef __cplusplus\n}\n#endif\n\n#endif\n')
    return ''.join(out)


def kernel_arguments(call):
    return [a for a in call.args if not a.in_registers]


def handler_parameters(call):
    return ', '.join(['struct syscall *call'] + [f'{a.kernel_type()} {a.name}' for a in kernel_arguments(call)])


def dispatch_entry(call):
    demands = []
    for d in call.demands:
        rights = ' | '.join(d.right_names()) or '0'
        type_name = 'NONE' if d.type == 'any' else d.type
        demands.append(f'{{{d.index}, NONOS_OBJECT_{type_name}, {str(d.optional).lower()}, {rights}}}')
    event = f'NONOS_AUDIT_{call.audit}' if call.audit else '0'
    return (f'    [NONOS_SYS_{call.name.upper()}] = {{"{call.name}", enter_{call.name}, {event}, '
            f'{str(call.message).lower()}, {len(demands)},\n        {{{", ".join(demands)}}}}},\n')


def dispatch(calls):
    out = [HEAD, '/* Included once, by kernel/cap/syscall.c. */\n\n']
    out += [f'int sys_{c.name}({handler_parameters(c)});\n' for c in calls]
    for c in calls:
        values = ['call'] + [f'({a.kernel_type()})call->args[{i}]' for i, a in enumerate(kernel_arguments(c))]
        out.append(f'\nstatic int enter_{c.name}(struct syscall *call)\n{{\n    return sys_{c.name}({", ".join(values)});\n}}\n')
    out.append('\nstatic const struct syscall_entry syscall_table[NONOS_SYS_COUNT] = {\n')
    out += [dispatch_entry(c) for c in calls]
    out.append('};\n')
    return ''.join(out)


def handlers(calls):
    out = [HEAD, '#ifndef KERNEL_SYSCALL_HANDLERS_H\n#define KERNEL_SYSCALL_HANDLERS_H\n\n#include <stddef.h>\n'
                 '#include <stdint.h>\n\n#include <nonos/objects.h>\n#include <nonos/syscall_numbers.h>\n\nstruct syscall;\n\n']
    out += [f'int sys_{c.name}({handler_parameters(c)});\n' for c in calls]
    out.append('\n#endif\n')
    return ''.join(out)


REFERENCE_HEAD = '''# System calls of NØNOS

*Made from `kernel/include/nonos/syscalls.def` by `kernel/tools/syscalls.py`; do not edit.*

Every call names the capabilities that it uses. They are checked in one place before the handler runs: the slot and its
generation, the expiry, the object's type, the rights. So every call can also return `BAD_HANDLE`, `BAD_TYPE`, `DENIED` or
`EXPIRED` for a capability that it names, and an unknown number returns `NO_CALL`. Each refusal leaves an audit record.

The number is in RAX, arguments are in RDI RSI RDX R10 R8 R9; the result comes back in RAX (0 or a negative
`enum nonos_result`), the value named *gives* in RDX. RCX and R11 are lost, all other registers are kept.

`ipc_call` and `ipc_reply_wait` carry a message in registers:

| register | going in | coming back |
|-|-|-|
| RAX | number | result; of `ipc_reply_wait` the Reply's handle, or 0 for a notification |
| RDI | endpoint, reply << 32 | badge, or the bits of a notification |
| RSI | label, ncaps << 32 | the same |
| RBX | caps[0], caps[1] << 32 | the same |
| RBP | caps[2], caps[3] << 32 | the same |
| RDX R10 R8 R9 R12 R13 R14 R15 | words[0] to words[7] | the same |

*Bound* says how long a call runs with interrupts off at most: `constant`, or preemptible after so many slots or pages;
`blocking` calls may wait.

| number | call | group | capabilities |
|-|-|-|-|
'''


def demand_text(call, demand):
    what = 'any' if demand.type == 'any' else demand.type
    rights = ' '.join(demand.rights)
    return f'`{call.args[demand.index].name}` {what} {rights}'.rstrip() + (' (or 0)' if demand.optional else '')


def reference(calls):
    out = [REFERENCE_HEAD]
    for c in calls:
        caps = ', '.join(demand_text(c, d) for d in c.demands)
        out.append(f'| {c.number} | [{c.name}](#{c.name}) | {c.group} | {caps} |\n')
    for c in calls:
        out.append(f'\n## {c.name}\n\n```c\nint nonos_{c.name}({stub_parameters(c)});\n```\n\n')
        out.append(wrap(c.text, 120, '') + '\n\n')
        out.append('| register | argument | kind |\n|-|-|-|\n')
        for i, a in enumerate(c.args):
            register = 'as above' if c.message else ARG_REGISTERS[i]
            out.append(f'| {register} | {a.name} | `{a.kind}` |\n')
        out.append('\n')
        out += [f'- needs {demand_text(c, d)}\n' for d in c.demands]
        if c.out:
            out.append(f'- gives {c.out.name} (`{c.out.kind}`)\n')
        if c.errors:
            out.append(f'- errors: {", ".join(c.errors)}\n')
        if c.audit:
            out.append(f'- audit: {c.audit}\n')
        out.append(f'- bound: {c.bound}\n')
    return ''.join(out)


def grammar(calls):
    """What a fuzzer needs to make calls that get past the check."""
    def describe(c):
        demands = {d.index: d for d in c.demands}
        args = []
        for i, a in enumerate(c.args):
            entry = {'name': a.name, 'kind': a.direction or a.kind}
            if a.target:
                entry['target'] = a.target
            if i in demands:
                d = demands[i]
                entry.update(type=d.type, rights=d.rights, optional=d.optional)
            args.append(entry)
        return {'name': c.name, 'number': c.number, 'message': c.message, 'args': args,
                'out': {'name': c.out.name, 'kind': c.out.kind} if c.out else None,
                'errors': c.errors, 'blocking': c.bound == 'blocking'}
    return json.dumps({'calls': [describe(c) for c in calls]}, indent=1) + '\n'


OUTPUTS = {'numbers': (numbers, 'nonos/syscall_numbers.h'), 'stubs': (stubs, 'nonos/syscall.h'),
           'dispatch': (dispatch, "the kernel's table, included by kernel/cap/syscall.c"),
           'handlers': (handlers, "prototypes of the kernel's handlers"),
           'reference': (reference, 'docs/abi.md'), 'fuzz-grammar': (grammar, 'the grammar for fuzzers, JSON')}


def main():
    parser = argparse.ArgumentParser(description='Generates what follows from the table of system calls.')
    parser.add_argument('table')
    for option, (_, what) in OUTPUTS.items():
        parser.add_argument('--' + option, metavar='FILE', help=f'write {what}')
    arguments = vars(parser.parse_args())
    try:
        with open(arguments['table'], encoding='utf-8') as file:
            calls = Parser(arguments['table'], file.read()).parse()
    except (OSError, TableError) as error:
        print(error, file=sys.stderr)
        return 1
    for option, (make, _) in OUTPUTS.items():
        path = arguments[option.replace('-', '_')]
        if path:
            with open(path, 'w', encoding='utf-8') as file:
                file.write(make(calls))
    return 0


if __name__ == '__main__':
    sys.exit(main())
