/* Tests and fuzz targets use the programs' library without being one of them: they name themselves before main(). */
#include "../lib/program.h"

static const struct program about = {"test", "usage: test\n", PROGRAM_FAILED};

__attribute__((constructor)) static void name(void)
{
    program_start(&about);
}
