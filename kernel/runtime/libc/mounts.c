/* File systems as a whole: the list of them, making them durable, and the disk. */
#include <nonos/mounts.h>

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "files.h"

int nonos_mounts(char *text, size_t size)
{
    struct nonos_message message = nonos_message_make(NONOS_FILE_MOUNTS);
    struct open_file *top = files_root();
    if (!top)
        return NONOS_E_DENIED;
    message.words[1] = FILES_BUFFER;
    int result = files_call(top, &message);
    if (result < 0)
        return result;
    if (message.words[0] > FILES_BUFFER || message.words[0] >= size)
        return NONOS_E_RANGE;
    memcpy(text, top->buffer->data, message.words[0]);
    text[message.words[0]] = '\0';
    return NONOS_OK;
}

int nonos_sync(bool last)
{
    struct nonos_message message = nonos_message_make(NONOS_FILE_SYNC);
    struct open_file *top = files_root();
    if (!top)
        return NONOS_E_DENIED;
    message.words[0] = last ? NONOS_SYNC_LAST : NONOS_SYNC_ALL;
    return files_call(top, &message);
}

/* POSIX lets it report nothing. */
void sync(void)
{
    (void)!nonos_sync(false);
}

static int path_do(uint32_t op, const char *path, uint64_t word)
{
    struct nonos_message message = nonos_message_make(op);
    struct open_file *directory;
    size_t len;
    int result = files_path(AT_FDCWD, path, 0, &directory, &len);
    if (result < 0)
        return result;
    message.words[1] = len;
    message.words[2] = word;
    return files_call(directory, &message);
}

int nonos_mount(const char *path, uint32_t flags)
{
    return path_do(NONOS_FILE_MOUNT, path, flags);
}

int nonos_unmount(const char *path)
{
    return path_do(NONOS_FILE_UNMOUNT, path, 0);
}

int nonos_disk_check(char *text, size_t size, struct nonos_disk_check *check)
{
    struct nonos_message message = nonos_message_make(NONOS_FILE_CHECK_DISK);
    struct open_file *top = files_root();
    if (!top)
        return NONOS_E_DENIED;
    if (size == 0)
        return NONOS_E_RANGE;
    uint64_t most = size - 1 < FILES_BUFFER ? size - 1 : FILES_BUFFER;
    message.words[1] = most;
    int result = files_call(top, &message);
    if (result < 0)
        return result;
    /* The server says how much: never believe more than was asked for. */
    size_t len = (size_t)(message.words[0] < most ? message.words[0] : most);
    memcpy(text, top->buffer->data, len);
    text[len] = '\0';
    *check = (struct nonos_disk_check){message.words[1], message.words[2], message.words[3],
                                       message.words[4], (uint32_t)message.words[5]};
    return NONOS_OK;
}

int nonos_disk_make(const char *label, bool force)
{
    struct nonos_message message = nonos_message_make(NONOS_FILE_MAKE_DISK);
    struct open_file *top = files_root();
    size_t len = strlen(label);
    if (!top)
        return NONOS_E_DENIED;
    if (len > FILES_BUFFER)
        return NONOS_E_INVALID;
    memcpy(top->buffer->data, label, len);
    message.words[1] = len;
    message.words[2] = force;
    return files_call(top, &message);
}
