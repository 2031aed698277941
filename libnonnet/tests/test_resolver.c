/*
 * The resolver against servers that the test plays: honest ones, broken ones, and strangers who
 * guess.
 */
#include <check_main.h>

#include <nonnet/resolver.h>

#define S 1000000ull

struct lab {
    struct nonnet_resolver_config config;
    struct nonnet_resolver *resolver;
    void *arena;
    uint64_t now;
    uint64_t random;
    struct nonnet_resolver_message message; /* the last one sent */
};

static struct lab lab;

static void entropy(void *context, uint8_t *out, size_t len)
{
    (void)context;
    for (size_t i = 0; i < len; i++)
        out[i] = (uint8_t)check_random(&lab.random);
}

static void lab_start(void)
{
    size_t size = nonnet_resolver_size(&lab.config);
    ck_assert_uint_gt(size, 0);
    lab.arena = aligned_alloc(NONNET_ARENA_ALIGN, size);
    ck_assert_ptr_nonnull(lab.arena);
    ck_assert_int_eq(nonnet_resolver_init(&lab.resolver, &lab.config, lab.arena, size, lab.now),
                     NONNET_OK);
}

static void setup(void)
{
    memset(&lab, 0, sizeof lab);
    lab.random = check_seed();
    lab.now = 100 * S;
    lab.config = (struct nonnet_resolver_config){
        .environment = {.entropy = entropy},
        .servers = {{nonnet_address_ipv4(192, 0, 2, 53), 53},
                    {{6, {0x20, 1, 0xd, 0xb8, [15] = 0x53}}, 53}},
        .nservers = 2,
        .nqueries = 4,
        .ncached = 4,
    };
    lab_start();
}

static void teardown(void)
{
    free(lab.arena);
}

static void restart(void)
{
    teardown();
    lab_start();
}

static struct nonnet_query_handle ask(const char *name, uint8_t version)
{
    struct nonnet_query_handle q;
    ck_assert_int_eq(nonnet_resolver_ask(lab.resolver, name, version, &q, lab.now), NONNET_OK);
    return q;
}

static void must_send(enum nonnet_resolver_transport transport, unsigned server)
{
    ck_assert(nonnet_resolver_output(lab.resolver, &lab.message, lab.now));
    ck_assert_int_eq(lab.message.transport, transport);
    ck_assert_mem_eq(&lab.message.server.address, &lab.config.servers[server].address,
                     sizeof(struct nonnet_address));
}

static bool sends_nothing(void)
{
    struct nonnet_resolver_message m;
    return !nonnet_resolver_output(lab.resolver, &m, lab.now);
}

/* A response in the making. */
struct response {
    uint8_t bytes[4096];
    size_t len;
};

static void put16(struct response *r, unsigned v)
{
    r->bytes[r->len++] = (uint8_t)(v >> 8);
    r->bytes[r->len++] = (uint8_t)v;
}

static void put_name(struct response *r, const char *text)
{
    struct nonnet_dns_name name;
    ck_assert_int_eq(nonnet_dns_name_from_text(&name, text), NONNET_OK);
    memcpy(r->bytes + r->len, name.octets, name.len);
    r->len += name.len;
}

/* An answer to the last message: its number and its question as they were. */
static struct response response_of(unsigned flags)
{
    struct response r = {.len = 0};
    size_t at = NONNET_DNS_HEADER_LEN;
    struct nonnet_dns_question q;
    ck_assert_int_eq(nonnet_dns_question_decode(&q, lab.message.bytes, lab.message.len, &at),
                     NONNET_OK);
    memcpy(r.bytes, lab.message.bytes, at);
    r.len = at;
    r.bytes[2] = (uint8_t)(0x81 | flags >> 8);
    r.bytes[3] = (uint8_t)(0x80 | flags);
    r.bytes[11] = 0; /* no OPT */
    return r;
}

static void put_record(struct response *r, unsigned section, const char *owner, unsigned type,
                       uint32_t ttl, const void *data, size_t len)
{
    r->bytes[section]++;
    put_name(r, owner);
    put16(r, type);
    put16(r, 1);
    put16(r, ttl >> 16);
    put16(r, ttl & 0xffff);
    put16(r, (unsigned)len);
    memcpy(r->bytes + r->len, data, len);
    r->len += len;
}

