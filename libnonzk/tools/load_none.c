/* JSON where the build found no jansson. */
#include <command.h>

#include "load.h"

static int none(const char *name)
{
    complain("%s: this build cannot read JSON: it was made without jansson", name);
    return EXIT_CODE_IO;
}

int load_json_key(struct content *key, const char *name, const struct content *text, int *result)
{
    (void)key;
    (void)text;
    (void)result;
    return none(name);
}

int load_json_proof(uint8_t *proof, const char *name, const struct content *text, int *result)
{
    (void)proof;
    (void)text;
    (void)result;
    return none(name);
}

int load_json_inputs(struct content *inputs, const char *name, const struct content *text,
                     int *result)
{
    (void)result;
    (void)inputs;
    (void)text;
    return none(name);
}

int load_json_kind(const struct content *text)
{
    (void)text;
    return 0;
}
