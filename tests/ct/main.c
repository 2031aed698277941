/*
 * Runs one subject, whose name is the argument. subjects.inc, which run.sh writes, names all.
 *
 * The subjects ask noncrypto_cpu_detect() for their back ends, and valgrind's CPUID hides what it can execute all the same:
 * the linker sends that question here (--wrap).
 */
#include <noncrypto/cpu.h>
#include <stdio.h>
#include <string.h>
#include <valgrind/valgrind.h>

#define INT(name)  int ct_##name(void);
#define VOID(name) void ct_##name(void);
#include "subjects.inc"
#undef INT
#undef VOID

uint32_t __real_noncrypto_cpu_detect(void);
uint32_t __wrap_noncrypto_cpu_detect(void);

/* ADCX and ADOX are executed since valgrind 3.12, the SHA instructions by no version so far. */
uint32_t __wrap_noncrypto_cpu_detect(void)
{
    uint32_t found = __real_noncrypto_cpu_detect();

    if (RUNNING_ON_VALGRIND && (found & NONCRYPTO_CPU_BMI2))
        found |= NONCRYPTO_CPU_ADX;
    return found;
}

int main(int argc, char **argv)
{
    int result = 2;

#define INT(name)                                 \
    if (argc == 2 && strcmp(argv[1], #name) == 0) \
        result = ct_##name() != 0;
#define VOID(name)                                  \
    if (argc == 2 && strcmp(argv[1], #name) == 0) { \
        ct_##name();                                \
        result = 0;                                 \
    }
#include "subjects.inc"
    if (result != 0)
        fprintf(stderr, "%s: %s\n", argv[0], result == 2 ? "no such subject" : "a result is wrong");
    return result;
}