#define ANSWERS     7 /* where the low byte of the count is */
#define AUTHORITIES 9

static void put_a(struct response *r, const char *owner, uint32_t ttl, uint8_t last)
{
    uint8_t address[4] = {198, 51, 100, last};
    put_record(r, ANSWERS, owner, NONNET_DNS_A, ttl, address, 4);
}

static void put_alias(struct response *r, const char *owner, const char *target, uint32_t ttl)
{
    struct nonnet_dns_name name;
    ck_assert_int_eq(nonnet_dns_name_from_text(&name, target), NONNET_OK);
    put_record(r, ANSWERS, owner, NONNET_DNS_CNAME, ttl, name.octets, name.len);
}

static void put_soa(struct response *r, uint32_t ttl, uint32_t minimum)
{
    uint8_t data[2 + 20] = {0};
    for (int i = 0; i < 4; i++)
        data[18 + i] = (uint8_t)(minimum >> (24 - 8 * i));
    put_record(r, AUTHORITIES, "example", NONNET_DNS_SOA, ttl, data, sizeof data);
}

static bool give_from(const struct nonnet_endpoint *from, const struct response *r)
{
    uint8_t *copy = malloc(r->len); /* exactly so long, for the sanitizer */
    ck_assert_ptr_nonnull(copy);
    memcpy(copy, r->bytes, r->len);
    bool taken =
        nonnet_resolver_input(lab.resolver, from, lab.message.transport, copy, r->len, lab.now);
    free(copy);
    return taken;
}

static bool give(const struct response *r)
{
    return give_from(&lab.message.server, r);
}

static int result_of(struct nonnet_query_handle q, struct nonnet_resolver_answer *answer)
{
    return nonnet_resolver_result(lab.resolver, q, answer, lab.now);
}

START_TEST(a_name_is_asked_for_and_answered)
{
    struct nonnet_query_handle q = ask("www.example", 4);
    struct nonnet_resolver_answer answer;
    ck_assert_int_eq(result_of(q, &answer), NONNET_E_EMPTY);
    must_send(NONNET_RESOLVER_UDP, 0);
    ck_assert(sends_nothing());
    struct response r = response_of(0);
    put_a(&r, "www.example", 300, 1);
    put_a(&r, "www.example", 200, 2);
    put_a(&r, "other.example", 100, 3);
    ck_assert(give(&r));
    lab.now += 10 * S;
    ck_assert_int_eq(result_of(q, &answer), NONNET_OK);
    ck_assert(answer.count == 2 && answer.ttl == 190);
    ck_assert(answer.addresses[1].version == 4 && answer.addresses[1].octet[3] == 2);
    ck_assert_int_eq(result_of(q, &answer), NONNET_E_STALE);
    ck_assert(!give(&r));
}
END_TEST

START_TEST(addresses_of_version_6_are_taken)
{
    struct nonnet_query_handle q = ask("www.example", 6);
    struct nonnet_resolver_answer answer;
    uint8_t address[16] = {0x20, 1, 0xd, 0xb8, [15] = 9};
    must_send(NONNET_RESOLVER_UDP, 0);
    struct response r = response_of(0);
    put_a(&r, "www.example", 300, 1); /* not what was asked for */
    put_record(&r, ANSWERS, "www.example", NONNET_DNS_AAAA, 60, address, 16);
    ck_assert(give(&r));
    ck_assert_int_eq(result_of(q, &answer), NONNET_OK);
    ck_assert(answer.count == 1 && answer.addresses[0].version == 6);
    ck_assert_mem_eq(answer.addresses[0].octet, address, 16);
}
END_TEST

