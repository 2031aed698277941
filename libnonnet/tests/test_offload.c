/*
 * Devices that finish checksums, cut trains of segments and join them. Two hosts with the same random numbers hear the same: one has such
 * a device, and what comes out of it must be byte for byte what the other one sends.
 */
#include "offload_device.h"

#define SIX   (_i == 1)
#define PLAIN 0
#define CARD  1

#define ALL_OFFLOADS                                                                   \
    (NONNET_OFFLOAD_CHECKSUM | NONNET_OFFLOAD_VERIFIED | NONNET_OFFLOAD_SEGMENT_IPV4 | \
     NONNET_OFFLOAD_SEGMENT_IPV6 | NONNET_OFFLOAD_JOINED)

static struct host h[2];
static struct peer p[2];
static struct nonnet_tcp_handle socket[2];
static struct wire wires[2];
static uint64_t random_state;
static uint32_t una, next; /* of what the peer knows */

static void offload_set(uint32_t flags)
{
    struct nonnet_offload offload = {flags, NONNET_OFFLOAD_FRAME_MAX};
    ck_assert_int_eq(nonnet_interface_set_offload(h[CARD].stack, h[CARD].interface, &offload),
                     NONNET_OK);
}

static void setup(void)
{
    for (int i = 0; i < 2; i++) {
        host_tcp_configure(&h[i]);
        h[i].config.tcp_send_len = 200000;
        host_tcp_ready(&h[i]);
    }
    offload_set(ALL_OFFLOADS);
    random_state = check_seed();
}

static void teardown(void)
{
    host_end(&h[0]);
    host_end(&h[1]);
}

/* ---- both hosts ---- */

static void both_wait(uint64_t us)
{
    host_wait(&h[0], us);
    host_wait(&h[1], us);
}

static void both_hear(const struct frame *f)
{
    host_input(&h[0], f);
    host_input(&h[1], f);
}

static void both_segment(const struct nonnet_tcp_header *header, const void *data, size_t len)
{
    struct frame f = frame_tcp(&p[0], header, data, len);
    both_hear(&f);
}

static void both_write(uint32_t len)
{
    static uint8_t data[200000];
    for (uint32_t i = 0; i < len; i++)
        data[i] = (uint8_t)check_random(&random_state);
    ck_assert_uint_eq(socket_write(&h[0], socket[0], data, len),
                      socket_write(&h[1], socket[1], data, len));
}

/* What both have to send is the same; fills `wires` in. */
static void both_send_alike(size_t size)
{
    memset(wires, 0, sizeof wires);
    plain_drain(&h[PLAIN], &wires[PLAIN]);
    device_drain(&h[CARD], &wires[CARD], size);
    ck_assert_uint_eq(wires[CARD].count, wires[PLAIN].count);
    for (unsigned i = 0; i < wires[CARD].count; i++) {
        ck_assert_uint_eq(wires[CARD].len[i], wires[PLAIN].len[i]);
        ck_assert_mem_eq(wires[CARD].bytes[i], wires[PLAIN].bytes[i], wires[PLAIN].len[i]);
    }
    ck_assert_uint_eq(host_count(&h[CARD], NONNET_COUNT_SEGMENTS_OUT),
                      host_count(&h[PLAIN], NONNET_COUNT_SEGMENTS_OUT));
}

/* The segment in frame `i` of the wire. */
static size_t segment_at(unsigned i, bool six, struct nonnet_tcp_header *header)
{
    const uint8_t *bytes = wires[PLAIN].bytes[i] + 14;
    size_t at = six ? 40 : 20;
    size_t len = wires[PLAIN].len[i] - 14;
    if (len < at + 20 || bytes[six ? 6 : 9] != 6)
        return 0;
    ck_assert_int_eq(nonnet_tcp_header_decode(header, bytes + at, len - at), NONNET_OK);
    return len - at - header->header_len;
}

