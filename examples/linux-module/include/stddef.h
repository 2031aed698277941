/* For the libraries: what Linux has of this header, under Linux' names. */
#include <linux/stddef.h>
#include <linux/types.h>
