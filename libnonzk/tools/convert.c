/* nonzk convert: between this project's bytes and the JSON of snarkjs. */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include <nonzk/groth16.h>

#include "load.h"
#include "nonzk.h"
#include "snarkjs_text.h"

static const char usage[] =
    "-o OUT [--force] FILE\n"
    "\n"
    "Converts a verifying key, a proof or public inputs: JSON as snarkjs writes it becomes bytes,\n"
    "bytes become JSON. JSON has no circuit id: a key that was made of it has zeros.\n"
    "  -o, --output OUT  where to write ('-': standard output)\n"
    "      --force       replace OUT if it exists\n"
    "\n"
    "Exit status: 0 done; 1 FILE is damaged, or a point in it is none; 2 wrong command line, or\n"
    "something cannot be read or written or is of another kind.\n";

/* Bytes of a file of JSON. */
static int from_json(struct content *out, const char *name, const struct content *content,
                     int *result)
{
    switch (load_json_kind(content)) {
    case 'p':
        out->bytes = malloc(NONZK_GROTH16_PROOF_LEN);
        out->len = NONZK_GROTH16_PROOF_LEN;
        if (out->bytes)
            return load_json_proof(out->bytes, name, content, result);
        complain("%s: there is not enough memory", name);
        return EXIT_CODE_IO;
    case 'i':
        return load_json_inputs(out, name, content, result);
    default:
        return load_json_key(out, name, content, result); /* it says if it is none */
    }
}

static int print(FILE *to, const struct content *content)
{
    size_t ninputs;

    if (nonzk_groth16_key_ninputs(&ninputs, content->bytes, content->len) == 0)
        return snarkjs_print_key(to, content->bytes, content->len);
    if (content->len == NONZK_GROTH16_PROOF_LEN)
        return snarkjs_print_proof(to, content->bytes);
    return snarkjs_print_public(to, content->bytes, content->len / NONZK_GROTH16_INPUT_LEN);
}

/* A key, a proof, or else inputs: of their bytes only the number is known. */
static int is_known(const struct content *content)
{
    size_t ninputs;

    return nonzk_groth16_key_ninputs(&ninputs, content->bytes, content->len) == 0 ||
           (content->len > 0 && content->len % NONZK_GROTH16_INPUT_LEN == 0 &&
            content->len <= NONZK_GROTH16_MAX_INPUTS * NONZK_GROTH16_INPUT_LEN);
}

static int to_json(struct content *out, const char *name, const struct content *content,
                   int *result)
{
    char *text = NULL;

    if (!is_known(content)) {
        complain("%s: it is neither a verifying key nor a proof nor public inputs", name);
        return EXIT_CODE_IO;
    }
    FILE *to = open_memstream(&text, &out->len);
    if (to)
        *result = print(to, content);
    if (!to || fclose(to) != 0) {
        complain("%s: %s", name, strerror(errno));
        free(text);
        return EXIT_CODE_IO;
    }
    out->bytes = (uint8_t *)text;
    return *result == 0 ? EXIT_CODE_OK : EXIT_CODE_MISMATCH;
}

static int convert(const char *name, const char *target, int force)
{
    struct content content, out = {NULL, 0};
    int result = 0, code = load(&content, name);

    if (code != EXIT_CODE_OK)
        return code;
    code = (load_is_json(&content) ? from_json : to_json)(&out, name, &content, &result);
    if (code == EXIT_CODE_MISMATCH)
        complain("%s: %s", name, nonzk_strerror(result));
    if (code == EXIT_CODE_OK)
        code = save(target, out.bytes, out.len, force);
    load_free(&out);
    load_free(&content);
    return code;
}

static int command_convert(int argc, char **argv)
{
    static const struct option known[] = {{"output", required_argument, NULL, 'o'},
                                          {"force", no_argument, NULL, 'f'},
                                          {NULL, 0, NULL, 0}};
    const char *target = NULL;
    int force = 0;

    for (int c; (c = getopt_long(argc, argv, "o:", known, NULL)) != -1;) {
        if (c == 'o')
            target = optarg;
        else if (c == 'f')
            force = 1;
        else
            return complain_usage();
    }
    if (!target || argc - optind != 1)
        return complain_usage();
    return convert(argv[optind], target, force);
}

const struct verb verb_convert = {"convert", usage, command_convert};
