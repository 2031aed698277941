/* Addresses as cells carry them: type, length, value. */
#ifndef NONONION_CELL_ADDRESS_H
#define NONONION_CELL_ADDRESS_H

#include <nononion/channel_cell.h>

#include "cell/bytes.h"

/* The only length that a type allows, or 0 for types that are not addresses. */
static inline uint8_t address_len(uint8_t type)
{
    return type == NONONION_ADDRESS_IPV4 ? 4 : type == NONONION_ADDRESS_IPV6 ? 16 : 0;
}

/*
 * Reads one address. An unknown type is passed over and gives type 0. Returns false if it runs out
 * of the reader or its length is wrong.
 */
static inline bool address_read(struct byte_reader *r, struct nononion_address *a)
{
    uint8_t type = byte_reader_u8(r);
    uint8_t len = byte_reader_u8(r);
    const uint8_t *value = byte_reader_take(r, len);

    *a = (struct nononion_address){.type = 0};
    if (r->failed)
        return false;
    if (address_len(type) == 0)
        return true;
    if (len != address_len(type))
        return false;
    a->type = type;
    memcpy(a->octet, value, len);
    return true;
}

/* Writes one address; false if it is neither IPv4 nor IPv6. */
static inline bool address_write(struct byte_writer *w, const struct nononion_address *a)
{
    uint8_t len = address_len(a->type);

    byte_writer_u8(w, a->type);
    byte_writer_u8(w, len);
    byte_writer_copy(w, a->octet, len);
    return len > 0;
}

#endif
