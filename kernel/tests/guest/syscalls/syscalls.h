/*
 * What the subjects of this test share: checking, the console, and short names for what is done often.
 */
#ifndef GUEST_SYSCALLS_H
#define GUEST_SYSCALLS_H

#include <nonos/first_task.h>
#include <nonos/runtime.h>

#define PAGE     NONOS_PAGE_SIZE
#define MS       1000000ull
#define ACCOUNT  NONOS_SLOT_ACCOUNT
#define TASK     NONOS_SLOT_TASK
#define SYSTEM   NONOS_FIRST_SYSTEM
#define NOT_USED 0xfff0u /* a handle that names nothing */

void say(const char *text);
void say_number(long n);

/* Counts; prints what failed and where. */
void check(long got, long wanted, const char *what, const char *file, int line);
/* Prints the counts; returns how many failed. */
unsigned summary(void);

#define IS(call, wanted) check((long)(call), (long)(wanted), #call, __FILE__, __LINE__)
#define OK(call)         IS(call, 0)
#define TRUE(condition)  check((condition) != 0, 1, #condition, __FILE__, __LINE__)

uint64_t now(void);
void sleep_ms(uint64_t ms);

nonos_handle make(uint32_t type, uint64_t arg0, uint64_t arg1);
nonos_handle derive(nonos_handle cap, uint32_t rights);

/* Does not return if `name` is one of those that this image is started under by check_tasks(). */
void child_if_asked(const char *name);

/* The subjects, in the order in which they run: the later use what the earlier have checked. */
void check_capabilities(void);
void check_objects(void);
void check_threads(void);
void check_tasks(void);
void check_system(void);

#endif
