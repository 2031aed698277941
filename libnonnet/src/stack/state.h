/*
 * The state of a stack, which all files of the stack share. It lies in the caller's arena; objects
 * are found by index, and an index is all that one keeps of another.
 *
 * Who owns what: packets are in the free list, in an interface's output list, or wait for a
 * neighbour; nothing else. Handles are made and judged in stack.c only.
 */
#ifndef NONNET_STACK_STATE_H
#define NONNET_STACK_STATE_H

#include <string.h>

#include <nonnet/echo.h>
#include <nonnet/stack.h>
#include <nonnet/udp.h>

#include "wire/dhcpv4.h"
#include "wire/dhcpv6.h"

#define NO_INDEX     0xffffu
#define NO_INTERFACE 0xffu

#define US_PER_MS        1000u
#define US_PER_S         1000000u
#define SECONDS(seconds) ((uint64_t)(seconds)*US_PER_S)

#define IPV4_MTU_MIN 576  /* RFC 1122 section 3.3.2: what every host can take */
#define IPV6_MTU_MIN 1280 /* RFC 8200 section 5 */

/* Whom a packet buffer counts for. */
enum packet_owner { PACKET_CONTROL, PACKET_UDP };

struct packet {
    uint16_t index; /* its own */
    uint16_t next;
    uint16_t socket; /* of PACKET_UDP: index; it may be closed by now */
    uint16_t socket_generation;
    uint16_t ethertype;
    uint8_t interface;
    uint8_t owner; /* enum packet_owner */
    struct nonnet_mac destination;
    uint16_t checksum_start; /* offset of what the checksum covers; 0: it is complete */
    uint16_t checksum_offset;
    uint32_t len;
    uint8_t *bytes; /* mtu_max of them, from the network header on */
};

struct packet_list {
    uint16_t first;
    uint16_t last;
};

/* RFC 2131 section 4.4. */
enum dhcpv4_state {
    DHCPV4_OFF,
    DHCPV4_SELECTING,
    DHCPV4_REQUESTING,
    DHCPV4_BOUND,
    DHCPV4_RENEWING,
    DHCPV4_REBINDING,
};

struct dhcpv4 {
    uint8_t state; /* enum dhcpv4_state */
    uint8_t sent;
    uint32_t xid;
    struct dhcpv4_reply offer; /* taken, and then the lease */
    uint64_t due;
    uint64_t retry_us;
    uint64_t rebind_at;
    uint64_t expires;
};

/* What the client is saying, or waiting for; RFC 8415 section 18.2. */
enum dhcpv6_state {
    DHCPV6_OFF,
    DHCPV6_IDLE, /* no router has said that there is something to ask for */
    DHCPV6_SOLICITING,
    DHCPV6_REQUESTING,
    DHCPV6_BOUND,
    DHCPV6_RENEWING,
    DHCPV6_REBINDING,
    DHCPV6_RELEASING,
    DHCPV6_DECLINING,
    DHCPV6_INFORMING,
    DHCPV6_INFORMED,
};

struct dhcpv6 {
    uint8_t state; /* enum dhcpv6_state */
    uint8_t sent;
    uint8_t failures;   /* in a row */
    uint8_t preference; /* of the best offer so far, if there is one */
    bool offered;
    bool leased;   /* `address` is ours until `expires` */
    bool informed; /* without an address */
    uint8_t nname_servers;
    uint8_t server_len;
    uint8_t server[DHCPV6_DUID_LEN_MAX]; /* who offered, and then leased */
    struct nonnet_address address;       /* offered, leased, or given back */
    struct nonnet_address name_servers[DHCPV6_SERVERS_MAX];
    uint32_t xid;
    uint32_t retry_ms;
    uint32_t solicit_max_ms;
    uint32_t information_max_ms;
    uint64_t began_at; /* the exchange */
    uint64_t due;
    uint64_t rebind_at;
    uint64_t expires;
};

struct interface {
    bool used;
    bool up;
    uint8_t index;
    uint16_t generation;
    struct nonnet_interface_config config;
    struct packet_list output;
    uint32_t events;
    /* IPv6: what routers said (RFC 4861 section 6.3.2), and what is still to be sent. */
    uint8_t hop_limit;
    bool managed;
    bool other_configuration;
    uint32_t ipv6_mtu;
    uint64_t reachable_us;
    uint64_t retransmit_us;
    uint64_t solicit_wait_us; /* RFC 7559 */
    uint64_t solicit_at;
    uint8_t reports_left; /* of a change of groups */
    uint64_t report_at;
    uint64_t query_answer_at;
    struct dhcpv4 dhcpv4;
    struct dhcpv6 dhcpv6;
};

