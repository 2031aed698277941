/* Decodes the input as an image. What is accepted must keep what image.h promises. */
#include <stdlib.h>
#include <string.h>

#include "../image.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct nonos_image image;
    memset(&image, 0, sizeof(image));
    if (image_decode(&image, data, size) < 0)
        return 0;
    for (uint32_t i = 0; i < image.nsegments; i++) {
        const struct nonos_segment *s = &image.segments[i];
        if (s->file_offset > size || s->file_len > size - s->file_offset ||
            (s->prot & NONOS_PROT_WRITE && s->prot & NONOS_PROT_EXECUTE))
            abort();
    }
    return 0;
}
