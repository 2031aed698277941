/*
 * What models of network cards share, in tests and in fuzz targets.
 */
#ifndef DRIVER_TESTS_NIC_MODEL_H
#define DRIVER_TESTS_NIC_MODEL_H

#include "../nic_port.h"
#include "reach.h"

#define NIC_SENT_MAX 512u

/* What models of cards share; the first member of one, which is then the context of the three functions. */
struct nic_model {
    uint64_t now_ns;
    unsigned resets, pauses, signalled;
    uint8_t sent[NIC_SENT_MAX][64]; /* how each frame began */
    uint32_t sent_len[NIC_SENT_MAX];
    unsigned nsent;
    bool forgets; /* keeps nothing of what is sent */
};

void nic_model_pause(void *model);
uint64_t nic_model_now(void *model);
void nic_model_signal(void *model);

/* A frame was sent. */
void nic_model_keep(struct nic_model *m, const uint8_t *frame, uint32_t len);

#endif
