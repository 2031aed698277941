/*
 * Files of proving keys: first a valid one, of a small circuit and with a contribution of the
 * beacon, changed at some places; then the bytes as they come. What is taken must be written again as
 * a file that is taken, and as the same bytes if sections stood in their order.
 */
#include <nonzk/ceremony.h>
#include <nonzk/setup.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MAX_LENT 8

static void *lent[MAX_LENT]; /* while the valid file is made */
static size_t nlent;
static uint8_t *valid;
static size_t valid_len;

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

/* The circuit is one square. */
static void make_valid(void)
{
    static const uint8_t beacon[] = {1, 2, 3};
    const struct nonzk_contribution contribution = {
        .name = "x", .name_len = 1, .beacon = beacon, .beacon_len = 3, .log_iterations = 10};
    const struct nonzk_r1cs_limits limits = {4, 4, 16, 16};
    struct nonzk_setup_secrets secrets;
    struct nonzk_proving_key_shape shape;
    struct nonzk_proving_key key, contributed;
    struct nonzk_r1cs cs;
    struct nonzk_lc a, c;
    uint8_t hash[NONZK_CONTRIBUTION_HASH_LEN];
    size_t size = nonzk_r1cs_size(&limits, NONZK_R1CS_RECORD), workspace_len;

    require(nonzk_r1cs_init(&cs, &limits, NONZK_R1CS_RECORD, lend(size), size) == 0);
    nonzk_lc_of_wire(&cs, &c, nonzk_r1cs_public(&cs, NULL));
    nonzk_lc_of_wire(&cs, &a, nonzk_r1cs_private(&cs, NULL));
    nonzk_r1cs_enforce(&cs, &a, &a, &c);
    nonzk_setup_development(&secrets, "fuzz", 4);
    require(nonzk_setup_shape(&shape, &cs) == 0);
    size = nonzk_proving_key_size(&shape);
    workspace_len = nonzk_setup_workspace(&shape);
    require(nonzk_setup(&key, lend(size), size, &cs, &secrets, lend(workspace_len),
                        workspace_len) == 0);
    require(nonzk_phase2_shape(&shape, &key, &contribution) == 0);
    size = nonzk_proving_key_size(&shape);
    require(nonzk_phase2_contribute(&contributed, lend(size), size, &key, &contribution, hash) ==
            0);
    contributed.is_sealed = 0; /* or whatever is changed would be found by that */
    valid_len = nonzk_zkey_len(&contributed);
    valid = alloc(valid_len);
    require(nonzk_zkey_write(valid, valid_len, &contributed) == 0);
    while (nlent > 0)
        free(lent[--nlent]);
}

/* Whether the file begins with sections 1, 2, 3 ... in this order. */
static int is_in_order(const uint8_t *bytes, size_t len)
{
    size_t at = 12;

    for (uint32_t section = 1; section <= 10; section++) {
        uint64_t section_len = 0;
        if (bytes[at] != section)
            return 0;
        for (int i = 0; i < 8; i++)
            section_len |= (uint64_t)bytes[at + 4 + i] << 8 * i;
        at += 12 + (size_t)section_len;
    }
    return at == len;
}

static void fuzz_file(const uint8_t *bytes, size_t len)
{
    struct nonzk_proving_key_shape shape;
    struct nonzk_proving_key key, again;

    if (nonzk_zkey_shape(&shape, bytes, len) != 0)
        return;
    /* No more memory than a small multiple of the file. */
    size_t size = nonzk_proving_key_size(&shape);
    require(size < 2 * len);
    void *memory = alloc(size);
    if (nonzk_zkey_read(&key, memory, size, bytes, len, NULL) == 0) {
        uint8_t *written = alloc(len);
        void *memory_again = alloc(size);
        require(nonzk_zkey_len(&key) == len && nonzk_zkey_write(written, len, &key) == 0);
        require(!is_in_order(bytes, len) || memcmp(written, bytes, len) == 0);
        require(nonzk_zkey_read(&again, memory_again, size, written, len, NULL) == 0);
        require(memcmp(key.hash, again.hash, sizeof key.hash) == 0);
        free(written);
        free(memory_again);
    }
    free(memory);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!valid)
        make_valid();
    uint8_t *changed = alloc(valid_len);
    memcpy(changed, valid, valid_len);
    for (size_t i = 0; i + 3 <= size; i += 3)
        changed[((size_t)data[i] << 8 | data[i + 1]) % valid_len] ^= data[i + 2];
    fuzz_file(changed, valid_len);
    free(changed);
    fuzz_file(data, size);
    return 0;
}
