/* A 16550 serial port, polled for output, by interrupt for input. */
#ifndef CONSOLE_SERIAL_H
#define CONSOLE_SERIAL_H

#include <stdbool.h>
#include <stddef.h>

#include <nonos/objects.h>

struct serial {
    nonos_handle ports; /* IoRegion of 8 ports; 0: there is no port */
};

/*
 * Sets 115200 baud, 8 data bits, no parity, FIFO on, interrupts for input. False if no port
 * answers.
 */
bool serial_init(struct serial *serial, nonos_handle ports);
/* Sends bytes; gives up on a port that does not take them within a while. */
void serial_write(struct serial *serial, const char *text, size_t len);
/*
 * Takes what came in, up to `size` bytes; returns how many. Acknowledges the interrupt at the port.
 */
size_t serial_read(struct serial *serial, char *text, size_t size);

#endif
