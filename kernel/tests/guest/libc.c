/*
 * The C library inside of the guest: files, pipes, children, threads, over the real vfs, attestor and supervisor. The test profile
 * starts it in the place of login; it prints TAP and powers off with the number of failures.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <nonos/result.h>
#include <nonos/spawn.h>
#include <nonos/supervisor.h>
#include <nonos/thread.h>

static unsigned done, failures;

static void check(bool holds, const char *what)
{
    (void)printf("%sok %u - %s\n", holds ? "" : "not ", ++done, what);
    failures += !holds;
}

/* Starts the program at the command's first word with all of its words; 0 or an errno value. */
static int start(pid_t *pid, const char *command, const posix_spawn_file_actions_t *actions,
                 const posix_spawnattr_t *attr)
{
    char text[128], *argv[8], *rest = text;
    size_t n = 0;
    (void)snprintf(text, sizeof(text), "%s", command);
    while (n < 7 && (argv[n] = strsep(&rest, " ")))
        n++;
    argv[n] = NULL;
    return posix_spawnp(pid, argv[0], actions, attr, argv, environ);
}

/* Starts a program and waits for it; its wait status, or -1. */
static int run(const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *attr,
               const char *command)
{
    pid_t pid;
    int status;
    if (start(&pid, command, actions, attr) != 0)
        return -1;
    return waitpid(pid, &status, 0) == pid ? status : -1;
}

static bool file_is(const char *path, const char *expected)
{
    char text[128];
    int fd = open(path, O_RDONLY);
    ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text));
    if (fd >= 0)
        (void)close(fd);
    return n == (ssize_t)strlen(expected) && memcmp(text, expected, (size_t)n) == 0;
}

static void test_start(int argc, char **argv)
{
    check(argc == 3 && strcmp(argv[1], "first") == 0 && strcmp(argv[2], "second") == 0,
          "arguments arrive");
    argv[1][0] = 'F';
    check(strcmp(argv[1], "First") == 0, "arguments can be changed");
    check(getenv("PATH") && strcmp(getenv("PATH"), "/bin") == 0, "the environment arrives");
    check(isatty(0) && isatty(1) && isatty(2), "the standard streams are the terminal");
    check(setenv("X", "1", 1) == 0 && strcmp(getenv("X"), "1") == 0 && unsetenv("X") == 0 &&
              !getenv("X"),
          "variables come and go");
}

static void test_files(void)
{
    struct stat st;
    int fd = open("/tmp/a", O_RDWR | O_CREAT | O_TRUNC, 0644);
    check(fd > 2 && write(fd, "hello world", 11) == 11, "a file is written");
    check(lseek(fd, 6, SEEK_SET) == 6 && write(fd, "W", 1) == 1 && close(fd) == 0,
          "in the middle too");
    check(file_is("/tmp/a", "hello World"), "and reads back");
    fd = open("/tmp/a", O_WRONLY | O_APPEND);
    check(write(fd, "!", 1) == 1 && ftruncate(fd, 13) == 0 && close(fd) == 0, "it grows");
    check(stat("/tmp/a", &st) == 0 && S_ISREG(st.st_mode) && st.st_size == 13, "stat says so");
    check(truncate("/tmp/a", 5) == 0 && rename("/tmp/a", "/tmp/b") == 0 &&
              file_is("/tmp/b", "hello"),
          "it shrinks and is renamed");
    check(open("/tmp/a", O_RDONLY) == -1 && errno == ENOENT, "the old name is gone");
    check(open("/manifest", O_WRONLY) == -1 && errno != ENOENT, "the archive cannot be written");
    check(mkdir("/tmp/d", 0755) == 0 && chdir("/tmp/d") == 0, "a directory is made and entered");
    fd = creat("relative", 0644);
    check(fd >= 0 && close(fd) == 0 && access("/tmp/d/relative", F_OK) == 0,
          "a relative path starts there");
    check(rmdir("/tmp/d") == -1 && errno == ENOTEMPTY, "what is not empty is not removed");
    check(chdir("..") == 0 && strcmp(getcwd((char[64]){0}, 64), "/tmp") == 0, "and left again");
    check(unlink("d/relative") == 0 && rmdir("d") == 0 && unlink("b") == 0 && chdir("/") == 0,
          "all is removed");
}

static void test_streams(void)
{
    char *line = NULL;
    size_t size = 0;
    FILE *stream = fopen("/tmp/s", "w+");
    check(stream && fprintf(stream, "%d %s\n%05x\n", 7, "seven", 0xab) > 0, "a stream is written");
    rewind(stream);
    check(getline(&line, &size, stream) == 8 && strcmp(line, "7 seven\n") == 0,
          "and read by lines");
    check(fgetc(stream) == '0' && ungetc('0', stream) == '0' && getline(&line, &size, stream) == 6,
          "and by characters");
    check(getline(&line, &size, stream) == -1 && feof(stream) && fclose(stream) == 0, "to its end");
    free(line);
    (void)unlink("/tmp/s");
}

