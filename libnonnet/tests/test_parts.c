/*
 * Frames in parts. Two hosts with the same random numbers hear the same frames, one of them whole and one in parts: what they count,
 * say, send and give their user is the same at every step.
 */
#include "host_tcp.h"

#define SIX      (_i != 0)
#define WHOLE    0
#define PARTS    1
#define NPARTS   24
#define OFFLOADS (NONNET_OFFLOAD_VERIFIED | NONNET_OFFLOAD_JOINED)
#define VERIFIED NONNET_FRAME_VERIFIED

static struct host h[2];
static struct peer p[2];
static struct nonnet_tcp_listener_handle listener[2];
static struct nonnet_tcp_handle socket[2];
static uint64_t random_state;

static size_t below(size_t bound)
{
    return (size_t)(check_random(&random_state) % bound);
}

static void setup(void)
{
    static const struct nonnet_offload offload = {OFFLOADS, 0};
    for (int i = 0; i < 2; i++) {
        host_tcp_configure(&h[i]);
        h[i].config.tcp_receive_len = 30000;
        h[i].config.answer_closed_ports = true;
        host_tcp_ready(&h[i]);
        ck_assert_int_eq(nonnet_interface_set_offload(h[i].stack, h[i].interface, &offload),
                         NONNET_OK);
    }
    random_state = check_seed();
    printf("# seed 0x%llx\n", (unsigned long long)random_state);
}

static void teardown(void)
{
    host_end(&h[0]);
    host_end(&h[1]);
}

static void both_listen(bool six)
{
    for (int i = 0; i < 2; i++) {
        listener[i] = host_listen(&h[i], six, 80, 4);
        p[i] = peer_of(&h[i], six, 5000, 80);
    }
}

static void both_connect(bool six)
{
    both_listen(six);
    for (int i = 0; i < 2; i++)
        socket[i] = peer_opens_accepted(&p[i], listener[i]);
    ck_assert_uint_eq(p[0].next, p[1].next);
}

/* ---- frames in parts ---- */

/* Parts of memory of their own, so that what is read beside them is found. */
struct cut {
    size_t count;
    struct nonnet_part part[NPARTS];
    uint8_t *memory[NPARTS];
};

static void cut_add(struct cut *c, const uint8_t *bytes, size_t len)
{
    ck_assert_uint_lt(c->count, NPARTS);
    uint8_t *copy = malloc(len > 0 ? len : 1);
    ck_assert_ptr_nonnull(copy);
    memcpy(copy, bytes, len);
    c->memory[c->count] = copy;
    c->part[c->count++] = (struct nonnet_part){copy, len};
}

static void cut_free(struct cut *c)
{
    for (size_t i = 0; i < c->count; i++)
        free(c->memory[i]);
    c->count = 0;
}

static struct cut cut_at(const struct frame *f, size_t at)
{
    struct cut c = {0};
    cut_add(&c, f->bytes, at);
    cut_add(&c, f->bytes + at, f->len - at);
    return c;
}

/* The first part has at least `head` bytes, if there are so many. */
static struct cut cut_anyhow(const struct frame *f, size_t head)
{
    struct cut c = {0};
    size_t n = 1 + below(NPARTS - 1), at = head < f->len ? head : f->len;
    at += below(3) ? 0 : below(f->len - at + 1);
    cut_add(&c, f->bytes, at);
    for (; c.count < n; at += c.part[c.count - 1].len)
        cut_add(&c, f->bytes + at, below(4) ? below(f->len - at + 1) : 0);
    cut_add(&c, f->bytes + at, f->len - at);
    return c;
}

static int parts_heard(const struct cut *c, const struct nonnet_frame *said)
{
    return nonnet_stack_input_parts(h[PARTS].stack, h[PARTS].interface, c->part, c->count, said,
                                    h[PARTS].now);
}

static void whole_heard(unsigned i, const struct frame *f, const struct nonnet_frame *said)
{
    ck_assert_int_eq(
        nonnet_stack_input_frame(h[i].stack, h[i].interface, f->bytes, f->len, said, h[i].now),
        NONNET_OK);
}

