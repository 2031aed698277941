/* Calendar time of firmware clocks. */
#ifndef BOOT_TIME_H
#define BOOT_TIME_H

#include <stdint.h>

/*
 * Seconds from 1970-01-01 00:00 to the given moment of the Gregorian calendar in the same zone; 0
 * if it is before 1970, after 9999, or no valid date and time (second 60 is not).
 */
uint64_t boot_time_unix(unsigned year, unsigned month, unsigned day, unsigned hour, unsigned minute,
                        unsigned second);

#endif
