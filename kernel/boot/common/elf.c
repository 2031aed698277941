#include "common/elf.h"

#include "common/bytes.h"
#include "common/page.h"

#include <stdbool.h>
#include <string.h>

enum {
    EHDR_SIZE = 64,
    PHDR_SIZE = 56,
    CLASS_64 = 2,
    DATA_LITTLE = 1,
    VERSION_CURRENT = 1,
    TYPE_DYN = 3,
    MACHINE_X86_64 = 62,
    PT_LOAD = 1,
    PT_INTERP = 3,
    PT_TLS = 7,
    PT_GNU_STACK = 0x6474e551,
    PF_X = 1,
    PF_W = 2,
    PHNUM_MAX = 64,
};

struct program_header {
    uint32_t type;
    uint32_t flags;
    uint64_t offset;
    uint64_t address;
    uint64_t file_len;
    uint64_t memory_len;
};

static bool file_header_valid(const uint8_t *file, size_t len)
{
    static const uint8_t ident[7] = {
        0x7f, 'E', 'L', 'F', CLASS_64, DATA_LITTLE, VERSION_CURRENT,
    };
    return len >= EHDR_SIZE && memcmp(file, ident, sizeof ident) == 0 &&
           bytes_u16le(file + 16) == TYPE_DYN && bytes_u16le(file + 18) == MACHINE_X86_64 &&
           bytes_u32le(file + 20) == VERSION_CURRENT;
}

static void program_header_decode(struct program_header *h, const uint8_t *raw)
{
    h->type = bytes_u32le(raw);
    h->flags = bytes_u32le(raw + 4);
    h->offset = bytes_u64le(raw + 8);
    h->address = bytes_u64le(raw + 16);
    h->file_len = bytes_u64le(raw + 32);
    h->memory_len = bytes_u64le(raw + 40);
}

/* Appends one PT_LOAD. `elf->image_len` is the page-rounded end of the segments before it. */
static int segment_add(struct boot_elf *elf, const struct program_header *h, size_t len)
{
    if (h->offset > len || h->file_len > len - h->offset || h->file_len > h->memory_len ||
        h->memory_len == 0 || h->address % BOOT_PAGE_SIZE != h->offset % BOOT_PAGE_SIZE)
        return BOOT_E_ELF_SEGMENT;
    if ((h->flags & PF_W) && (h->flags & PF_X))
        return BOOT_E_ELF_WX;
    if (h->address >= BOOT_ELF_IMAGE_MAX || h->memory_len > BOOT_ELF_IMAGE_MAX - h->address ||
        elf->nsegments == BOOT_ELF_SEGMENTS_MAX)
        return BOOT_E_ELF_SIZE;
    if (elf->nsegments == 0 && h->address != 0)
        return BOOT_E_ELF_BASE;
    if (boot_page_down(h->address) < elf->image_len)
        return BOOT_E_ELF_OVERLAP;

    elf->segment[elf->nsegments++] = (struct boot_elf_segment){
        .address = h->address,
        .file_offset = h->offset,
        .file_len = h->file_len,
        .memory_len = h->memory_len,
        .writable = (h->flags & PF_W) != 0,
        .executable = (h->flags & PF_X) != 0,
    };
    elf->image_len = boot_page_up(h->address + h->memory_len);
    return 0;
}

static int program_header_check(struct boot_elf *elf, const struct program_header *h, size_t len)
{
    switch (h->type) {
    case PT_LOAD:
        return segment_add(elf, h, len);
    case PT_INTERP:
    case PT_TLS:
        return BOOT_E_ELF_DYNAMIC;
    case PT_GNU_STACK:
        return (h->flags & PF_X) ? BOOT_E_ELF_WX : 0;
    default:
        return 0;
    }
}

static bool entry_valid(const struct boot_elf *elf)
{
    for (size_t i = 0; i < elf->nsegments; i++) {
        const struct boot_elf_segment *s = &elf->segment[i];
        if (s->executable && elf->entry >= s->address && elf->entry - s->address < s->file_len)
            return true;
    }
    return false;
}

int boot_elf_check(struct boot_elf *elf, const void *file, size_t len)
{
    const uint8_t *bytes = file;

    if (!file_header_valid(bytes, len))
        return BOOT_E_ELF_FORMAT;
    uint64_t table = bytes_u64le(bytes + 32);
    size_t count = bytes_u16le(bytes + 56);
    if (bytes_u16le(bytes + 52) != EHDR_SIZE || bytes_u16le(bytes + 54) != PHDR_SIZE ||
        count > PHNUM_MAX || table > len || count * PHDR_SIZE > len - table)
        return BOOT_E_ELF_HEADERS;

    *elf = (struct boot_elf){.file = bytes, .entry = bytes_u64le(bytes + 24)};
    for (size_t i = 0; i < count; i++) {
        struct program_header h;
        program_header_decode(&h, bytes + table + i * PHDR_SIZE);
        int result = program_header_check(elf, &h, len);
        if (result)
            return result;
    }
    return entry_valid(elf) ? 0 : BOOT_E_ELF_ENTRY;
}

void boot_elf_load(const struct boot_elf *elf, void *image)
{
    uint8_t *out = image;
    uint64_t done = 0;

    for (size_t i = 0; i < elf->nsegments; i++) {
        const struct boot_elf_segment *s = &elf->segment[i];
        memset(out + done, 0, s->address - done);
        memcpy(out + s->address, elf->file + s->file_offset, s->file_len);
        done = s->address + s->file_len;
    }
    memset(out + done, 0, elf->image_len - done);
}
