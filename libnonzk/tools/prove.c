/* nonzk prove: a proof from a proving key and a witness. */
#include <getopt.h>
#include <stdlib.h>

#include <noncrypto/memory.h>
#include <nonzk/circom.h>

#include "nonzk.h"
#include "proving.h"

static const char usage[] =
    "--zkey KEY --wtns WITNESS --proof OUT --public OUT [--force]\n"
    "\n"
    "Makes a Groth16 proof, and verifies it before it writes it. The same key and witness give "
    "the\n"
    "same proof.\n"
    "      --zkey KEY      the proving key, as snarkjs and nonzk setup make it\n"
    "      --wtns WITNESS  the values of all wires, as circom's programs write them\n"
    "      --proof OUT     where the 192 bytes of the proof go\n"
    "      --public OUT    where the public inputs go, 32 bytes each\n"
    "      --force         replace files that exist\n"
    "\n"
    "Exit status: 0 done; 1 the witness is not one for this key; 2 wrong command line, or "
    "something\n"
    "cannot be read or written.\n";

struct prove_options {
    const char *zkey, *witness, *proof, *inputs;
    int force;
};

static int parse_options(struct prove_options *o, int argc, char **argv)
{
    static const struct option known[] = {
        {"zkey", required_argument, NULL, 'z'},  {"wtns", required_argument, NULL, 'w'},
        {"proof", required_argument, NULL, 'p'}, {"public", required_argument, NULL, 'i'},
        {"force", no_argument, NULL, 'f'},       {NULL, 0, NULL, 0},
    };

    for (int c; (c = getopt_long(argc, argv, "", known, NULL)) != -1;) {
        switch (c) {
        case 'z':
            o->zkey = optarg;
            break;
        case 'w':
            o->witness = optarg;
            break;
        case 'p':
            o->proof = optarg;
            break;
        case 'i':
            o->inputs = optarg;
            break;
        case 'f':
            o->force = 1;
            break;
        default:
            return complain_usage();
        }
    }
    return o->zkey && o->witness && o->proof && o->inputs && optind == argc ? EXIT_CODE_OK
                                                                            : complain_usage();
}

/* The values of a .wtns; to be wiped and freed. NULL after a message. */
static struct nonzk_fr *read_witness(const char *name, uint32_t *count)
{
    struct nonzk_fr *values = NULL;
    struct content content;

    if (load(&content, name) != EXIT_CODE_OK)
        return NULL;
    int result = nonzk_circom_wtns_count(count, content.bytes, content.len);
    if (result == 0) {
        values = malloc(*count * sizeof *values);
        result = values ? nonzk_circom_wtns_read(values, *count, content.bytes, content.len)
                        : NONZK_E_NO_SPACE;
    }
    if (result != 0) {
        complain("%s: %s", name, nonzk_strerror(result));
        free(values);
        values = NULL;
    }
    noncrypto_wipe(content.bytes, content.len);
    load_free(&content);
    return values;
}

static int prove(const struct prove_options *o, const struct proving *p,
                 const struct nonzk_fr *values, uint32_t count)
{
    uint8_t proof[NONZK_GROTH16_PROOF_LEN];
    size_t len = (size_t)p->key.shape.npublic * NONZK_GROTH16_INPUT_LEN;
    int code = proving_prove(p, proof, values, count);

    if (code != EXIT_CODE_OK)
        return code;
    uint8_t *inputs = malloc(len + 1);
    if (!inputs) {
        complain("there is not enough memory");
        return EXIT_CODE_IO;
    }
    nonzk_groth16_public_inputs(inputs, &p->key, values);
    code = save(o->inputs, inputs, len, o->force);
    if (code == EXIT_CODE_OK)
        code = save(o->proof, proof, sizeof proof, o->force);
    free(inputs);
    return code;
}

static int command_prove(int argc, char **argv)
{
    static const uint8_t no_circuit_id[NONZK_GROTH16_CIRCUIT_ID_LEN];
    struct prove_options o = {.zkey = NULL};
    struct proving p = {.memory = NULL};
    uint32_t count = 0;
    int code = parse_options(&o, argc, argv);

    if (code != EXIT_CODE_OK)
        return code;
    struct nonzk_fr *values = read_witness(o.witness, &count);
    code = values ? proving_read(&p, o.zkey) : EXIT_CODE_IO;
    if (code == EXIT_CODE_OK)
        code = proving_finish(&p, o.zkey, no_circuit_id);
    if (code == EXIT_CODE_OK)
        code = prove(&o, &p, values, count);
    if (values)
        noncrypto_wipe(values, count * sizeof *values);
    free(values);
    proving_end(&p);
    return code;
}

const struct verb verb_prove = {"prove", usage, command_prove};
