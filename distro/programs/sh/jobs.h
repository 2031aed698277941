/* Processes that the shell started: pipelines in the foreground, jobs in the background, subshells. */
#ifndef PROGRAMS_SH_JOBS_H
#define PROGRAMS_SH_JOBS_H

#include "arena.h"
#include "ast.h"
#include "platform.h"

#include <stdbool.h>
#include <sys/types.h>

#define JOB_PROCESSES_MAX 64
#define JOBS_MAX          64

struct job {
    int number; /* 0: the slot is free; 1.. as %1 names it; -1: in the foreground */
    int nprocesses;
    struct process {
        pid_t pid;
        int status; /* as waitpid() gave it */
        bool ended;
    } processes[JOB_PROCESSES_MAX];
    char *text;
};

/* An empty job in the foreground. NULL, after an error, if there are too many. */
struct job *job_new(void);
void job_free(struct job *job);

/* Makes a job a background job: numbers it, sets $!. Says so in an interactive shell. */
void job_background(struct job *job, const struct node *n);

/* Starts a program as part of a job. Returns 0, or an errno. */
int job_spawn(struct job *job, const char *path, char **argv, char **environment, bool background,
              const struct narrowing *narrowing);

/* Starts a subshell that runs a tree or a text as part of a job. Reports errors; returns false then. */
bool job_spawn_node(struct job *job, const struct node *n, bool background);
bool job_spawn_text(struct job *job, const char *text, size_t len, bool background);

/* Waits until all of it has ended and returns the exit status of the last process. ^C ends the job. */
int job_wait(struct job *job);

/* The exit status that $? shows. */
int job_status(const struct job *job);

/* Notes which background jobs have ended, without waiting. */
void jobs_refresh(void);

/* The same, and says so and forgets them: before a prompt. */
void jobs_announce(void);

/* %N, %%, %+, or a pid. NULL if there is none. */
struct job *job_find(const char *name);

/* The jobs in order of their numbers: the first with a number above `after`. */
struct job *job_after(int after);

/* Is any process of it still running? */
bool job_running(const struct job *job);

/* "KILL", "SEGV"...; "?" if it has no name here. */
const char *job_signal_name(int signal);

/* Runs the commands of $(...) and gives what they wrote. Returns their status. */
int job_substitute(const char *command, size_t len, struct text *output);

#endif
