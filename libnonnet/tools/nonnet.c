/*
 * The host command: libnonnet from a shell. main() reads the options that all verbs have, finds the
 * verb, and brings the host up on its device; the verbs are in ping.c, stream.c, calls.c, serve.c,
 * iperf.c, resolve.c and lease.c.
 */
#include <getopt.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"

static const char usage_text[] =
    "usage: nonnet [OPTIONS] ping [-c COUNT] [-i MILLISECONDS] [-s BYTES] ADDRESS\n"
    "       nonnet [OPTIONS] connect ADDRESS PORT     standard input and output are the peer's\n"
    "       nonnet [OPTIONS] calls [-c COUNT] [-n COUNT] ADDRESS PORT  call who echoes\n"
    "       nonnet [OPTIONS] listen [--keep] [--echo [-c COUNT]] PORT\n"
    "       nonnet [OPTIONS] serve DIR [PORT]         a web server of a folder\n"
    "       nonnet [OPTIONS] dhcp                     get a lease, show it, give it back\n"
    "       nonnet [OPTIONS] dhcp6                    likewise of IPv6, as routers say\n"
    "       nonnet [OPTIONS] resolve NAME             the addresses of a name\n"
    "       nonnet [OPTIONS] iperf [-p PORT] [ADDRESS] send to ADDRESS, or take what comes\n"
    "       nonnet [OPTIONS] pcap FILE                record what passes\n"
    "       nonnet --help | --version\n"
    "options:\n"
    "       --device NAME        the TAP device (tap0); its other end is the system's\n"
    "       --tun                a TUN device: bare IP packets\n"
    "       --address ADDR/LEN   an address of this host; more than one may be given\n"
    "       --no-probe           use them without asking whether they are taken\n"
    "       --gateway ADDR       the default router of its version\n"
    "       --server ADDR        a server of names; up to four\n"
    "       --dhcp               get an IPv4 address by DHCP\n"
    "       --slaac              get IPv6 addresses by router advertisements\n"
    "       --mac XX:XX:...      the station address; drawn anew by default\n"
    "       --mtu BYTES          576 to 65535 (1500); below 1280 there is no IPv6\n"
    "       --capture FILE       record all frames as pcapng\n"
    "       --connections COUNT  that can carry data at a time (64)\n"
    "       --buffer BYTES       of each, one for each direction (262144)\n"
    "       --keep-alive SECONDS ask a silent peer after so long, three times\n"
    "       --user-timeout SECONDS  give a peer up that acknowledges nothing (300)\n"
    "       --time SECONDS       end after so long\n"
    "       --statistics         say at the end what was counted\n";

enum {
    OPTION_DEVICE = 256,
    OPTION_TUN,
    OPTION_ADDRESS,
    OPTION_NO_PROBE,
    OPTION_GATEWAY,
    OPTION_SERVER,
    OPTION_DHCP,
    OPTION_SLAAC,
    OPTION_MAC,
    OPTION_MTU,
    OPTION_CAPTURE,
    OPTION_CONNECTIONS,
    OPTION_BUFFER,
    OPTION_KEEP_ALIVE,
    OPTION_USER_TIMEOUT,
    OPTION_TIME,
    OPTION_STATISTICS,
    OPTION_KEEP,
    OPTION_ECHO,
};

static const struct option options[] = {
    {"device", required_argument, NULL, OPTION_DEVICE},
    {"tun", no_argument, NULL, OPTION_TUN},
    {"address", required_argument, NULL, OPTION_ADDRESS},
    {"no-probe", no_argument, NULL, OPTION_NO_PROBE},
    {"gateway", required_argument, NULL, OPTION_GATEWAY},
    {"server", required_argument, NULL, OPTION_SERVER},
    {"dhcp", no_argument, NULL, OPTION_DHCP},
    {"slaac", no_argument, NULL, OPTION_SLAAC},
    {"mac", required_argument, NULL, OPTION_MAC},
    {"mtu", required_argument, NULL, OPTION_MTU},
    {"capture", required_argument, NULL, OPTION_CAPTURE},
    {"connections", required_argument, NULL, OPTION_CONNECTIONS},
    {"buffer", required_argument, NULL, OPTION_BUFFER},
    {"keep-alive", required_argument, NULL, OPTION_KEEP_ALIVE},
    {"user-timeout", required_argument, NULL, OPTION_USER_TIMEOUT},
    {"time", required_argument, NULL, OPTION_TIME},
    {"statistics", no_argument, NULL, OPTION_STATISTICS},
    {"keep", no_argument, NULL, OPTION_KEEP},
    {"echo", no_argument, NULL, OPTION_ECHO},
    {NULL, 0, NULL, 0},
};

