/*
 * Constants of BLS12-381 in Montgomery form. Made by tests/make_curve_constants.py; not to be edited.
 */
#ifndef NONZK_SRC_CURVE_CONSTANTS_H
#define NONZK_SRC_CURVE_CONSTANTS_H

#include <nonzk/fp2.h>

/* clang-format off */
#ifdef CONSTANTS_FROBENIUS

/* (u + 1)^(i (p - 1) / 6): what the Frobenius map makes of w^i besides w^i itself */
static const struct nonzk_fp2 frobenius_w[6] = {
    {{{UINT64_C(0x760900000002fffd), UINT64_C(0xebf4000bc40c0002), UINT64_C(0x5f48985753c758ba), UINT64_C(0x77ce585370525745), UINT64_C(0x5c071a97a256ec6d), UINT64_C(0x15f65ec3fa80e493)}}, {{UINT64_C(0x0000000000000000), UINT64_C(0x0000000000000000), UINT64_C(0x0000000000000000), UINT64_C(0x0000000000000000), UINT64_C(0x0000000000000000), UINT64_C(0x0000000000000000)}}},
    {{{UINT64_C(0x07089552b319d465), UINT64_C(0xc6695f92b50a8313), UINT64_C(0x97e83cccd117228f), UINT64_C(0xa35baecab2dc29ee), UINT64_C(0x1ce393ea5daace4d), UINT64_C(0x08f2220fb0fb66eb)}}, {{UINT64_C(0xb2f66aad4ce5d646), UINT64_C(0x5842a06bfc497cec), UINT64_C(0xcf4895d42599d394), UINT64_C(0xc11b9cba40a8e8d0), UINT64_C(0x2e3813cbe5a0de89), UINT64_C(0x110eefda88847faf)}}},
    {{{UINT64_C(0x0000000000000000), UINT64_C(0x0000000000000000), UINT64_C(0x0000000000000000), UINT64_C(0x0000000000000000), UINT64_C(0x0000000000000000), UINT64_C(0x0000000000000000)}}, {{UINT64_C(0xcd03c9e48671f071), UINT64_C(0x5dab22461fcda5d2), UINT64_C(0x587042afd3851b95), UINT64_C(0x8eb60ebe01bacb9e), UINT64_C(0x03f97d6e83d050d2), UINT64_C(0x18f0206554638741)}}},
    {{{UINT64_C(0x7bcfa7a25aa30fda), UINT64_C(0xdc17dec12a927e7c), UINT64_C(0x2f088dd86b4ebef1), UINT64_C(0xd1ca2087da74d4a7), UINT64_C(0x2da2596696cebc1d), UINT64_C(0x0e2b7eedbbfd87d2)}}, {{UINT64_C(0x7bcfa7a25aa30fda), UINT64_C(0xdc17dec12a927e7c), UINT64_C(0x2f088dd86b4ebef1), UINT64_C(0xd1ca2087da74d4a7), UINT64_C(0x2da2596696cebc1d), UINT64_C(0x0e2b7eedbbfd87d2)}}},
    {{{UINT64_C(0x890dc9e4867545c3), UINT64_C(0x2af322533285a5d5), UINT64_C(0x50880866309b7e2c), UINT64_C(0xa20d1b8c7e881024), UINT64_C(0x14e4f04fe2db9068), UINT64_C(0x14e56d3f1564853a)}}, {{UINT64_C(0x0000000000000000), UINT64_C(0x0000000000000000), UINT64_C(0x0000000000000000), UINT64_C(0x0000000000000000), UINT64_C(0x0000000000000000), UINT64_C(0x0000000000000000)}}},
    {{{UINT64_C(0x82d83cf50dbce43f), UINT64_C(0xa2813e53df9d018f), UINT64_C(0xc6f0caa53c65e181), UINT64_C(0x7525cf528d50fe95), UINT64_C(0x4a85ed50f4798a6b), UINT64_C(0x171da0fd6cf8eebd)}}, {{UINT64_C(0x3726c30af242c66c), UINT64_C(0x7c2ac1aad1b6fe70), UINT64_C(0xa04007fbba4b14a2), UINT64_C(0xef517c3266341429), UINT64_C(0x0095ba654ed2226b), UINT64_C(0x02e370eccc86f7dd)}}},
};

#endif
#ifdef CONSTANTS_G1_BETA