/* Returns whether the parts were taken as they are. */
static bool both_hear(const struct frame *f, const struct nonnet_frame *said, struct cut c)
{
    whole_heard(WHOLE, f, said);
    int rc = parts_heard(&c, said);
    if (rc != NONNET_OK) {
        ck_assert_int_eq(rc, NONNET_E_UNSUPPORTED);
        whole_heard(PARTS, f, said);
    }
    cut_free(&c);
    return rc == NONNET_OK;
}

static size_t headers_len(const struct frame *f)
{
    size_t tcp = f->bytes[12] == 0x86 ? 54 : 34;
    return tcp + (size_t)(f->bytes[tcp + 12] >> 4) * 4;
}

/* ---- what both are and do ---- */

static void both_count_alike(void)
{
    for (int i = 0; i < NONNET_NCOUNTERS; i++)
        ck_assert_uint_eq(host_count(&h[0], (enum nonnet_counter)i),
                          host_count(&h[1], (enum nonnet_counter)i));
}

static void both_send_alike(void)
{
    static struct frame f[2];
    while (host_output(&h[0], &f[0])) {
        ck_assert(host_output(&h[1], &f[1]));
        ck_assert_uint_eq(f[0].len, f[1].len);
        ck_assert_mem_eq(f[0].bytes, f[1].bytes, f[0].len);
    }
    ck_assert(!host_output(&h[1], &f[1]));
}

static void both_say_alike(void)
{
    struct nonnet_tcp_info info[2];
    int rc[2];
    memset(info, 0, sizeof info);
    for (int i = 0; i < 2; i++)
        rc[i] = nonnet_tcp_info(h[i].stack, socket[i], &info[i]);
    ck_assert_int_eq(rc[0], rc[1]);
    ck_assert_int_eq(info[0].state, info[1].state);
    ck_assert_uint_eq(info[0].receive_queue, info[1].receive_queue);
    ck_assert_uint_eq(socket_events(&h[0], socket[0]), socket_events(&h[1], socket[1]));
}

/* Whatever the byte at `seq` of the stream is. */
static uint8_t stream_byte(uint32_t seq)
{
    return (uint8_t)(seq * 7 + seq / 251);
}

/* Reads up to `len` bytes, which are those of the stream behind `*seq`. Returns how many there were. */
static uint32_t both_read(uint32_t *seq, uint32_t len)
{
    static uint8_t data[2][70000];
    uint32_t n[2] = {0, 0};
    for (int i = 0; i < 2; i++)
        (void)!nonnet_tcp_read(h[i].stack, socket[i], data[i], len, &n[i]);
    ck_assert_uint_eq(n[0], n[1]);
    ck_assert_mem_eq(data[0], data[1], n[0]);
    for (uint32_t i = 0; i < n[0]; i++)
        ck_assert_uint_eq(data[0][i], stream_byte(*seq + i));
    *seq += n[0];
    return n[0];
}

static struct frame stream_frame(struct nonnet_tcp_header *header, size_t len)
{
    static uint8_t data[65000];
    for (size_t i = 0; i < len; i++)
        data[i] = stream_byte(header->seq + (uint32_t)i);
    struct frame f = frame_tcp(&p[0], header, data, len);
    f.bytes[(f.bytes[12] == 0x86 ? 54 : 34) + NONNET_TCP_CHECKSUM_OFFSET] ^= 0x55;
    return f;
}

/* ---- the same as the whole ---- */

START_TEST(a_frame_cut_anywhere_is_the_frame)
{
    static const struct nonnet_frame said = {.flags = VERIFIED};
    both_connect(SIX);
    uint32_t seq = p[0].seq;
    for (size_t at = 0, len = 1; at <= len; at++) {
        struct nonnet_tcp_header header = peer_header(&p[0], ACK);
        header.seq = seq;
        struct frame f = stream_frame(&header, 200);
        len = f.len;
        ck_assert_int_eq(both_hear(&f, &said, cut_at(&f, at)), at >= headers_len(&f));
        both_count_alike();
        both_send_alike();
        both_say_alike();
        ck_assert_uint_gt(both_read(&seq, 1000), 0);
    }
}
END_TEST

