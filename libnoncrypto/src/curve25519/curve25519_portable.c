/* The curve in portable C, with the widest product that the compiler has. */
#include "curve25519/curve25519.h"

#ifdef __SIZEOF_INT128__
#include "curve25519/field_51.h"
#else
#include "curve25519/field_25.h"
#endif

#define NAME CURVE25519_PORTABLE
#define OPERATION

#include "curve25519/table_select.h"

#include "curve25519/operations.h"
