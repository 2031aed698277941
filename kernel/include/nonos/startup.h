/*
 * The start-up block: what a task finds at its birth. Its creator writes it into a Memory; the kernel maps it read-only and the first
 * thread gets its address and length. It names the capabilities that the creator handed over: what is not in it, the task
 * cannot name.
 */
#ifndef NONOS_STARTUP_H
#define NONOS_STARTUP_H

#include <stdint.h>

#include <nonos/objects.h>

#define NONOS_STARTUP_MAGIC     0x54524154534f4e4eull /* "NNOSTART" */
#define NONOS_STARTUP_VERSION   1u
#define NONOS_STARTUP_MAX       262144u
#define NONOS_STARTUP_NAME_SIZE 24

/* Names that programs expect. Each is missing if the task was not given it. */
#define NONOS_NAME_STDIN  "stdin"  /* a file (nonos/file.h) open for reading */
#define NONOS_NAME_STDOUT "stdout" /* a file open for writing */
#define NONOS_NAME_STDERR "stderr"
#define NONOS_NAME_ROOT   "root"   /* directory that "/" means */
#define NONOS_NAME_CWD    "cwd"    /* directory that relative paths start from */
#define NONOS_NAME_CLOCK  "clock"  /* System with CLOCK and RANDOM only */
#define NONOS_NAME_SYSTEM "system" /* System with more */
#define NONOS_NAME_ATTEST \
    "attest" /* the attestor (nonos/attest.h): turns a program's bytes into a Module */
#define NONOS_NAME_ATTEST_SEAL \
    "attest-seal" /* shown to the attestor by who changes what may run (nonos/attest.h) */
#define NONOS_NAME_SUPERVISOR "supervisor" /* the supervisor (nonos/supervisor.h) */
#define NONOS_NAME_AUDIT      "audit"      /* Audit with READ */
#define NONOS_NAME_NET        "net"        /* streams through the onion network */

/* Header; offsets are from its first byte. Strings are UTF-8 and NUL-terminated. */
struct nonos_startup {
    uint64_t magic;
    uint32_t version;
    uint32_t len;  /* of the whole block */
    uint32_t argc; /* strings at args_offset, one after the other */
    uint32_t args_offset;
    uint32_t envc; /* "NAME=value" strings at env_offset */
    uint32_t env_offset;
    uint32_t ncaps; /* struct nonos_startup_cap at caps_offset */
    uint32_t caps_offset;
    char cwd_path[256]; /* absolute path of `cwd`, for people */
};

struct nonos_startup_cap {
    char name
        [NONOS_STARTUP_NAME_SIZE]; /* "fd3" and so on name open files beyond the three standard ones */
    nonos_handle handle;
    uint32_t reserved;
};

#endif
