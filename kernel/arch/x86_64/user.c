/*
 * User memory, read and written through its own addresses. The alternative, walking the page tables
 * and copying through the direct map, would need the space's lock during the copy; here the
 * processor walks, and a page that another processor unmaps meanwhile stays ours until this one has
 * answered the shootdown, which it does after the copy. SMAP is open only in user_copy().
 */
#include "trap.h"

#include <mm/space.h>

static bool range_is_user(uint64_t address, size_t len)
{
    return len == 0 || (address >= NONOS_USER_MIN && address < NONOS_USER_END &&
                        len <= NONOS_USER_END - address);
}

int user_read(void *to, uint64_t address, size_t len)
{
    if (!range_is_user(address, len) || user_copy(to, (const void *)(uintptr_t)address, len))
        return NONOS_E_BAD_ADDRESS;
    return 0;
}

int user_write(uint64_t address, const void *from, size_t len)
{
    if (!range_is_user(address, len) || user_copy((void *)(uintptr_t)address, from, len))
        return NONOS_E_BAD_ADDRESS;
    return 0;
}
