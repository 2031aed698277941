/* The file of a set of authorities. */
#include <noncrypto/blake3.h>
#include <nonzk/authority.h>
#include <string.h>

#include "attestation/bytes.h"

#define MAGIC_LEN 8
#define EPOCH_AT  MAGIC_LEN
#define COUNT_AT  (EPOCH_AT + 4)
#define FIRST_AT  (COUNT_AT + 4)
#define HASH_LEN  32

_Static_assert(FIRST_AT + HASH_LEN == NONZK_AUTHORITY_FILE_LEN(0), "an empty file is this long");

static const uint8_t magic[MAGIC_LEN] = {'N', 'O', 'N', 'O', 'S', 'A', 'U', '1'};

/* Index, expiry, allowed mask, key */
static void entry_encode(uint8_t *out, uint32_t index, const struct nonzk_authority *place)
{
    store_u32le(out, index);
    store_u32le(out + 4, place->expiry);
    store_u64le(out + 8, place->allowed);
    nonzk_fr_to_bytes(out + 16, &place->key);
}

int nonzk_authority_encode(uint8_t *out, size_t size, size_t *len,
                           const struct nonzk_authority_set *set)
{
    uint8_t *at = out + FIRST_AT;

    if (size < NONZK_AUTHORITY_FILE_LEN(set->count))
        return NONZK_E_NO_SPACE;
    memcpy(out, magic, MAGIC_LEN);
    store_u32le(out + EPOCH_AT, set->epoch);
    store_u32le(out + COUNT_AT, set->count);
    for (uint32_t i = 0; i < NONZK_AUTHORITY_MAX; i++) {
        if (nonzk_fr_is_zero(&set->places[i].key))
            continue;
        entry_encode(at, i, &set->places[i]);
        at += NONZK_AUTHORITY_ENTRY_LEN;
    }
    noncrypto_blake3(at, out, (size_t)(at - out));
    *len = (size_t)(at - out) + HASH_LEN;
    return 0;
}

/* An authority behind all that were read so far. */
static int entry_decode(struct nonzk_authority_set *set, uint32_t *next, const uint8_t *in)
{
    uint32_t index = load_u32le(in), other;
    struct nonzk_fr key;

    if (index < *next || index >= NONZK_AUTHORITY_MAX || nonzk_fr_from_bytes(&key, in + 16) != 0 ||
        nonzk_fr_is_zero(&key) || nonzk_authority_find(set, &other, &key) == 0)
        return NONZK_E_ENCODING;
    set->places[index].key = key;
    set->places[index].allowed = load_u64le(in + 8);
    set->places[index].expiry = load_u32le(in + 4);
    set->count++;
    *next = index + 1;
    return 0;
}

int nonzk_authority_decode(struct nonzk_authority_set *set, const uint8_t *bytes, size_t len)
{
    uint8_t hash[HASH_LEN];
    uint32_t next = 0;

    nonzk_authority_set_init(set, 0);
    if (len < NONZK_AUTHORITY_FILE_LEN(0) || memcmp(bytes, magic, MAGIC_LEN) != 0)
        return NONZK_E_ENCODING;
    uint32_t count = load_u32le(bytes + COUNT_AT);
    if (count > NONZK_AUTHORITY_MAX || len != NONZK_AUTHORITY_FILE_LEN(count))
        return NONZK_E_ENCODING;
    noncrypto_blake3(hash, bytes, len - HASH_LEN);
    if (memcmp(hash, bytes + len - HASH_LEN, HASH_LEN) != 0)
        return NONZK_E_ENCODING;
    for (uint32_t i = 0; i < count; i++) {
        int result =
            entry_decode(set, &next, bytes + FIRST_AT + (size_t)i * NONZK_AUTHORITY_ENTRY_LEN);
        if (result != 0) {
            nonzk_authority_set_init(set, 0);
            return result;
        }
    }
    set->epoch = load_u32le(bytes + EPOCH_AT);
    return 0;
}