/* CVE-2008-1447, -2020-25928: each of what is drawn must match. */
START_TEST(rfc5452_an_answer_that_does_not_match_is_ignored)
{
    struct nonnet_resolver_answer answer;
    struct nonnet_query_handle q = ask("www.example", 4);
    must_send(NONNET_RESOLVER_UDP, 0);
    struct response good = response_of(0), r;
    put_a(&good, "www.example", 300, 1);
    r = good;
    r.bytes[1] ^= 1; /* the number */
    ck_assert(!give(&r));
    r = good;
    r.bytes[2] &= 0x7f; /* a query */
    ck_assert(!give(&r));
    r = good;
    r.bytes[2] |= 0x10; /* another operation */
    ck_assert(!give(&r));
    r = good;
    r.bytes[5] = 2; /* two questions */
    ck_assert(!give(&r));
    r = good;
    r.bytes[13] = 'x'; /* another name */
    ck_assert(!give(&r));
    r = good;
    r.bytes[12 + 13 + 1] = 28; /* another type */
    ck_assert(!give(&r));
    struct nonnet_endpoint from = lab.message.server;
    from.port = 54;
    ck_assert(!give_from(&from, &good));
    ck_assert(!give_from(&lab.config.servers[1], &good));
    ck_assert_int_eq(result_of(q, &answer), NONNET_E_EMPTY);
    ck_assert(give(&good));
    ck_assert_int_eq(result_of(q, &answer), NONNET_OK);
}
END_TEST

START_TEST(numbers_and_cases_are_drawn_for_each_message)
{
    unsigned upper = 0, letters = 0, same_id = 0;
    uint16_t before = 0;
    lab.config.ncached = 0;
    restart();
    for (int i = 0; i < 200; i++) {
        struct nonnet_query_handle q = ask("abcdefghij.example", 4);
        must_send(NONNET_RESOLVER_UDP, 0);
        uint16_t id = (uint16_t)(lab.message.bytes[0] << 8 | lab.message.bytes[1]);
        same_id += id == before;
        before = id;
        for (int k = 13; k < 23; k++) {
            letters++;
            upper += lab.message.bytes[k] < 'a';
        }
        ck_assert_int_eq(nonnet_resolver_cancel(lab.resolver, q), NONNET_OK);
    }
    ck_assert_uint_lt(same_id, 3);
    ck_assert(upper > letters / 3 && upper < letters * 2 / 3);
}
END_TEST

START_TEST(a_server_that_does_not_keep_the_case_is_asked_over_tcp)
{
    struct nonnet_resolver_answer answer;
    struct nonnet_query_handle q = ask("www.example", 4);
    must_send(NONNET_RESOLVER_UDP, 0);
    struct response r = response_of(0);
    r.bytes[13] ^= 0x20;
    put_a(&r, "www.example", 300, 1);
    ck_assert(give(&r));
    ck_assert_int_eq(result_of(q, &answer), NONNET_E_EMPTY);
    must_send(NONNET_RESOLVER_TCP, 0);
    r = response_of(0);
    r.bytes[13] ^= 0x20;
    put_a(&r, "www.example", 300, 2);
    ck_assert(give(&r));
    ck_assert_int_eq(result_of(q, &answer), NONNET_OK);
    ck_assert_uint_eq(answer.addresses[0].octet[3], 2);
}
END_TEST

START_TEST(who_guesses_numbers_is_left_for_tcp)
{
    (void)ask("www.example", 4);
    must_send(NONNET_RESOLVER_UDP, 0);
    struct response r = response_of(0);
    put_a(&r, "www.example", 300, 66);
    unsigned id = (unsigned)(r.bytes[0] << 8 | r.bytes[1]), guesses = 0;
    do {
        id++;
        r.bytes[0] = (uint8_t)(id >> 8);
        r.bytes[1] = (uint8_t)id;
        guesses++;
        ck_assert_uint_lt(guesses, 100);
    } while (!give(&r));
    must_send(NONNET_RESOLVER_TCP, 0);
}
END_TEST

START_TEST(a_truncated_answer_is_asked_for_over_tcp)
{
    struct nonnet_resolver_answer answer;
    struct nonnet_query_handle q = ask("www.example", 4);
    must_send(NONNET_RESOLVER_UDP, 0);
    struct response r = response_of(0x200);
    put_a(&r, "www.example", 300, 1);
    ck_assert(give(&r));
    must_send(NONNET_RESOLVER_TCP, 0);
    r = response_of(0);
    put_a(&r, "www.example", 300, 2);
    ck_assert(give(&r));
    ck_assert_int_eq(result_of(q, &answer), NONNET_OK);
    ck_assert(answer.count == 1 && answer.addresses[0].octet[3] == 2);
}
END_TEST

