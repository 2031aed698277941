#include "device.h"

#define RESET_PAUSES 1000u
#define CONFIG_TRIES 16u

uint32_t virtio_read(const struct virtio *v, unsigned offset, unsigned width)
{
    return v->access->read(v->context, VIRTIO_COMMON, offset, width);
}

void virtio_write(const struct virtio *v, unsigned offset, unsigned width, uint32_t value)
{
    v->access->write(v->context, VIRTIO_COMMON, offset, width, value);
}

static void write64(const struct virtio *v, unsigned offset, uint64_t value)
{
    virtio_write(v, offset, 4, (uint32_t)value);
    virtio_write(v, offset + 4, 4, (uint32_t)(value >> 32));
}

void virtio_status_add(const struct virtio *v, uint8_t bits)
{
    virtio_write(v, VIRTIO_STATUS, 1, virtio_read(v, VIRTIO_STATUS, 1) | bits);
}

int virtio_reset(const struct virtio *v)
{
    virtio_write(v, VIRTIO_STATUS, 1, 0);
    for (unsigned i = 0; i < RESET_PAUSES; i++) {
        if (virtio_read(v, VIRTIO_STATUS, 1) == 0)
            return NONOS_OK;
        v->access->pause(v->context);
    }
    return NONOS_E_NO_DEVICE;
}

uint64_t virtio_offered(const struct virtio *v)
{
    uint64_t offered = 0;
    virtio_status_add(v, VIRTIO_ACKNOWLEDGE);
    virtio_status_add(v, VIRTIO_DRIVER);
    for (uint32_t half = 0; half < 2; half++) {
        virtio_write(v, VIRTIO_DEVICE_FEATURE_SELECT, 4, half);
        offered |= (uint64_t)virtio_read(v, VIRTIO_DEVICE_FEATURE, 4) << 32 * half;
    }
    return offered;
}

int virtio_features(struct virtio *v, uint64_t wanted)
{
    uint64_t offered = virtio_offered(v);
    if (!(offered & VIRTIO_F_VERSION_1))
        return NONOS_E_UNSUPPORTED;
    v->features = offered & wanted;
    for (uint32_t half = 0; half < 2; half++) {
        virtio_write(v, VIRTIO_DRIVER_FEATURE_SELECT, 4, half);
        virtio_write(v, VIRTIO_DRIVER_FEATURE, 4, (uint32_t)(v->features >> 32 * half));
    }
    virtio_status_add(v, VIRTIO_FEATURES_OK);
    return virtio_read(v, VIRTIO_STATUS, 1) & VIRTIO_FEATURES_OK ? NONOS_OK : NONOS_E_UNSUPPORTED;
}

int virtio_config_read(const struct virtio *v, const struct virtio_field *fields, uint32_t *values,
                       unsigned nfields)
{
    for (unsigned i = 0; i < CONFIG_TRIES; i++) {
        uint32_t generation = virtio_read(v, VIRTIO_GENERATION, 1);
        for (unsigned f = 0; f < nfields; f++)
            values[f] =
                v->access->read(v->context, VIRTIO_DEVICE, fields[f].offset, fields[f].width);
        if (virtio_read(v, VIRTIO_GENERATION, 1) == generation)
            return NONOS_OK;
    }
    return NONOS_E_UNSUPPORTED;
}

int virtio_queue_set_up(const struct virtio *v, uint16_t index, struct virtq *q,
                        const struct virtio_queue_place *place, uint16_t vector)
{
    virtio_write(v, VIRTIO_QUEUE_SELECT, 2, index);
    uint32_t size = virtio_read(v, VIRTIO_QUEUE_SIZE, 2);
    if (size == 0 || size & (size - 1))
        return NONOS_E_UNSUPPORTED;
    if (size > place->size_max)
        size = place->size_max;
    virtq_init(q, place->memory + place->desc, place->memory + place->avail,
               place->memory + place->used, (uint16_t)size, v->features & VIRTIO_F_EVENT_IDX);
    virtio_write(v, VIRTIO_QUEUE_SIZE, 2, size);
    write64(v, VIRTIO_QUEUE_DESC, place->address + place->desc);
    write64(v, VIRTIO_QUEUE_DRIVER, place->address + place->avail);
    write64(v, VIRTIO_QUEUE_DEVICE, place->address + place->used);
    virtio_write(v, VIRTIO_QUEUE_VECTOR, 2, vector);
    /* A device without resources for the vector says so here (section 4.1.5.1.2.1). */
    return virtio_read(v, VIRTIO_QUEUE_VECTOR, 2) == vector ? NONOS_OK : NONOS_E_UNSUPPORTED;
}

void virtio_queue_enable(const struct virtio *v, uint16_t index)
{
    virtio_write(v, VIRTIO_QUEUE_SELECT, 2, index);
    virtio_write(v, VIRTIO_QUEUE_ENABLE, 2, 1);
}
