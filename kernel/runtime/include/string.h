/* Strings and memory: C11 7.24, and the parts of POSIX.1-2008 that programs use. Names that are missing are missing on purpose. */
#ifndef NONOS_LIBC_STRING_H
#define NONOS_LIBC_STRING_H

#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t len);
void *memmove(void *to, const void *from, size_t len);
void *memset(void *to, int byte, size_t len);
int memcmp(const void *a, const void *b, size_t len);
void *memchr(const void *data, int byte, size_t len);
void *memrchr(const void *data, int byte, size_t len);
void *memmem(const void *data, size_t len, const void *part, size_t part_len);
void *mempcpy(void *restrict to, const void *restrict from, size_t len);

size_t strlen(const char *text);
size_t strnlen(const char *text, size_t max);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t max);
int strcoll(const char *a, const char *b);
char *strcpy(char *restrict to, const char *restrict from);
char *stpcpy(char *restrict to, const char *restrict from);
char *strncpy(char *restrict to, const char *restrict from, size_t len);
char *strcat(char *restrict to, const char *restrict from);
char *strncat(char *restrict to, const char *restrict from, size_t max);
char *strchr(const char *text, int c);
char *strrchr(const char *text, int c);
char *strchrnul(const char *text, int c);
char *strstr(const char *text, const char *part);
char *strpbrk(const char *text, const char *set);
size_t strspn(const char *text, const char *set);
size_t strcspn(const char *text, const char *set);
char *strtok_r(char *restrict text, const char *restrict set, char **restrict state);
char *strsep(char **text, const char *set);
char *strdup(const char *text);
char *strndup(const char *text, size_t max);
/* Text of an errno value: what nonos_strerror() says of the result that it came from. */
char *strerror(int error);
const char *strsignal(int signal);

#endif
