/* The first serial port (16550), polled: the console of last resort, for the kernel's log. */
#include "cpu.h"
#include "start.h"

#include <arch/arch.h>

#define COM1         0x3f8u
#define PORT_DATA    (COM1 + 0)
#define PORT_IER     (COM1 + 1)
#define PORT_FCR     (COM1 + 2)
#define PORT_LCR     (COM1 + 3)
#define PORT_MCR     (COM1 + 4)
#define PORT_LSR     (COM1 + 5)
#define LCR_8N1      0x03u
#define LCR_DLAB     0x80u
#define FCR_ENABLE   0x07u /* FIFOs on and empty */
#define MCR_DTR_RTS  0x0bu /* and OUT2 */
#define LSR_THR_FREE 0x20u
#define FIFO_DEPTH   16u

/* A port that never gets ready is given up after that many looks; each costs about a microsecond on
 * hardware. */
#define PATIENCE 100000u

static bool present;

void serial_init(void)
{
    port_write8(PORT_IER, 0);
    port_write8(PORT_LCR, LCR_DLAB);
    port_write8(PORT_DATA, 1); /* 115200 baud */
    port_write8(PORT_IER, 0);
    port_write8(PORT_LCR, LCR_8N1);
    port_write8(PORT_FCR, FCR_ENABLE);
    port_write8(PORT_MCR, MCR_DTR_RTS);
    present = port_read8(PORT_LSR) != 0xff && port_read8(PORT_LCR) == LCR_8N1;
}

static bool fifo_wait(void)
{
    for (unsigned i = 0; i < PATIENCE; i++)
        if (port_read8(PORT_LSR) & LSR_THR_FREE)
            return true;
    present = false;
    return false;
}

void arch_console_write(const char *text, size_t len)
{
    unsigned room = 0;

    for (size_t i = 0; i < len && present; i++) {
        if (room < 2 && !fifo_wait())
            return;
        if (room < 2)
            room = FIFO_DEPTH;
        if (text[i] == '\n') {
            port_write8(PORT_DATA, '\r');
            room--;
        }
        port_write8(PORT_DATA, (uint8_t)text[i]);
        room--;
    }
}
