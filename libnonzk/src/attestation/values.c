/*
 * The values that the attestation circuit speaks of, computed outside of it.
 */
#include <noncrypto/memory.h>
#include <nonzk/attestation.h>
#include <nonzk/poseidon.h>
#include <string.h>

void nonzk_attestation_circuit_id(uint8_t out[NONZK_ATTESTATION_CIRCUIT_LEN], int development)
{
    static const char id[] = "NONOS attestation v1 DEVELOPMENT";
    static const size_t release_len = sizeof "NONOS attestation v1" - 1;

    memcpy(out, id, NONZK_ATTESTATION_CIRCUIT_LEN);
    if (!development)
        memset(out + release_len, 0, NONZK_ATTESTATION_CIRCUIT_LEN - release_len);
}

void nonzk_attestation_key(struct nonzk_fr *out, const struct nonzk_fr *secret)
{
    nonzk_poseidon_hash(out, NONZK_DOMAIN_KEY, secret, 1);
}

void nonzk_attestation_leaf(struct nonzk_fr *out, const struct nonzk_fr *key, uint64_t allowed,
                            uint32_t expiry)
{
    struct nonzk_fr in[3];

    in[0] = *key;
    nonzk_fr_set_u64(&in[1], allowed);
    nonzk_fr_set_u64(&in[2], expiry);
    nonzk_poseidon_hash(out, NONZK_DOMAIN_LEAF, in, 3);
}

void nonzk_attestation_module(struct nonzk_fr *out,
                              const uint8_t digest[NONZK_ATTESTATION_DIGEST_LEN])
{
    uint8_t wide[NONZK_FR_WIDE_LEN] = {0};
    uint8_t *integer = wide + NONZK_FR_WIDE_LEN - NONZK_ATTESTATION_DIGEST_LEN;

    /* Below 2^253, so the reduction changes nothing. */
    memcpy(integer, digest, NONZK_ATTESTATION_DIGEST_LEN);
    integer[0] &= 0x1f;
    nonzk_fr_from_wide(out, wide);
}

void nonzk_attestation_policy(struct nonzk_fr *out, uint64_t capabilities, uint64_t version,
                              uint32_t epoch)
{
    struct nonzk_fr shift, part;

    /* (capabilities * 2^64 + version) * 2^32 + epoch */
    nonzk_fr_set_u64(&shift, UINT64_C(1) << 32);
    nonzk_fr_set_u64(out, capabilities);
    nonzk_fr_mul(out, out, &shift);
    nonzk_fr_mul(out, out, &shift);
    nonzk_fr_set_u64(&part, version);
    nonzk_fr_add(out, out, &part);
    nonzk_fr_mul(out, out, &shift);
    nonzk_fr_set_u64(&part, epoch);
    nonzk_fr_add(out, out, &part);
}

void nonzk_attestation_pseudonym(struct nonzk_fr *out, const struct nonzk_fr *secret,
                                 uint32_t epoch)
{
    struct nonzk_fr in[2];

    in[0] = *secret;
    nonzk_fr_set_u64(&in[1], epoch);
    nonzk_poseidon_hash(out, NONZK_DOMAIN_PSEUDONYM, in, 2);
    noncrypto_wipe(in, sizeof in);
}
