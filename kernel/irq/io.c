#include <irq/io.h>

#include <arch/arch.h>
#include <cap/syscall.h>
#include <debug/log.h>
#include <nonos/boot_info.h>

#define PORTS_END 0x10000ull
#define MMIO_END  (1ull << 46)

static struct nonos_boot_memory ram[NONOS_BOOT_MEMORY_MAX];
static unsigned nram;

struct range {
    uint64_t base, end;
};

/*
 * What the kernel keeps to itself: interrupt controllers, and the timers that could flood it with
 * interrupts.
 */
static const struct range kept_mmio[] = {
    {0xfec00000, 0xfec01000}, /* I/O APIC */
    {0xfed00000, 0xfed01000}, /* HPET */
    {0xfee00000, 0xfee01000}, /* local APIC */
};
static const struct range kept_ports[] = {
    {0x20, 0x22},
    {0xa0, 0xa2}, /* interrupt controllers */
    {0x40, 0x44}, /* interval timer */
};

static bool overlaps(uint64_t base, uint64_t len, uint64_t other, uint64_t other_end)
{
    return base < other_end && other < base + len;
}

void io_init(const struct nonos_boot_info *info)
{
    for (uint32_t i = 0; i < info->nmemory && i < NONOS_BOOT_MEMORY_MAX; i++) {
        uint32_t type = info->memory[i].type;
        if (type != NONOS_MEMORY_ACPI && type != NONOS_MEMORY_RESERVED)
            ram[nram++] = info->memory[i];
    }
}

static bool is_kept(uint32_t kind, uint64_t base, uint64_t len)
{
    const struct range *kept = kind == NONOS_IO_PORTS ? kept_ports : kept_mmio;
    unsigned count = kind == NONOS_IO_PORTS ? sizeof(kept_ports) / sizeof(kept_ports[0])
                                            : sizeof(kept_mmio) / sizeof(kept_mmio[0]);
    for (unsigned i = 0; i < count; i++)
        if (overlaps(base, len, kept[i].base, kept[i].end))
            return true;
    for (unsigned i = 0; i < nram && kind == NONOS_IO_MMIO; i++)
        if (overlaps(base, len, ram[i].base, ram[i].base + ram[i].len))
            return true;
    return false;
}

static int region_new(struct account *account, uint32_t kind, uint64_t base, uint64_t len,
                      struct object **object)
{
    struct io_region *region;
    int error = object_alloc(account, NONOS_OBJECT_IO_REGION, sizeof(*region), &region);
    if (error)
        return error;
    region->kind = kind;
    region->base = base;
    region->len = len;
    region->object.grants = NONOS_GRANT_DEVICE;
    *object = &region->object;
    return 0;
}

int io_region_create_root(uint32_t kind, struct object **object)
{
    return region_new(NULL, kind, 0, kind == NONOS_IO_PORTS ? PORTS_END : MMIO_END, object);
}

int io_region_carve(struct account *account, const struct io_region *root, uint64_t base,
                    uint64_t len, struct object **object)
{
    if (len == 0 || (root->kind == NONOS_IO_MMIO && (base | len) % NONOS_PAGE_SIZE))
        return NONOS_E_INVALID;
    if (base < root->base || base - root->base > root->len || len > root->len - (base - root->base))
        return NONOS_E_RANGE;
    if (is_kept(root->kind, base, len))
        return NONOS_E_DENIED;
    return region_new(account, root->kind, base, len, object);
}

uint64_t io_region_frame(const struct io_region *region, uint64_t page)
{
    return region->base + page * NONOS_PAGE_SIZE;
}

/* The port that `offset` means, if the access lies inside the region. */
static int port_decode(const struct io_region *region, uint64_t offset, uint32_t width,
                       uint16_t *port)
{
    if (region->kind != NONOS_IO_PORTS || (width != 1 && width != 2 && width != 4))
        return NONOS_E_INVALID;
    if (offset > region->len || width > region->len - offset)
        return NONOS_E_RANGE;
    if (is_kept(NONOS_IO_PORTS, region->base + offset, width))
        return NONOS_E_RANGE;
    *port = (uint16_t)(region->base + offset);
    return 0;
}

int sys_io_read(struct syscall *call, nonos_handle handle, uint64_t offset, uint32_t width)
{
    uint16_t port;
    (void)handle;
    int error = port_decode(object_of(io_region, call->caps[0].object), offset, width, &port);
    if (!error)
        call->out = arch_port_read(port, width);
    return error;
}

int sys_io_write(struct syscall *call, nonos_handle handle, uint64_t offset, uint32_t width,
                 uint64_t value)
{
    uint16_t port;
    (void)handle;
    int error = port_decode(object_of(io_region, call->caps[0].object), offset, width, &port);
    if (!error)
        arch_port_write(port, width, (uint32_t)value);
    return error;
}
