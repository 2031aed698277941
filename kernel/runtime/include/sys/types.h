/* Types of POSIX. Task ids are small numbers that are never used again while the system runs, so they fit pid_t. */
#ifndef NONOS_LIBC_SYS_TYPES_H
#define NONOS_LIBC_SYS_TYPES_H

#include <stddef.h>
#include <stdint.h>

typedef long ssize_t;
typedef int64_t off_t;
typedef int pid_t;
typedef unsigned int uid_t;
typedef unsigned int gid_t;
typedef unsigned int mode_t;
typedef uint64_t dev_t;
typedef uint64_t ino_t;
typedef unsigned int nlink_t;
typedef int64_t blksize_t;
typedef int64_t blkcnt_t;
typedef uint64_t fsblkcnt_t;
typedef uint64_t fsfilcnt_t;
typedef int64_t time_t;
typedef int64_t suseconds_t;
typedef unsigned int useconds_t;
typedef int clockid_t;

#endif
