/*
 * What libnonzk's own sources may do to a constraint system.
 */
#ifndef NONZK_SRC_R1CS_R1CS_PRIVATE_H
#define NONZK_SRC_R1CS_R1CS_PRIVATE_H

#include <nonzk/r1cs.h>

/* Notes a failure, unless there is one already. */
void nonzk_r1cs_fail(struct nonzk_r1cs *cs, int error);

#endif