START_TEST(aliases_are_followed_in_any_order_and_across_messages)
{
    struct nonnet_resolver_answer answer;
    struct nonnet_query_handle q = ask("a.example", 4);
    must_send(NONNET_RESOLVER_UDP, 0);
    struct response r = response_of(0);
    put_alias(&r, "b.example", "c.example", 50);
    put_alias(&r, "a.example", "b.example", 40);
    ck_assert(give(&r));
    must_send(NONNET_RESOLVER_UDP, 0);
    size_t at = 12;
    struct nonnet_dns_question question;
    struct nonnet_dns_name c;
    ck_assert_int_eq(nonnet_dns_name_from_text(&c, "c.example"), NONNET_OK);
    ck_assert_int_eq(nonnet_dns_question_decode(&question, lab.message.bytes, lab.message.len, &at),
                     NONNET_OK);
    ck_assert(nonnet_dns_name_equal(&question.name, &c));
    r = response_of(0);
    put_a(&r, "d.example", 300, 7);
    put_alias(&r, "c.example", "d.example", 30);
    ck_assert(give(&r));
    ck_assert_int_eq(result_of(q, &answer), NONNET_OK);
    ck_assert(answer.count == 1 && answer.ttl == 30);
}
END_TEST

START_TEST(aliases_that_go_round_come_to_an_end)
{
    struct nonnet_resolver_answer answer;
    struct nonnet_query_handle q = ask("a.example", 4);
    unsigned sent = 0;
    while (nonnet_resolver_output(lab.resolver, &lab.message, lab.now)) {
        struct response r = response_of(0);
        put_alias(&r, "a.example", "b.example", 40);
        put_alias(&r, "b.example", "a.example", 40);
        ck_assert(give(&r));
        ck_assert_uint_lt(++sent, 100);
    }
    ck_assert_int_eq(result_of(q, &answer), NONNET_E_REFUSED);
    q = ask("a.example", 4);
    sent = 0;
    while (nonnet_resolver_output(lab.resolver, &lab.message, lab.now)) {
        struct response r = response_of(0);
        char from[16], to[16];
        snprintf(from, sizeof from, "%c.example", (char)('a' + sent % 20));
        snprintf(to, sizeof to, "%c.example", (char)('a' + (sent + 1) % 20));
        put_alias(&r, from, to, 40);
        (void)give(&r);
        ck_assert_uint_lt(++sent, 100);
        lab.now += 20 * S;
        nonnet_resolver_tick(lab.resolver, lab.now);
    }
    ck_assert_int_lt(result_of(q, &answer), 0);
}
END_TEST

START_TEST(rfc2308_what_is_not_there_is_remembered_for_a_while)
{
    struct nonnet_resolver_answer answer;
    for (unsigned rcode = 0; rcode <= 3; rcode += 3) {
        struct nonnet_query_handle q = ask("none.example", 4);
        must_send(NONNET_RESOLVER_UDP, 0);
        struct response r = response_of(rcode);
        put_soa(&r, 3600, 120);
        ck_assert(give(&r));
        ck_assert_int_eq(result_of(q, &answer), NONNET_E_NOT_FOUND);
        lab.now += 100 * S;
        q = ask("NONE.example", 4);
        ck_assert_int_eq(result_of(q, &answer), NONNET_E_NOT_FOUND);
        ck_assert(sends_nothing());
        lab.now += 100 * S;
    }
    (void)ask("none.example", 4);
    must_send(NONNET_RESOLVER_UDP, 0);
}
END_TEST

