#include "exec.h"

#include "builtins.h"
#include "expand.h"
#include "functions.h"
#include "parse.h"
#include "redirect.h"
#include "shell.h"
#include "vars.h"

#include "../lib/pattern.h"
#include "../lib/program.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool runnable(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0;
}

char *exec_find(const char *name, struct arena *a)
{
    const char *path = var_get("PATH");
    if (strchr(name, '/'))
        return arena_strdup(a, name);
    while (path && *name) {
        size_t len = strcspn(path, ":"), name_len = strlen(name);
        char *full = arena_alloc(a, len + name_len + 3);
        memcpy(full, len ? path : ".", len ? len : 1);
        size_t at = len ? len : 1;
        full[at] = '/';
        memcpy(full + at + 1, name, name_len);
        if (runnable(full))
            return full;
        path = path[len] ? path + len + 1 : NULL;
    }
    return NULL;
}

/* A text file that is marked as a program is a script for this shell. */
static bool is_script(const char *path)
{
    char head[4] = {0};
    int fd = open(path, O_RDONLY);
    ssize_t n = fd < 0 ? -1 : read(fd, head, sizeof(head));
    if (fd >= 0)
        close(fd);
    return n >= 0 && (n < 4 || memcmp(head, "\177ELF", 4) != 0);
}

static int spawn_script(struct job *job, const char *path, char **argv, char **environment,
                        bool background, const struct narrowing *narrowing, struct arena *a)
{
    int argc = 0;
    while (argv[argc])
        argc++;
    char **script = arena_alloc(a, ((size_t)argc + 2) * sizeof(char *));
    script[0] = arena_strdup(a, "sh");
    script[1] = arena_strdup(a, path);
    for (int i = 1; i < argc; i++)
        script[1 + i] = argv[i];
    return job_spawn(job, platform_self(), script, environment, background, narrowing);
}

/* Starts a program. Returns 0, or the status that the shell reports after its message. */
static int spawn(struct job *job, char **argv, bool background, const struct narrowing *narrowing)
{
    struct arena a = {0};
    int status = 0;
    char *path = exec_find(argv[0], &a);
    if (!path) {
        shell_message("%s: not found", argv[0]);
        arena_free(&a);
        return 127;
    }
    struct stat st;
    char **environment = vars_environment(&a);
    int error = stat(path, &st) != 0 ? errno : S_ISDIR(st.st_mode) ? EISDIR : 0;
    if (!error)
        error = job_spawn(job, path, argv, environment, background, narrowing);
    if (error && error != ENOENT && error != EISDIR && access(path, X_OK) == 0 && is_script(path))
        error = spawn_script(job, path, argv, environment, background, narrowing, &a);
    if (error) {
        shell_message("%s: %s", argv[0],
                      error == ENOSYS && narrowing ? "there are no capabilities on this system"
                                                   : program_strerror(error));
        status = error == ENOENT ? 127 : 126;
    }
    arena_free(&a);
    return status;
}

int exec_program(char **argv, const struct narrowing *narrowing)
{
    struct job *job = job_new();
    if (!job)
        return 2;
    int status = spawn(job, argv, false, narrowing);
    if (status == 0)
        status = job_wait(job);
    job_free(job);
    return status;
}

/* Letters, digits and what is not special anywhere: such a word means itself. `variables`: $name may be in it. */
static bool is_plain(const char *word, bool variables)
{
    for (; *word; word++) {
        if (*word == '$' && variables && (parse_is_name(word + 1, word[1] != '\0')))
            continue;
        if (strchr("$`", *word))
            return false;
    }
    return true;
}

bool exec_is_direct(const struct node *n)
{
    if (n->kind != NODE_COMMAND || n->assignments || !n->words || shell.trace)
        return false;
    const char *name = n->words->text;
    if (strpbrk(name, "$`\\'\"*?[~") || builtin_find(name) || function_find(name))
        return false;
    for (const struct word *w = n->words; w; w = w->next)
        if (!is_plain(w->text, !shell.no_unset))
            return false;
    for (const struct redirect *r = n->redirects; r; r = r->next)
        if (!is_plain(r->target, !shell.no_unset) ||
            (r->body && !r->quoted && !is_plain(r->body, false)))
            return false;
    return true;
}

bool exec_spawn_direct(struct job *job, const struct node *n, bool background, int *status)
{
    struct arena a = {0};
    struct saved_fds saved = {0};
    *status = 2;
    struct fields f = expand_words(n->words, &a);
    if (shell.flow == FLOW_NONE && redirect_apply(n->redirects, &saved))
        *status = spawn(job, f.values, background, NULL);
    redirect_restore(&saved);
    arena_free(&a);
    return *status == 0;
}

