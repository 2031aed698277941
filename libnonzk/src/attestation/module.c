/*
 * The bytes of module files. Every length is fixed by the version, so that there is one way to take
 * a file apart: who moves a boundary changes the hash of the code or of the manifest.
 */
#include <noncrypto/blake3.h>
#include <noncrypto/sha2.h>
#include <nonzk/module.h>
#include <string.h>

#include "attestation/bytes.h"

#define MAGIC_LEN       8
#define NAME_AT         MAGIC_LEN
#define CAPABILITIES_AT (NAME_AT + NONZK_MODULE_NAME_LEN)
#define VERSION_AT      (CAPABILITIES_AT + 8)
#define EPOCH_AT        (VERSION_AT + 8)

#define CIRCUIT_AT      MAGIC_LEN
#define PSEUDONYM_AT    (CIRCUIT_AT + NONZK_GROTH16_CIRCUIT_ID_LEN)
#define PROOF_AT        (PSEUDONYM_AT + NONZK_FR_LEN)
#define ATTESTATION_LEN (PROOF_AT + NONZK_GROTH16_PROOF_LEN)

#define TRAILER_LEN (MAGIC_LEN + 4 + 4)

_Static_assert(EPOCH_AT + 4 == NONZK_MANIFEST_LEN, "the manifest is as long as it is said to be");
_Static_assert(NONZK_MANIFEST_LEN + ATTESTATION_LEN + TRAILER_LEN == NONZK_MODULE_TAIL_LEN,
               "the tail is as long as it is said to be");

static const uint8_t magic_manifest[MAGIC_LEN] = {'N', 'O', 'N', 'O', 'S', 'M', 'F', '1'};
static const uint8_t magic_attestation[MAGIC_LEN] = {'N', 'O', 'N', 'O', 'S', 'A', 'T', '1'};
static const uint8_t magic_trailer[MAGIC_LEN] = {'N', 'O', 'N', 'O', 'S', 'M', 'O', '1'};
static const uint8_t magic_elf[4] = {0x7f, 'E', 'L', 'F'};
static const uint8_t purpose[] = {'N', 'O', 'N', 'O', 'S', '-', 'M', 'O',
                                  'D', 'U', 'L', 'E', '-', 'v', '1'};

static int name_has(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
}

/* One name has one encoding, and is safe to print. */
static int name_is_valid(const char name[NONZK_MODULE_NAME_LEN])
{
    size_t len = 0;

    while (len < NONZK_MODULE_NAME_LEN && name_has(name[len]))
        len++;
    if (len == 0 || len == NONZK_MODULE_NAME_LEN)
        return 0;
    for (; len < NONZK_MODULE_NAME_LEN; len++) {
        if (name[len] != 0)
            return 0;
    }
    return 1;
}

int nonzk_manifest_encode(uint8_t out[NONZK_MANIFEST_LEN], const struct nonzk_manifest *manifest)
{
    if (!name_is_valid(manifest->name))
        return NONZK_E_MANIFEST;
    memcpy(out, magic_manifest, MAGIC_LEN);
    memcpy(out + NAME_AT, manifest->name, NONZK_MODULE_NAME_LEN);
    store_u64le(out + CAPABILITIES_AT, manifest->capabilities);
    store_u64le(out + VERSION_AT, manifest->version);
    store_u32le(out + EPOCH_AT, manifest->epoch);
    return 0;
}

int nonzk_manifest_decode(struct nonzk_manifest *out, const uint8_t *bytes, size_t len)
{
    struct nonzk_manifest manifest;

    if (len != NONZK_MANIFEST_LEN || memcmp(bytes, magic_manifest, MAGIC_LEN) != 0)
        return NONZK_E_MANIFEST;
    memcpy(manifest.name, bytes + NAME_AT, NONZK_MODULE_NAME_LEN);
    manifest.capabilities = load_u64le(bytes + CAPABILITIES_AT);
    manifest.version = load_u64le(bytes + VERSION_AT);
    manifest.epoch = load_u32le(bytes + EPOCH_AT);
    if (!name_is_valid(manifest.name))
        return NONZK_E_MANIFEST;
    *out = manifest;
    return 0;
}

void nonzk_module_code_hash(uint8_t out[NONZK_MODULE_HASH_LEN], const uint8_t *elf, size_t elf_len)
{
    noncrypto_blake3(out, elf, elf_len);
}

