#include "weierstrass/wnaf.h"

#include <string.h>

#include "bignum/limb.h"

unsigned wnaf_vartime(int8_t *digits, const uint64_t *scalar, unsigned n, unsigned w)
{
    unsigned ndigits = 64 * n + 1;
    unsigned used = 0;
    uint32_t carry = 0;

    memset(digits, 0, ndigits);
    for (unsigned at = 0; at < ndigits;) {
        uint32_t bits = limbs_bits(scalar, n, at);

        /* A run of digits 0: the next bit is what the carry says. */
        if ((bits & 1) == carry) {
            at++;
            continue;
        }
        uint32_t digit = (bits & ((UINT32_C(1) << w) - 1)) + carry;
        carry = digit >> (w - 1);
        digits[at] = (int8_t)((int32_t)digit - (int32_t)(carry << w));
        used = at + 1;
        at += w;
    }
    return used;
}
