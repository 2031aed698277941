#include <nonfs/result.h>

const char *nonfs_strerror(int result)
{
    switch (result) {
    case NONFS_OK:
        return "success";
    case NONFS_E_INVALID:
        return "an argument is not valid";
    case NONFS_E_IO:
        return "the device reported an error";
    case NONFS_E_CORRUPT:
        return "the structure on disk is damaged";
    case NONFS_E_CHECKSUM:
        return "a checksum on disk does not match";
    case NONFS_E_UNSUPPORTED:
        return "the image uses a feature that is not supported";
    case NONFS_E_NOT_FOUND:
        return "no such file or directory";
    case NONFS_E_NOT_DIRECTORY:
        return "not a directory";
    case NONFS_E_IS_DIRECTORY:
        return "is a directory";
    case NONFS_E_NO_SPACE:
        return "the buffer is too small";
    case NONFS_E_NO_MEMORY:
        return "the arena is too small";
    case NONFS_E_NAME_TOO_LONG:
        return "the name is too long";
    case NONFS_E_LOOP:
        return "too many levels of symbolic links";
    case NONFS_E_READ_ONLY:
        return "the file system is read-only";
    case NONFS_E_RANGE:
        return "the offset is out of range";
    case NONFS_E_GONE:
        return "the device is gone";
    case NONFS_E_NEEDS_RECOVERY:
        return "the journal must be replayed first";
    case NONFS_E_NO_SIGNATURE:
        return "the device does not hold a volume of this kind";
    case NONFS_E_FULL:
        return "no space is left on the volume";
    case NONFS_E_EXISTS:
        return "the name exists";
    case NONFS_E_NOT_EMPTY:
        return "the directory is not empty";
    case NONFS_E_TOO_MANY_LINKS:
        return "the inode has too many links";
    case NONFS_E_ABORTED:
        return "an earlier error ended writing";
    case NONFS_E_DENIED:
        return "the handle does not allow this";
    case NONFS_E_BUSY:
        return "it is in use";
    case NONFS_E_CROSS_DEVICE:
        return "the names are on different file systems";
    default:
        return "unknown result";
    }
}
