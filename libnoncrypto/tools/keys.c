#include "keys.h"

#include <noncrypto/memory.h>

#include "command.h"
#include "files.h"
#include "hex.h"
#include "passphrase.h"

int keys_read(struct key *key, const char *name)
{
    char text[ARMOR_TEXT_MAX];
    size_t len;

    if (file_read_all(name, text, sizeof text, &len) != 0)
        return EXIT_CODE_IO;
    const char *wrong = key_parse(key, text, len);
    noncrypto_wipe(text, sizeof text);
    if (wrong)
        complain("%s: %s", name, wrong);
    return wrong ? EXIT_CODE_IO : EXIT_CODE_OK;
}

static int unlock(struct key *key, const char *name, const char *passphrase_file,
                  int allow_expensive)
{
    struct passphrase passphrase;
    int mismatch = 0;

    if (!allow_expensive && kdf_is_expensive(&key->kdf)) {
        complain("%s: its passphrase parameters need %u MiB and %u passes; --allow-expensive "
                 "permits that",
                 name, (unsigned)(key->kdf.memory_kib >> 10), (unsigned)key->kdf.passes);
        return EXIT_CODE_IO;
    }
    int code = passphrase_get(&passphrase, passphrase_file, "passphrase of the key file", 0);
    if (code != EXIT_CODE_OK)
        return code;
    const char *wrong = key_unlock(key, passphrase.text, passphrase.len, &mismatch);
    noncrypto_wipe(&passphrase, sizeof passphrase);
    if (wrong)
        complain("%s: %s", name, wrong);
    return !wrong ? EXIT_CODE_OK : mismatch ? EXIT_CODE_MISMATCH : EXIT_CODE_IO;
}

int keys_read_kind(struct key *key, const char *name, enum key_kind kind,
                   const char *passphrase_file, int allow_expensive)
{
    int code = keys_read(key, name);

    if (code != EXIT_CODE_OK)
        return code;
    if (key->kind != kind) {
        complain("%s: this is a %s key; a %s key is needed here", name, key_kind_name(key->kind),
                 key_kind_name(kind));
        code = EXIT_CODE_IO;
    } else if (key->locked) {
        code = unlock(key, name, passphrase_file, allow_expensive);
    }
    if (code != EXIT_CODE_OK)
        noncrypto_wipe(key, sizeof *key);
    return code;
}

void keys_print_id(const struct key *key)
{
    uint8_t id[KEY_ID_LEN];

    key_id(id, key);
    print_hex(id, sizeof id);
}
