#include "nic_model.h"

void nic_model_pause(void *model)
{
    ((struct nic_model *)model)->pauses++;
}

uint64_t nic_model_now(void *model)
{
    return ((struct nic_model *)model)->now_ns;
}

void nic_model_signal(void *model)
{
    ((struct nic_model *)model)->signalled++;
}

void nic_model_keep(struct nic_model *m, const uint8_t *frame, uint32_t len)
{
    if (m->forgets)
        return;
    ck_assert_uint_lt(m->nsent, NIC_SENT_MAX);
    m->sent_len[m->nsent] = len;
    memcpy(m->sent[m->nsent++], frame, len < 64 ? len : 64);
}
