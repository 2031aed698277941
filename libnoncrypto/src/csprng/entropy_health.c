#include <noncrypto/entropy_health.h>

#include <string.h>

#define APT_WINDOW        512
#define APT_WINDOW_BINARY 1024
#define MAX_16THS         128
#define MAX_16THS_BINARY  16
#define ALPHA_LOG2        30 /* false-alarm rate 2^-30 */

/*
 * Cutoffs of the adaptive proportion test: 1 + critbinom(window, 2^-H, 1 - 2^-30), at most the window, for H of 1/16,
 * 2/16, ... bits (section 4.4.2). The test suite computes them again.
 */
static const uint16_t apt_cutoffs[MAX_16THS] = {
    512, 502, 490, 477, 463, 449, 436, 422, 409, 396, 383, 371, 359, 347, 336, 325, 314, 304, 294,
    284, 275, 266, 257, 248, 240, 232, 225, 217, 210, 203, 197, 190, 184, 178, 173, 167, 162, 157,
    152, 147, 142, 138, 133, 129, 125, 121, 118, 114, 110, 107, 104, 101, 98,  95,  92,  89,  87,
    84,  82,  79,  77,  75,  73,  71,  69,  67,  65,  63,  61,  60,  58,  56,  55,  53,  52,  51,
    49,  48,  47,  46,  44,  43,  42,  41,  40,  39,  38,  37,  36,  35,  35,  34,  33,  32,  31,
    31,  30,  29,  29,  28,  27,  27,  26,  26,  25,  25,  24,  24,  23,  23,  22,  22,  21,  21,
    20,  20,  20,  19,  19,  19,  18,  18,  18,  17,  17,  17,  16,  16,
};
static const uint16_t apt_cutoffs_binary[MAX_16THS_BINARY] = {
    1014, 988, 958, 928, 898, 868, 839, 810, 782, 755, 728, 703, 678, 654, 631, 609,
};

int noncrypto_entropy_health_init(struct noncrypto_entropy_health *health,
                                  unsigned min_entropy_16ths, int binary)
{
    unsigned index = min_entropy_16ths - 1; /* huge for 0, which is as wrong as too large */

    memset(health, 0, sizeof *health);
    if (index >= (binary ? MAX_16THS_BINARY : MAX_16THS)) {
        health->failed = 1;
        return NONCRYPTO_E_INVALID;
    }
    /* 1 + ceil(-log2(alpha) / H), section 4.4.1, without a division, which some machines leave to libgcc */
    health->rct_cutoff = 1;
    for (unsigned bits_16ths = 0; bits_16ths < ALPHA_LOG2 * 16; bits_16ths += min_entropy_16ths)
        health->rct_cutoff++;
    health->apt_cutoff = (binary ? apt_cutoffs_binary : apt_cutoffs)[index];
    health->apt_window = binary ? APT_WINDOW_BINARY : APT_WINDOW;
    return 0;
}

static void repetition_count(struct noncrypto_entropy_health *health, uint8_t sample)
{
    if (health->samples == 0 || sample != health->rct_last) {
        health->rct_last = sample;
        health->rct_count = 1;
    } else if (++health->rct_count >= health->rct_cutoff) {
        health->failed = 1;
    }
}

static void adaptive_proportion(struct noncrypto_entropy_health *health, uint8_t sample)
{
    if (health->apt_index == 0) {
        health->apt_first = sample;
        health->apt_count = 1;
    } else if (sample == health->apt_first && ++health->apt_count >= health->apt_cutoff) {
        health->failed = 1;
    }
    if (++health->apt_index == health->apt_window)
        health->apt_index = 0;
}

int noncrypto_entropy_health_add(struct noncrypto_entropy_health *health, uint8_t sample)
{
    if (health->failed)
        return NONCRYPTO_E_ENTROPY;
    repetition_count(health, sample);
    adaptive_proportion(health, sample);
    if (health->samples < NONCRYPTO_ENTROPY_HEALTH_STARTUP)
        health->samples++;
    return health->failed ? NONCRYPTO_E_ENTROPY : 0;
}

int noncrypto_entropy_health_started(const struct noncrypto_entropy_health *health)
{
    if (health->failed || health->samples < NONCRYPTO_ENTROPY_HEALTH_STARTUP)
        return NONCRYPTO_E_ENTROPY;
    return 0;
}
