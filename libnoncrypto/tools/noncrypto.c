/* The command: libnoncrypto from a shell. Each verb is a file. */
#include "command.h"

static const struct verb *const verbs[] = {
    &verb_hash,     &verb_keygen, &verb_open,  &verb_random, &verb_seal,
    &verb_selftest, &verb_sign,   &verb_speed, &verb_verify,
};

const struct command this_command = {"noncrypto", verbs, sizeof verbs / sizeof verbs[0]};

int main(int argc, char **argv)
{
    return command_main(argc, argv);
}
