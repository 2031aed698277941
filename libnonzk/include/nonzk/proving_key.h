/*
 * Proving keys of Groth16 over BLS12-381, and the file format that they have: the `.zkey` of
 * snarkjs, so that either side reads what the other wrote.
 *
 * A file has a magic, a version and ten sections, all numbers little-endian:
 *
 *     1  the protocol: 1
 *     2  the primes, the numbers of wires and of public inputs, the size of the domain; alpha and
 *        beta in G1, beta and gamma in G2, delta in G1 and in G2
 *     3  IC, for wire 0 and the public inputs
 *     4  the coefficients of the sides A and B of the constraints
 *     5  A, for each wire      6  B in G1      7  B in G2      8  C, for each private wire
 *     9  H, for each point of the domain
 *    10  the hash of the circuit, and the contributions to delta with their proofs
 *
 * A file that libnonzk wrote after a contribution has one more, which snarkjs passes over and does not
 * write: the type is 0x4c414553, "SEAL", its content the BLAKE3 of all bytes of the file before it. It
 * keeps what no proof of a contribution binds, such as its name, from changing unnoticed; it keeps
 * nobody from making a file anew.
 *
 * Coordinates are in Montgomery form with R = 2^384, coefficients are multiplied by 2^512 modulo r;
 * infinity is (0, 0). H[i] is the multiple of the generator by the value at tau of the polynomial
 * that is 1 at point 2 i + 1 of the domain of twice the size and 0 at its others, over delta.
 *
 * A key is public: time depends on values. It lies in memory that the caller lends, as long as the
 * key is used; it has pointers into that memory, so that neither may be moved. No function here
 * needs more than 16 KiB of stack.
 */
#ifndef NONZK_PROVING_KEY_H
#define NONZK_PROVING_KEY_H

#include <nonzk/fr.h>
#include <nonzk/g1.h>
#include <nonzk/g2.h>
#include <nonzk/groth16.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONZK_PROVING_KEY_MAX_LOG_SIZE 28 /* of the domain: files of powers of tau go no further */
#define NONZK_PROVING_KEY_HASH_LEN     32
#define NONZK_CIRCUIT_HASH_LEN         64

/* What decides how large a key is. */
struct nonzk_proving_key_shape {
    uint32_t nwires;            /* with wire 0 */
    uint32_t npublic;           /* without wire 0 */
    uint32_t log_size;          /* of the domain, at least 1 */
    uint32_t ncoefficients;     /* of A and B */
    uint32_t contributions_len; /* bytes */
};

/* A term of side A (0) or B (1) of a constraint. */
struct nonzk_coefficient {
    struct nonzk_fr value;
    uint32_t side;
    uint32_t constraint;
    uint32_t wire;
};

/* All fields may be read. */
struct nonzk_proving_key {
    struct nonzk_proving_key_shape shape;
    struct nonzk_g1_affine alpha1, beta1, delta1;
    struct nonzk_g2_affine beta2, gamma2, delta2;
    struct nonzk_g1_affine *ic; /* npublic + 1 */
    struct nonzk_g1_affine *a;  /* nwires; infinity for wires that are in no A */
    struct nonzk_g1_affine *b1; /* nwires */
    struct nonzk_g2_affine *b2; /* nwires */
    struct nonzk_g1_affine *c;  /* nwires - npublic - 1 */
    struct nonzk_g1_affine *h;  /* 2^log_size */
    struct nonzk_coefficient *coefficients;
    uint8_t *contributions; /* as in the file */
    uint32_t ncontributions;
    uint8_t circuit_hash[NONZK_CIRCUIT_HASH_LEN];
    uint32_t is_sealed;                       /* nonzk_zkey_write() adds a seal */
    uint8_t hash[NONZK_PROVING_KEY_HASH_LEN]; /* BLAKE3 of what nonzk_zkey_write() makes without */
};

/* Bytes of memory of a key, or 0 if no object can be so large or there is no such shape. */
NONZK_API size_t nonzk_proving_key_size(const struct nonzk_proving_key_shape *shape);

/*
 * Writes the verifying key of a proving key as the file of groth16.h, NONZK_GROTH16_KEY_LEN(npublic)
 * bytes. Returns 0; NONZK_E_INVALID if there are more inputs than NONZK_GROTH16_MAX_INPUTS;
 * NONZK_E_NO_SPACE if `size` is too small. Whether the key is safe, as one of an unfinished ceremony
 * is not, says nonzk_groth16_verifier_init().
 */
NONZK_API NONZK_MUST_CHECK int
nonzk_proving_key_verifying(uint8_t *out, size_t size, const struct nonzk_proving_key *key,
                            const uint8_t circuit_id[NONZK_GROTH16_CIRCUIT_ID_LEN]);

/*
 * Sets `*shape` to what the file in `len` bytes holds. Returns 0; NONZK_E_UNSUPPORTED if it is of
 * another version, protocol or curve, or too large; NONZK_E_ENCODING if sections are missing, occur
 * twice, are unknown, or have not the length that the header gives them, or if bytes follow the last
 * one. On failure `*shape` is unchanged.
 */
NONZK_API NONZK_MUST_CHECK int nonzk_zkey_shape(struct nonzk_proving_key_shape *shape,
                                                const uint8_t *bytes, size_t len);

/*
 * Reads a key.
 *
 * memory   nonzk_proving_key_size() bytes, aligned for uint64_t, which `bytes` do not overlap
 * fault    where it failed, or NULL
 *
 * Every number and every point is checked. Returns 0; what nonzk_zkey_shape() returns;
 * NONZK_E_ENCODING if a number is not below its modulus, if a constraint or a wire does not exist,
 * or if the contributions are malformed; NONZK_E_NOT_ON_CURVE and NONZK_E_NOT_IN_SUBGROUP;
 * NONZK_E_INFINITY if a point is infinity that is not one of A, B, C or H; NONZK_E_KEY if beta or
 * delta differ between the groups; NONZK_E_SEAL if there is a seal that does not hold; NONZK_E_NO_SPACE if `memory` is too small or not aligned. On
 * failure `*key` is all zeros. It takes some 0.1 ms for each point that is not infinity. That the
 * key is of a certain circuit and of an honest ceremony is not checked here.
 */
NONZK_API NONZK_MUST_CHECK int nonzk_zkey_read(struct nonzk_proving_key *key, void *memory,
                                               size_t memory_len, const uint8_t *bytes, size_t len,
                                               struct nonzk_fault *fault);

/* Bytes of a key's file. */
NONZK_API size_t nonzk_zkey_len(const struct nonzk_proving_key *key);

/*
 * Writes a key's file: the sections in the order of their numbers, nonzk_zkey_len() bytes. Returns
 * 0, or NONZK_E_NO_SPACE if `size` is too small; then nothing is written.
 */
NONZK_API NONZK_MUST_CHECK int nonzk_zkey_write(uint8_t *out, size_t size,
                                                const struct nonzk_proving_key *key);

#ifdef __cplusplus
}
#endif

#endif
