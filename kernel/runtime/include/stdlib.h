/* C11 7.22 without floating point and multibyte characters, and the parts of POSIX that programs use. */
#ifndef NONOS_LIBC_STDLIB_H
#define NONOS_LIBC_STDLIB_H

#include <stddef.h>

#define EXIT_SUCCESS 0
#define EXIT_FAILURE 1
#define RAND_MAX     0x7fffffff

typedef struct {
    int quot;
    int rem;
} div_t;

typedef struct {
    long quot;
    long rem;
} ldiv_t;

typedef struct {
    long long quot;
    long long rem;
} lldiv_t;

/*
 * Memory comes in Memory objects charged to the task's Account. Every block has a header with a check value; free() and
 * realloc() of what is not a block in use, and a header that was written over, end the task with a message.
 */
void *malloc(size_t len) __attribute__((malloc, alloc_size(1)));
void *calloc(size_t n, size_t size) __attribute__((malloc, alloc_size(1, 2)));
void *realloc(void *block, size_t len) __attribute__((alloc_size(2)));
void *reallocarray(void *block, size_t n, size_t size) __attribute__((alloc_size(2, 3)));
void *aligned_alloc(size_t alignment, size_t len) __attribute__((malloc, alloc_size(2)));
int posix_memalign(void **block, size_t alignment, size_t len);
void free(void *block);

int atoi(const char *text);
long atol(const char *text);
long long atoll(const char *text);
long strtol(const char *restrict text, char **restrict end, int base);
long long strtoll(const char *restrict text, char **restrict end, int base);
unsigned long strtoul(const char *restrict text, char **restrict end, int base);
unsigned long long strtoull(const char *restrict text, char **restrict end, int base);

int abs(int n);
long labs(long n);
long long llabs(long long n);
div_t div(int n, int d);
ldiv_t ldiv(long n, long d);
lldiv_t lldiv(long long n, long long d);

void qsort(void *base, size_t n, size_t size, int (*compare)(const void *, const void *));
void *bsearch(const void *key, const void *base, size_t n, size_t size,
              int (*compare)(const void *, const void *));

/* A small fast generator for programs that want a repeatable sequence; secrets come from getentropy(). */
int rand(void);
void srand(unsigned int seed);

char *getenv(const char *name);
int setenv(const char *name, const char *value, int overwrite);
int unsetenv(const char *name);
char *realpath(const char *restrict path, char *restrict resolved);

int atexit(void (*function)(void));
_Noreturn void exit(int status);
_Noreturn void _Exit(int status);
_Noreturn void abort(void);

#endif
