/* free: memory. */
#include "../lib/program.h"
#include "../lib/system.h"

#include <stdio.h>

static const struct program about = {
    "free",
    "usage: free [-h]\n\n"
    "Shows the machine's memory in KiB.\n\n"
    "  -h   sizes such as 1.5G\n\n"
    "Exit status: 0, or 1 if the system cannot be asked.\n",
    PROGRAM_FAILED,
};

static void size_print(uint64_t bytes, bool human)
{
    char text[24];
    if (human)
        program_human(text, bytes);
    else
        snprintf(text, sizeof(text), "%llu", (unsigned long long)(bytes / 1024));
    printf(" %12s", text);
}

int main(int argc, char **argv)
{
    struct nonos_system_info info;
    bool human = false;

    program_start(&about);
    struct options o = options_begin(argc, argv, "h", NULL);
    while (options_next(&o))
        human = true;
    if (o.noperands > 0)
        program_misuse("no operands are expected");
    int result = system_describe(&info);
    if (result < 0)
        program_die("the system cannot be asked: %s", nonos_strerror(result));
    uint64_t total = info.memory_total, unused = info.memory_free;
    printf("        %12s %12s %12s\nMemory:", "total", "used", "free");
    size_print(total, human);
    size_print(total > unused ? total - unused : 0, human);
    size_print(unused, human);
    putchar('\n');
    return program_end(PROGRAM_OK);
}
