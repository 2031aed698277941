/* nslookup: the addresses of names. */
#include "../lib/net.h"
#include "../lib/net_text.h"
#include "../lib/program.h"

#include <stdio.h>

#define WAIT_MS 20000u

static const struct program about = {
    "nslookup",
    "usage: nslookup [-46] NAME...\n\n"
    "Shows the addresses of each name, and for how many seconds they may be remembered. The net "
    "module asks the name servers.\n\n"
    "  -4, -6  IPv4 or IPv6 addresses only\n\n"
    "Exit status: 0 if each name has an address, 1 if not, 2 for wrong usage.\n",
    PROGRAM_FAILED,
};

/* Prints what there is of one version. Returns the result. */
static int look_up(const char *name, uint8_t version)
{
    struct nonos_net_endpoint found[NONOS_NET_RESOLVE_MAX];
    char text[NET_TEXT_SIZE];
    unsigned nfound = 0;
    uint64_t ttl;
    int r = net_resolve(name, version, WAIT_MS, found, &nfound, &ttl);
    if (r == NONOS_E_DENIED)
        program_die("%s", net_text_result(r));
    for (unsigned i = 0; r >= 0 && i < nfound; i++)
        printf("%s %s, %llu s\n", name, net_text_address(text, &found[i]), (unsigned long long)ttl);
    return r;
}

static int show(const char *name, uint8_t version)
{
    int r4 = version == 6 ? NONOS_E_NOT_FOUND : look_up(name, 4);
    int r6 = version == 4 ? NONOS_E_NOT_FOUND : look_up(name, 6);
    if (r4 >= 0 || r6 >= 0)
        return PROGRAM_OK;
    int r = r4 == NONOS_E_NOT_FOUND ? r6 : r4;
    program_error("%s: %s", name, r == NONOS_E_INVALID ? "not a name" : net_text_result(r));
    return PROGRAM_FAILED;
}

int main(int argc, char **argv)
{
    uint8_t version = 0;
    int status = PROGRAM_OK;
    program_start(&about);
    struct options o = options_begin(argc, argv, "46", NULL);
    for (int c; (c = options_next(&o)) != 0;)
        version = (uint8_t)(c - '0');
    if (o.noperands == 0)
        program_misuse("NAME is missing");
    for (int i = 0; i < o.noperands; i++)
        status |= show(o.operands[i], version);
    return program_end(status);
}
