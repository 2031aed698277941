#include "serial.h"

#include <nonos/runtime.h>

enum {
    DATA = 0,
    INTERRUPT_ENABLE = 1,
    FIFO_CONTROL = 2, /* reads: interrupt identification */
    LINE_CONTROL = 3,
    MODEM_CONTROL = 4,
    LINE_STATUS = 5,
    SCRATCH = 7,
};

#define LINE_STATUS_INPUT 0x01u
#define LINE_STATUS_ROOM  0x20u
#define FIFO_BYTES        16u
/* Polls before a port counts as stuck: a byte takes 87 us at 115200 baud. */
#define POLLS             100000u

static uint8_t port_read(const struct serial *s, unsigned reg)
{
    uint64_t value = 0xff;
    (void)!nonos_io_read(s->ports, reg, 1, &value);
    return (uint8_t)value;
}

static void port_write(const struct serial *s, unsigned reg, uint8_t value)
{
    (void)!nonos_io_write(s->ports, reg, 1, value);
}

bool serial_init(struct serial *s, nonos_handle ports)
{
    s->ports = ports;
    if (!ports)
        return false;
    port_write(s, SCRATCH, 0x5a);
    if (port_read(s, SCRATCH) != 0x5a) {
        s->ports = 0;
        return false;
    }
    port_write(s, INTERRUPT_ENABLE, 0);
    port_write(s, LINE_CONTROL, 0x80); /* divisor latch */
    port_write(s, DATA, 1);            /* 115200 */
    port_write(s, INTERRUPT_ENABLE, 0);
    port_write(s, LINE_CONTROL, 0x03);  /* 8N1 */
    port_write(s, FIFO_CONTROL, 0x07);  /* on, emptied, interrupt at one byte */
    port_write(s, MODEM_CONTROL, 0x0b); /* DTR, RTS, OUT2: lets the interrupt out */
    port_write(s, INTERRUPT_ENABLE, 0x01);
    return true;
}

void serial_write(struct serial *s, const char *text, size_t len)
{
    while (len > 0 && s->ports) {
        unsigned polls = 0;
        while (!(port_read(s, LINE_STATUS) & LINE_STATUS_ROOM))
            if (++polls == POLLS)
                return;
        for (unsigned i = 0; i < FIFO_BYTES && len > 0; i++, text++, len--)
            port_write(s, DATA, (uint8_t)*text);
    }
}

size_t serial_read(struct serial *s, char *text, size_t size)
{
    size_t len = 0;
    if (!s->ports)
        return 0;
    while (len < size && (port_read(s, LINE_STATUS) & LINE_STATUS_INPUT))
        text[len++] = (char)port_read(s, DATA);
    (void)port_read(s, FIFO_CONTROL);
    return len;
}
