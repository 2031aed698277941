#include "common/video.h"
#include "common/options.h"
#include "efi/firmware.h"

#include <stdbool.h>

typedef EFI_GRAPHICS_OUTPUT_MODE_INFORMATION mode_info;

/* The shifts of the colour channels; false if a pixel is not 32 bits with one byte a channel. */
static bool channels_decode(const mode_info *info, struct nonos_boot_framebuffer *fb)
{
    EFI_PIXEL_BITMASK mask;

    switch (info->PixelFormat) {
    case PixelRedGreenBlueReserved8BitPerColor:
        mask = (EFI_PIXEL_BITMASK){0xff, 0xff00, 0xff0000, 0xff000000};
        break;
    case PixelBlueGreenRedReserved8BitPerColor:
        mask = (EFI_PIXEL_BITMASK){0xff0000, 0xff00, 0xff, 0xff000000};
        break;
    case PixelBitMask:
        mask = info->PixelInformation;
        break;
    default:
        return false;
    }
    int red = boot_video_shift(mask.RedMask);
    int green = boot_video_shift(mask.GreenMask);
    int blue = boot_video_shift(mask.BlueMask);
    fb->red_shift = (uint8_t)red;
    fb->green_shift = (uint8_t)green;
    fb->blue_shift = (uint8_t)blue;
    /*
     * The highest mask bit decides the size of a pixel (UEFI 2.10 section 12.9.2.1): below 24 bits
     * it may be three bytes.
     */
    return red >= 0 && green >= 0 && blue >= 0 &&
           ((mask.RedMask | mask.GreenMask | mask.BlueMask | mask.ReservedMask) >> 24) != 0;
}

/* The best mode's number, or the number of modes if none will do. */
static UINT32 mode_choose(const struct efi_firmware *fw, EFI_GRAPHICS_OUTPUT_PROTOCOL *gop,
                          const char *cmdline)
{
    uint32_t width, height;
    uint64_t best = UINT64_MAX;
    UINT32 chosen = gop->Mode->MaxMode;

    boot_options_video(cmdline, &width, &height);
    for (UINT32 i = 0; i < gop->Mode->MaxMode; i++) {
        struct nonos_boot_framebuffer unused;
        mode_info *info;
        UINTN size;
        if (EFI_ERROR(gop->QueryMode(gop, i, &size, &info)))
            continue;
        uint64_t distance = boot_video_distance(info->HorizontalResolution,
                                                info->VerticalResolution, width, height);
        if (channels_decode(info, &unused) && distance < best) {
            best = distance;
            chosen = i;
        }
        fw->boot->FreePool(info);
    }
    return chosen;
}

void efi_video_set(const struct efi_firmware *fw, const char *cmdline,
                   struct nonos_boot_framebuffer *framebuffer)
{
    EFI_GUID guid = EFI_GRAPHICS_OUTPUT_PROTOCOL_GUID;
    EFI_GRAPHICS_OUTPUT_PROTOCOL *gop;
    struct nonos_boot_framebuffer fb = {0};

    *framebuffer = fb;
    if (EFI_ERROR(fw->boot->LocateProtocol(&guid, NULL, (void **)&gop)))
        return;
    UINT32 mode = mode_choose(fw, gop, cmdline);
    if (mode == gop->Mode->MaxMode ||
        (mode != gop->Mode->Mode && EFI_ERROR(gop->SetMode(gop, mode))))
        return;

    const mode_info *info = gop->Mode->Info;
    if (!channels_decode(info, &fb) || gop->Mode->FrameBufferBase == 0)
        return;
    fb.base = gop->Mode->FrameBufferBase;
    fb.width = info->HorizontalResolution;
    fb.height = info->VerticalResolution;
    fb.pitch = info->PixelsPerScanLine * 4;
    *framebuffer = fb;
}
