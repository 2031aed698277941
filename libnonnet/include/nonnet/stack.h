/*
 * A TCP/IP host as one object: frames and the time go in, frames and the next deadline come out.
 *
 * The stack lies in one arena that the caller gives at creation and never asks for more. It does
 * not block, read a clock, or keep a pointer that it was given after the call returns (the two
 * callbacks of its environment excepted). It calls nothing back while it works: what happened is
 * fetched as events. One thread at a time may be inside one stack; stacks are independent.
 *
 *     for (;;) {
 *         while (frame arrives)  nonnet_stack_input(stack, interface, frame, len, now);
 *         nonnet_stack_tick(stack, now);
 *         while (nonnet_stack_event(stack, &event))  ...
 *         while (nonnet_stack_output(stack, interface, frame, size, &len, now) == NONNET_OK)  send
 *         wait for a frame, for the program, or until nonnet_stack_deadline(stack)
 *     }
 *
 * Time is a number of microseconds that never goes back, from any beginning; a time before one
 * already given counts as that one.
 *
 * Handles carry a generation: one whose object is gone is refused (NONNET_E_STALE) and never means
 * another object. A handle of zeros names nothing.
 */
#ifndef NONNET_STACK_H
#define NONNET_STACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <nonnet/address.h>
#include <nonnet/counter.h>
#include <nonnet/event.h>
#include <nonnet/interface.h>
#include <nonnet/offload.h>
#include <nonnet/result.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NONNET_ARENA_ALIGN 16
#define NONNET_KEY_LEN     16
#define NONNET_NEVER       UINT64_MAX

/* What the stack needs from outside. Both functions must be there and return at once. */
struct nonnet_environment {
    void *context;
    /* Fills `out` with bytes that nobody can predict. */
    void (*entropy)(void *context, uint8_t *out, size_t len);
    /*
     * A keyed pseudo-random function of 64 bits, such as SipHash-2-4: nobody without the key can
     * predict a value from others.
     */
    uint64_t (*keyed_hash)(void *context, const uint8_t key[NONNET_KEY_LEN], const uint8_t *data,
                           size_t len);
};

/* How much of everything there is. All memory is taken at creation. */
struct nonnet_config {
    struct nonnet_environment environment;
    uint16_t ninterfaces; /* 1 to 255 */
    uint16_t naddresses;  /* on all interfaces together */
    uint16_t nroutes; /* those that addresses imply not counted; routers may fill half of them */
    uint16_t nneighbours;  /* at least 4 */
    uint16_t npath_mtus;   /* destinations whose path MTU is remembered */
    uint16_t npackets;     /* that wait to be sent; at least 8, of which a fourth is for control */
    uint16_t nudp_sockets; /* may be 0 */
    /*
     * TCP, see <nonnet/tcp.h>. Without connections there is none, and the stack says so to peers
     * ("protocol unreachable").
     */
    uint16_t ntcp_connections;
    uint16_t ntcp_buffers;    /* 1 to ntcp_connections: those that can carry data at a time */
    uint16_t ntcp_listeners;  /* may be 0 */
    uint16_t ntcp_half_open;  /* of each listener: a multiple of 8 */
    uint32_t tcp_send_len;    /* bytes of a connection's send buffer; 4096 to 2^30 */
    uint32_t tcp_receive_len; /* and of its receive buffer, likewise */
    uint16_t ndatagrams;      /* datagrams in reassembly; 0: fragments are dropped */
    uint32_t reassembly_len;  /* bytes of memory for fragments; at least 4096 if ndatagrams > 0 */
    uint32_t udp_receive_len; /* bytes of each UDP socket's receive queue; at least 2048 */
    uint32_t mtu_max;         /* no interface has a larger MTU; 1280 to 65535 */
    bool answer_echo;         /* reply to ICMP echo requests */
    /*
     * Tell by ICMP of packets that nobody here takes, because of their port, protocol or options, or
     * because fragments are missing (RFC 1122 section 3.2.2, RFC 4443 section 3). If not, a scan
     * hears nothing of them.
     */
    bool answer_errors;
    /*
     * Answer TCP segments for ports that nobody uses by RST (RFC 9293 section 3.10.7.1). If not,
     * a peer of a connection that is gone learns it by its own timeout only.
     */
    bool answer_closed_ports;
    /*
     * The secret that stable IPv6 addresses are made from (RFC 7217). Kept over restarts, it gives
     * the same addresses in the same networks. All zeros: the stack draws one.
     */
    uint8_t stable_secret[NONNET_KEY_LEN];
};

/*
 * Fills `config` with a small host: one interface, MTU 1500, 8 addresses, 8 routes, 32 neighbours,
 * 128 packets, 8 UDP sockets of 16 KiB, 32 TCP connections of which 8 carry data in 32 KiB each
 * way, 4 listeners, 128 KiB for 8 datagrams in reassembly; echo and errors are answered, closed ports of
 * TCP are not.
 * The environment is left zero, for the caller to set.
 */
