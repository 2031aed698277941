/* login: a name, and a shell. In live mode there are no accounts: any name will do, and there is no password. */
#include "../lib/program.h"
#include "../lib/system.h"

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static const struct program about = {
    "login",
    "usage: login [SHELL]\n\n"
    "Asks for a name and starts SHELL (/bin/sh) with the capabilities of a session; when it ends, "
    "asks again.\n\n"
    "Exit status: 0 at the end of the input, 1 if the shell cannot be started.\n",
    PROGRAM_FAILED,
};

#define NAME_MAX_LEN 32

/* Reads a name; false at the end of the input. Blanks around it do not count. */
static bool name_read(char name[NAME_MAX_LEN + 1])
{
    char *line = NULL;
    size_t size = 0;
    errno = 0;
    ssize_t len = getline(&line, &size, stdin);
    if (len < 0) {
        bool interrupted = errno == EINTR;
        free(line);
        clearerr(stdin);
        name[0] = '\0';
        return interrupted;
    }
    size_t start = strspn(line, " \t"), n = 0;
    for (char *p = line + start; *p && *p != '\n' && *p != '\r' && n < NAME_MAX_LEN; p++)
        if ((unsigned char)*p > 0x20 && *p != 0x7f)
            name[n++] = *p;
    name[n] = '\0';
    free(line);
    return true;
}

/* Part of the status line: on a development build everybody can attest programs, which must be seen. */
static const char *authority_text(void)
{
    struct system_authority authority;
    return system_authority(&authority) < 0 ? " - authority unknown"
           : authority.development          ? " - DEVELOPMENT AUTHORITY"
                                            : "";
}

/* Another part: /tmp is memory, so only a disk that can be written keeps anything. */
static const char *stored_text(void)
{
    return access("/disk", W_OK) == 0 ? "/disk is stored" : "nothing is stored";
}

/* Sockets are to come from an onion module alone; who hands them to the session directly must say it. */
static bool network_is_clear(void)
{
    char name[NONOS_STARTUP_NAME_SIZE];
    struct nonos_cap_info info;
    for (size_t i = 0; system_own_cap(i, name, &info) == 0; i++)
        if (strcmp(name, "net") == 0)
            return true;
    return false;
}

/* A session does without what is not there: the programs say so. */
static void network_reconnect(void)
{
    const char *service;
    for (size_t i = 0; (service = system_session_service(i)) != NULL; i++) {
        int result = system_reconnect(service);
        if (result < 0)
            program_error("%s: %s", service, nonos_strerror(result));
    }
}

static void status_print(void)
{
    struct nonos_system_info info;
    char memory[8];
    /* The name of the system, in UTF-8. */
    printf("N\303\230NOS");
    if (system_describe(&info) < 0) {
        printf(" - live mode, %s - development build\n", stored_text());
        return;
    }
    program_human(memory, info.memory_total);
    printf(" %.32s - live mode, %s - %sB memory, %u processor%s%s\n", info.version, stored_text(),
           memory, info.ncpus, info.ncpus == 1 ? "" : "s", authority_text());
    puts(info.iommu ? "Devices are confined by an IOMMU."
                    : "There is no IOMMU: devices can reach all memory that their drivers share.");
    if (network_is_clear())
        puts("The network is in the clear: there is no onion layer.");
    puts("This is a development build: do not trust it with secrets.");
}

static int shell_run(const char *path)
{
    char name[] = "sh";
    char *argv[] = {name, NULL};
    pid_t pid;
    int status;
    fflush(stdout);
    int error = posix_spawn(&pid, path, NULL, NULL, argv, environ);
    if (error) {
        program_error("%s: %s", path, program_strerror(error));
        return -1;
    }
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    return 0;
}

int main(int argc, char **argv)
{
    char name[NAME_MAX_LEN + 1];
    program_start(&about);
    struct options o = options_none(argc, argv);
    const char *shell = o.noperands > 0 ? o.operands[0] : "/bin/sh";

    /* The system's name in UTF-8, once for who sits down before the screen. */
    printf("N\303\230NOS%s\n", authority_text());
    for (;;) {
        /* When the files' server was started again, the supervisor can give its new root, to a new login. */
        if (access(shell, X_OK) != 0)
            program_die("%s: %s", shell, program_strerror(errno));
        fputs("login: ", stdout);
        fflush(stdout);
        if (!name_read(name))
            return program_end(PROGRAM_OK);
        if (name[0] == '\0')
            continue;
        printf("\nWelcome, %s.\n", name);
        network_reconnect();
        status_print();
        puts("Type help to see what there is, exit to end the session.\n");
        if (setenv("USER", name, 1) != 0 || setenv("HOME", "/tmp", 1) != 0 ||
            setenv("PATH", "/bin", 0) != 0)
            program_die("out of memory");
        if (shell_run(shell) != 0)
            return program_end(PROGRAM_FAILED);
        putchar('\n');
    }
}