static const struct verb {
    const char *name;
    const char *options; /* those of its own: letters, K for --keep, E for --echo */
    int argc_min;
    int argc_max;
    int (*command)(struct machine *m, const struct arguments *a);
} verbs[] = {
    {"ping", "cis", 1, 1, command_ping},     {"connect", "", 2, 2, command_connect},
    {"listen", "cKE", 1, 1, command_listen}, {"serve", "", 1, 2, command_serve},
    {"dhcp", "", 0, 0, command_dhcp},        {"iperf", "p", 0, 1, command_iperf},
    {"pcap", "", 1, 1, command_pcap},        {"resolve", "", 1, 1, command_resolve},
    {"dhcp6", "", 0, 0, command_dhcp6},      {"calls", "cn", 2, 2, command_calls},
};

void complain(const char *format, ...)
{
    va_list args;

    fflush(stdout);
    fputs("nonnet: ", stderr);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
}

static bool text_to_prefix(char *text, struct nonnet_address *address, uint8_t *prefix_len)
{
    char *slash = strchr(text, '/');
    unsigned long len;

    if (!slash)
        return false;
    *slash = '\0';
    bool good = text_to_address(text, address) &&
                text_to_number(slash + 1, 0, address->version == 4 ? 32 : 128, &len);
    *slash = '/';
    if (good)
        *prefix_len = (uint8_t)len;
    return good;
}

static bool text_to_mac(const char *text, struct nonnet_mac *mac)
{
    unsigned o[6];
    int end = 0;

    if (sscanf(text, "%2x:%2x:%2x:%2x:%2x:%2x%n", &o[0], &o[1], &o[2], &o[3], &o[4], &o[5], &end) !=
            6 ||
        text[end] != '\0')
        return false;
    for (int i = 0; i < 6; i++)
        mac->octet[i] = (uint8_t)o[i];
    return true;
}

static bool take_address(struct machine_options *o, char *text)
{
    if (o->naddresses == MACHINE_ADDRESSES_MAX ||
        !text_to_prefix(text, &o->addresses[o->naddresses], &o->prefix_lens[o->naddresses]))
        return false;
    o->naddresses++;
    return true;
}

/* Adds an address to a list. */
static bool take_one(struct nonnet_address *list, unsigned *n, const char *text)
{
    if (*n == MACHINE_ADDRESSES_MAX || !text_to_address(text, &list[*n]))
        return false;
    ++*n;
    return true;
}

/* Takes an option that is about TCP. Returns whether the value is good. */
static bool take_tcp(struct machine_options *o, int option, const char *value)
{
    unsigned long n = 0;
    bool good;

    switch (option) {
    case OPTION_CONNECTIONS:
        good = text_to_number(value, 1, 60000, &n);
        o->nconnections = (unsigned)n;
        break;
    case OPTION_BUFFER:
        good = text_to_number(value, 4096, 1ul << 30, &n);
        o->buffer_len = (uint32_t)n;
        break;
    case OPTION_KEEP_ALIVE:
        good = text_to_number(value, 1, 86400, &n);
        o->tcp.keepalive_idle_ms = o->tcp.keepalive_period_ms = (uint32_t)n * 1000;
        o->tcp.keepalive_count = 3;
        break;
    default:
        good = text_to_number(value, 1, 1200, &n);
        o->tcp.user_timeout_ms = (uint32_t)n * 1000;
        break;
    }
    return good;
}

/* Takes an option with a value that all verbs have. Returns whether the value is good. */
static bool take_value(struct machine_options *o, int option, char *value)
{
    unsigned long n = 0;
    bool good = true;

    switch (option) {
    case OPTION_DEVICE:
        o->device = value;
        break;
    case OPTION_ADDRESS:
        return take_address(o, value);
    case OPTION_GATEWAY:
        return take_one(o->gateways, &o->ngateways, value);
    case OPTION_SERVER:
        return take_one(o->servers, &o->nservers, value);
    case OPTION_MAC:
        o->has_mac = text_to_mac(value, &o->mac);
        return o->has_mac;
    case OPTION_MTU:
        good = text_to_number(value, 576, 65535, &n);
        o->mtu = (uint32_t)n;
        break;
    case OPTION_CAPTURE:
        o->capture = value;
        break;
    case OPTION_TIME:
        good = text_to_number(value, 1, 1000000, &n);
        o->time_s = (unsigned)n;
        break;
    default:
        return take_tcp(o, option, value);
    }
    return good;
}

static void take_flag(struct machine_options *o, int option)
{
    switch (option) {
    case OPTION_TUN:
        o->tun = true;
        break;
    case OPTION_NO_PROBE:
        o->no_probe = true;
        break;
    case OPTION_DHCP:
        o->dhcp = true;
        break;
    case OPTION_SLAAC:
        o->slaac = true;
        break;
    default:
        o->statistics = true;
        break;
    }
}

