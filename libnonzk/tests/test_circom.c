#include "fr_helpers.h"

#include <nonzk/circom.h>
#include <vector_file.h>

static const char *const cases[] = {"n1_mul", "n4_poly", "n8_lin"};
#define NCASES (sizeof cases / sizeof cases[0])

/* A file under construction. */
struct file {
    uint8_t bytes[1024];
    size_t len;
};

static void put(struct file *f, uint64_t value, size_t size)
{
    ck_assert_uint_le(f->len + size, sizeof f->bytes);
    for (size_t i = 0; i < size; i++)
        f->bytes[f->len++] = (uint8_t)(i < 8 ? value >> 8 * i : 0);
}

static void put_prime(struct file *f)
{
    put(f, 32, 4);
    put(f, UINT64_C(0xffffffff00000001), 8);
    put(f, UINT64_C(0x53bda402fffe5bfe), 8);
    put(f, UINT64_C(0x3339d80809a1d805), 8);
    put(f, UINT64_C(0x73eda753299d7d48), 8);
}

static void put_text(struct file *f, const char *text)
{
    for (; *text != '\0'; text++)
        put(f, (unsigned char)*text, 1);
}

/* Where the parts of the file below begin. */
enum {
    AT_VERSION = 4,
    AT_COUNT = 8,
    AT_HEADER = 12,
    AT_SIZE = AT_HEADER + 12,
    AT_PRIME = AT_SIZE + 4,
    AT_NWIRES = AT_PRIME + 32,
    AT_NOUTPUTS = AT_NWIRES + 4,
    AT_NPRIVATE = AT_NOUTPUTS + 8,
    AT_NCONSTRAINTS = AT_NWIRES + 24,
    AT_CONSTRAINTS = AT_NCONSTRAINTS + 4,
    AT_TERM = AT_CONSTRAINTS + 12 + 4,
    AT_END = AT_CONSTRAINTS + 12 + 3 * (4 + 36),
};

/* One constraint, wire 2 * wire 3 = wire 1 */
static struct file product_file(void)
{
    struct file f = {.len = 0};
    put_text(&f, "r1cs");
    put(&f, 1, 4);
    put(&f, 2, 4);
    put(&f, 1, 4);
    put(&f, 64, 8);
    put_prime(&f);
    put(&f, 4, 4);
    put(&f, 1, 4);
    put(&f, 1, 4);
    put(&f, 1, 4);
    put(&f, 4, 8);
    put(&f, 1, 4);
    put(&f, 2, 4);
    put(&f, 120, 8);
    for (uint64_t side = 0; side < 3; side++) {
        put(&f, 1, 4);
        put(&f, side == 2 ? 1 : side + 2, 4);
        put(&f, 1, 32);
    }
    ck_assert_uint_eq(f.len, AT_END);
    return f;
}

static struct file witness_file(void)
{
    struct file f = {.len = 0};
    put_text(&f, "wtns");
    put(&f, 2, 4);
    put(&f, 2, 4);
    put(&f, 1, 4);
    put(&f, 40, 8);
    put_prime(&f);
    put(&f, 4, 4);
    put(&f, 2, 4);
    put(&f, 128, 8);
    put(&f, 1, 32);
    put(&f, 15, 32);
    put(&f, 3, 32);
    put(&f, 5, 32);
    return f;
}

/* Reads a file into memory of just the size that it asks for. */
static void *read_r1cs(struct nonzk_r1cs *cs, const uint8_t *bytes, size_t len)
{
    struct nonzk_r1cs_limits limits;
    ck_assert_int_eq(nonzk_circom_r1cs_limits(&limits, bytes, len), 0);
    size_t size = nonzk_r1cs_size(&limits, NONZK_R1CS_RECORD);
    void *memory = malloc(size + 1);
    ck_assert_ptr_nonnull(memory);
    ck_assert_int_eq(nonzk_r1cs_init(cs, &limits, NONZK_R1CS_RECORD, memory, size), 0);
    ck_assert_int_eq(nonzk_circom_r1cs_read(cs, bytes, len), 0);
    return memory;
}

