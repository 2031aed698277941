#include <check_main.h>

#include "tcp/listener.h"

#define NENTRIES 64u
#define SECONDS  1000000ull

/* The tests need no secret: a hash that mixes well will do. */
static uint64_t mix_hash(void *context, const uint8_t *data, size_t len)
{
    uint64_t state = *(const uint64_t *)context ^ len;
    for (size_t at = 0; at < len; at += 8) {
        uint64_t word = 0;
        memcpy(&word, data + at, len - at < 8 ? len - at : 8);
        state = check_random(&state) ^ word;
    }
    return check_random(&state);
}

struct lab {
    struct tcp_listener listener;
    struct tcp_half_open entries[NENTRIES];
    uint64_t key;
    uint64_t now;
    struct nonnet_tcp_header answer;
    struct tcp_handshake handshake;
};

static struct lab lab;

static void lab_init(uint32_t backlog)
{
    lab = (struct lab){.key = check_seed(), .now = 1000 * SECONDS};
    struct tcp_listener_config config = {
        .mss = 1460, .receive_size = 1u << 20, .backlog = backlog, .hash = {mix_hash, &lab.key}};
    ck_assert_int_eq(nonnet_tcp_listener_init(&lab.listener, lab.entries, NENTRIES, &config),
                     NONNET_OK);
}

static struct tcp_flow flow_of(uint64_t n)
{
    struct tcp_flow flow = {.len = 12};
    memcpy(flow.bytes, &n, sizeof n);
    return flow;
}

static struct nonnet_tcp_header syn_of(uint64_t n)
{
    return (struct nonnet_tcp_header){.seq = (uint32_t)(n * 2654435761u),
                                      .source_port = (uint16_t)n,
                                      .destination_port = 80,
                                      .flags = NONNET_TCP_SYN,
                                      .window = 64000,
                                      .has_mss = true,
                                      .mss = 1452,
                                      .has_window_scale = true,
                                      .window_scale = 7,
                                      .has_timestamps = true,
                                      .timestamp = 5000,
                                      .sack_permitted = true};
}

static enum tcp_listener_result give(uint64_t n, const struct nonnet_tcp_header *h)
{
    struct tcp_flow flow = flow_of(n);
    return nonnet_tcp_listener_input(&lab.listener, &flow, h, 0, lab.now, &lab.answer,
                                     &lab.handshake);
}

/* The ACK that a client sends which has `answer` to its SYN. */
static struct nonnet_tcp_header ack_of(const struct nonnet_tcp_header *answer)
{
    return (struct nonnet_tcp_header){.seq = answer->ack,
                                      .ack = answer->seq + 1,
                                      .source_port = answer->destination_port,
                                      .destination_port = 80,
                                      .flags = NONNET_TCP_ACK,
                                      .window = 500,
                                      .has_timestamps = answer->has_timestamps,
                                      .timestamp = 5001,
                                      .timestamp_echo = answer->timestamp};
}

/* Fills the table with connections that will not be completed. */
static void flood(uint64_t nsyns)
{
    for (uint64_t n = 0; n < nsyns; n++) {
        struct nonnet_tcp_header syn = syn_of(n + 1000000);
        ck_assert_int_eq(give(n + 1000000, &syn), TCP_LISTENER_ANSWER);
    }
}

START_TEST(rfc9293_3_10_7_2_syn_is_answered_and_its_ack_connects)
{
    lab_init(8);
    struct nonnet_tcp_header syn = syn_of(1);
    ck_assert_int_eq(give(1, &syn), TCP_LISTENER_ANSWER);
    ck_assert_uint_eq(lab.answer.flags, NONNET_TCP_SYN | NONNET_TCP_ACK);
    ck_assert_uint_eq(lab.answer.ack, syn.seq + 1);
    ck_assert_uint_eq(lab.answer.source_port, 80);
    ck_assert(lab.answer.has_mss && lab.answer.mss == 1460);
    ck_assert(lab.answer.has_window_scale && lab.answer.window_scale == 5);
    ck_assert(lab.answer.has_timestamps && lab.answer.timestamp_echo == 5000);
    ck_assert(lab.answer.sack_permitted);
    struct nonnet_tcp_header ack = ack_of(&lab.answer);
    ck_assert_int_eq(give(1, &ack), TCP_LISTENER_CONNECT);
    ck_assert(lab.handshake.initial_seq_remote == syn.seq && lab.handshake.mss == 1452);
    ck_assert(lab.handshake.has_window_scale && lab.handshake.window_scale == 7);
    ck_assert_uint_eq(lab.listener.nused, 0);
}
END_TEST

