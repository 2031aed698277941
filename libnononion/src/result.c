#include <nononion/result.h>

const char *nononion_strerror(int result)
{
    switch (result) {
    case NONONION_OK:
        return "success";
    case NONONION_E_INVALID:
        return "an argument is not valid";
    case NONONION_E_TRUNCATED:
        return "the cell is incomplete";
    case NONONION_E_MALFORMED:
        return "the cell breaks its specification";
    case NONONION_E_NO_SPACE:
        return "the buffer is too small";
    case NONONION_E_UNSUPPORTED:
        return "no version or type in common with the peer";
    case NONONION_E_AGAIN:
        return "more bytes are needed";
    default:
        return "unknown result";
    }
}
