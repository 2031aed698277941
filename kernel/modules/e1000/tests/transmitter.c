/*
 * What the card does to frames on their way to the wire, as sections 3.3.3 to 3.3.7 and 3.5 have it: contexts, checksums that are inserted, and
 * trains that are cut.
 */
#include "../registers.h"
#include "model.h"
#include "wire.h"

#define HEADER_ROOM 240u /* section 3.5.9: what the card keeps of a header */
#define IPV6_LEN    40u

/* A context, taken apart. */
struct context {
    uint32_t ipcss, ipcso, ipcse, tucss, tucso, tucse, paylen, hdrlen, mss;
    bool tcp, ipv4;
};

static struct context context_read(const struct e1000_desc *d)
{
    return (struct context){
        .ipcss = (uint8_t)d->address,
        .ipcso = (uint8_t)(d->address >> 8),
        .ipcse = (uint16_t)(d->address >> 16),
        .tucss = (uint8_t)(d->address >> 32),
        .tucso = (uint8_t)(d->address >> 40),
        .tucse = (uint16_t)(d->address >> 48),
        .paylen = d->rest & 0xfffff,
        .tcp = d->rest >> 24 & 1,
        .ipv4 = d->rest >> 25 & 1,
        .hdrlen = (uint8_t)(d->rest >> 40),
        .mss = (uint16_t)(d->rest >> 48),
    };
}

/* A checksum of `start` to `end`, or to the end of the frame; the field is one of its words. */
static void insert(uint8_t *frame, uint32_t len, uint32_t start, uint32_t at, uint32_t end,
                   bool never_zero)
{
    uint32_t last = end ? end : len - 1;
    ck_assert_uint_lt(start, len);
    ck_assert(last >= start && last < len);
    ck_assert_uint_le(at + 2, len);
    uint16_t sum = (uint16_t)~wire_sum(frame + start, last + 1 - start, 0);
    wire_put16(frame + at, sum || !never_zero ? sum : 0xffff);
}

static void sums_insert(const struct context *c, uint8_t *frame, uint32_t len, uint64_t rest)
{
    if (rest & TX_INSERT_IPV4)
        insert(frame, len, c->ipcss, c->ipcso, c->ipcse, false);
    if (rest & TX_INSERT_TCP_UDP)
        insert(frame, len, c->tucss, c->tucso, c->tucse, !c->tcp);
}

static void emit(struct model *m, const uint8_t *frame, uint32_t len)
{
    struct model_frame *f = &m->wire[m->nic.nsent % MODEL_WIRE];
    ck_assert_uint_le(len, sizeof(f->data));
    f->len = len;
    memcpy(f->data, frame, len);
    nic_model_keep(&m->nic, frame, len);
}

/* The header of segment `n` (section 3.5.9). An 8254x counts IPv6's own header as its payload, as is said there. */
static void header_update(const struct model *m, const struct context *c, uint8_t *frame,
                          uint32_t len, uint32_t n, bool last)
{
    uint8_t *ip = frame + c->ipcss, *tcp = frame + c->tucss;
    uint32_t sequence = (wire_get16(tcp + 4) << 16 | wire_get16(tcp + 6)) + n * c->mss;
    if (c->ipv4) {
        ck_assert(m->frames_change || wire_get16(ip + 2) == 0);
        ck_assert(m->frames_change || wire_get16(ip + 10) == 0);
        wire_put16(ip + 2, len - c->ipcss);
        wire_put16(ip + 4, wire_get16(ip + 4) + n);
    } else {
        ck_assert(m->frames_change || wire_get16(ip + 4) == 0);
        wire_put16(ip + 4, len - c->ipcss - (m->kind == E1000_82574 ? IPV6_LEN : 0));
    }
    wire_put16(tcp + 4, sequence >> 16);
    wire_put16(tcp + 6, sequence);
    if (!last)
        tcp[13] &= (uint8_t) ~(WIRE_FIN | WIRE_PSH);
    wire_put16(frame + c->tucso, wire_sum(frame + c->tucso, 2, len - c->tucss));
}

static void train_emit(struct model *m, const struct context *c, const struct model_packet *p)
{
    uint8_t frame[HEADER_ROOM + NIC_MTU_USUAL];
    ck_assert(c->tcp && c->mss > 0 && c->hdrlen <= HEADER_ROOM);
    ck_assert_uint_le(c->hdrlen + c->mss, NONOS_NIC_HEADER_LEN + NIC_MTU_USUAL);
    ck_assert_uint_eq(c->paylen, p->len - c->hdrlen);
    for (uint32_t n = 0, at = c->hdrlen; at < p->len; n++) {
        uint32_t payload = p->len - at < c->mss ? p->len - at : c->mss;
        memcpy(frame, p->data, c->hdrlen);
        memcpy(frame + c->hdrlen, p->data + at, payload);
        at += payload;
        header_update(m, c, frame, c->hdrlen + payload, n, at == p->len);
        sums_insert(c, frame, c->hdrlen + payload, p->first);
        emit(m, frame, c->hdrlen + payload);
    }
}

/* A context replaces the one before; an 8254x has two, one of them for trains. */
static struct e1000_desc *context_place(struct model *m, bool train)
{
    return &m->contexts[m->kind == E1000_8254X && train];
}

bool transmitter_take(struct model *m, const struct e1000_desc *desc)
{
    struct model_packet *p = &m->packet;
    bool extended = desc->rest & TX_DEXT, data = desc->rest & TX_DATA;
    if (extended && !data) {
        ck_assert_uint_eq(p->len, 0);
        m->ncontexts++;
        *context_place(m, desc->rest & TX_TSE) = *desc;
        return false;
    }
    uint32_t len = extended ? desc->rest & 0xfffff : desc->rest & 0xffff;
    if (p->len == 0)
        p->first = desc->rest;
    ck_assert(len > 0 && len <= sizeof(p->data) - p->len);
    memcpy(p->data + p->len, reach(&m->reach, desc->address, len), len);
    p->len += len;
    /* All of a frame's descriptors are of one kind (section 3.3.7.1). */
    ck_assert_uint_eq((desc->rest ^ p->first) & (TX_DEXT | TX_TSE), 0);
    return desc->rest & TX_EOP;
}

void transmitter_emit(struct model *m)
{
    struct model_packet *p = &m->packet;
    const struct e1000_desc *place = context_place(m, p->first & TX_TSE);
    struct context c = context_read(place);
    ck_assert(p->first & TX_IFCS);
    if (!(p->first & TX_DEXT)) {
        ck_assert_uint_eq(p->first >> 16, 0x0b00); /* EOP, IFCS, RS and nothing else */
        emit(m, p->data, p->len);
    } else {
        ck_assert_msg(place->rest & TX_DEXT, "no context since the reset");
        ck_assert_uint_eq(place->rest & TX_TSE, p->first & TX_TSE);
        if (p->first & TX_TSE) {
            train_emit(m, &c, p);
        } else {
            sums_insert(&c, p->data, p->len, p->first);
            emit(m, p->data, p->len);
        }
    }
    p->len = 0;
}
