/*
 * What .r1cs, .wtns, .zkey and .ptau have in common: a magic, a version, and sections of a type and a length, all
 * little-endian (iden3, "Binary format for R1CS"). Private to libnonzk.
 */
#ifndef NONZK_SRC_CIRCOM_SECTIONS_H
#define NONZK_SRC_CIRCOM_SECTIONS_H

#include <nonzk/fr.h>

#define SECTIONS_MAX_TYPE 15 /* of those that have a meaning in one of the formats */
#define SECTION_SEAL      UINT32_C(0x4c414553) /* "SEAL" */
#define SEAL_LEN          32

/* Bytes that are still to be read. */
struct reader {
    const uint8_t *bytes;
    size_t left;
};

struct sections {
    uint32_t count;                               /* of all, those of other types with them */
    struct reader seal;                           /* not counted */
    struct reader of_type[SECTIONS_MAX_TYPE + 1]; /* bytes is NULL where there is no such section */
};

/* Tells the caller, unless `fault` is NULL, where a check failed: `at`, or nowhere if it did not. */
static inline void nonzk_fault_set(struct nonzk_fault *fault, int result,
                                   const struct nonzk_fault *at)
{
    if (fault)
        *fault = result != 0 ? *at : (struct nonzk_fault){0};
}

/* Take a number off the front; return 0, or NONZK_E_ENCODING if there are not enough bytes. */
int nonzk_reader_u32(struct reader *reader, uint32_t *value);
int nonzk_reader_u64(struct reader *reader, uint64_t *value);
int nonzk_reader_fr(struct reader *reader, struct nonzk_fr *value);

/* Takes `len` bytes, which stay where they are. */
int nonzk_reader_bytes(struct reader *reader, const uint8_t **bytes, size_t len);

/*
 * Takes the size of field elements and the prime: NONZK_E_UNSUPPORTED unless they are those of
 * `modulus`, which has its least significant limb first.
 */
int nonzk_reader_modulus(struct reader *reader, const uint64_t *modulus, size_t nlimbs);

/* The same for r. */
int nonzk_reader_prime(struct reader *reader);

/*
 * Finds the sections of a whole file. A seal, if there is one, is its last section and has SEAL_LEN bytes.
 */
int nonzk_sections_find(struct sections *sections, const uint8_t *bytes, size_t len,
                        const char magic[4], uint32_t version);

/*
 * Checks the seal, if there is one: it is the BLAKE3 of all bytes before it. Returns 0 or NONZK_E_SEAL.
 */
int nonzk_sections_check_seal(const struct sections *sections, const uint8_t *bytes);

#endif
