/* noncrypto sign and noncrypto verify: signatures that lie beside the files they are of. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <noncrypto/memory.h>
#include <noncrypto/sha2.h>

#include "command.h"
#include "files.h"
#include "formats/signature.h"
#include "hex.h"
#include "json.h"
#include "keys.h"
#include "progress.h"

static const char sign_usage[] =
    "-k SECRETKEY [-c COMMENT] [--context TEXT] [-o OUT] [--force] [FILE]\n"
    "\n"
    "Signs FILE, or standard input, with a signing-secret key (ML-DSA-65 with Ed25519).\n"
    "  -k, --key SECRETKEY         the key\n"
    "      --passphrase-file FILE  the passphrase of the key is the first line of FILE\n"
    "                              ('-': standard input, 'fd:N': descriptor N)\n"
    "  -c, --comment COMMENT       a line of text that is signed too, and that verify prints\n"
    "      --context TEXT          what the signature is for, up to 200 bytes; verify must be "
    "told\n"
    "                              the same\n"
    "  -o, --output OUT            where to write ('-': standard output); without it, FILE.sig, "
    "or\n"
    "                              standard output where the input is standard input\n"
    "      --force                 replace OUT if it exists\n"
    "      --allow-expensive       permit passphrase parameters above 1 GiB or 16 passes\n"
    "  -q, --quiet                 do not show how far it is\n"
    "\n"
    "Exit status: 0 done; 1 wrong passphrase; 2 wrong command line; 3 something cannot be read or\n"
    "written.\n";

static const char verify_usage[] =
    "-k PUBLICKEY [-s SIGNATURE] [--context TEXT] [--json] [FILE]\n"
    "\n"
    "Verifies the signature of FILE, or of standard input.\n"
    "  -k, --key PUBLICKEY         the signing-public key that must have signed\n"
    "  -s, --signature SIGNATURE   the signature file; without it, FILE.sig\n"
    "      --context TEXT          what the signature must be for\n"
    "      --json                  print a JSON object with the members file, ok, key and comment\n"
    "  -q, --quiet                 print nothing if the signature is valid\n"
    "\n"
    "Exit status: 0 valid; 1 not valid; 2 wrong command line; 3 something cannot be read, or is "
    "not\n"
    "a signature or a key.\n";

struct sign_options {
    const char *in, *out, *key, *signature, *comment, *context, *passphrase_file;
    int force, quiet, json, allow_expensive;
};

static const struct option sign_known[] = {
    {"key", required_argument, NULL, 'k'},
    {"passphrase-file", required_argument, NULL, 'P'},
    {"comment", required_argument, NULL, 'c'},
    {"context", required_argument, NULL, 'x'},
    {"output", required_argument, NULL, 'o'},
    {"force", no_argument, NULL, 'f'},
    {"allow-expensive", no_argument, NULL, 'e'},
    {"quiet", no_argument, NULL, 'q'},
    {NULL, 0, NULL, 0},
};
static const struct option verify_known[] = {
    {"key", required_argument, NULL, 'k'},     {"signature", required_argument, NULL, 's'},
    {"context", required_argument, NULL, 'x'}, {"json", no_argument, NULL, 'j'},
    {"quiet", no_argument, NULL, 'q'},         {NULL, 0, NULL, 0},
};

static int parse_options(struct sign_options *o, int argc, char **argv, const char *letters,
                         const struct option *known)
{
    for (int c; (c = getopt_long(argc, argv, letters, known, NULL)) != -1;) {
        switch (c) {
        case 'k':
            o->key = optarg;
            break;
        case 'P':
            o->passphrase_file = optarg;
            break;
        case 'c':
            o->comment = optarg;
            break;
        case 'x':
            o->context = optarg;
            break;
        case 'o':
            o->out = optarg;
            break;
        case 's':
            o->signature = optarg;
            break;
        case 'f':
            o->force = 1;
            break;
        case 'e':
            o->allow_expensive = 1;
            break;
        case 'q':
            o->quiet = 1;
            break;
        case 'j':
            o->json = 1;
            break;
        default:
            return complain_usage();
        }
    }
    o->in = optind < argc ? argv[optind] : "-";
    if (!o->key || argc - optind > 1)
        return complain_usage();
    if (strlen(o->context) > SIGNATURE_CONTEXT_MAX) {
        complain("a context has at most %d bytes", SIGNATURE_CONTEXT_MAX);
        return EXIT_CODE_USAGE;
    }
    if (o->comment[0] && !armor_comment_allowed(o->comment)) {
        complain("a comment is a line of at most %d bytes of printable UTF-8", ARMOR_COMMENT_MAX);
        return EXIT_CODE_USAGE;
    }
    return EXIT_CODE_OK;
}

/* The SHA-512 of a file. */
static int digest_file(uint8_t digest[NONCRYPTO_SHA512_LEN], const char *name, int quiet)
{
    static uint8_t bytes[65536];
    struct noncrypto_sha512 ctx;
    struct progress progress;
    uint64_t done = 0;
    ssize_t n;
    int fd = file_open(name);

    if (fd < 0)
        return EXIT_CODE_IO;
    progress_start(&progress, name, fd, quiet);
    noncrypto_sha512_init(&ctx);
    while ((n = file_read(fd, bytes, sizeof bytes)) > 0) {
        noncrypto_sha512_update(&ctx, bytes, (size_t)n);
        progress_show(&progress, done += (uint64_t)n);
    }
    progress_end(&progress);
    if (n < 0)
        complain("%s: %s", name, strerror(errno));
    noncrypto_sha512_final(&ctx, digest);
    file_close(fd);
    return n < 0 ? EXIT_CODE_IO : EXIT_CODE_OK;
}

