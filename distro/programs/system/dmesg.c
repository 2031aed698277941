/* dmesg: the kernel's log. */
#include "../lib/program.h"
#include "../lib/system.h"
#include "../lib/system_text.h"

#include <stdio.h>

static const struct program about = {
    "dmesg",
    "usage: dmesg\n\n"
    "Shows what the kernel still keeps of its log. Bytes that could control the terminal are shown "
    "as ?.\n\n"
    "Exit status: 0, or 1 if the log cannot be read.\n",
    PROGRAM_FAILED,
};

int main(int argc, char **argv)
{
    static char buffer[4096];
    struct nonos_system_info info;
    size_t len;

    program_start(&about);
    if (options_none(argc, argv).noperands > 0)
        program_misuse("no operands are expected");
    int result = system_describe(&info);
    /* To where the log ended at the start: what is written meanwhile would never end. */
    uint64_t start = result < 0 ? 0 : info.log_start, end = result < 0 ? 0 : info.log_end;
    for (uint64_t at = start; result >= 0 && at < end; at += len) {
        result = system_log(at, buffer, sizeof(buffer), &len);
        if (result < 0 || len == 0)
            break;
        system_print_safe(buffer, len);
    }
    if (result < 0 && result != NONOS_E_NOT_FOUND)
        program_die("the log cannot be read: %s", nonos_strerror(result));
    return program_end(PROGRAM_OK);
}
