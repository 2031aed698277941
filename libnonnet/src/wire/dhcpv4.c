#include "wire/dhcpv4.h"

#include "ip/address.h"
#include "wire/bytes.h"
#include "wire/ethernet.h"

#define OP_REQUEST     1
#define OP_REPLY       2
#define MAGIC          0x63825363u
#define FLAG_BROADCAST 0x8000

#define SNAME_LEN 64
#define FILE_LEN  128

#define OPTION_PAD        0
#define OPTION_MASK       1
#define OPTION_ROUTER     3
#define OPTION_DNS        6
#define OPTION_WANTED     50
#define OPTION_LEASE      51
#define OPTION_OVERLOAD   52
#define OPTION_TYPE       53
#define OPTION_SERVER     54
#define OPTION_PARAMETERS 55
#define OPTION_RENEW      58
#define OPTION_REBIND     59
#define OPTION_CLIENT_ID  61
#define OPTION_ROUTES     121
#define OPTION_END        255

/* The parts of a message that hold options, in the order of RFC 2132 section 9.3. */
struct options {
    const uint8_t *area[3];
    size_t len[3];
    unsigned nareas;
};

/* The next option of an area. Returns false at its end; an option that is cut off ends it, too. */
static bool option_next(struct byte_reader *r, uint8_t *code, struct byte_reader *value)
{
    do {
        *code = byte_reader_u8(r);
    } while (!r->failed && *code == OPTION_PAD);
    if (r->failed || *code == OPTION_END)
        return false;
    uint8_t len = byte_reader_u8(r);
    const uint8_t *data = byte_reader_take(r, len);
    if (!data)
        return false;
    *value = byte_reader(data, len);
    return true;
}

/*
 * The bytes of all options of a code, one after the other (RFC 3396); what is more than `size` is
 * left out.
 */
static size_t option_collect(const struct options *o, uint8_t wanted, uint8_t *out, size_t size)
{
    struct byte_writer w = byte_writer(out, size);
    struct byte_reader value;
    uint8_t code;

    for (unsigned i = 0; i < o->nareas; i++) {
        struct byte_reader r = byte_reader(o->area[i], o->len[i]);
        while (option_next(&r, &code, &value)) {
            if (code == wanted)
                byte_writer_copy(&w, value.next,
                                 value.left < size - w.used ? value.left : size - w.used);
        }
    }
    return w.used;
}

/* An option of exactly `len` bytes at most 4, as a number. Returns whether it is there. */
static bool option_number(const struct options *o, uint8_t code, size_t len, uint32_t *number)
{
    uint8_t bytes[5];

    if (option_collect(o, code, bytes, sizeof bytes) != len)
        return false;
    *number = 0;
    for (size_t i = 0; i < len; i++)
        *number = *number << 8 | bytes[i];
    return true;
}

static struct nonnet_address address_read(struct byte_reader *r)
{
    struct nonnet_address a = {.version = 4};
    byte_reader_copy(r, a.octet, 4);
    return a;
}

/* Returns false for a mask with a hole. */
static bool mask_read(const struct options *o, uint8_t *prefix_len)
{
    uint32_t mask;

    *prefix_len = 0;
    if (!option_number(o, OPTION_MASK, 4, &mask))
        return true;
    if ((~mask & (~mask + 1)) != 0)
        return false;
    for (; mask != 0; mask <<= 1)
        ++*prefix_len;
    return true;
}

/* RFC 3442: the length of a prefix, as many octets of it as that takes, and the router. */
static bool routes_read(struct dhcpv4_reply *r, struct byte_reader value)
{
    while (value.left > 0 && r->nroutes < DHCPV4_ROUTES_MAX) {
        struct dhcpv4_route *route = &r->routes[r->nroutes];
        struct nonnet_address prefix = {.version = 4};
        route->prefix_len = byte_reader_u8(&value);
        if (route->prefix_len > 32)
            return false;
        byte_reader_copy(&value, prefix.octet, (route->prefix_len + 7u) / 8);
        route->prefix = nonnet_address_prefix(&prefix, route->prefix_len);
        route->gateway = address_read(&value);
        if (value.failed)
            return false;
        r->nroutes++;
    }
    return true;
}

static bool lists_read(struct dhcpv4_reply *r, const struct options *o)
{
    uint8_t bytes[DHCPV4_ROUTES_MAX * 9];
    size_t len = option_collect(o, OPTION_DNS, bytes, (size_t)DHCPV4_SERVERS_MAX * 4);
    struct byte_reader value = byte_reader(bytes, len);

    if (len % 4 != 0)
        return false;
    while (value.left > 0)
        r->name_servers[r->nname_servers++] = address_read(&value);
    len = option_collect(o, OPTION_ROUTES, bytes, sizeof bytes);
    if (len > 0) /* RFC 3442: then the router option is not to be used */
        return routes_read(r, byte_reader(bytes, len));
    len = option_collect(o, OPTION_ROUTER, bytes, 4);
    if (len == 0)
        return true;
    value = byte_reader(bytes, len);
    r->routes[0] = (struct dhcpv4_route){.prefix = {.version = 4}, .gateway = address_read(&value)};
    r->nroutes = 1;
    return !value.failed;
}

