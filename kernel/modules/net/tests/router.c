#include "router.h"

#include <string.h>

#include <nonnet/checksum.h>

#define QUEUE   16u
#define PAYLOAD 54u /* behind the headers of Ethernet and IPv6 */
#define DATA    62u /* and UDP */

enum { ICMP = 58, UDP = 17, SOLICITATION = 133, ANNOUNCEMENT = 134, NEIGHBOUR_ASKED = 135 };
enum { SOLICIT = 1, ADVERTISE = 2, REPLY = 7, INFORMATION_REQUEST = 11 };
enum { CLIENT_ID = 1, SERVER_ID = 2, IA_NA = 3, DNS_SERVERS = 23 };

static const uint8_t mac[6] = {2, 0, 0, 0, 0, 0xf1};
static const uint8_t link_local[16] = {0xfe, 0x80, [15] = 0xfe};
static const uint8_t all_nodes[16] = {0xff, 2, [15] = 1};
static const uint8_t name_server[16] = {0x20, 1, 0xd, 0xb8, [15] = 0x53};
static const uint8_t leased[16] = {0x20, 1, 0xd, 0xb8, [15] = 0x77};

uint8_t router_flags;
bool router_prefix;
unsigned router_leases, router_asked, router_names;

static struct {
    uint8_t bytes[ROUTER_FRAME];
    size_t len;
} queue[QUEUE];
static unsigned head, tail;

bool router_output(uint8_t *frame, size_t *len)
{
    if (head == tail)
        return false;
    *len = queue[head % QUEUE].len;
    memcpy(frame, queue[head % QUEUE].bytes, *len);
    head++;
    return true;
}

