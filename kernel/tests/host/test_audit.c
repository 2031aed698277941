/* The audit log: the chain can be followed, and what was dropped can be seen. */
#include "model.h"

#include <audit/audit.h>
#include <noncrypto/blake3.h>

static void setup(void)
{
    model_start(4096);
}

/* Follows the chain over what is kept; returns the number of records. */
static uint64_t chain_follow(uint64_t from, const uint8_t before[32], unsigned *dropped)
{
    uint8_t chain[32];
    uint64_t first, n = 0;
    struct nonos_audit_record r;
    memcpy(chain, before, sizeof(chain));
    while (audit_copy(from + n, &r, 1, &first) == 1) {
        uint8_t wanted[32];
        struct nonos_audit_record plain = r;
        struct noncrypto_blake3 ctx;
        memset(plain.chain, 0, sizeof(plain.chain));
        noncrypto_blake3_init(&ctx);
        noncrypto_blake3_update(&ctx, chain, sizeof(chain));
        noncrypto_blake3_update(&ctx, &plain, sizeof(plain));
        noncrypto_blake3_final(&ctx, wanted, sizeof(wanted));
        ck_assert_mem_eq(wanted, r.chain, sizeof(wanted));
        ck_assert_uint_eq(r.sequence, from + n);
        memcpy(chain, r.chain, sizeof(chain));
        if (r.event == NONOS_AUDIT_DROPPED)
            *dropped += (unsigned)r.a;
        n++;
    }
    return n;
}

static const uint8_t zero[32];

START_TEST(the_chain_starts_at_zero_and_covers_every_record)
{
    unsigned dropped = 0;
    for (unsigned i = 0; i < 500; i++) {
        audit_record_text(NONOS_AUDIT_USER, 0, 7, i, i * 2, i * 3,
                          "a text that is longer than the forty bytes there are");
        audit_drain_if_due();
    }
    audit_drain();
    ck_assert_uint_ge(chain_follow(1, zero, &dropped), 500);
    ck_assert_uint_eq(dropped, 0);
}
END_TEST

START_TEST(what_a_full_ring_drops_is_counted_in_the_chain)
{
    unsigned dropped = 0;
    audit_drain();
    for (unsigned i = 0; i < 300; i++)
        audit_record(NONOS_AUDIT_USER, 0, 7, i, 0, 0);
    audit_drain();
    chain_follow(1, zero, &dropped);
    ck_assert_uint_eq(dropped, 300 - 256);
}
END_TEST

START_TEST(records_that_are_not_kept_any_more_are_told_apart)
{
    struct nonos_audit_record r;
    uint64_t first;
    for (unsigned i = 0; i < AUDIT_KEPT + 1000; i++) {
        audit_record(NONOS_AUDIT_USER, 0, 7, i, 0, 0);
        audit_drain_if_due();
    }
    audit_drain();
    ck_assert_int_eq(audit_copy(1, &r, 1, &first), NONOS_E_OVERRUN);
    ck_assert_uint_gt(first, 1000);
    ck_assert_int_eq(audit_copy(first, &r, 1, &first), 1);
    ck_assert_int_eq(audit_copy(first + AUDIT_KEPT, &r, 1, &first), 0);
    unsigned dropped = 0;
    ck_assert_uint_eq(chain_follow(first + 1, r.chain, &dropped), AUDIT_KEPT - 1);
}
END_TEST

static int call_result;

static void bad_call(void *argument)
{
    (void)argument;
    call_result = CALL(CAP_INFO, NULL, 5, 0);
}

START_TEST(a_refusal_leaves_a_record)
{
    struct nonos_audit_record r = {0};
    uint64_t first, sequence = 1;
    struct task *task = model_task(0);
    model_thread(task, 8, bad_call, NULL);
    model_run();
    ck_assert_int_eq(call_result, NONOS_E_BAD_HANDLE);
    audit_drain();
    while (audit_copy(sequence, &r, 1, &first) == 1 && r.event != NONOS_AUDIT_REFUSED)
        sequence++;
    ck_assert_uint_eq(r.event, NONOS_AUDIT_REFUSED);
    ck_assert_int_eq(r.result, NONOS_E_BAD_HANDLE);
    ck_assert_uint_eq(r.task_id, task->object.id);
    ck_assert_uint_eq(r.a, NONOS_SYS_CAP_INFO);
    ck_assert_uint_eq(r.b, 5);
    ck_assert_str_eq(r.text, "cap_info");
}
END_TEST

static Suite *audit_suite(void)
{
    Suite *suite = suite_create("audit");
    TCase *tc = tcase_create("audit");
    tcase_add_checked_fixture(tc, setup, model_finish);
    tcase_add_test(tc, the_chain_starts_at_zero_and_covers_every_record);
    tcase_add_test(tc, what_a_full_ring_drops_is_counted_in_the_chain);
    tcase_add_test(tc, records_that_are_not_kept_any_more_are_told_apart);
    tcase_add_test(tc, a_refusal_leaves_a_record);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(audit_suite)
