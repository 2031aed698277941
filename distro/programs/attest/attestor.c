#include "attestor.h"

#include <nonos/attest.h>
#include <nonos/runtime.h>
#include <string.h>

int attestor_check(const void *file, size_t len, int *verdict)
{
    struct nonos_message message = nonos_message_make(NONOS_ATTEST_BUFFER);
    void *bytes;
    message.words[0] = len;
    message.caps[0] = NONOS_SLOT_ACCOUNT;
    message.ncaps = 1;
    int result = nonos_call(nonos_cap_find(NONOS_NAME_ATTEST), &message);
    if (result < 0)
        return result;
    nonos_handle memory = message.caps[0], upload = message.caps[1];
    result = nonos_memory_map(memory, len, NONOS_PROT_READ | NONOS_PROT_WRITE, &bytes);
    if (result >= 0) {
        memcpy(bytes, file, len);
        message = nonos_message_make(NONOS_ATTEST_CHECK);
        result = nonos_call(upload, &message);
    }
    nonos_memory_free(memory);
    nonos_memory_free(upload);
    if (result >= 0)
        *verdict = (int32_t)(uint32_t)message.words[0];
    return result;
}

static int change(enum nonos_attest_op op, uint64_t epoch, const uint8_t element[32])
{
    struct nonos_message message = nonos_message_make(op);
    message.words[0] = epoch;
    memcpy(&message.words[1], element, 32);
    message.caps[0] = nonos_cap_find(NONOS_NAME_ATTEST_SEAL);
    message.ncaps = message.caps[0] != 0;
    return nonos_call(nonos_cap_find(NONOS_NAME_ATTEST), &message);
}

int attestor_set_epoch(uint64_t epoch, const uint8_t element[32])
{
    return change(NONOS_ATTEST_SET_EPOCH, epoch, element);
}

int attestor_deny(const uint8_t element[32])
{
    return change(NONOS_ATTEST_DENY, 0, element);
}
