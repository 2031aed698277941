/* Curve25519. */
#include "peers.h"
#include "rows.h"

#include <noncrypto/ed25519.h>
#include <noncrypto/x25519.h>

#define MESSAGE_LEN 32
#define BATCH       64

static const uint8_t *const key = bench_bytes;
static uint8_t peer[NONCRYPTO_X25519_KEY_LEN];
static struct noncrypto_ed25519_key signer;
static uint8_t signature[NONCRYPTO_ED25519_SIGNATURE_LEN];
static struct noncrypto_ed25519_signed batch[BATCH];
static uint8_t batch_signatures[BATCH][NONCRYPTO_ED25519_SIGNATURE_LEN];
static uint8_t batch_workspace[BATCH * NONCRYPTO_ED25519_BATCH_SIGNATURE_LEN]
    __attribute__((aligned(64)));

static int x25519_prepare(void)
{
    noncrypto_x25519_base(peer, bench_bytes + 32);
    return 0;
}

static void x25519(size_t len)
{
    (void)len;
    bench_must(noncrypto_x25519(bench_out, key, peer) == 0, "X25519");
}

static void x25519_base(size_t len)
{
    (void)len;
    noncrypto_x25519_base(bench_out, key);
}

/* Signatures of one key each; the messages are parts of bench_in. */
static int ed25519_prepare(void)
{
    static struct noncrypto_ed25519_key keys[BATCH];

    noncrypto_ed25519_key_from_seed(&signer, key);
    noncrypto_ed25519_sign(signature, &signer, bench_in, MESSAGE_LEN);
    for (size_t i = 0; i < BATCH; i++) {
        const uint8_t *message = bench_in + MESSAGE_LEN * i;

        noncrypto_ed25519_key_from_seed(&keys[i], message);
        noncrypto_ed25519_sign(batch_signatures[i], &keys[i], message, MESSAGE_LEN);
        batch[i] = (struct noncrypto_ed25519_signed){keys[i].public_key, batch_signatures[i],
                                                     message, MESSAGE_LEN};
    }
    return 0;
}

static void ed25519_sign(size_t len)
{
    (void)len;
    noncrypto_ed25519_sign(bench_out, &signer, bench_in, MESSAGE_LEN);
}

static void ed25519_verify(size_t len)
{
    (void)len;
    bench_must(noncrypto_ed25519_verify(signature, signer.public_key, bench_in, MESSAGE_LEN) == 0,
               "Ed25519 verify");
}

static void ed25519_verify_batch(size_t len)
{
    (void)len;
    bench_must(noncrypto_ed25519_verify_batch(batch, BATCH, bench_bytes, batch_workspace,
                                              sizeof batch_workspace, NULL) == 0,
               "Ed25519 batch");
}

/* AWS-LC beside the peer. */
#define BARS(side, ratio)                                                      \
    {                                                                          \
        [BENCH_AVX2] = {(side), {(ratio)}}, [BENCH_ALL] = {(side), {(ratio)} } \
    }

static const struct bench_row rows[] = {
    {
        .name = "X25519",
        .unit = BENCH_KOPS,
        .prepare = x25519_prepare,
        .run = {[BENCH_OURS] = x25519,
                [BENCH_OPENSSL] = BENCH_OF_OPENSSL(openssl_x25519),
                [BENCH_SODIUM] = BENCH_OF_SODIUM(sodium_x25519)},
        .bar = BARS(BENCH_OPENSSL, 38.5 / 26.7),
    },
    {
        .name = "X25519 of the base point",
        .unit = BENCH_KOPS,
        .run = {[BENCH_OURS] = x25519_base,
                [BENCH_OPENSSL] = BENCH_OF_OPENSSL(openssl_x25519_base),
                [BENCH_SODIUM] = BENCH_OF_SODIUM(sodium_x25519_base)},
        .bar = BARS(BENCH_SODIUM, 122. / 56),
    },
    {
        .name = "Ed25519 sign",
        .unit = BENCH_KOPS,
        .prepare = ed25519_prepare,
        .run = {[BENCH_OURS] = ed25519_sign,
                [BENCH_OPENSSL] = BENCH_OF_OPENSSL(openssl_ed25519_sign),
                [BENCH_SODIUM] = BENCH_OF_SODIUM(sodium_ed25519_sign)},
        .bar = BARS(BENCH_SODIUM, 106. / 47),
    },
    {
        .name = "Ed25519 verify",
        .unit = BENCH_KOPS,
        .prepare = ed25519_prepare,
        .run = {[BENCH_OURS] = ed25519_verify,
                [BENCH_OPENSSL] = BENCH_OF_OPENSSL(openssl_ed25519_verify),
                [BENCH_SODIUM] = BENCH_OF_SODIUM(sodium_ed25519_verify)},
        .bar = BARS(BENCH_SODIUM, 24.6 / 16),
    },
    {
        .name = "Ed25519 verify, each of 64",
        .unit = BENCH_KOPS,
        .per_call = BATCH,
        .prepare = ed25519_prepare,
        .run = {[BENCH_OURS] = ed25519_verify_batch,
                [BENCH_OPENSSL] = BENCH_OF_OPENSSL(openssl_ed25519_verify),
                [BENCH_SODIUM] = BENCH_OF_SODIUM(sodium_ed25519_verify)},
    },
};

const struct bench_group bench_rows_curves = {rows, sizeof rows / sizeof rows[0]};
