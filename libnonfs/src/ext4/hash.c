/*
 * The hashes of names that sort a directory's tree: half an MD4, TEA, and the first one that was used. They come in two
 * variants, because on some machines a byte of a name was a signed number.
 */
#include "ext4/volume.h"

static uint32_t name_byte(const char *name, size_t i, int is_unsigned)
{
    uint8_t c = (uint8_t)name[i];

    return is_unsigned || c < 128 ? c : (uint32_t)c - 256;
}

static uint32_t hash_legacy(const char *name, size_t len, int is_unsigned)
{
    uint32_t newer = 0x12a3fe2d;
    uint32_t older = 0x37abe8f9;

    for (size_t i = 0; i < len; i++) {
        uint32_t h = older + (newer ^ name_byte(name, i, is_unsigned) * 7152373u);

        if (h & 0x80000000u)
            h -= 0x7fffffffu;
        older = newer;
        newer = h;
    }
    return newer << 1;
}

/* Packs up to 4 * nwords bytes into words; words that are not full hold the length of the name besides. */
static void hash_pack(uint32_t *words, uint32_t nwords, const char *name, size_t len,
                      int is_unsigned)
{
    uint32_t pad = (uint32_t)len | (uint32_t)len << 8;
    size_t used = len < 4 * (size_t)nwords ? len : 4 * (size_t)nwords;

    pad |= pad << 16;
    for (uint32_t w = 0; w < nwords; w++) {
        uint32_t value = pad;

        for (size_t i = 4 * (size_t)w; i < used && i < 4 * (size_t)w + 4; i++)
            value = name_byte(name, i, is_unsigned) + (value << 8);
        words[w] = value;
    }
}

static uint32_t rotate_left(uint32_t x, uint32_t n)
{
    return x << n | x >> (32 - n);
}

static uint32_t md4_select(uint32_t x, uint32_t y, uint32_t z)
{
    return z ^ (x & (y ^ z));
}

static uint32_t md4_majority(uint32_t x, uint32_t y, uint32_t z)
{
    return (x & y) + ((x ^ y) & z);
}

static uint32_t md4_parity(uint32_t x, uint32_t y, uint32_t z)
{
    return x ^ y ^ z;
}

/* Three rounds of eight steps, each over all words in an order of its own. RFC 1320 has four times as many. */
static void half_md4(uint32_t state[4], const uint32_t in[8])
{
    uint32_t a = state[0];
    uint32_t b = state[1];
    uint32_t c = state[2];
    uint32_t d = state[3];

    for (uint32_t i = 0; i < 8; i += 4) {
        a = rotate_left(a + md4_select(b, c, d) + in[i], 3);
        d = rotate_left(d + md4_select(a, b, c) + in[i + 1], 7);
        c = rotate_left(c + md4_select(d, a, b) + in[i + 2], 11);
        b = rotate_left(b + md4_select(c, d, a) + in[i + 3], 19);
    }
    for (uint32_t i = 2; i-- > 0;) {
        a = rotate_left(a + md4_majority(b, c, d) + in[i] + 0x5a827999, 3);
        d = rotate_left(d + md4_majority(a, b, c) + in[i + 2] + 0x5a827999, 5);
        c = rotate_left(c + md4_majority(d, a, b) + in[i + 4] + 0x5a827999, 9);
        b = rotate_left(b + md4_majority(c, d, a) + in[i + 6] + 0x5a827999, 13);
    }
    for (uint32_t i = 4; i > 0; i -= 2) {
        a = rotate_left(a + md4_parity(b, c, d) + in[i - 1] + 0x6ed9eba1, 3);
        d = rotate_left(d + md4_parity(a, b, c) + in[i + 3] + 0x6ed9eba1, 9);
        c = rotate_left(c + md4_parity(d, a, b) + in[i - 2] + 0x6ed9eba1, 11);
        b = rotate_left(b + md4_parity(c, d, a) + in[i + 2] + 0x6ed9eba1, 15);
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
}

static void tea(uint32_t state[4], const uint32_t key[4])
{
    uint32_t a = state[0];
    uint32_t b = state[1];
    uint32_t sum = 0;

    for (int i = 0; i < 16; i++) {
        sum += 0x9e3779b9;
        a += ((b << 4) + key[0]) ^ (b + sum) ^ ((b >> 5) + key[1]);
        b += ((a << 4) + key[2]) ^ (a + sum) ^ ((a >> 5) + key[3]);
    }
    state[0] += a;
    state[1] += b;
}

uint32_t nonfs_hash_name(enum hash_version version, const uint32_t seed[4], const char *name,
                         size_t name_len)
{
    uint32_t state[4] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
    int is_unsigned = version >= HASH_LEGACY_UNSIGNED;
    int is_tea = version == HASH_TEA || version == HASH_TEA_UNSIGNED;
    uint32_t nwords = is_tea ? 4 : 8;
    uint32_t words[8];
    uint32_t hash;

    if (version == HASH_LEGACY || version == HASH_LEGACY_UNSIGNED) {
        hash = hash_legacy(name, name_len, is_unsigned);
    } else {
        if ((seed[0] | seed[1] | seed[2] | seed[3]) != 0) {
            for (int i = 0; i < 4; i++)
                state[i] = seed[i];
        }
        for (size_t at = 0; at < name_len; at += 4 * (size_t)nwords) {
            hash_pack(words, nwords, name + at, name_len - at, is_unsigned);
            if (is_tea)
                tea(state, words);
            else
                half_md4(state, words);
        }
        hash = is_tea ? state[0] : state[1];
    }
    hash &= ~1u;
    /* The largest value means the end of a directory. */
    return hash == 0xfffffffe ? 0xfffffffc : hash;
}
