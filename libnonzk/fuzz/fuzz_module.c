/*
 * Module files, manifests and sets of authorities. What is taken apart goes together again to the
 * same bytes; a module that is accepted is the one that was made, or has another proof of it.
 */
#include <module_helpers.h>

#include <noncrypto/blake3.h>
#include <nonzk/authority.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int holds)
{
    if (!holds)
        abort();
}

/* The bytes as they come. */
static void fuzz_file(const struct made_module *m, const uint8_t *data, size_t size)
{
    uint8_t tail[NONZK_MODULE_TAIL_LEN];
    struct nonzk_module_report report;
    struct nonzk_module module;
    struct nonzk_fr pseudonym;
    int result = nonzk_module_decode(&module, data, size);

    if (result == 0) {
        require(module.elf == data && module.elf_len + sizeof tail == size);
        require(nonzk_fr_from_bytes(&pseudonym, module.pseudonym) == 0);
        require(nonzk_module_tail(tail, module.manifest_bytes, module.circuit_id, &pseudonym,
                                  module.proof) == 0);
        require(memcmp(tail, data + module.elf_len, sizeof tail) == 0);
    }
    int checked = nonzk_module_check(&report, m->verifier, &m->rule, data, size);
    require(result == 0 ? checked == 0 || report.elf_len == module.elf_len : checked == result);
}

/* A file that is accepted, with changes: three bytes are a place and what is changed there. */
static void fuzz_changes(struct made_module *m, const uint8_t *data, size_t size)
{
    uint8_t before[MADE_MODULE_LEN];
    struct nonzk_module_report report;

    memcpy(before, m->file, sizeof before);
    for (; size >= 3; data += 3, size -= 3)
        m->file[((size_t)data[0] << 8 | data[1]) % sizeof before] ^= data[2];
    int result = nonzk_module_check(&report, m->verifier, &m->rule, m->file, sizeof before);
    int same = memcmp(m->file, before, MADE_PROOF_AT) == 0 &&
               memcmp(m->file + MADE_PROOF_AT + 192, before + MADE_PROOF_AT + 192, 16) == 0;
    require(result != 0 || same);
    require(result == 0 || memcmp(m->file, before, sizeof before) != 0);
    memcpy(m->file, before, sizeof before);
}

static void fuzz_manifest(const uint8_t *data, size_t size)
{
    struct nonzk_manifest manifest;
    uint8_t bytes[NONZK_MANIFEST_LEN];

    if (nonzk_manifest_decode(&manifest, data, size) != 0)
        return;
    require(manifest.name[0] != 0 && strlen(manifest.name) < sizeof manifest.name);
    require(nonzk_manifest_encode(bytes, &manifest) == 0);
    require(memcmp(bytes, data, size) == 0);
}

/* With the checksum made right. */
static void fuzz_authorities(const uint8_t *data, size_t size)
{
    static struct nonzk_authority_set set;
    size_t len;

    if (size < NONZK_AUTHORITY_FILE_LEN(0))
        return;
    uint8_t *file = malloc(size), *again = malloc(size);
    require(file != NULL && again != NULL);
    memcpy(file, data, size);
    memcpy(file, "NONOSAU1", 8);
    noncrypto_blake3(file + size - 32, file, size - 32);
    if (nonzk_authority_decode(&set, file, size) == 0) {
        require(nonzk_authority_encode(again, size, &len, &set) == 0 && len == size);
        require(memcmp(file, again, size) == 0);
    } else {
        require(set.count == 0);
    }
    free(file);
    free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct made_module made;

    if (!made.verifier)
        require(made_module(&made) == 0);
    fuzz_file(&made, data, size);
    fuzz_changes(&made, data, size);
    fuzz_manifest(data, size);
    fuzz_authorities(data, size);
    return 0;
}
