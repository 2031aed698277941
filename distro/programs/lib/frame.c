#include "frame.h"

#include <stdio.h>
#include <string.h>

#include "net_text.h"

#define ETHERNET_LEN   14u
#define ARP_LEN        28u
#define IPV4_LEN       20u
#define IPV6_LEN       40u
#define EXTENSIONS_MAX 8u

static uint16_t u16(const uint8_t *at)
{
    return (uint16_t)(at[0] << 8 | at[1]);
}

static void address(struct nonos_net_endpoint *e, uint8_t version, const uint8_t *octets)
{
    e->version = version;
    memcpy(e->octet, octets, version == 4 ? 4 : 16);
}

static void upper(struct frame *f, const uint8_t *at, size_t len)
{
    f->upper = at;
    f->upper_len = len;
    if ((f->protocol != FRAME_TCP && f->protocol != FRAME_UDP) || len < 4)
        return;
    f->source.port = u16(at);
    f->destination.port = u16(at + 2);
}

/* RFC 791 section 3.1. Only the first fragment has the upper header. */
static void ipv4(struct frame *f, const uint8_t *at, size_t len)
{
    size_t head = len ? (size_t)(at[0] & 15) * 4 : 0;
    if (len < IPV4_LEN || at[0] >> 4 != 4 || head < IPV4_LEN)
        return;
    f->protocol = at[9];
    address(&f->source, 4, at + 12);
    address(&f->destination, 4, at + 16);
    if (head < len && !(u16(at + 6) & 0x1fff))
        upper(f, at + head, len - head);
}

static bool is_extension(uint8_t next)
{
    return next == 0 || next == 43 || next == 44 || next == 60;
}

/* RFC 8200 section 4. */
static void ipv6(struct frame *f, const uint8_t *at, size_t len)
{
    if (len < IPV6_LEN || at[0] >> 4 != 6)
        return;
    uint8_t next = at[6];
    bool later = false; /* fragment */
    address(&f->source, 6, at + 8);
    address(&f->destination, 6, at + 24);
    at += IPV6_LEN;
    len -= IPV6_LEN;
    for (unsigned i = 0; i < EXTENSIONS_MAX && is_extension(next) && len >= 8; i++) {
        size_t extension = next == 44 ? 8 : 8 + (size_t)at[1] * 8;
        later = later || (next == 44 && u16(at + 2) >> 3);
        next = at[0];
        extension = extension < len ? extension : len;
        at += extension;
        len -= extension;
    }
    f->protocol = next;
    if (len && !later && !is_extension(next))
        upper(f, at, len);
}

/* RFC 826, for Ethernet and IPv4. */
static void arp(struct frame *f, const uint8_t *at, size_t len)
{
    if (len < ARP_LEN || u16(at + 2) != FRAME_IPV4 || at[4] != 6 || at[5] != 4)
        return;
    address(&f->source, 4, at + 14);
    address(&f->destination, 4, at + 24);
    f->upper = at;
    f->upper_len = len;
}

void frame_decode(struct frame *frame, const uint8_t *bytes, size_t kept, uint32_t len)
{
    *frame = (struct frame){.len = len};
    if (kept < ETHERNET_LEN)
        return;
    frame->type = u16(bytes + 12);
    bytes += ETHERNET_LEN;
    kept -= ETHERNET_LEN;
    if (frame->type == FRAME_IPV4)
        ipv4(frame, bytes, kept);
    else if (frame->type == FRAME_IPV6)
        ipv6(frame, bytes, kept);
    else if (frame->type == FRAME_ARP)
        arp(frame, bytes, kept);
}

/* ---- text ---- */

static const char *protocol_name(const struct frame *f)
{
    switch (f->protocol) {
    case FRAME_TCP:
        return "tcp";
    case FRAME_UDP:
        return "udp";
    case FRAME_ICMP:
    case FRAME_ICMP_IPV6:
        return "icmp";
    default:
        return NULL;
    }
}

/* The flags of TCP, the type of ICMP. */
static void detail(char out[48], const struct frame *f)
{
    static const char *const names[] = {" FIN", " SYN", " RST", " PSH", " ACK", " URG"};
    out[0] = '\0';
    if (!f->upper)
        return;
    if (f->protocol == FRAME_TCP && f->upper_len >= 14)
        for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++)
            strcat(out, f->upper[13] >> i & 1 ? names[i] : "");
    if (f->protocol == FRAME_ICMP || f->protocol == FRAME_ICMP_IPV6)
        snprintf(out, 48, " type %u", f->upper[0]);
}

static void ip_text(char out[FRAME_TEXT_SIZE], const struct frame *f)
{
    char source[NET_TEXT_SIZE], destination[NET_TEXT_SIZE], more[48], number[32];
    const char *name = protocol_name(f);
    bool ports = f->source.port || f->destination.port;
    char *(*text)(char *, const struct nonos_net_endpoint *) =
        ports ? net_text_endpoint : net_text_address;
    snprintf(number, sizeof(number), "protocol %u", f->protocol);
    detail(more, f);
    snprintf(out, FRAME_TEXT_SIZE, "%s %s > %s%s, %u bytes", name ? name : number,
             text(source, &f->source), text(destination, &f->destination), more, f->len);
}

char *frame_text(char out[FRAME_TEXT_SIZE], const struct frame *f)
{
    char source[NET_TEXT_SIZE], destination[NET_TEXT_SIZE];
    if (f->type == FRAME_ARP && f->upper) {
        bool asks = u16(f->upper + 6) == 1;
        snprintf(out, FRAME_TEXT_SIZE, "arp %s %s %s, %u bytes",
                 net_text_address(source, &f->source), asks ? "asks for" : "answers",
                 net_text_address(destination, &f->destination), f->len);
    } else if (f->source.version) {
        ip_text(out, f);
    } else {
        snprintf(out, FRAME_TEXT_SIZE, "type 0x%04x, %u bytes", f->type, f->len);
    }
    return out;
}
