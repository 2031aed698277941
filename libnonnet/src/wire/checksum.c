/*
 * The sum is taken over native 64-bit words, whatever the byte order: a one's complement sum of
 * swapped words is the swapped sum (RFC 1071 section 2 B), so one swap at the end makes it right on
 * little-endian machines. Words wider than 16 bits give the same sum after folding (section 2 C).
 */
#include <nonnet/checksum.h>

#include <string.h>

#include "bytes.h"

static uint16_t fold(uint64_t sum)
{
    sum = (sum & 0xffffffffu) + (sum >> 32);
    sum = (sum & 0xffffffffu) + (sum >> 32);
    sum = (sum & 0xffffu) + (sum >> 16);
    sum = (sum & 0xffffu) + (sum >> 16);
    sum = (sum & 0xffffu) + (sum >> 16);
    return (uint16_t)sum;
}

static uint16_t swap16(uint16_t v)
{
    return (uint16_t)(v << 8 | v >> 8);
}

static uint64_t load64(const uint8_t *p)
{
    uint64_t w;

    /* One load instruction also where -ffreestanding makes memcpy() a call. */
    __builtin_memcpy(&w, p, sizeof w);
    return w;
}

/* One's complement addition: the carry out of the top comes in again at the bottom. */
static uint64_t add_carry(uint64_t sum, uint64_t word)
{
    sum += word;
    return sum + (sum < word);
}

#define BLOCK_LEN 64

struct block {
    uint8_t bytes[BLOCK_LEN];
};

/* Adds a block. */
static uint64_t add_block(uint64_t sum, const uint8_t *p)
{
#if defined(__x86_64__) && defined(__LP64__)
    /* One chain of carries: no compiler makes it of C, but six instructions of each addition. */
    __asm__("addq (%1), %0\n\t"
            "adcq 8(%1), %0\n\t"
            "adcq 16(%1), %0\n\t"
            "adcq 24(%1), %0\n\t"
            "adcq 32(%1), %0\n\t"
            "adcq 40(%1), %0\n\t"
            "adcq 48(%1), %0\n\t"
            "adcq 56(%1), %0\n\t"
            "adcq $0, %0"
            : "+&r"(sum)
            : "r"(p), "m"(*(const struct block *)p)
            : "cc");
    return sum;
#else
    uint64_t other = 0;

    /* Two chains of carries, so that one need not wait for the other. */
    for (size_t i = 0; i < BLOCK_LEN; i += 16) {
        sum = add_carry(sum, load64(p + i));
        other = add_carry(other, load64(p + i + 8));
    }
    return add_carry(sum, other);
#endif
}

/*
 * The folded sum of `len` bytes taken as 16-bit words in network byte order, the last one filled up
 * with zero.
 */
static uint16_t sum_bytes(const uint8_t *p, size_t len)
{
    uint64_t wide = 0;

    for (; len >= BLOCK_LEN; p += BLOCK_LEN, len -= BLOCK_LEN)
        wide = add_block(wide, p);
    for (; len >= 8; p += 8, len -= 8)
        wide = add_carry(wide, load64(p));
    if (len > 0) {
        uint8_t tail[8] = {0};
        memcpy(tail, p, len);
        wide = add_carry(wide, load64(tail));
    }
    uint16_t sum = fold(wide);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    sum = swap16(sum);
#endif
    return sum;
}

void nonnet_checksum_init(struct nonnet_checksum *c)
{
    c->sum = 0;
    c->odd = false;
}

void nonnet_checksum_add(struct nonnet_checksum *c, const void *data, size_t len)
{
    if (len == 0)
        return;
    uint16_t part = sum_bytes(data, len);
    if (c->odd)
        part = swap16(part);
    c->sum = fold((uint64_t)c->sum + part);
    c->odd = c->odd != (len % 2 == 1);
}

void nonnet_checksum_add_ipv4_pseudo(struct nonnet_checksum *c,
                                     const struct nonnet_ipv4_address *source,
                                     const struct nonnet_ipv4_address *destination,
                                     uint8_t protocol, uint16_t len)
{
    uint8_t pseudo[12];
    struct byte_writer w = byte_writer(pseudo, sizeof pseudo);

    byte_writer_copy(&w, source->octet, 4);
    byte_writer_copy(&w, destination->octet, 4);
    byte_writer_u16(&w, protocol);
    byte_writer_u16(&w, len);
    nonnet_checksum_add(c, pseudo, sizeof pseudo);
}

void nonnet_checksum_add_ipv6_pseudo(struct nonnet_checksum *c,
                                     const struct nonnet_ipv6_address *source,
                                     const struct nonnet_ipv6_address *destination,
                                     uint8_t next_header, uint32_t len)
{
    uint8_t pseudo[40];
    struct byte_writer w = byte_writer(pseudo, sizeof pseudo);

    byte_writer_copy(&w, source->octet, 16);
    byte_writer_copy(&w, destination->octet, 16);
    byte_writer_u32(&w, len);
    byte_writer_u32(&w, next_header);
    nonnet_checksum_add(c, pseudo, sizeof pseudo);
}

uint16_t nonnet_checksum_finish(const struct nonnet_checksum *c)
{
    return (uint16_t)~c->sum;
}

uint16_t nonnet_checksum_of(const void *data, size_t len)
{
    struct nonnet_checksum c;

    nonnet_checksum_init(&c);
    nonnet_checksum_add(&c, data, len);
    return nonnet_checksum_finish(&c);
}

uint16_t nonnet_checksum_update(uint16_t checksum, uint16_t before, uint16_t after)
{
    uint32_t sum = (uint32_t)(uint16_t)~checksum + (uint16_t)~before + after;
    return (uint16_t)~fold(sum);
}

uint16_t nonnet_checksum_update32(uint16_t checksum, uint32_t before, uint32_t after)
{
    checksum = nonnet_checksum_update(checksum, (uint16_t)(before >> 16), (uint16_t)(after >> 16));
    return nonnet_checksum_update(checksum, (uint16_t)before, (uint16_t)after);
}
