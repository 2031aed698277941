/* modules: what the supervisor runs. */
#include "../lib/program.h"
#include "../lib/system.h"
#include "../lib/system_text.h"

#include <stdio.h>
#include <string.h>

static const struct program about = {
    "modules",
    "usage: modules\n"
    "       modules NAME\n"
    "       modules stop|start|restart NAME...\n\n"
    "Shows the system's modules: state, how often they were started again, task, age, the "
    "pseudonym of the authority that attested\n"
    "them with the epoch, and grants. With NAME: what the manifest gives to the module. Stops, "
    "starts and restarts modules.\n\n"
    "Exit status: 0, or 1 if the supervisor refused or there is no such module.\n",
    PROGRAM_FAILED,
};

#define PSEUDONYM_SHOWN 4 /* bytes, in the list */

static void pseudonym_text(char *out, size_t size, const struct system_attestation *a, size_t bytes)
{
    size_t len = 0;
    out[0] = '\0';
    for (size_t i = 0; i < bytes && len + 3 < size; i++)
        len += (size_t)snprintf(out + len, size - len, "%02x", a->pseudonym[i]);
}

/* "01234567/1", or "-" if the attestor cannot be asked. */
static void authority_text(char *out, size_t size, const char *name)
{
    struct system_attestation a;
    char pseudonym[2 * PSEUDONYM_SHOWN + 2];
    if (system_attestation(name, &a) < 0) {
        snprintf(out, size, "-");
        return;
    }
    pseudonym_text(pseudonym, sizeof(pseudonym), &a, PSEUDONYM_SHOWN);
    snprintf(out, size, "%s/%lu", pseudonym, (unsigned long)a.epoch);
}

static void print(const struct system_module *m, uint64_t now)
{
    char grants[SYSTEM_TEXT_SIZE], age[32] = "-", task[24] = "-", authority[32];
    system_grants_text(grants, sizeof(grants), m->grants);
    authority_text(authority, sizeof(authority), m->name);
    if (m->task_id) {
        system_duration_text(age, now > m->start_ns ? now - m->start_ns : 0);
        snprintf(task, sizeof(task), "%llu", (unsigned long long)m->task_id);
    }
    printf("%-16s %-8s %8u %6s %12s %-11s %s\n", m->name, system_module_state_name(m->state),
           m->restarts, task, age, authority, grants);
}

/* What stands below the list: a system that believes everybody says so. */
static void print_development(void)
{
    struct system_authority authority;
    if (system_authority(&authority) == 0 && authority.development)
        puts("DEVELOPMENT AUTHORITY: anybody can attest programs for this system.");
}

static int list(void)
{
    struct system_module m;
    int result;
    uint64_t now = system_monotonic_ns();
    puts("NAME             STATE    RESTARTS   TASK          AGE AUTHORITY   GRANTS");
    for (uint32_t i = 0; (result = system_module(i, &m)) == 0; i++)
        print(&m, now);
    if (result != NONOS_E_NOT_FOUND)
        program_die("the supervisor cannot be asked: %s", nonos_strerror(result));
    print_development();
    return PROGRAM_OK;
}

static void print_attestation(const char *name)
{
    struct system_attestation a;
    char pseudonym[2 * sizeof(a.pseudonym) + 2], grants[SYSTEM_TEXT_SIZE];
    if (system_attestation(name, &a) < 0)
        return;
    pseudonym_text(pseudonym, sizeof(pseudonym), &a, sizeof(a.pseudonym));
    system_grants_text(grants, sizeof(grants), a.grants);
    printf("attested by %s, epoch %lu, version %llu, for %s\n", pseudonym, (unsigned long)a.epoch,
           (unsigned long long)a.version, grants);
    if (a.result < 0)
        printf("does not start any more: %s\n", nonos_strerror(a.result));
}

static void print_end(const struct system_module *m)
{
    if (m->last_state == NONOS_TASK_FAULTED)
        printf("last end: faulted (%s)\n", system_fault_name((uint32_t)m->last_status));
    else if (m->last_state)
        printf("last end: %s, status %d\n", system_state_name(m->last_state), m->last_status);
}

static int show(const char *name)
{
    struct system_module m;
    char text[64];
    int result;
    for (uint32_t i = 0; (result = system_module(i, &m)) == 0; i++) {
        if (strcmp(m.name, name) != 0)
            continue;
        printf("%s: %s, started again %u times\n", m.name, system_module_state_name(m.state),
               m.restarts);
        print_end(&m);
        print_attestation(m.name);
        for (uint32_t line = 0; system_module_given(i, line, text) == 0; line++)
            printf("    %s\n", text);
        return PROGRAM_OK;
    }
    program_error("%s: %s", name,
                  result == NONOS_E_NOT_FOUND ? "no such module" : nonos_strerror(result));
    return PROGRAM_FAILED;
}

static int control(enum nonos_supervisor_op op, const char *name)
{
    int result = system_module_control(name, op);
    if (result >= 0)
        return PROGRAM_OK;
    program_error("%s: %s", name,
                  result == NONOS_E_NOT_FOUND ? "no such module" : nonos_strerror(result));
    return PROGRAM_FAILED;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *verb;
        enum nonos_supervisor_op op;
    } verbs[] = {{"stop", NONOS_SUPERVISOR_STOP},
                 {"start", NONOS_SUPERVISOR_START},
                 {"restart", NONOS_SUPERVISOR_RESTART}};
    int status = PROGRAM_OK;

    program_start(&about);
    struct options o = options_none(argc, argv);
    if (o.noperands == 0)
        return program_end(list());
    for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
        if (strcmp(o.operands[0], verbs[i].verb) != 0)
            continue;
        if (o.noperands == 1)
            program_misuse("no module is named");
        for (int n = 1; n < o.noperands; n++)
            status |= control(verbs[i].op, o.operands[n]);
        return program_end(status);
    }
    if (o.noperands > 1)
        program_misuse("'%s' is not stop, start or restart", o.operands[0]);
    return program_end(show(o.operands[0]));
}
