#include "aes_helpers.h"

#include <noncrypto/aes_gcm.h>

#include "aes/ghash.h"

#define KEY_128 "feffe9928665731c6d6a8f9467308308"
#define KEY_192 "feffe9928665731c6d6a8f9467308308feffe9928665731c"
#define KEY_256 "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"
#define ZERO_16 "00000000000000000000000000000000"
#define ZERO_12 "000000000000000000000000"
#define PLAIN_60                                                       \
    "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72" \
    "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
#define AAD_20 "feedfacedeadbeeffeedfacedeadbeefabaddad2"
#define IV_12  "cafebabefacedbaddecaf888"
#define IV_60                                                          \
    "9313225df88406e555909c5aff5269aa6a7a9538534f7da1e4c303d2a318a728" \
    "c3c0c95156809539fcf0e2429a6b525416aedbf5a0de6a57a637b39b"

/* "The Galois/Counter Mode of Operation" (McGrew and Viega), appendix B; numbers as there. */
static const struct {
    int number;
    const char *key, *iv, *aad, *plain, *cipher, *tag;
} examples[] = {
    {1, ZERO_16, ZERO_12, "", "", "", "58e2fccefa7e3061367f1d57a4e7455a"},
    {2, ZERO_16, ZERO_12, "", ZERO_16, "0388dace60b6a392f328c2b971b2fe78",
     "ab6e47d42cec13bdf53a67b21257bddf"},
    {3, KEY_128, IV_12, "", PLAIN_60 "1aafd255",
     "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e"
     "21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091473f5985",
     "4d5c2af327cd64a62cf35abd2ba6fab4"},
    {4, KEY_128, IV_12, AAD_20, PLAIN_60,
     "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e"
     "21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091",
     "5bc94fbc3221a5db94fae95ae7121a47"},
    {5, KEY_128, "cafebabefacedbad", AAD_20, PLAIN_60,
     "61353b4c2806934a777ff51fa22a4755699b2a714fcdc6f83766e5f97b6c7423"
     "73806900e49f24b22b097544d4896b424989b5e1ebac0f07c23f4598",
     "3612d2e79e3b0785561be14aaca2fccb"},
    {6, KEY_128, IV_60, AAD_20, PLAIN_60,
     "8ce24998625615b603a033aca13fb894be9112a5c3a211a8ba262a3cca7e2ca7"
     "01e4a9a4fba43c90ccdcb281d48c7c6fd62875d2aca417034c34aee5",
     "619cc5aefffe0bfa462af43c1699d050"},
    {7, ZERO_16 "0000000000000000", ZERO_12, "", "", "", "cd33b28ac773f74ba00ed1f312572435"},
    {8, ZERO_16 "0000000000000000", ZERO_12, "", ZERO_16, "98e7247c07f0fe411c267e4384b0f600",
     "2ff58d80033927ab8ef4d4587514f0fb"},
    {9, KEY_192, IV_12, "", PLAIN_60 "1aafd255",
     "3980ca0b3c00e841eb06fac4872a2757859e1ceaa6efd984628593b40ca1e19c"
     "7d773d00c144c525ac619d18c84a3f4718e2448b2fe324d9ccda2710acade256",
     "9924a7c8587336bfb118024db8674a14"},
    {10, KEY_192, IV_12, AAD_20, PLAIN_60,
     "3980ca0b3c00e841eb06fac4872a2757859e1ceaa6efd984628593b40ca1e19c"
     "7d773d00c144c525ac619d18c84a3f4718e2448b2fe324d9ccda2710",
     "2519498e80f1478f37ba55bd6d27618c"},
    {11, KEY_192, "cafebabefacedbad", AAD_20, PLAIN_60,
     "0f10f599ae14a154ed24b36e25324db8c566632ef2bbb34f8347280fc4507057"
     "fddc29df9a471f75c66541d4d4dad1c9e93a19a58e8b473fa0f062f7",
     "65dcc57fcf623a24094fcca40d3533f8"},
    {12, KEY_192, IV_60, AAD_20, PLAIN_60,
     "d27e88681ce3243c4830165a8fdcf9ff1de9a1d8e6b447ef6ef7b79828666e45"
     "81e79012af34ddd9e2f037589b292db3e67c036745fa22e7e9b7373b",
     "dcf566ff291c25bbb8568fc3d376a6d9"},
    {13, ZERO_16 "00000000000000000000000000000000", ZERO_12, "", "", "",
     "530f8afbc74536b9a963b4f1c4cb738b"},
    {14, ZERO_16 "00000000000000000000000000000000", ZERO_12, "", ZERO_16,
     "cea7403d4d606b6e074ec5d3baf39d18", "d0d1c8a799996bf0265b98b5d48ab919"},
    {15, KEY_256, IV_12, "", PLAIN_60 "1aafd255",
     "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
     "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad",
     "b094dac5d93471bdec1a502270e3cc6c"},
    {16, KEY_256, IV_12, AAD_20, PLAIN_60,
     "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
     "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662",
     "76fc6ece0f4e1768cddf8853bb2d551b"},
    {17, KEY_256, "cafebabefacedbad", AAD_20, PLAIN_60,
     "c3762df1ca787d32ae47c13bf19844cbaf1ae14d0b976afac52ff7d79bba9de0"
     "feb582d33934a4f0954cc2363bc73f7862ac430e64abe499f47c9b1f",
     "3a337dbf46a792c45e454913fe2ea8f2"},
    {18, KEY_256, IV_60, AAD_20, PLAIN_60,
     "5a8def2f0c9e53f1f75d7853659e2a20eeb2b22aafde6419a058ab4f6f746bf4"
     "0fc0c3b780f244452da3ebf1c5d82cdea2418997200ef82e44ae7e3f",
     "a44a8266ee1c8eb0c8b5d4cf5ae9f19a"},
};

