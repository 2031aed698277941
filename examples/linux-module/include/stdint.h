/* For the libraries: what Linux has of this header, and the limits in a form that the preprocessor can compute with. */
#include <linux/limits.h>
#include <linux/types.h>

#define INT32_MIN  (-0x7fffffff - 1)
#define INT32_MAX  0x7fffffff
#define INT64_MIN  (-0x7fffffffffffffffll - 1)
#define INT64_MAX  0x7fffffffffffffffll
#define UINT8_MAX  0xffu
#define UINT16_MAX 0xffffu
#define UINT32_MAX 0xffffffffu
#define UINT64_MAX 0xffffffffffffffffull

#define INT32_C(x)  x
#define INT64_C(x)  x##ll
#define UINT32_C(x) x##u
#define UINT64_C(x) x##ull
