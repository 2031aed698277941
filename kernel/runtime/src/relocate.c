/*
 * Self-relocation. The linker leaves only R_X86_64_RELATIVE (its -z text and the missing dynamic symbols see to that), so
 * this adds the load bias to words of the data segment. It runs before anything that could itself need a relocation.
 */
#include <elf.h>

#include "start.h"

void nonos_relocate(uintptr_t base, const Elf64_Dyn *dynamic)
{
    uintptr_t rela = 0;
    size_t len = 0;
    for (; dynamic->d_tag != DT_NULL; dynamic++) {
        if (dynamic->d_tag == DT_RELA)
            rela = base + dynamic->d_un.d_ptr;
        else if (dynamic->d_tag == DT_RELASZ)
            len = dynamic->d_un.d_val;
    }
    const Elf64_Rela *entry = (const Elf64_Rela *)rela;
    for (size_t i = 0; i < len / sizeof(*entry); i++) {
        if (ELF64_R_TYPE(entry[i].r_info) != R_X86_64_RELATIVE)
            __builtin_trap();
        *(uint64_t *)(base + entry[i].r_offset) = base + (uint64_t)entry[i].r_addend;
    }
}
