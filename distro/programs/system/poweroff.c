/* poweroff: switches the machine off. */
#include "../lib/program.h"
#include "../lib/system.h"

static const struct program about = {
    "poweroff",
    "usage: poweroff [-f]\n\n"
    "Switches the machine off, when all that programs have written to the disk will survive that. "
    "What they have "
    "not written\nyet is lost.\n\n"
    "  -f   even if the disk fails\n\n"
    "Exit status: 1 if it was refused; else it does not end.\n",
    PROGRAM_FAILED,
};

int main(int argc, char **argv)
{
    bool force = false;

    program_start(&about);
    struct options o = options_begin(argc, argv, "f", NULL);
    while (options_next(&o))
        force = true;
    if (o.noperands > 0)
        program_misuse("no operands are expected");
    int result = system_power(NONOS_POWER_OFF, force);
    program_die("the machine cannot be switched off: %s", nonos_strerror(result));
}
