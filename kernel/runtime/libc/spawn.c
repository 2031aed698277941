/*
 * posix_spawn: hashes the image, has the attestor give the Module of that hash, or sends it the file, and
 * starts a task with exactly the files and capabilities that were listed. What this task made for
 * the purpose is given back at the end, also when it fails.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <noncrypto/blake3.h>
#include <nonos/attest.h>
#include <nonos/spawn.h>

#include "children.h"
#include "files.h"
#include "spawn_attr.h"
#include "spawn_caps.h"
#include "startup_make.h"

#define STACK_LEN    (256u << 10)
#define PATH_DEFAULT "/bin"

/* Everything that a spawn holds until it is done. */
struct spawn {
    struct open_file *image;
    nonos_handle module, account, block;
    uint64_t grants;
    struct open_file *files[FILES_MAX];
    bool cloexec[FILES_MAX];
    struct spawn_caps caps;
};

/* Opens the program; a name without '/' is looked for along $PATH. */
static int image_open(struct spawn *spawn, const char *file, bool search)
{
    if (!search || strchr(file, '/'))
        return files_open(AT_FDCWD, file, O_RDONLY, 0, &spawn->image);
    const char *path = getenv("PATH");
    int result = NONOS_E_NOT_FOUND;
    for (path = path && *path ? path : PATH_DEFAULT; *path; path += strspn(path, ":")) {
        char name[NONOS_PATH_MAX];
        int len = (int)strcspn(path, ":");
        if ((size_t)snprintf(name, sizeof(name), "%.*s/%s", len, path, file) < sizeof(name)) {
            int tried = files_open(AT_FDCWD, name, O_RDONLY, 0, &spawn->image);
            if (tried >= 0)
                return tried;
            if (tried != NONOS_E_NOT_FOUND && tried != NONOS_E_NOT_DIRECTORY)
                result = tried;
        }
        path += len;
    }
    return result;
}

static int image_size(struct spawn *spawn, size_t *size)
{
    struct nonos_message message = nonos_message_make(NONOS_FILE_STAT);
    struct nonos_file_stat st;
    if (spawn->image->kind == NONOS_KIND_DIRECTORY)
        return NONOS_E_IS_DIRECTORY;
    int result = files_call(spawn->image, &message);
    if (result < 0)
        return result;
    memcpy(&st, spawn->image->buffer->data, sizeof(st));
    *size = (size_t)st.size;
    return st.size == 0                      ? NONOS_E_NOT_ATTESTED
           : st.size > NONOS_ATTEST_FILE_MAX ? NONOS_E_TOO_BIG
                                             : NONOS_OK;
}

/* Reads the image in pieces into the file's buffer; `take` gets each. */
static int image_read(struct spawn *spawn, size_t size,
                      void (*take)(void *context, const void *bytes, size_t len), void *context)
{
    for (size_t done = 0; done < size;) {
        struct nonos_message message = nonos_message_make(NONOS_FILE_READ);
        size_t part = size - done < FILES_BUFFER ? size - done : FILES_BUFFER;
        message.words[1] = part;
        message.words[2] = done;
        int result = files_call(spawn->image, &message);
        if (result < 0)
            return result;
        if (message.words[0] == 0 || message.words[0] > part)
            return NONOS_E_IO;
        take(context, spawn->image->buffer->data, (size_t)message.words[0]);
        done += (size_t)message.words[0];
    }
    return NONOS_OK;
}

static void take_hash(void *context, const void *bytes, size_t len)
{
    noncrypto_blake3_update(context, bytes, len);
}

static void take_copy(void *context, const void *bytes, size_t len)
{
    uint8_t **to = context;
    memcpy(*to, bytes, len);
    *to += len;
}

/* Takes the Module out of the attestor's answer. */
static int module_take(struct spawn *spawn, const struct nonos_message *answer)
{
    spawn->module = answer->ncaps ? answer->caps[0] : 0;
    spawn->grants = answer->words[0];
    return spawn->module ? NONOS_OK : NONOS_E_IO;
}

/* Asks the attestor for the Module of an image that it knows; NOT_FOUND if it does not. */
static int image_name(struct spawn *spawn, nonos_handle attestor, size_t size)
{
    struct nonos_message message = nonos_message_make(NONOS_ATTEST_MINT);
    struct noncrypto_blake3 ctx;
    noncrypto_blake3_init(&ctx);
    int result = image_read(spawn, size, take_hash, &ctx);
    if (result < 0)
        return result;
    message.words[0] = size;
    noncrypto_blake3_final(&ctx, (uint8_t *)&message.words[1], 32);
    result = nonos_call(attestor, &message);
    return result < 0 ? result : module_take(spawn, &message);
}