/* Notes how far the peer could have heard. */
static void peer_listens(bool six)
{
    struct nonnet_tcp_header header;
    for (unsigned i = 0; i < wires[PLAIN].count; i++) {
        size_t len = segment_at(i, six, &header);
        uint32_t end = len > 0 ? header.seq + (uint32_t)len : next;
        if (len > 0 && (int32_t)(end - next) > 0)
            next = end;
    }
}

static void both_connect(bool six)
{
    for (int i = 0; i < 2; i++) {
        p[i] = peer_of(&h[i], six, 5000, 80);
        p[i].window = 65535;
        socket[i] = host_calls(&p[i], NULL);
    }
    ck_assert_uint_eq(p[0].next, p[1].next);
    ck_assert_uint_eq(p[0].other_port, p[1].other_port);
    una = next = p[0].next;
}

static void both_acknowledge(uint32_t ack, uint32_t sack_start, uint32_t sack_end)
{
    p[0].next = ack;
    struct nonnet_tcp_header header = peer_header(&p[0], ACK);
    if (sack_start != sack_end) {
        header.nsack = 1;
        header.sack[0] = (struct nonnet_tcp_sack_block){sack_start, sack_end};
    }
    both_segment(&header, NULL, 0);
    una = ack;
}

/* Lets the congestion window grow to about 40 segments. */
static void both_warm_up(bool six)
{
    for (int i = 0; i < 3; i++) {
        both_write(60000);
        both_send_alike(65535);
        peer_listens(six);
        both_wait(20 * MS);
        both_acknowledge(next, 0, 0);
        both_send_alike(65535);
        peer_listens(six);
        both_acknowledge(next, 0, 0);
    }
    while (una != next || wires[PLAIN].count > 0) {
        both_wait(20 * MS);
        both_send_alike(65535);
        peer_listens(six);
        both_acknowledge(next, 0, 0);
    }
}

/* ---- frames out ---- */

START_TEST(a_train_is_cut_into_the_segments_of_a_stack_without_offload)
{
    both_connect(SIX);
    both_warm_up(SIX);
    both_write(50000);
    both_send_alike(65535);
    ck_assert_uint_ge(wires[CARD].longest, 20);
    ck_assert_uint_ge(wires[CARD].count, 30);
}
END_TEST

START_TEST(a_connection_through_losses_is_the_same_with_trains_and_without)
{
    both_connect(SIX);
    unsigned ntrains = 0;
    for (unsigned step = 0; step < 3000; step++) {
        uint32_t left = next - una;
        uint32_t some = left ? (uint32_t)(check_random(&random_state) % (left + 1)) : 0;
        uint32_t more = left ? (uint32_t)(check_random(&random_state) % (left - some + 1)) : 0;
        switch (check_random(&random_state) % 8) {
        case 0:
        case 1:
            both_write((uint32_t)(check_random(&random_state) % 60000));
            break;
        case 2:
        case 3:
            both_acknowledge(next, 0, 0);
            break;
        case 4:
            both_acknowledge(una + some, 0, 0);
            break;
        case 5:
            if (some > 0 && more > 0)
                both_acknowledge(una, una + some, una + some + more);
            break;
        case 6:
            p[0].window = (uint16_t)(check_random(&random_state) % 2 ? 65535 : 20000);
            both_acknowledge(una, 0, 0);
            break;
        default:
            both_wait(check_random(&random_state) % 100 * MS);
        }
        both_send_alike(step % 3 ? 65535 : 9000);
        peer_listens(SIX);
        ntrains += wires[CARD].ntrains;
    }
    ck_assert_uint_gt(ntrains, 300);
}
END_TEST

START_TEST(parts_of_a_train_that_were_lost_are_sent_again)
{
    both_connect(SIX);
    both_warm_up(SIX);
    both_write(42000);
    both_send_alike(65535);
    peer_listens(SIX);
    ck_assert_uint_ge(wires[CARD].longest, 20);
    /* The fourth to the sixth of them, of 1400 bytes each, did not come. */
    both_wait(20 * MS);
    both_acknowledge(una + 3 * 1400, una + 6 * 1400, next);
    both_wait(20 * MS);
    both_acknowledge(una, una + 3 * 1400, next);
    both_send_alike(65535);
    ck_assert_uint_ge(wires[PLAIN].count, 1);
    struct nonnet_tcp_header header;
    ck_assert_uint_eq(segment_at(0, SIX, &header), 1400);
    ck_assert_uint_eq(header.seq, una);
}
END_TEST

