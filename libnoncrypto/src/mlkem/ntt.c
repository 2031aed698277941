/*
 * The number-theoretic transform modulo 3329 (FIPS 203 section 4.3).
 */
#include "mlkem/mlkem.h"

const int16_t noncrypto_mlkem_zetas[128] = {
    -1044, -758,  -359,  -1517, 1493,  1422,  287,   202,   -171,  622,   1577,  182,   962,
    -1202, -1474, 1468,  573,   -1325, 264,   383,   -829,  1458,  -1602, -130,  -681,  1017,
    732,   608,   -1542, 411,   -205,  -1571, 1223,  652,   -552,  1015,  -1293, 1491,  -282,
    -1544, 516,   -8,    -320,  -666,  -1618, -1162, 126,   1469,  -853,  -90,   -271,  830,
    107,   -1421, -247,  -951,  -398,  961,   -1508, -725,  448,   -1065, 677,   -1275, -1103,
    430,   555,   843,   -1251, 871,   1550,  105,   422,   587,   177,   -235,  -291,  -460,
    1574,  1653,  -246,  778,   1159,  -147,  -777,  1483,  -602,  1119,  -1590, 644,   -872,
    349,   418,   329,   -156,  -75,   817,   1097,  603,   610,   1322,  -1285, -1465, 384,
    -1215, -136,  1218,  -1335, -874,  220,   -1187, -1659, -1185, -1530, -1278, 794,   -1510,
    -854,  -870,  478,   -108,  -308,  996,   991,   958,   -1460, 1522,  1628,
};

static int16_t multiply_mod(int16_t a, int16_t b)
{
    return mlkem_montgomery((int32_t)a * b);
}

/* Each of the seven layers adds less than q to |c|: at most 8 q < 2^15. */
void noncrypto_mlkem_ntt(struct noncrypto_mlkem_poly *p)
{
    int16_t *c = p->c;
    unsigned k = 1;

    for (unsigned len = 128; len >= 2; len >>= 1)
        for (unsigned start = 0; start < MLKEM_N; start += 2 * len) {
            int16_t zeta = noncrypto_mlkem_zetas[k++];
            for (unsigned j = start; j < start + len; j++) {
                int16_t t = multiply_mod(zeta, c[j + len]);
                c[j + len] = (int16_t)(c[j] - t);
                c[j] = (int16_t)(c[j] + t);
            }
        }
    for (unsigned i = 0; i < MLKEM_N; i++)
        c[i] = mlkem_barrett(c[i]);
}

/* A sum may double |c| in each layer, from q to 8 q in three: then it is reduced. */
void noncrypto_mlkem_inverse_ntt(struct noncrypto_mlkem_poly *p)
{
    int16_t *c = p->c;
    unsigned k = 127;

    for (unsigned len = 2; len <= 128; len <<= 1)
        for (unsigned start = 0; start < MLKEM_N; start += 2 * len) {
            int16_t zeta = noncrypto_mlkem_zetas[k--];
            for (unsigned j = start; j < start + len; j++) {
                int16_t t = c[j];
                int16_t sum = (int16_t)(t + c[j + len]);
                c[j] = len == 8 || len == 64 ? mlkem_barrett(sum) : sum;
                c[j + len] = multiply_mod(zeta, (int16_t)(c[j + len] - t));
            }
        }
    for (unsigned i = 0; i < MLKEM_N; i++)
        c[i] = multiply_mod(c[i], MLKEM_R2_BY_128);
}

/*
 * Algorithms 11 and 12, with one reduction for the whole sum: in a pair, |sum| is at most
 * 3 * 2^12 * (q/2 + q) < 2^26 < q * 2^15.
 */
void noncrypto_mlkem_multiply(struct noncrypto_mlkem_poly *out,
                              const struct noncrypto_mlkem_poly a[MLKEM_K],
                              const struct noncrypto_mlkem_poly b[MLKEM_K])
{
    for (unsigned i = 0; i < MLKEM_N; i += 2) {
        int16_t zeta = noncrypto_mlkem_zetas[64 + i / 4];
        int32_t even = 0, odd = 0;

        if (i & 2)
            zeta = (int16_t)-zeta;
        for (unsigned j = 0; j < MLKEM_K; j++) {
            const int16_t *x = a[j].c + i;
            const int16_t *y = b[j].c + i;
            even += x[0] * y[0] + x[1] * multiply_mod(y[1], zeta);
            odd += x[0] * y[1] + x[1] * y[0];
        }
        out->c[i] = mlkem_montgomery(even);
        out->c[i + 1] = mlkem_montgomery(odd);
    }
}
