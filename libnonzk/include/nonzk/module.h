/*
 * Module files: an ELF image, what it may do, and a proof that an authority allows it. docs/formats/
 * module.md describes every byte.
 *
 *     the ELF image
 *      60  manifest
 *     264  attestation
 *      16  trailer
 *
 * The trailer is last, so a tool that knows ELF alone reads the file as the image that it begins
 * with. What the proof says is in nonzk/attestation.h; its inputs are computed here, from the very
 * bytes that are checked, except for T, which the file gives, and R, which the verifier knows.
 *
 * Proof bytes are malleable: replay, revocation and audit go by (M, P, T), never by a hash of the
 * proof or of the whole file. All is public here: time depends on values. Nothing is allocated, and
 * no function needs more than 8 KiB of stack.
 */
#ifndef NONZK_MODULE_H
#define NONZK_MODULE_H

#include <nonzk/attestation.h>
#include <nonzk/groth16.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONZK_MODULE_NAME_LEN    32  /* bytes of a name and the zeros that fill it up */
#define NONZK_MANIFEST_LEN       60  /* bytes */
#define NONZK_MODULE_TAIL_LEN    340 /* bytes behind the ELF image */
#define NONZK_MODULE_HASH_LEN    32  /* bytes of the BLAKE3 of code and manifest */
#define NONZK_ATTESTATION_INPUTS 4   /* R, M, P, T */

/* What a module may be and do. */
struct nonzk_manifest {
    char name[NONZK_MODULE_NAME_LEN]; /* 1 to 31 of A-Z a-z 0-9 - _ . and then zeros only */
    uint64_t capabilities;            /* the grant mask of the image */
    uint64_t version;                 /* of the module; grows with each release */
    uint32_t epoch;                   /* in which the attestation holds */
};

/* A module file taken apart. The pointers go into the file. */
struct nonzk_module {
    const uint8_t *elf;
    size_t elf_len;
    struct nonzk_manifest manifest;
    const uint8_t *manifest_bytes; /* NONZK_MANIFEST_LEN */
    const uint8_t *circuit_id;     /* NONZK_GROTH16_CIRCUIT_ID_LEN */
    const uint8_t *pseudonym;      /* T, NONZK_FR_LEN bytes, big-endian, below r */
    const uint8_t *proof;          /* NONZK_GROTH16_PROOF_LEN */
};

/* What a verifier demands. It comes from its own state, never from a file that it checks. */
struct nonzk_module_rule {
    uint8_t root[NONZK_FR_LEN]; /* R, big-endian */
    uint32_t epoch;             /* the present one */
    const uint8_t *denied;      /* pseudonyms that are refused, NONZK_FR_LEN bytes each */
    size_t ndenied;
};

/* What was found, for an audit log and for the maker of the module. */
struct nonzk_module_report {
    struct nonzk_manifest manifest;
    size_t elf_len;                           /* the image is the first bytes of the file */
    uint8_t code_hash[NONZK_MODULE_HASH_LEN]; /* BLAKE3 of the image */
    uint8_t module[NONZK_FR_LEN];             /* M, big-endian */
    uint8_t policy[NONZK_FR_LEN];             /* P */
    uint8_t pseudonym[NONZK_FR_LEN];          /* T */
};

/*
 * Writes a manifest. Returns 0, or NONZK_E_MANIFEST if the name is not as it must be; then `out` is
 * unchanged.
 */
NONZK_API NONZK_MUST_CHECK int nonzk_manifest_encode(uint8_t out[NONZK_MANIFEST_LEN],
                                                     const struct nonzk_manifest *manifest);

/*
 * Reads a manifest of exactly `len` bytes. Returns 0, or NONZK_E_MANIFEST; then `out` is unchanged.
 */
NONZK_API NONZK_MUST_CHECK int nonzk_manifest_decode(struct nonzk_manifest *out,
                                                     const uint8_t *bytes, size_t len);

/* out = the BLAKE3 of the ELF image. */
NONZK_API void nonzk_module_code_hash(uint8_t out[NONZK_MODULE_HASH_LEN], const uint8_t *elf,
                                      size_t elf_len);