/* Sends the image to the attestor, in a Memory that this task pays for. */
static int image_send(struct spawn *spawn, nonos_handle attestor, size_t size)
{
    struct nonos_message message = nonos_message_make(NONOS_ATTEST_BUFFER);
    void *bytes;
    message.words[0] = size;
    message.caps[0] = NONOS_SLOT_ACCOUNT;
    message.ncaps = 1;
    int result = nonos_call(attestor, &message);
    if (result < 0)
        return result;
    nonos_handle memory = message.caps[0], upload = message.caps[1];
    result = nonos_memory_map(memory, size, NONOS_PROT_READ | NONOS_PROT_WRITE, &bytes);
    if (result >= 0) {
        uint8_t *to = bytes;
        result = image_read(spawn, size, take_copy, &to);
    }
    message = nonos_message_make(NONOS_ATTEST_LOAD);
    if (result >= 0)
        result = nonos_call(upload, &message);
    nonos_memory_free(memory);
    nonos_memory_free(upload);
    return result < 0 ? result : module_take(spawn, &message);
}

static int image_load(struct spawn *spawn)
{
    nonos_handle attestor = nonos_cap_find(NONOS_NAME_ATTEST);
    size_t size;
    int result = image_size(spawn, &size);
    if (result < 0)
        return result;
    if (!attestor)
        return NONOS_E_DENIED;
    result = image_name(spawn, attestor, size);
    return result == NONOS_E_NOT_FOUND ? image_send(spawn, attestor, size) : result;
}

/*
 * The child's Account. Where the default is more than there is, half of what is left would do: but there will be more
 * children, and what an ended one had may come back a moment after wait().
 */
static int account_make(struct spawn *spawn, const posix_spawnattr_t *attr)
{
    uint64_t memory = attr && attr->memory ? attr->memory : NONOS_SPAWN_MEMORY;
    struct nonos_account_limits limits;
    for (;;) {
        int result = nonos_object_create(NONOS_SLOT_ACCOUNT, NONOS_OBJECT_ACCOUNT, memory, 0, 0,
                                         &spawn->account);
        if (result >= 0)
            break;
        if (result != NONOS_E_QUOTA || (attr && attr->memory) || memory <= NONOS_SPAWN_MEMORY_MIN)
            return result;
        memory /= 2;
    }
    if ((attr && attr->memory) || memory == NONOS_SPAWN_MEMORY || memory == NONOS_SPAWN_MEMORY_MIN)
        return NONOS_OK;
    memset(&limits, 0xff, sizeof(limits));
    limits.memory = memory / 2;
    limits.reserved = 0;
    return nonos_account_set(spawn->account, &limits);
}

static void files_set(struct spawn *spawn, int fd, struct open_file *file)
{
    if (file)
        files_ref(file);
    if (spawn->files[fd])
        files_unref(spawn->files[fd]);
    spawn->files[fd] = file;
    spawn->cloexec[fd] = false;
}

static int action_apply(struct spawn *spawn, const struct nonos_spawn_action *action)
{
    struct open_file *file = NULL;
    int result;
    switch (action->kind) {
    case ACTION_CLOSE:
        files_set(spawn, action->fd, NULL);
        return NONOS_OK;
    case ACTION_DUP2:
        if (!spawn->files[action->fd])
            return NONOS_E_BAD_HANDLE;
        if (action->fd == action->to)
            spawn->cloexec[action->to] = false;
        else
            files_set(spawn, action->to, spawn->files[action->fd]);
        return NONOS_OK;
    default:
        result = files_open(AT_FDCWD, action->path, action->flags, action->mode, &file);
        if (result < 0)
            return result;
        files_set(spawn, action->fd, file);
        files_unref(file);
        return NONOS_OK;
    }
}

/* What the child's descriptors are: this task's, changed by the actions. */
static int files_collect(struct spawn *spawn, const posix_spawn_file_actions_t *actions)
{
    int error = errno, result = NONOS_OK;
    for (int fd = 0; fd < FILES_MAX; fd++) {
        files_set(spawn, fd, files_peek(fd));
        spawn->cloexec[fd] = spawn->files[fd] && files_cloexec(fd);
    }
    errno = error;
    for (size_t i = 0; actions && result >= 0 && i < actions->n; i++)
        result = action_apply(spawn, &actions->actions[i]);
    return result;
}

/* The child attaches what it gets to a buffer of its own: without the key it cannot work on this
 * task's. */