/* The product of SP 800-38D section 6.3, bit by bit. */
static void gf_multiply(uint8_t x[16], const uint8_t h[16])
{
    uint8_t z[16] = {0}, v[16];

    memcpy(v, h, 16);
    for (unsigned i = 0; i < 128; i++) {
        unsigned carry = v[15] & 1;
        if (x[i / 8] >> (7 - i % 8) & 1)
            for (unsigned k = 0; k < 16; k++)
                z[k] ^= v[k];
        for (unsigned k = 15; k > 0; k--)
            v[k] = (uint8_t)(v[k] >> 1 | v[k - 1] << 7);
        v[0] = (uint8_t)(v[0] >> 1 ^ carry * 0xe1);
    }
    memcpy(x, z, 16);
}

static void reference_hash(uint8_t y[16], const uint8_t h[16], const uint8_t *data, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        y[i % 16] ^= data[i];
        if (i % 16 == 15 || i + 1 == len)
            gf_multiply(y, h);
    }
}

static void reference_lengths(uint8_t y[16], const uint8_t h[16], uint64_t a, uint64_t b)
{
    uint8_t block[16];

    for (unsigned i = 0; i < 8; i++) {
        block[i] = (uint8_t)(a * 8 >> (56 - 8 * i));
        block[8 + i] = (uint8_t)(b * 8 >> (56 - 8 * i));
    }
    reference_hash(y, h, block, 16);
}

/* The definition, section 7.1, with the counter block `j0`. */
static void reference_crypt(const struct noncrypto_aes *aes, const uint8_t j0[16], uint8_t *out,
                            const uint8_t *in, size_t len)
{
    uint8_t counter[16], stream[16];

    memcpy(counter, j0, 16);
    for (size_t i = 0; i < len; i++) {
        if (i % 16 == 0) {
            for (size_t at = 15; at >= 12 && ++counter[at] == 0; at--)
                ;
            noncrypto_aes_encrypt(aes, stream, counter);
        }
        out[i] = in[i] ^ stream[i % 16];
    }
}

