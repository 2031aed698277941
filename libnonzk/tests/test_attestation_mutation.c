/*
 * Of the attestation circuit each constraint is taken away in turn, and a forged statement is
 * looked for that satisfies all the others. Where one is found, the constraint is needed; where
 * none is, it is redundant, and only the one that carries the input M may be.
 *
 * A constraint either defines a wire (its C is one wire that no constraint before it has used) or
 * checks what is there. Without a definition the wire is changed, all that depends on it is
 * computed anew, and the public inputs take what comes out. Without a check its kind says what a
 * forger does. That the rest is satisfied is computed each time, and that the statement is forged
 * is decided by the functions outside of the circuit.
 */
#include "attestation_helpers.h"

#define DEPTH  NONZK_ATTESTATION_DEPTH
#define CHUNKS 16 /* of all constraints, each a test of its own */

/* Where the circuit has its wires; the_roles_of_wires_are_known() checks it. */
enum wires {
    ROOT = 1,
    MODULE,
    POLICY,
    PSEUDONYM,
    MODULE_SQUARE,
    SECRET,
    EXPIRY,
    SIBLINGS,
    EPOCH_BITS = SIBLINGS + DEPTH,
    VERSION_BITS = EPOCH_BITS + 32,
    MASK_BITS = VERSION_BITS + 64,
    ALLOWED_BITS = MASK_BITS + 64,
    INDEX_BITS = ALLOWED_BITS + 64,
    DIFFERENCE_BITS = INDEX_BITS + DEPTH,
    HASHES = DIFFERENCE_BITS + 32,
};

#define NONE NONZK_R1CS_NONE

static struct {
    struct nonzk_r1cs cs;
    void *memory;
    struct nonzk_fr *values;
    uint32_t *defines; /* for each constraint the wire, or NONE */
} circuit;

static void find_definitions(void)
{
    const struct nonzk_r1cs *cs = &circuit.cs;
    struct nonzk_fr one = fr_u64(1);
    char *used = calloc(cs->nwires, 1);
    ck_assert_ptr_nonnull(used);
    for (uint32_t i = 0; i < cs->nconstraints; i++) {
        const struct nonzk_r1cs_term *terms;
        uint32_t count = nonzk_r1cs_side(cs, i, NONZK_R1CS_C, &terms);
        int defines =
            count == 1 && !used[terms[0].wire] && nonzk_fr_equal(&terms[0].coefficient, &one);
        circuit.defines[i] = defines ? terms[0].wire : NONE;
        for (int side = 0; side < 3; side++) {
            count = nonzk_r1cs_side(cs, i, (enum nonzk_r1cs_side)side, &terms);
            for (uint32_t t = 0; t < count; t++)
                used[terms[t].wire] = 1;
        }
    }
    free(used);
}

static void setup(void)
{
    circuit.memory = attestation_run(&circuit.cs, NONZK_R1CS_RECORD, NULL);
    circuit.values = calloc(circuit.cs.nwires, sizeof *circuit.values);
    circuit.defines = calloc(circuit.cs.nconstraints, sizeof *circuit.defines);
    ck_assert(circuit.values != NULL && circuit.defines != NULL);
    find_definitions();
}

static void teardown(void)
{
    free(circuit.memory);
    free(circuit.values);
    free(circuit.defines);
}

static void set_bits(uint32_t first, unsigned count, uint64_t bits)
{
    for (unsigned i = 0; i < count; i++)
        circuit.values[first + i] = fr_u64(bits >> i & 1);
}

/* The wires that no constraint defines, of an honest prover. */
struct prover {
    struct nonzk_attestation_witness witness;
    uint64_t capabilities, version;
    uint32_t epoch;
};

static struct prover prover_make(uint64_t capabilities, uint64_t allowed, uint32_t epoch,
                                 uint32_t expiry)
{
    uint64_t seed = check_seed();
    struct attestation a = attestation_make(&seed, allowed, expiry, capabilities, 6, epoch);
    return (struct prover){a.witness, capabilities, 6, epoch};
}

