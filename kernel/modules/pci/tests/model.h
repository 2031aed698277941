/*
 * A model of configuration space for the tests: functions with 256 bytes each, and a mask a byte that says which bits can be
 * written. What is not there reads as ones.
 */
#ifndef PCI_TESTS_MODEL_H
#define PCI_TESTS_MODEL_H

#include <check_main.h>

#include "../config.h"

#define MODEL_FUNCTIONS 64

struct model_function {
    uint16_t address;
    uint8_t bytes[256];
    uint8_t writable[256];
    unsigned reset_control; /* offset of a 16-bit control register whose bit 15 resets, or 0 */
    unsigned resets;
    bool mastered_at_reset;
};

struct model {
    struct model_function functions[MODEL_FUNCTIONS];
    unsigned count;
    unsigned reads, slept_ms;
    bool decoding_while_sizing; /* a base address was written while it was decoded */
};

static struct model_function *model_find(struct model *m, uint16_t address)
{
    for (unsigned i = 0; i < m->count; i++)
        if (m->functions[i].address == address)
            return &m->functions[i];
    return NULL;
}

static inline void put(struct model_function *f, unsigned offset, unsigned width, uint32_t value)
{
    for (unsigned i = 0; i < width; i++)
        f->bytes[offset + i] = (uint8_t)(value >> 8 * i);
}

static inline uint32_t get(const struct model_function *f, unsigned offset, unsigned width)
{
    uint32_t value = 0;
    for (unsigned i = 0; i < width; i++)
        value |= (uint32_t)f->bytes[offset + i] << 8 * i;
    return value;
}

static inline void put_mask(struct model_function *f, unsigned offset, unsigned width,
                            uint32_t mask)
{
    for (unsigned i = 0; i < width; i++)
        f->writable[offset + i] = (uint8_t)(mask >> 8 * i);
}

static uint32_t model_read(void *context, uint16_t address, uint16_t offset, unsigned width)
{
    struct model *m = context;
    const struct model_function *f = model_find(m, address);
    ck_assert_uint_eq(offset % width, 0);
    ck_assert_uint_le(offset + width, 256);
    m->reads++;
    return f ? get(f, offset, width) : 0xffffffffu >> (32 - 8 * width);
}

static void model_reset(struct model_function *f)
{
    f->resets++;
    f->mastered_at_reset = get(f, PCI_COMMAND, 2) & PCI_COMMAND_BUS_MASTER;
    put(f, PCI_COMMAND, 2, 0);
    for (unsigned i = PCI_BAR0; i < PCI_BAR0 + 24; i++)
        f->bytes[i] &= (uint8_t)~f->writable[i];
    put(f, PCI_INTERRUPT_LINE, 1, 0);
}

static void model_write(void *context, uint16_t address, uint16_t offset, unsigned width,
                        uint32_t value)
{
    struct model *m = context;
    struct model_function *f = model_find(m, address);
    ck_assert_uint_eq(offset % width, 0);
    ck_assert_uint_le(offset + width, 256);
    if (!f)
        return;
    if (offset >= PCI_BAR0 && offset < PCI_BAR0 + 24 &&
        get(f, PCI_COMMAND, 2) & (PCI_COMMAND_IO | PCI_COMMAND_MEMORY))
        m->decoding_while_sizing = true;
    if (f->reset_control && offset == f->reset_control && value & 0x8000) {
        model_reset(f);
        return;
    }
    for (unsigned i = 0; i < width; i++) {
        uint8_t mask = f->writable[offset + i], byte = (uint8_t)(value >> 8 * i);
        f->bytes[offset + i] = (uint8_t)((f->bytes[offset + i] & ~mask) | (byte & mask));
    }
}

static void model_sleep(void *context, unsigned ms)
{
    ((struct model *)context)->slept_ms += ms;
}

static const struct pci_config_ops model_ops = {model_read, model_write, model_sleep};

static inline struct pci_config model_config(struct model *m)
{
    return (struct pci_config){&model_ops, m};
}

/* A function with a writable command register, decoding and bus mastering as firmware leaves them. */
static inline struct model_function *model_add(struct model *m, uint16_t address, uint16_t vendor,
                                               uint16_t id, uint32_t class_code)
{
    ck_assert_uint_lt(m->count, MODEL_FUNCTIONS);
    struct model_function *f = &m->functions[m->count++];
    memset(f, 0, sizeof(*f));
    f->address = address;
    put(f, PCI_VENDOR, 2, vendor);
    put(f, PCI_DEVICE, 2, id);
    put(f, PCI_REVISION, 4, class_code << 8);
    put(f, PCI_COMMAND, 2, 0x0147);
    put_mask(f, PCI_COMMAND, 2, 0x0547);
    put_mask(f, PCI_INTERRUPT_LINE, 1, 0xff);
    put_mask(f, PCI_CACHE_LINE, 2, 0xffff);
    return f;
}

static inline struct model_function *model_add_bridge(struct model *m, uint16_t address,
                                                      uint8_t secondary)
{
    struct model_function *f = model_add(m, address, 0x1b36, 0x000c, 0x060400);
    put(f, PCI_HEADER_TYPE, 1, PCI_HEADER_BRIDGE);
    put(f, PCI_SECONDARY_BUS, 1, secondary);
    return f;
}

/* A register at `slot`: `flags` its low bits, `len` a power of two. 64-bit if flags say so. */
static inline void model_bar(struct model_function *f, unsigned slot, uint64_t base, uint64_t len,
                             uint32_t flags)
{
    unsigned at = PCI_BAR0 + 4 * slot;
    uint64_t mask = ~(len - 1);
    put(f, at, 4, (uint32_t)base | flags);
    put_mask(f, at, 4, (uint32_t)mask & (flags & 1 ? 0xfffcu : ~0xfu));
    if ((flags & 7) == 4 && slot < 5) {
        put(f, at + 4, 4, (uint32_t)(base >> 32));
        put_mask(f, at + 4, 4, (uint32_t)(mask >> 32));
    }
}

/* Appends a capability at `at`; the list must be extended in order of calls. */
static inline void model_capability(struct model_function *f, uint8_t id, uint8_t at)
{
    put(f, PCI_STATUS, 2, PCI_STATUS_CAPABILITIES);
    unsigned link = PCI_CAPABILITIES;
    while (f->bytes[link])
        link = f->bytes[link] + 1u;
    f->bytes[link] = at;
    put(f, at, 2, id);
}

#endif
