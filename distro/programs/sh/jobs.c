#include "jobs.h"

#include "exec.h"
#include "parse.h"
#include "print.h"
#include "redirect.h"
#include "shell.h"
#include "vars.h"

#include "../lib/program.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static struct job jobs[JOBS_MAX];

struct job *job_new(void)
{
    for (size_t i = 0; i < JOBS_MAX; i++) {
        if (jobs[i].number == 0) {
            jobs[i] = (struct job){.number = -1};
            return &jobs[i];
        }
    }
    shell_error("too many jobs");
    return NULL;
}

void job_free(struct job *job)
{
    free(job->text);
    *job = (struct job){0};
}

struct job *job_after(int after)
{
    struct job *best = NULL;
    for (size_t i = 0; i < JOBS_MAX; i++)
        if (jobs[i].number > after && jobs[i].number > 0 &&
            (!best || jobs[i].number < best->number))
            best = &jobs[i];
    return best;
}

void job_background(struct job *job, const struct node *n)
{
    int number = 1;
    struct text t = {0};
    for (struct job *j = NULL; (j = job_after(number - 1)) != NULL && j->number == number;)
        number++;
    job->number = number;
    print_node(&t, n);
    job->text = program_strdup(t.data ? t.data : "");
    text_free(&t);
    job->text[strcspn(job->text, "\n")] = '\0';
    if (job->nprocesses > 0)
        shell.last_background = job->processes[job->nprocesses - 1].pid;
    if (shell.interactive)
        fprintf(stderr, "[%d] %ld\n", number, (long)shell.last_background);
}

int job_spawn(struct job *job, const char *path, char **argv, char **environment, bool background,
              const struct narrowing *narrowing)
{
    pid_t pid;
    if (job->nprocesses == JOB_PROCESSES_MAX)
        return E2BIG;
    fflush(stdout);
    int error = platform_spawn(&pid, path, argv, environment, background, narrowing);
    if (!error)
        job->processes[job->nprocesses++] = (struct process){.pid = pid};
    return error;
}

bool job_spawn_text(struct job *job, const char *text, size_t len, bool background)
{
    struct arena a = {0};
    struct text state = {0}, numbers = {0};
    int count = shell.parameters.count;
    char **argv = arena_alloc(&a, ((size_t)count + 7) * sizeof(char *));

    shell_state(&state);
    text_add_number(&numbers, shell.pid);
    text_add_char(&numbers, ' ');
    text_add_number(&numbers, shell.last_background);
    text_add_char(&numbers, ' ');
    text_add_number(&numbers, shell.status);
    text_add_char(&numbers, ' ');
    text_add_number(&numbers, shell.conditions > 0);
    argv[0] = arena_strdup(&a, "sh");
    argv[1] = arena_strdup(&a, "--subshell");
    argv[2] = text_finish(&numbers, &a);
    argv[3] = text_finish(&state, &a);
    argv[4] = arena_strndup(&a, text, len);
    argv[5] = arena_strdup(&a, shell.name);
    for (int i = 0; i < count; i++)
        argv[6 + i] = shell.parameters.values[i];
    int error = job_spawn(job, platform_self(), argv, vars_environment(&a), background, NULL);
    arena_free(&a);
    if (error)
        shell_error("a subshell cannot be started: %s", program_strerror(error));
    return error == 0;
}

bool job_spawn_node(struct job *job, const struct node *n, bool background)
{
    struct text t = {0};
    print_node(&t, n);
    bool started = job_spawn_text(job, t.data, t.len, background);
    text_free(&t);
    return started;
}

