#include "sealed_log.h"

#include <noncrypto/aead.h>
#include <noncrypto/blake3.h>
#include <noncrypto/memory.h>

/* Gives the key of the record at hand and moves the log's key on. */
static void ratchet(struct sealed_log *log, uint8_t record_key[SEALED_LOG_KEY_LEN])
{
    static const char purpose[] = "sealed-log example 2026-11-27 ratchet";
    struct noncrypto_blake3 ctx;
    uint8_t out[2 * SEALED_LOG_KEY_LEN];

    noncrypto_blake3_init_derive_key(&ctx, purpose, sizeof purpose - 1);
    noncrypto_blake3_update(&ctx, log->key, sizeof log->key);
    noncrypto_blake3_final(&ctx, out, sizeof out);
    for (size_t i = 0; i < SEALED_LOG_KEY_LEN; i++) {
        record_key[i] = out[i];
        log->key[i] = out[SEALED_LOG_KEY_LEN + i];
    }
    log->records++;
    noncrypto_wipe(&ctx, sizeof ctx);
    noncrypto_wipe(out, sizeof out);
}

void sealed_log_start(struct sealed_log *log, const uint8_t key[SEALED_LOG_KEY_LEN])
{
    for (size_t i = 0; i < SEALED_LOG_KEY_LEN; i++)
        log->key[i] = key[i];
    log->records = 0;
    log->ended = 0;
}

int sealed_log_append(struct sealed_log *log, uint8_t *out, const void *text, size_t len, int last)
{
    /* Each key seals one record, so the nonce need not count: it says whether the record is the last. */
    const uint8_t nonce[NONCRYPTO_CHACHA20_POLY1305_NONCE_LEN] = {last ? 1 : 0};
    uint8_t key[SEALED_LOG_KEY_LEN];

    if (log->ended || len > SEALED_LOG_LEN_MAX)
        return -1;
    ratchet(log, key);
    for (size_t i = 0; i < 4; i++)
        out[i] = (uint8_t)(len >> (8 * i));
    int result =
        noncrypto_chacha20_poly1305_seal(out + 4, out + 4 + len, text, len, out, 4, nonce, key);
    noncrypto_wipe(key, sizeof key);
    log->ended = last || result != 0;
    return result == 0 ? 0 : -1;
}

size_t sealed_log_read(struct sealed_log *log, uint8_t *out, size_t capacity, size_t *len,
                       const uint8_t *in, size_t in_len)
{
    uint8_t nonce[NONCRYPTO_CHACHA20_POLY1305_NONCE_LEN] = {0};
    uint8_t key[SEALED_LOG_KEY_LEN];
    int opened = 0;

    *len = 0;
    if (log->ended || in_len < SEALED_LOG_OVERHEAD)
        return 0;
    size_t n = in[0] | (size_t)in[1] << 8 | (size_t)in[2] << 16 | (size_t)in[3] << 24;
    if (n > capacity || n > SEALED_LOG_LEN_MAX || in_len - SEALED_LOG_OVERHEAD < n)
        return 0;
    ratchet(log, key);
    for (unsigned last = 0; last < 2 && !opened; last++) {
        nonce[0] = (uint8_t)last;
        opened =
            noncrypto_chacha20_poly1305_open(out, in + 4, n, in + 4 + n, in, 4, nonce, key) == 0;
        log->ended = last;
    }
    noncrypto_wipe(key, sizeof key);
    if (!opened)
        return 0;
    *len = n;
    return n + SEALED_LOG_OVERHEAD;
}