/* -x^2 (X, Y) = (beta X, Y) in G1 */
static const struct nonzk_fp g1_beta = {{UINT64_C(0x30f1361b798a64e8), UINT64_C(0xf3b8ddab7ece5a2a), UINT64_C(0x16a8ca3ac61577f7), UINT64_C(0xc26a2ff874fd029b), UINT64_C(0x3636b76660701c6e), UINT64_C(0x051ba4ab241b6160)}};

#endif
#ifdef CONSTANTS_G2_BETA

/* -x^2 (X, Y) = (beta X, Y) in G2 */
static const struct nonzk_fp g2_beta = {{UINT64_C(0xcd03c9e48671f071), UINT64_C(0x5dab22461fcda5d2), UINT64_C(0x587042afd3851b95), UINT64_C(0x8eb60ebe01bacb9e), UINT64_C(0x03f97d6e83d050d2), UINT64_C(0x18f0206554638741)}};

#endif
#ifdef CONSTANTS_G1

/* generator */
static const struct nonzk_fp g1_generator_x = {{UINT64_C(0x5cb38790fd530c16), UINT64_C(0x7817fc679976fff5), UINT64_C(0x154f95c7143ba1c1), UINT64_C(0xf0ae6acdf3d0e747), UINT64_C(0xedce6ecc21dbf440), UINT64_C(0x120177419e0bfb75)}};

/* generator */
static const struct nonzk_fp g1_generator_y = {{UINT64_C(0xbaac93d50ce72271), UINT64_C(0x8c22631a7918fd8e), UINT64_C(0xdd595f13570725ce), UINT64_C(0x51ac582950405194), UINT64_C(0x0e1c8c3fad0059c0), UINT64_C(0x0bbc3efc5008a26a)}};

#endif
#ifdef CONSTANTS_G2

/* 1 / (u + 1)^((p - 1) / 3): psi's factor for X */
static const struct nonzk_fp2 g2_psi_x = {{{UINT64_C(0x0000000000000000), UINT64_C(0x0000000000000000), UINT64_C(0x0000000000000000), UINT64_C(0x0000000000000000), UINT64_C(0x0000000000000000), UINT64_C(0x0000000000000000)}}, {{UINT64_C(0x890dc9e4867545c3), UINT64_C(0x2af322533285a5d5), UINT64_C(0x50880866309b7e2c), UINT64_C(0xa20d1b8c7e881024), UINT64_C(0x14e4f04fe2db9068), UINT64_C(0x14e56d3f1564853a)}}};

/* 1 / (u + 1)^((p - 1) / 2): psi's factor for Y */
static const struct nonzk_fp2 g2_psi_y = {{{UINT64_C(0x3e2f585da55c9ad1), UINT64_C(0x4294213d86c18183), UINT64_C(0x382844c88b623732), UINT64_C(0x92ad2afd19103e18), UINT64_C(0x1d794e4fac7cf0b9), UINT64_C(0x0bd592fc7d825ec8)}}, {{UINT64_C(0x7bcfa7a25aa30fda), UINT64_C(0xdc17dec12a927e7c), UINT64_C(0x2f088dd86b4ebef1), UINT64_C(0xd1ca2087da74d4a7), UINT64_C(0x2da2596696cebc1d), UINT64_C(0x0e2b7eedbbfd87d2)}}};

/* generator */
static const struct nonzk_fp2 g2_generator_x = {{{UINT64_C(0xf5f28fa202940a10), UINT64_C(0xb3f5fb2687b4961a), UINT64_C(0xa1a893b53e2ae580), UINT64_C(0x9894999d1a3caee9), UINT64_C(0x6f67b7631863366b), UINT64_C(0x058191924350bcd7)}}, {{UINT64_C(0xa5a9c0759e23f606), UINT64_C(0xaaa0c59dbccd60c3), UINT64_C(0x3bb17e18e2867806), UINT64_C(0x1b1ab6cc8541b367), UINT64_C(0xc2b6ed0ef2158547), UINT64_C(0x11922a097360edf3)}}};

/* generator */
static const struct nonzk_fp2 g2_generator_y = {{{UINT64_C(0x4c730af860494c4a), UINT64_C(0x597cfa1f5e369c5a), UINT64_C(0xe7e6856caa0a635a), UINT64_C(0xbbefb5e96e0d495f), UINT64_C(0x07d3a975f0ef25a2), UINT64_C(0x0083fd8e7e80dae5)}}, {{UINT64_C(0xadc0fc92df64b05d), UINT64_C(0x18aa270a2b1461dc), UINT64_C(0x86adac6a3be4eba0), UINT64_C(0x79495c4ec93da33a), UINT64_C(0xe7175850a43ccaed), UINT64_C(0x0b2bc2a163de1bf2)}}};