static void reference_seal(const struct noncrypto_aes *aes, uint8_t *out, uint8_t tag[16],
                           const uint8_t *in, size_t len, const uint8_t *aad, size_t aad_len,
                           const uint8_t *iv, size_t iv_len)
{
    uint8_t h[16] = {0}, j0[16] = {0}, mask[16];

    noncrypto_aes_encrypt(aes, h, h);
    if (iv_len == 12) {
        memcpy(j0, iv, 12);
        j0[15] = 1;
    } else {
        reference_hash(j0, h, iv, iv_len);
        reference_lengths(j0, h, 0, iv_len);
    }
    reference_crypt(aes, j0, out, in, len);
    memset(tag, 0, 16);
    reference_hash(tag, h, aad, aad_len);
    reference_hash(tag, h, out, len);
    reference_lengths(tag, h, aad_len, len);
    noncrypto_aes_encrypt(aes, mask, j0);
    for (unsigned i = 0; i < 16; i++)
        tag[i] ^= mask[i];
}

START_TEST(messages_are_those_of_the_specification)
{
    if (!use_backend(_i))
        return;
    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
        struct bytes key = unhex(examples[i].key), iv = unhex(examples[i].iv);
        struct bytes aad = unhex(examples[i].aad), text = unhex(examples[i].plain);
        struct noncrypto_aes_gcm gcm;
        uint8_t tag[16];
        ck_assert_int_eq(noncrypto_aes_gcm_init(&gcm, key.data, key.len), 0);
        ck_assert_int_eq(noncrypto_aes_gcm_seal(&gcm, text.data, tag, sizeof tag, text.data,
                                                text.len, aad.data, aad.len, iv.data, iv.len),
                         0);
        check_hex(text.data, text.len, examples[i].cipher);
        check_hex(tag, sizeof tag, examples[i].tag);
        ck_assert_int_eq(noncrypto_aes_gcm_open(&gcm, text.data, tag, sizeof tag, text.data,
                                                text.len, aad.data, aad.len, iv.data, iv.len),
                         0);
        check_hex(text.data, text.len, examples[i].plain);
    }
}
END_TEST

/* Seals and opens in place and apart and compares with the definition. */
static void check_message(const struct noncrypto_aes_gcm *gcm, uint8_t *buffer, size_t from,
                          size_t to, size_t len, const uint8_t *aad, size_t aad_len,
                          const uint8_t *iv, size_t iv_len)
{
    static uint8_t expected[2048], plain[2048];
    uint8_t tag[17], expected_tag[16];
    uint8_t *in = buffer + from, *out = buffer + 2048 + to;

    memcpy(plain, in, len);
    reference_seal(&gcm->aes, expected, expected_tag, in, len, aad, aad_len, iv, iv_len);
    out[len] = tag[16] = 0xaa;
    ck_assert_int_eq(noncrypto_aes_gcm_seal(gcm, out, tag, 16, in, len, aad, aad_len, iv, iv_len),
                     0);
    ck_assert_mem_eq(out, expected, len);
    ck_assert_mem_eq(tag, expected_tag, 16);
    ck_assert_uint_eq(out[len], 0xaa);
    ck_assert_uint_eq(tag[16], 0xaa);
    ck_assert_int_eq(noncrypto_aes_gcm_open(gcm, in, tag, 16, out, len, aad, aad_len, iv, iv_len),
                     0);
    ck_assert_mem_eq(in, plain, len);

    ck_assert_int_eq(noncrypto_aes_gcm_seal(gcm, in, tag, 16, in, len, aad, aad_len, iv, iv_len),
                     0);
    ck_assert_mem_eq(in, expected, len);
    ck_assert_mem_eq(tag, expected_tag, 16);
    ck_assert_int_eq(noncrypto_aes_gcm_open(gcm, in, tag, 16, in, len, aad, aad_len, iv, iv_len),
                     0);
    ck_assert_mem_eq(in, plain, len);
}