/* What both functions say of a file. */
static int r1cs_verdict(const struct file *f)
{
    const struct nonzk_r1cs_limits room = {.wires = 50, .constraints = 5, .terms = 50};
    struct nonzk_r1cs_limits limits = {0};
    static uint64_t memory[1000];
    struct nonzk_r1cs cs, before;
    ck_assert_int_eq(nonzk_r1cs_init(&cs, &room, NONZK_R1CS_RECORD, memory, sizeof memory), 0);
    before = cs;
    int result = nonzk_circom_r1cs_limits(&limits, f->bytes, f->len);
    ck_assert_int_eq(nonzk_circom_r1cs_read(&cs, f->bytes, f->len), result);
    if (result != 0) {
        ck_assert_uint_eq(limits.wires, 0);
        ck_assert_mem_eq(&cs, &before, sizeof cs);
    }
    return result;
}

static int wtns_verdict(const struct file *f)
{
    struct nonzk_fr values[4];
    uint32_t count = 77;
    int result = nonzk_circom_wtns_read(values, 4, f->bytes, f->len);
    if (nonzk_circom_wtns_count(&count, f->bytes, f->len) != 0)
        ck_assert_uint_eq(count, 77);
    return result;
}

START_TEST(witnesses_of_snarkjs_satisfy_its_systems_and_altered_ones_do_not)
{
    char path[100];
    size_t len, witness_len;
    uint32_t count, violated, refused = 0;
    struct nonzk_r1cs cs;
    snprintf(path, sizeof path, "zk/snarkjs/%s/%s.r1cs", cases[_i], cases[_i]);
    char *file = vector_file_read(path, &len);
    if (file == NULL)
        return;
    snprintf(path, sizeof path, "zk/snarkjs/%s/w.wtns", cases[_i]);
    char *witness = vector_file_read(path, &witness_len);
    void *memory = read_r1cs(&cs, (const uint8_t *)file, len);
    ck_assert_int_eq(nonzk_circom_wtns_count(&count, (const uint8_t *)witness, witness_len), 0);
    ck_assert_uint_eq(count, cs.nwires);
    struct nonzk_fr *values = malloc(count * sizeof *values), one = fr_u64(1);
    ck_assert_ptr_nonnull(values);
    ck_assert_int_eq(nonzk_circom_wtns_read(values, count, (const uint8_t *)witness, witness_len),
                     0);
    ck_assert_int_eq(nonzk_r1cs_check(&cs, values, &violated), 0);
    for (uint32_t i = 0; i < count; i++) {
        struct nonzk_fr before = values[i];
        nonzk_fr_add(&values[i], &values[i], &one);
        refused += nonzk_r1cs_check(&cs, values, &violated) == NONZK_E_UNSATISFIED;
        values[i] = before;
    }
    printf("# %s: %u constraints satisfied, %u of %u altered witnesses refused\n", cases[_i],
           cs.nconstraints, refused, count);
    ck_assert_uint_eq(refused, count);
    free(file);
    free(witness);
    free(values);
    free(memory);
}
END_TEST

START_TEST(a_small_system_is_read_as_it_stands)
{
    struct file f = product_file(), w = witness_file();
    struct nonzk_r1cs cs;
    struct nonzk_fr values[4], seven = fr_u64(7);
    const struct nonzk_r1cs_term *terms;
    uint32_t violated;
    void *memory = read_r1cs(&cs, f.bytes, f.len);
    ck_assert_uint_eq(cs.nwires, 4);
    ck_assert_uint_eq(cs.npublic, 2);
    ck_assert_uint_eq(cs.nconstraints, 1);
    ck_assert_uint_eq(cs.nterms, 3);
    ck_assert_uint_eq(nonzk_r1cs_side(&cs, 0, NONZK_R1CS_B, &terms), 1);
    ck_assert_uint_eq(terms[0].wire, 3);
    ck_assert_int_eq(nonzk_circom_wtns_read(values, 4, w.bytes, w.len), 0);
    ck_assert_int_eq(nonzk_r1cs_check(&cs, values, &violated), 0);
    values[1] = seven;
    ck_assert_int_eq(nonzk_r1cs_check(&cs, values, &violated), NONZK_E_UNSATISFIED);
    ck_assert_uint_eq(violated, 0);
    free(memory);
}
END_TEST

START_TEST(cut_files_and_longer_ones_are_refused)
{
    struct file f = product_file(), w = witness_file();
    for (size_t len = 0; len < f.len; len++) {
        struct file cut = f;
        cut.len = len;
        ck_assert_int_eq(r1cs_verdict(&cut), NONZK_E_ENCODING);
    }
    for (size_t len = 0; len < w.len; len++) {
        struct file cut = w;
        cut.len = len;
        ck_assert_int_eq(wtns_verdict(&cut), NONZK_E_ENCODING);
    }
    f.len++;
    w.len++;
    ck_assert_int_eq(r1cs_verdict(&f), NONZK_E_ENCODING);
    ck_assert_int_eq(wtns_verdict(&w), NONZK_E_ENCODING);
}
END_TEST

