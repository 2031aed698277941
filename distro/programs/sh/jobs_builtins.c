/* jobs, fg, wait, kill. */
#include "builtins.h"
#include "exec.h"
#include "jobs.h"
#include "platform.h"
#include "shell.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int builtin_jobs(int argc, char **argv)
{
    struct job *job;
    (void)argc, (void)argv;
    jobs_refresh();
    for (int number = 0; (job = job_after(number)) != NULL;) {
        number = job->number;
        if (job_running(job)) {
            printf("[%d] running %ld  %s\n", number, (long)job->processes[job->nprocesses - 1].pid,
                   job->text);
            continue;
        }
        printf("[%d] done %d  %s\n", number, job_status(job), job->text);
        job_free(job);
    }
    return 0;
}

static int wait_for(struct job *job)
{
    int status = job_wait(job);
    if (!job_running(job))
        job_free(job);
    return status;
}

int builtin_fg(int argc, char **argv)
{
    struct job *job = job_find(argc > 1 ? argv[1] : "%");
    if (!job) {
        shell_message("fg: %s: no such job", argc > 1 ? argv[1] : "%");
        return 1;
    }
    fprintf(stderr, "%s\n", job->text);
    return wait_for(job);
}

int builtin_wait(int argc, char **argv)
{
    int status = 0;
    for (int i = 1; i < argc && shell.flow == FLOW_NONE; i++) {
        struct job *job = job_find(argv[i]);
        /* What has been waited for before is as unknown as what never was. */
        status = job ? wait_for(job) : 127;
    }
    for (struct job *job; argc == 1 && shell.flow == FLOW_NONE && (job = job_after(0)) != NULL;)
        wait_for(job);
    return status;
}

static const struct {
    const char *name;
    int number;
} signals[] = {{"HUP", SIGHUP},   {"INT", SIGINT},  {"QUIT", SIGQUIT}, {"ILL", SIGILL},
               {"ABRT", SIGABRT}, {"FPE", SIGFPE},  {"KILL", SIGKILL}, {"SEGV", SIGSEGV},
               {"PIPE", SIGPIPE}, {"TERM", SIGTERM}};

const char *job_signal_name(int signal)
{
    for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
        if (signals[i].number == signal)
            return signals[i].name;
    return "?";
}

static int signal_number(const char *name)
{
    uint64_t n;
    if (program_number(name, 64, &n))
        return (int)n;
    if (strncmp(name, "SIG", 3) == 0)
        name += 3;
    for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
        if (strcmp(signals[i].name, name) == 0)
            return signals[i].number;
    return -1;
}

/* What the shell did not start is for the program /bin/kill, which ends tasks by number and by name. */
static int kill_other(char *name)
{
    char program[] = "kill";
    char *argv[] = {program, name, NULL};
    return exec_program(argv, NULL);
}

/* Sends a signal to a job's processes or to one process. */
static int kill_one(char *name, int signal)
{
    uint64_t pid;
    int failed = 0;
    if (name[0] == '%') {
        struct job *job = job_find(name);
        if (!job) {
            shell_message("kill: %s: no such job", name);
            return 1;
        }
        for (int i = 0; i < job->nprocesses; i++)
            if (!job->processes[i].ended && kill(job->processes[i].pid, signal) != 0)
                failed = errno;
    } else if (!program_number(name, INT32_MAX, &pid) || pid == 0) {
        if (platform_kills_any_task())
            return kill_other(name);
        shell_message("kill: %s: is neither %%JOB nor a process number", name);
        return 2;
    } else if (kill((pid_t)pid, signal) != 0) {
        if (errno == ESRCH && platform_kills_any_task())
            return kill_other(name);
        failed = errno;
    }
    if (failed)
        shell_message("kill: %s: %s", name, program_strerror(failed));
    return failed != 0;
}

int builtin_kill(int argc, char **argv)
{
    int first = 1, signal = SIGTERM, status = 0;
    if (argc > 1 && strcmp(argv[1], "-l") == 0) {
        for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
            puts(signals[i].name);
        return 0;
    }
    if (argc > 2 && strcmp(argv[1], "-s") == 0) {
        signal = signal_number(argv[2]);
        first = 3;
    } else if (argc > 1 && argv[1][0] == '-' && strcmp(argv[1], "--") != 0) {
        signal = signal_number(argv[1] + 1);
        first = 2;
    }
    if (first < argc && strcmp(argv[first], "--") == 0)
        first++;
    if (signal < 0) {
        shell_message("kill: %s: unknown signal", argv[first - 1]);
        return 2;
    }
    if (first >= argc) {
        shell_message("kill: nothing is named");
        return 2;
    }
    for (int i = first; i < argc; i++)
        status |= kill_one(argv[i], signal);
    return status;
}