START_TEST(rfc9293_3_10_7_2_ack_without_a_syn_is_reset)
{
    lab_init(8);
    struct nonnet_tcp_header ack = {.seq = 5, .ack = 77, .flags = NONNET_TCP_ACK};
    ck_assert_int_eq(give(1, &ack), TCP_LISTENER_ANSWER);
    ck_assert(lab.answer.flags == NONNET_TCP_RST && lab.answer.seq == 77);
}
END_TEST

START_TEST(rfc9293_3_10_7_4_ack_of_another_number_is_reset_and_the_entry_stays)
{
    lab_init(8);
    struct nonnet_tcp_header syn = syn_of(1);
    (void)give(1, &syn);
    struct nonnet_tcp_header ack = ack_of(&lab.answer), wrong = ack;
    wrong.ack++;
    ck_assert_int_eq(give(1, &wrong), TCP_LISTENER_ANSWER);
    ck_assert_uint_eq(lab.answer.flags, NONNET_TCP_RST);
    ck_assert_int_eq(give(1, &ack), TCP_LISTENER_CONNECT);
}
END_TEST

START_TEST(segments_that_are_neither_syn_nor_ack_are_dropped)
{
    lab_init(8);
    struct nonnet_tcp_header h = {.flags = NONNET_TCP_RST | NONNET_TCP_ACK};
    ck_assert_int_eq(give(1, &h), TCP_LISTENER_DROP);
    h.flags = NONNET_TCP_FIN;
    ck_assert_int_eq(give(1, &h), TCP_LISTENER_DROP);
    h.flags = 0;
    ck_assert_int_eq(give(1, &h), TCP_LISTENER_DROP);
}
END_TEST

START_TEST(rfc5961_3_2_only_an_exact_rst_removes_a_half_open_connection)
{
    lab_init(8);
    struct nonnet_tcp_header syn = syn_of(1);
    (void)give(1, &syn);
    struct nonnet_tcp_header rst = {.seq = syn.seq + 2, .flags = NONNET_TCP_RST};
    ck_assert_int_eq(give(1, &rst), TCP_LISTENER_DROP);
    ck_assert_uint_eq(lab.listener.nused, 1);
    rst.seq = syn.seq + 1;
    ck_assert_int_eq(give(1, &rst), TCP_LISTENER_DROP);
    ck_assert_uint_eq(lab.listener.nused, 0);
}
END_TEST

START_TEST(rfc9293_3_8_1_syn_ack_is_repeated_with_doubled_intervals_and_then_given_up)
{
    lab_init(8);
    struct nonnet_tcp_header syn = syn_of(1), again;
    struct tcp_flow flow;
    (void)give(1, &syn);
    uint64_t start = lab.now;
    static const uint64_t at[] = {1, 3, 7, 15};
    for (size_t i = 0; i < 4; i++) {
        ck_assert_uint_eq(nonnet_tcp_listener_deadline(&lab.listener), start + at[i] * SECONDS);
        lab.now = start + at[i] * SECONDS - 1;
        ck_assert(!nonnet_tcp_listener_output(&lab.listener, lab.now, &flow, &again));
        lab.now++;
        ck_assert(nonnet_tcp_listener_output(&lab.listener, lab.now, &flow, &again));
        ck_assert_uint_eq(again.seq, lab.answer.seq);
        ck_assert(!nonnet_tcp_listener_output(&lab.listener, lab.now, &flow, &again));
    }
    lab.now = start + 31 * SECONDS;
    ck_assert(!nonnet_tcp_listener_output(&lab.listener, lab.now, &flow, &again));
    ck_assert_uint_eq(lab.listener.nused, 0);
    ck_assert(nonnet_tcp_listener_deadline(&lab.listener) == TCP_NEVER);
}
END_TEST