START_TEST(each_wrong_field_of_a_system_is_refused)
{
    static const struct {
        size_t at;
        uint8_t value;
        int result;
    } changes[] = {
        {0, 'R', NONZK_E_ENCODING},
        {AT_VERSION, 2, NONZK_E_UNSUPPORTED},
        {AT_COUNT, 1, NONZK_E_ENCODING},
        {AT_COUNT, 3, NONZK_E_ENCODING},
        {AT_HEADER, 2, NONZK_E_ENCODING}, /* two sections of constraints */
        {AT_HEADER, 9, NONZK_E_ENCODING}, /* no header */
        {AT_HEADER, 4, NONZK_E_ENCODING},
        {AT_CONSTRAINTS, 3, NONZK_E_ENCODING},
        {AT_HEADER + 4, 65, NONZK_E_ENCODING},
        {AT_HEADER + 11, 0x80, NONZK_E_ENCODING},
        {AT_SIZE, 40, NONZK_E_UNSUPPORTED},
        {AT_PRIME, 3, NONZK_E_UNSUPPORTED},
        {AT_PRIME + 31, 0x30, NONZK_E_UNSUPPORTED},
        {AT_NWIRES, 3, NONZK_E_ENCODING},
        {AT_NWIRES + 1, 1, NONZK_E_ENCODING}, /* more wires than bytes */
        {AT_NOUTPUTS + 3, 0xff, NONZK_E_ENCODING},
        {AT_NPRIVATE, 2, NONZK_E_ENCODING},
        {AT_NCONSTRAINTS, 0, NONZK_E_ENCODING},
        {AT_NCONSTRAINTS, 2, NONZK_E_ENCODING},
        {AT_NCONSTRAINTS + 3, 0xff, NONZK_E_ENCODING},
        {AT_TERM - 1, 0xff, NONZK_E_ENCODING}, /* number of terms */
        {AT_TERM, 4, NONZK_E_ENCODING},        /* no such wire */
        {AT_TERM + 4 + 31, 0x80, NONZK_E_ENCODING},
    };
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        struct file f = product_file();
        f.bytes[changes[i].at] = changes[i].value;
        ck_assert_msg(r1cs_verdict(&f) == changes[i].result, "change %zu", i);
    }
}
END_TEST

START_TEST(more_inputs_than_wires_are_refused_where_32_bits_overflow)
{
    struct file f = product_file();
    memset(f.bytes + AT_NOUTPUTS, 0xff, 4); /* with the other wires 2 modulo 2^32 */
    ck_assert_int_eq(r1cs_verdict(&f), NONZK_E_ENCODING);
}
END_TEST

START_TEST(a_section_that_occurs_twice_is_refused)
{
    struct file f = product_file();
    f.bytes[AT_COUNT] = 3;
    put(&f, 3, 4);
    put(&f, 0, 8);
    ck_assert_int_eq(r1cs_verdict(&f), 0);
    f.bytes[AT_COUNT] = 4;
    put(&f, 3, 4);
    put(&f, 0, 8);
    ck_assert_int_eq(r1cs_verdict(&f), NONZK_E_ENCODING);
}
END_TEST

START_TEST(a_coefficient_of_r_is_refused_and_of_0_is_left_out)
{
    struct file f = product_file();
    struct nonzk_r1cs cs;
    memcpy(f.bytes + AT_TERM + 4, f.bytes + AT_PRIME, 32);
    ck_assert_int_eq(r1cs_verdict(&f), NONZK_E_ENCODING);
    memset(f.bytes + AT_TERM + 4, 0, 32);
    void *memory = read_r1cs(&cs, f.bytes, f.len);
    ck_assert_uint_eq(cs.nterms, 2);
    free(memory);
}
END_TEST

START_TEST(custom_gates_are_refused_and_unknown_sections_ignored)
{
    for (uint64_t type = 3; type < 8; type++) {
        struct file f = product_file();
        f.bytes[AT_COUNT] = 3;
        put(&f, type, 4);
        put(&f, 0, 8);
        ck_assert_int_eq(r1cs_verdict(&f), type == 4 || type == 5 ? NONZK_E_UNSUPPORTED : 0);
    }
}
END_TEST

