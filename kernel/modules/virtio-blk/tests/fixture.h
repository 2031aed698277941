/*
 * What every test of the driver has: a driver over a model of the device, and clients of it.
 */
#ifndef VIRTIO_TESTS_FIXTURE_H
#define VIRTIO_TESTS_FIXTURE_H

#include "model.h"

#define ENTRIES        64u
#define COMPLETIONS_AT 8192u
#define DATA_AT        16384u
#define ALL_FEATURES                                                                         \
    (VBLK_F_SIZE_MAX | VBLK_F_SEG_MAX | VBLK_F_BLK_SIZE | VBLK_F_FLUSH | VIRTIO_F_INDIRECT | \
     VIRTIO_F_EVENT_IDX | VIRTIO_F_VERSION_1 | 1ull << 12 | 1ull << 40)

/* A client as vfs is one. */
struct client {
    struct vblk_client queue;
    struct nonos_ring_end requests, completions;
    uint64_t pages[CLIENT_BYTES / 4096];
    uint8_t *memory;
};

extern struct model *m;
extern struct vblk *v;

/* A device that behaves, and a driver that is not started; freed with all clients. */
void setup(void);
void teardown(void);

int start(void);

/* A client that the driver does not know yet, its pages side by side as the device sees them. */
struct client *client_new(void);
/* One that the driver knows. */
struct client *client_added(void);
/* Frees the only client; the device cannot reach its memory any more. */
void client_free(struct client *c);

void ask(struct client *c, uint64_t id, uint32_t op, uint64_t block, uint32_t nblocks,
         uint64_t data);
bool answer(struct client *c, struct nonos_block_completion *out);

void run(void);
/* Runs driver and device until nothing is on its way. */
void settle(void);

/* The result of one request, asked for and settled. */
int32_t result_of(struct client *c, uint32_t op, uint64_t block, uint32_t nblocks, uint64_t data);

TCase *start_tests(void);
TCase *requests_tests(void);
TCase *clients_tests(void);
TCase *failure_tests(void);

#endif
