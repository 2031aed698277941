/*
 * The system calls, from ring 3. This is the first task of a test kernel: it holds every root of
 * authority, uses each call, tries what must be refused, starts itself again as tasks that
 * misbehave, prints what failed and `N passed, N failed`, and powers off.
 */
#include "syscalls.h"

int main(int argc, char **argv)
{
    if (argc == 2)
        child_if_asked(argv[1]);
    check_capabilities();
    check_objects();
    check_threads();
    check_tasks();
    check_system();
    unsigned failed = summary();
    nonos_power(SYSTEM, NONOS_POWER_OFF, failed > 100 ? 100 : failed);
    return 1;
}
