/* The hash functions by name, behind one interface. */
#ifndef NONCRYPTO_TOOLS_DIGEST_H
#define NONCRYPTO_TOOLS_DIGEST_H

#include <noncrypto/blake3.h>
#include <noncrypto/sha1.h>
#include <noncrypto/sha2.h>
#include <noncrypto/sha3.h>

struct digest_algorithm;

struct digest {
    const struct digest_algorithm *algorithm;
    union {
        struct noncrypto_blake3 blake3;
        struct noncrypto_sha1 sha1;
        struct noncrypto_sha256 sha256;
        struct noncrypto_sha384 sha384;
        struct noncrypto_sha512 sha512;
        struct noncrypto_sha3_256 sha3_256;
        struct noncrypto_sha3_384 sha3_384;
        struct noncrypto_sha3_512 sha3_512;
        struct noncrypto_shake shake;
    } u;
};

struct digest_algorithm {
    const char *name;
    size_t len;     /* bytes of output, or what is usual */
    int extendable; /* the output may be of any length */
    void (*init)(struct digest *digest);
    void (*update)(struct digest *digest, const void *data, size_t len);
    /* Writes the next `len` bytes of output. One call with `len` of the algorithm, unless it is extendable. */
    void (*output)(struct digest *digest, uint64_t at, uint8_t *out, size_t len);
};

#define DIGEST_ALGORITHMS 10
extern const struct digest_algorithm digest_algorithms[DIGEST_ALGORITHMS];

/* NULL if there is none of that name. */
const struct digest_algorithm *digest_find(const char *name);

void digest_init(struct digest *digest, const struct digest_algorithm *algorithm);
void digest_update(struct digest *digest, const void *data, size_t len);
/* The whole output at once. */
void digest_final(struct digest *digest, uint8_t *out, size_t len);

#endif
