#include "common/result.h"

#include <stddef.h>

static const char *const texts[] = {
    [-BOOT_OK] = "no error",
    [-BOOT_E_ELF_FORMAT] = "not a position-independent ELF file for x86-64",
    [-BOOT_E_ELF_HEADERS] = "the program headers lie outside the file or are malformed",
    [-BOOT_E_ELF_SEGMENT] = "a segment lies outside the file, is misaligned or has no size",
    [-BOOT_E_ELF_OVERLAP] = "two segments overlap or share a page",
    [-BOOT_E_ELF_BASE] = "the first segment is not linked at address 0",
    [-BOOT_E_ELF_WX] = "a segment or the stack is both writable and executable",
    [-BOOT_E_ELF_DYNAMIC] = "it asks for an interpreter or thread-local storage",
    [-BOOT_E_ELF_ENTRY] = "the entry point is not in executable memory",
    [-BOOT_E_ELF_SIZE] = "the image is larger than the loader accepts",
    [-BOOT_E_ARCHIVE_MAGIC] = "not a boot archive",
    [-BOOT_E_ARCHIVE_VERSION] = "a boot archive of another version",
    [-BOOT_E_ARCHIVE_LENGTH] = "the length in its header is not the length of the file",
    [-BOOT_E_ARCHIVE_ENTRY] = "an entry's name or place is invalid",
    [-BOOT_E_ARCHIVE_ROOT] = "its table does not have the hash that its header promises",
    [-BOOT_E_MAP_TOO_LONG] = "the firmware's memory map has too many ranges",
    [-BOOT_E_NO_MEMORY] = "not enough free memory",
    [-BOOT_E_CMDLINE] = "the command line is too long or holds control characters",
    [-BOOT_E_CPU_NX] = "the processor cannot forbid execution of data (NX)",
    [-BOOT_E_CPU_LA57] = "the firmware runs with five-level paging",
    [-BOOT_E_NOT_FOUND] = "not found",
    [-BOOT_E_READ] = "could not be read",
    [-BOOT_E_FIRMWARE] = "a firmware service failed",
};

const char *boot_strerror(int result)
{
    if (result > 0 || result < BOOT_E_LAST || texts[-result] == NULL)
        return "unknown error";
    return texts[-result];
}
