/* noncrypto selftest --vectors where the build found no jansson. */
#include "../command.h"
#include "../selftest.h"

int vectors_run(char *const *names, int count, int json)
{
    (void)names;
    (void)count;
    (void)json;
    complain("this build cannot read vectors: it was made without jansson");
    return EXIT_CODE_IO;
}
