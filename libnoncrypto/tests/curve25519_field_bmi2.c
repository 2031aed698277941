#include "curve25519_backends.h"

#include <string.h>

#if NONCRYPTO_X86_64
#include "curve25519/field_bmi2.h"

#define FIELD_BACKEND  field_backend_bmi2
#define FIELD_NAME     "four words with MULX"
#define FIELD_FEATURES (NONCRYPTO_CPU_BMI2 | NONCRYPTO_CPU_ADX)
#include "curve25519_field_functions.h"
#endif