/*
 * Sets M and P of the statement from the hash of the code and the bytes of a manifest, which is
 * decoded, too. R and T are left as they are. Returns 0, or NONZK_E_MANIFEST; then nothing is
 * changed.
 *
 * M = SHA-256("NONOS-MODULE-v1" || code hash || BLAKE3 of the manifest) cut to 253 bits.
 */
NONZK_API NONZK_MUST_CHECK int
nonzk_module_statement(struct nonzk_attestation_statement *statement,
                       const uint8_t code_hash[NONZK_MODULE_HASH_LEN],
                       const uint8_t manifest[NONZK_MANIFEST_LEN]);

/*
 * Writes what goes behind an ELF image. Returns 0, or NONZK_E_MANIFEST if `manifest` is not well
 * formed; then `out` is unchanged. Whether the proof holds is not checked. No overlap.
 */
NONZK_API NONZK_MUST_CHECK int
nonzk_module_tail(uint8_t out[NONZK_MODULE_TAIL_LEN], const uint8_t manifest[NONZK_MANIFEST_LEN],
                  const uint8_t circuit_id[NONZK_GROTH16_CIRCUIT_ID_LEN],
                  const struct nonzk_fr *pseudonym, const uint8_t proof[NONZK_GROTH16_PROOF_LEN]);

/*
 * Takes a file apart and checks all but the proof. `file` must stay as long as `module` is used.
 *
 * Returns 0; NONZK_E_NOT_ATTESTED if the file does not end in a trailer; NONZK_E_UNSUPPORTED if the
 * trailer has lengths of another version; NONZK_E_ENCODING if there is no ELF image before the
 * manifest, the attestation does not begin as it must, or T is not below r; NONZK_E_MANIFEST. On
 * failure `module` is unchanged.
 */
NONZK_API NONZK_MUST_CHECK int nonzk_module_decode(struct nonzk_module *module, const uint8_t *file,
                                                   size_t len);

/*
 * Decides whether a file may run: whether it carries a proof that the rule accepts.
 *
 * report     filled as soon as the file can be taken apart, also when it is refused; zero before
 * verifier   of the key that the system was built with
 *
 * Returns 0 if it may run. NONZK_E_INVALID if the key is not for NONZK_ATTESTATION_INPUTS inputs or
 * the root of the rule is not below r; what nonzk_module_decode() returns; and then, in this order,
 * NONZK_E_CIRCUIT, NONZK_E_EPOCH, NONZK_E_DENIED; NONZK_E_ENCODING, NONZK_E_NOT_ON_CURVE,
 * NONZK_E_NOT_IN_SUBGROUP or NONZK_E_INFINITY if a point of the proof is not what it must be; and
 * NONZK_E_PROOF if the proof does not hold: code or manifest were changed, or the authority is not
 * in the tree, has expired or may not allow these capabilities. Which of these, a proof cannot tell.
 */
NONZK_API NONZK_MUST_CHECK int nonzk_module_check(struct nonzk_module_report *report,
                                                  const struct nonzk_groth16_verifier *verifier,
                                                  const struct nonzk_module_rule *rule,
                                                  const uint8_t *file, size_t len);

/*
 * All of nonzk_module_check() but the proof: for many files at once, whose claims go together to
 * nonzk_groth16_verify_batch(). Nothing may run before that has returned 0.
 *
 * inputs   NONZK_ATTESTATION_INPUTS * NONZK_FR_LEN bytes, to be filled
 * claim    points to `inputs` and into `file`, which must stay
 *
 * Returns 0 if the proof decides, else what nonzk_module_check() returns before it looks at the
 * proof; then `inputs` and `claim` are unchanged.
 */
NONZK_API NONZK_MUST_CHECK int
nonzk_module_claim(struct nonzk_module_report *report, uint8_t *inputs,
                   struct nonzk_groth16_claim *claim, const struct nonzk_groth16_verifier *verifier,
                   const struct nonzk_module_rule *rule, const uint8_t *file, size_t len);

#ifdef __cplusplus
}
#endif

#endif