START_TEST(every_length_and_alignment_is_the_definition)
{
    static uint8_t buffer[4096];
    uint64_t seed = check_seed();
    uint8_t key[32], iv[12], aad[32];
    struct noncrypto_aes_gcm gcm;

    if (!use_backend(_i))
        return;
    for (size_t len = 0; len <= 1100; len++) {
        fill_random(key, sizeof key, &seed);
        fill_random(iv, sizeof iv, &seed);
        fill_random(aad, sizeof aad, &seed);
        fill_random(buffer, sizeof buffer, &seed);
        ck_assert_int_eq(noncrypto_aes_gcm_init(&gcm, key, 16 + 8 * (len % 3)), 0);
        check_message(&gcm, buffer, len % 16, len / 5 % 16, len, aad, len % 33, iv, sizeof iv);
    }
}
END_TEST

START_TEST(every_length_of_associated_data_and_iv_is_the_definition)
{
    static uint8_t buffer[4096], other[600];
    uint64_t seed = check_seed();
    uint8_t key[32];
    struct noncrypto_aes_gcm gcm;

    if (!use_backend(_i))
        return;
    fill_random(key, sizeof key, &seed);
    fill_random(other, sizeof other, &seed);
    ck_assert_int_eq(noncrypto_aes_gcm_init(&gcm, key, sizeof key), 0);
    for (size_t len = 0; len <= 300; len++) {
        fill_random(buffer, sizeof buffer, &seed);
        check_message(&gcm, buffer, 0, 0, len % 20, other, len, other + 1, 12);
        check_message(&gcm, buffer, 0, 0, len % 20, other, 3, other + len % 16, len + 1);
    }
}
END_TEST

/* The loops for whole batches, from counters that wrap inside of the first, the second and the third. */
START_TEST(the_32_bit_counter_wraps_in_the_stitched_loops)
{
#if NONCRYPTO_X86_64
    static const struct {
        int backend;
        void (*seal)(const struct noncrypto_aes_gcm *, uint64_t *, uint8_t *, uint8_t *,
                     const uint8_t *, size_t);
        void (*open)(const struct noncrypto_aes_gcm *, uint64_t *, uint8_t *, uint8_t *,
                     const uint8_t *, size_t);
    } loops[] = {{1, noncrypto_gcm_seal_aesni, noncrypto_gcm_open_aesni},
                 {2, noncrypto_gcm_seal_avx2, noncrypto_gcm_open_avx2}};
    enum { LEN = 5 * GHASH_BATCH * 16 };
    uint64_t seed = check_seed();
    uint8_t key[32], in[LEN], out[LEN], expected[LEN], j0[16], counter[16];
    struct noncrypto_aes_gcm gcm;

    if (!use_backend(loops[_i].backend))
        return;
    fill_random(key, sizeof key, &seed);
    fill_random(in, sizeof in, &seed);
    ck_assert_int_eq(noncrypto_aes_gcm_init(&gcm, key, sizeof key), 0);
    for (unsigned before = 1; before <= 5 * GHASH_BATCH; before++) {
        uint64_t y[2] = {1, 2}, expected_y[2] = {1, 2};
        memset(j0, 0xff, sizeof j0);
        j0[15] = (uint8_t)(0xff - before);
        reference_crypt(&gcm.aes, j0, expected, in, LEN);
        noncrypto_ghash_portable(&gcm, expected_y, expected, LEN / 16);

        memcpy(counter, j0, sizeof counter);
        counter[15]++;
        loops[_i].seal(&gcm, y, counter, out, in, 5);
        ck_assert_mem_eq(out, expected, LEN);
        ck_assert_mem_eq(y, expected_y, sizeof y);
        y[0] = 1;
        y[1] = 2;
        memcpy(counter, j0, sizeof counter);
        counter[15]++;
        loops[_i].open(&gcm, y, counter, out, out, 5);
        ck_assert_mem_eq(out, in, LEN);
        ck_assert_mem_eq(y, expected_y, sizeof y);
        ck_assert_uint_eq(counter[15], (uint8_t)(5 * GHASH_BATCH - before));
        ck_assert_uint_eq(counter[11], 0xff);
    }
#else
    printf("# skipped: only portable code on this machine\n");
#endif
}
END_TEST

