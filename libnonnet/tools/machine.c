#include "machine.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include <noncrypto/siphash.h>
#include <nonnet/dhcpv4.h>
#include <nonnet/sim.h>

#include "command.h"

#define BURST              64  /* frames that are read before the host works on what they brought */
#define CLOCK_BURST        16  /* frames for which the clock is read once */
#define CLOSED_CONNECTIONS 960 /* that are remembered besides those that carry data */

static volatile sig_atomic_t interrupted;

static void on_signal(int signal)
{
    (void)signal;
    interrupted = 1;
}

uint64_t machine_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

void machine_entropy(void *context, uint8_t *out, size_t len)
{
    (void)context;
    while (len > 0) {
        ssize_t n = getrandom(out, len, 0);
        if (n < 0 && errno != EINTR) {
            complain("no random numbers: %s", strerror(errno));
            _exit(EXIT_CODE_IO);
        }
        if (n > 0) {
            out += n;
            len -= (size_t)n;
        }
    }
}

static uint64_t keyed_hash(void *context, const uint8_t key[NONNET_KEY_LEN], const uint8_t *data,
                           size_t len)
{
    (void)context;
    return noncrypto_siphash(data, len, key);
}

static int device_open(struct machine *m)
{
    const struct machine_options *o = m->options;
    struct ifreq request = {.ifr_flags = 0};

    m->fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (m->fd < 0) {
        complain("/dev/net/tun: %s", strerror(errno));
        return -1;
    }
    request.ifr_flags = (short)((o->tun ? IFF_TUN : IFF_TAP) | IFF_NO_PI);
    if (strlen(o->device) >= sizeof request.ifr_name) {
        complain("%s: too long for the name of a device", o->device);
        return -1;
    }
    memcpy(request.ifr_name, o->device, strlen(o->device) + 1);
    if (ioctl(m->fd, TUNSETIFF, &request) < 0) {
        complain("%s: %s", o->device, strerror(errno));
        return -1;
    }
    return 0;
}

static int capture_open(struct machine *m)
{
    uint8_t head[NONNET_CAPTURE_HEAD_LEN];

    if (!m->options->capture)
        return 0;
    m->capture = fopen(m->options->capture, "we");
    if (!m->capture) {
        complain("%s: %s", m->options->capture, strerror(errno));
        return -1;
    }
    nonnet_capture_head(head, m->options->tun ? NONNET_CAPTURE_IP : NONNET_CAPTURE_ETHERNET);
    if (fwrite(head, sizeof head, 1, m->capture) != 1) {
        complain("%s: %s", m->options->capture, strerror(errno));
        return -1;
    }
    return 0;
}

static void capture_frame(struct machine *m, size_t len)
{
    static uint8_t block[NONNET_CAPTURE_BLOCK_MAX(MACHINE_FRAME_MAX)];

    if (!m->capture)
        return;
    size_t n = nonnet_capture_frame(block, machine_now(), m->frame, (uint32_t)len);
    if (fwrite(block, n, 1, m->capture) != 1) {
        complain("%s: %s", m->options->capture, strerror(errno));
        m->failed = true;
    }
}

static int stack_create(struct machine *m)
{
    struct nonnet_config c;

    nonnet_config_default(&c);
    c.environment =
        (struct nonnet_environment){.entropy = machine_entropy, .keyed_hash = keyed_hash};
    c.naddresses = 32;
    c.nroutes = 32;
    c.nneighbours = 256;
    c.npath_mtus = 64;
    c.npackets = 512;
    c.mtu_max = m->options->mtu > 1500 ? m->options->mtu : 1500;
    c.ntcp_buffers = (uint16_t)m->options->nconnections;
    c.ntcp_connections = (uint16_t)(c.ntcp_buffers + CLOSED_CONNECTIONS);
    c.ntcp_half_open = 256;
    c.tcp_send_len = c.tcp_receive_len = m->options->buffer_len;
    c.answer_closed_ports = true;
    size_t size = nonnet_stack_size(&c);
    m->arena = size > 0 ? aligned_alloc(NONNET_ARENA_ALIGN, size) : NULL;
    if (!m->arena || nonnet_stack_init(&m->stack, &c, m->arena, size, machine_now()) != NONNET_OK) {
        complain("no memory for the host");
        return -1;
    }
    return 0;
}

