/*
 * The net module's protocols. Three services, three capabilities; the first two of grant class CLEARNET, the last of NET_CAPTURE:
 *
 *   net           sockets, echo requests, names: what programs use
 *   net-control   what the host is (addresses, routes, connections, counters), and the link's switch
 *   net-capture   all frames that the network card sends and receives
 *
 * The network device itself is a third one (nonos/nic.h), which only the net module holds.
 *
 * A client of `net` opens a session: an endpoint of its own, with a buffer that it pays for and the module makes, so that
 * nothing which the client revokes takes it away under the module's hands. Sockets are endpoints made by a session, and their data goes through
 * the session's buffer; `at` is an offset into it, and RANGE the answer to a place outside of it. To close a session or a socket is to
 * delete its capability; a session's sockets outlive it.
 *
 * Requests that wait have a time in milliseconds: 0 does not wait, NONOS_NET_FOREVER has no end. What has not happened by then
 * is TIMED_OUT. When the last capability to a session or socket is gone, requests that wait on it are CANCELLED.
 *
 * A client is whoever pays: sessions with the same Account share what one client may have of each table. NO_SPACE says that it has that,
 * or that all clients together have all: 16 of 256 sessions, 12 of 22 connections of TCP (the backlogs of its listeners among them), 8 of
 * 16 listeners, 12 of 24 sockets of UDP, 64 of 512 requests that wait, 4 of 8 names being asked for, 2 of 4 captures.
 *
 * An endpoint stands in three words: NONOS_NET_ENDPOINT below.
 *
 * Beside the results listed: NO_DEVICE no network device; UNREACHABLE, REFUSED and RESET are those of nonos/result.h.
 */
#ifndef NONOS_NET_H
#define NONOS_NET_H

#include <stdint.h>

#define NONOS_NET_FOREVER     0xffffffffffffffffull
#define NONOS_NET_BUFFER_MAX  (1u << 20)
#define NONOS_NET_NAME_MAX    255u
#define NONOS_NET_DATAGRAM    65507u /* bytes of the longest datagram */
#define NONOS_NET_RESOLVE_MAX 8u     /* addresses of one name and version */

/* NONOS_NET_KEEP_ALIVE: INVALID outside of these bounds. One lost probe ends no connection (RFC 9293, MUST-29). */
#define NONOS_NET_KEEP_ALIVE_MS_MIN    1000u
#define NONOS_NET_KEEP_ALIVE_MS_MAX    86400000u
#define NONOS_NET_KEEP_ALIVE_COUNT_MIN 2u
#define NONOS_NET_KEEP_ALIVE_COUNT_MAX 127u

enum nonos_net_op {
    /* On the service: caps[0] Account (CREATE, INSPECT), w0 length of the buffer -> caps[0] a session, caps[1] the buffer's Memory
     * (READ, WRITE). NO_SPACE */
    NONOS_NET_SESSION = 1,

    /* On a session. */
    NONOS_NET_CONNECT, /* w0..w2 peer, w3 ms -> caps[0] a socket of TCP, connected. REFUSED, UNREACHABLE, NO_SPACE */
    NONOS_NET_LISTEN, /* w0..w2 local endpoint, address of zeros: all, w3 backlog, of which 4 at most count -> caps[0] a listener. EXISTS, NO_SPACE */
    NONOS_NET_DATAGRAM_OPEN, /* w0..w2 peer or version alone, w3 local port or 0 -> caps[0] a socket of UDP. EXISTS, NO_SPACE */
    NONOS_NET_PING, /* w0..w2 host, w3 bytes of data, w4 ms -> w0 round trip in us, w1 hop limit, w2 bytes. NO_SPACE */
    NONOS_NET_RESOLVE, /* w0 at, w1 length of the name, w2 version 4 or 6, w3 ms; addresses of 16 bytes replace the name
                         * -> w0 their number, w1 seconds to live. NOT_FOUND, REFUSED, NO_SPACE, NO_DEVICE without a server */

    /* On a socket or listener. Of a connection, UNREACHABLE also says that the address that it came from is gone. */
    NONOS_NET_ACCEPT, /* listener: w0 ms -> caps[0] a socket of TCP, w0..w2 its peer. NO_SPACE */
    NONOS_NET_SEND, /* w0 at, w1 length, w2 ms; UDP: w3..w5 peer, unless it has one -> w0 bytes taken: of TCP all, unless
                         * the time or the connection ended before; then 1 at least. PIPE: nothing can be sent any more */
    NONOS_NET_RECEIVE, /* w0 at, w1 size, w2 ms -> w0 bytes, of TCP 0 at the peer's end; w1..w3 peer. UDP: TOO_BIG, the datagram stays */
    NONOS_NET_SHUTDOWN, /* TCP: nothing more will be sent -> */
    NONOS_NET_SOCKET, /* -> w0..w2 local endpoint, w3..w5 peer, w6 kind | state << 8 as of NONOS_NET_CONNECTION */
    NONOS_NET_KEEP_ALIVE, /* TCP, RFC 9293 section 3.8.4; off at first: w0 ms without a segment of the peer until it is sent a probe, 0: off; w1 ms
                           * between probes, w2 probes without an answer that end the connection with TIMED_OUT, w1 after the last -> */

