/* The command line. */
#include "common/options.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char cmdline[NONOS_BOOT_CMDLINE_SIZE];
    uint32_t width, height;

    if (boot_options_read(cmdline, (const char *)data, size) != 0 && cmdline[0] != '\0')
        abort();
    if (memchr(cmdline, '\0', sizeof cmdline) == NULL)
        abort();
    boot_options_video(cmdline, &width, &height);
    return 0;
}