START_TEST(systems_without_room_are_refused_unchanged)
{
    struct file f = product_file();
    for (int which = 0; which < 6; which++) {
        struct nonzk_r1cs_limits limits = {.wires = 4, .constraints = 1, .terms = 3};
        static uint64_t memory[100];
        struct nonzk_r1cs cs, before;
        limits.wires -= which == 1;
        limits.constraints -= which == 2;
        limits.terms -= which == 3;
        unsigned mode = which == 4 ? NONZK_R1CS_ASSIGN : NONZK_R1CS_RECORD;
        ck_assert_int_eq(nonzk_r1cs_init(&cs, &limits, mode, memory, sizeof memory), 0);
        if (which == 5)
            nonzk_r1cs_private(&cs, NULL);
        before = cs;
        int expected = which == 0 ? 0 : which < 4 ? NONZK_E_NO_SPACE : NONZK_E_INVALID;
        ck_assert_int_eq(nonzk_circom_r1cs_read(&cs, f.bytes, f.len), expected);
        if (which != 0)
            ck_assert_mem_eq(&cs, &before, sizeof cs);
    }
}
END_TEST

START_TEST(each_wrong_field_of_a_witness_is_refused)
{
    static const struct {
        size_t at;
        uint8_t value;
        int result;
    } changes[] = {
        {0, 'W', NONZK_E_ENCODING},
        {AT_VERSION, 1, NONZK_E_UNSUPPORTED},
        {AT_COUNT, 3, NONZK_E_ENCODING},
        {AT_HEADER, 2, NONZK_E_ENCODING},
        {AT_HEADER, 7, NONZK_E_ENCODING},
        {AT_SIZE, 64, NONZK_E_UNSUPPORTED},
        {AT_PRIME + 5, 0, NONZK_E_UNSUPPORTED},
        {AT_NWIRES, 3, NONZK_E_ENCODING},
        {AT_NWIRES + 3, 0x08,
         NONZK_E_ENCODING}, /* 2^27 + 4 values of 32 bytes are 128 modulo 2^32 */
        {AT_NWIRES + 4, 3, NONZK_E_ENCODING},
        {AT_NWIRES + 16 + 3 * 32 + 31, 0x74, NONZK_E_ENCODING},
    };
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        struct file f = witness_file();
        f.bytes[changes[i].at] = changes[i].value;
        ck_assert_msg(wtns_verdict(&f) == changes[i].result, "change %zu", i);
    }
    struct file f = witness_file();
    struct nonzk_fr values[5];
    ck_assert_int_eq(nonzk_circom_wtns_read(values, 3, f.bytes, f.len), NONZK_E_INVALID);
    ck_assert_int_eq(nonzk_circom_wtns_read(values, 5, f.bytes, f.len), NONZK_E_INVALID);
}
END_TEST

START_TEST(a_witness_with_a_bad_value_leaves_only_zeros)
{
    struct file f = witness_file();
    struct nonzk_fr values[4], zero = fr_u64(0);
    f.bytes[f.len - 1] = 0xff;
    ck_assert_int_eq(nonzk_circom_wtns_read(values, 4, f.bytes, f.len), NONZK_E_ENCODING);
    for (int i = 0; i < 4; i++)
        assert_fr_equal(&values[i], &zero);
}
END_TEST

static Suite *circom_suite(void)
{
    Suite *suite = suite_create("nonzk circom");
    TCase *tc = tcase_create("circom");
    tcase_add_loop_test(tc, witnesses_of_snarkjs_satisfy_its_systems_and_altered_ones_do_not, 0,
                        NCASES);
    tcase_add_test(tc, a_small_system_is_read_as_it_stands);
    tcase_add_test(tc, cut_files_and_longer_ones_are_refused);
    tcase_add_test(tc, each_wrong_field_of_a_system_is_refused);
    tcase_add_test(tc, more_inputs_than_wires_are_refused_where_32_bits_overflow);
    tcase_add_test(tc, a_section_that_occurs_twice_is_refused);
    tcase_add_test(tc, a_coefficient_of_r_is_refused_and_of_0_is_left_out);
    tcase_add_test(tc, custom_gates_are_refused_and_unknown_sections_ignored);
    tcase_add_test(tc, systems_without_room_are_refused_unchanged);
    tcase_add_test(tc, each_wrong_field_of_a_witness_is_refused);
    tcase_add_test(tc, a_witness_with_a_bad_value_leaves_only_zeros);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(circom_suite)