#endif

/* -1/p mod 2^52 */
static const uint64_t lanes_minus_p_inverse = UINT64_C(0x3fffcfffcfffd);

/* 1 p */
static const uint64_t lanes_1p[8] = {UINT64_C(0xeffffffffaaab), UINT64_C(0xfeb153ffffb9f), UINT64_C(0x6b0f6241eabff), UINT64_C(0x12bf6730d2a0f), UINT64_C(0x764774b84f385), UINT64_C(0x1ba7b6434bacd), UINT64_C(0x1ea397fe69a4b), UINT64_C(0x000000001a011)};

/* 2 p */
static const uint64_t lanes_2p[8] = {UINT64_C(0xdffffffff5556), UINT64_C(0xfd62a7ffff73f), UINT64_C(0xd61ec483d57ff), UINT64_C(0x257ece61a541e), UINT64_C(0xec8ee9709e70a), UINT64_C(0x374f6c869759a), UINT64_C(0x3d472ffcd3496), UINT64_C(0x0000000034022)};

/* 4 p */
static const uint64_t lanes_4p[8] = {UINT64_C(0xbfffffffeaaac), UINT64_C(0xfac54ffffee7f), UINT64_C(0xac3d8907aafff), UINT64_C(0x4afd9cc34a83d), UINT64_C(0xd91dd2e13ce14), UINT64_C(0x6e9ed90d2eb35), UINT64_C(0x7a8e5ff9a692c), UINT64_C(0x0000000068044)};

/* 8 p */
static const uint64_t lanes_8p[8] = {UINT64_C(0x7fffffffd5558), UINT64_C(0xf58a9ffffdcff), UINT64_C(0x587b120f55fff), UINT64_C(0x95fb39869507b), UINT64_C(0xb23ba5c279c28), UINT64_C(0xdd3db21a5d66b), UINT64_C(0xf51cbff34d258), UINT64_C(0x00000000d0088)};

/* 64 p */
static const uint64_t lanes_64p[8] = {UINT64_C(0xfffffffeaaac0), UINT64_C(0xac54ffffee7fb), UINT64_C(0xc3d8907aaffff), UINT64_C(0xafd9cc34a83da), UINT64_C(0x91dd2e13ce144), UINT64_C(0xe9ed90d2eb35d), UINT64_C(0xa8e5ff9a692c6), UINT64_C(0x0000000680447)};

/* 2^416 mod p, which is 1 */
static const uint64_t lanes_one[8] = {UINT64_C(0x6480ea8e9b9af), UINT64_C(0x65766c8fe444f), UINT64_C(0x8b540fea96f7d), UINT64_C(0x3b2ee82efd422), UINT64_C(0xa6723e5f0ade5), UINT64_C(0xff6eb6fdd4230), UINT64_C(0xe06ef23c24a25), UINT64_C(0x0000000014c8e)};

/* 2^384 mod p, which is 2^-32 */
static const uint64_t lanes_scale_down[8] = {UINT64_C(0x900000002fffd), UINT64_C(0x0bc40c0002760), UINT64_C(0x3c758baebf400), UINT64_C(0x57455f4898575), UINT64_C(0xd77ce58537052), UINT64_C(0x071a97a256ec6), UINT64_C(0xec3fa80e4935c), UINT64_C(0x0000000015f65)};

/* 2^448 mod p, which is 2^32 */
static const uint64_t lanes_scale_up[8] = {UINT64_C(0x7fde37dba9366), UINT64_C(0x4e27525bc342b), UINT64_C(0x1f5b1e9778489), UINT64_C(0xb872b2b91b9dc), UINT64_C(0xb206f497dfcaf), UINT64_C(0x4137cc89a9b0b), UINT64_C(0xd9d20d7e39959), UINT64_C(0x000000000411c)};

/* 2^480 mod p, which is 2^64 */
static const uint64_t lanes_scale_up_twice[8] = {UINT64_C(0x6a0c0a653f6fc), UINT64_C(0xdf21bc8d58e0c), UINT64_C(0x63665a0c7a249), UINT64_C(0xf6cc74d9c6d43), UINT64_C(0xb33c525492b6b), UINT64_C(0xc5935a887f8c8), UINT64_C(0x487a48f1eb623), UINT64_C(0x000000001447c)};

#endif
