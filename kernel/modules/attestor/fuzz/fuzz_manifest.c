/* Parses the input as a manifest. */
#include <stdlib.h>
#include <string.h>

#include "../manifest.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct manifest manifest;
    struct manifest_error error = {0, NULL};
    int result = manifest_parse(&manifest, (const char *)data, size, &error);
    if (result < 0 && (!error.line || !error.what))
        abort();
    return 0;
}