static void set_inputs(const struct prover *p)
{
    circuit.values[NONZK_R1CS_ONE] = fr_u64(1);
    circuit.values[MODULE] = fr_u64(12345);
    circuit.values[SECRET] = p->witness.secret;
    circuit.values[EXPIRY] = fr_u64(p->witness.expiry);
    for (int i = 0; i < DEPTH; i++)
        circuit.values[SIBLINGS + i] = p->witness.siblings[i];
    set_bits(EPOCH_BITS, 32, p->epoch);
    set_bits(VERSION_BITS, 64, p->version);
    set_bits(MASK_BITS, 64, p->capabilities);
    set_bits(ALLOWED_BITS, 64, p->witness.allowed);
    set_bits(INDEX_BITS, DEPTH, p->witness.index);
    set_bits(DIFFERENCE_BITS, 32, (uint64_t)p->witness.expiry - p->epoch);
}

/*
 * Computes what constraints from `first` on define; the one without is `removed`, whose wire stays.
 */
static void solve(uint32_t first, uint32_t removed)
{
    for (uint32_t i = first; i < circuit.cs.nconstraints; i++) {
        struct nonzk_fr a, b;
        if (circuit.defines[i] == NONE || i == removed)
            continue;
        nonzk_r1cs_evaluate(&circuit.cs, &a, i, NONZK_R1CS_A, circuit.values);
        nonzk_r1cs_evaluate(&circuit.cs, &b, i, NONZK_R1CS_B, circuit.values);
        nonzk_fr_mul(&circuit.values[circuit.defines[i]], &a, &b);
    }
}

static int holds(uint32_t i)
{
    struct nonzk_fr a, b, c;
    nonzk_r1cs_evaluate(&circuit.cs, &a, i, NONZK_R1CS_A, circuit.values);
    nonzk_r1cs_evaluate(&circuit.cs, &b, i, NONZK_R1CS_B, circuit.values);
    nonzk_r1cs_evaluate(&circuit.cs, &c, i, NONZK_R1CS_C, circuit.values);
    nonzk_fr_mul(&a, &a, &b);
    return nonzk_fr_equal(&a, &c);
}

/*
 * Whether the constraints from `first` on hold but for `removed`, after solve(first, removed): it
 * made the definitions hold, and what it set stands in no constraint before its definition.
 */
static int rest_holds(uint32_t first, uint32_t removed)
{
    for (uint32_t i = first; i < circuit.cs.nconstraints; i++)
        if (circuit.defines[i] == NONE && i != removed && !holds(i))
            return 0;
    return 1;
}

/*
 * The element as an integer of at most `nbytes` bytes, big-endian in `bytes`; 0 if it is greater.
 */
static int integer_of(uint8_t bytes[NONZK_FR_LEN], const struct nonzk_fr *a, int nbytes)
{
    nonzk_fr_to_bytes(bytes, a);
    for (int i = 0; i < NONZK_FR_LEN - nbytes; i++)
        if (bytes[i] != 0)
            return 0;
    return 1;
}

static uint64_t big_endian(const uint8_t *bytes, int n)
{
    uint64_t a = 0;
    for (int i = 0; i < n; i++)
        a = a << 8 | bytes[i];
    return a;
}

/* The integer that wires are the bits of; they may be anything. */
static struct nonzk_fr packed(uint32_t first, unsigned count)
{
    struct nonzk_fr a = fr_u64(0);
    for (unsigned i = count; i-- > 0;) {
        nonzk_fr_add(&a, &a, &a);
        nonzk_fr_add(&a, &a, &circuit.values[first + i]);
    }
    return a;
}

/*
 * Whether the public inputs are true of the secret, the siblings, and the allowed mask, expiry and
 * index that stand in the wires: the statement of nonzk/attestation.h, without the circuit.
 */
