/* Which of the firmware's video modes to take. */
#ifndef BOOT_VIDEO_H
#define BOOT_VIDEO_H

#include <stddef.h>
#include <stdint.h>

#define BOOT_VIDEO_WIDTH      1280
#define BOOT_VIDEO_HEIGHT     800
#define BOOT_VIDEO_WIDTH_MAX  1920
#define BOOT_VIDEO_HEIGHT_MAX 1200

/*
 * How far a mode of `width` x `height` is from what is wanted; the smallest number wins. With
 * `want_width` and `want_height` both above 0, exactly that mode has distance 0; all else is
 * measured from 1280x800. UINT64_MAX: do not use, larger than 1920x1200 without being asked for.
 */
uint64_t boot_video_distance(uint32_t width, uint32_t height, uint32_t want_width,
                             uint32_t want_height);

/*
 * The shift of an 8-bit colour channel from its mask; -1 if the mask is not eight neighbouring bits
 * on a byte boundary.
 */
int boot_video_shift(uint32_t mask);

#endif
