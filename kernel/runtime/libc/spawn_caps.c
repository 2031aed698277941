/* Which capabilities a new task gets. */
#include "spawn_caps.h"

#include <string.h>

#include "spawn_attr.h"

static bool is_file_name(const char *name)
{
    return strcmp(name, NONOS_NAME_STDIN) == 0 || strcmp(name, NONOS_NAME_STDOUT) == 0 ||
           strcmp(name, NONOS_NAME_STDERR) == 0 ||
           (strncmp(name, "fd", 2) == 0 && name[2] >= '0' && name[2] <= '9');
}

/* What the supervisor gave to this module for itself. */
static bool is_own_name(const char *name)
{
    return strncmp(name, "serve", 5) == 0 || strcmp(name, "heartbeat") == 0 ||
           strcmp(name, "alive") == 0;
}

static uint32_t index_of(const struct spawn_caps *list, const char *name)
{
    uint32_t i = 0;
    while (i < list->n && strcmp(list->names[i].name, name) != 0)
        i++;
    return i;
}

static void remove_at(struct spawn_caps *list, uint32_t i)
{
    list->n--;
    list->names[i] = list->names[list->n];
    list->caps[i] = list->caps[list->n];
}

int spawn_caps_put(struct spawn_caps *list, const char *name, nonos_handle handle, uint32_t rights)
{
    uint32_t i = index_of(list, name);
    if (strlen(name) >= NONOS_STARTUP_NAME_SIZE)
        return NONOS_E_NAME_TOO_LONG;
    if (i == NONOS_SPAWN_CAPS)
        return NONOS_E_NO_SPACE;
    if (i == list->n) {
        list->n++;
        memset(&list->names[i], 0, sizeof(list->names[i]));
        strcpy(list->names[i].name, name);
    }
    list->caps[i].handle = handle;
    list->caps[i].rights = rights;
    return NONOS_OK;
}

static int change_apply(struct spawn_caps *list, const struct nonos_spawn_change *change)
{
    uint32_t i = index_of(list, change->name);
    switch (change->kind) {
    case CHANGE_NOTHING:
        list->n = 0;
        return NONOS_OK;
    case CHANGE_GIVE:
        return spawn_caps_put(list, change->name, change->handle, change->rights);
    case CHANGE_LIMIT:
        if (i < list->n)
            list->caps[i].rights &= change->rights;
        return NONOS_OK;
    default:
        if (i < list->n)
            remove_at(list, i);
        return NONOS_OK;
    }
}

int spawn_caps_inherit(struct spawn_caps *list, const posix_spawnattr_t *attr)
{
    const struct nonos_startup_cap *cap;
    int result = NONOS_OK;
    list->n = 0;
    for (size_t i = 0; result >= 0 && (cap = nonos_cap_at(i)); i++)
        if (!is_file_name(cap->name) && !is_own_name(cap->name))
            result = spawn_caps_put(list, cap->name, cap->handle, NONOS_RIGHTS_ALL);
    for (size_t i = 0; attr && result >= 0 && i < attr->nchanges; i++)
        result = change_apply(list, &attr->changes[i]);
    return result;
}

/* The rights on System whose grant class the module lacks. */
static uint32_t system_rights_beyond(uint64_t grants)
{
    static const struct {
        uint64_t grant;
        uint32_t rights;
    } classes[] = {
        {NONOS_GRANT_POWER, NONOS_SYSTEM_POWER},
        {NONOS_GRANT_CLOCK_SET, NONOS_SYSTEM_CLOCK_SET},
        {NONOS_GRANT_TASKS, NONOS_SYSTEM_TASKS | NONOS_SYSTEM_KILL},
        {NONOS_GRANT_CONSOLE, NONOS_SYSTEM_CONSOLE},
        {NONOS_GRANT_DEVICE, NONOS_SYSTEM_TERMINAL},
    };
    uint32_t rights = 0;
    for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
        if (!(grants & classes[i].grant))
            rights |= classes[i].rights;
    return rights;
}

/* Narrows one capability to what the mask allows; false if nothing useful is left. */
static bool cap_fits(struct nonos_spawn_cap *cap, uint64_t grants)
{
    const uint32_t own = ~(uint32_t)(NONOS_RIGHT_INSPECT | NONOS_RIGHT_GRANT | NONOS_RIGHT_REVOKE);
    struct nonos_cap_info info;
    if (nonos_cap_info(cap->handle, &info) < 0 || !(info.rights & NONOS_RIGHT_GRANT))
        return false;
    cap->rights &= info.rights;
    if (info.type == NONOS_OBJECT_SYSTEM)
        cap->rights &= ~system_rights_beyond(grants);
    else if (info.type == NONOS_OBJECT_AUDIT && !(grants & NONOS_GRANT_AUDIT_READ))
        cap->rights &= ~(uint32_t)NONOS_AUDIT_READ;
    else if (info.grants & ~grants)
        return false;
    return cap->rights & own;
}

void spawn_caps_ceiling(struct spawn_caps *list, uint64_t grants)
{
    for (uint32_t i = list->n; i > 0; i--)
        if (!cap_fits(&list->caps[i - 1], grants))
            remove_at(list, i - 1);
}

void spawn_caps_number(struct spawn_caps *list)
{
    for (uint32_t i = 0; i < list->n; i++)
        list->names[i].handle = NONOS_SLOT_FIRST + i;
}
