/*
 * Sampling, rounding and norms with vectors. Nothing is read or written beyond the buffers.
 */
#include <string.h>

#include "ct.h"
#include "lattice/compact_avx2.h"
#include "mldsa/vector_avx2.h"

#if NONCRYPTO_X86_64

/* `found` of the lanes of `x` go to `out`, where there may be less room. */
INLINE unsigned take(int32_t *out, unsigned room, __m256i x, unsigned found)
{
    int32_t last[LANES];

    if (room >= LANES) {
        store(out, x);
        return found;
    }
    store(last, x);
    found = found < room ? found : room;
    memcpy(out, last, found * sizeof last[0]);
    return found;
}

AVX2 static unsigned sample_uniform(int32_t *out, unsigned room, const uint8_t *in, size_t len)
{
    /* The upper half begins at byte 4 of what is loaded for it. */
    const __m256i bytes = _mm256_set_epi8(-1, 15, 14, 13, -1, 12, 11, 10, -1, 9, 8, 7, -1, 6, 5, 4,
                                          -1, 11, 10, 9, -1, 8, 7, 6, -1, 5, 4, 3, -1, 2, 1, 0);
    unsigned n = 0;

    for (size_t at = 0; at < len && n < room; at += 24) {
        __m256i x = _mm256_shuffle_epi8(load_halves(in + at, in + at + 8), bytes);
        x = _mm256_and_si256(x, _mm256_set1_epi32(0x7fffff));
        __m256i good = _mm256_cmpgt_epi32(_mm256_set1_epi32(MLDSA_Q), x);
        unsigned mask = (unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(good));
        __m256i lanes = _mm256_cvtepu8_epi32(load64(noncrypto_compact_positions + mask));
        n += take(out + n, room - n, _mm256_permutevar8x32_epi32(x, lanes),
                  (unsigned)_mm_popcnt_u32(mask));
    }
    return n;
}

/* Which half bytes are discarded may become known, see noncrypto_mldsa_sample_small(). */
AVX2 static unsigned sample_small(int32_t *out, unsigned room, const uint8_t *in, size_t len)
{
    const __m128i half = _mm_set1_epi8(0xf);
    unsigned n = 0;

    for (size_t at = 0; at < len && n < room; at += 8) {
        __m128i x = load64(in + at);
        x = _mm_unpacklo_epi8(_mm_and_si128(x, half), _mm_and_si128(_mm_srli_epi16(x, 4), half));
        __m128i good = _mm_cmpgt_epi8(_mm_set1_epi8(2 * MLDSA_ETA + 1), x);
        unsigned mask = (unsigned)ct_public(_mm_movemask_epi8(good));
        x = _mm_sub_epi8(_mm_set1_epi8(MLDSA_ETA), x);
        for (unsigned i = 0; i < 2; i++) {
            __m128i kept = _mm_shuffle_epi8(x, load64(noncrypto_compact_positions + (mask & 0xff)));
            n += take(out + n, room - n, _mm256_cvtepi8_epi32(kept),
                      (unsigned)_mm_popcnt_u32(mask & 0xff));
            x = _mm_srli_si128(x, 8);
            mask >>= 8;
        }
    }
    return n;
}

AVX2 static void decode_z(struct noncrypto_mldsa_poly *p, const uint8_t in[MLDSA_Z_LEN])
{
    /* The three bytes with a number in them; the upper half begins at byte 6 of what is loaded for it. */
    const __m256i bytes = _mm256_set_epi8(-1, 15, 14, 13, -1, 13, 12, 11, -1, 10, 9, 8, -1, 8, 7, 6,
                                          -1, 9, 8, 7, -1, 7, 6, 5, -1, 4, 3, 2, -1, 2, 1, 0);
    const __m256i shifts = _mm256_set1_epi64x((long long)4 << 32);

    for (unsigned i = 0; i < NVECTOR; i++) {
        __m256i x = _mm256_shuffle_epi8(load_halves(in + 20 * i, in + 20 * i + 4), bytes);
        x = _mm256_and_si256(_mm256_srlv_epi32(x, shifts), _mm256_set1_epi32(0xfffff));
        store(p->c + LANES * i, _mm256_sub_epi32(_mm256_set1_epi32(MLDSA_GAMMA1), x));
    }
}

