#include "syscalls.h"

#include <string.h>

static unsigned passed, failed;

void say(const char *text)
{
    nonos_console_write(SYSTEM, text, strlen(text));
}

void say_number(long n)
{
    char digits[24];
    size_t at = sizeof(digits);
    unsigned long u = n < 0 ? -(unsigned long)n : (unsigned long)n;
    do
        digits[--at] = (char)('0' + u % 10);
    while (u /= 10);
    if (n < 0)
        digits[--at] = '-';
    nonos_console_write(SYSTEM, digits + at, sizeof(digits) - at);
}

void check(long got, long wanted, const char *what, const char *file, int line)
{
    if (got == wanted) {
        passed++;
        return;
    }
    failed++;
    say("FAIL ");
    say(file);
    say(":");
    say_number(line);
    say(": ");
    say(what);
    say(" gave ");
    say_number(got);
    say(", not ");
    say_number(wanted);
    say("\n");
}

uint64_t now(void)
{
    uint64_t ns = 0;
    (void)nonos_clock_get(SYSTEM, NONOS_CLOCK_MONOTONIC, &ns);
    return ns;
}

void sleep_ms(uint64_t ms)
{
    nonos_thread_sleep(NONOS_SLOT_THREAD, now() + ms * MS);
}

nonos_handle make(uint32_t type, uint64_t arg0, uint64_t arg1)
{
    nonos_handle handle = 0;
    OK(nonos_object_create(ACCOUNT, type, arg0, arg1, 0, &handle));
    return handle;
}

nonos_handle derive(nonos_handle cap, uint32_t rights)
{
    nonos_handle handle = 0;
    OK(nonos_cap_derive(cap, rights, 0, NONOS_NEVER, 0, &handle));
    return handle;
}

unsigned summary(void)
{
    say_number(passed);
    say(" passed, ");
    say_number(failed);
    say(" failed\n");
    return failed;
}
