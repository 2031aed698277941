/*
 * errno. Each value is the negated nonos_result that it comes from (nonos/result.h), under its POSIX name; what POSIX alone
 * knows starts at 64. EAGAIN and the like that nothing here can return do not exist.
 */
#ifndef NONOS_LIBC_ERRNO_H
#define NONOS_LIBC_ERRNO_H

int *nonos_errno_location(void) __attribute__((const));
#define errno (*nonos_errno_location())

#define ENOSYS       1
#define EPERM        4
#define EACCES       4 /* a capability does not allow it; there is no other permission */
#define EINVAL       7
#define EFAULT       8
#define ENOMEM       9
#define EDQUOT       10
#define EBUSY        13
#define ETIMEDOUT    14
#define ECANCELED    15
#define ECONNRESET   16
#define ENOENT       18
#define EEXIST       19
#define ENOTDIR      20
#define EISDIR       21
#define ENOTEMPTY    22
#define EROFS        23
#define ENAMETOOLONG 24
#define ELOOP        25
#define ENOSPC       26
#define EOVERFLOW    27
#define EIO          28
#define EILSEQ       29
#define ENOTSUP      30
#define EOPNOTSUPP   30
#define ENODEV       31
#define ENXIO        31
#define EFBIG        32
#define EXDEV        33
#define ENOEXEC      34
#define EPIPE        36
#define ENOTTY       38
#define EINTR        39

#define EBADF  64
#define EMFILE 65
#define ECHILD 66
#define ESRCH  67
#define ERANGE 68
#define EDOM   69
#define E2BIG  70
#define EAGAIN 71
#define ESPIPE 72

#endif
