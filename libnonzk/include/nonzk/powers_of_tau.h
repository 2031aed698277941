/*
 * The first phase of the ceremony, for all circuits up to a size: powers of a secret tau, alone and
 * times secrets alpha and beta, which many parties multiply together. Files are the `.ptau` of
 * snarkjs: sections with the powers, with the contributions, and, in a prepared file, with the
 * values at tau of Lagrange's polynomials on all domains up to 2^(power + 1) points.
 *
 * A contribution proves each of its three factors as ceremony.h says; the point of G2 is chosen by
 * the hash of the powers before. The state of a hash that a contribution carries for its own record
 * is bound by no proof but in the last one; names are bound by none. A seal, as files of proving keys
 * have it (proving_key.h), keeps them from changing unnoticed; it is there once libnonzk has
 * contributed.
 *
 * Secrets are kept from caches and clocks; everything else is public. Powers lie in lent memory and
 * have pointers into it. No function here needs more than 24 KiB of stack.
 */
#ifndef NONZK_POWERS_OF_TAU_H
#define NONZK_POWERS_OF_TAU_H

#include <nonzk/ceremony.h>
#include <nonzk/r1cs.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONZK_PTAU_MAX_POWER 28

/* What decides how large the powers are. */
struct nonzk_ptau_shape {
    uint32_t power; /* from 1 on: for circuits of up to 2^power constraints and inputs */
    uint32_t is_prepared;
    uint32_t contributions_len; /* bytes */
};

/* All fields may be read. */
struct nonzk_ptau {
    struct nonzk_ptau_shape shape;
    struct nonzk_g1_affine *tau1;   /* tau^i, 2^(power + 1) - 1 */
    struct nonzk_g2_affine *tau2;   /* tau^i, 2^power */
    struct nonzk_g1_affine *alpha1; /* alpha tau^i, 2^power */
    struct nonzk_g1_affine *beta1;  /* beta tau^i, 2^power */
    struct nonzk_g2_affine beta2;
    /* If prepared: for each log size from 0 on, up to power + 1 for tau1 and power for others. */
    struct nonzk_g1_affine *lagrange_tau1;
    struct nonzk_g2_affine *lagrange_tau2;
    struct nonzk_g1_affine *lagrange_alpha1;
    struct nonzk_g1_affine *lagrange_beta1;
    uint8_t *contributions; /* as in the file */
    uint32_t ncontributions;
    uint32_t is_sealed; /* nonzk_ptau_write() adds a seal */
};

/* Bytes of memory, or 0 if no object can be so large or there is no such shape. */
NONZK_API size_t nonzk_ptau_size(const struct nonzk_ptau_shape *shape);

/*
 * Reading and writing, as nonzk_zkey_shape(), nonzk_zkey_read(), nonzk_zkey_len() and
 * nonzk_zkey_write() do it. Refused as NONZK_E_UNSUPPORTED are files that have been cut to a lower
 * power than that of their ceremony. Each point is checked, which takes some 0.1 ms.
 */
NONZK_API NONZK_MUST_CHECK int nonzk_ptau_shape_of(struct nonzk_ptau_shape *shape,
                                                   const uint8_t *bytes, size_t len);
NONZK_API NONZK_MUST_CHECK int nonzk_ptau_read(struct nonzk_ptau *ptau, void *memory,
                                               size_t memory_len, const uint8_t *bytes, size_t len,
                                               struct nonzk_fault *fault);
NONZK_API size_t nonzk_ptau_len(const struct nonzk_ptau *ptau);
NONZK_API NONZK_MUST_CHECK int nonzk_ptau_write(uint8_t *out, size_t size,
                                                const struct nonzk_ptau *ptau);

/*
 * Begins: tau, alpha and beta are 1. `shape` has a power and nothing else. Returns 0, or
 * NONZK_E_NO_SPACE if the memory is too small or not aligned.
 */
NONZK_API NONZK_MUST_CHECK int nonzk_ptau_new(struct nonzk_ptau *ptau, void *memory,
                                              size_t memory_len, uint32_t power);

/* As nonzk_phase2_shape(); what was prepared is not any more. */
NONZK_API NONZK_MUST_CHECK int nonzk_ptau_next_shape(struct nonzk_ptau_shape *shape,
                                                     const struct nonzk_ptau *old,
                                                     const struct nonzk_contribution *contribution);

/* As nonzk_phase2_contribute(). */
NONZK_API NONZK_MUST_CHECK int nonzk_ptau_contribute(struct nonzk_ptau *ptau, void *memory,
                                                     size_t memory_len,
                                                     const struct nonzk_ptau *old,
                                                     const struct nonzk_contribution *contribution,
                                                     uint8_t hash[NONZK_CONTRIBUTION_HASH_LEN]);

/* Bytes of workspace to prepare or to verify, or 0 if no object can be so large. */
NONZK_API size_t nonzk_ptau_workspace(const struct nonzk_ptau_shape *shape);

/*
 * Prepares for the second phase: `ptau` is laid out for the shape of `old` with is_prepared = 1, and
 * `workspace` has nonzk_ptau_workspace() bytes. Returns 0, or NONZK_E_NO_SPACE.
 */
NONZK_API NONZK_MUST_CHECK int nonzk_ptau_prepare(struct nonzk_ptau *ptau, void *memory,
                                                  size_t memory_len, const struct nonzk_ptau *old,
                                                  void *workspace, size_t workspace_len);

/*
 * Verifies contributions, beacons, powers, and what was prepared, by random combinations as
 * nonzk_phase2_verify() does; `fault`, unless NULL, is told where it failed. Returns 0; NONZK_E_KEY if anything is wrong, or if there is no
 * contribution; NONZK_E_ENCODING and what decoding says of points if the contributions are
 * malformed; NONZK_E_NO_SPACE.
 */
NONZK_API NONZK_MUST_CHECK int nonzk_ptau_verify(const struct nonzk_ptau *ptau,
                                                 const uint8_t random[NONZK_CEREMONY_RANDOM_LEN],
                                                 void *workspace, size_t workspace_len,
                                                 struct nonzk_fault *fault);

/* Bytes of workspace for nonzk_phase2_new(), or 0 if no object can be so large. */
NONZK_API size_t nonzk_phase2_new_workspace(const struct nonzk_proving_key_shape *shape);

/*
 * Begins the second phase: the key of a circuit with delta = 1, which anybody computes anew. `memory`
 * has nonzk_proving_key_size() bytes for nonzk_setup_shape(). Returns 0; what nonzk_setup_shape()
 * returns; NONZK_E_INVALID if the powers are not prepared or too few; NONZK_E_NO_SPACE. On failure
 * `*key` is all zeros. It takes some 0.2 ms for each term of the constraints.
 */
NONZK_API NONZK_MUST_CHECK int nonzk_phase2_new(struct nonzk_proving_key *key, void *memory,
                                                size_t memory_len, const struct nonzk_r1cs *cs,
                                                const struct nonzk_ptau *ptau, void *workspace,
                                                size_t workspace_len);

#ifdef __cplusplus
}
#endif

#endif