/* Segments of a stream of `end` bytes after `start`, old, new, ahead, too long; now and then its FIN, out of place, too. */
static struct frame some_segment(uint32_t from, uint32_t start, uint32_t end)
{
    size_t len = below(3) ? below(1400) : below(20);
    struct nonnet_tcp_header header = peer_header(&p[0], ACK);
    header.seq = below(2) ? from : from - 3000 + (uint32_t)below(36000);
    if (header.seq - start > end - start)
        header.seq = from;
    if (end - header.seq < len)
        len = end - header.seq;
    if (end - header.seq == len && below(2))
        header.flags |= FIN;
    if (below(50) == 0) {
        header.flags |= NONNET_TCP_URG;
        header.urgent = (uint16_t)below(2000);
    }
    if (below(100) == 0)
        header.ack += 100000;
    if (below(3) == 0) {
        header.nsack = 1;
        header.sack[0] = (struct nonnet_tcp_sack_block){1, 2};
    }
    return stream_frame(&header, len);
}

START_TEST(any_segments_of_a_stream_are_the_same_in_any_parts)
{
    unsigned taken = 0, refused = 0;
    both_connect(SIX);
    uint32_t start = p[0].seq, seq = start, end = start + 300000;
    for (int step = 0; step < 20000 && seq != end; step++) {
        struct nonnet_tcp_info info;
        ck_assert_int_eq(nonnet_tcp_info(h[0].stack, socket[0], &info), NONNET_OK);
        struct frame f = some_segment(seq + info.receive_queue, start, end);
        bool partial = below(2) == 0;
        struct nonnet_frame said = {.flags = partial ? NONNET_FRAME_PARTIAL : VERIFIED,
                                    .checksum_start = SIX ? 54 : 34,
                                    .checksum_offset = NONNET_TCP_CHECKSUM_OFFSET};
        bool can = below(8) != 0;
        struct cut c = cut_anyhow(&f, can ? headers_len(&f) : below(headers_len(&f)));
        *(both_hear(&f, &said, c) ? &taken : &refused) += 1;
        both_count_alike();
        both_send_alike();
        both_say_alike();
        if (below(4) == 0)
            (void)both_read(&seq, (uint32_t)below(40000));
        if (below(16) == 0) {
            host_wait(&h[0], 50 * MS);
            host_wait(&h[1], 50 * MS);
        }
    }
    ck_assert_uint_eq(seq, end);
    ck_assert_uint_gt(taken, 400);
    ck_assert_uint_gt(refused, 20);
}
END_TEST

START_TEST(a_train_in_many_parts_arrives_as_one)
{
    static const struct nonnet_frame said = {.flags = VERIFIED | NONNET_FRAME_SEGMENTS_IPV4 |
                                                      NONNET_FRAME_SEGMENTS_IPV6};
    both_connect(SIX);
    uint32_t seq = p[0].seq;
    struct nonnet_tcp_header header = peer_header(&p[0], ACK);
    struct frame f = stream_frame(&header, 29000);
    struct cut c = {0};
    cut_add(&c, f.bytes, 128);
    for (size_t at = 128; at < f.len; at += c.part[c.count - 1].len)
        cut_add(&c, f.bytes + at, f.len - at < 4096 ? f.len - at : 4096);
    ck_assert(both_hear(&f, &said, c));
    both_count_alike();
    both_send_alike();
    ck_assert_uint_eq(both_read(&seq, 60000), 29000);
}
END_TEST

START_TEST(text_that_completes_a_handshake_may_be_in_parts)
{
    static const struct nonnet_frame said = {.flags = VERIFIED};
    both_listen(SIX);
    for (int i = 0; i < 2; i++) {
        struct nonnet_tcp_header syn = peer_header(&p[i], SYN);
        peer_send_header(&p[i], &syn, NULL, 0);
        p[i].seq++;
        p[i].next = host_sends(&h[i], SYN | ACK)->h.seq + 1;
    }
    uint32_t seq = p[0].seq;
    struct nonnet_tcp_header header = peer_header(&p[0], ACK);
    struct frame f = stream_frame(&header, 1000);
    ck_assert(both_hear(&f, &said, cut_anyhow(&f, headers_len(&f))));
    for (int i = 0; i < 2; i++)
        ck_assert_int_eq(nonnet_tcp_accept(h[i].stack, listener[i], &socket[i], NULL), NONNET_OK);
    both_count_alike();
    both_send_alike();
    ck_assert_uint_eq(both_read(&seq, 2000), 1000);
}
END_TEST