static void trace(const struct word *assignments, const struct fields *f, struct arena *a)
{
    struct text t = {0};
    const char *prefix = var_get("PS4");
    text_add_string(&t, prefix ? prefix : "+ ");
    const char *space = "";
    for (const struct word *w = assignments; w; w = w->next) {
        size_t len = parse_assignment_name(w->text);
        text_add_string(&t, space);
        text_add(&t, w->text, len + 1);
        text_add_string(&t, expand_string(w->text + len + 1, a));
        space = " ";
    }
    for (int i = 0; i < f->count; i++) {
        text_add_string(&t, space);
        text_add_string(&t, f->values[i]);
        space = " ";
    }
    text_add_char(&t, '\n');
    fflush(stdout);
    program_write_all(STDERR_FILENO, t.data, t.len);
    text_free(&t);
}

/* Performs assignments; with `saved` they are for one command and exported to it. */
static bool assign(const struct word *assignments, struct var_saved **saved)
{
    struct arena a = {0};
    for (const struct word *w = assignments; w && shell.flow == FLOW_NONE; w = w->next) {
        size_t len = parse_assignment_name(w->text);
        char *name = arena_strndup(&a, w->text, len);
        char *value = expand_string(w->text + len + 1, &a);
        if (shell.flow != FLOW_NONE)
            break;
        if (saved)
            *saved = var_save(*saved, name);
        if (!var_set(name, value))
            break;
        if (saved)
            var_make(name)->exported = true;
    }
    arena_free(&a);
    return shell.flow == FLOW_NONE;
}

static int call_function(struct function *f, int argc, char **argv)
{
    struct parameters outer = shell.parameters;
    unsigned loops = shell.loops;
    if (shell.functions >= SHELL_DEPTH_MAX / 4) {
        shell_error("%s: functions call each other too deeply", f->name);
        return 2;
    }
    shell.parameters = (struct parameters){.values = argv + 1, .count = argc - 1};
    shell.functions++;
    shell.loops = 0;
    function_enter(f);
    exec_node(f->body);
    function_leave(f);
    shell.functions--;
    shell.loops = loops;
    shell_parameters_free(&shell.parameters);
    shell.parameters = outer;
    if (shell.flow == FLOW_RETURN)
        shell.flow = FLOW_NONE;
    return shell.status;
}

/* Runs what the fields name, redirections and assignments in force. */
static int run_command(const struct fields *f)
{
    const struct builtin *special = builtin_find(f->values[0]);
    if (special && !special->special)
        special = NULL;
    struct function *function = special ? NULL : function_find(f->values[0]);
    if (function)
        return call_function(function, f->count, f->values);
    const struct builtin *builtin = builtin_find(f->values[0]);
    if (!builtin)
        return exec_program(f->values, NULL);
    int status = builtin->run(f->count, f->values);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        shell_message("%s: write error: %s", f->values[0], program_strerror(errno));
        clearerr(stdout);
        status = status ? status : 1;
    }
    return status;
}

static bool is_exec(const struct fields *f)
{
    return f->count == 1 && strcmp(f->values[0], "exec") == 0;
}

/* A command without words: redirections happen and are gone, assignments stay. */
static void exec_bare(const struct node *n)
{
    struct saved_fds saved = {0};
    bool good = redirect_apply(n->redirects, &saved);
    redirect_restore(&saved);
    if (good)
        assign(n->assignments, NULL);
    if (shell.flow == FLOW_NONE)
        shell.status = !good ? 2 : shell.substitution_status >= 0 ? shell.substitution_status : 0;
}

static void exec_fields(const struct node *n, const struct fields *f)
{
    struct saved_fds saved = {0};
    struct var_saved *variables = NULL;
    const struct builtin *builtin = builtin_find(f->values[0]);
    bool special = builtin && builtin->special;

    if (!redirect_apply(n->redirects, is_exec(f) ? NULL : &saved)) {
        redirect_restore(&saved);
        shell.status = 2;
        if (special && shell.flow == FLOW_NONE && !shell.interactive)
            shell_error("%s: its redirection failed", f->values[0]);
        return;
    }
    if (assign(n->assignments, special ? NULL : &variables))
        shell.status = run_command(f);
    redirect_restore(&saved);
    vars_restore(variables);
}

