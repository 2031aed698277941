/* Last words. */
#include <nonos/runtime.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <assert.h>

/* Programs that use files say it on standard error; a module that does not link them has the console of last resort. */
#pragma weak write

_Noreturn void nonos_panic(const char *text)
{
    nonos_log(text);
    nonos_log("\n");
    if (write) {
        (void)write(STDERR_FILENO, text, strlen(text));
        (void)write(STDERR_FILENO, "\n", 1);
    }
    nonos_exit(NONOS_EXIT_ABORT);
}

_Noreturn void nonos_assert_failed(const char *condition, const char *file, int line,
                                   const char *function)
{
    char text[256];
    (void)snprintf(text, sizeof(text), "%s:%d: %s: assertion failed: %s", file, line, function,
                   condition);
    nonos_panic(text);
}