static void put16(uint8_t *at, size_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

/* Sends `len` bytes behind the header of IPv6, with the checksum at `sum`. */
static void send(const uint8_t *to_mac, const uint8_t *from, const uint8_t *to, uint8_t next,
                 const uint8_t *payload, size_t len, size_t sum)
{
    struct nonnet_ipv6_address source, destination;
    struct nonnet_checksum c;
    if (tail - head == QUEUE || PAYLOAD + len > ROUTER_FRAME)
        return;
    uint8_t *f = queue[tail % QUEUE].bytes;
    memset(f, 0, PAYLOAD);
    memcpy(f, to_mac, 6);
    memcpy(f + 6, mac, 6);
    put16(f + 12, 0x86dd);
    f[14] = 0x60;
    put16(f + 18, len);
    f[20] = next;
    f[21] = 255;
    memcpy(f + 22, from, 16);
    memcpy(f + 38, to, 16);
    memcpy(f + PAYLOAD, payload, len);
    memcpy(source.octet, from, 16);
    memcpy(destination.octet, to, 16);
    nonnet_checksum_init(&c);
    nonnet_checksum_add_ipv6_pseudo(&c, &source, &destination, next, (uint32_t)len);
    nonnet_checksum_add(&c, payload, len);
    put16(f + PAYLOAD + sum, nonnet_checksum_finish(&c));
    queue[tail++ % QUEUE].len = PAYLOAD + len;
}

/* Answers a datagram with `len` bytes that stand behind room for the header of UDP. */
static void send_udp(const uint8_t *to_frame, const uint8_t *from, uint8_t *datagram, size_t len)
{
    memcpy(datagram, to_frame + PAYLOAD + 2, 2);
    memcpy(datagram + 2, to_frame + PAYLOAD, 2);
    put16(datagram + 4, 8 + len);
    put16(datagram + 6, 0);
    send(to_frame + 6, from, to_frame + 22, UDP, datagram, 8 + len, 6);
}

static void announce(void)
{
    static const uint8_t group[6] = {0x33, 0x33, 0, 0, 0, 1};
    static const uint8_t prefix[32] = {3, 4, 64, 0xc0,        0, 1,   0,    0, 0,
                                       1, 0, 0,  [16] = 0x20, 1, 0xd, 0xb8, 0, 1};
    uint8_t m[24 + 32] = {ANNOUNCEMENT, 0, 0, 0, 64, router_flags, 0x07, 0x08, [16] = 1, 1};
    memcpy(m + 18, mac, 6);
    memcpy(m + 24, prefix, sizeof(prefix));
    send(group, link_local, all_nodes, ICMP, m, router_prefix ? sizeof(m) : 24, 2);
}

static void neighbour(const uint8_t *f)
{
    uint8_t m[32] = {136, 0, 0, 0, 0xe0, [24] = 2, 1};
    if (memcmp(f + PAYLOAD + 8, link_local, 16) != 0 || f[22] == 0)
        return;
    memcpy(m + 8, link_local, 16);
    memcpy(m + 26, mac, 6);
    send(f + 6, link_local, f + 22, ICMP, m, sizeof(m), 2);
}

/* The option `code` among `len` bytes, with its header, or NULL. */
static const uint8_t *option(const uint8_t *at, size_t len, unsigned code)
{
    while (len >= 4) {
        size_t n = 4u + (at[2] << 8 | at[3]);
        if (n > len)
            return NULL;
        if ((at[0] << 8 | at[1]) == (int)code)
            return at;
        at += n;
        len -= n;
    }
    return NULL;
}

static size_t put_option(uint8_t *at, unsigned code, const void *data, size_t len)
{
    put16(at, code);
    put16(at + 2, len);
    memcpy(at + 4, data, len);
    return 4 + len;
}

/* RFC 8415 sections 18.3.1 to 18.3.6: whatever is asked for is given. */
static void dhcp(const uint8_t *f, size_t len)
{
    uint8_t out[256], duid[10] = {0, 3, 0, 1}, ia[40] = {[11] = 0};
    const uint8_t *m = f + DATA, *client, *asked;
    size_t n = 8 + 4, mlen = len - DATA;
    if (mlen < 4)
        return;
    client = option(m + 4, mlen - 4, CLIENT_ID);
    asked = option(m + 4, mlen - 4, IA_NA);
    memcpy(duid + 4, mac, 6);
    memcpy(out + 8, m, 4);
    out[8] = m[0] == SOLICIT ? ADVERTISE : REPLY;
    n += put_option(out + n, SERVER_ID, duid, sizeof(duid));
    if (client && client[3] <= 32)
        n += put_option(out + n, CLIENT_ID, client + 4, client[3]);
    if (asked) {
        static const uint8_t times[8] = {0, 0, 0x0e, 0x10, 0, 0, 0x1c, 0x20};
        memcpy(ia, asked + 4, 4);
        memcpy(ia + 12, (const uint8_t[]){0, 5, 0, 24}, 4);
        memcpy(ia + 16, leased, 16);
        memcpy(ia + 32, times, 8);
        n += put_option(out + n, IA_NA, ia, sizeof(ia));
        router_leases += out[8] == REPLY;
    }
    router_asked += m[0] == INFORMATION_REQUEST;
    n += put_option(out + n, DNS_SERVERS, name_server, 16);
    send_udp(f, link_local, out, n - 8);
}

/* The question comes back with an address of IPv4 behind it (RFC 1035 section 4.1). */
static void dns(const uint8_t *f, size_t len)
{
    static const uint8_t record[] = {0xc0, 12, 0, 1, 0, 1, 0, 0, 1, 0, 0, 4, 192, 0, 2, 7};
    uint8_t out[8 + 512];
    const uint8_t *m = f + DATA;
    size_t mlen = len - DATA, at = 12;
    while (at < mlen && m[at])
        at += 1u + m[at];
    at += 5;
    if (at > mlen || at > 400)
        return;
    bool address = m[at - 3] == 1;
    memcpy(out + 8, m, at);
    put16(out + 10, 0x8180);
    put16(out + 14, address);
    put16(out + 18, 0);
    memcpy(out + 8 + at, record, sizeof(record));
    router_names++;
    send_udp(f, name_server, out, at + (address ? sizeof(record) : 0));
}

void router_input(const uint8_t *f, size_t len)
{
    if (!router_flags || len < DATA || f[12] != 0x86 || f[13] != 0xdd)
        return;
    unsigned port = (unsigned)f[PAYLOAD + 2] << 8 | f[PAYLOAD + 3];
    if (f[20] == ICMP && f[PAYLOAD] == SOLICITATION)
        announce();
    else if (f[20] == ICMP && f[PAYLOAD] == NEIGHBOUR_ASKED && len >= PAYLOAD + 24)
        neighbour(f);
    else if (f[20] == UDP && port == 547)
        dhcp(f, len);
    else if (f[20] == UDP && port == 53)
        dns(f, len);
}
