/* C11 7.2. A failed assertion says where on standard error and ends the task by abort(). */
#undef assert
#ifdef NDEBUG
#define assert(condition) ((void)0)
#else
#define assert(condition) \
    ((condition) ? (void)0 : nonos_assert_failed(#condition, __FILE__, __LINE__, __func__))
#endif

#ifndef NONOS_LIBC_ASSERT_H
#define NONOS_LIBC_ASSERT_H

#define static_assert _Static_assert

_Noreturn void nonos_assert_failed(const char *condition, const char *file, int line,
                                   const char *function);

#endif