START_TEST(the_hash_is_the_definition)
{
    uint64_t seed = check_seed();
    uint8_t h[16], data[40 * 16], expected[16];
    struct noncrypto_aes_gcm gcm;

    if (!use_backend(_i))
        return;
    for (unsigned i = 0; i < 400; i++) {
        fill_random(h, sizeof h, &seed);
        fill_random(data, sizeof data, &seed);
        if (i == 0)
            memset(h, 0xff, sizeof h); /* the largest sums in the columns of an integer product */
        if (i % 2 == 0)
            memset(data, 0xff, 16);
        if (i % 16 == 1)
            memset(h, 0, 15); /* a single byte, so each carry out of the number */
        noncrypto_ghash_init(&gcm, h);
        uint64_t y[2] = {0, 0};
        size_t n = i % 40 + 1;
        memset(expected, 0, sizeof expected);
        reference_hash(expected, h, data, n * 16);
        noncrypto_ghash(&gcm, y, data, n);
        for (unsigned k = 0; k < 16; k++)
            ck_assert_uint_eq((uint8_t)(y[1 - k / 8] >> (56 - 8 * (k % 8))), expected[k]);
    }
}
END_TEST

START_TEST(a_key_serves_whatever_back_end_made_it)
{
    static uint8_t buffer[4096];
    uint64_t seed = check_seed();
    uint8_t key[32], iv[12];
    struct noncrypto_aes_gcm gcm, other;

    if (!use_backend(1))
        return;
    fill_random(key, sizeof key, &seed);
    fill_random(iv, sizeof iv, &seed);
    ck_assert_int_eq(noncrypto_aes_gcm_init(&gcm, key, sizeof key), 0);
    use_backend(0);
    ck_assert_int_eq(noncrypto_aes_gcm_init(&other, key, sizeof key), 0);
    ck_assert_mem_eq(&gcm, &other, sizeof gcm);
    check_message(&gcm, buffer, 0, 0, 1000, iv, 3, iv, 12);
}
END_TEST

START_TEST(every_bit_of_the_tag_counts_and_a_wrong_one_erases_the_plaintext)
{
    uint8_t key[16] = {7}, iv[12] = {9}, in[400], out[400], tag[16];
    static const size_t lens[] = {0, 1, 16, 111, 112, 113, 240, 241, 400};
    struct noncrypto_aes_gcm gcm;

    if (!use_backend(_i))
        return;
    ck_assert_int_eq(noncrypto_aes_gcm_init(&gcm, key, sizeof key), 0);
    for (size_t i = 0; i < sizeof lens / sizeof lens[0]; i++) {
        memset(in, 0x55, sizeof in);
        ck_assert_int_eq(
            noncrypto_aes_gcm_seal(&gcm, in, tag, 16, in, lens[i], NULL, 0, iv, sizeof iv), 0);
        for (unsigned bit = 0; bit < 128; bit++) {
            tag[bit / 8] ^= (uint8_t)(1 << bit % 8);
            memset(out, 0xaa, sizeof out);
            ck_assert_int_eq(
                noncrypto_aes_gcm_open(&gcm, out, tag, 16, in, lens[i], NULL, 0, iv, sizeof iv),
                NONCRYPTO_E_VERIFY);
            ck_assert(all_zero(out, lens[i]));
            ck_assert(lens[i] == sizeof out || out[lens[i]] == 0xaa);
            tag[bit / 8] ^= (uint8_t)(1 << bit % 8);
        }
        ck_assert_int_eq(
            noncrypto_aes_gcm_open(&gcm, out, tag, 16, in, lens[i], NULL, 0, iv, sizeof iv), 0);
    }
}
END_TEST

