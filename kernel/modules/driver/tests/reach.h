/*
 * What a model of a device may reach in tests. "Physical" addresses are pointers; an access is allowed only inside of what the driver and
 * its clients own, so a wild address fails the test.
 */
#ifndef DRIVER_TESTS_REACH_H
#define DRIVER_TESTS_REACH_H

#include <check_main.h>
#include <stdint.h>

#define REACH_RANGES 21

struct reach_range {
    uint8_t *base;
    size_t len;
};

struct reach {
    struct reach_range ranges[REACH_RANGES];
    unsigned nranges;
};

static inline void reach_allow(struct reach *r, uint8_t *base, size_t len)
{
    ck_assert_uint_lt(r->nranges, REACH_RANGES);
    r->ranges[r->nranges++] = (struct reach_range){base, len};
}

static inline uint8_t *reach(const struct reach *r, uint64_t address, size_t len)
{
    for (unsigned i = 0; i < r->nranges; i++) {
        uint64_t base = (uint64_t)(uintptr_t)r->ranges[i].base;
        if (address >= base && len <= r->ranges[i].len && address - base <= r->ranges[i].len - len)
            return r->ranges[i].base + (address - base);
    }
    ck_abort_msg("the device was given an address that is not the driver's or a client's");
}

#endif
