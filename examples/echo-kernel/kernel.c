/*
 * A kernel that answers ping and echoes what comes to TCP port 7, over IPv4 with an address of DHCP, and over IPv6. libnonnet is the
 * network, virtio_net.c the card, libnoncrypto's SipHash the keyed hash, and what else the stack needs of its host is on this page.
 */
#include <noncrypto/siphash.h>
#include <nonnet/dhcpv4.h>
#include <nonnet/stack.h>
#include <nonnet/tcp.h>

#include "machine.h"
#include "pci.h"
#include "virtio_net.h"

#define PORT_ECHO 7

void kernel_main(void);

static struct nonnet_stack *stack;
static struct nonnet_interface_handle nic;

static void check(int result, const char *what)
{
    if (result == NONNET_OK)
        return;
    print("error: ");
    print(what);
    print(": ");
    print(nonnet_strerror(result));
    print("\n");
    leave(EXIT_ERROR);
}

/* ---- what the stack needs: time, randomness, a keyed hash ---- */

/*
 * Microseconds, of the ACPI timer: 3.579545 MHz, of which 24 bits are sure to be there. To be called more often than every four seconds.
 * 286 / 1024 microseconds are a tick, to 0.03 %; a 32-bit processor is spared a division.
 */
static uint64_t clock(void)
{
    static uint32_t last;
    static uint64_t sum;
    uint16_t port = (pci_read(1, 3, 0x40) & 0xffc0) + 8; /* 82371AB, PMBASE */
    uint32_t ticks = inl(port);
    sum += (uint64_t)((ticks - last) & 0xffffff) * 286;
    last = ticks;
    return sum >> 10;
}

static bool has_rdrand(void)
{
    uint32_t a = 1, b, c, d;
    __asm__("cpuid" : "+a"(a), "=b"(b), "=c"(c), "=d"(d));
    return c >> 30 & 1;
}

static void entropy(void *context, uint8_t *out, size_t len)
{
    (void)context;
    for (size_t i = 0; i < len; i++) {
        uint32_t word;
        uint8_t ok;
        do
            __asm__ volatile("rdrand %0; setc %1" : "=r"(word), "=q"(ok) : : "cc");
        while (!ok);
        out[i] = (uint8_t)word;
    }
}

static uint64_t keyed_hash(void *context, const uint8_t key[NONNET_KEY_LEN], const uint8_t *data,
                           size_t len)
{
    (void)context;
    return noncrypto_siphash(data, len, key);
}

/* ---- the service ---- */

/* Sends back what came, as far as there is room; the next event goes on. */
static void echo(struct nonnet_tcp_handle socket)
{
    static uint8_t data[4096];
    struct nonnet_tcp_bytes room;
    uint32_t len, written;

    while (nonnet_tcp_reserve(stack, socket, &room) == NONNET_OK) {
        int r = nonnet_tcp_read(stack, socket, data,
                                room.len[0] < sizeof data ? room.len[0] : sizeof data, &len);
        if (r == NONNET_E_CLOSED) /* the peer has ended, and has all: so do we */
            (void)!nonnet_tcp_close(stack, socket, clock());
        if (r != NONNET_OK)
            return;
        check(nonnet_tcp_write(stack, socket, data, len, &written), "echo");
    }
}

static void print_number(uint32_t n, uint32_t base)
{
    if (n >= base)
        print_number(n / base, base);
    print((const char[]){"0123456789abcdef"[n % base], '\0'});
}

static void print_addresses(void)
{
    struct nonnet_address_info info;
    for (size_t i = 0; nonnet_interface_address(stack, nic, i, &info) == NONNET_OK; i++) {
        const uint8_t *octet = info.address.octet;
        if (info.state != NONNET_ADDRESS_PREFERRED)
            continue;
        print("address ");
        for (unsigned at = 0; at < (info.address.version == 4 ? 4 : 16); at++) {
            if (info.address.version == 4)
                print_number(octet[at], 10), print(at < 3 ? "." : "\n");
            else if (at % 2)
                print_number(octet[at - 1] << 8 | octet[at], 16), print(at < 15 ? ":" : "\n");
        }
    }
}

static void events(void)
{
    struct nonnet_event event;
    struct nonnet_tcp_handle socket;
    while (nonnet_stack_event(stack, &event)) {
        if (event.source == NONNET_EVENT_INTERFACE)
            print_addresses();
        if (event.source == NONNET_EVENT_TCP && event.flags & NONNET_EVENT_CLOSED)
            (void)!nonnet_tcp_close(stack, event.tcp, clock());
        else if (event.source == NONNET_EVENT_TCP)
            echo(event.tcp);
        while (event.source == NONNET_EVENT_TCP_LISTENER &&
               nonnet_tcp_accept(stack, event.listener, &socket, NULL) == NONNET_OK)
            echo(socket);
    }
}

static void start(void)
{
    static uint8_t arena[2 << 20] __attribute__((aligned(NONNET_ARENA_ALIGN)));
    struct nonnet_interface_config card = {.link = NONNET_LINK_ETHERNET,
                                           .mtu = 1500,
                                           .flags = NONNET_INTERFACE_IPV6 | NONNET_INTERFACE_SLAAC};
    struct nonnet_tcp_listener_handle listener;
    struct nonnet_config config;

    check(has_rdrand() ? NONNET_OK : NONNET_E_UNSUPPORTED, "RDRAND");
    check(virtio_net_start(card.mac.octet) ? NONNET_OK : NONNET_E_NOT_FOUND, "virtio-net");
    nonnet_config_default(&config);
    config.environment = (struct nonnet_environment){.entropy = entropy, .keyed_hash = keyed_hash};
    check(nonnet_stack_init(&stack, &config, arena, sizeof arena, clock()), "stack");
    check(nonnet_interface_add(stack, &card, &nic), "interface");
    check(nonnet_dhcpv4_enable(stack, nic, true, clock()), "DHCP");
    check(nonnet_interface_set_link(stack, nic, true, clock()), "link");
    for (uint8_t version = 4; version <= 6; version += 2) {
        struct nonnet_endpoint port = {.address.version = version, .port = PORT_ECHO};
        check(nonnet_tcp_listen(stack, &port, 8, NULL, &listener), "listen");
    }
    print("memory ");
    print_number(nonnet_stack_size(&config), 10);
    print("\n");
}

void kernel_main(void)
{
    const uint8_t *received;
    uint8_t *frame;
    size_t len;

    start();
    for (;;) {
        while ((received = virtio_net_receive(&len)) != NULL) {
            check(nonnet_stack_input(stack, nic, received, len, clock()), "input");
            virtio_net_release();
        }
        nonnet_stack_tick(stack, clock());
        events();
        while ((frame = virtio_net_frame()) != NULL &&
               nonnet_stack_output(stack, nic, frame, FRAME_LEN, &len, clock()) == NONNET_OK)
            virtio_net_send(len);
    }
}