/* FILE with an ending, or `given`; to be freed. */
static char *name_beside(const struct sign_options *o, const char *given, const char *otherwise)
{
    char *name = NULL;

    if (given || strcmp(o->in, "-") == 0)
        return given || otherwise ? strdup(given ? given : otherwise) : NULL;
    return asprintf(&name, "%s.sig", o->in) < 0 ? NULL : name;
}

static int make_signature(struct signature *signature, const struct sign_options *o,
                          const struct key *secret, const uint8_t *digest)
{
    struct noncrypto_mldsa65_ed25519_sign_workspace *workspace = malloc(sizeof *workspace);
    uint8_t context[NONCRYPTO_MLDSA65_ED25519_CONTEXT_MAX];
    uint8_t random[NONCRYPTO_MLDSA65_ED25519_RANDOM_LEN];
    struct key public_key;
    int result = -1;

    strcpy(signature->comment, o->comment);
    size_t len = signature_context(context, signature, o->context, strlen(o->context));
    const char *wrong = key_make_public(&public_key, secret);
    if (!workspace || wrong) {
        complain("%s: %s", o->key, wrong ? wrong : strerror(errno));
    } else if (system_random(random, sizeof random) == 0) {
        key_id(signature->key_id, &public_key);
        result = noncrypto_mldsa65_ed25519_sign_digest(signature->bytes, secret->bytes, secret->len,
                                                       digest, context, len, random, workspace);
        if (result != 0)
            complain("%s: %s", o->key, noncrypto_strerror(result));
    }
    free(workspace);
    noncrypto_wipe(random, sizeof random);
    return result == 0 ? EXIT_CODE_OK : EXIT_CODE_IO;
}

static int write_signature(const struct sign_options *o, const struct signature *signature)
{
    char text[ARMOR_TEXT_MAX];
    char *name = name_beside(o, o->out, "-");
    struct output output;
    int code = EXIT_CODE_IO;

    if (name && output_open(&output, name, o->force, 0666) == 0) {
        if (file_write(output.fd, text, signature_format(text, signature)) != 0) {
            complain("%s: %s", name, strerror(errno));
            output_abort(&output);
        } else if (output_commit(&output) == 0) {
            code = EXIT_CODE_OK;
        }
    }
    free(name);
    return code;
}

