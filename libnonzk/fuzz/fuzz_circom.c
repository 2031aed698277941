/*
 * Files of circom: what is accepted keeps within the limits that it states, and can be evaluated.
 * With an even first byte the rest is a file; with an odd one it follows a header that is right, so
 * that the fuzzer gets past it.
 */
#include <nonzk/circom.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t prefix_r1cs[] = {
    'r',  '1',  'c',  's',  1,    0,    0,    0,    2,    0,    0,    0,    1,    0,    0,
    0,    64,   0,    0,    0,    0,    0,    0,    0,    32,   0,    0,    0,    0x01, 0x00,
    0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xfe, 0x5b, 0xfe, 0xff, 0x02, 0xa4, 0xbd, 0x53, 0x05,
    0xd8, 0xa1, 0x09, 0x08, 0xd8, 0x39, 0x33, 0x48, 0x7d, 0x9d, 0x29, 0x53, 0xa7, 0xed, 0x73,
};

static void require(int holds)
{
    if (!holds)
        abort();
}

static void fuzz_r1cs(const uint8_t *data, size_t size)
{
    struct nonzk_r1cs_limits limits;
    struct nonzk_r1cs cs;
    uint32_t violated;

    if (nonzk_circom_r1cs_limits(&limits, data, size) != 0 || limits.wires > 1 << 16)
        return;
    require(limits.constraints <= size && limits.terms <= size);
    size_t len = nonzk_r1cs_size(&limits, NONZK_R1CS_RECORD);
    void *memory = malloc(len + 1);
    struct nonzk_fr *values = calloc(limits.wires, sizeof *values);
    require(memory != NULL && values != NULL);
    require(nonzk_r1cs_init(&cs, &limits, NONZK_R1CS_RECORD, memory, len) == 0);
    require(nonzk_circom_r1cs_read(&cs, data, size) == 0);
    require(cs.npublic < cs.nwires && cs.nterms == limits.terms);
    nonzk_fr_set_one(&values[0]);
    int result = nonzk_r1cs_check(&cs, values, &violated);
    require(result == 0 || violated < cs.nconstraints);
    free(values);
    free(memory);
}

static void fuzz_wtns(const uint8_t *data, size_t size)
{
    uint32_t count;

    if (nonzk_circom_wtns_count(&count, data, size) != 0)
        return;
    require(count <= size);
    struct nonzk_fr *values = malloc(count * sizeof *values + 1);
    require(values != NULL);
    int result = nonzk_circom_wtns_read(values, count, data, size);
    require(result == 0 || result == NONZK_E_ENCODING);
    free(values);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    size_t start = data[0] & 1 ? sizeof prefix_r1cs : 0;
    uint8_t *file = malloc(start + size);
    require(file != NULL);
    memcpy(file, prefix_r1cs, start);
    memcpy(file + start, data + 1, size - 1);
    fuzz_r1cs(file, start + size - 1);
    if (start != 0 && data[0] & 2) {
        memcpy(file, "wtns\2", 5);
        file[16] = 40;
    }
    fuzz_wtns(file, start + size - 1);
    free(file);
    return 0;
}