/* RFC 7844 section 3.1: a station address of no maker, new for each start. */
static struct nonnet_mac mac_draw(void)
{
    struct nonnet_mac mac;

    machine_entropy(NULL, mac.octet, sizeof mac.octet);
    mac.octet[0] = (uint8_t)((mac.octet[0] & 0xfc) | 2);
    return mac;
}

static int interface_create(struct machine *m)
{
    const struct machine_options *o = m->options;
    struct nonnet_interface_config c = {
        .link = o->tun ? NONNET_LINK_IP : NONNET_LINK_ETHERNET,
        .flags = o->mtu < 1280 ? 0 : NONNET_INTERFACE_IPV6,
        .mtu = o->mtu,
        .mac = o->has_mac ? o->mac : mac_draw(),
    };

    if (o->slaac)
        c.flags |= NONNET_INTERFACE_SLAAC | NONNET_INTERFACE_TEMPORARY;
    int rc = nonnet_interface_add(m->stack, &c, &m->interface);
    if (rc == NONNET_OK)
        rc = nonnet_interface_set_link(m->stack, m->interface, true, machine_now());
    if (rc != NONNET_OK)
        complain("%s: %s", o->device, nonnet_strerror(rc));
    return rc == NONNET_OK ? 0 : -1;
}

static int addresses_add(struct machine *m)
{
    const struct machine_options *o = m->options;
    char text[TEXT_ADDRESS_LEN];

    for (unsigned i = 0; i < o->naddresses; i++) {
        int rc = nonnet_interface_address_add(
            m->stack, m->interface, &o->addresses[i], o->prefix_lens[i],
            o->no_probe ? NONNET_ADDRESS_UNPROBED : 0, machine_now());
        if (rc != NONNET_OK) {
            complain("%s: %s", text_of_address(&o->addresses[i], text), nonnet_strerror(rc));
            return -1;
        }
    }
    for (unsigned i = 0; i < o->ngateways; i++) {
        struct nonnet_route route = {.prefix = {.version = o->gateways[i].version},
                                     .gateway = o->gateways[i]};
        int rc = nonnet_route_add(m->stack, m->interface, &route);
        if (rc != NONNET_OK) {
            complain("%s: %s", text_of_address(&o->gateways[i], text), nonnet_strerror(rc));
            return -1;
        }
    }
    if (o->dhcp && nonnet_dhcpv4_enable(m->stack, m->interface, true, machine_now()) != NONNET_OK) {
        complain("%s: no DHCP on such a device", o->device);
        return -1;
    }
    return 0;
}

static void signals_catch(void)
{
    struct sigaction action = {.sa_handler = on_signal};

    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
}

int machine_start(struct machine *m, const struct machine_options *options)
{
    m->options = options;
    m->stack = NULL;
    m->arena = NULL;
    m->capture = NULL;
    m->failed = false;
    m->fd = -1;
    m->end_at =
        options->time_s > 0 ? machine_now() + (uint64_t)options->time_s * 1000000 : NONNET_NEVER;
    signals_catch();
    if (device_open(m) != 0 || capture_open(m) != 0 || stack_create(m) != 0 ||
        interface_create(m) != 0)
        return -1;
    return addresses_add(m);
}

static void frames_send(struct machine *m)
{
    uint64_t now = machine_now();
    size_t len;

    for (unsigned i = 1; nonnet_stack_output(m->stack, m->interface, m->frame, sizeof m->frame,
                                             &len, now) == NONNET_OK;
         i++) {
        capture_frame(m, len);
        now = i % CLOCK_BURST == 0 ? machine_now() : now;
        /* A device that takes no more loses frames, as a network does. */
        if (write(m->fd, m->frame, len) < 0 && errno != EAGAIN && errno != EIO &&
            errno != ENOBUFS && errno != EINTR) {
            complain("%s: %s", m->options->device, strerror(errno));
            m->failed = true;
            return;
        }
    }
}