START_TEST(repeated_syn_gets_the_same_answer)
{
    lab_init(8);
    struct nonnet_tcp_header syn = syn_of(1);
    (void)give(1, &syn);
    uint32_t seq = lab.answer.seq;
    lab.now += SECONDS / 2;
    ck_assert_int_eq(give(1, &syn), TCP_LISTENER_ANSWER);
    ck_assert_uint_eq(lab.answer.seq, seq);
    ck_assert_uint_eq(lab.listener.nused, 1);
}
END_TEST

START_TEST(full_backlog_leaves_the_connection_half_open)
{
    lab_init(1);
    struct nonnet_tcp_header syn = syn_of(1), other = syn_of(2);
    (void)give(1, &syn);
    struct nonnet_tcp_header ack = ack_of(&lab.answer);
    ck_assert_int_eq(give(1, &ack), TCP_LISTENER_CONNECT);
    (void)give(2, &other);
    ack = ack_of(&lab.answer);
    ck_assert_int_eq(give(2, &ack), TCP_LISTENER_DROP);
    nonnet_tcp_listener_taken(&lab.listener);
    ck_assert_int_eq(give(2, &ack), TCP_LISTENER_CONNECT);
}
END_TEST

START_TEST(rfc6528_3_initial_numbers_differ_by_flow_and_grow_with_time)
{
    lab_init(8);
    struct tcp_hash hash = {mix_hash, &lab.key};
    struct tcp_flow a = flow_of(1), b = flow_of(2);
    uint32_t first = nonnet_tcp_initial_seq(&hash, &a, 1000);
    ck_assert_uint_eq(nonnet_tcp_initial_seq(&hash, &a, 5000) - first, 1000);
    ck_assert_uint_ne(nonnet_tcp_initial_seq(&hash, &b, 1000), first);
    lab.key++;
    ck_assert_uint_ne(nonnet_tcp_initial_seq(&hash, &a, 1000), first);
}
END_TEST

START_TEST(rfc4987_3_6_real_client_connects_in_one_round_trip_during_a_flood)
{
    lab_init(8);
    flood(1000000);
    ck_assert_uint_le(lab.listener.nused, NENTRIES);
    struct nonnet_tcp_header syn = syn_of(1);
    ck_assert_int_eq(give(1, &syn), TCP_LISTENER_ANSWER);
    ck_assert_uint_gt(lab.listener.ncookies_sent, 900000);
    struct nonnet_tcp_header ack = ack_of(&lab.answer);
    lab.now += SECONDS / 10;
    ck_assert_int_eq(give(1, &ack), TCP_LISTENER_CONNECT);
    ck_assert_uint_eq(lab.listener.ncookies_taken, 1);
    ck_assert_uint_eq(lab.handshake.mss, 1440); /* 1452, rounded down */
    ck_assert(lab.handshake.has_window_scale && lab.handshake.window_scale == 7);
    ck_assert(lab.handshake.has_sack && lab.handshake.has_timestamps);
    ck_assert_uint_eq(lab.handshake.timestamp_recent, 5001);
    printf("# 1000000 SYNs, %u entries, %llu cookies\n", lab.listener.nused,
           (unsigned long long)lab.listener.ncookies_sent);
}
END_TEST

START_TEST(cookie_carries_what_the_syn_offered_or_less)
{
    lab_init(1000);
    flood(2000);
    for (uint64_t n = 1; n < 200; n++) {
        struct nonnet_tcp_header syn = syn_of(n);
        syn.mss = (uint16_t)(216 + n * 50);
        syn.has_window_scale = n % 3 > 0;
        syn.window_scale = (uint8_t)(n % 16);
        syn.sack_permitted = n % 2;
        (void)give(n, &syn);
        struct nonnet_tcp_header ack = ack_of(&lab.answer);
        ck_assert_int_eq(give(n, &ack), TCP_LISTENER_CONNECT);
        ck_assert_uint_le(lab.handshake.mss, syn.mss);
        ck_assert(lab.handshake.has_window_scale == syn.has_window_scale);
        if (syn.has_window_scale)
            ck_assert_uint_le(lab.handshake.window_scale, n % 16);
        ck_assert(lab.handshake.has_sack == syn.sack_permitted);
    }
    ck_assert_uint_eq(lab.listener.ncookies_taken, 199);
}
END_TEST

