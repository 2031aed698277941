/* For the libraries: what Linux has of this header, under Linux' names. */
#include <linux/types.h>