START_TEST(every_byte_of_message_data_and_iv_counts)
{
    uint8_t key[32] = {7}, message[300 + 40 + 12], out[300], tag[16];
    uint8_t *aad = message + 300, *iv = message + 340;
    struct noncrypto_aes_gcm gcm;

    if (!use_backend(_i))
        return;
    memset(message, 0x55, sizeof message);
    ck_assert_int_eq(noncrypto_aes_gcm_init(&gcm, key, sizeof key), 0);
    ck_assert_int_eq(noncrypto_aes_gcm_seal(&gcm, message, tag, 16, message, 300, aad, 40, iv, 12),
                     0);
    for (size_t i = 0; i < sizeof message; i++) {
        message[i] ^= 0x80;
        ck_assert_int_eq(noncrypto_aes_gcm_open(&gcm, out, tag, 16, message, 300, aad, 40, iv, 12),
                         NONCRYPTO_E_VERIFY);
        message[i] ^= 0x80;
    }
    ck_assert_int_eq(noncrypto_aes_gcm_open(&gcm, out, tag, 16, message, 300, aad, 40, iv, 12), 0);
}
END_TEST

START_TEST(short_tags_are_the_beginning_of_the_full_one_and_others_are_refused)
{
    uint8_t key[16] = {7}, iv[12] = {9}, in[20] = {1}, out[20], tag[20], full[16];
    struct noncrypto_aes_gcm gcm;

    if (!use_backend(_i))
        return;
    ck_assert_int_eq(noncrypto_aes_gcm_init(&gcm, key, sizeof key), 0);
    ck_assert_int_eq(noncrypto_aes_gcm_seal(&gcm, out, full, 16, in, 20, NULL, 0, iv, 12), 0);
    for (size_t len = 0; len <= 20; len++) {
        memset(out, 0xaa, sizeof out);
        memset(tag, 0xaa, sizeof tag);
        int allowed = len == 4 || len == 8 || (len >= 12 && len <= 16);
        ck_assert_int_eq(noncrypto_aes_gcm_seal(&gcm, out, tag, len, in, 20, NULL, 0, iv, 12),
                         allowed ? 0 : NONCRYPTO_E_INVALID);
        if (!allowed) {
            ck_assert_uint_eq(out[0], 0xaa);
            ck_assert_uint_eq(tag[0], 0xaa);
            ck_assert_int_eq(noncrypto_aes_gcm_open(&gcm, out, tag, len, in, 20, NULL, 0, iv, 12),
                             NONCRYPTO_E_INVALID);
            ck_assert_uint_eq(out[0], 0xaa);
            continue;
        }
        ck_assert_mem_eq(tag, full, len);
        ck_assert_uint_eq(tag[len], 0xaa);
        ck_assert_int_eq(noncrypto_aes_gcm_open(&gcm, out, tag, len, out, 20, NULL, 0, iv, 12), 0);
        ck_assert_mem_eq(out, in, sizeof in);
        tag[len - 1] ^= 1;
        ck_assert_int_eq(noncrypto_aes_gcm_open(&gcm, out, tag, len, out, 20, NULL, 0, iv, 12),
                         NONCRYPTO_E_VERIFY);
    }
}
END_TEST

