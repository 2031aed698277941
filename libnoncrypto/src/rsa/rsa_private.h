/*
 * What the kinds of padding share. Private to libnoncrypto.
 */
#ifndef NONCRYPTO_SRC_RSA_PRIVATE_H
#define NONCRYPTO_SRC_RSA_PRIVATE_H

#include <noncrypto/rsa.h>

/* Bytes of a hash, 0 if there is no such algorithm. */
size_t rsa_hash_len(enum noncrypto_rsa_hash algorithm);

#endif
