/* The part of ELF-64 (System V ABI, chapters 4 and 5) that images of NONOS use. */
#ifndef NONOS_LIBC_ELF_H
#define NONOS_LIBC_ELF_H

#include <stdint.h>

#define ELFMAG             "\177ELF"
#define SELFMAG            4
#define EI_NIDENT          16
#define EI_CLASS           4
#define EI_DATA            5
#define EI_VERSION         6
#define ELFCLASS64         2
#define ELFDATA2LSB        1
#define EV_CURRENT         1
#define ET_DYN             3
#define EM_X86_64          62
#define PT_LOAD            1
#define PT_DYNAMIC         2
#define PT_INTERP          3
#define PT_TLS             7
#define PT_GNU_STACK       0x6474e551
#define PF_X               1
#define PF_W               2
#define PF_R               4
#define DT_NULL            0
#define DT_RELA            7
#define DT_RELASZ          8
#define R_X86_64_RELATIVE  8
#define ELF64_R_TYPE(info) ((info)&0xffffffff)

typedef struct {
    unsigned char e_ident[EI_NIDENT];
    uint16_t e_type;
    uint16_t e_machine;
    uint32_t e_version;
    uint64_t e_entry;
    uint64_t e_phoff;
    uint64_t e_shoff;
    uint32_t e_flags;
    uint16_t e_ehsize;
    uint16_t e_phentsize;
    uint16_t e_phnum;
    uint16_t e_shentsize;
    uint16_t e_shnum;
    uint16_t e_shstrndx;
} Elf64_Ehdr;

typedef struct {
    uint32_t p_type;
    uint32_t p_flags;
    uint64_t p_offset;
    uint64_t p_vaddr;
    uint64_t p_paddr;
    uint64_t p_filesz;
    uint64_t p_memsz;
    uint64_t p_align;
} Elf64_Phdr;

typedef struct {
    int64_t d_tag;
    union {
        uint64_t d_val;
        uint64_t d_ptr;
    } d_un;
} Elf64_Dyn;

typedef struct {
    uint64_t r_offset;
    uint64_t r_info;
    int64_t r_addend;
} Elf64_Rela;

#endif
