#include "curve25519_backends.h"

#include <string.h>

#include "curve25519/field_25.h"

#define FIELD_BACKEND  field_backend_25
#define FIELD_NAME     "ten limbs of 25.5 bits"
#define FIELD_FEATURES 0
#include "curve25519_field_functions.h"

/* The curve over it. */
#define NAME CURVE25519_TEST25
#define OPERATION
#include "curve25519/table_select.h"

#include "curve25519/operations.h"
