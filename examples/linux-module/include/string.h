/* For the libraries: Linux' memcpy, memmove, memset and memcmp. */
#include <linux/string.h>