static int statement_is_true(void)
{
    uint8_t policy[NONZK_FR_LEN], allowed[NONZK_FR_LEN], expiry[NONZK_FR_LEN], index[NONZK_FR_LEN];
    struct nonzk_fr packed_allowed = packed(ALLOWED_BITS, 64),
                    packed_index = packed(INDEX_BITS, DEPTH);
    struct nonzk_fr key, leaf, root, pseudonym;

    if (!integer_of(policy, &circuit.values[POLICY], 20) ||
        !integer_of(allowed, &packed_allowed, 8) || !integer_of(index, &packed_index, 4) ||
        !integer_of(expiry, &circuit.values[EXPIRY], 4))
        return 0;
    uint32_t epoch = (uint32_t)big_endian(policy + 28, 4);
    uint64_t mask = big_endian(policy + 12, 8), allowed_mask = big_endian(allowed + 24, 8);
    uint32_t last = (uint32_t)big_endian(expiry + 28, 4);
    nonzk_attestation_key(&key, &circuit.values[SECRET]);
    nonzk_attestation_leaf(&leaf, &key, allowed_mask, last);
    if (nonzk_merkle_root(&root, &leaf, (uint32_t)big_endian(index + 28, 4),
                          circuit.values + SIBLINGS, DEPTH) != 0)
        return 0;
    nonzk_attestation_pseudonym(&pseudonym, &circuit.values[SECRET], epoch);
    return (mask & ~allowed_mask) == 0 && epoch <= last &&
           nonzk_fr_equal(&root, &circuit.values[ROOT]) &&
           nonzk_fr_equal(&pseudonym, &circuit.values[PSEUDONYM]);
}

/* wire += amount / 2^shift */
static void shift_wire(uint32_t wire, const struct nonzk_fr *amount, unsigned shift)
{
    struct nonzk_fr weight = fr_u64(2), t;
    nonzk_fr_power(&weight, &weight, shift);
    ck_assert_int_eq(nonzk_fr_invert(&t, &weight), 0);
    nonzk_fr_mul(&t, &t, amount);
    nonzk_fr_add(&circuit.values[wire], &circuit.values[wire], &t);
}

static struct nonzk_fr power_of_2(unsigned exponent)
{
    struct nonzk_fr a = fr_u64(2);
    nonzk_fr_power(&a, &a, exponent);
    return a;
}

static struct nonzk_fr negative(struct nonzk_fr a)
{
    nonzk_fr_neg(&a, &a);
    return a;
}

/*
 * A capability that is not allowed gets into P through a bit of the mask or the version that is not
 * 0 or 1.
 */
static void forge_policy_bit(unsigned bit)
{
    unsigned stolen = bit == 32 + 64 + 5 ? 6 : 5;
    struct prover p = prover_make(0, ~(UINT64_C(1) << stolen), 42, 100);
    struct nonzk_fr amount = power_of_2(32 + 64 + stolen);
    set_inputs(&p);
    shift_wire(EPOCH_BITS + bit, &amount, bit);
}

/*
 * A bit of the epoch takes 2^32 away from it, the version gives it back to P, and nothing is
 * expired any more.
 */
static void forge_epoch_bit(unsigned bit)
{
    struct prover p = prover_make(1, 1, 101, 100);
    struct nonzk_fr amount = negative(power_of_2(32));
    set_inputs(&p);
    circuit.values[VERSION_BITS] = fr_u64(1);
    shift_wire(EPOCH_BITS + bit, &amount, bit);
}

/* Another bit of the allowed mask becomes 1, and this one makes up for it in the leaf. */
static void forge_allowed_bit(unsigned bit)
{
    unsigned stolen = bit == 5 ? 6 : 5;
    struct prover p = prover_make(UINT64_C(1) << stolen, 0, 42, 100);
    struct nonzk_fr amount = negative(power_of_2(stolen));
    set_inputs(&p);
    circuit.values[ALLOWED_BITS + stolen] = fr_u64(1);
    shift_wire(ALLOWED_BITS + bit, &amount, bit);
}

/* The difference is negative, all of it in one bit. */
static void forge_difference_bit(unsigned bit)
{
    struct prover p = prover_make(1, 1, 101, 100);
    struct nonzk_fr amount = negative(fr_u64(1));
    set_inputs(&p);
    set_bits(DIFFERENCE_BITS, 32, 0);
    shift_wire(DIFFERENCE_BITS + bit, &amount, bit);
}

static void forge_difference(void)
{
    struct prover p = prover_make(1, 1, 101, 100);
    set_inputs(&p);
    set_bits(DIFFERENCE_BITS, 32, 0);
}

