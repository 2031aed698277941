#include "common/page.h"
#include "efi/firmware.h"

enum {
    EXIT_ATTEMPTS = 8,
    MAP_SLACK = 16 << 10, /* our own allocations between two readings make the map longer */
};

#define MEMORY_SPECIAL_PURPOSE 0x40000ull /* EFI_MEMORY_SP, UEFI 2.10 section 7.2.3 */

void *efi_memory_take(const struct efi_firmware *fw, size_t len, uint64_t align)
{
    EFI_PHYSICAL_ADDRESS base = (4ull << 30) - 1;
    /*
     * The firmware aligns to a page only; what is too much stays LOADER memory and comes free with
     * it.
     */
    size_t slack = align > BOOT_PAGE_SIZE ? align - BOOT_PAGE_SIZE : 0;

    if (EFI_ERROR(fw->boot->AllocatePages(AllocateMaxAddress, EfiLoaderData,
                                          (boot_page_up(len) + slack) / BOOT_PAGE_SIZE, &base)))
        return NULL;
    return (void *)boot_align_up(base, align);
}

void efi_memory_give_back(const struct efi_firmware *fw, void *memory, size_t len)
{
    fw->boot->FreePages((uintptr_t)memory, boot_page_up(len) / BOOT_PAGE_SIZE);
}

static int map_buffer_make(struct efi_firmware *fw)
{
    UINTN size = 0, key, step;
    UINT32 version;

    fw->boot->GetMemoryMap(&size, NULL, &key, &step, &version);
    fw->map_size = size + MAP_SLACK;
    if (EFI_ERROR(fw->boot->AllocatePool(EfiLoaderData, fw->map_size, &fw->map)))
        return BOOT_E_NO_MEMORY;
    return 0;
}

int efi_memory_map_read(struct efi_firmware *fw)
{
    UINT32 version;

    if (fw->map == NULL) {
        int result = map_buffer_make(fw);
        if (result)
            return result;
    }
    fw->map_used = fw->map_size;
    if (EFI_ERROR(fw->boot->GetMemoryMap(&fw->map_used, fw->map, &fw->map_key, &fw->map_step,
                                         &version)) ||
        fw->map_step < sizeof(EFI_MEMORY_DESCRIPTOR))
        return BOOT_E_FIRMWARE;
    return 0;
}

/* UEFI 2.10 table 7-10: what each type means after boot services have ended. */
static uint32_t type_convert(const EFI_MEMORY_DESCRIPTOR *d)
{
    switch (d->Type) {
    case EfiLoaderCode:
    case EfiLoaderData:
        return NONOS_MEMORY_LOADER;
    case EfiBootServicesCode:
    case EfiBootServicesData:
    case EfiConventionalMemory:
        return (d->Attribute & MEMORY_SPECIAL_PURPOSE) ? NONOS_MEMORY_RESERVED
                                                       : NONOS_MEMORY_USABLE;
    case EfiACPIReclaimMemory:
    case EfiACPIMemoryNVS:
        return NONOS_MEMORY_ACPI;
    default:
        return NONOS_MEMORY_RESERVED;
    }
}

int efi_memory_map_convert(const struct efi_firmware *fw, struct boot_ranges *ranges)
{
    ranges->count = 0;
    for (UINTN at = 0; at + fw->map_step <= fw->map_used; at += fw->map_step) {
        const EFI_MEMORY_DESCRIPTOR *d = (const void *)((const char *)fw->map + at);
        uint64_t pages = d->NumberOfPages;
        if (pages > BOOT_PHYSICAL_END / BOOT_PAGE_SIZE)
            pages = BOOT_PHYSICAL_END / BOOT_PAGE_SIZE;
        int result =
            boot_ranges_add(ranges, d->PhysicalStart, pages * BOOT_PAGE_SIZE, type_convert(d));
        if (result)
            return result;
    }
    return 0;
}

int efi_memory_exit(struct efi_firmware *fw)
{
    /* A timer of the firmware may change the map between the two calls; then its key is refused. */
    for (int i = 0; i < EXIT_ATTEMPTS; i++) {
        int result = efi_memory_map_read(fw);
        if (result)
            return result;
        EFI_STATUS status = fw->boot->ExitBootServices(fw->image, fw->map_key);
        if (status == EFI_SUCCESS)
            return 0;
        if (status != EFI_INVALID_PARAMETER)
            break;
    }
    return BOOT_E_FIRMWARE;
}