START_TEST(a_server_that_fails_or_is_silent_leaves_it_to_the_next)
{
    struct nonnet_resolver_answer answer;
    struct nonnet_query_handle q = ask("www.example", 4);
    for (unsigned i = 0; i < 6; i++) {
        must_send(NONNET_RESOLVER_UDP, i % 2);
        if (i == 2) {
            struct response r = response_of(NONNET_DNS_SERVER_FAILURE);
            ck_assert(give(&r));
        } else if (i == 3) {
            nonnet_resolver_failed(lab.resolver, q, lab.now);
        } else {
            ck_assert_uint_gt(nonnet_resolver_deadline(lab.resolver), lab.now);
            lab.now = nonnet_resolver_deadline(lab.resolver);
            nonnet_resolver_tick(lab.resolver, lab.now);
        }
    }
    ck_assert(sends_nothing());
    ck_assert_uint_eq(nonnet_resolver_deadline(lab.resolver), NONNET_NEVER);
    ck_assert_int_eq(result_of(q, &answer), NONNET_E_REFUSED);
    q = ask("www.example", 4); /* a failure is not remembered */
    while (nonnet_resolver_output(lab.resolver, &lab.message, lab.now)) {
        lab.now = nonnet_resolver_deadline(lab.resolver);
        nonnet_resolver_tick(lab.resolver, lab.now);
    }
    ck_assert_int_eq(result_of(q, &answer), NONNET_E_TIMED_OUT);
}
END_TEST

START_TEST(what_is_remembered_is_bounded_and_expires)
{
    struct nonnet_resolver_answer answer;
    char name[32];
    for (unsigned i = 0; i < 10; i++) {
        snprintf(name, sizeof name, "host%u.example", i);
        struct nonnet_query_handle q = ask(name, 4);
        must_send(NONNET_RESOLVER_UDP, 0);
        struct response r = response_of(0);
        put_a(&r, name, 1000 + i, (uint8_t)i);
        ck_assert(give(&r));
        ck_assert_int_eq(result_of(q, &answer), NONNET_OK);
    }
    unsigned known = 0;
    for (unsigned i = 0; i < 10; i++) {
        snprintf(name, sizeof name, "host%u.example", i);
        struct nonnet_query_handle q = ask(name, 4);
        known += result_of(q, &answer) == NONNET_OK && answer.addresses[0].octet[3] == i;
        (void)!nonnet_resolver_cancel(lab.resolver, q);
    }
    ck_assert_uint_eq(known, 4);
    nonnet_resolver_forget(lab.resolver);
    struct nonnet_query_handle q = ask("host9.example", 4);
    ck_assert_int_eq(result_of(q, &answer), NONNET_E_EMPTY);
}
END_TEST

START_TEST(rfc5452_5_the_same_is_not_asked_twice_at_once)
{
    struct nonnet_resolver_answer answer;
    struct nonnet_query_handle a = ask("www.example", 4), b = ask("WWW.example", 4),
                               c = ask("www.example", 4), d = ask("www.example", 6), none;
    ck_assert_int_eq(nonnet_resolver_ask(lab.resolver, "x.example", 4, &none, lab.now),
                     NONNET_E_FULL);
    must_send(NONNET_RESOLVER_UDP, 0);
    must_send(NONNET_RESOLVER_UDP, 0); /* of the other type */
    ck_assert(sends_nothing());
    /* Who asked goes; another one asks in its place. */
    ck_assert_int_eq(nonnet_resolver_cancel(lab.resolver, a), NONNET_OK);
    must_send(NONNET_RESOLVER_UDP, 0);
    ck_assert(sends_nothing());
    struct response r = response_of(0);
    put_a(&r, "www.example", 300, 1);
    ck_assert(give(&r));
    ck_assert_int_eq(result_of(b, &answer), NONNET_OK);
    ck_assert_int_eq(result_of(c, &answer), NONNET_OK);
    ck_assert_int_eq(result_of(d, &answer), NONNET_E_EMPTY);
}
END_TEST

START_TEST(rfc8467_encrypted_queries_are_padded_and_cases_need_not_match)
{
    struct nonnet_resolver_answer answer;
    lab.config.encrypted = true;
    restart();
    struct nonnet_query_handle q = ask("www.example", 4);
    must_send(NONNET_RESOLVER_ENCRYPTED, 0);
    ck_assert_uint_eq(lab.message.len, 128);
    struct response r = response_of(0);
    r.bytes[13] ^= 0x20;
    put_a(&r, "www.example", 300, 1);
    ck_assert(give(&r));
    ck_assert_int_eq(result_of(q, &answer), NONNET_OK);
}
END_TEST

