/*
 * Forced before each file of the C library that the host's tests link: gives its functions the prefix libc_, so that they stand
 * beside the host's own. Everything that the files include is included here first, under its own names.
 */
#ifndef RUNTIME_TESTS_PREFIX_H
#define RUNTIME_TESTS_PREFIX_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <ctype.h>
#include <errno.h>
#include <fnmatch.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

/* memory.c */
extern __typeof__(memcpy) libc_memcpy;
extern __typeof__(memmove) libc_memmove;
extern __typeof__(memset) libc_memset;
extern __typeof__(memcmp) libc_memcmp;
extern __typeof__(memchr) libc_memchr;
extern __typeof__(memrchr) libc_memrchr;
extern __typeof__(memmem) libc_memmem;
extern __typeof__(mempcpy) libc_mempcpy;

/* string.c */
extern __typeof__(strlen) libc_strlen;
extern __typeof__(strnlen) libc_strnlen;
extern __typeof__(strcmp) libc_strcmp;
extern __typeof__(strncmp) libc_strncmp;
extern __typeof__(strcoll) libc_strcoll;
extern __typeof__(strcasecmp) libc_strcasecmp;
extern __typeof__(strncasecmp) libc_strncasecmp;
extern __typeof__(strcpy) libc_strcpy;
extern __typeof__(stpcpy) libc_stpcpy;
extern __typeof__(strncpy) libc_strncpy;
extern __typeof__(strcat) libc_strcat;
extern __typeof__(strncat) libc_strncat;
extern __typeof__(strchr) libc_strchr;
extern __typeof__(strrchr) libc_strrchr;
extern __typeof__(strchrnul) libc_strchrnul;
extern __typeof__(strstr) libc_strstr;
extern __typeof__(strpbrk) libc_strpbrk;
extern __typeof__(strspn) libc_strspn;
extern __typeof__(strcspn) libc_strcspn;
extern __typeof__(strtok_r) libc_strtok_r;
extern __typeof__(strsep) libc_strsep;
extern __typeof__(strdup) libc_strdup;
extern __typeof__(strndup) libc_strndup;

/* ctype.c */
extern __typeof__(isalnum) libc_isalnum;
extern __typeof__(isalpha) libc_isalpha;
extern __typeof__(isblank) libc_isblank;
extern __typeof__(iscntrl) libc_iscntrl;
extern __typeof__(isdigit) libc_isdigit;
extern __typeof__(isgraph) libc_isgraph;
extern __typeof__(islower) libc_islower;
extern __typeof__(isprint) libc_isprint;
extern __typeof__(ispunct) libc_ispunct;
extern __typeof__(isspace) libc_isspace;
extern __typeof__(isupper) libc_isupper;
extern __typeof__(isxdigit) libc_isxdigit;
extern __typeof__(tolower) libc_tolower;
extern __typeof__(toupper) libc_toupper;

/* number.c */
extern __typeof__(strtol) libc_strtol;
extern __typeof__(strtoll) libc_strtoll;
extern __typeof__(strtoul) libc_strtoul;
extern __typeof__(strtoull) libc_strtoull;
extern __typeof__(strtoimax) libc_strtoimax;
extern __typeof__(strtoumax) libc_strtoumax;
extern __typeof__(atoi) libc_atoi;
extern __typeof__(atol) libc_atol;
extern __typeof__(atoll) libc_atoll;
extern __typeof__(abs) libc_abs;
extern __typeof__(labs) libc_labs;
extern __typeof__(llabs) libc_llabs;
extern __typeof__(div) libc_div;
extern __typeof__(ldiv) libc_ldiv;
extern __typeof__(lldiv) libc_lldiv;
extern __typeof__(rand) libc_rand;
extern __typeof__(srand) libc_srand;

/* sort.c */
extern __typeof__(qsort) libc_qsort;
extern __typeof__(bsearch) libc_bsearch;

/* format.c */
extern __typeof__(vsnprintf) libc_vsnprintf;
extern __typeof__(vsprintf) libc_vsprintf;
extern __typeof__(snprintf) libc_snprintf;
extern __typeof__(sprintf) libc_sprintf;
extern __typeof__(vasprintf) libc_vasprintf;
extern __typeof__(asprintf) libc_asprintf;

/* fnmatch.c */
extern __typeof__(fnmatch) libc_fnmatch;

/* calendar.c */
extern __typeof__(gmtime_r) libc_gmtime_r;
extern __typeof__(gmtime) libc_gmtime;
extern __typeof__(localtime_r) libc_localtime_r;
extern __typeof__(localtime) libc_localtime;
extern __typeof__(timegm) libc_timegm;
extern __typeof__(mktime) libc_mktime;
extern __typeof__(strftime) libc_strftime;
extern __typeof__(difftime) libc_difftime;

