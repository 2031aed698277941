/*
 * Files of test vectors. A file is found by walk.c and recognized by its content (recognize.c); each family of files has a runner, which hands each
 * case to the function of its algorithm. Such a function says what the library did with the case, and vectors_count() compares
 * that with what the file expects. Nothing is left out silently: what is not run is counted with its reason.
 */
#ifndef NONCRYPTO_TOOLS_VECTORS_H
#define NONCRYPTO_TOOLS_VECTORS_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#define VECTORS_REASONS_MAX 48
#define VECTORS_REASON_LEN  96
#define VECTORS_MEMORY_MAX  64

/* What the library did with a case. */
enum verdict {
    VERDICT_ACCEPTED,  /* it accepted the input, and all outputs are those of the file */
    VERDICT_REFUSED,   /* it refused the input */
    VERDICT_DIFFERENT, /* an output is not that of the file */
    VERDICT_SKIPPED,   /* not tried; see vectors_skip() */
};

/* What the file expects. */
enum expectation {
    EXPECT_VALID,
    EXPECT_INVALID,
    EXPECT_ACCEPTABLE, /* either, but no other output */
};

/* The results of one file. */
struct vectors {
    const char *name;
    int json; /* failures are printed as JSON, too */
    uint64_t passed, failed, acceptable, skipped;
    struct {
        char text[VECTORS_REASON_LEN];
        uint64_t count;
    } reasons[VECTORS_REASONS_MAX]; /* of what was skipped */
    size_t nreasons;
    char reason[VECTORS_REASON_LEN];  /* of the case at work */
    void *memory[VECTORS_MEMORY_MAX]; /* of the case at work */
    size_t nmemory;
};

/* Bytes of a case; they live until it was counted. */
struct bytes {
    uint8_t *data; /* never NULL */
    size_t len;
    int there; /* the file has them */
};

/* Says why a case is not tried, for `return vectors_skip(...)`. */
enum verdict vectors_skip(struct vectors *v, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Counts a case, prints it if it failed, and releases its memory. `id` names it in its file. */
void vectors_count(struct vectors *v, enum verdict verdict, enum expectation expected,
                   const char *id);

/* Releases the memory of a case that is not counted by itself. */
void vectors_release(struct vectors *v);

/* Counts `count` cases that were not tried, for one reason. */
void vectors_skip_many(struct vectors *v, uint64_t count, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Memory of the case, zeroed. Ends the program if there is none. */
void *vectors_memory(struct vectors *v, size_t len);

/* Hexadecimal digits as bytes; not there if `hex` is NULL or has anything else in it. */
struct bytes vectors_unhex(struct vectors *v, const char *hex);

/* The same for a member of a JSON object. */
struct bytes vectors_member(struct vectors *v, const json_t *object, const char *name);

/* ACCEPTED or DIFFERENT. */
enum verdict vectors_compare(const void *a, const void *b, size_t len);

/* The same for output of any length. */
enum verdict vectors_equal(struct bytes expected, const void *data, size_t len);

/* A string member, "" if there is none; a number, `otherwise` if there is none. */
const char *json_text(const json_t *object, const char *name);
int64_t json_number(const json_t *object, const char *name, int64_t otherwise);

/* The whole file, decompressed, with a zero byte after it, to be freed; NULL after a message. */
char *vectors_read_file(const char *name, size_t *len);
/* The same as JSON; NULL if it is none. */
json_t *vectors_read_json(const char *name);

/*
 * Runs the cases of a file; each command has its own function. `root` is the file as JSON, or NULL if it is none; `text` its `len`
 * bytes. Returns -1 if it is nothing that is known.
 */
int vectors_recognize(struct vectors *v, const json_t *root, char *text, size_t len);

/* The runners of libnoncrypto. */
void wycheproof_run(struct vectors *v, const json_t *root);
/* `expected` is what goes with a file of prompts; NULL if the answers are in the file. */
void acvp_run(struct vectors *v, const json_t *prompts, const json_t *expected);
void blake3_run(struct vectors *v, const json_t *root);
/* A text of lines "name = value" or "name: value". Returns -1 if it is not one that is known. */
int text_run(struct vectors *v, char *text);

/* What the families share: the functions that wycheproof.c and acvp.c call for one algorithm. */
struct aead_case {
    struct bytes key, iv, aad, msg, ct, tag;
};
/* "AES-GCM", "AES-CCM", "CHACHA20-POLY1305", "XCHACHA20-POLY1305"; 0 if there is none of that name. */
int aead_known(const char *algorithm);
/* Sealing must give ct and tag, and opening msg. */
enum verdict aead_check(struct vectors *v, const char *algorithm, const struct aead_case *c);

/* "HMACSHA256" ..., "AES-CMAC", "SipHash-2-4", "SipHashX-2-4". */
int mac_known(const char *algorithm);
enum verdict mac_check(struct vectors *v, const char *algorithm, struct bytes key, struct bytes msg,
                       struct bytes tag);

/* Key wrap with and without padding, "KW" and "KWP". `seal` and `open` say which directions are wanted. */
enum verdict wrap_check(struct vectors *v, int padded, struct bytes key, struct bytes msg,
                        struct bytes ct);

/* The digest by a name as the files write it: "SHA-256", "SHA2-256", "SHA3-256", "SHAKE-128" ...; NULL: unknown. */
const struct digest_algorithm *vectors_digest(const char *name);

enum verdict ecdsa_check(struct vectors *v, const char *curve, const char *hash,
                         struct bytes public_key, struct bytes msg, struct bytes sig, int der);
enum verdict eddsa_check(struct vectors *v, struct bytes public_key, struct bytes msg,
                         struct bytes sig);
enum verdict ecdh_check(struct vectors *v, struct bytes public_key, struct bytes private_key,
                        struct bytes shared);

enum rsa_padding { RSA_PKCS1, RSA_PSS };
enum verdict rsa_check(struct vectors *v, enum rsa_padding padding, const char *hash,
                       int64_t salt_len, struct bytes modulus, struct bytes exponent,
                       struct bytes msg, struct bytes sig);

/* Whatever of these bytes is there is checked. */
struct mlkem_case {
    struct bytes seed, ek, dk, m, c, k;
};
enum verdict mlkem_keygen_check(struct vectors *v, const struct mlkem_case *c);
enum verdict mlkem_encaps_check(struct vectors *v, const struct mlkem_case *c);
enum verdict mlkem_decaps_check(struct vectors *v, const struct mlkem_case *c);

struct mldsa_case {
    struct bytes seed, pk, sk, msg, context, mu, random, sig;
    const char *prehash; /* name of the hash; NULL: pure */
    int internal;        /* the message is that of Sign_internal: no context goes before it */
};
enum verdict mldsa_keygen_check(struct vectors *v, const struct mldsa_case *c);
enum verdict mldsa_sign_check(struct vectors *v, const struct mldsa_case *c);
enum verdict mldsa_verify_check(struct vectors *v, const struct mldsa_case *c);

#endif
