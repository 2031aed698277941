#!/usr/bin/python3
"""The host command `nonzk audit-log`: a log as the kernel chains it, and every way to change it. Prints TAP."""
import json
import os
import struct
import subprocess
import sys
import tempfile

BUILD = os.environ['NONOS_BUILDDIR']
NONZK = os.path.join(BUILD, 'libnonzk/tools/nonzk')
NONCRYPTO = os.path.join(BUILD, 'libnoncrypto/tools/noncrypto')
REFUSED, DROPPED, USER = 13, 16, 17

count = 0


def holds(name, good):
    global count  # pylint: disable=global-statement
    count += 1
    print(f'{"ok" if good else "not ok"} {count} - {name}', flush=True)


def blake3(data):
    done = subprocess.run([NONCRYPTO, 'hash'], input=data, stdout=subprocess.PIPE, check=True)
    return bytes.fromhex(done.stdout.split()[0].decode())


def chained(bodies, before=bytes(32)):
    """Records of 128 bytes from their first 96."""
    out = []
    for body in bodies:
        before = blake3(before + body + bytes(32))
        out.append(body + before)
    return out


def body(sequence, event=USER, a=0, text=b''):
    return struct.pack('<QQIiQQQQ40s', sequence, sequence * 1000, event, 0, 1, 0, a, 0, text)


def log(records, begin='nonos-audit-log 1\n', end='end\n'):
    return begin + ''.join(record.hex() + '\n' for record in records) + end


def verify(text):
    """The exit code and what is printed about a log."""
    with tempfile.NamedTemporaryFile('w') as file:
        file.write(text)
        file.flush()
        done = subprocess.run([NONZK, 'audit-log', 'verify', '--json', file.name], stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, check=False)
    return done.returncode, json.loads(done.stdout) if done.stdout else None


def broken(records, line):
    code, said = verify(log(records))
    return code == 1 and not said['unbroken'] and said['broken_line'] == line


BODIES = [body(1), body(2, REFUSED, 5, b'another epoch'), body(3, REFUSED, 1, b'P 00000001 ls'),
          body(4, REFUSED, 2, b'M ' + b'0' * 32), body(5, REFUSED, 3, b'T ' + b'0' * 32), body(6, DROPPED, 7), body(7)]
WHOLE = chained(BODIES)


def flipped(index, byte):
    records = list(WHOLE)
    records[index] = records[index][:byte] + bytes([records[index][byte] ^ 1]) + records[index][byte + 1:]
    return records


def main():
    code, said = verify(log(WHOLE))
    holds('a whole log is unbroken', code == 0 and said == {
        'unbroken': True, 'records': 7, 'first': 1, 'last': 7, 'dropped': 7, 'modules_refused': 1,
        'chain': WHOLE[-1][96:].hex()})
    code, said = verify(log(WHOLE[3:]))
    holds('so is one whose first records are kept no longer', code == 0 and said['first'] == 4)
    code, said = verify(log([]))
    holds('and an empty one', code == 0 and said['records'] == 0)
    holds('a changed bit in any field breaks it',
          all(broken(flipped(i, byte), i + 2) for i in (0, 3, 6) for byte in (8, 16, 20, 24, 32, 40, 48, 56, 95, 96, 127)))
    holds('of a first record that follows on unknown ones the next one shows it',
          broken([WHOLE[3][:50] + b'x' + WHOLE[3][51:97] + b'x' + WHOLE[3][98:], *WHOLE[4:]], 3))
    holds('a record that is left out breaks it', broken(WHOLE[:2] + WHOLE[3:], 4))
    holds('a record that comes twice breaks it', broken(WHOLE[:3] + WHOLE[2:], 5))
    holds('records in another order break it', broken([WHOLE[0], WHOLE[2], WHOLE[1]], 3))
    holds('numbers with a gap break it although the hashes fit', broken(chained([body(1), body(3)]), 3))
    holds('a first record that follows on something breaks it', broken(chained([body(1)], b'x' * 32), 2))
    holds('a record with the number 0 breaks it', broken(chained([body(0)]), 2))
    whole = log(WHOLE)
    holds('what is cut off or no log is unreadable',
          all(verify(text)[0] == 2 for text in (
              '', whole[:-5], whole[:-1], whole + '\n', whole[:-200], log(WHOLE, begin='nonos-audit-log 2\n'),
              whole.replace('\n', '\r\n'), log([WHOLE[0][:-1]]), log([WHOLE[0] + b'x']), 'nonos-audit-log 1\n', whole[:100] + '\0')))
    done = [subprocess.run([NONZK, 'audit-log', *arguments], capture_output=True, check=False).returncode
            for arguments in ([], ['verify'], ['check', 'x'], ['verify', 'a', 'b'], ['verify', '/nowhere'])]
    holds('a wrong command line says so', done == [2] * 5)
    print(f'1..{count}')


if __name__ == '__main__':
    sys.exit(main())