/* A router on the way cannot pass on a packet that went out. */
static void both_hear_too_big(bool six, unsigned number)
{
    static const struct nonnet_address router = {6, {0x20, 1, 0xd, 0xb8, [15] = 0xfe}};
    const uint8_t *quoted = wires[CARD].bytes[number] + 14;
    struct frame f =
        six ? frame_icmpv6(&router, &host_global, 2, 0, 1280, quoted, 600)
            : frame_icmp((struct ipv4_spec){.source = {192, 0, 2, 254}}, 3, 4, 1280, quoted, 100);
    both_hear(&f);
}

/* What went out are packets of at most 1280 bytes. */
static void both_sent_small(void)
{
    for (unsigned i = 0; i < wires[CARD].count; i++)
        ck_assert_uint_le(wires[CARD].len[i], 14 + 1280);
}

/* Half and half of what is in flight is acknowledged until nothing is. */
static void both_finish(bool six)
{
    for (unsigned step = 0; step < 200 && una != next; step++) {
        both_acknowledge(una + (next - una + 1) / 2, 0, 0);
        both_send_alike(65535);
        peer_listens(six);
        both_sent_small();
        both_wait(20 * MS);
    }
    ck_assert_uint_eq(una, next);
}

START_TEST(a_smaller_path_in_the_middle_of_a_train_is_found)
{
    both_connect(SIX);
    both_warm_up(SIX);
    both_write(42000);
    both_send_alike(65535);
    peer_listens(SIX);
    ck_assert_uint_ge(wires[CARD].longest, 20);
    both_hear_too_big(SIX, 2);
    /* Such packets have come through before: the router is believed when nothing comes back. */
    for (unsigned step = 0; step < 50; step++) {
        both_wait(50 * MS);
        both_send_alike(65535);
    }
    both_finish(SIX);
    both_write(42000);
    both_send_alike(65535);
    peer_listens(SIX);
    ck_assert_uint_ge(wires[CARD].ntrains, 1);
    both_sent_small();
    both_finish(SIX);

    /* Later larger ones are tried again. None of this size has come through, however long the trains were. */
    both_wait(700 * S);
    both_write(42000);
    both_send_alike(65535);
    peer_listens(SIX);
    ck_assert_uint_ge(wires[CARD].ntrains, 1);
    ck_assert_uint_gt(wires[CARD].len[wires[CARD].count - 1], 14 + 1280);
    both_hear_too_big(SIX, wires[CARD].count - 1);
    both_send_alike(65535);
    ck_assert_uint_ge(wires[CARD].count, 1);
    both_sent_small();
}
END_TEST

START_TEST(the_end_of_a_stream_is_the_same_with_trains_and_without)
{
    both_connect(SIX);
    both_warm_up(SIX);
    both_write(28000); /* 20 segments, the last of which has the FIN */
    for (int i = 0; i < 2; i++)
        ck_assert_int_eq(nonnet_tcp_shutdown(h[i].stack, socket[i], h[i].now), NONNET_OK);
    both_send_alike(65535);
    ck_assert_uint_eq(wires[CARD].count, 20);
    struct nonnet_tcp_header header;
    ck_assert_uint_eq(segment_at(19, SIX, &header), 1400);
    ck_assert_uint_ne(header.flags & FIN, 0);
}
END_TEST

