/*
 * Samples from an instruction that gives words, and sometimes does not. Private to libnoncrypto.
 */
#ifndef NONCRYPTO_SRC_ENTROPY_WORDS_H
#define NONCRYPTO_SRC_ENTROPY_WORDS_H

#include <stddef.h>
#include <stdint.h>

/*
 * Fills `samples` with the bytes of words; `next` gives one and returns not 0 if it did. It is asked at most `tries` times
 * for each. Returns 0 or NONCRYPTO_E_ENTROPY.
 */
int noncrypto_entropy_words(int (*next)(uint64_t *word), unsigned tries, uint8_t *samples,
                            size_t count);

#endif