    /* On net-control; NOT_FOUND past the last index. */
    NONOS_NET_INTERFACE =
        64, /* w0 index -> w0 station address (nonos/nic.h), w1 MTU, w2 NONOS_NET_LINK..., w3 frames in, w4 out, w5 how often
                               * the driver was started again */
    NONOS_NET_ADDRESS, /* w0 index -> w0..w2 address, w3 prefix length, w4 NONOS_NET_ADDRESS..., w5 seconds valid or NONOS_NET_FOREVER */
    NONOS_NET_ROUTE, /* w0 index -> w0..w2 prefix, w3 its length, w4..w6 gateway, of version 0 if on the link */
    NONOS_NET_SERVER,     /* w0 index -> w0..w2 a name server */
    NONOS_NET_CONNECTION, /* w0 index -> w0..w2 local endpoint, w3..w5 peer, w6 kind | state << 8 (RFC 9293 section 3.3.2 in its
                            * order), w7 bytes in the send queue | in the receive queue << 32 */
    NONOS_NET_COUNTER,    /* w0 index -> w0 value, w1..w7 name, NUL-padded */
    NONOS_NET_DEVICE_COUNTER, /* w0 as NONOS_NIC_COUNTER has it -> w0 value. NO_DEVICE while the driver does not run, TIMED_OUT if it is silent */
    NONOS_NET_SWITCH,         /* w0 1: the link is used, 0: it is not -> */

    /* On net-capture: caps[0] Account (CREATE, INSPECT), caps[1] Notification (SIGNAL), w0 length of the buffer, NONOS_NET_CAPTURE_MIN to
     * NONOS_NET_BUFFER_MAX, w1 bytes to keep of a frame, 1 to 65535, w2 bits -> caps[0] a capture, caps[1] the buffer's Memory (READ, WRITE).
     * NO_SPACE */
    NONOS_NET_CAPTURE = 128,
    /* On a capture: w0 bytes of the buffer that were read, ever -> w0 bytes that were written, ever; w1 frames captured, w2 frames dropped for want
     * of room. The Notification is signalled once when there is more than that. INVALID: less than said before, or more than was written */
    NONOS_NET_CAPTURE_READ,
};

/*
 * A capture's buffer is a ring: the byte written as number n, from 0, lies at n % its length. It holds one record after the other, each
 * a struct nonos_net_frame and `kept` bytes of the frame, without its check sequence. To end a capture is to delete its capability.
 */
struct nonos_net_frame {
    uint64_t time_ns; /* since 1970, UTC */
    uint32_t len;     /* of the frame */
    uint16_t kept;
    uint16_t flags; /* NONOS_NET_FRAME_... */
};

#define NONOS_NET_FRAME_SENT  1u /* by us; else received */
#define NONOS_NET_CAPTURE_MIN 4096u

/* NONOS_NET_INTERFACE. */
#define NONOS_NET_LINK       1u  /* the device has a link */
#define NONOS_NET_ENABLED    2u  /* and it is used */
#define NONOS_NET_ATTACHED   4u  /* the driver runs */
#define NONOS_NET_LEASE      8u  /* a DHCP server gave an address */
#define NONOS_NET_LEASE_IPV6 16u /* one of DHCPv6 did, as a router said that it would */
#define NONOS_NET_TOLD_IPV6 \
    32u /* one of DHCPv6 answered: with an address, or with name servers alone */

/* NONOS_NET_ADDRESS. */
#define NONOS_NET_ADDRESS_TENTATIVE  1u /* being probed for */
#define NONOS_NET_ADDRESS_DEPRECATED 2u
#define NONOS_NET_ADDRESS_ANNOUNCED  4u
#define NONOS_NET_ADDRESS_TEMPORARY  8u

enum nonos_net_kind { NONOS_NET_TCP = 1, NONOS_NET_LISTENER, NONOS_NET_UDP };

/* NONOS_NET_ENDPOINT: w0 version (4, 6, or 0 for none) | port << 16; w1, w2 the address's octets, in the words' bytes from the lowest on. */
struct nonos_net_endpoint {
    uint8_t version;
    uint8_t octet[16]; /* IPv4 uses four, the others are 0 */
    uint16_t port;
};

static inline void nonos_net_to_words(uint64_t words[3], const struct nonos_net_endpoint *endpoint)
{
    words[0] = endpoint->version | (uint64_t)endpoint->port << 16;
    words[1] = words[2] = 0;
    for (unsigned i = 0; i < 16; i++)
        words[1 + i / 8] |= (uint64_t)endpoint->octet[i] << 8 * (i % 8);
}

static inline void nonos_net_from_words(struct nonos_net_endpoint *endpoint,
                                        const uint64_t words[3])
{
    endpoint->version = (uint8_t)words[0];
    endpoint->port = (uint16_t)(words[0] >> 16);
    for (unsigned i = 0; i < 16; i++)
        endpoint->octet[i] = (uint8_t)(words[1 + i / 8] >> 8 * (i % 8));
}

#endif
