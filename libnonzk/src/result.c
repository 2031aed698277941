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
    case NONZK_E_NOT_ON_CURVE:
        return "the coordinates are not those of a point on the curve";
    case NONZK_E_NOT_IN_SUBGROUP:
        return "the point is not in the subgroup of prime order";
    case NONZK_E_INFINITY:
        return "the point at infinity is not allowed here";
    case NONZK_E_KEY:
        return "the verifying key is unsafe or damaged";
    case NONZK_E_PROOF:
        return "the proof does not hold";
    case NONZK_E_NO_SPACE:
        return "the memory given is too small or not aligned";
    case NONZK_E_UNSATISFIED:
        return "a constraint does not hold";
    case NONZK_E_UNSUPPORTED:
        return "the file is for another field or has features that are not supported";
    case NONZK_E_NOT_ATTESTED:
        return "the file carries no attestation";
    case NONZK_E_MANIFEST:
        return "the manifest is not well formed";
    case NONZK_E_CIRCUIT:
        return "the attestation is for the key of another circuit";
    case NONZK_E_EPOCH:
        return "the attestation is for another epoch";
    case NONZK_E_DENIED:
        return "the authority is on the deny-list";
    case NONZK_E_NOT_FOUND:
        return "there is no such authority";
    case NONZK_E_EXISTS:
        return "there is an authority with this key";
    case NONZK_E_SEAL:
        return "the file was changed after it was written";
    default:
        return "unknown result";
    }
}
