/* kill: ends tasks. */
#include "../lib/program.h"
#include "../lib/system.h"

#include <string.h>

static const struct program about = {
    "kill",
    "usage: kill [-a] ID|NAME...\n\n"
    "Ends tasks at once, by number or by name. A module is started again by the supervisor if its "
    "manifest says so.\n\n"
    "  -a   all tasks of the name; without it a name must stand for one\n\n"
    "The shell's own kill ends what the shell started, and runs this program for all else.\n\n"
    "Exit status: 0, or 1 if a task could not be ended.\n",
    PROGRAM_FAILED,
};

static int kill_id(uint64_t id, const char *what)
{
    int result = system_kill(id);
    if (result >= 0)
        return PROGRAM_OK;
    program_error("%s: %s", what,
                  result == NONOS_E_NOT_FOUND ? "no such task" : nonos_strerror(result));
    return PROGRAM_FAILED;
}

/* Ends the task, or all tasks, of the name. */
static int kill_name(const char *name, bool all)
{
    struct nonos_task_info t = {0};
    uint64_t found = 0, count = 0;
    int result, status = PROGRAM_OK;
    while ((result = system_task(t.id, &t)) == 0) {
        if (t.state != NONOS_TASK_RUNNING || strncmp(t.name, name, sizeof(t.name)) != 0)
            continue;
        count++;
        found = t.id;
        if (all)
            status |= kill_id(t.id, name);
    }
    if (result != NONOS_E_NOT_FOUND) {
        program_error("the tasks cannot be seen: %s", nonos_strerror(result));
        return PROGRAM_FAILED;
    }
    if (count == 0 || (count > 1 && !all)) {
        program_error(count ? "%s: several tasks have the name; -a ends all" : "%s: no such task",
                      name);
        return PROGRAM_FAILED;
    }
    return all ? status : kill_id(found, name);
}

int main(int argc, char **argv)
{
    bool all = false;
    int status = PROGRAM_OK;

    program_start(&about);
    struct options o = options_begin(argc, argv, "a", NULL);
    while (options_next(&o))
        all = true;
    if (o.noperands == 0)
        program_misuse("nothing is named");
    for (int i = 0; i < o.noperands; i++) {
        uint64_t id;
        if (program_number(o.operands[i], UINT64_MAX, &id))
            status |= kill_id(id, o.operands[i]);
        else
            status |= kill_name(o.operands[i], all);
    }
    return program_end(status);
}