static void frames_receive(struct machine *m)
{
    uint64_t now = machine_now();

    for (unsigned i = 1; i <= BURST; i++) {
        ssize_t n = read(m->fd, m->frame, sizeof m->frame);
        if (n < 0) {
            /* EIO: the device is down at the moment. */
            if (errno != EAGAIN && errno != EINTR && errno != EIO) {
                complain("%s: %s", m->options->device, strerror(errno));
                m->failed = true;
            }
            return;
        }
        capture_frame(m, (size_t)n);
        (void)!nonnet_stack_input(m->stack, m->interface, m->frame, (size_t)n, now);
        now = i % CLOCK_BURST == 0 ? machine_now() : now;
    }
}

bool machine_step(struct machine *m, struct pollfd *fds, unsigned nfds, uint64_t until)
{
    struct pollfd all[8] = {{.fd = m->fd, .events = POLLIN}};
    uint64_t due;

    frames_send(m);
    uint64_t now = machine_now();
    due = nonnet_stack_deadline(m->stack);
    due = due < until ? due : until;
    due = due < m->end_at ? due : m->end_at;
    uint64_t wait = due > now ? due - now : 0;
    wait = wait > 1000000 ? 1000000 : wait; /* a signal that comes just before ppoll is seen then */
    struct timespec timeout = {.tv_sec = (time_t)(wait / 1000000),
                               .tv_nsec = (long)(wait % 1000000) * 1000};
    nfds = nfds < 7 ? nfds : 7;
    for (unsigned i = 0; i < nfds; i++)
        all[1 + i] = fds[i];
    if (ppoll(all, 1 + nfds, &timeout, NULL) < 0 && errno != EINTR) {
        complain("poll: %s", strerror(errno));
        m->failed = true;
    }
    for (unsigned i = 0; i < nfds; i++)
        fds[i].revents = all[1 + i].revents;
    /* What the caller does now goes out with the acknowledgements, in the next step. */
    frames_receive(m);
    nonnet_stack_tick(m->stack, machine_now());
    return !m->failed && !interrupted && machine_now() < m->end_at;
}

/* And none that is still being asked for: from which one a packet goes out is not to be a matter of luck. */
static bool has_address(const struct machine *m, uint8_t version)
{
    struct nonnet_address_info info;
    bool has = false;

    for (size_t i = 0; nonnet_interface_address(m->stack, m->interface, i, &info) == NONNET_OK;
         i++) {
        bool link_local = info.address.version == 6 && info.address.octet[0] == 0xfe;
        if (link_local || (version != 0 && info.address.version != version))
            continue;
        if (info.state == NONNET_ADDRESS_TENTATIVE)
            return false;
        has = true;
    }
    return has;
}

static bool lost_an_address(struct machine *m)
{
    struct nonnet_event event;
    bool lost = false;

    while (nonnet_stack_event(m->stack, &event)) {
        if (event.source == NONNET_EVENT_INTERFACE)
            lost = lost || (event.flags & NONNET_EVENT_ADDRESS_CONFLICT) != 0;
    }
    return lost;
}

bool machine_ready(struct machine *m, uint8_t version)
{
    uint64_t limit = machine_now() + 10000000;

    while (!has_address(m, version)) {
        if (lost_an_address(m)) {
            complain("%s: somebody else has the address", m->options->device);
            return false;
        }
        if (machine_now() >= limit) {
            complain("%s: no address", m->options->device);
            return false;
        }
        if (!machine_step(m, NULL, 0, limit))
            return false;
    }
    return true;
}

static void statistics_print(const struct machine *m)
{
    for (int i = 0; i < NONNET_NCOUNTERS; i++) {
        uint64_t value = nonnet_stack_counter(m->stack, (enum nonnet_counter)i);
        if (value > 0)
            fprintf(stderr, "%12llu  %s\n", (unsigned long long)value,
                    nonnet_counter_name((enum nonnet_counter)i));
    }
}

void machine_end(struct machine *m)
{
    if (m->stack && m->fd >= 0)
        frames_send(m);
    if (m->stack && m->options->statistics)
        statistics_print(m);
    if (m->capture && fclose(m->capture) != 0)
        complain("%s: %s", m->options->capture, strerror(errno));
    if (m->fd >= 0)
        close(m->fd);
    free(m->arena);
}
