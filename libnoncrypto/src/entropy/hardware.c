#include <noncrypto/entropy.h>

#include <noncrypto/memory.h>
#include <string.h>

#include "bytes.h"
#include "cpu.h"
#include "entropy/words.h"

/* RDRAND does not come only if the hardware is broken or a thousandfold overused: Intel's manual, volume 1, 7.3.17. */
#define RDRAND_TRIES 10
/* RDSEED is slower than a program that asks in a loop, also when all is well. */
#define RDSEED_TRIES 1000

static int one_word(int (*next)(uint64_t *word), unsigned tries, uint64_t *word)
{
    while (tries-- > 0)
        if (next(word))
            return 0;
    return NONCRYPTO_E_ENTROPY;
}

int noncrypto_entropy_words(int (*next)(uint64_t *word), unsigned tries, uint8_t *samples,
                            size_t count)
{
    uint64_t word = 0;
    uint8_t bytes[8];
    int result = 0;

    for (size_t done = 0; done < count && result == 0;) {
        size_t take = count - done < sizeof bytes ? count - done : sizeof bytes;
        result = one_word(next, tries, &word);
        store_le64(bytes, word);
        memcpy(samples + done, bytes, take);
        done += take;
    }
    if (result != 0)
        noncrypto_wipe(samples, count);
    noncrypto_wipe(&word, sizeof word);
    noncrypto_wipe(bytes, sizeof bytes);
    return result;
}

#if CPU_CAN_BE_ASKED

static int rdrand(uint64_t *word)
{
    uint8_t came;

    __asm__ volatile("rdrand %0\n\tsetc %1" : "=r"(*word), "=qm"(came) : : "cc");
    return came;
}

static int rdseed(uint64_t *word)
{
    uint8_t came;

    __asm__ volatile("rdseed %0\n\tsetc %1" : "=r"(*word), "=qm"(came) : : "cc");
    if (!came)
        __asm__ volatile("pause");
    return came;
}

int noncrypto_entropy_rdrand(void *user, uint8_t *samples, size_t count)
{
    (void)user;
    if (!cpu_has(NONCRYPTO_CPU_RDRAND))
        return NONCRYPTO_E_UNSUPPORTED;
    return noncrypto_entropy_words(rdrand, RDRAND_TRIES, samples, count);
}

int noncrypto_entropy_rdseed(void *user, uint8_t *samples, size_t count)
{
    (void)user;
    if (!cpu_has(NONCRYPTO_CPU_RDSEED))
        return NONCRYPTO_E_UNSUPPORTED;
    return noncrypto_entropy_words(rdseed, RDSEED_TRIES, samples, count);
}

#else

int noncrypto_entropy_rdrand(void *user, uint8_t *samples, size_t count)
{
    (void)user;
    (void)samples;
    (void)count;
    return NONCRYPTO_E_UNSUPPORTED;
}

int noncrypto_entropy_rdseed(void *user, uint8_t *samples, size_t count)
{
    return noncrypto_entropy_rdrand(user, samples, count);
}

#endif