static void test_directories(void)
{
    unsigned found = 0;
    glob_t paths;
    DIR *dir = opendir("/bin");
    for (struct dirent *entry; dir && (entry = readdir(dir));)
        found += strcmp(entry->d_name, "cat") == 0 || strcmp(entry->d_name, "sh") == 0;
    check(dir && closedir(dir) == 0 && found == 2, "a directory is listed");
    check(glob("/b*/ca[t]", 0, NULL, &paths) == 0 && paths.gl_pathc == 1 &&
              strcmp(paths.gl_pathv[0], "/bin/cat") == 0,
          "patterns find paths");
    globfree(&paths);
}

static void test_children(void)
{
    pid_t pid;
    int status = run(NULL, NULL, "/bin/true");
    check(WIFEXITED(status) && WEXITSTATUS(status) == 0, "a child exits");
    status = run(NULL, NULL, "/bin/false");
    check(WIFEXITED(status) && WEXITSTATUS(status) == 1, "with its status");
    status = run(NULL, NULL, "/test/libc fault");
    check(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV, "a fault ends it");
    check(start(&pid, "sleep 100", NULL, NULL) == 0 && waitpid(pid, &status, WNOHANG) == 0,
          "a child runs beside us");
    check(kill(pid, SIGTERM) == 0 && waitpid(pid, &status, 0) == pid && WTERMSIG(status) == SIGTERM,
          "and is killed");
    check(waitpid(-1, &status, 0) == -1 && errno == ECHILD, "then there is none");
    check(start(&pid, "/bin/nothing", NULL, NULL) == ENOENT, "what does not exist is not started");
}

/* Copies /bin/true with one byte changed. */
static bool forge(const char *path)
{
    static char image[512 << 10];
    int from = open("/bin/true", O_RDONLY), to = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0755);
    size_t len = 0;
    for (ssize_t n; (n = read(from, image + len, sizeof(image) - len)) > 0;)
        len += (size_t)n;
    image[len / 2] ^= 1;
    bool written = len > 0 && write(to, image, len) == (ssize_t)len;
    (void)close(from);
    (void)close(to);
    return written;
}

static void test_attestation(void)
{
    pid_t pid;
    check(forge("/tmp/true") && start(&pid, "/tmp/true", NULL, NULL) == -NONOS_E_PROOF,
          "an image with one other bit does not run");
    check(start(&pid, "/manifest", NULL, NULL) == ENOEXEC, "nor does what nobody attested");
    (void)unlink("/tmp/true");
}

static void test_pipes(void)
{
    int fds[2];
    char text[16] = "";
    posix_spawn_file_actions_t actions;
    (void)posix_spawn_file_actions_init(&actions);
    check(pipe(fds) == 0, "a pipe is made");
    (void)posix_spawn_file_actions_adddup2(&actions, fds[1], 1);
    (void)posix_spawn_file_actions_addclose(&actions, fds[0]);
    (void)posix_spawn_file_actions_addclose(&actions, fds[1]);
    check(run(&actions, NULL, "/bin/echo through") == 0, "a child writes into it");
    (void)close(fds[1]);
    check(read(fds[0], text, sizeof(text)) == 8 && strcmp(text, "through\n") == 0, "we read it");
    check(read(fds[0], text, sizeof(text)) == 0 && close(fds[0]) == 0,
          "and its end when all writers are gone");
    (void)posix_spawn_file_actions_destroy(&actions);
}

/* What a child may not reach although it runs the same program. */
static void test_narrowing(void)
{
    posix_spawnattr_t attr;
    nonos_handle view = 0;
    posix_spawn_file_actions_t quiet;
    (void)posix_spawn_file_actions_init(&quiet);
    (void)posix_spawn_file_actions_addopen(&quiet, 1, "/tmp/out", O_WRONLY | O_CREAT | O_TRUNC,
                                           0644);
    (void)posix_spawn_file_actions_addopen(&quiet, 2, "/tmp/out", O_WRONLY | O_CREAT | O_TRUNC,
                                           0644);
    (void)posix_spawnattr_init(&attr);
    check(run(&quiet, &attr, "/bin/cat /manifest") == 0,
          "a child reads through the root that it inherits");
    (void)nonos_spawnattr_without(&attr, "root");
    check(WEXITSTATUS(run(&quiet, &attr, "/bin/cat /manifest")) != 0,
          "without root it reads nothing");
    (void)posix_spawnattr_destroy(&attr);
    check(nonos_file_view("/tmp ro\n", &view) == 0, "a view of one directory is made");
    (void)nonos_spawnattr_give(&attr, "root", view, NONOS_RIGHTS_ALL);
    check(run(&quiet, &attr, "/bin/ls /tmp") == 0, "a child lists it");
    check(WEXITSTATUS(run(&quiet, &attr, "/bin/touch /tmp/new")) != 0 &&
              access("/tmp/new", F_OK) != 0,
          "and cannot write there");
    check(WEXITSTATUS(run(&quiet, &attr, "/bin/cat /manifest")) != 0, "and sees nothing else");
    (void)posix_spawnattr_destroy(&attr);
    (void)posix_spawn_file_actions_destroy(&quiet);
    (void)nonos_cap_delete(view);
    (void)unlink("/tmp/out");
}

