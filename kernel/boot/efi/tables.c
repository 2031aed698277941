#include "common/time.h"
#include "efi/firmware.h"

#include <string.h>

enum { SEED_SIZE = 64 };

static void *table_find(const struct efi_firmware *fw, const EFI_GUID *guid)
{
    for (UINTN i = 0; i < fw->system->NumberOfTableEntries; i++) {
        const EFI_CONFIGURATION_TABLE *t = &fw->system->ConfigurationTable[i];
        if (memcmp(&t->VendorGuid, guid, sizeof *guid) == 0)
            return t->VendorTable;
    }
    return NULL;
}

uint64_t efi_rsdp_find(const struct efi_firmware *fw)
{
    static const EFI_GUID acpi_2 = ACPI_20_TABLE_GUID, acpi_1 = ACPI_TABLE_GUID;
    const void *rsdp = table_find(fw, &acpi_2);

    return (uintptr_t)(rsdp != NULL ? rsdp : table_find(fw, &acpi_1));
}

uint64_t efi_time_read(const struct efi_firmware *fw)
{
    EFI_TIME t;

    if (EFI_ERROR(fw->system->RuntimeServices->GetTime(&t, NULL)))
        return 0;
    uint64_t seconds = boot_time_unix(t.Year, t.Month, t.Day, t.Hour, t.Minute, t.Second);
    /* TimeZone is in minutes: UTC = local time + zone (UEFI 2.10 section 8.3.1). */
    if (t.TimeZone == EFI_UNSPECIFIED_TIMEZONE || t.TimeZone < -1440 || t.TimeZone > 1440 ||
        seconds < 86400)
        return seconds;
    return (uint64_t)((int64_t)seconds + t.TimeZone * 60);
}

void efi_entropy_gather(const struct efi_firmware *fw, struct boot_entropy *entropy)
{
    EFI_GUID guid = EFI_RNG_PROTOCOL_GUID;
    EFI_RNG_PROTOCOL *rng;
    uint8_t seed[SEED_SIZE];
    UINT64 count = 0;

    if (!EFI_ERROR(fw->boot->LocateProtocol(&guid, NULL, (void **)&rng)) &&
        !EFI_ERROR(rng->GetRNG(rng, NULL, sizeof seed, seed)))
        boot_entropy_add(entropy, BOOT_ENTROPY_FIRMWARE, seed, sizeof seed);

    /* Never the same in two boots of one machine, although no secret. */
    fw->boot->GetNextMonotonicCount(&count);
    boot_entropy_add(entropy, 0, &count, sizeof count);
}
