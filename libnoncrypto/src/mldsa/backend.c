#include "mldsa/mldsa.h"

const struct mldsa_backend noncrypto_mldsa_portable = {
    .ntt = noncrypto_mldsa_ntt,
    .inverse_ntt = noncrypto_mldsa_inverse_ntt,
    .multiply = noncrypto_mldsa_multiply,
    .inner = noncrypto_mldsa_inner,
    .sample_uniform = noncrypto_mldsa_sample_uniform,
    .sample_small = noncrypto_mldsa_sample_small,
    .decode_z = noncrypto_mldsa_decode_z,
    .decompose = noncrypto_mldsa_decompose,
    .add = noncrypto_mldsa_add,
    .subtract = noncrypto_mldsa_subtract,
    .exceeds = noncrypto_mldsa_exceeds,
};
