#include "common/serial.h"
#include "efi/firmware.h"

#include <stdbool.h>

enum {
    LINE_MAX = 128,
    CONOUT_MAX = 512,
    PATH_TYPE_MESSAGING = 3,
    PATH_SUBTYPE_UART = 14,
    PATH_TYPE_END = 0x7f
};

void efi_say(const struct efi_firmware *fw, const char *text)
{
    CHAR16 line[LINE_MAX];

    while (*text != '\0') {
        size_t n = 0;
        for (; *text != '\0' && n < LINE_MAX - 2; text++) {
            if (*text == '\n')
                line[n++] = L'\r';
            line[n++] = (CHAR16)(unsigned char)*text;
        }
        line[n] = 0;
        if (fw->system->ConOut != NULL)
            fw->system->ConOut->OutputString(fw->system->ConOut, line);
    }
}

void efi_say_number(const struct efi_firmware *fw, uint64_t n)
{
    char digits[21];
    char *p = &digits[sizeof digits - 1];

    *p = '\0';
    do
        *--p = (char)('0' + n % 10);
    while ((n /= 10) > 0);
    efi_say(fw, p);
}

/*
 * Whether the variable ConOut, a list of device paths (UEFI 2.10 sections 3.3 and 10.3), names a
 * serial port.
 */
static bool console_is_serial(const struct efi_firmware *fw)
{
    EFI_GUID global = EFI_GLOBAL_VARIABLE;
    CHAR16 name[] = L"ConOut";
    uint8_t path[CONOUT_MAX];
    UINTN size = sizeof path;

    if (EFI_ERROR(fw->system->RuntimeServices->GetVariable(name, &global, NULL, &size, path)))
        return false;
    for (UINTN i = 0; i + 4 <= size;) {
        UINTN len = path[i + 2] | (UINTN)path[i + 3] << 8;
        if (path[i] == PATH_TYPE_MESSAGING && path[i + 1] == PATH_SUBTYPE_UART)
            return true;
        if (len < 4)
            return false;
        i += len;
    }
    return false;
}

void efi_complain(const struct efi_firmware *fw, const char *subject, int result)
{
    const char *part[] = {"\nNONOS cannot start: ", subject, ": ", boot_strerror(result), ".\n"};
    bool serial_too = !console_is_serial(fw);

    for (size_t i = 0; i < sizeof part / sizeof *part; i++) {
        efi_say(fw, part[i]);
        if (serial_too)
            boot_serial_write(part[i]);
    }
    efi_say(fw, "Press a key to return to the firmware.\n");
    UINTN index;
    if (fw->system->ConIn != NULL)
        fw->boot->WaitForEvent(1, &fw->system->ConIn->WaitForKey, &index);
}
