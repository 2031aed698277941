#include "common/page.h"
#include "efi/firmware.h"

enum { INFO_SIZE = 1024 }; /* structure and file name; names of the loader's files are short */

static int volume_open(const struct efi_firmware *fw, EFI_FILE_HANDLE *root)
{
    EFI_GUID loaded_image = EFI_LOADED_IMAGE_PROTOCOL_GUID;
    EFI_GUID file_system = EFI_SIMPLE_FILE_SYSTEM_PROTOCOL_GUID;
    EFI_LOADED_IMAGE *self;
    EFI_FILE_IO_INTERFACE *volume;

    if (EFI_ERROR(fw->boot->HandleProtocol(fw->image, &loaded_image, (void **)&self)) ||
        EFI_ERROR(fw->boot->HandleProtocol(self->DeviceHandle, &file_system, (void **)&volume)) ||
        EFI_ERROR(volume->OpenVolume(volume, root)))
        return BOOT_E_FIRMWARE;
    return 0;
}

static int file_size(EFI_FILE_HANDLE handle, size_t max, size_t *size)
{
    EFI_GUID info_id = EFI_FILE_INFO_ID;
    _Alignas(EFI_FILE_INFO) uint8_t buffer[INFO_SIZE];
    const EFI_FILE_INFO *info = (const void *)buffer;
    UINTN len = sizeof buffer;

    if (EFI_ERROR(handle->GetInfo(handle, &info_id, &len, buffer)) ||
        (info->Attribute & EFI_FILE_DIRECTORY))
        return BOOT_E_READ;
    if (info->FileSize > max)
        return BOOT_E_NO_MEMORY;
    *size = info->FileSize;
    return 0;
}

static int contents_read(const struct efi_firmware *fw, EFI_FILE_HANDLE handle, size_t max,
                         struct efi_file *file)
{
    int result = file_size(handle, max, &file->len);
    if (result)
        return result;
    file->data = efi_memory_take(fw, file->len + 1, BOOT_PAGE_SIZE);
    if (file->data == NULL)
        return BOOT_E_NO_MEMORY;
    UINTN len = file->len;
    if (EFI_ERROR(handle->Read(handle, &len, file->data)) || len != file->len)
        return BOOT_E_READ;
    return 0;
}

int efi_file_read(const struct efi_firmware *fw, const CHAR16 *path, size_t max,
                  struct efi_file *file)
{
    EFI_FILE_HANDLE root, handle;

    *file = (struct efi_file){NULL, 0};
    int result = volume_open(fw, &root);
    if (result)
        return result;
    EFI_STATUS status = root->Open(root, &handle, (CHAR16 *)(uintptr_t)path, EFI_FILE_MODE_READ, 0);
    if (EFI_ERROR(status)) {
        result = status == EFI_NOT_FOUND ? BOOT_E_NOT_FOUND : BOOT_E_READ;
    } else {
        result = contents_read(fw, handle, max, file);
        handle->Close(handle);
    }
    root->Close(root);
    return result;
}