static void forge_subset(unsigned bit)
{
    struct prover p = prover_make(UINT64_C(1) << bit, 0, 42, 100);
    set_inputs(&p);
}

/*
 * Someone who is not in the tree reaches the two children of an honest node: of node + swap = left
 * and sibling - swap = right the sibling is left + right - node, and the bit is (left - node) /
 * (sibling - node). Returns the honest root, which the forged path must end in.
 */
static struct nonzk_fr forge_index_bit(unsigned level)
{
    struct prover honest = prover_make(1, 1, 42, 100), forger = honest;
    struct nonzk_fr honest_node = attestation_leaf(&honest.witness), node, root, sum, t, inverse;
    uint64_t seed = check_seed() + 1;

    forger.witness.secret = fr_random(&seed);
    node = attestation_leaf(&forger.witness);
    ck_assert_int_eq(nonzk_merkle_root(&root, &honest_node, honest.witness.index,
                                       honest.witness.siblings, DEPTH),
                     0);
    uint32_t below = honest.witness.index & ((UINT32_C(1) << level) - 1);
    ck_assert_int_eq(nonzk_merkle_root(&node, &node, below, honest.witness.siblings, level), 0);
    ck_assert_int_eq(
        nonzk_merkle_root(&honest_node, &honest_node, below, honest.witness.siblings, level), 0);
    int right = honest.witness.index >> level & 1;
    struct nonzk_fr left_node = right ? honest.witness.siblings[level] : honest_node;
    nonzk_fr_add(&sum, &honest_node, &honest.witness.siblings[level]);
    nonzk_fr_sub(&forger.witness.siblings[level], &sum, &node);
    set_inputs(&forger);
    nonzk_fr_sub(&t, &forger.witness.siblings[level], &node);
    ck_assert_int_eq(nonzk_fr_invert(&inverse, &t), 0);
    nonzk_fr_sub(&t, &left_node, &node);
    nonzk_fr_mul(&circuit.values[INDEX_BITS + level], &t, &inverse);
    return root;
}

/* Whether constraint i says that a wire times another (or itself) less 1 is 0; sets both. */
static int is_bit_constraint(uint32_t i, uint32_t *wire, uint32_t *other)
{
    const struct nonzk_r1cs_term *a, *b, *c;
    if (nonzk_r1cs_side(&circuit.cs, i, NONZK_R1CS_A, &a) != 1 ||
        nonzk_r1cs_side(&circuit.cs, i, NONZK_R1CS_B, &b) != 2 ||
        nonzk_r1cs_side(&circuit.cs, i, NONZK_R1CS_C, &c) != 0 || b[1].wire != NONZK_R1CS_ONE)
        return 0;
    *wire = a[0].wire;
    *other = b[0].wire;
    return 1;
}

/* Sets the wires of a forger who need not care about check i; returns whether a way is known. */
static int forge_check(uint32_t i, struct nonzk_fr *root)
{
    uint32_t wire, other;

    nonzk_fr_set_zero(root);
    if (!is_bit_constraint(i, &wire, &other))
        forge_difference();
    else if (wire != other)
        forge_subset(wire - MASK_BITS);
    else if (wire < VERSION_BITS)
        forge_epoch_bit(wire - EPOCH_BITS);
    else if (wire < ALLOWED_BITS)
        forge_policy_bit(wire - EPOCH_BITS);
    else if (wire < INDEX_BITS)
        forge_allowed_bit(wire - ALLOWED_BITS);
    else if (wire < DIFFERENCE_BITS)
        *root = forge_index_bit(wire - INDEX_BITS);
    else if (wire < HASHES)
        forge_difference_bit(wire - DIFFERENCE_BITS);
    else
        return 0;
    return 1;
}

/* Whether a forged statement passes without check i. */
static int check_is_needed(uint32_t i)
{
    struct nonzk_fr root;
    if (!forge_check(i, &root))
        return 0;
    solve(0, NONE);
    ck_assert_msg(!holds(i), "constraint %u is not what the forger violates", i);
    if (!nonzk_fr_is_zero(&root))
        assert_fr_equal(&circuit.values[ROOT], &root);
    return rest_holds(0, i) && !statement_is_true();
}

