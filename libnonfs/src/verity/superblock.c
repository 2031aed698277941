#include <string.h>

#include "block/device.h"
#include "bytes.h"
#include "verity/tree.h"

#define VERITY_VERSION        1u
#define VERITY_HASH_TYPE      1u /* the salt comes before the block */
/* The largest block size that Linux takes; ours are smaller. */
#define VERITY_BLOCK_SIZE_MAX 524288u

static const uint8_t signature[8] = {'v', 'e', 'r', 'i', 't', 'y', 0, 0};
static const uint8_t algorithm[32] = {'s', 'h', 'a', '2', '5', '6'};

void verity_super_encode(uint8_t *p, const struct nonfs_verity_params *params)
{
    memset(p, 0, VERITY_SUPER_SIZE);
    memcpy(p, signature, sizeof(signature));
    store_le32(p + 8, VERITY_VERSION);
    store_le32(p + 12, VERITY_HASH_TYPE);
    memcpy(p + 16, params->uuid, sizeof(params->uuid));
    memcpy(p + 32, algorithm, sizeof(algorithm));
    store_le32(p + 64, params->data_block_size);
    store_le32(p + 68, params->hash_block_size);
    store_le64(p + 72, params->data_blocks);
    store_le16(p + 80, (uint16_t)params->salt_len);
    memcpy(p + 88, params->salt, params->salt_len);
}

static const char *block_size_complaint(uint32_t size, int *result)
{
    if (size < NONFS_BLOCK_SIZE_MIN || size > VERITY_BLOCK_SIZE_MAX || (size & (size - 1)) != 0) {
        *result = NONFS_E_CORRUPT;
        return "the block size is not valid";
    }
    *result = NONFS_E_UNSUPPORTED;
    return size > NONFS_BLOCK_SIZE_MAX ? "the block size is above 4096 bytes" : NULL;
}

/* Decodes a superblock. Returns NULL, or what is wrong, with the error in `*result`. */
static const char *super_decode(struct nonfs_verity_params *params, const uint8_t *p, int *result)
{
    struct verity_layout layout;
    const char *reason;

    *result = NONFS_E_UNSUPPORTED;
    if (load_le32(p + 8) != VERITY_VERSION)
        return "the version of the superblock is not 1";
    if (load_le32(p + 12) != VERITY_HASH_TYPE)
        return "the type of the hash is not 1";
    /* Only the text counts, not what follows its end. */
    if (memcmp(p + 32, algorithm, 7) != 0)
        return "the hash is not SHA-256";
    params->data_block_size = load_le32(p + 64);
    params->hash_block_size = load_le32(p + 68);
    reason = block_size_complaint(params->data_block_size, result);
    if (reason == NULL)
        reason = block_size_complaint(params->hash_block_size, result);
    if (reason != NULL)
        return reason;
    *result = NONFS_E_CORRUPT;
    params->data_blocks = load_le64(p + 72);
    params->salt_len = load_le16(p + 80);
    if (params->salt_len > NONFS_VERITY_SALT_MAX)
        return "the salt is too long";
    memcpy(params->salt, p + 88, params->salt_len);
    memcpy(params->uuid, p + 16, sizeof(params->uuid));
    if (verity_layout(&layout, params) != 0)
        return "the number of blocks or the place of the superblock is not valid";
    return NULL;
}

int nonfs_verity_probe(const struct nonfs_block_device *hash, uint64_t hash_offset, void *scratch,
                       struct nonfs_verity_params *params, struct nonfs_diagnostic *diagnostic)
{
    struct nonfs_verity_params found = {.hash_offset = hash_offset};
    uint8_t *super = scratch;
    const char *reason;
    int result = nonfs_device_check(hash);

    if (result != 0)
        return verity_fail(diagnostic, result, NONFS_STRUCTURE_NONE, 0, NULL);
    if (hash_offset > nonfs_device_size(hash) ||
        nonfs_device_size(hash) - hash_offset < VERITY_SUPER_SIZE)
        return verity_fail(diagnostic, NONFS_E_NO_SIGNATURE, NONFS_STRUCTURE_VERITY_SUPERBLOCK, 0,
                           NULL);
    result = nonfs_device_read(hash, hash_offset, VERITY_SUPER_SIZE, super,
                               super + NONFS_VERITY_SCRATCH_SIZE - NONFS_BLOCK_SIZE_MAX);
    if (result != 0)
        return verity_fail(diagnostic, result, NONFS_STRUCTURE_VERITY_SUPERBLOCK, 0, NULL);
    if (memcmp(super, signature, sizeof(signature)) != 0)
        return verity_fail(diagnostic, NONFS_E_NO_SIGNATURE, NONFS_STRUCTURE_VERITY_SUPERBLOCK, 0,
                           NULL);
    reason = super_decode(&found, super, &result);
    if (reason != NULL)
        return verity_fail(diagnostic, result, NONFS_STRUCTURE_VERITY_SUPERBLOCK, 0, reason);
    *params = found;
    return 0;
}