START_TEST(cookie_ends_after_the_next_period)
{
    static const uint64_t ages[] = {0, 15, 16, 33, 34, 60};
    for (size_t i = 0; i < 6; i++) {
        lab_init(8);
        lab.now = (uint64_t)100 << 24; /* the start of a period of 16.8 s */
        flood(2000);
        struct nonnet_tcp_header syn = syn_of(1);
        (void)give(1, &syn);
        struct nonnet_tcp_header ack = ack_of(&lab.answer);
        lab.now += ages[i] * SECONDS;
        ck_assert_int_eq(give(1, &ack), ages[i] <= 33 ? TCP_LISTENER_CONNECT : TCP_LISTENER_ANSWER);
    }
}
END_TEST

START_TEST(cookie_of_another_flow_or_number_is_refused)
{
    lab_init(8);
    flood(2000);
    struct nonnet_tcp_header syn = syn_of(1);
    (void)give(1, &syn);
    struct nonnet_tcp_header ack = ack_of(&lab.answer), wrong = ack;
    ck_assert_int_eq(give(2, &ack), TCP_LISTENER_ANSWER);
    wrong.seq++;
    ck_assert_int_eq(give(1, &wrong), TCP_LISTENER_ANSWER);
    /* Of 2^20 guesses at 24 bits hardly any may hit; the seed is fixed. */
    uint64_t seed = check_seed();
    unsigned nhits = 0;
    for (int n = 0; n < 1 << 20; n++) {
        wrong = ack;
        wrong.ack = (uint32_t)check_random(&seed);
        nhits += give(1, &wrong) == TCP_LISTENER_CONNECT;
        lab.listener.nwaiting = 0;
    }
    ck_assert_uint_le(nhits, 2);
    ck_assert_int_eq(give(1, &ack), TCP_LISTENER_CONNECT);
}
END_TEST

START_TEST(cookie_is_good_when_the_repeated_syn_has_found_a_place)
{
    lab_init(8);
    lab.now = (uint64_t)100 << 24; /* the start of a period of 16.8 s */
    flood(2000);
    struct nonnet_tcp_header syn = syn_of(1), out;
    struct tcp_flow flow;
    (void)give(1, &syn);
    struct nonnet_tcp_header ack = ack_of(&lab.answer);
    ck_assert_uint_gt(lab.listener.ncookies_sent, 0);
    /* The others give up, the last after 31 s. */
    for (uint64_t step = 0; step < 31; step++) {
        lab.now += SECONDS;
        while (nonnet_tcp_listener_output(&lab.listener, lab.now, &flow, &out))
            continue;
    }
    ck_assert_uint_eq(lab.listener.nused, 0);
    (void)give(1, &syn);
    ck_assert_uint_eq(lab.listener.nused, 1);
    ck_assert_uint_ne(lab.answer.seq + 1, ack.ack);
    ck_assert_int_eq(give(1, &ack), TCP_LISTENER_CONNECT);
    ck_assert_uint_eq(lab.handshake.initial_seq_local + 1, ack.ack);
    ck_assert_uint_eq(lab.listener.nused, 0);
}
END_TEST

START_TEST(segment_behind_the_one_with_the_cookie_is_dropped_and_not_refused)
{
    lab_init(8);
    flood(2000);
    struct nonnet_tcp_header syn = syn_of(1);
    (void)give(1, &syn);
    struct nonnet_tcp_header first = ack_of(&lab.answer), later = first;
    struct tcp_flow flow = flow_of(1);
    later.seq += 1440;
    ck_assert_int_eq(nonnet_tcp_listener_input(&lab.listener, &flow, &later, 1440, lab.now,
                                               &lab.answer, &lab.handshake),
                     TCP_LISTENER_DROP);
    later.flags |= NONNET_TCP_FIN;
    ck_assert_int_eq(give(1, &later), TCP_LISTENER_DROP);
    ck_assert_int_eq(give(1, &first), TCP_LISTENER_CONNECT);
    /* When no cookie can be out any more, it is one of no connection. */
    lab.now += 60 * SECONDS;
    ck_assert_int_eq(give(1, &later), TCP_LISTENER_ANSWER);
    ck_assert_uint_eq(lab.answer.flags & NONNET_TCP_RST, NONNET_TCP_RST);
}
END_TEST

