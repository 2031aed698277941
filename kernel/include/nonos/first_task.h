/*
 * What the first task finds. The kernel makes it from the entry "modules/attestor" of the boot
 * archive, whose BLAKE3 is built into the kernel, and hands it every root of authority. Its
 * start-up block (nonos/startup.h) has one argument, its name, and names no capability: these handles are
 * fixed.
 */
#ifndef NONOS_FIRST_TASK_H
#define NONOS_FIRST_TASK_H

#include <nonos/objects.h>

enum nonos_first_slot {
    NONOS_FIRST_MODULE = NONOS_SLOT_FIRST, /* root Module: MINT */
    NONOS_FIRST_ARCHIVE,                   /* Memory of the boot archive: READ */
    NONOS_FIRST_BOOT_INFO, /* Memory of a copy of struct nonos_boot_info, without its entropy: READ */
    NONOS_FIRST_IRQ,       /* root Irq: CARVE */
    NONOS_FIRST_PORTS,     /* root IoRegion of all ports: CARVE, READ, WRITE */
    NONOS_FIRST_MMIO, /* root IoRegion of all addresses: CARVE. What is RAM cannot be carved from it. */
    NONOS_FIRST_DMA,    /* root DmaDomain: CARVE */
    NONOS_FIRST_AUDIT,  /* Audit: READ, APPEND */
    NONOS_FIRST_SYSTEM, /* System: all rights */
    NONOS_FIRST_SLOTS_END
};

#endif