static void exec_simple(const struct node *n)
{
    struct arena a = {0};
    int before = shell.substitution_status;
    shell.substitution_status = -1;
    struct fields f = expand_words(n->words, &a);
    if (shell.flow == FLOW_NONE) {
        if (shell.trace)
            trace(n->assignments, &f, &a);
        if (f.count == 0)
            exec_bare(n);
        else
            exec_fields(n, &f);
    }
    shell.substitution_status = before;
    arena_free(&a);
}

/* Starts one command of a pipeline, its input and output in place. */
static void pipe_start(struct job *job, const struct node *n, bool background, int *status)
{
    if (exec_is_direct(n))
        exec_spawn_direct(job, n, background, status);
    else
        *status = job_spawn_node(job, n, background) ? 0 : 2;
}

/* Starts all commands of a pipeline. Returns the status of the last if it could not be started, else 0. */
static int pipe_spawn(struct job *job, const struct node *n, bool background)
{
    int input = -1, status = 0;
    for (const struct node *c = n->child; c && shell.flow == FLOW_NONE; c = c->next) {
        struct saved_fds saved = {0};
        int fds[2] = {-1, -1};
        if (c->next && pipe(fds) != 0) {
            shell_error("a pipe cannot be made: %s", program_strerror(errno));
            break;
        }
        if (fds[0] >= 0)
            redirect_hide(&fds[0]);
        if (input >= 0)
            redirect_move(&saved, input, STDIN_FILENO);
        if (fds[1] >= 0)
            redirect_move(&saved, fds[1], STDOUT_FILENO);
        pipe_start(job, c, background, &status);
        redirect_restore(&saved);
        input = fds[0];
    }
    if (input >= 0)
        close(input);
    return status;
}

static void exec_pipe(const struct node *n)
{
    if (n->negated)
        shell.conditions++;
    if (!n->child->next) {
        exec_node(n->child);
    } else {
        struct job *job = job_new();
        if (job) {
            int failed = pipe_spawn(job, n, false);
            int status = job_wait(job);
            shell.status = failed ? failed : status;
            job_free(job);
        }
    }
    if (n->negated) {
        shell.conditions--;
        if (shell.flow == FLOW_NONE)
            shell.status = !shell.status;
    }
}

static void exec_and_or(const struct node *n)
{
    for (const struct node *c = n->child; c && shell.flow == FLOW_NONE; c = c->next) {
        if (c != n->child && (c->or_else ? shell.status == 0 : shell.status != 0))
            continue;
        /* Only the last command's failure counts for set -e. */
        shell.conditions += c->next != NULL;
        exec_node(c);
        shell.conditions -= c->next != NULL;
    }
}

static void exec_background(const struct node *n)
{
    struct job *job = job_new();
    struct saved_fds saved = {0};
    int null = shell.interactive ? -1 : open("/dev/null", O_RDONLY), status = 0;
    if (!job)
        return;
    if (null >= 0)
        redirect_move(&saved, null, STDIN_FILENO);
    if (n->kind == NODE_PIPE && !n->negated)
        status = pipe_spawn(job, n, true);
    else
        pipe_start(job, n, true, &status);
    redirect_restore(&saved);
    if (job->nprocesses > 0)
        job_background(job, n);
    else
        job_free(job);
    shell.status = job->nprocesses > 0 ? 0 : status;
}

static void exec_list(const struct node *n)
{
    for (const struct node *c = n->child; c && shell.flow == FLOW_NONE; c = c->next) {
        if (c->background)
            exec_background(c);
        else
            exec_node(c);
    }
}

static void exec_subshell(const struct node *n)
{
    struct job *job = job_new();
    if (!job)
        return;
    if (job_spawn_node(job, n->child, false))
        shell.status = job_wait(job);
    job_free(job);
}

static bool condition_holds(const struct node *n)
{
    shell.conditions++;
    exec_node(n);
    shell.conditions--;
    return shell.flow == FLOW_NONE && shell.status == 0;
}

static void exec_if(const struct node *n)
{
    while (n && n->kind == NODE_IF) {
        if (condition_holds(n->child)) {
            exec_node(n->then);
            return;
        }
        if (shell.flow != FLOW_NONE)
            return;
        shell.status = 0;
        n = n->otherwise;
    }
    if (n)
        exec_node(n);
}