static int files_pass(struct spawn *spawn)
{
    static const char *const standard[] = {NONOS_NAME_STDIN, NONOS_NAME_STDOUT, NONOS_NAME_STDERR};
    for (int fd = 0; fd < FILES_MAX; fd++) {
        char name[NONOS_STARTUP_NAME_SIZE];
        const struct open_file *file = spawn->files[fd];
        if (!file || spawn->cloexec[fd])
            continue;
        if (fd < 3)
            strcpy(name, standard[fd]);
        else
            (void)snprintf(name, sizeof(name), "fd%d", fd);
        int result = spawn_caps_put(
            &spawn->caps, name, file->inherited ? file->inherited : file->handle, NONOS_RIGHTS_ALL);
        if (result < 0)
            return result;
    }
    return NONOS_OK;
}

static int block_make(struct spawn *spawn, char *const argv[], char *const envp[])
{
    void *block;
    spawn_caps_number(&spawn->caps);
    size_t len = startup_len(argv, envp, spawn->caps.n);
    if (!len)
        return NONOS_E_TOO_BIG;
    int result = nonos_memory_create(len, 0, &spawn->block, &block);
    if (result >= 0)
        startup_make(block, len, argv, envp, nonos_cwd(), spawn->caps.names, spawn->caps.n);
    return result;
}

/* The priority of the child: what was asked for, or a program's, but never above this task's
 * own. */
static uint32_t priority_of(const posix_spawnattr_t *attr)
{
    struct nonos_task_info info;
    uint32_t wanted = attr && attr->priority ? attr->priority : NONOS_PRIORITY_PROGRAM;
    if (nonos_task_info(NONOS_SLOT_TASK, NONOS_INFO_TASK, 0, &info, sizeof(info)) < 0)
        return NONOS_PRIORITY_MIN;
    return wanted < info.priority ? wanted : info.priority;
}

static int task_start(struct spawn *spawn, const posix_spawnattr_t *attr, int *pid)
{
    nonos_handle task;
    struct nonos_spawn what = {
        .module = spawn->module,
        .account = spawn->account,
        .startup = spawn->block,
        .priority = priority_of(attr),
        .stack_len = STACK_LEN,
        .caps = (uint64_t)(uintptr_t)spawn->caps.caps,
        .ncaps = spawn->caps.n,
    };
    int result = nonos_module_spawn(spawn->module, &what, &task);
    if (result < 0)
        return result;
    result = children_add(task, pid);
    if (result < 0) {
        (void)nonos_task_kill(task, 9);
        (void)nonos_cap_delete(task);
    }
    return result;
}

static void spawn_finish(struct spawn *spawn)
{
    nonos_handle handles[] = {spawn->module, spawn->account, spawn->block};
    for (size_t i = 0; i < sizeof(handles) / sizeof(handles[0]); i++)
        if (handles[i])
            (void)nonos_cap_delete(handles[i]);
    for (int fd = 0; fd < FILES_MAX; fd++)
        if (spawn->files[fd])
            files_unref(spawn->files[fd]);
    if (spawn->image)
        files_unref(spawn->image);
    free(spawn);
}

static int spawn_run(pid_t *pid, const char *file, bool search,
                     const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *attr,
                     char *const argv[], char *const envp[])
{
    int id = 0;
    struct spawn *spawn = calloc(1, sizeof(*spawn));
    if (!spawn)
        return ENOMEM;
    int result = image_open(spawn, file, search);
    if (result >= 0)
        result = image_load(spawn);
    if (result >= 0)
        result = files_collect(spawn, actions);
    if (result >= 0)
        result = spawn_caps_inherit(&spawn->caps, attr);
    if (result >= 0) {
        spawn_caps_ceiling(&spawn->caps, spawn->grants);
        result = files_pass(spawn);
    }
    if (result >= 0)
        result = account_make(spawn, attr);
    if (result >= 0)
        result = block_make(spawn, argv, envp);
    if (result >= 0)
        result = task_start(spawn, attr, &id);
    spawn_finish(spawn);
    if (result >= 0 && pid)
        *pid = id;
    return result < 0 ? -result : 0;
}

int posix_spawn(pid_t *restrict pid, const char *restrict path,
                const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *restrict attr,
                char *const argv[restrict], char *const envp[restrict])
{
    return spawn_run(pid, path, false, actions, attr, argv, envp);
}

int posix_spawnp(pid_t *restrict pid, const char *restrict file,
                 const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *restrict attr,
                 char *const argv[restrict], char *const envp[restrict])
{
    return spawn_run(pid, file, true, actions, attr, argv, envp);
}
