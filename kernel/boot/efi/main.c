/*
 * The UEFI loader, \EFI\BOOT\BOOTX64.EFI. It reads the kernel, the boot archive and the command
 * line from the volume that it was started from itself (a disk's EFI system partition or the boot
 * image on a CD), and enters the kernel.
 *
 * Everything that can go wrong is tried while the firmware can still show a text: the map and the
 * page tables are made once before boot services end and once more, from the final map, afterwards.
 */
#include "common/cpu.h"
#include "common/options.h"
#include "common/page.h"
#include "common/plan.h"
#include "common/serial.h"
#include "efi/firmware.h"

#define KERNEL_PATH  L"\\nonos\\kernel.elf"
#define ARCHIVE_PATH L"\\nonos\\boot.archive"
#define CMDLINE_PATH L"\\nonos\\cmdline"

enum { ARCHIVE_MAX = 1 << 30, CMDLINE_FILE_MAX = 64 << 10 };

static struct boot_plan plan;
static struct boot_ranges ranges;

EFI_STATUS efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *system);

/* Each step returns 0 or an error and then names its subject. */
static int cmdline_read(struct efi_firmware *fw, const char **subject)
{
    struct efi_file file;

    *subject = "cmdline";
    int result = efi_file_read(fw, CMDLINE_PATH, CMDLINE_FILE_MAX, &file);
    if (result == BOOT_E_NOT_FOUND)
        return 0;
    return result ? result : boot_options_read(plan.cmdline, file.data, file.len);
}

static int files_read(struct efi_firmware *fw, struct efi_file *kernel, const char **subject)
{
    struct efi_file archive;

    *subject = "kernel.elf";
    int result = efi_file_read(fw, KERNEL_PATH, BOOT_ELF_IMAGE_MAX, kernel);
    if (result)
        return result;
    *subject = "boot.archive";
    result = efi_file_read(fw, ARCHIVE_PATH, ARCHIVE_MAX, &archive);
    if (result)
        return result;
    plan.kernel_file = kernel->data;
    plan.kernel_file_len = kernel->len;
    plan.archive_file = archive.data;
    plan.archive_file_len = archive.len;
    return boot_plan_check(&plan, subject);
}

static void facts_gather(struct efi_firmware *fw)
{
    plan.firmware = NONOS_FIRMWARE_UEFI;
    plan.rsdp_physical = efi_rsdp_find(fw);
    plan.unix_time = efi_time_read(fw);
    efi_entropy_gather(fw, &plan.entropy);
    boot_entropy_add(&plan.entropy, 0, &plan.unix_time, sizeof plan.unix_time);
    boot_cpu_gather(&plan.entropy);
}

/* The end of memory, from a first look at the map. */
static int memory_top_find(struct efi_firmware *fw, uint64_t *top)
{
    static struct nonos_boot_memory map[NONOS_BOOT_MEMORY_MAX];
    uint32_t count = NONOS_BOOT_MEMORY_MAX;

    int result = efi_memory_map_read(fw);
    if (result == 0)
        result = efi_memory_map_convert(fw, &ranges);
    if (result == 0)
        result = boot_ranges_normalize(&ranges, map, &count);
    if (result == 0)
        *top = boot_memory_top(map, count);
    return result;
}

static int memory_prepare(struct efi_firmware *fw, const struct efi_file *kernel,
                          const char **subject)
{
    uint64_t top;

    *subject = "memory";
    int result = memory_top_find(fw, &top);
    if (result)
        return result;
    size_t block_len = boot_plan_block_len(&plan, top);
    void *block = efi_memory_take(fw, block_len, BOOT_PAGE_SIZE);
    void *kernel_image = efi_memory_take(fw, plan.elf.image_len, BOOT_LARGE_PAGE_SIZE);
    if (block == NULL || kernel_image == NULL)
        return BOOT_E_NO_MEMORY;
    boot_plan_load(&plan, kernel_image, block, block_len);
    efi_memory_give_back(fw, kernel->data, kernel->len + 1);

    /* The rehearsal: see above. */
    result = efi_memory_map_read(fw);
    if (result == 0)
        result = efi_memory_map_convert(fw, &ranges);
    return result ? result : boot_plan_finish(&plan, &ranges);
}

static int prepare(struct efi_firmware *fw, const char **subject)
{
    struct efi_file kernel;

    int result = cmdline_read(fw, subject);
    if (result == 0)
        result = files_read(fw, &kernel, subject);
    if (result)
        return result;
    efi_say(fw, "kernel ");
    efi_say_number(fw, plan.elf.image_len >> 10);
    efi_say(fw, " KiB, boot archive ");
    efi_say_number(fw, plan.archive.len >> 10);
    efi_say(fw, " KiB\n");
    facts_gather(fw);
    efi_video_set(fw, plan.cmdline, &plan.framebuffer);
    return memory_prepare(fw, &kernel, subject);
}

/* For when the firmware's console is gone. */
static void stop(int result)
{
    boot_serial_write("\nNONOS cannot start: memory map: ");
    boot_serial_write(boot_strerror(result));
    boot_serial_write(".\n");
    boot_cpu_stop();
}

EFI_STATUS efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *system)
{
    struct efi_firmware fw = {.image = image, .system = system, .boot = system->BootServices};
    const char *subject;

    plan.loader_tsc = boot_cpu_tsc();
    boot_entropy_init(&plan.entropy);
    efi_say(&fw, "NONOS: ");
    int result = prepare(&fw, &subject);
    if (result) {
        efi_complain(&fw, subject, result);
        return EFI_LOAD_ERROR;
    }

    result = efi_memory_exit(&fw);
    if (result == 0)
        result = efi_memory_map_convert(&fw, &ranges);
    if (result == 0)
        result = boot_plan_finish(&plan, &ranges);
    if (result)
        stop(result);
    boot_plan_enter(&plan);
}