/* After a loop's body: does the loop go on? */
static bool loop_continues(void)
{
    if (platform_interrupted() && shell.flow == FLOW_NONE) {
        shell.status = 130;
        shell.flow = FLOW_ABORT;
    }
    if (shell.flow == FLOW_BREAK || shell.flow == FLOW_CONTINUE) {
        bool again = shell.flow == FLOW_CONTINUE && shell.flow_count <= 1;
        if (shell.flow_count <= 1)
            shell.flow = FLOW_NONE;
        shell.flow_count--;
        return again;
    }
    return shell.flow == FLOW_NONE;
}

static void exec_while(const struct node *n)
{
    int status = 0;
    shell.loops++;
    for (;;) {
        bool holds = condition_holds(n->child);
        if (shell.flow != FLOW_NONE) {
            if (!loop_continues())
                break;
            continue;
        }
        if (holds != (n->kind == NODE_WHILE))
            break;
        exec_node(n->then);
        status = shell.status;
        if (!loop_continues())
            break;
    }
    shell.loops--;
    if (shell.flow == FLOW_NONE)
        shell.status = status;
}

static void exec_for(const struct node *n)
{
    struct arena a = {0};
    struct fields f;
    if (n->has_in) {
        f = expand_words(n->words, &a);
    } else {
        f.count = shell.parameters.count;
        f.values = arena_alloc(&a, ((size_t)f.count + 1) * sizeof(char *));
        for (int i = 0; i < f.count; i++)
            f.values[i] = arena_strdup(&a, shell.parameters.values[i]);
    }
    if (shell.flow == FLOW_NONE)
        shell.status = 0;
    shell.loops++;
    for (int i = 0; i < f.count && shell.flow == FLOW_NONE; i++) {
        if (!var_set(n->name, f.values[i]))
            break;
        exec_node(n->then);
        if (!loop_continues())
            break;
    }
    shell.loops--;
    arena_free(&a);
}

static bool item_matches(const struct case_item *item, const char *subject, struct arena *a)
{
    for (const struct word *w = item->patterns; w && shell.flow == FLOW_NONE; w = w->next) {
        char *pattern = expand_pattern(w->text, a);
        if (shell.flow == FLOW_NONE &&
            pattern_match(pattern, strlen(pattern), subject, strlen(subject)))
            return true;
    }
    return false;
}

static void exec_case(const struct node *n)
{
    struct arena a = {0};
    const struct case_item *found = NULL;
    char *subject = expand_string(n->words->text, &a);
    for (const struct case_item *i = n->items; i && !found && shell.flow == FLOW_NONE; i = i->next)
        if (item_matches(i, subject, &a))
            found = i;
    arena_free(&a);
    if (shell.flow != FLOW_NONE)
        return;
    shell.status = 0;
    if (found && found->body)
        exec_node(found->body);
}

static void exec_kind(const struct node *n)
{
    switch (n->kind) {
    case NODE_COMMAND:
        exec_simple(n);
        break;
    case NODE_PIPE:
        exec_pipe(n);
        break;
    case NODE_AND_OR:
        exec_and_or(n);
        break;
    case NODE_LIST:
        exec_list(n);
        break;
    case NODE_SUBSHELL:
        exec_subshell(n);
        break;
    case NODE_GROUP:
        exec_node(n->child);
        break;
    case NODE_IF:
        exec_if(n);
        break;
    case NODE_WHILE:
    case NODE_UNTIL:
        exec_while(n);
        break;
    case NODE_FOR:
        exec_for(n);
        break;
    case NODE_CASE:
        exec_case(n);
        break;
    case NODE_FUNCTION:
        function_define(n->name, n->then);
        if (shell.flow == FLOW_NONE)
            shell.status = 0;
        break;
    }
}

/* set -e: which commands end the shell by failing. Lists and compound commands did so inside. */
static bool failure_counts(const struct node *n)
{
    return n->kind == NODE_COMMAND || n->kind == NODE_SUBSHELL ||
           (n->kind == NODE_PIPE && !n->negated);
}

void exec_node(const struct node *n)
{
    struct saved_fds saved = {0};
    if (!n || shell.flow != FLOW_NONE)
        return;
    if (++shell.depth > SHELL_DEPTH_MAX) {
        shell_error("commands are nested too deeply");
    } else if (n->kind == NODE_COMMAND || n->kind == NODE_FUNCTION || !n->redirects) {
        exec_kind(n);
    } else {
        if (redirect_apply(n->redirects, &saved))
            exec_kind(n);
        else
            shell.status = 2;
        redirect_restore(&saved);
    }
    shell.depth--;
    if (shell.exit_on_error && shell.conditions == 0 && shell.status != 0 &&
        shell.flow == FLOW_NONE && failure_counts(n))
        shell.flow = FLOW_EXIT;
}
