/* Clocks and waiting. */
#include <errno.h>
#include <time.h>
#include <unistd.h>

#include <nonos/runtime.h>

#include "children.h"

#define SECOND 1000000000ull

int clock_gettime(clockid_t clock, struct timespec *now)
{
    static const uint32_t clocks[] = {
        [CLOCK_REALTIME] = NONOS_CLOCK_WALL,
        [CLOCK_MONOTONIC] = NONOS_CLOCK_MONOTONIC,
        [CLOCK_THREAD_CPUTIME_ID] = NONOS_CLOCK_THREAD,
    };
    uint64_t ns;
    if (clock < 0 || clock > CLOCK_THREAD_CPUTIME_ID || !clocks[clock]) {
        errno = EINVAL;
        return -1;
    }
    int result = nonos_clock_get(nonos_clock_handle(), clocks[clock], &ns);
    if (result < 0) {
        errno = result == NONOS_E_BAD_HANDLE ? EACCES : -result;
        return -1;
    }
    now->tv_sec = (time_t)(ns / SECOND);
    now->tv_nsec = (long)(ns % SECOND);
    return 0;
}

time_t time(time_t *now)
{
    struct timespec ts;
    time_t result = clock_gettime(CLOCK_REALTIME, &ts) < 0 ? -1 : ts.tv_sec;
    if (now)
        *now = result;
    return result;
}

int nanosleep(const struct timespec *duration, struct timespec *remaining)
{
    if (duration->tv_sec < 0 || duration->tv_nsec < 0 || duration->tv_nsec >= (long)SECOND) {
        errno = EINVAL;
        return -1;
    }
    uint64_t deadline;
    if (__builtin_mul_overflow((uint64_t)duration->tv_sec, SECOND, &deadline) ||
        __builtin_add_overflow(deadline, (uint64_t)duration->tv_nsec, &deadline) ||
        __builtin_add_overflow(deadline, nonos_time_monotonic(), &deadline))
        deadline = NONOS_NEVER - 1;
    if (children_sleep(deadline))
        return 0;
    uint64_t now = nonos_time_monotonic(), left = deadline > now ? deadline - now : 0;
    if (remaining)
        *remaining = (struct timespec){(time_t)(left / SECOND), (long)(left % SECOND)};
    errno = EINTR;
    return -1;
}

unsigned int sleep(unsigned int seconds)
{
    struct timespec duration = {seconds, 0}, left = {0, 0};
    return nanosleep(&duration, &left) < 0 ? (unsigned)left.tv_sec + (left.tv_nsec > 0) : 0;
}

int usleep(useconds_t microseconds)
{
    struct timespec duration = {microseconds / 1000000, microseconds % 1000000 * 1000l};
    return nanosleep(&duration, NULL);
}
