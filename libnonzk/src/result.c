#include <nonzk/result.h>

const char *nonzk_strerror(int result)
{
    switch (result) {
    case NONZK_OK:
        return "success";
    case NONZK_E_INVALID:
        return "an argument is not valid";
    case NONZK_E_ENCODING:
        return "the encoding is not canonical";
    case NONZK_E_NOT_INVERTIBLE:
        return "zero has no inverse";
    case NONZK_E_NO_ROOT:
        return "the element is not a square";
    default:
        return "unknown result";
    }
}
