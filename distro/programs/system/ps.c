/* ps: the tasks. */
#include "../lib/program.h"
#include "../lib/system.h"
#include "../lib/system_text.h"

#include <stdio.h>

static const struct program about = {
    "ps",
    "usage: ps [-g]\n\n"
    "Shows all tasks: number, parent, state, priority, threads, capabilities, memory, processor "
    "time, age and name.\n\n"
    "  -g   the grants of each task's module instead of numbers: the ceiling of what it can "
    "hold\n\n"
    "Exit status: 0, or 1 if the tasks cannot be seen.\n",
    PROGRAM_FAILED,
};

static void print(const struct nonos_task_info *t, uint64_t now, bool grants)
{
    char cpu[32], age[32], memory[8], text[SYSTEM_TEXT_SIZE];
    if (grants) {
        system_grants_text(text, sizeof(text), t->grants);
        printf("%5llu %-20.32s %s\n", (unsigned long long)t->id, t->name, text);
        return;
    }
    program_human(memory, t->memory);
    system_duration_text(cpu, t->cpu_ns);
    system_duration_text(age, now > t->start_ns ? now - t->start_ns : 0);
    printf("%5llu %6llu %-8s %3u %3u %5u %6s %10s %12s %.32s\n", (unsigned long long)t->id,
           (unsigned long long)t->parent_id, system_state_name(t->state), t->priority, t->nthreads,
           t->ncaps, memory, cpu, age, t->name);
}

int main(int argc, char **argv)
{
    struct nonos_task_info t = {0};
    bool grants = false;
    int result;

    program_start(&about);
    struct options o = options_begin(argc, argv, "g", NULL);
    while (options_next(&o))
        grants = true;
    if (o.noperands > 0)
        program_misuse("no operands are expected");
    uint64_t now = system_monotonic_ns();
    puts(grants ? "   ID NAME                 GRANTS"
                : "   ID PARENT STATE    PRI THR  CAPS MEMORY        CPU          AGE NAME");
    while ((result = system_task(t.id, &t)) == 0)
        print(&t, now, grants);
    if (result != NONOS_E_NOT_FOUND)
        program_die("the tasks cannot be seen: %s", nonos_strerror(result));
    return program_end(PROGRAM_OK);
}