/* How far an address has come; RFC 5227 for IPv4, RFC 4862 section 5.4 for IPv6. */
enum address_phase { ADDRESS_PROBING, ADDRESS_ANNOUNCING, ADDRESS_READY };

enum address_origin {
    ADDRESS_MANUAL,
    ADDRESS_LINK_LOCAL,
    ADDRESS_STABLE,    /* RFC 7217 */
    ADDRESS_TEMPORARY, /* RFC 8981 */
    ADDRESS_LEASED,    /* RFC 2131, RFC 8415; their clients end it */
};

struct address {
    bool used;
    bool probe; /* to be probed for, whenever the link comes up */
    uint8_t interface;
    uint8_t prefix_len;
    uint8_t phase;   /* enum address_phase */
    uint8_t origin;  /* enum address_origin */
    uint8_t sent;    /* probes or announcements of this phase */
    uint8_t attempt; /* DAD_Counter of RFC 7217, attempts of RFC 8981 */
    bool deprecated;
    bool replaced;    /* a temporary address whose successor was made */
    bool defended;    /* at defended_at */
    uint8_t nonce[6]; /* of the last probe, RFC 7527 */
    struct nonnet_address ip;
    uint64_t due; /* of the phase; NONNET_NEVER if nothing is to be done */
    uint64_t defended_at;
    uint64_t created_at;
    uint64_t preferred_until;
    uint64_t valid_until;
};

enum route_origin { ROUTE_MANUAL = 1, ROUTE_ANNOUNCED = 2, ROUTE_REDIRECT = 4, ROUTE_LEASED = 8 };

struct route {
    bool used;
    uint8_t interface;
    uint8_t origin;     /* enum route_origin */
    uint8_t preference; /* RFC 4191: 0 low, 1 medium, 2 high */
    uint8_t prefix_len;
    struct nonnet_address prefix;
    struct nonnet_address gateway;
    uint32_t order; /* of addition */
    uint64_t valid_until;
};

/* RFC 4861 section 7.3.2. */
enum neighbour_state {
    NEIGHBOUR_INCOMPLETE,
    NEIGHBOUR_REACHABLE,
    NEIGHBOUR_STALE,
    NEIGHBOUR_DELAY,
    NEIGHBOUR_PROBE,
};

struct neighbour {
    bool used;
    bool router;
    uint8_t interface;
    uint8_t state; /* enum neighbour_state */
    uint8_t solicited;
    uint8_t ncontrol; /* control packets that wait */
    struct nonnet_mac mac;
    struct nonnet_address ip;
    struct nonnet_address asker; /* source of the packet that asked, for solicitations */
    struct packet_list waiting;
    uint64_t due;
    uint64_t used_at;
};

struct path_mtu {
    struct nonnet_address destination;
    uint32_t mtu;
    uint64_t valid_until;
};

/* A piece of fragment memory. A fragment is a chain of them, a datagram a list of fragments. */
#define CHUNK_LEN 244 /* so that a chunk has 256 bytes, and no division is needed to count them */
struct chunk {
    uint16_t next;          /* of the fragment, or of the free list */
    uint16_t next_fragment; /* in the first chunk: the fragment that follows by offset */
    uint32_t offset;        /* of the fragment */
    uint32_t len;           /* of the fragment */
    uint8_t data[CHUNK_LEN];
};
_Static_assert(sizeof(struct chunk) == 256, "chunks are counted without a division");

#define DATAGRAM_HEADERS_MAX 128

struct datagram {
    bool used;
    bool dead; /* fragments overlapped: whatever else comes of it is dropped (RFC 5722) */
    uint8_t interface;
    uint8_t protocol; /* of IPv4: a part of the key */
    uint8_t group;    /* a fragment came in a group's frame */
    uint8_t ecn;
    uint16_t first_fragment;
    uint16_t nfragments;
    uint16_t nchunks;
    uint16_t headers_len;
    uint16_t named_at; /* IPv6: offset of the octet that named the fragment header */
    uint8_t next_header;
    uint32_t id;
    uint32_t total;    /* of the fragmented part; 0: not known yet */
    uint32_t received; /* bytes */
    struct nonnet_address source;
    struct nonnet_address destination;
    uint64_t expires;
    uint8_t headers[DATAGRAM_HEADERS_MAX]; /* of the first fragment */
};

