/*
 * From an ELF file to what the kernel needs to know of it (struct nonos_image). The one place where bytes of an image are
 * interpreted in ring 3.
 */
#ifndef ATTESTOR_IMAGE_H
#define ATTESTOR_IMAGE_H

#include <stddef.h>
#include <stdint.h>

#include <nonos/objects.h>
#include <nonos/result.h>

/*
 * Decodes the `len` bytes of a static position-independent x86-64 ELF: fills entry, nsegments and segments of `image`; the rest is
 * the caller's. INVALID for anything that is not laid out as kernel/runtime/module.ld does: another class or machine, an interpreter,
 * thread-local storage, an executable stack, a segment that is not page aligned, that overlaps or leaves the file, that is writable and
 * executable, or an entry point outside of the code. On error `image` is unchanged.
 */
NONOS_MUST_CHECK int image_decode(struct nonos_image *image, const uint8_t *elf, size_t len);

#endif
