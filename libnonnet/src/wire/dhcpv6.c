#include "wire/dhcpv6.h"

#include "wire/bytes.h"

#define OPTION_CLIENT_ID  1
#define OPTION_SERVER_ID  2
#define OPTION_IA_NA      3
#define OPTION_IA_ADDRESS 5
#define OPTION_REQUEST    6
#define OPTION_PREFERENCE 7
#define OPTION_ELAPSED    8
#define OPTION_STATUS     13

#define DUID_LEN_MIN 3
#define DUID_LL      3
#define IA_LEN       12
#define ADDRESS_LEN  24
#define MAX_RT_MIN_S 60u /* sections 21.24 and 21.25 */
#define MAX_RT_MAX_S 86400u

/* The next option. Returns false at the end, or when it is cut off, which `r` then says. */
static bool option_next(struct byte_reader *r, uint16_t *code, struct byte_reader *value)
{
    if (r->left == 0)
        return false;
    *code = byte_reader_u16(r);
    uint16_t len = byte_reader_u16(r);
    const uint8_t *data = byte_reader_take(r, len);
    if (!data)
        return false;
    *value = byte_reader(data, len);
    return true;
}

static struct nonnet_address address_read(struct byte_reader *r)
{
    struct nonnet_address a = {.version = 6};
    byte_reader_copy(r, a.octet, sizeof a.octet);
    return a;
}

static int duid_read(const struct byte_reader *value, const uint8_t **id, size_t *len)
{
    if (*id || value->left < DUID_LEN_MIN || value->left > DHCPV6_DUID_LEN_MAX)
        return NONNET_E_MALFORMED;
    *id = value->next;
    *len = value->left;
    return NONNET_OK;
}

static int number_read(struct byte_reader *value, uint32_t *number)
{
    if (value->left != 4)
        return NONNET_E_MALFORMED;
    *number = byte_reader_u32(value);
    return NONNET_OK;
}

/* The text that may follow a status is for nobody here. */
static int status_read(struct byte_reader *value, uint16_t *status)
{
    *status = byte_reader_u16(value);
    return value->failed ? NONNET_E_MALFORMED : NONNET_OK;
}

static int max_rt_read(struct byte_reader *value, uint32_t *seconds)
{
    uint32_t said;
    int rc = number_read(value, &said);

    if (rc == NONNET_OK && said >= MAX_RT_MIN_S && said <= MAX_RT_MAX_S)
        *seconds = said;
    return rc;
}

/* Section 21.6. A status of the address itself other than success takes it back. */
static int ia_address_read(struct dhcpv6_reply *r, struct byte_reader value)
{
    struct dhcpv6_address a;
    struct byte_reader inner;
    uint16_t code, status = DHCPV6_SUCCESS;

    a.ip = address_read(&value);
    a.preferred_s = byte_reader_u32(&value);
    a.valid_s = byte_reader_u32(&value);
    if (value.failed)
        return NONNET_E_MALFORMED;
    while (option_next(&value, &code, &inner)) {
        if (code == OPTION_STATUS && status_read(&inner, &status) != NONNET_OK)
            return NONNET_E_MALFORMED;
    }
    if (value.failed)
        return NONNET_E_TRUNCATED;
    if (a.preferred_s <= a.valid_s && status == DHCPV6_SUCCESS &&
        r->naddresses < DHCPV6_ADDRESSES_MAX)
        r->addresses[r->naddresses++] = a;
    return NONNET_OK;
}

/* Section 21.4. */
static int ia_read(struct dhcpv6_reply *r, uint32_t iaid, struct byte_reader value)
{
    struct byte_reader inner;
    uint16_t code;
    int rc = NONNET_OK;

    uint32_t id = byte_reader_u32(&value);
    uint32_t renew_s = byte_reader_u32(&value);
    uint32_t rebind_s = byte_reader_u32(&value);
    if (value.failed)
        return NONNET_E_MALFORMED;
    if (id != iaid || (renew_s > rebind_s && rebind_s > 0))
        return NONNET_OK;
    if (r->has_ia)
        return NONNET_E_MALFORMED;
    r->has_ia = true;
    r->renew_s = renew_s;
    r->rebind_s = rebind_s;
    while (rc == NONNET_OK && option_next(&value, &code, &inner)) {
        if (code == OPTION_IA_ADDRESS)
            rc = ia_address_read(r, inner);
        else if (code == OPTION_STATUS)
            rc = status_read(&inner, &r->ia_status);
    }
    return value.failed ? NONNET_E_TRUNCATED : rc;
}

static int name_servers_read(struct dhcpv6_reply *r, struct byte_reader *value)
{
    if (value->left % sizeof r->name_servers[0].octet != 0)
        return NONNET_E_MALFORMED;
    while (value->left > 0 && r->nname_servers < DHCPV6_SERVERS_MAX)
        r->name_servers[r->nname_servers++] = address_read(value);
    return NONNET_OK;
}

