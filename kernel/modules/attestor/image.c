/* ELF-64, System V ABI chapters 4 and 5, as much of it as an image may have. */
#include "image.h"

#include <elf.h>
#include <stdbool.h>
#include <string.h>

#define HEADERS_MAX 16
#define ADDRESS_END (1ull << 32) /* an image is smaller than 4 GiB; the kernel says so too */

static bool header_valid(const Elf64_Ehdr *h, size_t len)
{
    return memcmp(h->e_ident, ELFMAG, SELFMAG) == 0 && h->e_ident[EI_CLASS] == ELFCLASS64 &&
           h->e_ident[EI_DATA] == ELFDATA2LSB && h->e_ident[EI_VERSION] == EV_CURRENT &&
           h->e_type == ET_DYN && h->e_machine == EM_X86_64 && h->e_version == EV_CURRENT &&
           h->e_phentsize == sizeof(Elf64_Phdr) && h->e_phnum > 0 && h->e_phnum <= HEADERS_MAX &&
           h->e_phoff <= len && h->e_phnum * sizeof(Elf64_Phdr) <= len - h->e_phoff;
}

static bool page_aligned(uint64_t n)
{
    return n % NONOS_PAGE_SIZE == 0;
}

static uint32_t prot_of(uint32_t flags)
{
    return (flags & PF_R ? NONOS_PROT_READ : 0) | (flags & PF_W ? NONOS_PROT_WRITE : 0) |
           (flags & PF_X ? NONOS_PROT_EXECUTE : 0);
}

/* Adds a loadable segment, which must lie behind the ones before it. */
static int segment_add(struct nonos_image *image, const Elf64_Phdr *p, size_t len)
{
    uint64_t end = 0;
    if (p->p_memsz == 0)
        return p->p_filesz ? NONOS_E_INVALID : NONOS_OK;
    if (image->nsegments == NONOS_IMAGE_SEGMENTS)
        return NONOS_E_INVALID;
    if (image->nsegments) {
        const struct nonos_segment *last = &image->segments[image->nsegments - 1];
        end = (last->address + last->memory_len + NONOS_PAGE_SIZE - 1) &
              ~(uint64_t)(NONOS_PAGE_SIZE - 1);
    }
    bool writable_code = p->p_flags & PF_W && p->p_flags & PF_X;
    if (!(p->p_flags & PF_R) || writable_code || !page_aligned(p->p_vaddr) ||
        !page_aligned(p->p_offset))
        return NONOS_E_INVALID;
    if (p->p_filesz > p->p_memsz || p->p_offset > len || p->p_filesz > len - p->p_offset)
        return NONOS_E_INVALID;
    if (p->p_vaddr < end || p->p_vaddr >= ADDRESS_END || p->p_memsz > ADDRESS_END - p->p_vaddr)
        return NONOS_E_INVALID;
    image->segments[image->nsegments++] = (struct nonos_segment){
        .address = p->p_vaddr,
        .file_offset = p->p_offset,
        .file_len = p->p_filesz,
        .memory_len = p->p_memsz,
        .prot = prot_of(p->p_flags),
    };
    return NONOS_OK;
}

static int program_header(struct nonos_image *image, const Elf64_Phdr *p, size_t len)
{
    switch (p->p_type) {
    case PT_LOAD:
        return segment_add(image, p, len);
    case PT_INTERP:
    case PT_TLS:
        return NONOS_E_INVALID;
    case PT_GNU_STACK:
        return p->p_flags & PF_X ? NONOS_E_INVALID : NONOS_OK;
    default:
        return NONOS_OK;
    }
}

static bool entry_valid(const struct nonos_image *image)
{
    for (uint32_t i = 0; i < image->nsegments; i++) {
        const struct nonos_segment *s = &image->segments[i];
        if (s->prot & NONOS_PROT_EXECUTE && image->entry >= s->address &&
            image->entry - s->address < s->file_len)
            return true;
    }
    return false;
}

int image_decode(struct nonos_image *image, const uint8_t *elf, size_t len)
{
    struct nonos_image decoded = *image;
    Elf64_Ehdr header;
    if (len < sizeof(header))
        return NONOS_E_INVALID;
    memcpy(&header, elf, sizeof(header));
    if (!header_valid(&header, len))
        return NONOS_E_INVALID;
    decoded.entry = header.e_entry;
    decoded.nsegments = 0;
    memset(decoded.segments, 0, sizeof(decoded.segments));
    for (unsigned i = 0; i < header.e_phnum; i++) {
        Elf64_Phdr p;
        memcpy(&p, elf + header.e_phoff + i * sizeof(p), sizeof(p));
        int result = program_header(&decoded, &p, len);
        if (result < 0)
            return result;
    }
    if (!entry_valid(&decoded))
        return NONOS_E_INVALID;
    *image = decoded;
    return NONOS_OK;
}