struct udp_socket {
    bool used;
    bool connected;
    bool may_fragment;
    uint8_t version;
    uint16_t index; /* its own */
    uint16_t generation;
    uint16_t npackets; /* that wait to be sent */
    uint16_t wants;    /* packets that sending was refused for: say when they can be had */
    uint8_t connected_interface;
    struct nonnet_endpoint local; /* address version 0: any */
    struct nonnet_endpoint peer;
    struct nonnet_endpoint sent_to; /* the last, for judging ICMP errors */
    uint32_t events;
    int error;
    uint8_t *queue; /* udp_receive_len bytes */
    uint32_t queue_start;
    uint32_t queue_used;
};

/* A bucket that lets `burst` through at once and one more each interval. */
struct rate_limit {
    uint32_t tokens;
    uint64_t filled_at;
};

struct echo_request {
    bool used;
    uint16_t sequence;
    struct nonnet_address to;
    uint64_t sent_at;
};

struct echo {
    uint16_t identifier;
    uint8_t next_request;
    uint8_t first_answer;
    uint8_t nanswers;
    uint32_t events;
    struct echo_request requests[NONNET_ECHO_MAX];
    struct nonnet_echo_answer answers[NONNET_ECHO_MAX];
};

#define NIDENTIFICATIONS 256 /* a power of two */

/* The ends of a packet that was let in; see ip/input.h. */
struct let_in {
    uint8_t interface;
    uint32_t epoch;
    struct nonnet_address source;
    struct nonnet_address destination;
    uint64_t until;
};

struct tcp_host; /* tcp/host.h */

struct nonnet_stack {
    struct nonnet_config config;
    uint64_t now;
    uint8_t key[NONNET_KEY_LEN];
    uint8_t stable_key[NONNET_KEY_LEN];
    struct interface *interfaces;
    struct address *addresses;
    struct route *routes;
    uint32_t routes_added;
    uint32_t path_epoch; /* counts changes of addresses, routes and links */
    struct let_in let_in;
    struct neighbour *neighbours;
    struct path_mtu *path_mtus;
    struct packet *packets;
    struct packet_list free_packets;
    uint16_t nfree_packets;
    uint16_t ncontrol_packets;
    uint16_t nparked_control; /* of them, those that wait for a neighbour */
    struct udp_socket *udp_sockets;
    uint16_t nwanting;       /* sockets that want packets */
    uint16_t next_ephemeral; /* RFC 6056 section 3.3.3 */
    struct tcp_host *tcp;    /* NULL in a stack without TCP */
    struct datagram *datagrams;
    struct chunk *chunks;
    uint16_t nchunks;
    uint16_t nfree_chunks;
    uint16_t free_chunk;
    uint8_t *assembly; /* one datagram, when all of it is there */
    uint32_t identifications[NIDENTIFICATIONS];
    struct rate_limit icmp_errors;
    struct echo echo;
    uint16_t event_interface; /* where the search for events goes on */
    uint16_t event_udp;
    uint64_t counters[NONNET_NCOUNTERS];
};

static inline void stack_count(struct nonnet_stack *stack, enum nonnet_counter counter)
{
    stack->counters[counter]++;
}

/* Takes over the time, unless it went back. */
static inline void stack_set_time(struct nonnet_stack *stack, uint64_t now)
{
    if (now > stack->now)
        stack->now = now;
}

/* `us` from now; never is never reached. */
static inline uint64_t stack_after(const struct nonnet_stack *stack, uint64_t us)
{
    return us >= NONNET_NEVER - stack->now ? NONNET_NEVER : stack->now + us;
}

static inline uint64_t earlier(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* The interface of a handle, or NULL. */
struct interface *nonnet_interface_of(const struct nonnet_stack *stack,
                                      struct nonnet_interface_handle handle);
struct nonnet_interface_handle nonnet_interface_handle_of(const struct interface *interface);

/*
 * Which interface a handle wishes for: its index, or NO_INTERFACE for a handle of zeros. Returns
 * false if the handle is stale.
 */
bool nonnet_interface_wish(const struct nonnet_stack *stack, struct nonnet_interface_handle handle,
                           uint8_t *index);

/* The socket of a handle, or NULL. */
struct udp_socket *nonnet_udp_socket_of(const struct nonnet_stack *stack,
                                        struct nonnet_udp_handle handle);

/* A number below `bound` that nobody can predict; 0 if `bound` is 0. */
uint32_t nonnet_stack_random(const struct nonnet_stack *stack, uint32_t bound);

/* Whether one more may pass now: a thousand a second, and some tens at once. */
bool nonnet_rate_limit_pass(const struct nonnet_stack *stack, struct rate_limit *limit);

/* The keyed hash of `len` bytes under the key of this run. */
uint64_t nonnet_stack_hash(const struct nonnet_stack *stack, const uint8_t *data, size_t len);

#endif
