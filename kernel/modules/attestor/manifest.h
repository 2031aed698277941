/*
 * The manifest of a distribution: which images may run, with which grants, and what the supervisor starts and hands to each module.
 * The format is described in docs/profile.md. It is read by the attestor (who may run) and by the supervisor (what to start).
 */
#ifndef ATTESTOR_MANIFEST_H
#define ATTESTOR_MANIFEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <nonos/archive.h>
#include <nonos/result.h>
#include <nonos/startup.h>

#define MANIFEST_MODULES  32
#define MANIFEST_PROGRAMS 256
#define MANIFEST_GIVES    24 /* a module */
#define MANIFEST_SERVICES 8  /* a module, each of served and needed */
#define MANIFEST_DEVICES  4
#define MANIFEST_LINE_MAX 256

/* What a `give` line names. */
enum manifest_give_kind {
    GIVE_CLOCK,  /* System with CLOCK and RANDOM */
    GIVE_SYSTEM, /* System with `rights` */
    GIVE_AUDIT,  /* Audit with `rights` */
    GIVE_PORTS,  /* IoRegion of `count` ports from `first` on */
    GIVE_IRQ, /* Irq of global system interrupt `first`, `count` flags of NONOS_IRQ_GSI's argument >> 32 */
    GIVE_ALL_PORTS,   /* the root IoRegion of ports, CARVE */
    GIVE_ALL_MMIO,    /* the root IoRegion of memory, CARVE */
    GIVE_ALL_IRQS,    /* the root Irq, CARVE */
    GIVE_ALL_DMA,     /* the root DmaDomain, CARVE */
    GIVE_FRAMEBUFFER, /* IoRegion of the framebuffer; nothing if there is none */
    GIVE_BOOT_INFO,   /* Memory, READ */
    GIVE_ARCHIVE,     /* Memory, READ */
    GIVE_ATTEST,      /* the attestor */
    GIVE_ATTEST_SEAL, /* what it wants to see of who changes its rule */
    GIVE_SUPERVISOR,  /* the supervisor; `count` 1: may stop and start modules */
    GIVE_SERVICE,     /* a connection to `service` */
};

struct manifest_give {
    enum manifest_give_kind kind;
    uint32_t rights;
    uint64_t first, count;
    char name[NONOS_STARTUP_NAME_SIZE];
    char service[NONOS_STARTUP_NAME_SIZE];
};

struct manifest_service {
    char name[NONOS_STARTUP_NAME_SIZE];
    uint64_t grants; /* stamped on the endpoint of a service that is served */
};

struct manifest_device {
    uint32_t vendor, id; /* NONOS_PCI_ANY allowed */
};

enum manifest_restart { RESTART_ALWAYS, RESTART_FAILURE, RESTART_NEVER };

struct manifest_image {
    char name[NONOS_STARTUP_NAME_SIZE];
    char image[NONOS_ARCHIVE_NAME_SIZE];
    uint64_t grants;
};

struct manifest_module {
    struct manifest_image image;
    struct manifest_give gives[MANIFEST_GIVES];
    uint32_t ngives;
    struct manifest_service serves[MANIFEST_SERVICES];
    uint32_t nserves;
    struct manifest_service connects[MANIFEST_SERVICES]; /* may be asked for later */
    uint32_t nconnects;
    struct manifest_device devices[MANIFEST_DEVICES]; /* the first of these that is free */
    uint32_t ndevices;
    enum manifest_restart restart;
    uint32_t priority;
    uint32_t heartbeat_s; /* 0: none */
    uint64_t memory, dma, stack;
    char arguments[MANIFEST_LINE_MAX]; /* strings, one after the other; an empty one ends them */
    bool started; /* by the supervisor: every module but the attestor and the supervisor itself */
};

struct manifest {
    struct manifest_module modules[MANIFEST_MODULES];
    uint32_t nmodules;
    struct manifest_image programs[MANIFEST_PROGRAMS];
    uint32_t nprograms;
};

struct manifest_error {
    uint32_t line;
    const char *what;
};

/*
 * Parses `len` bytes of text. INVALID with `*error` filled if any line is not understood; then `manifest` holds nothing useful. The
 * time is linear in `len`, but for looking up names among at most MANIFEST_PROGRAMS.
 */
NONOS_MUST_CHECK int manifest_parse(struct manifest *manifest, const char *text, size_t len,
                                    struct manifest_error *error);

/* The grant mask's bit of a word ("device", "block-raw" ...), or 0. */
uint64_t manifest_grant(const char *word);

#endif