/* Takes an option of the verb's own. Returns whether the verb has it and the value is good. */
static bool take_own(struct arguments *a, const struct verb *verb, int option, const char *value)
{
    char letter = option == OPTION_KEEP ? 'K' : option == OPTION_ECHO ? 'E' : (char)option;
    unsigned long n;

    if (!strchr(verb->options, letter))
        return false;
    switch (letter) {
    case 'K':
        a->keep = true;
        return true;
    case 'E':
        a->echo = true;
        return true;
    case 'c':
        if (!text_to_number(value, 1, 1000000000, &n))
            return false;
        a->count = (unsigned)n;
        return true;
    case 'i':
        if (!text_to_number(value, 1, 100000, &n))
            return false;
        a->interval_ms = (unsigned)n;
        return true;
    case 'n':
        if (!text_to_number(value, 1, 60000, &n))
            return false;
        a->at_once = (unsigned)n;
        return true;
    case 's':
        if (!text_to_number(value, 0, 65000, &n))
            return false;
        a->size = (unsigned)n;
        return true;
    default:
        if (!text_to_number(value, 1, 65535, &n))
            return false;
        a->port = (uint16_t)n;
        return true;
    }
}

static const struct verb *verb_find(const char *name)
{
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        if (strcmp(verbs[i].name, name) == 0)
            return &verbs[i];
    }
    return NULL;
}

/* The first word that is no option, nor an option's value, is the verb. */
static const struct verb *verb_of(int argc, char **argv)
{
    int c;

    while ((c = getopt_long(argc, argv, "+", options, NULL)) != -1) {
        if (c == '?')
            return NULL;
    }
    const struct verb *verb = optind < argc ? verb_find(argv[optind]) : NULL;
    if (!verb)
        complain("%s: no such verb", optind < argc ? argv[optind] : "(none)");
    return verb;
}

static bool is_common_flag(int c)
{
    return c == OPTION_TUN || c == OPTION_NO_PROBE || c == OPTION_DHCP || c == OPTION_SLAAC ||
           c == OPTION_STATISTICS;
}

static bool is_common_value(int c)
{
    return c == OPTION_DEVICE || c == OPTION_ADDRESS || c == OPTION_GATEWAY || c == OPTION_SERVER ||
           c == OPTION_MAC || c == OPTION_MTU || c == OPTION_CAPTURE || c == OPTION_TIME ||
           c == OPTION_CONNECTIONS || c == OPTION_BUFFER || c == OPTION_KEEP_ALIVE ||
           c == OPTION_USER_TIMEOUT;
}

/* Reads all options and arguments. Returns the verb, or NULL after a message. */
static const struct verb *command_line_read(int argc, char **argv, struct machine_options *o,
                                            struct arguments *a)
{
    const struct verb *verb = verb_of(argc, argv);
    int c;

    if (!verb)
        return NULL;
    optind = 0; /* from the beginning again, now with the verb's own options */
    while ((c = getopt_long(argc, argv, "c:i:n:s:p:", options, NULL)) != -1) {
        bool good = c != '?';
        if (is_common_flag(c))
            take_flag(o, c);
        else if (is_common_value(c))
            good = take_value(o, c, optarg);
        else if (good)
            good = take_own(a, verb, c, optarg);
        if (!good) {
            if (c != '?')
                complain("%s: wrong option or value%s%s", verb->name, optarg ? ": " : "",
                         optarg ? optarg : "");
            return NULL;
        }
    }
    a->argc = argc - optind - 1;
    a->argv = argv + optind + 1;
    if (a->argc < verb->argc_min || a->argc > verb->argc_max) {
        complain("%s: wrong number of arguments", verb->name);
        return NULL;
    }
    if (verb->command == command_pcap)
        o->capture = a->argv[0];
    return verb;
}

int main(int argc, char **argv)
{
    static struct machine machine;
    struct machine_options o = {
        .device = "tap0", .mtu = 1500, .nconnections = 64, .buffer_len = 256 * 1024};
    struct arguments a = {.at_once = 1, .interval_ms = 1000, .size = 56, .port = 5001};
    int code = EXIT_CODE_IO;

    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        fputs(usage_text, stdout);
        return fflush(stdout) == 0 ? EXIT_CODE_OK : EXIT_CODE_IO;
    }
    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        puts("nonnet " PACKAGE_VERSION);
        return fflush(stdout) == 0 ? EXIT_CODE_OK : EXIT_CODE_IO;
    }
    const struct verb *verb = command_line_read(argc, argv, &o, &a);
    if (!verb) {
        fputs(usage_text, stderr);
        return EXIT_CODE_USAGE;
    }
    if (machine_start(&machine, &o) == 0)
        code = verb->command(&machine, &a);
    machine_end(&machine);
    if (fflush(stdout) != 0 && code == EXIT_CODE_OK)
        code = EXIT_CODE_IO;
    return code;
}
