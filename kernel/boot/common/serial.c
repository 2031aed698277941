#include "common/serial.h"

#include "common/cpu.h"

#include <stdbool.h>

enum {
    PORT = 0x3f8,
    DATA = PORT,
    DIVISOR_LOW = PORT,
    INTERRUPTS = PORT + 1,
    DIVISOR_HIGH = PORT + 1,
    FIFO = PORT + 2,
    LINE_CONTROL = PORT + 3,
    MODEM_CONTROL = PORT + 4,
    LINE_STATUS = PORT + 5,
    SCRATCH = PORT + 7,

    LINE_8N1 = 0x03,
    LINE_DIVISOR = 0x80,
    STATUS_SENDER_EMPTY = 0x20,
    SPINS_MAX = 100000, /* a byte takes 87 us, a port access about 1 us */
};

static bool port_present(void)
{
    boot_cpu_out8(SCRATCH, 0x5a);
    return boot_cpu_in8(SCRATCH) == 0x5a;
}

static void port_init(void)
{
    boot_cpu_out8(INTERRUPTS, 0);
    boot_cpu_out8(LINE_CONTROL, LINE_DIVISOR);
    boot_cpu_out8(DIVISOR_LOW, 1);
    boot_cpu_out8(DIVISOR_HIGH, 0);
    boot_cpu_out8(LINE_CONTROL, LINE_8N1);
    boot_cpu_out8(FIFO, 0x07);
    boot_cpu_out8(MODEM_CONTROL, 0x03);
}

static void byte_send(char c)
{
    for (int i = 0; i < SPINS_MAX && !(boot_cpu_in8(LINE_STATUS) & STATUS_SENDER_EMPTY); i++)
        ;
    boot_cpu_out8(DATA, (uint8_t)c);
}

void boot_serial_write(const char *text)
{
    static enum { UNKNOWN, ABSENT, READY } state;

    if (state == UNKNOWN) {
        state = port_present() ? READY : ABSENT;
        if (state == READY)
            port_init();
    }
    for (; state == READY && *text != '\0'; text++) {
        if (*text == '\n')
            byte_send('\r');
        byte_send(*text);
    }
}
