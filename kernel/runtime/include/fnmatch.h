/* Matching a name against a shell pattern: * ? [set] and backslash. */
#ifndef NONOS_LIBC_FNMATCH_H
#define NONOS_LIBC_FNMATCH_H

#define FNM_NOMATCH  1
#define FNM_PATHNAME 1
#define FNM_NOESCAPE 2
#define FNM_PERIOD   4

int fnmatch(const char *pattern, const char *text, int flags);

#endif
