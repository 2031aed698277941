/* poweroff: switches the machine off. */
#include "../lib/program.h"
#include "../lib/system.h"

static const struct program about = {
    "poweroff",
    "usage: poweroff\n\nSwitches the machine off. What programs have not written yet is lost.\n\n"
    "Exit status: 1 if it was refused; else it does not end.\n",
    PROGRAM_FAILED,
};

int main(int argc, char **argv)
{
    program_start(&about);
    if (options_none(argc, argv).noperands > 0)
        program_misuse("no operands are expected");
    int result = system_power(NONOS_POWER_OFF);
    program_die("the machine cannot be switched off: %s", nonos_strerror(result));
}