/* The same of a definition. `honest` are the values of an honest prover, before and after. */
static int definition_is_needed(uint32_t i, const struct nonzk_fr *honest)
{
    struct nonzk_fr one = fr_u64(1), *wire = &circuit.values[circuit.defines[i]];
    nonzk_fr_add(wire, wire, &one);
    solve(i, i);
    int needed = rest_holds(i, i) && !statement_is_true();
    memcpy(circuit.values, honest, circuit.cs.nwires * sizeof *honest);
    return needed;
}

START_TEST(an_honest_prover_is_not_taken_for_a_forger)
{
    struct prover p = prover_make(0x5030, 0xf0f0, 42, 100);
    set_inputs(&p);
    solve(0, NONE);
    for (uint32_t i = 0; i < circuit.cs.nconstraints; i++)
        ck_assert(holds(i));
    ck_assert(rest_holds(0, NONE));
    ck_assert(statement_is_true());
}
END_TEST

START_TEST(the_roles_of_wires_are_known)
{
    uint64_t seed = check_seed();
    struct attestation a = attestation_make(&seed, 0xf0f1, 100, 0x5031, 6, 42);
    struct prover p = {a.witness, 0x5031, 6, 42};
    struct nonzk_r1cs cs;
    void *memory = attestation_run(&cs, NONZK_R1CS_ASSIGN, &a);
    set_inputs(&p);
    circuit.values[MODULE] = a.statement.module;
    solve(0, NONE);
    for (uint32_t wire = 0; wire < cs.nwires; wire++)
        assert_fr_equal(&circuit.values[wire], &cs.values[wire]);
    free(memory);
}
END_TEST

START_TEST(every_wire_is_used)
{
    for (uint32_t wire = 0; wire < circuit.cs.nwires; wire++) {
        uint32_t i = 0;
        while (i < circuit.cs.nterms && circuit.cs.terms[i].wire != wire)
            i++;
        ck_assert_msg(i < circuit.cs.nterms, "wire %u is in no constraint", wire);
    }
}
END_TEST

START_TEST(without_any_one_constraint_a_forged_statement_passes)
{
    uint32_t n = circuit.cs.nconstraints;
    uint32_t first = n / CHUNKS * (uint32_t)_i, end = _i == CHUNKS - 1 ? n : first + n / CHUNKS;
    uint32_t checks = 0, definitions = 0;
    struct nonzk_fr *honest = calloc(circuit.cs.nwires, sizeof *honest);
    ck_assert_ptr_nonnull(honest);
    for (uint32_t i = first; i < end; i++)
        if (circuit.defines[i] == NONE) {
            ck_assert_msg(check_is_needed(i), "check %u: nothing was forged without it", i);
            checks++;
        }
    struct prover p = prover_make(0x5030, 0xf0f0, 42, 100);
    set_inputs(&p);
    solve(0, NONE);
    memcpy(honest, circuit.values, circuit.cs.nwires * sizeof *honest);
    for (uint32_t i = first; i < end; i++)
        if (circuit.defines[i] != NONE) {
            int needed = definition_is_needed(i, honest);
            ck_assert_msg(needed == (circuit.defines[i] != MODULE_SQUARE),
                          "definition %u of wire %u", i, circuit.defines[i]);
            definitions++;
        }
    printf("# constraints %u to %u: %u checks and %u definitions taken away\n", first, end - 1,
           checks, definitions);
    if (first == 0)
        printf("# redundant: constraint 0, which only binds a proof to the input M\n");
    free(honest);
}
END_TEST

static Suite *mutation_suite(void)
{
    Suite *suite = suite_create("nonzk attestation mutation");
    TCase *tc = tcase_create("mutation");
    tcase_set_timeout(tc, 300);
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, an_honest_prover_is_not_taken_for_a_forger);
    tcase_add_test(tc, the_roles_of_wires_are_known);
    tcase_add_test(tc, every_wire_is_used);
    tcase_add_loop_test(tc, without_any_one_constraint_a_forged_statement_passes, 0, CHUNKS);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(mutation_suite)