START_TEST(a_train_is_no_longer_than_the_callers_buffer_and_the_devices_limit)
{
    static struct frame f;
    struct nonnet_frame said;
    struct nonnet_offload offload = {ALL_OFFLOADS, 10000};
    both_connect(SIX);
    both_warm_up(SIX);
    both_write(50000);
    ck_assert_int_eq(nonnet_stack_output_frame(h[1].stack, h[1].interface, f.bytes, 6000, &f.len,
                                               &said, h[1].now),
                     NONNET_OK);
    ck_assert_uint_gt(f.len, 4 * 1400);
    ck_assert_uint_le(f.len, 6000);
    ck_assert_uint_eq(said.segment_len, 1400);
    ck_assert_int_eq(nonnet_interface_set_offload(h[1].stack, h[1].interface, &offload), NONNET_OK);
    ck_assert_int_eq(nonnet_stack_output_frame(h[1].stack, h[1].interface, f.bytes, 65535, &f.len,
                                               &said, h[1].now),
                     NONNET_OK);
    ck_assert_uint_gt(f.len, 7 * 1400);
    ck_assert_uint_le(f.len, 10000);
    ck_assert_int_eq(nonnet_stack_output_frame(h[1].stack, h[1].interface, f.bytes, 1000, &f.len,
                                               &said, h[1].now),
                     NONNET_E_NO_SPACE);
    ck_assert_uint_eq(said.flags, 0);
}
END_TEST

START_TEST(what_waits_for_its_neighbour_comes_out_of_the_device_like_the_rest)
{
    struct nonnet_interface_handle any = {0};
    struct nonnet_endpoint to = {nonnet_address_ipv4(192, 0, 2, 77), 80};
    static const uint8_t ip[4] = {192, 0, 2, 77};
    for (int i = 0; i < 2; i++)
        ck_assert_int_eq(nonnet_tcp_connect(h[i].stack, NULL, &to, any, NULL, &socket[i], h[i].now),
                         NONNET_OK);
    both_send_alike(65535);
    ck_assert_uint_eq(wires[CARD].count, 1); /* the question */
    host_answer_arp(&h[0], ip, PEER_MAC);
    host_answer_arp(&h[1], ip, PEER_MAC);
    both_send_alike(65535);
    ck_assert_uint_eq(wires[CARD].count, 1);
}
END_TEST

static void both_send_datagram(bool six, size_t len)
{
    static const uint8_t data[4000] = {1, 2, 3};
    struct nonnet_udp_message to = {.peer = {six ? peer6 : peer4, 9}};
    for (int i = 0; i < 2; i++) {
        struct nonnet_udp_handle udp = host_udp(&h[i], six ? 6 : 4, 900);
        ck_assert_int_eq(nonnet_udp_send(h[i].stack, udp, &to, data, len, h[i].now), NONNET_OK);
        ck_assert_int_eq(nonnet_udp_close(h[i].stack, udp), NONNET_OK);
    }
}

static void both_know_the_peer(void)
{
    both_connect(false);
    both_connect(true);
}

START_TEST(datagrams_come_out_of_the_device_as_from_a_stack_without_offload)
{
    both_know_the_peer();
    both_send_datagram(SIX, 1001);
    both_send_datagram(SIX, 3000); /* fragments: no device finishes these */
    both_send_alike(65535);
    ck_assert_uint_eq(wires[CARD].count, 1 + 3);
}
END_TEST

START_TEST(a_datagram_is_left_to_the_device_and_its_fragments_are_not)
{
    static struct frame f;
    struct nonnet_frame said;
    both_know_the_peer();
    both_send_datagram(SIX, 1001);
    both_send_datagram(SIX, 3000);
    for (int i = 0; i < 4; i++) {
        ck_assert_int_eq(nonnet_stack_output_frame(h[1].stack, h[1].interface, f.bytes,
                                                   sizeof f.bytes, &f.len, &said, h[1].now),
                         NONNET_OK);
        ck_assert_uint_eq(said.flags, i == 0 ? NONNET_FRAME_PARTIAL : 0);
    }
}
END_TEST

START_TEST(who_does_not_ask_what_is_left_to_do_gets_frames_that_are_complete)
{
    both_know_the_peer();
    both_send_datagram(SIX, 1001);
    both_connect(SIX);
    both_write(60000);
    memset(wires, 0, sizeof wires);
    plain_drain(&h[0], &wires[0]);
    plain_drain(&h[1], &wires[1]);
    ck_assert_uint_gt(wires[0].count, 5);
    ck_assert_mem_eq(&wires[0], &wires[1], sizeof wires[0]);
}
END_TEST

