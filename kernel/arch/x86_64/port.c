#include "cpu.h"

#include <arch/arch.h>
#include <debug/log.h>

uint32_t arch_port_read(uint16_t port, unsigned width)
{
    switch (width) {
    case 1:
        return port_read8(port);
    case 2:
        return port_read16(port);
    case 4:
        return port_read32(port);
    default:
        panic("port read of %u bytes", width);
    }
}

void arch_port_write(uint16_t port, unsigned width, uint32_t value)
{
    switch (width) {
    case 1:
        port_write8(port, (uint8_t)value);
        break;
    case 2:
        port_write16(port, (uint16_t)value);
        break;
    case 4:
        port_write32(port, value);
        break;
    default:
        panic("port write of %u bytes", width);
    }
}
