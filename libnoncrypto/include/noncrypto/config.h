/*
 * What an embedder can decide when compiling libnoncrypto, by -D on the command line. The defaults suit a kernel.
 */
#ifndef NONCRYPTO_CONFIG_H
#define NONCRYPTO_CONFIG_H

/*
 * NONCRYPTO_CONFIG_CPU_DETECT
 * 1: the library asks the processor itself, at first use, which instructions there are and which registers the system
 *    saves. Right for programs. The hosted library and the modules of NONOS are built so.
 * 0: it uses what noncrypto_cpu_set_features() said, and plain C before that. Right for kernels, where a register that
 *    exists is not yet one that may be used.
 */
#ifndef NONCRYPTO_CONFIG_CPU_DETECT
#define NONCRYPTO_CONFIG_CPU_DETECT 0
#endif

/*
 * NONCRYPTO_CONFIG_PORTABLE
 * 1: only the portable C is compiled, whatever the target has. So it is, too, where the compiler may not use vector
 *    registers (-mgeneral-regs-only, -mno-sse).
 */
#ifndef NONCRYPTO_CONFIG_PORTABLE
#define NONCRYPTO_CONFIG_PORTABLE 0
#endif

/*
 * NONCRYPTO_CONFIG_TAINT
 * 1: for the test of constant time under valgrind: secrets are poisoned, and where a value becomes public by the
 *    specification the library says so to valgrind. Needs valgrind/memcheck.h. Never for production.
 */
#ifndef NONCRYPTO_CONFIG_TAINT
#define NONCRYPTO_CONFIG_TAINT 0
#endif

#endif
