/*
 * The first serial port (16550 at 0x3f8, 115200 8N1), for what must be read even where nothing else
 * works.
 */
#ifndef BOOT_SERIAL_H
#define BOOT_SERIAL_H

/*
 * Writes `text`, with a carriage return before each line feed. Does nothing where there is no port;
 * never waits for long.
 */
void boot_serial_write(const char *text);

#endif
