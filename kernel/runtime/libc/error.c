/* errno: one a thread, with the texts of nonos/result.h. */
#include <errno.h>
#include <string.h>

#include <nonos/result.h>
#include <nonos/thread.h>

_Static_assert(ENOSYS == -NONOS_E_NO_CALL && EPERM == -NONOS_E_DENIED &&
                   EINVAL == -NONOS_E_INVALID && EFAULT == -NONOS_E_BAD_ADDRESS &&
                   ENOMEM == -NONOS_E_NO_MEMORY && EDQUOT == -NONOS_E_QUOTA &&
                   EBUSY == -NONOS_E_BUSY && ETIMEDOUT == -NONOS_E_TIMED_OUT &&
                   ECANCELED == -NONOS_E_CANCELLED && ECONNRESET == -NONOS_E_PEER_GONE &&
                   ENOENT == -NONOS_E_NOT_FOUND && EEXIST == -NONOS_E_EXISTS &&
                   ENOTDIR == -NONOS_E_NOT_DIRECTORY && EISDIR == -NONOS_E_IS_DIRECTORY &&
                   ENOTEMPTY == -NONOS_E_NOT_EMPTY && EROFS == -NONOS_E_READ_ONLY,
               "errno values are negated results");
_Static_assert(ENAMETOOLONG == -NONOS_E_NAME_TOO_LONG && ELOOP == -NONOS_E_LOOP &&
                   ENOSPC == -NONOS_E_NO_SPACE && EOVERFLOW == -NONOS_E_RANGE &&
                   EIO == -NONOS_E_IO && EILSEQ == -NONOS_E_CORRUPT &&
                   ENOTSUP == -NONOS_E_UNSUPPORTED && ENODEV == -NONOS_E_NO_DEVICE &&
                   EFBIG == -NONOS_E_TOO_BIG && EXDEV == -NONOS_E_CROSS_DEVICE &&
                   ENOEXEC == -NONOS_E_NOT_ATTESTED && EPIPE == -NONOS_E_PIPE &&
                   ENOTTY == -NONOS_E_NOT_TERMINAL && EINTR == -NONOS_E_INTERRUPTED,
               "errno values are negated results");

int *nonos_errno_location(void)
{
    return &nonos_thread_self()->error;
}

char *strerror(int error)
{
    static const struct {
        int error;
        const char *text;
    } own[] = {
        {EBADF, "no such open file"},    {EMFILE, "too many open files"},
        {ECHILD, "no such child"},       {ESRCH, "no such task"},
        {ERANGE, "result out of range"}, {EDOM, "argument out of range"},
        {E2BIG, "arguments too long"},   {EAGAIN, "try again"},
        {ESPIPE, "cannot seek in this"},
    };
    for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
        if (own[i].error == error)
            return (char *)(uintptr_t)own[i].text;
    return (char *)(uintptr_t)nonos_strerror(-(long)error);
}
