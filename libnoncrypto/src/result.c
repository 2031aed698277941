#include <noncrypto/result.h>

const char *noncrypto_strerror(int result)
{
    switch (result) {
    case NONCRYPTO_OK:
        return "success";
    case NONCRYPTO_E_INVALID:
        return "an argument is not valid";
    case NONCRYPTO_E_VERIFY:
        return "the signature or tag does not match";
    case NONCRYPTO_E_ENTROPY:
        return "the entropy source failed";
    case NONCRYPTO_E_NO_SPACE:
        return "the buffer is too small";
    case NONCRYPTO_E_UNSUPPORTED:
        return "not supported by this build";
    case NONCRYPTO_E_SELFTEST:
        return "a known-answer test failed";
    default:
        return "unknown result";
    }
}
