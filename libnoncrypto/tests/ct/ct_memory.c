/* Comparison and selection: the bytes are secret, and so is the result of a selection. */
#include <noncrypto/memory.h>
#include <stdint.h>

#include "taint.h"

int ct_memory(void);

int ct_memory(void)
{
    uint8_t a[70], b[70], out[70];
    int result = 0;

    for (unsigned i = 0; i < sizeof a; i++)
        a[i] = b[i] = (uint8_t)i;
    taint(a, sizeof a);
    taint(b, sizeof b);
    for (size_t len = 0; len <= sizeof a; len++) {
        int differ = noncrypto_compare(a, b, len);
        untaint(&differ, sizeof differ);
        result |= differ;
    }
    for (size_t i = 0; i < sizeof a; i += 23) {
        b[i] ^= 0x80;
        int differ = noncrypto_compare(a, b, sizeof a);
        untaint(&differ, sizeof differ);
        result |= differ == 0;
    }
    for (unsigned choice = 0; choice < 2; choice++) {
        int secret = (int)choice;
        taint(&secret, sizeof secret);
        noncrypto_select(secret, out, a, b, sizeof out);
        untaint(out, sizeof out);
    }
    noncrypto_wipe(a, sizeof a);
    return result;
}