/* CVE-2020-24340, -25926, -2016-20009: counts and lengths that are not true. */
START_TEST(rfc9267_counts_that_lie_are_not_believed)
{
    struct nonnet_resolver_answer answer;
    struct nonnet_query_handle q = ask("www.example", 4);
    must_send(NONNET_RESOLVER_UDP, 0);
    struct response r = response_of(0);
    put_a(&r, "www.example", 300, 1);
    r.bytes[6] = 0xff; /* 65281 answers */
    ck_assert(give(&r));
    ck_assert_int_eq(result_of(q, &answer), NONNET_E_EMPTY);
    must_send(NONNET_RESOLVER_UDP, 1); /* the server cannot be used */
    r = response_of(0);
    put_a(&r, "www.example", 300, 1);
    r.len -= 2; /* and here the data ends early */
    ck_assert(give(&r));
    must_send(NONNET_RESOLVER_UDP, 0);
    r = response_of(0);
    put_alias(&r, "www.example", "b.example", 10);
    r.bytes[r.len - 1] = 0xc0; /* the name in the data goes past it */
    ck_assert(give(&r));
    must_send(NONNET_RESOLVER_UDP, 1);
}
END_TEST

START_TEST(wrong_configurations_and_questions_are_refused)
{
    struct nonnet_resolver_config c = lab.config;
    struct nonnet_query_handle q;
    struct nonnet_resolver_answer answer;
    c.nservers = 0;
    ck_assert_uint_eq(nonnet_resolver_size(&c), 0);
    c.nservers = 5;
    ck_assert_uint_eq(nonnet_resolver_size(&c), 0);
    c = lab.config;
    c.nqueries = 0;
    ck_assert_uint_eq(nonnet_resolver_size(&c), 0);
    c = lab.config;
    c.environment.entropy = NULL;
    ck_assert_uint_eq(nonnet_resolver_size(&c), 0);
    ck_assert_int_eq(nonnet_resolver_ask(lab.resolver, "a..b", 4, &q, lab.now), NONNET_E_INVALID);
    ck_assert_int_eq(nonnet_resolver_ask(lab.resolver, "a.b", 5, &q, lab.now), NONNET_E_INVALID);
    struct nonnet_query_handle wrong[] = {{0}, {0x10000}, {0x1ffff}};
    for (size_t i = 0; i < 3; i++) {
        ck_assert_int_eq(result_of(wrong[i], &answer), NONNET_E_STALE);
        ck_assert_int_eq(nonnet_resolver_cancel(lab.resolver, wrong[i]), NONNET_E_STALE);
    }
}
END_TEST

static Suite *resolver_suite(void)
{
    Suite *suite = suite_create("nonnet resolver");
    TCase *tc = tcase_create("resolver");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, a_name_is_asked_for_and_answered);
    tcase_add_test(tc, addresses_of_version_6_are_taken);
    tcase_add_test(tc, rfc5452_an_answer_that_does_not_match_is_ignored);
    tcase_add_test(tc, numbers_and_cases_are_drawn_for_each_message);
    tcase_add_test(tc, a_server_that_does_not_keep_the_case_is_asked_over_tcp);
    tcase_add_test(tc, who_guesses_numbers_is_left_for_tcp);
    tcase_add_test(tc, a_truncated_answer_is_asked_for_over_tcp);
    tcase_add_test(tc, aliases_are_followed_in_any_order_and_across_messages);
    tcase_add_test(tc, aliases_that_go_round_come_to_an_end);
    tcase_add_test(tc, rfc2308_what_is_not_there_is_remembered_for_a_while);
    tcase_add_test(tc, a_server_that_fails_or_is_silent_leaves_it_to_the_next);
    tcase_add_test(tc, what_is_remembered_is_bounded_and_expires);
    tcase_add_test(tc, rfc5452_5_the_same_is_not_asked_twice_at_once);
    tcase_add_test(tc, rfc8467_encrypted_queries_are_padded_and_cases_need_not_match);
    tcase_add_test(tc, rfc9267_counts_that_lie_are_not_believed);
    tcase_add_test(tc, wrong_configurations_and_questions_are_refused);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(resolver_suite)
