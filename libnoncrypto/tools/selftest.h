/* noncrypto selftest --vectors, which not every build has. */
#ifndef NONCRYPTO_TOOLS_SELFTEST_H
#define NONCRYPTO_TOOLS_SELFTEST_H

/* Runs the vectors of files and folders; returns an exit code. */
int vectors_run(char *const *names, int count, int json);

#endif
