/* What the parts of the runtime share with each other and with nobody else. */
#ifndef RUNTIME_START_H
#define RUNTIME_START_H

#include <elf.h>
#include <stddef.h>
#include <stdint.h>

#include <nonos/objects.h>
#include <nonos/startup.h>
#include <nonos/thread.h>

/* A start-up block whose every offset, count and string was checked. Pointers go into the block. */
struct startup {
    const struct nonos_startup *header;
    const struct nonos_startup_cap *caps;
    const char *args; /* argc strings, one after the other */
    const char *env;
};

/* Checks the block of `len` bytes at `block`; INVALID if anything in it does not hold. */
NONOS_MUST_CHECK int startup_decode(struct startup *startup, const void *block, size_t len);

/* The path of the working directory as the creator gave it. */
const char *startup_cwd(void);

/* The first thread's block. */
extern struct nonos_thread thread_first;
/* Threads of this task, the first included. */
extern uint32_t thread_count;

/* Lets malloc's lock sleep: called before the second thread starts. */
NONOS_MUST_CHECK int nonos_malloc_threads(void);

void nonos_relocate(uintptr_t base, const Elf64_Dyn *dynamic);
_Noreturn void nonos_start_task(const void *block, size_t len);
_Noreturn void nonos_thread_run(struct nonos_thread *thread);
/* In entry.S. */
void nonos_thread_entry(void);
_Noreturn void nonos_thread_leave(uint64_t handle, uint32_t *busy);

extern char **environ;

#endif