static int options_read(struct dhcpv4_reply *r, const struct options *o)
{
    uint32_t number;

    if (!option_number(o, OPTION_TYPE, 1, &number))
        return NONNET_E_MALFORMED;
    if (number != DHCPV4_OFFER && number != DHCPV4_ACK && number != DHCPV4_NAK)
        return NONNET_E_UNSUPPORTED;
    r->type = (uint8_t)number;
    if (!option_number(o, OPTION_SERVER, 4, &number))
        return NONNET_E_MALFORMED;
    r->server = nonnet_address_ipv4((uint8_t)(number >> 24), (uint8_t)(number >> 16),
                                    (uint8_t)(number >> 8), (uint8_t)number);
    if (!mask_read(o, &r->prefix_len) || !lists_read(r, o))
        return NONNET_E_MALFORMED;
    (void)option_number(o, OPTION_LEASE, 4, &r->lease_s);
    (void)option_number(o, OPTION_RENEW, 4, &r->renew_s);
    (void)option_number(o, OPTION_REBIND, 4, &r->rebind_s);
    return NONNET_OK;
}

int nonnet_dhcpv4_decode(struct dhcpv4_reply *r, const uint8_t *data, size_t len)
{
    struct byte_reader in = byte_reader(data, len);
    struct dhcpv4_reply got = {0};
    struct options o = {.nareas = 1};
    uint32_t overload = 0;

    uint8_t op = byte_reader_u8(&in);
    uint8_t hardware = byte_reader_u8(&in);
    uint8_t hardware_len = byte_reader_u8(&in);
    (void)byte_reader_u8(&in);
    got.xid = byte_reader_u32(&in);
    (void)byte_reader_take(&in, 8); /* secs, flags, ciaddr */
    got.address = address_read(&in);
    (void)byte_reader_take(&in, 8); /* siaddr, giaddr */
    byte_reader_copy(&in, got.client.octet, sizeof got.client.octet);
    (void)byte_reader_take(&in, 10);
    const uint8_t *sname = byte_reader_take(&in, SNAME_LEN);
    const uint8_t *file = byte_reader_take(&in, FILE_LEN);
    uint32_t magic = byte_reader_u32(&in);
    if (in.failed)
        return NONNET_E_TRUNCATED;
    if (op != OP_REPLY || hardware != 1 || hardware_len != 6 || magic != MAGIC)
        return NONNET_E_UNSUPPORTED;
    o.area[0] = in.next;
    o.len[0] = in.left;
    (void)option_number(&o, OPTION_OVERLOAD, 1, &overload);
    if ((overload & 1) != 0) {
        o.area[o.nareas] = file;
        o.len[o.nareas++] = FILE_LEN;
    }
    if ((overload & 2) != 0) {
        o.area[o.nareas] = sname;
        o.len[o.nareas++] = SNAME_LEN;
    }
    int rc = options_read(&got, &o);
    if (rc == NONNET_OK)
        *r = got;
    return rc;
}

static void option_address_write(struct byte_writer *w, uint8_t code,
                                 const struct nonnet_address *a)
{
    if (a->version == 0)
        return;
    byte_writer_u8(w, code);
    byte_writer_u8(w, 4);
    byte_writer_copy(w, a->octet, 4);
}

void nonnet_dhcpv4_encode(const struct dhcpv4_request *r, uint8_t *out)
{
    static const uint8_t zeros[12 + 10 + SNAME_LEN + FILE_LEN];
    struct byte_writer w = byte_writer(out, DHCPV4_REQUEST_LEN);

    memset(out, 0, DHCPV4_REQUEST_LEN);
    byte_writer_u8(&w, OP_REQUEST);
    byte_writer_u8(&w, 1);
    byte_writer_u8(&w, 6);
    byte_writer_u8(&w, 0);
    byte_writer_u32(&w, r->xid);
    byte_writer_u16(&w, 0);
    byte_writer_u16(&w, r->broadcast ? FLAG_BROADCAST : 0);
    byte_writer_copy(&w, r->ciaddr.octet, 4);
    byte_writer_copy(&w, zeros, 12);
    byte_writer_copy(&w, r->client.octet, sizeof r->client.octet);
    byte_writer_copy(&w, zeros, 10 + SNAME_LEN + FILE_LEN);
    byte_writer_u32(&w, MAGIC);
    byte_writer_u8(&w, OPTION_TYPE);
    byte_writer_u8(&w, 1);
    byte_writer_u8(&w, r->type);
    /* RFC 7844 section 3.5: an identifier, if any, is of the link-layer address alone. */
    byte_writer_u8(&w, OPTION_CLIENT_ID);
    byte_writer_u8(&w, 7);
    byte_writer_u8(&w, 1);
    byte_writer_copy(&w, r->client.octet, sizeof r->client.octet);
    option_address_write(&w, OPTION_WANTED, &r->wanted);
    option_address_write(&w, OPTION_SERVER, &r->server);
    if (r->nparameters > 0) {
        byte_writer_u8(&w, OPTION_PARAMETERS);
        byte_writer_u8(&w, (uint8_t)r->nparameters);
        byte_writer_copy(&w, r->parameters, r->nparameters);
    }
    byte_writer_u8(&w, OPTION_END);
}