static int exit_status(int status)
{
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int job_status(const struct job *job)
{
    return job->nprocesses ? exit_status(job->processes[job->nprocesses - 1].status) : 0;
}

bool job_running(const struct job *job)
{
    for (int i = 0; i < job->nprocesses; i++)
        if (!job->processes[i].ended)
            return true;
    return false;
}

static void job_kill(const struct job *job, int signal)
{
    for (int i = 0; i < job->nprocesses; i++)
        if (!job->processes[i].ended)
            kill(job->processes[i].pid, signal);
}

/* Says why a foreground job did not end by itself. */
static void report_signal(const struct process *p)
{
    int signal = WTERMSIG(p->status);
    if (signal == SIGINT)
        fputc('\n', stderr);
    else if (signal != SIGPIPE)
        fprintf(stderr, "ended by signal %d (%s)\n", signal, job_signal_name(signal));
}

int job_wait(struct job *job)
{
    bool interrupted = false;
    for (int i = 0; i < job->nprocesses; i++) {
        struct process *p = &job->processes[i];
        while (!p->ended) {
            bool ended = false;
            int error = platform_wait(p->pid, &p->status, true, &ended);
            if (error == EINTR) {
                interrupted = platform_interrupted() || interrupted;
                job_kill(job, SIGINT);
                continue;
            }
            /* ECHILD cannot come from a process that was started and not waited for; do not wait for ever if it does. */
            p->ended = ended || error;
        }
    }
    int status = job_status(job);
    if (job->nprocesses && WIFSIGNALED(job->processes[job->nprocesses - 1].status)) {
        report_signal(&job->processes[job->nprocesses - 1]);
        interrupted |= WTERMSIG(job->processes[job->nprocesses - 1].status) == SIGINT;
    }
    if (interrupted && shell.interactive) {
        platform_interrupted();
        if (shell.flow == FLOW_NONE)
            shell.flow = FLOW_ABORT;
    }
    return status;
}

static void job_refresh(struct job *job)
{
    for (int i = 0; i < job->nprocesses; i++) {
        struct process *p = &job->processes[i];
        bool ended = false;
        if (!p->ended && (platform_wait(p->pid, &p->status, false, &ended) != 0 || ended))
            p->ended = true;
    }
}

void jobs_refresh(void)
{
    struct job *job;
    for (int number = 0; (job = job_after(number)) != NULL; number = job->number)
        job_refresh(job);
}

void jobs_announce(void)
{
    struct job *job;
    jobs_refresh();
    for (int number = 0; (job = job_after(number)) != NULL;) {
        number = job->number;
        if (job_running(job))
            continue;
        fprintf(stderr, "[%d] done %d  %s\n", job->number, job_status(job), job->text);
        job_free(job);
    }
}

struct job *job_find(const char *name)
{
    uint64_t number;
    struct job *last = NULL, *j = NULL;
    if (name[0] == '%' && (name[1] == '\0' || strcmp(name, "%%") == 0 || strcmp(name, "%+") == 0)) {
        for (int n = 0; (j = job_after(n)) != NULL; n = j->number)
            last = j;
        return last;
    }
    if (!program_number(name + (name[0] == '%'), INT32_MAX, &number))
        return NULL;
    for (int n = 0; (j = job_after(n)) != NULL; n = j->number) {
        if (name[0] == '%' && j->number == (int)number)
            return j;
        for (int i = 0; name[0] != '%' && i < j->nprocesses; i++)
            if (j->processes[i].pid == (pid_t)number)
                return j;
    }
    return NULL;
}

/*
 * Starts what is inside of $( ): a program directly where that is the same, else a subshell. Returns whether something runs; if not,
 * `status` says how it ended.
 */
static bool substitute_start(struct job *job, const char *command, size_t len, int *status)
{
    struct arena a = {0};
    struct node *n;
    const char *error;
    bool started = false;
    enum parse_result result = parse_text(command, len, &a, &n, &error);
    *status = 0;
    if (result == PARSE_ERROR) {
        shell_error("%s", error);
        *status = 2;
    } else if (result == PARSE_COMMAND) {
        bool direct = !n->child->next && !n->child->background && exec_is_direct(n->child);
        if (direct)
            started = exec_spawn_direct(job, n->child, false, status);
        else
            started = job_spawn_text(job, command, len, false);
    }
    arena_free(&a);
    return started;
}

int job_substitute(const char *command, size_t len, struct text *output)
{
    int fds[2], status = 0;
    char buffer[4096];
    struct job *job = job_new();
    if (!job)
        return 2;
    if (pipe(fds) != 0) {
        shell_error("a pipe cannot be made: %s", program_strerror(errno));
        job_free(job);
        return 2;
    }
    struct saved_fds saved = {0};
    redirect_hide(&fds[0]);
    redirect_move(&saved, fds[1], STDOUT_FILENO);
    bool started = substitute_start(job, command, len, &status);
    redirect_restore(&saved);
    for (ssize_t n; started;) {
        n = read(fds[0], buffer, sizeof(buffer));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        for (ssize_t i = 0; i < n; i++)
            if (buffer[i])
                text_add_char(output, buffer[i]);
    }
    close(fds[0]);
    if (started)
        status = job_wait(job);
    job_free(job);
    return status;
}
