/* For the libraries: what Linux has of this header, under Linux' names. */
#include <linux/limits.h>
#include <linux/types.h>

#define INT32_MAX  S32_MAX
#define UINT8_MAX  U8_MAX
#define UINT16_MAX U16_MAX
#define UINT32_MAX U32_MAX
#define UINT64_MAX U64_MAX
