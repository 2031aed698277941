/* Tests that need the machine, run when the command line holds `selftest`. `selftest-only` ends the
 * machine after them. */
#ifndef KERNEL_ARCH_X86_64_SELFTEST_H
#define KERNEL_ARCH_X86_64_SELFTEST_H

/* On the boot processor, with all others in selftest_secondary(). Logs each result and at the end
 * how many passed and failed. */
void selftest_run(void);
/* On each other processor, before its part of the portable kernel. Returns when the tests are
 * over. */
void selftest_secondary(void);

#endif
