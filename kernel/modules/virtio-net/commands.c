#include "commands.h"

#include <string.h>

#define CONTROL_MAX    16u
#define CONTROL_PAUSES 1000u
#define ARGUMENT_MAX   8u
#define CHAIN_LEN      3u

#define AVAIL_AT    512u
#define USED_AT     768u
#define COMMAND_AT  (VNET_COMMANDS_AT + 1056u)
#define ARGUMENT_AT (VNET_COMMANDS_AT + 1064u)
#define ANSWER_AT   (ARGUMENT_AT + ARGUMENT_MAX)

_Static_assert(VIRTQ_DESC_BYTES(CONTROL_MAX) <= AVAIL_AT, "descriptors");
_Static_assert(AVAIL_AT + VIRTQ_AVAIL_BYTES(CONTROL_MAX) <= USED_AT, "available ring");
_Static_assert(VNET_COMMANDS_AT + USED_AT + VIRTQ_USED_BYTES(CONTROL_MAX) <= COMMAND_AT,
               "used ring");
_Static_assert(ANSWER_AT < VNET_COMMANDS_END, "commands");

/* Sections 5.1.6.5.2 and 5.1.6.5.6. */
#define CLASS_MAC       1u
#define COMMAND_MAC_SET 1u
#define CLASS_MQ        4u
#define COMMAND_PAIRS   0u
#define ANSWER_OK       0u
#define ANSWER_PENDING  0xffu /* no answer of a device */

bool vnet_commands_wanted(const struct vnet *v)
{
    return v->device.features & VNET_F_CTRL_VQ &&
           v->device.features & (VNET_F_CTRL_MAC | VNET_F_MQ);
}

/* Section 5.1.2: behind all pairs that the device has, if they may be used, and else behind the first. */
static uint16_t queue_index(const struct vnet *v)
{
    return (uint16_t)(v->device.features & VNET_F_MQ ? 2 * v->device_npairs : 2);
}

int vnet_commands_set_up(struct vnet *v)
{
    const struct vnet_pair *first = &v->pairs[0];
    const struct virtio_queue_place place = {
        .memory = first->dma + VNET_COMMANDS_AT,
        .address = first->dma_address + VNET_COMMANDS_AT,
        .avail = AVAIL_AT,
        .used = USED_AT,
        .size_max = CONTROL_MAX,
    };
    v->commands_fail = false;
    if (!vnet_commands_wanted(v))
        return NONOS_OK;
    int r = virtio_queue_set_up(&v->device, queue_index(v), &v->commands, &place, VIRTIO_NO_VECTOR);
    if (r == 0 && v->commands.size <= CHAIN_LEN)
        r = NONOS_E_UNSUPPORTED;
    return r < 0 ? r : v->ops->notify_find(v->context, VNET_PLACE_COMMANDS, queue_index(v));
}

void vnet_commands_enable(struct vnet *v)
{
    if (vnet_commands_wanted(v))
        virtio_queue_enable(&v->device, queue_index(v));
}

/* Waits for the answer. Whatever is no answer leaves the queue in no state for another command. */
static bool answer_wait(struct vnet *v, const uint8_t *answer)
{
    uint32_t id, len;
    for (unsigned i = 0; i < CONTROL_PAUSES; i++) {
        enum virtq_taken taken = virtq_take(&v->commands, 1, &id, &len);
        if (taken == VIRTQ_TAKEN && id == 0)
            return __atomic_load_n(answer, __ATOMIC_RELAXED) == ANSWER_OK;
        if (taken != VIRTQ_NONE)
            break;
        v->device.access->pause(v->context);
    }
    v->commands_fail = true;
    return false;
}

static bool command(struct vnet *v, uint8_t class, uint8_t what, const uint8_t *argument,
                    uint32_t len)
{
    uint8_t *memory = v->pairs[0].dma, *answer = memory + ANSWER_AT;
    uint64_t address = v->pairs[0].dma_address;
    struct virtq_desc *desc = v->commands.desc;
    if (v->commands_fail)
        return false;
    memory[COMMAND_AT] = class;
    memory[COMMAND_AT + 1] = what;
    memcpy(memory + ARGUMENT_AT, argument, len);
    *answer = ANSWER_PENDING;
    desc[0] = (struct virtq_desc){address + COMMAND_AT, 2, VIRTQ_NEXT, 1};
    desc[1] = (struct virtq_desc){address + ARGUMENT_AT, len, VIRTQ_NEXT, 2};
    desc[2] = (struct virtq_desc){address + ANSWER_AT, 1, VIRTQ_WRITE, 0};
    virtq_put(&v->commands, 0);
    if (virtq_publish(&v->commands))
        v->ops->notify(v->context, VNET_PLACE_COMMANDS);
    return answer_wait(v, answer);
}

bool vnet_command_mac(struct vnet *v, uint64_t mac)
{
    static const uint64_t needed = VNET_F_CTRL_VQ | VNET_F_CTRL_MAC;
    uint8_t bytes[NIC_MAC_LEN];
    nonos_nic_mac_bytes(bytes, mac);
    return (v->device.features & needed) == needed &&
           command(v, CLASS_MAC, COMMAND_MAC_SET, bytes, sizeof(bytes));
}

bool vnet_command_pairs(struct vnet *v, unsigned n)
{
    const uint8_t bytes[] = {(uint8_t)n, (uint8_t)(n >> 8)};
    return v->device.features & VNET_F_MQ &&
           command(v, CLASS_MQ, COMMAND_PAIRS, bytes, sizeof(bytes));
}
