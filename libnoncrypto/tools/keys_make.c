#include "keys_make.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <noncrypto/memory.h>

#include "command.h"
#include "files.h"
#include "hex.h"
#include "passphrase.h"

int keys_write(const struct key_files *f, const struct key *key)
{
    int secret = key_kind_is_secret(key->kind);
    char text[ARMOR_TEXT_MAX], *name = NULL;
    struct output output;
    int code = EXIT_CODE_IO;

    if (asprintf(&name, "%s%s", f->name, secret ? "" : ".pub") < 0)
        return EXIT_CODE_IO;
    size_t len = key_format(text, key);
    if (output_open(&output, name, f->force, secret ? 0600 : 0666) == 0) {
        if (file_write(output.fd, text, len) != 0) {
            complain("%s: %s", name, strerror(errno));
            output_abort(&output);
        } else if (output_commit(&output) == 0) {
            code = EXIT_CODE_OK;
        }
    }
    noncrypto_wipe(text, sizeof text);
    free(name);
    return code;
}

/* Whether a file is in the way, which is better known before the first of two is written. */
static int in_the_way(const struct key_files *f, const char *ending)
{
    char *name = NULL;
    int there =
        !f->force && asprintf(&name, "%s%s", f->name, ending) >= 0 && access(name, F_OK) == 0;

    if (there)
        complain("%s: it exists; --force replaces it", name);
    free(name);
    return there;
}

static int lock(const struct key_files *f, struct key *key)
{
    struct passphrase passphrase;
    int code = passphrase_get(&passphrase, f->passphrase_file, "passphrase for the key file", 1);

    if (code != EXIT_CODE_OK)
        return code;
    key->kdf.memory_kib = (uint32_t)f->memory_mib << 10;
    key->kdf.passes = (uint32_t)f->passes;
    key->kdf.lanes = KDF_LANES_DEFAULT;
    const char *wrong = NULL;
    if (system_random(key->kdf.salt, sizeof key->kdf.salt) != 0 ||
        system_random(key->nonce, sizeof key->nonce) != 0)
        code = EXIT_CODE_IO;
    else
        wrong = key_lock(key, passphrase.text, passphrase.len);
    noncrypto_wipe(&passphrase, sizeof passphrase);
    if (wrong) {
        complain("%s", wrong);
        code = EXIT_CODE_IO;
    }
    return code;
}

int keys_finish(const struct key_files *f, struct key *secret, const struct key *public_key)
{
    const struct key *named = public_key ? public_key : secret;
    uint8_t id[KEY_ID_LEN];
    int code = EXIT_CODE_OK;

    if (in_the_way(f, "") || (public_key && in_the_way(f, ".pub")))
        return EXIT_CODE_IO;
    key_id(id, named);
    if (f->passphrase)
        code = lock(f, secret);
    if (code == EXIT_CODE_OK)
        code = keys_write(f, secret);
    if (code == EXIT_CODE_OK && public_key)
        code = keys_write(f, public_key);
    if (code == EXIT_CODE_OK) {
        print_hex(id, sizeof id);
        putchar('\n');
    }
    return code;
}

int keys_make_option(struct key_files *f, int c, const char *argument)
{
    switch (c) {
    case 'P':
        f->passphrase_file = argument;
        f->passphrase = 1;
        return 0;
    case 'p':
        f->passphrase = 1;
        return 0;
    case 'f':
        f->force = 1;
        return 0;
    case 'm':
        return parse_number(argument, &f->memory_mib) != 0 || f->memory_mib < 1 ||
                       f->memory_mib > KDF_MEMORY_KIB_MAX >> 10
                   ? -1
                   : 0;
    case 't':
        return parse_number(argument, &f->passes) != 0 || f->passes < 1 ||
                       f->passes > KDF_PASSES_MAX
                   ? -1
                   : 0;
    default:
        return -1;
    }
}
