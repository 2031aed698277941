#include <nonnet/result.h>

const char *nonnet_strerror(int result)
{
    switch (result) {
    case NONNET_OK:
        return "success";
    case NONNET_E_INVALID:
        return "an argument is not valid";
    case NONNET_E_TRUNCATED:
        return "the packet is shorter than its headers say";
    case NONNET_E_MALFORMED:
        return "the packet breaks its specification";
    case NONNET_E_CHECKSUM:
        return "a checksum does not match";
    case NONNET_E_NO_SPACE:
        return "the buffer is too small";
    case NONNET_E_UNSUPPORTED:
        return "the protocol is not supported";
    default:
        return "unknown result";
    }
}