START_TEST(what_is_behind_the_packet_in_its_frame_is_no_text)
{
    static const struct nonnet_frame said = {.flags = VERIFIED};
    both_connect(SIX);
    uint32_t seq = p[0].seq;
    for (size_t len = 1; len < 40; len++) {
        struct nonnet_tcp_header header = peer_header(&p[0], ACK);
        header.seq = seq;
        struct frame f = stream_frame(&header, len);
        memset(f.bytes + f.len, 0xee, 30);
        f.len += 30;
        ck_assert(both_hear(&f, &said, cut_anyhow(&f, headers_len(&f))));
        both_count_alike();
        ck_assert_uint_eq(both_read(&seq, 100), len);
    }
}
END_TEST

/* ---- text decides nothing ---- */

START_TEST(hosts_that_hear_different_text_do_the_same)
{
    static const struct nonnet_frame said = {.flags = VERIFIED};
    static uint8_t data[70000];
    both_connect(SIX);
    uint32_t start = p[0].seq, n[2];
    for (int step = 0; step < 2000; step++) {
        struct nonnet_tcp_info info;
        ck_assert_int_eq(nonnet_tcp_info(h[0].stack, socket[0], &info), NONNET_OK);
        struct frame f = some_segment(start + info.receive_queue, start, start + 60000);
        struct cut c = cut_anyhow(&f, headers_len(&f));
        for (size_t i = 1; i < c.count; i++)
            for (size_t k = 0; k < c.part[i].len; k++)
                c.memory[i][k] = (uint8_t)check_random(&random_state);
        ck_assert(both_hear(&f, &said, c));
        both_count_alike();
        both_send_alike();
        both_say_alike();
    }
    for (int i = 0; i < 2; i++)
        ck_assert_int_eq(nonnet_tcp_read(h[i].stack, socket[i], data, sizeof data, &n[i]),
                         NONNET_OK);
    ck_assert_uint_eq(n[0], n[1]);
    ck_assert_uint_eq(n[0], 30000);
}
END_TEST

/* ---- what has to be whole ---- */

/* A frame whose parts are not taken leaves nothing, not even a count. */
static void is_refused(const struct frame *f, const struct nonnet_frame *said, size_t head)
{
    struct cut c = cut_at(f, head);
    uint64_t counts[NONNET_NCOUNTERS];
    for (int i = 0; i < NONNET_NCOUNTERS; i++)
        counts[i] = host_count(&h[PARTS], (enum nonnet_counter)i);
    ck_assert_int_eq(parts_heard(&c, said), NONNET_E_UNSUPPORTED);
    for (int i = 0; i < NONNET_NCOUNTERS; i++)
        ck_assert_uint_eq(counts[i], host_count(&h[PARTS], (enum nonnet_counter)i));
    ck_assert(host_is_silent(&h[PARTS]));
    ck_assert_uint_eq(socket_events(&h[PARTS], socket[PARTS]), 0);
    cut_free(&c);
}

START_TEST(parts_of_a_segment_that_nobody_vouches_for_are_refused)
{
    uint16_t tcp = SIX ? 54 : 34;
    const struct nonnet_frame wrong[] = {
        {0},
        {.flags = NONNET_FRAME_SEGMENTS},
        {.flags = NONNET_FRAME_PARTIAL},
        {NONNET_FRAME_PARTIAL, (uint16_t)(tcp + 1), 16, 0, 0},
        {NONNET_FRAME_PARTIAL, tcp, 6, 0, 0},
        {NONNET_FRAME_PARTIAL, 60000, 16, 0, 0},
    };
    static const struct nonnet_frame verified = {.flags = VERIFIED};
    static const struct nonnet_offload none = {0, 0};
    both_connect(SIX);
    (void)socket_events(&h[PARTS], socket[PARTS]);
    struct nonnet_tcp_header header = peer_header(&p[1], ACK);
    struct frame f = stream_frame(&header, 1000);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        is_refused(&f, &wrong[i], 128);
    is_refused(&f, NULL, 128);
    ck_assert_int_eq(nonnet_interface_set_offload(h[PARTS].stack, h[PARTS].interface, &none),
                     NONNET_OK);
    is_refused(&f, &verified, 128);
}
END_TEST

