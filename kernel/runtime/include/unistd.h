/*
 * Files, by number, over the file protocol (nonos/file.h), and the few other calls of POSIX that a program without users needs.
 *
 * Paths: a task reaches files only through its capability `root`; "/" is what that shows. Relative paths are joined to the
 * working directory's path and start from `root` too, so narrowing `root` narrows everything.
 */
#ifndef NONOS_LIBC_UNISTD_H
#define NONOS_LIBC_UNISTD_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define STDIN_FILENO  0
#define STDOUT_FILENO 1
#define STDERR_FILENO 2

#ifndef SEEK_SET
#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2
#endif

#define F_OK 0
#define X_OK 1
#define W_OK 2
#define R_OK 4

#define _SC_PAGESIZE         1
#define _SC_PAGE_SIZE        1
#define _SC_NPROCESSORS_ONLN 2
#define _SC_OPEN_MAX         3

extern char **environ;

ssize_t read(int fd, void *data, size_t len);
ssize_t write(int fd, const void *data, size_t len);
ssize_t pread(int fd, void *data, size_t len, off_t offset);
ssize_t pwrite(int fd, const void *data, size_t len, off_t offset);
off_t lseek(int fd, off_t offset, int whence);
int close(int fd);
int dup(int fd);
int dup2(int fd, int to);
int pipe(int fds[2]);
int isatty(int fd);
int ftruncate(int fd, off_t len);
int truncate(const char *path, off_t len);
int fsync(int fd);
int fdatasync(int fd);
/* All file systems. nonos_sync() of nonos/mounts.h tells of errors. */
void sync(void);

int chdir(const char *path);
char *getcwd(char *path, size_t size);
int unlink(const char *path);
int rmdir(const char *path);
int link(const char *from, const char *to);
int symlink(const char *target, const char *path);
ssize_t readlink(const char *restrict path, char *restrict target, size_t size);
/* There are no users: R_OK and F_OK ask whether it exists, W_OK whether its file system can be written, X_OK the mode bits. */
int access(const char *path, int mode);

unsigned int sleep(unsigned int seconds);
int usleep(useconds_t microseconds);
pid_t getpid(void);
pid_t getppid(void);
long sysconf(int name);
int getentropy(void *data, size_t len);
_Noreturn void _exit(int status);

extern char *optarg;
extern int optind, opterr, optopt;
int getopt(int argc, char *const argv[], const char *options);

#endif
