"""Runs the functions of a test program whose names start with `test_`, and prints TAP."""
import sys
import traceback


def main(namespace):
    tests = [(name, value) for name, value in namespace.items() if name.startswith('test_')]
    failed = 0
    print(f'1..{len(tests)}')
    for number, (name, test) in enumerate(tests, 1):
        try:
            test()
            print(f'ok {number} - {name}')
        except Exception:  # pylint: disable=broad-except
            failed += 1
            print(f'not ok {number} - {name}')
            for line in traceback.format_exc().splitlines():
                print('#', line)
    sys.exit(1 if failed else 0)