START_TEST(parts_of_what_is_no_plain_segment_are_refused)
{
    static const struct nonnet_frame verified = {.flags = VERIFIED};
    static uint8_t bytes[200] = {[12] = 0x50};
    both_connect(SIX);
    (void)socket_events(&h[PARTS], socket[PARTS]);
    struct nonnet_tcp_header header = peer_header(&p[1], ACK);
    const struct frame good = stream_frame(&header, 100);
    struct frame f = frame_udp((struct ipv4_spec){0}, 9, 900, bytes, sizeof bytes);
    is_refused(&f, &verified, 128);
    f = frame_ipv4((struct ipv4_spec){.protocol = 6, .id = 3, .more = true}, bytes, 200);
    is_refused(&f, &verified, 128);
    f = frame_ipv4((struct ipv4_spec){.protocol = 6, .id = 3, .offset = 8}, bytes, 200);
    is_refused(&f, &verified, 128);
    f = frame_ipv6(PEER_MAC, &peer6, &host_global, 0, 64, bytes, 200); /* hop-by-hop options */
    is_refused(&f, &verified, 128);
    f = frame_ipv6(PEER_MAC, &peer6, &host_global, 44, 64, bytes, 200); /* a fragment */
    is_refused(&f, &verified, 128);
    for (unsigned type = 0; type < 3; type++) { /* a packet in a frame of another type */
        f = good;
        frame_set16(&f, 12, (uint16_t[]){0x0806, 0x1234, SIX ? 0x0800 : 0x86dd}[type]);
        is_refused(&f, &verified, 128);
    }
    for (unsigned version = 0; version < 16; version++) {
        f = good;
        f.bytes[14] = (uint8_t)(version << 4 | 5);
        if (version != (SIX ? 6 : 4))
            is_refused(&f, &verified, 128);
    }
}
END_TEST

START_TEST(what_is_no_frame_is_refused)
{
    static const struct nonnet_frame said = {.flags = VERIFIED};
    static uint8_t much[65536];
    struct nonnet_interface_handle stale = {0};
    both_connect(SIX);
    struct nonnet_tcp_header header = peer_header(&p[1], ACK);
    struct frame f = stream_frame(&header, 100);
    struct nonnet_part parts[] = {{f.bytes, f.len}, {much, 65536}, {much, SIZE_MAX}};
    struct host *to = &h[PARTS];
    ck_assert_int_eq(nonnet_stack_input_parts(to->stack, stale, parts, 1, &said, to->now),
                     NONNET_E_STALE);
    ck_assert_int_eq(nonnet_stack_input_parts(to->stack, to->interface, parts, 0, &said, to->now),
                     NONNET_E_UNSUPPORTED);
    for (size_t n = 2; n <= 3; n++)
        ck_assert_int_eq(
            nonnet_stack_input_parts(to->stack, to->interface, parts, n, &said, to->now),
            NONNET_E_UNSUPPORTED);
    parts[1].len = SIZE_MAX - f.len + 1; /* the sum wraps */
    ck_assert_int_eq(nonnet_stack_input_parts(to->stack, to->interface, parts, 2, &said, to->now),
                     NONNET_E_UNSUPPORTED);
    ck_assert_int_eq(nonnet_stack_input_parts(to->stack, to->interface, parts, 1, &said, to->now),
                     NONNET_OK);
}
END_TEST

static Suite *parts_suite(void)
{
    Suite *s = suite_create("parts");
    TCase *tc = tcase_create("parts");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, a_frame_cut_anywhere_is_the_frame, 0, 2);
    tcase_add_loop_test(tc, any_segments_of_a_stream_are_the_same_in_any_parts, 0, 2);
    tcase_add_loop_test(tc, a_train_in_many_parts_arrives_as_one, 0, 2);
    tcase_add_loop_test(tc, text_that_completes_a_handshake_may_be_in_parts, 0, 2);
    tcase_add_loop_test(tc, what_is_behind_the_packet_in_its_frame_is_no_text, 0, 2);
    tcase_add_loop_test(tc, hosts_that_hear_different_text_do_the_same, 0, 2);
    tcase_add_loop_test(tc, parts_of_a_segment_that_nobody_vouches_for_are_refused, 0, 2);
    tcase_add_loop_test(tc, parts_of_what_is_no_plain_segment_are_refused, 0, 2);
    tcase_add_loop_test(tc, what_is_no_frame_is_refused, 0, 2);
    suite_add_tcase(s, tc);
    return s;
}

CHECK_MAIN(parts_suite)
