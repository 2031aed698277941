#include "curve25519_backends.h"

#include <string.h>

#ifdef __SIZEOF_INT128__
#include "curve25519/field_51.h"

#define FIELD_BACKEND  field_backend_51
#define FIELD_NAME     "five limbs of 51 bits"
#define FIELD_FEATURES 0
#include "curve25519_field_functions.h"
#endif