static void test_time(void)
{
    struct timespec before, after, pause = {0, 20000000};
    (void)clock_gettime(CLOCK_MONOTONIC, &before);
    check(nanosleep(&pause, NULL) == 0 && clock_gettime(CLOCK_MONOTONIC, &after) == 0, "we sleep");
    check((after.tv_sec - before.tv_sec) * 1000000000l + after.tv_nsec - before.tv_nsec >=
              pause.tv_nsec,
          "long enough");
    check(time(NULL) > 1700000000, "the wall clock knows the year");
    unsigned char a[16], b[16];
    check(getentropy(a, 16) == 0 && getentropy(b, 16) == 0 && memcmp(a, b, 16) != 0,
          "random bytes differ");
}

static struct nonos_mutex mutex;
static unsigned counter, running;

static void count(void *argument)
{
    for (int i = 0; i < 5000; i++) {
        nonos_mutex_lock(&mutex);
        counter++;
        nonos_mutex_unlock(&mutex);
        free(malloc(100));
    }
    (void)argument;
    __atomic_sub_fetch(&running, 1, __ATOMIC_RELEASE);
}

static void test_threads(void)
{
    bool started = nonos_mutex_init(&mutex) == 0;
    for (int round = 0; round < 5 && started; round++) {
        __atomic_store_n(&running, 4, __ATOMIC_RELEASE);
        for (int i = 0; i < 4; i++)
            started &= nonos_thread_spawn(count, NULL, 0) == 0;
        while (started && __atomic_load_n(&running, __ATOMIC_ACQUIRE))
            (void)nonos_sleep_until(nonos_time_monotonic() + 1000000);
    }
    check(started && counter == 100000,
          "threads count under a mutex, and their stacks are used again");
}

static uint64_t account_used(void)
{
    struct nonos_cap_info info;
    return nonos_cap_info(NONOS_SLOT_ACCOUNT, &info) < 0 ? 0 : info.size;
}

static void test_memory(void)
{
    void *huge = malloc((size_t)1 << 40);
    check(!huge && errno == ENOMEM, "what is not there is not given");
    char *large = malloc(4 << 20);
    check(large && memset(large, 1, 4 << 20), "what is there is");
    free(large);
    for (int i = 0; i < 5; i++)
        (void)run(NULL, NULL, "/bin/true");
    uint64_t before = account_used();
    bool ran = true;
    for (int i = 0; i < 200; i++)
        ran &= run(NULL, NULL, "/bin/true") == 0;
    /* A server that is just giving something back may still hold a few bytes of kernel structures. */
    check(ran && account_used() < before + 2048, "200 children leave our account as it was");
}

/* Asks the supervisor for something about a module or service. */
static int ask(uint32_t operation, const char *name)
{
    struct nonos_message message = nonos_message_make(operation);
    int result = nonos_words_from_name(message.words, 3, name);
    return result < 0 ? result : nonos_call(nonos_cap_find(NONOS_NAME_SUPERVISOR), &message);
}

static void test_supervisor(void)
{
    struct nonos_message message;
    bool found = false;
    for (uint64_t i = 0; i < 64 && !found; i++) {
        char name[NONOS_SUPERVISOR_NAME_SIZE];
        message = nonos_message_make(NONOS_SUPERVISOR_LIST);
        message.words[0] = i;
        if (nonos_call(nonos_cap_find(NONOS_NAME_SUPERVISOR), &message) < 0)
            break;
        found = nonos_name_from_words(name, message.words, 3) == 0 && strcmp(name, "vfs") == 0 &&
                (uint32_t)message.words[3] == NONOS_MODULE_RUNNING;
    }
    check(found, "the supervisor says that vfs runs");
    check(ask(NONOS_SUPERVISOR_CONNECT, "block") == NONOS_E_NOT_FOUND &&
              ask(NONOS_SUPERVISOR_CONNECT, "pci") == NONOS_E_DENIED,
          "and connects nobody to what the manifest does not allow");
    check(ask(NONOS_SUPERVISOR_STOP, "vfs") == NONOS_E_DENIED,
          "nor stops a module without control");
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "fault") == 0)
        *(volatile char *)NONOS_USER_MIN = 1;
    test_start(argc, argv);
    test_files();
    test_streams();
    test_directories();
    test_children();
    test_attestation();
    test_pipes();
    test_narrowing();
    test_time();
    test_threads();
    test_memory();
    test_supervisor();
    (void)printf("1..%u\n%u failed\n", done, failures);
    (void)fflush(stdout);
    (void)nonos_power(nonos_cap_find(NONOS_NAME_SYSTEM), NONOS_POWER_OFF, failures);
    return 1;
}
