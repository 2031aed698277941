/*
 * Health tests for a raw noise source, NIST SP 800-90B section 4.4: repetition count and adaptive proportion.
 *
 * They watch the samples as the source gives them, before any conditioning: a hash makes a dead source look good.
 * Both have a false-alarm rate of 2^-30 a sample, which the standard's section 4.3 allows, and remember a failure
 * until the state is initialized again. Passing them does not mean that a source is good, only that it has not failed
 * grossly since it was assessed.
 *
 *     noncrypto_entropy_health_init(&health, 32, 0);             8-bit samples with 2 bits of min-entropy each
 *     do                                                         start-up, section 4.3 requirement 4
 *         result = noncrypto_entropy_health_add(&health, read_sample());
 *     while (result == 0 && noncrypto_entropy_health_started(&health) != 0);
 */
#ifndef NONCRYPTO_ENTROPY_HEALTH_H
#define NONCRYPTO_ENTROPY_HEALTH_H

#include <noncrypto/result.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONCRYPTO_ENTROPY_HEALTH_STARTUP 1024 /* samples to see before the source may be used */

/* The members are private: they are here only so that the size is known. */
struct noncrypto_entropy_health {
    uint32_t samples;    /* seen so far, up to the start-up number */
    uint16_t rct_cutoff; /* repetition count: alarm at so many equal samples in a row */
    uint16_t rct_count;
    uint16_t
        apt_cutoff; /* adaptive proportion: alarm if the first sample of a window comes so often in it */
    uint16_t apt_count;
    uint16_t apt_window; /* samples in a window: 1024 for binary sources, else 512 */
    uint16_t apt_index;
    uint8_t rct_last;
    uint8_t apt_first;
    uint8_t failed;
};

/*
 * min_entropy_16ths  assessed min-entropy of a sample in sixteenths of a bit: 1 to 128, or 1 to 16 for a binary source
 * binary             non-zero if samples are single bits (0 or 1)
 *
 * Returns 0, or NONCRYPTO_E_INVALID if the entropy is out of range; then every later call reports a failed source.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_entropy_health_init(struct noncrypto_entropy_health *health, unsigned min_entropy_16ths,
                              int binary);

/* Takes the next sample. Returns 0, or NONCRYPTO_E_ENTROPY if the source has failed now or before. */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_entropy_health_add(struct noncrypto_entropy_health *health, uint8_t sample);

/*
 * Returns 0 if the start-up samples were seen without failure: the source may be used. Otherwise NONCRYPTO_E_ENTROPY.
 */
NONCRYPTO_API NONCRYPTO_MUST_CHECK int
noncrypto_entropy_health_started(const struct noncrypto_entropy_health *health);

#ifdef __cplusplus
}
#endif

#endif
