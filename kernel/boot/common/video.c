#include "common/video.h"

static uint64_t difference(uint32_t a, uint32_t b)
{
    return a > b ? a - b : b - a;
}

uint64_t boot_video_distance(uint32_t width, uint32_t height, uint32_t want_width,
                             uint32_t want_height)
{
    if (want_width > 0 && width == want_width && height == want_height)
        return 0;
    if (width > BOOT_VIDEO_WIDTH_MAX || height > BOOT_VIDEO_HEIGHT_MAX || width == 0 || height == 0)
        return UINT64_MAX;
    return 1 + difference(width, BOOT_VIDEO_WIDTH) + difference(height, BOOT_VIDEO_HEIGHT);
}

int boot_video_shift(uint32_t mask)
{
    for (int shift = 0; shift <= 24; shift += 8)
        if (mask == 0xffu << shift)
            return shift;
    return -1;
}