/* As noncrypto_mldsa_decompose(). */
AVX2 static void decompose(uint8_t high[MLDSA_W1_LEN], struct noncrypto_mldsa_poly *p)
{
    /* Bytes 0 and 8 of a half are two pairs of high parts. */
    const __m256i bytes = _mm256_set1_epi16(0x0800);

    for (unsigned i = 0; i < NVECTOR; i++) {
        __m256i c = canonical(load(p->c + LANES * i));
        __m256i t = _mm256_srli_epi32(_mm256_add_epi32(c, _mm256_set1_epi32(127)), 7);
        t = _mm256_mullo_epi32(t, _mm256_set1_epi32(1025));
        t = _mm256_srli_epi32(_mm256_add_epi32(t, _mm256_set1_epi32(1 << 21)), 22);
        t = _mm256_and_si256(t, _mm256_set1_epi32(15));
        __m256i low =
            _mm256_sub_epi32(c, _mm256_mullo_epi32(t, _mm256_set1_epi32(2 * MLDSA_GAMMA2)));
        __m256i wrapped = _mm256_cmpgt_epi32(low, _mm256_set1_epi32((MLDSA_Q - 1) / 2));
        wrapped = _mm256_and_si256(wrapped, _mm256_set1_epi32(MLDSA_Q));
        store(p->c + LANES * i, _mm256_sub_epi32(low, wrapped));
        t = _mm256_or_si256(t, _mm256_srli_epi64(t, 28));
        t = _mm256_shuffle_epi8(t, bytes);
        uint16_t first = (uint16_t)_mm256_extract_epi16(t, 0);
        uint16_t second = (uint16_t)_mm256_extract_epi16(t, 8);
        memcpy(high + 4 * i, &first, 2);
        memcpy(high + 4 * i + 2, &second, 2);
    }
}

AVX2 static void add(struct noncrypto_mldsa_poly *p, const struct noncrypto_mldsa_poly *q)
{
    for (unsigned i = 0; i < MLDSA_N; i += LANES)
        store(p->c + i, reduce(_mm256_add_epi32(load(p->c + i), load(q->c + i))));
}

AVX2 static void subtract(struct noncrypto_mldsa_poly *p, const struct noncrypto_mldsa_poly *q)
{
    for (unsigned i = 0; i < MLDSA_N; i += LANES)
        store(p->c + i, reduce(_mm256_sub_epi32(load(p->c + i), load(q->c + i))));
}

AVX2 static uint32_t exceeds(const struct noncrypto_mldsa_poly *p, int32_t bound)
{
    __m256i above = _mm256_setzero_si256();

    for (unsigned i = 0; i < MLDSA_N; i += LANES) {
        __m256i magnitude = _mm256_abs_epi32(load(p->c + i));
        above = _mm256_or_si256(above, _mm256_cmpgt_epi32(magnitude, _mm256_set1_epi32(bound - 1)));
    }
    return ct_nonzero32((uint32_t)_mm256_movemask_epi8(above));
}

const struct mldsa_backend noncrypto_mldsa_avx2 = {
    .ntt = noncrypto_mldsa_ntt_avx2,
    .inverse_ntt = noncrypto_mldsa_inverse_ntt_avx2,
    .multiply = noncrypto_mldsa_multiply_avx2,
    .inner = noncrypto_mldsa_inner_avx2,
    .sample_uniform = sample_uniform,
    .sample_small = sample_small,
    .decode_z = decode_z,
    .decompose = decompose,
    .add = add,
    .subtract = subtract,
    .exceeds = exceeds,
};

#endif
