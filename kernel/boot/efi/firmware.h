/*
 * The loader's view of UEFI: one function for each thing that it needs from the firmware (UEFI
 * 2.10).
 */
#ifndef BOOT_EFI_FIRMWARE_H
#define BOOT_EFI_FIRMWARE_H

#include "common/entropy.h"
#include "common/memory.h"
#include "common/result.h"

#include <efi.h>
#include <nonos/boot_info.h>
#include <stddef.h>
#include <stdint.h>

struct efi_firmware {
    EFI_HANDLE image;
    EFI_SYSTEM_TABLE *system;
    EFI_BOOT_SERVICES *boot;
    UINTN map_key;
    void *map;      /* buffer for the raw memory map */
    UINTN map_size; /* of the buffer */
    UINTN map_used;
    UINTN map_step; /* bytes from one descriptor to the next; not sizeof */
};

struct efi_file {
    void *data; /* page aligned, in EfiLoaderData below 4 GiB */
    size_t len;
};

/* console.c: text for the person in front of the machine. Lines end with "\n". */
void efi_say(const struct efi_firmware *fw, const char *text);
void efi_say_number(const struct efi_firmware *fw, uint64_t n);

/*
 * Says what is wrong, on the console and, unless that already goes there, on the serial port; then
 * waits for a key. For use while boot services run.
 */
void efi_complain(const struct efi_firmware *fw, const char *subject, int result);

/*
 * memory.c: page-aligned EfiLoaderData below 4 GiB at a multiple of `align`; NULL if there is none.
 * Never given back.
 */
void *efi_memory_take(const struct efi_firmware *fw, size_t len, uint64_t align);
void efi_memory_give_back(const struct efi_firmware *fw, void *memory, size_t len);

/*
 * Reads the memory map into fw->map; before the first call the buffer is made. Returns 0,
 * BOOT_E_NO_MEMORY or BOOT_E_FIRMWARE.
 */
BOOT_MUST_CHECK
int efi_memory_map_read(struct efi_firmware *fw);

/*
 * Adds what was read to `ranges`, emptied first. Needs no boot services. Returns 0 or
 * BOOT_E_MAP_TOO_LONG.
 */
BOOT_MUST_CHECK
int efi_memory_map_convert(const struct efi_firmware *fw, struct boot_ranges *ranges);

/* Reads the map a last time and ends boot services. Returns 0 or BOOT_E_FIRMWARE. */
BOOT_MUST_CHECK
int efi_memory_exit(struct efi_firmware *fw);

/*
 * file.c: reads `path` from the volume that this program was started from. Files of more than `max`
 * bytes are refused. Returns 0, BOOT_E_NOT_FOUND, BOOT_E_READ, BOOT_E_NO_MEMORY or BOOT_E_FIRMWARE
 * (no file system there).
 */
BOOT_MUST_CHECK
int efi_file_read(const struct efi_firmware *fw, const CHAR16 *path, size_t max,
                  struct efi_file *file);

/*
 * video.c: sets the best mode; `framebuffer` has width 0 if the firmware offers no linear 32-bit
 * one.
 */
void efi_video_set(const struct efi_firmware *fw, const char *cmdline,
                   struct nonos_boot_framebuffer *framebuffer);

/*
 * tables.c: the ACPI root pointer or 0; the clock in seconds since 1970 UTC or 0; random bytes of
 * the firmware.
 */
uint64_t efi_rsdp_find(const struct efi_firmware *fw);
uint64_t efi_time_read(const struct efi_firmware *fw);
void efi_entropy_gather(const struct efi_firmware *fw, struct boot_entropy *entropy);

#endif
