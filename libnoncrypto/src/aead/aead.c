/*
 * Block 0 of the key stream is the key of the tag, the message takes block 1 and those after it (RFC 8439 section 2.8).
 * Cipher and tag go over the message in pieces that stay in the first-level cache.
 */
#include <noncrypto/aead.h>

#include <noncrypto/memory.h>
#include <noncrypto/poly1305.h>
#include <string.h>

#include "aead/aead_private.h"
#include "bytes.h"
#include "stack_wipe.h"

#define PIECE_LEN 4096

enum direction { SEAL, OPEN };

struct aead {
    struct noncrypto_poly1305 mac;
    uint32_t input[16];
};

static void mac_padding(struct aead *a, uint64_t len)
{
    static const uint8_t zeros[16];

    noncrypto_poly1305_update(&a->mac, zeros, (16 - len % 16) % 16);
}

static void mac_start(struct aead *a, const uint8_t key[32], const void *ad, size_t ad_len)
{
    noncrypto_poly1305_init(&a->mac, key);
    noncrypto_poly1305_update(&a->mac, ad, ad_len);
    mac_padding(a, ad_len);
}

static void start(struct aead *a, const void *ad, size_t ad_len)
{
    uint8_t first[CHACHA20_BLOCK_LEN] = {0};

    noncrypto_chacha20_xor_blocks(a->input, first, first, 1);
    mac_start(a, first, ad, ad_len);
    noncrypto_wipe(first, sizeof first);
}

/* A piece that is a whole number of blocks, or the last one. */
static void xor_piece(struct aead *a, uint8_t *out, const uint8_t *in, size_t len)
{
    uint8_t last[CHACHA20_BLOCK_LEN] = {0};
    size_t rest = len % CHACHA20_BLOCK_LEN;

    noncrypto_chacha20_xor_blocks(a->input, out, in, len / CHACHA20_BLOCK_LEN);
    if (rest > 0) {
        memcpy(last, in + len - rest, rest);
        noncrypto_chacha20_xor_blocks(a->input, last, last, 1);
        memcpy(out + len - rest, last, rest);
        noncrypto_wipe(last, sizeof last);
    }
}

/* The whole batches of a ciphertext, if there are vectors for them; returns the number of bytes done. */
static size_t open_batches(struct aead *a, uint8_t *out, const uint8_t *in, size_t len)
{
#if NONCRYPTO_X86_64
    size_t n = len / AEAD_BATCH_LEN;

    if (n > 0 && cpu_has(NONCRYPTO_CPU_AVX2)) {
        noncrypto_aead_batches_avx2(a->input, a->mac.h, a->mac.r, in, AEAD_BATCH_STEPS, out, in, n);
        STACK_WIPE(608_avx2);
        return n * AEAD_BATCH_LEN;
    }
#else
    (void)a;
    (void)out;
    (void)in;
    (void)len;
#endif
    return 0;
}

static void message(struct aead *a, enum direction direction, uint8_t *out, const uint8_t *in,
                    size_t len)
{
    for (size_t done = direction == OPEN ? open_batches(a, out, in, len) : 0; done < len;) {
        size_t take = len - done < PIECE_LEN ? len - done : PIECE_LEN;
        if (direction == OPEN)
            noncrypto_poly1305_update(&a->mac, in + done, take);
        xor_piece(a, out + done, in + done, take);
        if (direction == SEAL)
            noncrypto_poly1305_update(&a->mac, out + done, take);
        done += take;
    }
    mac_padding(a, len);
}

static void finish(struct aead *a, uint8_t tag[16], size_t len, size_t ad_len)
{
    uint8_t lengths[16];

    store_le64(lengths, ad_len);
    store_le64(lengths + 8, len);
    noncrypto_poly1305_update(&a->mac, lengths, sizeof lengths);
    noncrypto_poly1305_final(&a->mac, tag);
    noncrypto_wipe(a->input, sizeof a->input);
}

#if NONCRYPTO_X86_64
#define FIRST_LEN (AEAD_FIRST_STEPS * POLY1305_BLOCK_LEN)

/* These two are inlined, so that one erasure of the stack does for all that is called. */
#define SEAL_INLINE static inline __attribute__((always_inline))

/* The first batch: block 0 is the key of the tag, and the other seven are for the message. */
SEAL_INLINE void seal_first(struct aead *a, uint8_t *out, const uint8_t *in, const void *ad,
                            size_t ad_len)
{
    uint8_t key[CHACHA20_BLOCK_LEN];

    noncrypto_chacha20_xor_batches_avx2(a->input, key, out, in, 1);
    mac_start(a, key, ad, ad_len);
    noncrypto_wipe(key, sizeof key);
}

/*
 * The last `len` bytes, less than a batch, in the time in which ciphertext before them is authenticated: `steps` blocks of
 * it, 28 or 32, from `authentic` on. Returns the end of what was authenticated.
 */
SEAL_INLINE const uint8_t *seal_last(struct aead *a, const uint8_t *authentic, unsigned steps,
                                     uint8_t *out, const uint8_t *in, size_t len)
{
    uint8_t buffer[AEAD_BATCH_LEN];

    memcpy(buffer, in, len);
    if (len > 2 * AEAD_PAIR_LEN) {
        noncrypto_aead_batches_avx2(a->input, a->mac.h, a->mac.r, authentic, steps, buffer, buffer,
                                    1);
        authentic += steps * POLY1305_BLOCK_LEN;
    } else {
        for (size_t at = 0; at < len; at += AEAD_PAIR_LEN) {
            unsigned now = steps < AEAD_PAIR_STEPS ? steps : AEAD_PAIR_STEPS;
            noncrypto_aead_pair_sse(a->input, a->mac.h, a->mac.r, authentic, now, buffer + at,
                                    buffer + at);
            authentic += now * POLY1305_BLOCK_LEN;
            steps -= now;
        }
    }
    memcpy(out, buffer, len);
    noncrypto_wipe(buffer, len);
    return authentic;
}

