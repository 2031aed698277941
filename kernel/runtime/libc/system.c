/* What is left of unistd.h. */
#include <errno.h>
#include <unistd.h>

#include "files.h"

long sysconf(int name)
{
    struct nonos_system_info info;
    uint64_t len;
    switch (name) {
    case _SC_PAGESIZE:
        return NONOS_PAGE_SIZE;
    case _SC_OPEN_MAX:
        return FILES_MAX;
    case _SC_NPROCESSORS_ONLN:
        if (nonos_system_info(nonos_clock_handle(), NONOS_INFO_SYSTEM, 0, &info, sizeof(info),
                              &len) >= 0)
            return info.ncpus;
        return 1;
    default:
        errno = EINVAL;
        return -1;
    }
}

int getentropy(void *data, size_t len)
{
    if (len > 256) {
        errno = EIO;
        return -1;
    }
    return (int)files_result(nonos_random(data, len));
}
