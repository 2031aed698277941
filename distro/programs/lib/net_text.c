#include "net_text.h"

#include "net.h"
#include "program.h"

#include <stdio.h>
#include <string.h>

#define GROUPS     8u
#define RESOLVE_MS 20000u

/* ---- reading ---- */

static bool parse_ipv4(const char *p, uint8_t octet[4], const char **end)
{
    for (unsigned i = 0; i < 4; i++) {
        unsigned value = 0, digits = 0;
        for (; *p >= '0' && *p <= '9'; p++, digits++)
            value = digits < 3 ? value * 10 + (unsigned)(*p - '0') : 256;
        if (digits == 0 || value > 255 || (i < 3 && *p++ != '.'))
            return false;
        octet[i] = (uint8_t)value;
    }
    *end = p;
    return true;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Groups up to the end, a "::" or what is none. Returns how many octets, or -1. */
static int parse_groups(const char **text, uint8_t octet[16], unsigned room)
{
    const char *p = *text;
    unsigned n = 0;
    while (hex_digit(*p) >= 0) {
        const char *start = p, *end;
        unsigned value = 0;
        if (n + 4 <= room && strchr(p, '.') && parse_ipv4(p, octet + n, &end) && *end == '\0') {
            *text = end;
            return (int)n + 4;
        }
        for (; hex_digit(*p) >= 0 && p - start < 4; p++)
            value = value << 4 | (unsigned)hex_digit(*p);
        if (n + 2 > room || hex_digit(*p) >= 0)
            return -1;
        octet[n++] = (uint8_t)(value >> 8);
        octet[n++] = (uint8_t)value;
        if (*p != ':' || p[1] == ':')
            break;
        p++;
        if (hex_digit(*p) < 0)
            return -1;
    }
    *text = p;
    return (int)n;
}

static bool parse_ipv6(const char *p, uint8_t octet[16])
{
    uint8_t tail[16];
    int head_len = parse_groups(&p, octet, 16), tail_len = 0;
    if (head_len < 0)
        return false;
    if (p[0] != ':' || p[1] != ':')
        return *p == '\0' && head_len == 16;
    p += 2;
    /* "::" stands for at least one group. */
    if (head_len > 14)
        return false;
    tail_len = parse_groups(&p, tail, 14u - (unsigned)head_len);
    if (tail_len < 0 || *p != '\0')
        return false;
    memset(octet + head_len, 0, (size_t)(16 - head_len));
    memcpy(octet + 16 - tail_len, tail, (size_t)tail_len);
    return true;
}

bool net_text_parse(const char *text, struct nonos_net_endpoint *endpoint)
{
    const char *end;
    memset(endpoint, 0, sizeof(*endpoint));
    if (parse_ipv4(text, endpoint->octet, &end) && *end == '\0') {
        endpoint->version = 4;
        return true;
    }
    endpoint->version = 6;
    return parse_ipv6(text, endpoint->octet);
}

/* ---- writing ---- */

static unsigned group(const struct nonos_net_endpoint *e, unsigned i)
{
    return (unsigned)e->octet[2 * i] << 8 | e->octet[2 * i + 1];
}

/* RFC 5952 section 4.2: the longest run of at least two groups of zeros, the first of equals. */
static void longest_run(const struct nonos_net_endpoint *e, unsigned *first, unsigned *len)
{
    *first = GROUPS;
    *len = 1;
    for (unsigned i = 0; i < GROUPS; i++) {
        unsigned n = 0;
        while (i + n < GROUPS && group(e, i + n) == 0)
            n++;
        if (n > *len) {
            *first = i;
            *len = n;
        }
    }
}

static void write_ipv6(char *out, const struct nonos_net_endpoint *e)
{
    unsigned first, len;
    longest_run(e, &first, &len);
    for (unsigned i = 0; i < GROUPS; i++) {
        if (i == first) {
            out += sprintf(out, "::");
            i += len - 1;
            continue;
        }
        out += sprintf(out, "%s%x", i > 0 && i != first + len ? ":" : "", group(e, i));
    }
}

char *net_text_address(char out[NET_TEXT_SIZE], const struct nonos_net_endpoint *e)
{
    if (e->version == 4)
        snprintf(out, NET_TEXT_SIZE, "%u.%u.%u.%u", e->octet[0], e->octet[1], e->octet[2],
                 e->octet[3]);
    else if (e->version == 6)
        write_ipv6(out, e);
    else
        strcpy(out, "-");
    return out;
}

static bool is_zero(const struct nonos_net_endpoint *e)
{
    for (unsigned i = 0; i < 16; i++)
        if (e->octet[i])
            return false;
    return true;
}

char *net_text_endpoint(char out[NET_TEXT_SIZE], const struct nonos_net_endpoint *e)
{
    char address[NET_TEXT_SIZE] = "*", port[8] = "*";
    if (!is_zero(e))
        net_text_address(address, e);
    if (e->port)
        snprintf(port, sizeof(port), "%u", e->port);
    bool brackets = e->version == 6 && address[0] != '*';
    snprintf(out, NET_TEXT_SIZE, "%s%.40s%s:%.6s", brackets ? "[" : "", address,
             brackets ? "]" : "", port);
    return out;
}

const char *net_text_result(int result)
{
    switch (result) {
    case NONOS_E_DENIED:
        return "no capability to the network";
    case NONOS_E_BAD_HANDLE: /* was taken back */
    case NONOS_E_PEER_GONE:
        return "the net module has ended; try again";
    case NONOS_E_NO_DEVICE:
        return "there is no network";
    case NONOS_E_UNREACHABLE:
        return "unreachable";
    case NONOS_E_REFUSED:
        return "refused";
    case NONOS_E_EXISTS:
        return "in use";
    case NONOS_E_NOT_FOUND:
        return "not found";
    case NONOS_E_NO_SPACE:
        return "the net module has no room for more";
    default:
        return nonos_strerror(result);
    }
}

struct nonos_net_endpoint net_text_find_host(const char *name, uint8_t version)
{
    struct nonos_net_endpoint found[NONOS_NET_RESOLVE_MAX];
    unsigned nfound = 0;
    uint64_t ttl;
    if (net_text_parse(name, &found[0])) {
        if (version && version != found[0].version)
            program_die("%s: is not an address of IPv%u", name, version);
        return found[0];
    }
    int r = net_resolve(name, version == 6 ? 6 : 4, RESOLVE_MS, found, &nfound, &ttl);
    if (version == 0 && r == NONOS_E_NOT_FOUND)
        r = net_resolve(name, 6, RESOLVE_MS, found, &nfound, &ttl);
    if (r == NONOS_E_INVALID)
        program_die("%s: not a name", name);
    if (r < 0 || nfound == 0)
        program_die("%s: %s", name, net_text_result(r));
    return found[0];
}
