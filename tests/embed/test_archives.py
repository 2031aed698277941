#!/usr/bin/env python3
"""What the freestanding archives of the libraries may contain.

Each archive must need nothing but the four memory functions (and public functions of libnoncrypto, where the library
builds on it), have no thread-local storage, no constructors and no mutable data. Before the archives, objects with one
planted fault each show that every check sees what it looks for. Prints TAP.
"""

import os
import re
import subprocess
import sys
import tempfile

CC = os.environ.get("CC", "cc").split()
BUILD = os.environ["NONOS_BUILDDIR"]

MEMORY_FUNCTIONS = {"memcpy", "memmove", "memset", "memcmp"}
# The one mutable word that is allowed: what libnoncrypto was told of the processor.
CPU_FEATURE_WORD = "noncrypto_cpu_features"
ARCHIVES = {
    "libnoncrypto-module.a": False,
    "libnoncrypto-kernel.a": False,
    "libnonfs-module.a": True,
    "libnonnet-module.a": False,
    "libnononion-module.a": True,
    "libnonzk-module.a": True,
}
START_AND_END = re.compile(r"\.(preinit_array|init_array|fini_array|ctors|dtors|init|fini)(\.|$)")

# The compiler drops a constructor that does nothing, hence the asm.
PLANTED = {
    "an undefined function": ("extern void *malloc(unsigned long); void *f(void) { return malloc(1); }", "undefined"),
    "a call of libgcc": (
        "typedef unsigned __int128 u; u f(u a, u b); u f(u a, u b) { return a / b; }", "undefined"),
    "a function of libnoncrypto where none is allowed": (
        "extern void noncrypto_wipe(void *, unsigned long); void f(void) { noncrypto_wipe(0, 0); }", "undefined"),
    "a thread-local variable": ("_Thread_local int v; int f(void) { return v++; }", "thread-local"),
    "a constructor": ('__attribute__((constructor)) void f(void) { __asm__ volatile(""); }', "start and end"),
    "a destructor": ('__attribute__((destructor)) void f(void) { __asm__ volatile(""); }', "start and end"),
    "an initialized variable": ("int v = 1; int f(void) { return v++; }", "mutable"),
    "a zeroed variable": ("static int v; int f(void) { return v++; }", "mutable"),
    "a common variable": ("__attribute__((common)) int v; int f(void) { return v++; }", "mutable"),
    "a mutable table of pointers": ("int x(void) { return 0; } int (*t[2])(void) = { x, x };", "mutable"),
    "a second word beside the one of libnoncrypto": (
        f"unsigned {CPU_FEATURE_WORD}, other; unsigned f(void) {{ return {CPU_FEATURE_WORD}++ + other++; }}", "mutable"),
}
GOOD = {
    "constants, and tables of them": "static int x(void) { return 1; } int (*const t[2])(void) = { x, x };"
    "static const char *const s[] = { \"a\" }; const char *f(int i) { return s[i]; }",
    "the memory functions": "void f(void *a, const void *b, unsigned long n) { __builtin_memcpy(a, b, n); }",
    "the word for the processor's features": f"unsigned {CPU_FEATURE_WORD}; unsigned f(void) {{ return {CPU_FEATURE_WORD}++; }}",
}


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def sections(obj):
    """Yields (index, name, size, flags) of each section."""
    for line in run("readelf", "-SW", obj).splitlines():
        match = re.match(r"\s*\[\s*(\d+)\] (\S+)\s+\S+\s+[0-9a-f]{16} [0-9a-f]+ ([0-9a-f]+) [0-9a-f]+\s+([A-Zxolp]*) ", line)
        if match:
            yield match[1], match[2], int(match[3], 16), match[4]


def symbols(obj):
    """Yields (size, type, binding, visibility, section, name) of each symbol that has a name."""
    for line in run("readelf", "-sW", obj).splitlines():
        fields = line.split()
        if len(fields) == 8 and fields[0].rstrip(":").isdigit():
            yield int(fields[2], 0), fields[3], fields[4], fields[5], fields[6], fields[7]


def public_symbols(obj):
    return {n for _, t, b, v, s, n in symbols(obj) if t == "FUNC" and b == "GLOBAL" and v == "DEFAULT" and s != "UND"}


def mutable_data(obj):
    """What in writable sections, or common, is not the one word that is allowed."""
    writable = {i: (name, size) for i, name, size, flags in sections(obj)
                if "W" in flags and "A" in flags and size > 0 and not name.startswith(".data.rel.ro")
                and not START_AND_END.match(name) and "T" not in flags}
    allowed = {}
    for size, kind, _, _, section, name in symbols(obj):
        if section == "COM":
            yield f"common variable {name}"
        if kind == "OBJECT" and name == CPU_FEATURE_WORD and size <= 8:
            allowed[section] = size
    for i, (name, size) in writable.items():
        if allowed.get(i) != size:
            yield f"{size} bytes in {name}"


def problems(obj, allowed):
    """Yields (check, what) for all that `obj` must not have."""
    for _, kind, _, _, section, name in symbols(obj):
        if section == "UND" and name not in allowed:
            yield "undefined", name
        if kind == "TLS":
            yield "thread-local", name
    for _, name, size, flags in sections(obj):
        if size > 0 and START_AND_END.match(name):
            yield "start and end", name
        if "T" in flags and size > 0:
            yield "thread-local", name
    for what in mutable_data(obj):
        yield "mutable", what


def compile_snippet(directory, source):
    obj = os.path.join(directory, "snippet.o")
    flags = ["-std=gnu11", "-O2", "-ffreestanding", "-fno-stack-protector", "-fPIE"]
    subprocess.run([*CC, *flags, "-x", "c", "-c", "-", "-o", obj], input=source, check=True, text=True)
    return obj


def whole_archive(directory, archive):
    """All members as one object, so that only what the archive itself lacks is undefined."""
    obj = os.path.join(directory, os.path.basename(archive) + ".o")
    run("ld", "-r", "--whole-archive", "-o", obj, archive)
    return obj


class Tap:
    count = 0

    def report(self, ok, name, notes=()):
        self.count += 1
        print(f"{'ok' if ok else 'not ok'} {self.count} - {name}")
        for note in notes:
            print(f"# {note}")


def main():
    tap = Tap()
    with tempfile.TemporaryDirectory() as directory:
        for name, (source, check) in PLANTED.items():
            found = {c for c, _ in problems(compile_snippet(directory, source), MEMORY_FUNCTIONS)}
            tap.report(check in found, f"{name} is seen")
        for name, source in GOOD.items():
            found = list(problems(compile_snippet(directory, source), MEMORY_FUNCTIONS))
            tap.report(not found, f"allowed: {name}", map(str, found))

        noncrypto = public_symbols(whole_archive(directory, os.path.join(BUILD, "libnoncrypto-module.a")))
        tap.report("noncrypto_wipe" in noncrypto, "libnoncrypto's public functions are known")
        for archive, builds_on_noncrypto in ARCHIVES.items():
            allowed = MEMORY_FUNCTIONS | (noncrypto if builds_on_noncrypto else set())
            found = list(problems(whole_archive(directory, os.path.join(BUILD, archive)), allowed))
            for check in ("undefined", "thread-local", "start and end", "mutable"):
                notes = [what for c, what in found if c == check]
                tap.report(not notes, f"{archive}: {check}", notes)
    print(f"1..{tap.count}")


if __name__ == "__main__":
    sys.exit(main())
