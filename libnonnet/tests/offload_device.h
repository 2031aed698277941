/*
 * A device with offloads in software, for tests: finishes checksums and cuts trains of segments, with arithmetic of its own, and checks
 * that what it is told can be.
 */
#ifndef NONNET_TESTS_OFFLOAD_DEVICE_H
#define NONNET_TESTS_OFFLOAD_DEVICE_H

#include "host_tcp.h"

#define WIRE_MAX 128

/* What went out, in order. */
struct wire {
    unsigned count;
    unsigned ntrains;
    unsigned longest; /* segments of a train */
    size_t len[WIRE_MAX];
    uint8_t bytes[WIRE_MAX][1600];
};

static inline void wire_put(struct wire *w, const uint8_t *bytes, size_t len)
{
    ck_assert_uint_lt(w->count, WIRE_MAX);
    ck_assert_uint_le(len, sizeof w->bytes[0]);
    w->len[w->count] = len;
    memcpy(w->bytes[w->count++], bytes, len);
}

/* Word by word, as RFC 1071 section 4.1 has it. */
static inline uint16_t slow_sum(uint32_t sum, const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        sum += i % 2 ? bytes[i] : (uint32_t)bytes[i] << 8;
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)sum;
}

static inline uint16_t slow_pseudo_sum(const struct frame *f, uint8_t protocol, size_t len)
{
    bool ipv4 = frame_get16(f, 12) == 0x0800;
    uint32_t sum = protocol + (uint32_t)len;
    return slow_sum(sum, f->bytes + 14 + (ipv4 ? 12 : 8), ipv4 ? 8 : 32);
}

static inline void device_finish(struct frame *f, const struct nonnet_frame *said)
{
    size_t start = said->checksum_start, at = start + said->checksum_offset;
    bool ipv4 = frame_get16(f, 12) == 0x0800;
    uint8_t protocol = f->bytes[14 + (ipv4 ? 9 : 6)];
    ck_assert_uint_eq(start, ipv4 ? 34 : 54);
    ck_assert_uint_eq(said->checksum_offset, protocol == 6 ? 16 : 6);
    ck_assert_uint_eq(frame_get16(f, at), slow_pseudo_sum(f, protocol, f->len - start));
    uint16_t sum = (uint16_t)~slow_sum(0, f->bytes + start, f->len - start);
    frame_set16(f, at, sum == 0 && protocol == 17 ? 0xffff : sum);
}

/* The frame of `len` bytes of payload at `from` of a train. */
static inline struct frame device_cut(const struct frame *train, const struct nonnet_frame *said,
                                      size_t from, size_t len)
{
    static struct frame f;
    bool ipv4 = frame_get16(train, 12) == 0x0800;
    size_t tcp = said->checksum_start, header = said->header_len;
    uint32_t seq = frame_get32(train, tcp + 4) + (uint32_t)from;
    memcpy(f.bytes, train->bytes, header);
    memcpy(f.bytes + header, train->bytes + header + from, len);
    f.len = header + len;
    frame_set16(&f, tcp + 4, (uint16_t)(seq >> 16));
    frame_set16(&f, tcp + 6, (uint16_t)seq);
    if (header + from + len < train->len)
        f.bytes[tcp + 13] &= (uint8_t)~NONNET_TCP_PSH;
    frame_set16(&f, ipv4 ? 16 : 18, (uint16_t)(f.len - (ipv4 ? 14 : 54)));
    if (ipv4) {
        frame_set16(&f, 24, 0);
        frame_set16(&f, 24, (uint16_t)~slow_sum(0, f.bytes + 14, 20));
    }
    frame_set16(&f, tcp + 16, slow_pseudo_sum(&f, 6, f.len - tcp));
    device_finish(&f, said);
    return f;
}

static inline void device_send(struct wire *w, struct frame *f, const struct nonnet_frame *said)
{
    size_t mss = said->segment_len, header = said->header_len;
    if ((said->flags & NONNET_FRAME_SEGMENTS) == 0) {
        if (said->flags & NONNET_FRAME_PARTIAL)
            device_finish(f, said);
        wire_put(w, f->bytes, f->len);
        return;
    }
    bool ipv4 = frame_get16(f, 12) == 0x0800;
    ck_assert_uint_eq(said->flags, NONNET_FRAME_PARTIAL | (ipv4 ? NONNET_FRAME_SEGMENTS_IPV4
                                                                : NONNET_FRAME_SEGMENTS_IPV6));
    ck_assert_uint_eq(header,
                      said->checksum_start + (f->bytes[said->checksum_start + 12] >> 4) * 4);
    ck_assert_uint_gt(mss, 0);
    ck_assert_uint_gt(f->len, header + mss);
    ck_assert_uint_eq(f->bytes[said->checksum_start + 13] & ~NONNET_TCP_PSH, ACK);
    struct frame whole = *f;
    device_finish(&whole, said); /* the sum that it was given is that of the train */
    w->ntrains++;
    unsigned n = 0;
    for (size_t at = 0; header + at < f->len; at += mss, n++) {
        size_t left = f->len - header - at;
        struct frame cut = device_cut(f, said, at, left < mss ? left : mss);
        wire_put(w, cut.bytes, cut.len);
    }
    w->longest = n > w->longest ? n : w->longest;
}

/* All that a host has to send now, through the device. */
static inline void device_drain(struct host *h, struct wire *w, size_t size)
{
    static struct frame f;
    struct nonnet_frame said;
    int rc;
    ck_assert_uint_le(size, sizeof f.bytes);
    while ((rc = nonnet_stack_output_frame(h->stack, h->interface, f.bytes, size, &f.len, &said,
                                           h->now)) == NONNET_OK)
        device_send(w, &f, &said);
    ck_assert_int_eq(rc, NONNET_E_EMPTY);
    ck_assert_uint_eq(said.flags, 0);
}

/* Likewise of a host whose frames are complete. */
static inline void plain_drain(struct host *h, struct wire *w)
{
    static struct frame f;
    while (host_output(h, &f))
        wire_put(w, f.bytes, f.len);
}

#endif