START_TEST(what_waits_is_complete_if_the_device_finishes_nothing_any_more)
{
    both_know_the_peer();
    both_send_datagram(SIX, 1001);
    offload_set(0);
    both_send_alike(65535);
    ck_assert_uint_eq(wires[CARD].count, 1);
}
END_TEST

START_TEST(offloads_that_cannot_be_are_refused)
{
    static const struct nonnet_offload wrong[] = {
        {0x20, 65535},
        {NONNET_OFFLOAD_SEGMENT_IPV4, 65535},
        {NONNET_OFFLOAD_CHECKSUM | NONNET_OFFLOAD_SEGMENT_IPV4, 1513},
        {NONNET_OFFLOAD_CHECKSUM | NONNET_OFFLOAD_SEGMENT_IPV6, 65536},
    };
    struct nonnet_interface_handle none = {0};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        ck_assert_int_eq(nonnet_interface_set_offload(h[0].stack, h[0].interface, &wrong[i]),
                         NONNET_E_INVALID);
    ck_assert_int_eq(nonnet_interface_set_offload(h[0].stack, none, &wrong[0]), NONNET_E_STALE);
}
END_TEST

/* ---- frames in ---- */

static void card_hears(const struct frame *f, uint32_t flags, uint16_t start, uint16_t offset)
{
    struct nonnet_frame said = {.flags = flags, .checksum_start = start, .checksum_offset = offset};
    uint8_t *copy = malloc(f->len);
    ck_assert_ptr_nonnull(copy);
    memcpy(copy, f->bytes, f->len);
    ck_assert_int_eq(
        nonnet_stack_input_frame(h[1].stack, h[1].interface, copy, f->len, &said, h[1].now),
        NONNET_OK);
    free(copy);
}

/* The frame of a segment that follows, with a wrong checksum. */
static struct frame data_frame(size_t len)
{
    static uint8_t data[65000];
    struct nonnet_tcp_header header = peer_header(&p[1], ACK);
    for (size_t i = 0; i < len; i++)
        data[i] = (uint8_t)(i * 7);
    struct frame f = frame_tcp(&p[1], &header, data, len);
    f.bytes[(f.bytes[12] == 0x86 ? 54 : 34) + 16] ^= 0x55;
    return f;
}

static uint32_t card_reads(void)
{
    static uint8_t data[70000];
    uint32_t len = 0;
    if (nonnet_tcp_read(h[1].stack, socket[1], data, sizeof data, &len) != NONNET_OK)
        return 0;
    for (uint32_t i = 0; i < len; i++)
        ck_assert_uint_eq(data[i], (uint8_t)(i * 7));
    return len;
}

START_TEST(a_checksum_that_the_device_verified_is_not_looked_at)
{
    both_connect(SIX);
    struct frame f = data_frame(1000);
    card_hears(&f, 0, 0, 0);
    ck_assert_uint_eq(card_reads(), 0);
    ck_assert_uint_eq(host_count(&h[1], NONNET_COUNT_DROP_TCP_CHECKSUM), 1);
    card_hears(&f, NONNET_FRAME_VERIFIED, 0, 0);
    ck_assert_uint_eq(card_reads(), 1000);
}
END_TEST

START_TEST(the_word_of_a_device_that_has_no_say_is_not_taken)
{
    both_connect(SIX);
    struct frame f = data_frame(1000);
    offload_set(ALL_OFFLOADS & ~NONNET_OFFLOAD_VERIFIED);
    card_hears(&f, NONNET_FRAME_VERIFIED, 0, 0);
    card_hears(&f, NONNET_FRAME_PARTIAL, SIX ? 54 : 34, 16);
    ck_assert_uint_eq(card_reads(), 0);
    ck_assert_uint_eq(host_count(&h[1], NONNET_COUNT_DROP_TCP_CHECKSUM), 2);
}
END_TEST

