/*
 * The loaders' one enumeration of errors. Each has a text for the person in front of the machine.
 */
#ifndef BOOT_RESULT_H
#define BOOT_RESULT_H

#define BOOT_MUST_CHECK __attribute__((warn_unused_result))

enum boot_result {
    BOOT_OK = 0,
    BOOT_E_ELF_FORMAT = -1,
    BOOT_E_ELF_HEADERS = -2,
    BOOT_E_ELF_SEGMENT = -3,
    BOOT_E_ELF_OVERLAP = -4,
    BOOT_E_ELF_BASE = -5,
    BOOT_E_ELF_WX = -6,
    BOOT_E_ELF_DYNAMIC = -7,
    BOOT_E_ELF_ENTRY = -8,
    BOOT_E_ELF_SIZE = -9,
    BOOT_E_ARCHIVE_MAGIC = -10,
    BOOT_E_ARCHIVE_VERSION = -11,
    BOOT_E_ARCHIVE_LENGTH = -12,
    BOOT_E_ARCHIVE_ENTRY = -13,
    BOOT_E_ARCHIVE_ROOT = -14,
    BOOT_E_MAP_TOO_LONG = -15,
    BOOT_E_NO_MEMORY = -16,
    BOOT_E_CMDLINE = -17,
    BOOT_E_CPU_NX = -18,
    BOOT_E_CPU_LA57 = -19,
    BOOT_E_NOT_FOUND = -20,
    BOOT_E_READ = -21,
    BOOT_E_FIRMWARE = -22,
    BOOT_E_LAST = -22,
};

/*
 * A sentence without a final stop; "unknown error" for what is not in the enumeration. Never NULL.
 */
const char *boot_strerror(int result);

#endif