/* malloc.c */
extern __typeof__(malloc) libc_malloc;
extern __typeof__(calloc) libc_calloc;
extern __typeof__(realloc) libc_realloc;
extern __typeof__(reallocarray) libc_reallocarray;
extern __typeof__(aligned_alloc) libc_aligned_alloc;
extern __typeof__(posix_memalign) libc_posix_memalign;
extern __typeof__(free) libc_free;

#ifdef RUNTIME_TESTS_RENAME
#undef memcpy
#define memcpy libc_memcpy
#undef memmove
#define memmove libc_memmove
#undef memset
#define memset libc_memset
#undef memcmp
#define memcmp libc_memcmp
#undef memchr
#define memchr libc_memchr
#undef memrchr
#define memrchr libc_memrchr
#undef memmem
#define memmem libc_memmem
#undef mempcpy
#define mempcpy libc_mempcpy
#undef strlen
#define strlen libc_strlen
#undef strnlen
#define strnlen libc_strnlen
#undef strcmp
#define strcmp libc_strcmp
#undef strncmp
#define strncmp libc_strncmp
#undef strcoll
#define strcoll libc_strcoll
#undef strcasecmp
#define strcasecmp libc_strcasecmp
#undef strncasecmp
#define strncasecmp libc_strncasecmp
#undef strcpy
#define strcpy libc_strcpy
#undef stpcpy
#define stpcpy libc_stpcpy
#undef strncpy
#define strncpy libc_strncpy
#undef strcat
#define strcat libc_strcat
#undef strncat
#define strncat libc_strncat
#undef strchr
#define strchr libc_strchr
#undef strrchr
#define strrchr libc_strrchr
#undef strchrnul
#define strchrnul libc_strchrnul
#undef strstr
#define strstr libc_strstr
#undef strpbrk
#define strpbrk libc_strpbrk
#undef strspn
#define strspn libc_strspn
#undef strcspn
#define strcspn libc_strcspn
#undef strtok_r
#define strtok_r libc_strtok_r
#undef strsep
#define strsep libc_strsep
#undef strdup
#define strdup libc_strdup
#undef strndup
#define strndup libc_strndup
#undef isalnum
#define isalnum libc_isalnum
#undef isalpha
#define isalpha libc_isalpha
#undef isblank
#define isblank libc_isblank
#undef iscntrl
#define iscntrl libc_iscntrl
#undef isdigit
#define isdigit libc_isdigit
#undef isgraph
#define isgraph libc_isgraph
#undef islower
#define islower libc_islower
#undef isprint
#define isprint libc_isprint
#undef ispunct
#define ispunct libc_ispunct
#undef isspace
#define isspace libc_isspace
#undef isupper
#define isupper libc_isupper
#undef isxdigit
#define isxdigit libc_isxdigit
#undef tolower
#define tolower libc_tolower
#undef toupper
#define toupper libc_toupper
#undef strtol
#define strtol libc_strtol
#undef strtoll
#define strtoll libc_strtoll
#undef strtoul
#define strtoul libc_strtoul
#undef strtoull
#define strtoull libc_strtoull
#undef strtoimax
#define strtoimax libc_strtoimax
#undef strtoumax
#define strtoumax libc_strtoumax
#undef atoi
#define atoi libc_atoi
#undef atol
#define atol libc_atol
#undef atoll
#define atoll libc_atoll
#undef abs
#define abs libc_abs
#undef labs
#define labs libc_labs
#undef llabs
#define llabs libc_llabs
#undef div
#define div libc_div
#undef ldiv
#define ldiv libc_ldiv
#undef lldiv
#define lldiv libc_lldiv
#undef rand
#define rand libc_rand
#undef srand
#define srand libc_srand
#undef qsort
#define qsort libc_qsort
#undef bsearch
#define bsearch libc_bsearch
#undef vsnprintf
#define vsnprintf libc_vsnprintf
#undef vsprintf
#define vsprintf libc_vsprintf
#undef snprintf
#define snprintf libc_snprintf
#undef sprintf
#define sprintf libc_sprintf
#undef vasprintf
#define vasprintf libc_vasprintf
#undef asprintf
#define asprintf libc_asprintf
#undef fnmatch
#define fnmatch libc_fnmatch
#undef gmtime_r
#define gmtime_r libc_gmtime_r
#undef gmtime
#define gmtime libc_gmtime
#undef localtime_r
#define localtime_r libc_localtime_r
#undef localtime
#define localtime libc_localtime
#undef timegm
#define timegm libc_timegm
#undef mktime
#define mktime libc_mktime
#undef strftime
#define strftime libc_strftime
#undef difftime
#define difftime libc_difftime
#undef malloc
#define malloc libc_malloc
#undef calloc
#define calloc libc_calloc
#undef realloc
#define realloc libc_realloc
#undef reallocarray
#define reallocarray libc_reallocarray
#undef aligned_alloc
#define aligned_alloc libc_aligned_alloc
#undef posix_memalign
#define posix_memalign libc_posix_memalign
#undef free
#define free libc_free
#endif

#endif