START_TEST(cookies_are_taken_only_when_some_were_sent)
{
    lab_init(8);
    uint64_t seed = check_seed();
    for (int n = 0; n < 1000; n++) {
        struct nonnet_tcp_header ack = {.ack = (uint32_t)check_random(&seed),
                                        .flags = NONNET_TCP_ACK};
        ck_assert_int_eq(give(1, &ack), TCP_LISTENER_ANSWER);
    }
    ck_assert_uint_eq(lab.listener.ncookies_refused, 0);
}
END_TEST

START_TEST(connection_made_from_a_handshake_carries_data_of_its_first_segment)
{
    static uint8_t send[4096], receive[1u << 20];
    static struct tcp_range ranges[TCP_RANGES_MIN];
    static struct tcp_interval intervals[8];
    struct tcp_memory memory = {send,   receive,   sizeof send,    sizeof receive,
                                ranges, intervals, TCP_RANGES_MIN, 8};
    struct tcp_config config = {.mss = 1460, .local_port = 80, .remote_port = 1};
    struct tcp_connection c;
    struct tcp_slices bytes;

    lab_init(8);
    struct nonnet_tcp_header syn = syn_of(1);
    (void)give(1, &syn);
    struct nonnet_tcp_header ack = ack_of(&lab.answer);
    ck_assert_int_eq(give(1, &ack), TCP_LISTENER_CONNECT);
    ck_assert_int_eq(nonnet_connection_init(&c, &memory, &config), NONNET_OK);
    nonnet_connection_accept(&c, &lab.handshake, lab.now);
    (void)nonnet_connection_input(&c, &ack, (const uint8_t *)"hello", 5, lab.now);
    ck_assert_int_eq(c.state, TCP_ESTABLISHED);
    ck_assert_uint_eq(nonnet_connection_peek(&c, &bytes), 5);
    ck_assert_mem_eq(bytes.data[0], "hello", 5);
    ck_assert_uint_eq(c.send_window, 500u << 7);
}
END_TEST

static Suite *tcp_listener_suite(void)
{
    Suite *suite = suite_create("nonnet TCP listener");
    TCase *tc = tcase_create("handshake");
    tcase_add_test(tc, rfc9293_3_10_7_2_syn_is_answered_and_its_ack_connects);
    tcase_add_test(tc, rfc9293_3_10_7_2_ack_without_a_syn_is_reset);
    tcase_add_test(tc, rfc9293_3_10_7_4_ack_of_another_number_is_reset_and_the_entry_stays);
    tcase_add_test(tc, segments_that_are_neither_syn_nor_ack_are_dropped);
    tcase_add_test(tc, rfc5961_3_2_only_an_exact_rst_removes_a_half_open_connection);
    tcase_add_test(tc, rfc9293_3_8_1_syn_ack_is_repeated_with_doubled_intervals_and_then_given_up);
    tcase_add_test(tc, repeated_syn_gets_the_same_answer);
    tcase_add_test(tc, full_backlog_leaves_the_connection_half_open);
    tcase_add_test(tc, rfc6528_3_initial_numbers_differ_by_flow_and_grow_with_time);
    tcase_add_test(tc, connection_made_from_a_handshake_carries_data_of_its_first_segment);
    suite_add_tcase(suite, tc);
    tc = tcase_create("cookies");
    tcase_set_timeout(tc, 120);
    tcase_add_test(tc, rfc4987_3_6_real_client_connects_in_one_round_trip_during_a_flood);
    tcase_add_test(tc, cookie_carries_what_the_syn_offered_or_less);
    tcase_add_test(tc, cookie_ends_after_the_next_period);
    tcase_add_test(tc, cookie_of_another_flow_or_number_is_refused);
    tcase_add_test(tc, cookie_is_good_when_the_repeated_syn_has_found_a_place);
    tcase_add_test(tc, segment_behind_the_one_with_the_cookie_is_dropped_and_not_refused);
    tcase_add_test(tc, cookies_are_taken_only_when_some_were_sent);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(tcp_listener_suite)
