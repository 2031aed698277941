/* From an image that was verified to a Module. */
#ifndef ATTESTOR_MINT_H
#define ATTESTOR_MINT_H

#include <nonos/runtime.h>
#include <nonzk/module.h>

/* Where the bytes are, and who pays. */
struct mint {
    const uint8_t *file;
    nonos_handle
        memory; /* holds the same bytes from its start on, and only this task can write it */
    nonos_handle account; /* CREATE */
    uint64_t grants;
};

/* A Module; all zero: none. */
struct minted {
    nonos_handle root;   /* the parent of all there are */
    nonos_handle shared; /* LOAD, INSPECT, GRANT: what clients get */
};

/*
 * Has the kernel make a Module of the ELF image, which is the first `report->elf_len` bytes; the kernel hashes its copy and compares it with the
 * hash of the report. On error `minted` is all zero. Results of image_decode(), module_mint and cap_derive.
 */
NONOS_MUST_CHECK int mint_module(const struct mint *mint, const struct nonzk_module_report *report,
                                 struct minted *minted);

/* Takes a Module away from everybody. Tasks that were made of it go on. */
void mint_drop(struct minted *minted);

#endif