NONNET_API void nonnet_config_default(struct nonnet_config *config);

/* Bytes of arena that `config` needs; 0 if the configuration is not valid. */
NONNET_API size_t nonnet_stack_size(const struct nonnet_config *config);

/*
 * Makes a stack in `arena`, `size` bytes aligned to NONNET_ARENA_ALIGN. It belongs to the stack
 * until the caller stops using the stack; there is nothing to free. Draws its keys from the
 * environment.
 *
 * Returns 0; NONNET_E_INVALID for a wrong configuration or alignment; NONNET_E_NO_MEMORY if `size`
 * is less than nonnet_stack_size() says. On error `*stack` is unchanged.
 */
NONNET_MUST_CHECK NONNET_API int nonnet_stack_init(struct nonnet_stack **stack,
                                                   const struct nonnet_config *config, void *arena,
                                                   size_t size, uint64_t now);

/*
 * Takes a frame that arrived: with its link header and without its check sequence. `frame` is only
 * read, and not used after the call.
 *
 * Returns 0 whatever the stack thought of the frame (the counters say that), or NONNET_E_STALE.
 */
NONNET_MUST_CHECK NONNET_API int nonnet_stack_input(struct nonnet_stack *stack,
                                                    struct nonnet_interface_handle interface,
                                                    const uint8_t *frame, size_t len, uint64_t now);

/*
 * Writes the next frame to send to `frame`, with its link header, and its length to `*len`. A size
 * of link header and MTU always suffices; less may be refused while there are TCP segments to send.
 * What is behind the frame in `size` bytes may be overwritten.
 *
 * Returns 0; NONNET_E_EMPTY when there is none; NONNET_E_NO_SPACE if `size` is too small (the frame
 * stays the next one and `*len` says what it needs); NONNET_E_STALE.
 */
NONNET_MUST_CHECK NONNET_API int nonnet_stack_output(struct nonnet_stack *stack,
                                                     struct nonnet_interface_handle interface,
                                                     uint8_t *frame, size_t size, size_t *len,
                                                     uint64_t now);

/*
 * The same two for a device with offloads (<nonnet/offload.h>). Of a frame that arrived, `said` is
 * what the device says of it, as far as the interface lets it; NULL: nothing. Of a frame to be sent,
 * `*said` is filled in with what the device has to do, which is nothing after an error. A train of
 * segments has at most `size` bytes, so that a caller whose buffers are small gets small ones; and
 * a frame of nonnet_stack_output() is always complete.
 */
NONNET_MUST_CHECK NONNET_API int nonnet_stack_input_frame(struct nonnet_stack *stack,
                                                          struct nonnet_interface_handle interface,
                                                          const uint8_t *frame, size_t len,
                                                          const struct nonnet_frame *said,
                                                          uint64_t now);
NONNET_MUST_CHECK NONNET_API int nonnet_stack_output_frame(struct nonnet_stack *stack,
                                                           struct nonnet_interface_handle interface,
                                                           uint8_t *frame, size_t size, size_t *len,
                                                           struct nonnet_frame *said, uint64_t now);

/*
 * Takes a frame that lies in parts, at most NONNET_OFFLOAD_FRAME_MAX bytes. Only the first is looked
 * at, and must not change meanwhile. What is in the others is read once at most, to where a user
 * reads it, and nothing depends on it: they may be in memory that a device or somebody else writes.
 *
 * Returns as nonnet_stack_input_frame(), which does the same with the frame in one piece; or
 * NONNET_E_UNSUPPORTED after doing nothing: the frame has to be put together. Only a TCP segment can
 * be taken like this, if the first part has its headers to their end, no IPv6 extension header or
 * fragment is among them, and the device says that the checksum is right.
 */
NONNET_MUST_CHECK NONNET_API int
nonnet_stack_input_parts(struct nonnet_stack *stack, struct nonnet_interface_handle interface,
                         const struct nonnet_part *parts, size_t nparts,
                         const struct nonnet_frame *said, uint64_t now);

/* Does what is due at `now`. Cheap when nothing is. Costs time linear in the tables. */
NONNET_API void nonnet_stack_tick(struct nonnet_stack *stack, uint64_t now);

/*
 * The time of the next thing to do, for nonnet_stack_tick; NONNET_NEVER if there is none. Any other
 * call may change it. Costs time linear in the tables.
 */
NONNET_API uint64_t nonnet_stack_deadline(const struct nonnet_stack *stack);

/* Takes the next event. Returns false when there is none. */
NONNET_API bool nonnet_stack_event(struct nonnet_stack *stack, struct nonnet_event *event);

#ifdef __cplusplus
}
#endif

#endif
