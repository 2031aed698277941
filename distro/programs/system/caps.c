/* caps: capabilities. */
#include "../lib/program.h"
#include "../lib/system.h"
#include "../lib/system_text.h"

#include <stdio.h>

static const struct program about = {
    "caps",
    "usage: caps [ID]\n\n"
    "Shows the capabilities that a program started here is given: name, type, size and rights. "
    "With the ID of a task: all\n"
    "capabilities that it holds, with their slot, badge and how many were derived from each.\n\n"
    "    without net -- caps       what is left without one\n"
    "    with /tmp:rw -- caps      the root directory is another one\n\n"
    "Exit status: 0, or 1 if the task cannot be seen.\n",
    PROGRAM_FAILED,
};

static void size_text(char out[24], const struct nonos_cap_info *c)
{
    bool sized = c->type == NONOS_OBJECT_MEMORY || c->type == NONOS_OBJECT_IO_REGION ||
                 c->type == NONOS_OBJECT_ACCOUNT;
    if (sized)
        program_human(out, c->size);
    else
        snprintf(out, 24, "-");
}

static void expiry_print(const struct nonos_cap_info *c, uint64_t now_ns)
{
    char left[32];
    if (c->type == NONOS_OBJECT_NONE || c->expiry_ms == NONOS_NEVER)
        return;
    uint64_t now_ms = now_ns / 1000000u, ms = c->expiry_ms > now_ms ? c->expiry_ms - now_ms : 0;
    system_duration_text(left, ms > UINT64_MAX / 1000000u ? UINT64_MAX : ms * 1000000u);
    printf(", expires in %s", left);
}

static int list_own(uint64_t now)
{
    char name[NONOS_STARTUP_NAME_SIZE + 1] = "", rights[SYSTEM_TEXT_SIZE], size[24];
    struct nonos_cap_info c;
    int result;
    puts("NAME             TYPE         SIZE   RIGHTS");
    for (size_t i = 0; (result = system_own_cap(i, name, &c)) == 0; i++) {
        size_text(size, &c);
        system_rights_text(rights, sizeof(rights), c.type, c.rights);
        printf("%-16s %-12s %-6s %s", name,
               c.type == NONOS_OBJECT_NONE ? "?" : system_type_name(c.type), size, rights);
        expiry_print(&c, now);
        putchar('\n');
    }
    return result;
}

static int list_task(uint64_t id, uint64_t now)
{
    char rights[SYSTEM_TEXT_SIZE], size[24];
    struct nonos_cap_info c;
    int result = 0;
    uint32_t slot = 0;
    bool heading = false;
    while (slot < NONOS_CAP_SLOTS_MAX && (result = system_task_cap(id, slot, &c)) == 0) {
        if (!heading)
            puts("SLOT  OBJECT TYPE         SIZE            BADGE DERIVED RIGHTS");
        heading = true;
        size_text(size, &c);
        system_rights_text(rights, sizeof(rights), c.type, c.rights);
        printf("%4u %7llu %-12s %-6s %14llx %7u %s", NONOS_HANDLE_INDEX(c.handle),
               (unsigned long long)c.object_id, system_type_name(c.type), size,
               (unsigned long long)c.badge, c.nchildren, rights);
        expiry_print(&c, now);
        putchar('\n');
        slot = NONOS_HANDLE_INDEX(c.handle) + 1;
    }
    /* The end of the table and a task that is not there look alike, but every task holds something. */
    return !heading && result == NONOS_E_NOT_FOUND ? NONOS_E_NO_DEVICE : result;
}

int main(int argc, char **argv)
{
    uint64_t id, now = system_monotonic_ns();
    program_start(&about);
    struct options o = options_none(argc, argv);
    if (o.noperands > 1 || (o.noperands == 1 && !program_number(o.operands[0], UINT64_MAX, &id)))
        program_misuse("'%s' is not the number of a task", o.operands[o.noperands - 1]);
    int result = o.noperands ? list_task(id, now) : list_own(now);
    if (result < 0 && result != NONOS_E_NOT_FOUND)
        program_die("%s: %s", o.noperands ? o.operands[0] : "own capabilities",
                    result == NONOS_E_NO_DEVICE ? "no such task" : nonos_strerror(result));
    return program_end(PROGRAM_OK);
}
