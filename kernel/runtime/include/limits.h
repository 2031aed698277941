/* C11 5.2.4.2.1 for x86-64, and the limits of POSIX that are fixed here. */
#ifndef NONOS_LIBC_LIMITS_H
#define NONOS_LIBC_LIMITS_H

#define CHAR_BIT   8
#define SCHAR_MIN  (-128)
#define SCHAR_MAX  127
#define UCHAR_MAX  255
#define CHAR_MIN   SCHAR_MIN
#define CHAR_MAX   SCHAR_MAX
#define MB_LEN_MAX 4
#define SHRT_MIN   (-32768)
#define SHRT_MAX   32767
#define USHRT_MAX  65535
#define INT_MAX    0x7fffffff
#define INT_MIN    (-INT_MAX - 1)
#define UINT_MAX   0xffffffffu
#define LONG_MAX   0x7fffffffffffffffl
#define LONG_MIN   (-LONG_MAX - 1)
#define ULONG_MAX  0xfffffffffffffffful
#define LLONG_MAX  0x7fffffffffffffffll
#define LLONG_MIN  (-LLONG_MAX - 1)
#define ULLONG_MAX 0xffffffffffffffffull

#define SSIZE_MAX LONG_MAX
#define PATH_MAX  4096
#define NAME_MAX  255
#define PIPE_BUF  4096
#define OPEN_MAX  256
#define ARG_MAX   131072

#endif