/* A length that is refused is refused before any byte is touched, so the buffers need not be that long. */
START_TEST(lengths_over_the_limits_are_refused)
{
    uint8_t key[16] = {7}, b[16] = {9}, tag[16];
    struct noncrypto_aes_gcm gcm;

    ck_assert_int_eq(noncrypto_aes_gcm_init(&gcm, key, sizeof key), 0);
    ck_assert_int_eq(noncrypto_aes_gcm_seal(&gcm, b, tag, 16, b, 1, NULL, 0, b, 0),
                     NONCRYPTO_E_INVALID);
    ck_assert_int_eq(noncrypto_aes_gcm_open(&gcm, b, tag, 16, b, 1, NULL, 0, b, 0),
                     NONCRYPTO_E_INVALID);
#if SIZE_MAX > UINT32_MAX
    const size_t len = NONCRYPTO_AES_GCM_MAX_LEN + 1, aad_len = NONCRYPTO_AES_GCM_MAX_AAD + 1;
    ck_assert_int_eq(noncrypto_aes_gcm_seal(&gcm, b, tag, 16, b, len, NULL, 0, b, 12),
                     NONCRYPTO_E_INVALID);
    ck_assert_int_eq(noncrypto_aes_gcm_open(&gcm, b, tag, 16, b, len, NULL, 0, b, 12),
                     NONCRYPTO_E_INVALID);
    ck_assert_int_eq(noncrypto_aes_gcm_seal(&gcm, b, tag, 16, b, 1, b, aad_len, b, 12),
                     NONCRYPTO_E_INVALID);
    ck_assert_int_eq(noncrypto_aes_gcm_open(&gcm, b, tag, 16, b, 1, b, aad_len, b, 12),
                     NONCRYPTO_E_INVALID);
    ck_assert_int_eq(noncrypto_aes_gcm_seal(&gcm, b, tag, 16, b, 1, b, 1, b, aad_len),
                     NONCRYPTO_E_INVALID);
    ck_assert_int_eq(noncrypto_aes_gcm_open(&gcm, b, tag, 16, b, 1, b, 1, b, aad_len),
                     NONCRYPTO_E_INVALID);
#endif
    ck_assert_uint_eq(b[0], 9);
}
END_TEST

START_TEST(key_of_another_length_is_refused)
{
    uint8_t key[33] = {0};
    struct noncrypto_aes_gcm gcm;

    for (size_t len = 0; len <= sizeof key; len++) {
        if (len == 16 || len == 24 || len == 32)
            continue;
        memset(&gcm, 0xff, sizeof gcm);
        ck_assert_int_eq(noncrypto_aes_gcm_init(&gcm, key, len), NONCRYPTO_E_INVALID);
        ck_assert(all_zero((const uint8_t *)&gcm, sizeof gcm));
    }
}
END_TEST

static Suite *aes_gcm_suite(void)
{
    Suite *suite = suite_create("noncrypto aes gcm");
    TCase *tc = tcase_create("gcm");
    tcase_add_loop_test(tc, messages_are_those_of_the_specification, 0, BACKENDS);
    tcase_add_loop_test(tc, every_length_and_alignment_is_the_definition, 0, BACKENDS);
    tcase_add_loop_test(tc, every_length_of_associated_data_and_iv_is_the_definition, 0, BACKENDS);
    tcase_add_loop_test(tc, the_32_bit_counter_wraps_in_the_stitched_loops, 0, 2);
    tcase_add_loop_test(tc, the_hash_is_the_definition, 0, BACKENDS);
    tcase_add_test(tc, a_key_serves_whatever_back_end_made_it);
    tcase_add_loop_test(tc, every_bit_of_the_tag_counts_and_a_wrong_one_erases_the_plaintext, 0,
                        BACKENDS);
    tcase_add_loop_test(tc, every_byte_of_message_data_and_iv_counts, 0, BACKENDS);
    tcase_add_loop_test(tc, short_tags_are_the_beginning_of_the_full_one_and_others_are_refused, 0,
                        BACKENDS);
    tcase_add_test(tc, lengths_over_the_limits_are_refused);
    tcase_add_test(tc, key_of_another_length_is_refused);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(aes_gcm_suite)
