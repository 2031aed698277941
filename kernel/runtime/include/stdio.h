/*
 * C11 7.21: streams over file descriptors, and formatted output. One thread at a time may use a stream.
 *
 * printf knows %d %i %u %o %x %X %c %s %p %n-less, %%, the flags "-+ #0", width and precision (also *), and the lengths hh h l ll
 * j z t. Floating point (%f %e %g %a) is refused: the call returns -1 with errno EINVAL and writes nothing more.
 * scanf does not exist: read a line and convert it.
 */
#ifndef NONOS_LIBC_STDIO_H
#define NONOS_LIBC_STDIO_H

#include <stdarg.h>
#include <stddef.h>
#include <sys/types.h>

#define EOF          (-1)
#define BUFSIZ       4096
#define FILENAME_MAX 4096
#define FOPEN_MAX    256
#define _IOFBF       0
#define _IOLBF       1
#define _IONBF       2

#ifndef SEEK_SET
#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2
#endif

typedef struct nonos_stream FILE;

extern FILE *const stdin;
extern FILE *const stdout;
extern FILE *const stderr;

FILE *fopen(const char *restrict path, const char *restrict mode);
FILE *fdopen(int fd, const char *mode);
FILE *freopen(const char *restrict path, const char *restrict mode, FILE *restrict stream);
int fclose(FILE *stream);
int fflush(FILE *stream);
int setvbuf(FILE *restrict stream, char *restrict buffer, int mode, size_t len);
void setbuf(FILE *restrict stream, char *restrict buffer);
int fileno(FILE *stream);
int feof(FILE *stream);
int ferror(FILE *stream);
void clearerr(FILE *stream);

int fgetc(FILE *stream);
int getc(FILE *stream);
int getchar(void);
int ungetc(int c, FILE *stream);
char *fgets(char *restrict line, int size, FILE *restrict stream);
ssize_t getline(char **restrict line, size_t *restrict size, FILE *restrict stream);
ssize_t getdelim(char **restrict line, size_t *restrict size, int delimiter, FILE *restrict stream);
size_t fread(void *restrict data, size_t size, size_t n, FILE *restrict stream);

int fputc(int c, FILE *stream);
int putc(int c, FILE *stream);
int putchar(int c);
int fputs(const char *restrict text, FILE *restrict stream);
int puts(const char *text);
size_t fwrite(const void *restrict data, size_t size, size_t n, FILE *restrict stream);

int fseek(FILE *stream, long offset, int whence);
int fseeko(FILE *stream, off_t offset, int whence);
long ftell(FILE *stream);
off_t ftello(FILE *stream);
void rewind(FILE *stream);

int printf(const char *restrict format, ...) __attribute__((format(printf, 1, 2)));
int fprintf(FILE *restrict stream, const char *restrict format, ...)
    __attribute__((format(printf, 2, 3)));
int dprintf(int fd, const char *restrict format, ...) __attribute__((format(printf, 2, 3)));
int sprintf(char *restrict to, const char *restrict format, ...)
    __attribute__((format(printf, 2, 3)));
int snprintf(char *restrict to, size_t size, const char *restrict format, ...)
    __attribute__((format(printf, 3, 4)));
int asprintf(char **restrict to, const char *restrict format, ...)
    __attribute__((format(printf, 2, 3)));
int vprintf(const char *restrict format, va_list ap) __attribute__((format(printf, 1, 0)));
int vfprintf(FILE *restrict stream, const char *restrict format, va_list ap)
    __attribute__((format(printf, 2, 0)));
int vdprintf(int fd, const char *restrict format, va_list ap) __attribute__((format(printf, 2, 0)));
int vsprintf(char *restrict to, const char *restrict format, va_list ap)
    __attribute__((format(printf, 2, 0)));
int vsnprintf(char *restrict to, size_t size, const char *restrict format, va_list ap)
    __attribute__((format(printf, 3, 0)));
int vasprintf(char **restrict to, const char *restrict format, va_list ap)
    __attribute__((format(printf, 2, 0)));

void perror(const char *text);
int remove(const char *path);
int rename(const char *from, const char *to);

#endif
