/* uptime: how long the system has been running, and how busy it was. */
#include "../lib/program.h"
#include "../lib/system.h"
#include "../lib/system_text.h"

#include <stdio.h>

static const struct program about = {
    "uptime",
    "usage: uptime\n\n"
    "Shows the time since the start, the numbers of tasks and threads, and the share of time that "
    "each processor was busy.\n\n"
    "Exit status: 0, or 1 if the system cannot be asked.\n",
    PROGRAM_FAILED,
};

/* Busy time in percent, rounded. */
static unsigned busy(const struct nonos_cpu_info *cpu)
{
    /* In microseconds the product by 100 fits for thousands of years. */
    uint64_t used = cpu->busy_ns / 1000, total = used + cpu->idle_ns / 1000;
    return total ? (unsigned)((used * 100 + total / 2) / total) : 0;
}

int main(int argc, char **argv)
{
    struct nonos_system_info info;
    struct nonos_cpu_info cpu;
    char since[32];

    program_start(&about);
    if (options_none(argc, argv).noperands > 0)
        program_misuse("no operands are expected");
    int result = system_describe(&info);
    if (result < 0)
        program_die("the system cannot be asked: %s", nonos_strerror(result));
    system_duration_text(since, system_monotonic_ns());
    printf("up %s, %u tasks, %u threads, %u processors, busy", since, info.ntasks, info.nthreads,
           info.ncpus);
    for (uint32_t i = 0; i < info.ncpus && system_cpu(i, &cpu) == 0; i++)
        printf("%s %u%%", i ? "," : "", busy(&cpu));
    putchar('\n');
    return program_end(PROGRAM_OK);
}