static int command_sign(int argc, char **argv)
{
    struct sign_options o = {.comment = "", .context = ""};
    struct signature signature;
    struct key secret;
    uint8_t digest[NONCRYPTO_SHA512_LEN];
    int code = parse_options(&o, argc, argv, "k:c:o:q", sign_known);

    if (code == EXIT_CODE_OK)
        code = keys_read_kind(&secret, o.key, KEY_SIGNING_SECRET, o.passphrase_file,
                              o.allow_expensive);
    if (code != EXIT_CODE_OK)
        return code;
    code = digest_file(digest, o.in, o.quiet);
    if (code == EXIT_CODE_OK)
        code = make_signature(&signature, &o, &secret, digest);
    noncrypto_wipe(&secret, sizeof secret);
    return code == EXIT_CODE_OK ? write_signature(&o, &signature) : code;
}

static int read_signature(struct signature *signature, const struct sign_options *o)
{
    char text[ARMOR_TEXT_MAX];
    size_t len;
    char *name = name_beside(o, o->signature, NULL);
    int code = EXIT_CODE_IO;

    if (!name) {
        complain("the signature of standard input needs -s");
        return EXIT_CODE_USAGE;
    }
    if (file_read_all(name, text, sizeof text, &len) == 0) {
        const char *wrong = signature_parse(signature, text, len);
        if (wrong)
            complain("%s: %s", name, wrong);
        else
            code = EXIT_CODE_OK;
    }
    free(name);
    return code;
}

/* Returns the library's result. */
static int check(const struct signature *signature, const struct sign_options *o,
                 const struct key *key, const uint8_t *digest)
{
    struct noncrypto_mldsa65_ed25519_workspace *workspace = malloc(sizeof *workspace);
    uint8_t context[NONCRYPTO_MLDSA65_ED25519_CONTEXT_MAX];
    size_t len = signature_context(context, signature, o->context, strlen(o->context));
    int result = NONCRYPTO_E_NO_SPACE;

    if (workspace)
        result = noncrypto_mldsa65_ed25519_verify_digest(key->bytes, key->len, digest, context, len,
                                                         signature->bytes, sizeof signature->bytes,
                                                         workspace);
    free(workspace);
    return result;
}

static void report(const struct signature *signature, const struct sign_options *o,
                   const struct key *key, int valid)
{
    uint8_t id[KEY_ID_LEN];

    key_id(id, key);
    if (o->json) {
        fputs("{\"file\":", stdout);
        json_print_string(o->in);
        printf(",\"ok\":%s,\"key\":\"", valid ? "true" : "false");
        print_hex(id, sizeof id);
        fputs("\",\"comment\":", stdout);
        json_print_string(valid ? signature->comment : "");
        puts("}");
    } else if (valid && !o->quiet) {
        printf("valid signature of ");
        print_hex(id, sizeof id);
        putchar('\n');
        /* Not before it was verified: until then it is a stranger's text. */
        if (signature->comment[0])
            printf("comment: %s\n", signature->comment);
    }
    if (valid)
        return;
    if (memcmp(id, signature->key_id, sizeof id) != 0)
        complain("%s: the signature is by another key", o->in);
    else
        complain("%s: the signature is not valid for this file, context and comment", o->in);
}

static int command_verify(int argc, char **argv)
{
    struct sign_options o = {.comment = "", .context = ""};
    struct signature signature;
    struct key key;
    uint8_t digest[NONCRYPTO_SHA512_LEN];
    int code = parse_options(&o, argc, argv, "k:s:q", verify_known);

    if (code == EXIT_CODE_OK)
        code = keys_read_kind(&key, o.key, KEY_SIGNING_PUBLIC, NULL, 0);
    if (code == EXIT_CODE_OK)
        code = read_signature(&signature, &o);
    if (code == EXIT_CODE_OK)
        code = digest_file(digest, o.in, o.quiet);
    if (code != EXIT_CODE_OK)
        return code;
    int result = check(&signature, &o, &key, digest);
    if (result != 0 && result != NONCRYPTO_E_VERIFY && result != NONCRYPTO_E_INVALID) {
        complain("%s: %s", o.in, noncrypto_strerror(result));
        return EXIT_CODE_IO;
    }
    report(&signature, &o, &key, result == 0);
    return result == 0 ? EXIT_CODE_OK : EXIT_CODE_MISMATCH;
}

const struct verb verb_sign = {"sign", sign_usage, command_sign};
const struct verb verb_verify = {"verify", verify_usage, command_verify};
