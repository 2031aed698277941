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
    case NONNET_E_NO_MEMORY:
        return "the arena is too small";
    case NONNET_E_FULL:
        return "a table or queue is full";
    case NONNET_E_EMPTY:
        return "there is nothing to take";
    case NONNET_E_STALE:
        return "the handle names nothing any more";
    case NONNET_E_IN_USE:
        return "the address or port is in use";
    case NONNET_E_NOT_FOUND:
        return "there is no such entry";
    case NONNET_E_UNREACHABLE:
        return "the destination cannot be reached";
    case NONNET_E_REFUSED:
        return "the peer has nobody at that port";
    case NONNET_E_TOO_LONG:
        return "the message is too long";
    case NONNET_E_RESET:
        return "the peer has aborted the connection";
    case NONNET_E_TIMED_OUT:
        return "the peer did not answer in time";
    case NONNET_E_CLOSED:
        return "the connection has ended";
    default:
        return "unknown result";
    }
}