int nonzk_module_statement(struct nonzk_attestation_statement *statement,
                           const uint8_t code_hash[NONZK_MODULE_HASH_LEN],
                           const uint8_t manifest[NONZK_MANIFEST_LEN])
{
    struct nonzk_manifest decoded;
    struct noncrypto_sha256 ctx;
    uint8_t hash[NONZK_MODULE_HASH_LEN], digest[NONZK_ATTESTATION_DIGEST_LEN];
    int result = nonzk_manifest_decode(&decoded, manifest, NONZK_MANIFEST_LEN);

    if (result != 0)
        return result;
    noncrypto_blake3(hash, manifest, NONZK_MANIFEST_LEN);
    noncrypto_sha256_init(&ctx);
    noncrypto_sha256_update(&ctx, purpose, sizeof purpose);
    noncrypto_sha256_update(&ctx, code_hash, NONZK_MODULE_HASH_LEN);
    noncrypto_sha256_update(&ctx, hash, sizeof hash);
    noncrypto_sha256_final(&ctx, digest);
    nonzk_attestation_module(&statement->module, digest);
    nonzk_attestation_policy(&statement->policy, decoded.capabilities, decoded.version,
                             decoded.epoch);
    return 0;
}

int nonzk_module_tail(uint8_t out[NONZK_MODULE_TAIL_LEN],
                      const uint8_t manifest[NONZK_MANIFEST_LEN],
                      const uint8_t circuit_id[NONZK_GROTH16_CIRCUIT_ID_LEN],
                      const struct nonzk_fr *pseudonym,
                      const uint8_t proof[NONZK_GROTH16_PROOF_LEN])
{
    struct nonzk_manifest decoded;
    uint8_t *attestation = out + NONZK_MANIFEST_LEN, *trailer = attestation + ATTESTATION_LEN;
    int result = nonzk_manifest_decode(&decoded, manifest, NONZK_MANIFEST_LEN);

    if (result != 0)
        return result;
    memcpy(out, manifest, NONZK_MANIFEST_LEN);
    memcpy(attestation, magic_attestation, MAGIC_LEN);
    memcpy(attestation + CIRCUIT_AT, circuit_id, NONZK_GROTH16_CIRCUIT_ID_LEN);
    nonzk_fr_to_bytes(attestation + PSEUDONYM_AT, pseudonym);
    memcpy(attestation + PROOF_AT, proof, NONZK_GROTH16_PROOF_LEN);
    memcpy(trailer, magic_trailer, MAGIC_LEN);
    store_u32le(trailer + MAGIC_LEN, NONZK_MANIFEST_LEN);
    store_u32le(trailer + MAGIC_LEN + 4, ATTESTATION_LEN);
    return 0;
}

int nonzk_module_decode(struct nonzk_module *module, const uint8_t *file, size_t len)
{
    struct nonzk_module m = {.elf = file};
    struct nonzk_fr pseudonym;

    if (len < TRAILER_LEN || memcmp(file + len - TRAILER_LEN, magic_trailer, MAGIC_LEN) != 0)
        return NONZK_E_NOT_ATTESTED;
    const uint8_t *lengths = file + len - TRAILER_LEN + MAGIC_LEN;
    if (load_u32le(lengths) != NONZK_MANIFEST_LEN || load_u32le(lengths + 4) != ATTESTATION_LEN)
        return NONZK_E_UNSUPPORTED;
    if (len < NONZK_MODULE_TAIL_LEN + sizeof magic_elf ||
        memcmp(file, magic_elf, sizeof magic_elf) != 0)
        return NONZK_E_ENCODING;
    m.elf_len = len - NONZK_MODULE_TAIL_LEN;
    m.manifest_bytes = file + m.elf_len;
    const uint8_t *attestation = m.manifest_bytes + NONZK_MANIFEST_LEN;
    m.circuit_id = attestation + CIRCUIT_AT;
    m.pseudonym = attestation + PSEUDONYM_AT;
    m.proof = attestation + PROOF_AT;
    int result = nonzk_manifest_decode(&m.manifest, m.manifest_bytes, NONZK_MANIFEST_LEN);
    if (result != 0)
        return result;
    /* A pseudonym has one encoding, or a deny-list could be passed by with T + r. */
    if (memcmp(attestation, magic_attestation, MAGIC_LEN) != 0 ||
        nonzk_fr_from_bytes(&pseudonym, m.pseudonym) != 0)
        return NONZK_E_ENCODING;
    *module = m;
    return 0;
}
