/* reboot: starts the machine again. */
#include "../lib/program.h"
#include "../lib/system.h"

static const struct program about = {
    "reboot",
    "usage: reboot\n\nStarts the machine again. What programs have not written yet is lost.\n\n"
    "Exit status: 1 if it was refused; else it does not end.\n",
    PROGRAM_FAILED,
};

int main(int argc, char **argv)
{
    program_start(&about);
    if (options_none(argc, argv).noperands > 0)
        program_misuse("no operands are expected");
    int result = system_power(NONOS_POWER_REBOOT);
    program_die("the machine cannot be started again: %s", nonos_strerror(result));
}