/* A message of at least FIRST_LEN bytes. The ciphertext is authenticated one batch behind. */
static void seal_batches(struct aead *a, uint8_t *out, const uint8_t *in, size_t len,
                         const void *ad, size_t ad_len)
{
    size_t n = (len - FIRST_LEN) / AEAD_BATCH_LEN;
    size_t done = FIRST_LEN + n * AEAD_BATCH_LEN;
    const uint8_t *authentic = out;
    unsigned steps = AEAD_FIRST_STEPS;

    seal_first(a, out, in, ad, ad_len);
    if (n > 0) {
        noncrypto_aead_batches_avx2(a->input, a->mac.h, a->mac.r, authentic, steps, out + FIRST_LEN,
                                    in + FIRST_LEN, n);
        authentic = out + done - AEAD_BATCH_LEN;
        steps = AEAD_BATCH_STEPS;
    }
    if (done < len)
        authentic = seal_last(a, authentic, steps, out + done, in + done, len - done);
    STACK_WIPE(608_avx2);
    noncrypto_poly1305_update(&a->mac, authentic, (size_t)(out + len - authentic));
    mac_padding(a, len);
}
#endif

/* With the input matrix set up. */
static int seal(struct aead *a, uint8_t *out, uint8_t *tag, const uint8_t *in, size_t len,
                const void *ad, size_t ad_len)
{
#if NONCRYPTO_X86_64
    if (len >= FIRST_LEN && cpu_has(NONCRYPTO_CPU_AVX2)) {
        seal_batches(a, out, in, len, ad, ad_len);
        finish(a, tag, len, ad_len);
        return 0;
    }
#endif
    start(a, ad, ad_len);
    message(a, SEAL, out, in, len);
    finish(a, tag, len, ad_len);
    return 0;
}

static int open(struct aead *a, uint8_t *out, const uint8_t *in, size_t len, const uint8_t *tag,
                const void *ad, size_t ad_len)
{
    uint8_t expected[16];

    start(a, ad, ad_len);
    message(a, OPEN, out, in, len);
    finish(a, expected, len, ad_len);
    int result = noncrypto_compare(expected, tag, sizeof expected);
    noncrypto_wipe(expected, sizeof expected);
    if (result != 0)
        noncrypto_wipe(out, len);
    return result;
}

static void setup(struct aead *a, const uint8_t nonce[12], const uint8_t key[32])
{
    const uint32_t tail[4] = {0, load_le32(nonce), load_le32(nonce + 4), load_le32(nonce + 8)};

    noncrypto_chacha20_setup(a->input, key, tail);
}

/* The first 16 bytes of the nonce make a new key, the last 8 are the nonce under it. */
static void setup_x(struct aead *a, const uint8_t nonce[24], const uint8_t key[32])
{
    const uint32_t tail[4] = {load_le32(nonce), load_le32(nonce + 4), load_le32(nonce + 8),
                              load_le32(nonce + 12)};

    noncrypto_chacha20_setup(a->input, key, tail);
    noncrypto_chacha20_derive(a->input + 4, a->input);
    a->input[12] = 0;
    a->input[13] = 0;
    a->input[14] = load_le32(nonce + 16);
    a->input[15] = load_le32(nonce + 20);
}

int noncrypto_chacha20_poly1305_seal(uint8_t *out, uint8_t tag[16], const uint8_t *in, size_t len,
                                     const void *ad, size_t ad_len, const uint8_t nonce[12],
                                     const uint8_t key[32])
{
    struct aead a;

    if (len > NONCRYPTO_CHACHA20_POLY1305_LEN_MAX)
        return NONCRYPTO_E_INVALID;
    setup(&a, nonce, key);
    return seal(&a, out, tag, in, len, ad, ad_len);
}

int noncrypto_chacha20_poly1305_open(uint8_t *out, const uint8_t *in, size_t len,
                                     const uint8_t tag[16], const void *ad, size_t ad_len,
                                     const uint8_t nonce[12], const uint8_t key[32])
{
    struct aead a;

    if (len > NONCRYPTO_CHACHA20_POLY1305_LEN_MAX)
        return NONCRYPTO_E_INVALID;
    setup(&a, nonce, key);
    return open(&a, out, in, len, tag, ad, ad_len);
}

int noncrypto_xchacha20_poly1305_seal(uint8_t *out, uint8_t tag[16], const uint8_t *in, size_t len,
                                      const void *ad, size_t ad_len, const uint8_t nonce[24],
                                      const uint8_t key[32])
{
    struct aead a;

    if (len > NONCRYPTO_CHACHA20_POLY1305_LEN_MAX)
        return NONCRYPTO_E_INVALID;
    setup_x(&a, nonce, key);
    return seal(&a, out, tag, in, len, ad, ad_len);
}

int noncrypto_xchacha20_poly1305_open(uint8_t *out, const uint8_t *in, size_t len,
                                      const uint8_t tag[16], const void *ad, size_t ad_len,
                                      const uint8_t nonce[24], const uint8_t key[32])
{
    struct aead a;

    if (len > NONCRYPTO_CHACHA20_POLY1305_LEN_MAX)
        return NONCRYPTO_E_INVALID;
    setup_x(&a, nonce, key);
    return open(&a, out, in, len, tag, ad, ad_len);
}
