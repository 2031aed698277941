#include <nononion/channel_cell.h>

#include <nononion/cell.h>

#include "cell/address.h"
#include "cell/bytes.h"

int nononion_versions_encode(const uint16_t *versions, size_t count, uint8_t *out, size_t size,
                             size_t *written)
{
    struct byte_writer w = byte_writer(out, size);

    if (count == 0 || count > UINT16_MAX / 2)
        return NONONION_E_INVALID;
    for (size_t i = 0; i < count; i++)
        byte_writer_u16(&w, versions[i]);
    return byte_writer_finish(&w, written);
}

int nononion_versions_choose(const uint8_t *body, size_t len, unsigned *version)
{
    struct byte_reader r = byte_reader(body, len);
    unsigned best = 0;

    if (len == 0 || len % 2 != 0)
        return NONONION_E_MALFORMED;
    while (r.left > 0) {
        unsigned offered = byte_reader_u16(&r);
        if (offered >= NONONION_LINK_PROTOCOL_MIN && offered <= NONONION_LINK_PROTOCOL_MAX &&
            offered > best)
            best = offered;
    }
    if (best == 0)
        return NONONION_E_UNSUPPORTED;
    *version = best;
    return NONONION_OK;
}

static struct nononion_cert cert_read(struct byte_reader *r)
{
    struct nononion_cert cert;

    cert.type = byte_reader_u8(r);
    cert.len = byte_reader_u16(r);
    cert.data = byte_reader_take(r, cert.len);
    return cert;
}

/* One bit for each of the 256 types. */
struct type_set {
    uint32_t bits[8];
};

/* Returns whether the type was new. */
static bool type_set_add(struct type_set *set, uint8_t type)
{
    uint32_t bit = (uint32_t)1 << type % 32;
    bool is_new = (set->bits[type / 32] & bit) == 0;

    set->bits[type / 32] |= bit;
    return is_new;
}

int nononion_certs_decode(struct nononion_certs *certs, const uint8_t *body, size_t len)
{
    struct byte_reader r = byte_reader(body, len);
    struct type_set seen = {{0}};
    uint8_t count = byte_reader_u8(&r);
    struct byte_reader list = r;

    for (unsigned i = 0; i < count && !r.failed; i++) {
        struct nononion_cert cert = cert_read(&r);
        if (!type_set_add(&seen, cert.type))
            return NONONION_E_MALFORMED;
    }
    if (r.failed)
        return NONONION_E_MALFORMED;
    *certs = (struct nononion_certs){.list = list.next, .len = list.left, .count = count};
    return NONONION_OK;
}

int nononion_certs_find(const struct nononion_certs *certs, uint8_t type,
                        struct nononion_cert *cert)
{
    struct byte_reader r = byte_reader(certs->list, certs->len);

    for (unsigned i = 0; i < certs->count; i++) {
        struct nononion_cert c = cert_read(&r);
        if (r.failed)
            break;
        if (c.type == type) {
            *cert = c;
            return NONONION_OK;
        }
    }
    return NONONION_E_UNSUPPORTED;
}

int nononion_certs_encode(const struct nononion_cert *certs, size_t count, uint8_t *out,
                          size_t size, size_t *written)
{
    struct byte_writer w = byte_writer(out, size);
    struct type_set seen = {{0}};

    if (count > UINT8_MAX)
        return NONONION_E_INVALID;
    byte_writer_u8(&w, (uint8_t)count);
    for (size_t i = 0; i < count; i++) {
        if (!type_set_add(&seen, certs[i].type))
            return NONONION_E_INVALID;
        byte_writer_u8(&w, certs[i].type);
        byte_writer_u16(&w, certs[i].len);
        byte_writer_copy(&w, certs[i].data, certs[i].len);
    }
    return byte_writer_finish(&w, written);
}

int nononion_auth_challenge_decode(struct nononion_auth_challenge *challenge, const uint8_t *body,
                                   size_t len)
{
    struct byte_reader r = byte_reader(body, len);
    struct nononion_auth_challenge got;

    got.challenge = byte_reader_take(&r, NONONION_AUTH_CHALLENGE_LEN);
    got.nmethods = byte_reader_u16(&r);
    got.methods = byte_reader_take(&r, (size_t)got.nmethods * 2);
    if (r.failed)
        return NONONION_E_MALFORMED;
    *challenge = got;
    return NONONION_OK;
}

int nononion_netinfo_decode(struct nononion_netinfo *netinfo, const uint8_t *body, size_t len)
{
    struct byte_reader r = byte_reader(body, len);
    struct nononion_netinfo got = {.nown = 0};

    got.time = byte_reader_u32(&r);
    if (!address_read(&r, &got.other))
        return NONONION_E_MALFORMED;
    uint8_t nown = byte_reader_u8(&r);
    for (unsigned i = 0; i < nown; i++) {
        struct nononion_address a;
        if (!address_read(&r, &a))
            return NONONION_E_MALFORMED;
        if (a.type != 0 && got.nown < NONONION_NETINFO_ADDRESSES_MAX)
            got.own[got.nown++] = a;
    }
    if (r.failed)
        return NONONION_E_MALFORMED;
    *netinfo = got;
    return NONONION_OK;
}

int nononion_netinfo_encode(const struct nononion_netinfo *netinfo, uint8_t *out, size_t size,
                            size_t *written)
{
    struct byte_writer w = byte_writer(out, size);

    if (netinfo->nown > NONONION_NETINFO_ADDRESSES_MAX)
        return NONONION_E_INVALID;
    byte_writer_u32(&w, netinfo->time);
    if (!address_write(&w, &netinfo->other))
        return NONONION_E_INVALID;
    byte_writer_u8(&w, netinfo->nown);
    for (unsigned i = 0; i < netinfo->nown; i++) {
        if (!address_write(&w, &netinfo->own[i]))
            return NONONION_E_INVALID;
    }
    return byte_writer_finish(&w, written);
}