static int option_read(struct dhcpv6_reply *r, uint32_t iaid, uint16_t code,
                       struct byte_reader *value)
{
    switch (code) {
    case OPTION_CLIENT_ID:
        return duid_read(value, &r->client_id, &r->client_id_len);
    case OPTION_SERVER_ID:
        return duid_read(value, &r->server_id, &r->server_id_len);
    case OPTION_IA_NA:
        return ia_read(r, iaid, *value);
    case OPTION_PREFERENCE:
        r->preference = byte_reader_u8(value);
        return value->failed || value->left > 0 ? NONNET_E_MALFORMED : NONNET_OK;
    case OPTION_STATUS:
        return status_read(value, &r->status);
    case DHCPV6_OPTION_DNS:
        return name_servers_read(r, value);
    case DHCPV6_OPTION_REFRESH_TIME:
        r->has_refresh = true;
        return number_read(value, &r->refresh_s);
    case DHCPV6_OPTION_SOLICIT_MAX:
        return max_rt_read(value, &r->solicit_max_s);
    case DHCPV6_OPTION_INFORMATION_MAX:
        return max_rt_read(value, &r->information_max_s);
    default:
        return NONNET_OK;
    }
}

int nonnet_dhcpv6_decode(struct dhcpv6_reply *r, uint32_t iaid, const uint8_t *data, size_t len)
{
    struct byte_reader in = byte_reader(data, len), value;
    struct dhcpv6_reply got = {0};
    uint16_t code;
    int rc = NONNET_OK;

    uint32_t head = byte_reader_u32(&in);
    if (in.failed)
        return NONNET_E_TRUNCATED;
    got.type = (uint8_t)(head >> 24);
    got.xid = head & 0xffffff;
    if (got.type != DHCPV6_ADVERTISE && got.type != DHCPV6_REPLY)
        return NONNET_E_UNSUPPORTED;
    while (rc == NONNET_OK && option_next(&in, &code, &value))
        rc = option_read(&got, iaid, code, &value);
    if (in.failed)
        return NONNET_E_TRUNCATED;
    if (rc == NONNET_OK && !got.server_id)
        rc = NONNET_E_MALFORMED;
    if (rc == NONNET_OK)
        *r = got;
    return rc;
}

static void option_write(struct byte_writer *w, uint16_t code, const uint8_t *data, size_t len)
{
    byte_writer_u16(w, code);
    byte_writer_u16(w, (uint16_t)len);
    byte_writer_copy(w, data, len);
}

/* Times and lifetimes are left to the server (sections 21.4 and 21.6). */
static void ia_write(struct byte_writer *w, uint32_t iaid, const struct nonnet_address *address)
{
    byte_writer_u16(w, OPTION_IA_NA);
    byte_writer_u16(w, address ? IA_LEN + 4 + ADDRESS_LEN : IA_LEN);
    byte_writer_u32(w, iaid);
    byte_writer_u32(w, 0);
    byte_writer_u32(w, 0);
    if (!address)
        return;
    byte_writer_u16(w, OPTION_IA_ADDRESS);
    byte_writer_u16(w, ADDRESS_LEN);
    byte_writer_copy(w, address->octet, sizeof address->octet);
    byte_writer_u32(w, 0);
    byte_writer_u32(w, 0);
}

size_t nonnet_dhcpv6_encode(const struct dhcpv6_request *r, uint8_t *out)
{
    struct byte_writer w = byte_writer(out, DHCPV6_REQUEST_MAX);

    byte_writer_u32(&w, (uint32_t)r->type << 24 | r->xid);
    if (r->client_id)
        option_write(&w, OPTION_CLIENT_ID, r->client_id, r->client_id_len);
    if (r->server_id)
        option_write(&w, OPTION_SERVER_ID, r->server_id, r->server_id_len);
    if (r->has_ia)
        ia_write(&w, r->iaid, r->address);
    byte_writer_u16(&w, OPTION_ELAPSED);
    byte_writer_u16(&w, 2);
    byte_writer_u16(&w, r->elapsed_cs);
    if (r->noptions > 0) {
        byte_writer_u16(&w, OPTION_REQUEST);
        byte_writer_u16(&w, (uint16_t)(2 * r->noptions));
        for (size_t i = 0; i < r->noptions; i++)
            byte_writer_u16(&w, r->options[i]);
    }
    return w.used;
}

void nonnet_dhcpv6_duid_ll(const struct nonnet_mac *mac, uint8_t out[DHCPV6_DUID_LL_LEN])
{
    struct byte_writer w = byte_writer(out, DHCPV6_DUID_LL_LEN);

    byte_writer_u16(&w, DUID_LL);
    byte_writer_u16(&w, 1); /* Ethernet */
    byte_writer_copy(&w, mac->octet, sizeof mac->octet);
}
