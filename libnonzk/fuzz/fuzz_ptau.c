/*
 * Files of powers of tau: first a valid one, prepared and with a contribution of the beacon, changed
 * at some places; then the bytes as they come. What is taken and verifies must be the valid one but
 * for what is not bound, and what is taken must be written again as a file that is taken.
 */
#include <nonzk/powers_of_tau.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define POWER 1

#define MAX_LENT 8

static void *lent[MAX_LENT]; /* while the valid file is made */
static size_t nlent;
static uint8_t *valid;
static size_t valid_len, powers_end; /* where the contributions begin */

static void require(int holds)
{
    if (!holds)
        abort();
}

static void *alloc(size_t size)
{
    void *memory = malloc(size + 1);
    require(size != 0 && memory != NULL);
    return memory;
}

static void *lend(size_t size)
{
    require(nlent < MAX_LENT);
    lent[nlent] = alloc(size);
    return lent[nlent++];
}

static void make_valid(void)
{
    static const uint8_t bytes[] = {1, 2, 3};
    const struct nonzk_contribution beacon = {
        .name = "x", .name_len = 1, .beacon = bytes, .beacon_len = 3, .log_iterations = 10};
    struct nonzk_ptau_shape shape = {.power = POWER};
    struct nonzk_ptau begun, contributed, prepared;
    uint8_t hash[NONZK_CONTRIBUTION_HASH_LEN];
    size_t size = nonzk_ptau_size(&shape);

    require(nonzk_ptau_new(&begun, lend(size), size, POWER) == 0);
    require(nonzk_ptau_next_shape(&shape, &begun, &beacon) == 0);
    size = nonzk_ptau_size(&shape);
    require(nonzk_ptau_contribute(&contributed, lend(size), size, &begun, &beacon, hash) == 0);
    shape.is_prepared = 1;
    size = nonzk_ptau_size(&shape);
    size_t len = nonzk_ptau_workspace(&shape);
    require(nonzk_ptau_prepare(&prepared, lend(size), size, &contributed, lend(len), len) == 0);
    prepared.is_sealed = 0; /* or whatever is changed would be found by that */
    valid_len = nonzk_ptau_len(&prepared);
    valid = alloc(valid_len);
    require(nonzk_ptau_write(valid, valid_len, &prepared) == 0);
    powers_end = nonzk_ptau_len(&begun) - 16;
    while (nlent > 0)
        free(lent[--nlent]);
}

static void check_verified(const struct nonzk_ptau *ptau, const uint8_t *bytes, size_t len)
{
    static const uint8_t random[NONZK_CEREMONY_RANDOM_LEN] = {7};
    size_t size = nonzk_ptau_workspace(&ptau->shape);
    void *workspace = alloc(size);

    if (len == valid_len && ptau->shape.power == POWER && ptau->shape.is_prepared &&
        nonzk_ptau_verify(ptau, random, workspace, size, NULL) == 0)
        require(memcmp(bytes + 12, valid + 12, powers_end - 12) == 0);
    free(workspace);
}

static void fuzz_file(const uint8_t *bytes, size_t len, int may_verify)
{
    struct nonzk_ptau_shape shape;
    struct nonzk_ptau ptau, again;

    if (nonzk_ptau_shape_of(&shape, bytes, len) != 0)
        return;
    /* No more memory than the file has. */
    size_t size = nonzk_ptau_size(&shape);
    require(size < len);
    void *memory = alloc(size), *memory_again = alloc(size);
    if (nonzk_ptau_read(&ptau, memory, size, bytes, len, NULL) == 0) {
        uint8_t *written = alloc(len);
        require(nonzk_ptau_len(&ptau) == len && nonzk_ptau_write(written, len, &ptau) == 0);
        require(nonzk_ptau_read(&again, memory_again, size, written, len, NULL) == 0);
        if (may_verify)
            check_verified(&ptau, bytes, len);
        free(written);
    }
    free(memory);
    free(memory_again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t iterations;

    if (!valid)
        make_valid();
    uint8_t *changed = alloc(valid_len);
    memcpy(changed, valid, valid_len);
    for (size_t i = 0; i + 3 <= size; i += 3)
        changed[((size_t)data[i] << 8 | data[i + 1]) % valid_len] ^= data[i + 2];
    /*
     * A beacon may ask for many hashes: only the number of the valid file is waited for. It stands
     * after 2,112 bytes of the contribution and a name of one letter.
     */
    iterations = powers_end + 16 + 9 * 96 + 5 * 192 + 216 + 64 + 8 + 3 + 1;
    fuzz_file(changed, valid_len,
              changed[iterations] == valid[iterations] && memcmp(changed, valid, valid_len) != 0);
    free(changed);
    fuzz_file(data, size, 0);
    return 0;
}