START_TEST(an_unfinished_checksum_counts_only_where_that_of_the_segment_is)
{
    both_connect(SIX);
    struct frame f = data_frame(1000);
    uint16_t at = SIX ? 54 : 34;
    static const struct {
        int start;
        uint16_t offset;
    } wrong[] = {{-1, 16}, {1, 16}, {0, 6}, {0, 17}, {20, 16}, {30000, 16}, {-14, 16}};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        card_hears(&f, NONNET_FRAME_PARTIAL, (uint16_t)(at + wrong[i].start), wrong[i].offset);
    ck_assert_uint_eq(card_reads(), 0);
    card_hears(&f, NONNET_FRAME_PARTIAL, at, 16);
    ck_assert_uint_eq(card_reads(), 1000);
}
END_TEST

START_TEST(a_device_that_claims_to_have_verified_gets_no_more_than_that)
{
    struct nonnet_udp_handle udp = host_udp(&h[1], 4, 900);
    struct nonnet_udp_message from;
    uint8_t data[2000];
    size_t len;
    both_connect(true);
    both_connect(false);
    struct frame f = data_frame(1000);
    f.bytes[24] ^= 1; /* the header's own checksum */
    card_hears(&f, NONNET_FRAME_VERIFIED, 0, 0);
    ck_assert_uint_eq(host_count(&h[1], NONNET_COUNT_DROP_IP_CHECKSUM), 1);

    for (int i = 0; i < 2; i++) {
        struct frame ping = i == 0 ? frame_icmp((struct ipv4_spec){0}, 8, 0, 0x10001, "abcd", 4)
                                   : frame_icmpv6(&peer6, &host_global, 128, 0, 0x10001, "abcd", 4);
        ping.bytes[ping.len - 1] ^= 1;
        card_hears(&ping, NONNET_FRAME_VERIFIED, 0, 0);
        ck_assert(host_is_silent(&h[1]));
        ping.bytes[ping.len - 1] ^= 1;
        card_hears(&ping, NONNET_FRAME_VERIFIED, 0, 0);
        ck_assert(!host_is_silent(&h[1]));
    }

    /* Of a datagram in fragments nobody has seen the checksum. */
    uint8_t bytes[64];
    size_t n = udp_bytes(bytes, 9, 900, "0123456789abcdef0123456789", 26);
    bytes[6] = 0x12;
    for (uint16_t at = 0; at < n; at = (uint16_t)(at + 16)) {
        struct ipv4_spec s = {.protocol = 17, .id = 7, .offset = at, .more = at + 16u < n};
        struct frame part = frame_ipv4(s, bytes + at, n - at < 16 ? n - at : 16);
        card_hears(&part, NONNET_FRAME_VERIFIED, 0, 0);
    }
    ck_assert_uint_eq(host_count(&h[1], NONNET_COUNT_DROP_UDP_CHECKSUM), 1);
    ck_assert_int_eq(nonnet_udp_receive(h[1].stack, udp, data, sizeof data, &len, &from),
                     NONNET_E_EMPTY);

    struct frame whole = frame_udp((struct ipv4_spec){0}, 9, 900, "x", 1);
    whole.bytes[40] ^= 1;
    card_hears(&whole, NONNET_FRAME_VERIFIED, 0, 0);
    ck_assert_int_eq(nonnet_udp_receive(h[1].stack, udp, data, sizeof data, &len, &from),
                     NONNET_OK);
}
END_TEST

START_TEST(segments_that_were_joined_arrive_as_one)
{
    uint32_t joined = SIX ? NONNET_FRAME_SEGMENTS_IPV6 : NONNET_FRAME_SEGMENTS_IPV4;
    both_connect(SIX);
    struct frame f = data_frame(20000);
    card_hears(&f, NONNET_FRAME_VERIFIED | joined, 0, 0);
    ck_assert_uint_eq(card_reads(), 20000);
    ck_assert_uint_eq(host_sends(&h[1], ACK)->h.ack, p[1].seq + 20000);
}
END_TEST

