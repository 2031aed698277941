/* Time: C11 7.27 and POSIX clocks. The time zone is UTC. */
#ifndef NONOS_LIBC_TIME_H
#define NONOS_LIBC_TIME_H

#include <sys/types.h>

#define CLOCK_REALTIME          0
#define CLOCK_MONOTONIC         1
#define CLOCK_THREAD_CPUTIME_ID 3
#define TIME_UTC                1

struct timespec {
    time_t tv_sec;
    long tv_nsec;
};

struct tm {
    int tm_sec;
    int tm_min;
    int tm_hour;
    int tm_mday;
    int tm_mon;
    int tm_year;
    int tm_wday;
    int tm_yday;
    int tm_isdst;
    long tm_gmtoff;
    const char *tm_zone;
};

time_t time(time_t *now);
int clock_gettime(clockid_t clock, struct timespec *now);
int nanosleep(const struct timespec *duration, struct timespec *remaining);
struct tm *gmtime_r(const time_t *restrict when, struct tm *restrict tm);
struct tm *gmtime(const time_t *when);
struct tm *localtime_r(const time_t *restrict when, struct tm *restrict tm);
struct tm *localtime(const time_t *when);
time_t timegm(struct tm *tm);
time_t mktime(struct tm *tm);
size_t strftime(char *restrict to, size_t size, const char *restrict format,
                const struct tm *restrict tm) __attribute__((format(strftime, 3, 0)));
double difftime(time_t end, time_t start);

#endif