START_TEST(long_frames_are_dropped_unless_the_device_may_join_segments)
{
    uint32_t joined = SIX ? NONNET_FRAME_SEGMENTS_IPV6 : NONNET_FRAME_SEGMENTS_IPV4;
    both_connect(SIX);
    struct frame f = data_frame(20000);
    card_hears(&f, NONNET_FRAME_VERIFIED, 0, 0);
    offload_set(ALL_OFFLOADS & ~NONNET_OFFLOAD_JOINED);
    card_hears(&f, NONNET_FRAME_VERIFIED | joined, 0, 0);
    ck_assert_uint_eq(card_reads(), 0);
    ck_assert_uint_eq(host_count(&h[1], NONNET_COUNT_DROP_FRAME_LONG), 2);
}
END_TEST

START_TEST(nothing_but_tcp_can_have_been_joined)
{
    static const uint8_t data[4000];
    struct nonnet_udp_handle udp = host_udp(&h[1], 4, 900);
    struct nonnet_udp_message from;
    uint8_t out[8];
    size_t len;
    struct frame f = frame_udp((struct ipv4_spec){0}, 9, 900, data, sizeof data);
    card_hears(&f, NONNET_FRAME_VERIFIED | NONNET_FRAME_SEGMENTS_IPV4, 0, 0);
    struct frame part =
        frame_ipv4((struct ipv4_spec){.protocol = 6, .id = 3, .more = true}, data, 2000);
    card_hears(&part, NONNET_FRAME_VERIFIED | NONNET_FRAME_SEGMENTS_IPV4, 0, 0);
    ck_assert_uint_eq(host_count(&h[1], NONNET_COUNT_DROP_FRAME_LONG), 2);
    ck_assert_int_eq(nonnet_udp_receive(h[1].stack, udp, out, sizeof out, &len, &from),
                     NONNET_E_EMPTY);
}
END_TEST

static Suite *offload_suite(void)
{
    Suite *s = suite_create("offload");
    TCase *tc = tcase_create("out");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, a_train_is_cut_into_the_segments_of_a_stack_without_offload, 0, 2);
    tcase_add_loop_test(tc, a_connection_through_losses_is_the_same_with_trains_and_without, 0, 2);
    tcase_add_loop_test(tc, parts_of_a_train_that_were_lost_are_sent_again, 0, 2);
    tcase_add_loop_test(tc, a_smaller_path_in_the_middle_of_a_train_is_found, 0, 2);
    tcase_add_loop_test(tc, the_end_of_a_stream_is_the_same_with_trains_and_without, 0, 2);
    tcase_add_loop_test(tc, a_train_is_no_longer_than_the_callers_buffer_and_the_devices_limit, 0,
                        2);
    tcase_add_test(tc, what_waits_for_its_neighbour_comes_out_of_the_device_like_the_rest);
    tcase_add_loop_test(tc, datagrams_come_out_of_the_device_as_from_a_stack_without_offload, 0, 2);
    tcase_add_loop_test(tc, a_datagram_is_left_to_the_device_and_its_fragments_are_not, 0, 2);
    tcase_add_loop_test(tc, who_does_not_ask_what_is_left_to_do_gets_frames_that_are_complete, 0,
                        2);
    tcase_add_loop_test(tc, what_waits_is_complete_if_the_device_finishes_nothing_any_more, 0, 2);
    tcase_add_test(tc, offloads_that_cannot_be_are_refused);
    suite_add_tcase(s, tc);
    tc = tcase_create("in");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, a_checksum_that_the_device_verified_is_not_looked_at, 0, 2);
    tcase_add_loop_test(tc, the_word_of_a_device_that_has_no_say_is_not_taken, 0, 2);
    tcase_add_loop_test(tc, an_unfinished_checksum_counts_only_where_that_of_the_segment_is, 0, 2);
    tcase_add_test(tc, a_device_that_claims_to_have_verified_gets_no_more_than_that);
    tcase_add_loop_test(tc, segments_that_were_joined_arrive_as_one, 0, 2);
    tcase_add_loop_test(tc, long_frames_are_dropped_unless_the_device_may_join_segments, 0, 2);
    tcase_add_test(tc, nothing_but_tcp_can_have_been_joined);
    suite_add_tcase(s, tc);
    return s;
}

CHECK_MAIN(offload_suite)
