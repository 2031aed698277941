#include <module/module.h>

#include <string.h>

#include <cap/account.h>
#include <cap/memory.h>
#include <cap/random.h>
#include <cap/syscall.h>
#include <cap/tree.h>
#include <cap/types.h>
#include <debug/log.h>
#include <mm/space.h>
#include <noncrypto/blake3.h>
#include <noncrypto/memory.h>
#include <sched/task.h>

#define IMAGE_MAX (1ull << 32)

int module_create_root(struct object **object)
{
    return object_alloc(NULL, NONOS_OBJECT_MODULE, sizeof(struct module), object);
}

void module_destroy(struct module *module)
{
    for (unsigned i = 0; i < NONOS_IMAGE_SEGMENTS; i++)
        if (module->segments[i])
            object_put(&module->segments[i]->object);
}

/* ---- the image's description ---- */

static bool page_aligned(uint64_t value)
{
    return value % NONOS_PAGE_SIZE == 0;
}

/* One segment, which must come after `*end` and lie in the image. */
static bool segment_valid(const struct nonos_segment *s, uint64_t len, uint64_t *end)
{
    bool wx = (s->prot & NONOS_PROT_WRITE) && (s->prot & NONOS_PROT_EXECUTE);
    if (!page_aligned(s->address) || !page_aligned(s->file_offset) || s->reserved || wx)
        return false;
    if (!(s->prot & NONOS_PROT_READ) ||
        (s->prot & ~(NONOS_PROT_READ | NONOS_PROT_WRITE | NONOS_PROT_EXECUTE)))
        return false;
    if (s->memory_len == 0 || s->file_len > s->memory_len || s->file_offset > len ||
        s->file_len > len - s->file_offset)
        return false;
    if (s->address < *end || s->address >= IMAGE_MAX || s->memory_len > IMAGE_MAX - s->address)
        return false;
    *end = (s->address + s->memory_len + NONOS_PAGE_SIZE - 1) & ~(uint64_t)(NONOS_PAGE_SIZE - 1);
    return true;
}

static bool image_valid(const struct nonos_image *image, uint64_t len)
{
    uint64_t end = 0;
    bool entry_in_code = false;
    if (image->nsegments == 0 || image->nsegments > NONOS_IMAGE_SEGMENTS || image->reserved ||
        (image->grants & ~NONOS_GRANTS_ALL) || image->name[sizeof(image->name) - 1])
        return false;
    for (unsigned i = 0; i < image->nsegments; i++) {
        const struct nonos_segment *s = &image->segments[i];
        if (!segment_valid(s, len, &end))
            return false;
        if ((s->prot & NONOS_PROT_EXECUTE) && image->entry >= s->address &&
            image->entry - s->address < s->file_len)
            entry_in_code = true;
    }
    return entry_in_code;
}

/* ---- minting ---- */

static int image_copy(struct account *account, const struct memory *source, uint64_t first_page,
                      uint64_t len, struct memory **copy)
{
    int error = memory_create(account, len, 0, copy);
    if (error)
        return error;
    for (uint64_t page = 0; page < (*copy)->npages; page++) {
        memcpy(memory_page(*copy, page), memory_page(source, first_page + page), NONOS_PAGE_SIZE);
        if (page % 64 == 63)
            preemption_point();
    }
    return 0;
}

static void image_hash(const struct memory *copy, uint64_t len, uint8_t hash[32])
{
    struct noncrypto_blake3 ctx;
    noncrypto_blake3_init(&ctx);
    for (uint64_t page = 0; page < copy->npages; page++) {
        uint64_t left = len - page * NONOS_PAGE_SIZE;
        noncrypto_blake3_update(&ctx, memory_page(copy, page),
                                left < NONOS_PAGE_SIZE ? left : NONOS_PAGE_SIZE);
        if (page % 64 == 63)
            preemption_point();
    }
    noncrypto_blake3_final(&ctx, hash, 32);
}

/* The bytes of one segment from the copy, the rest zero. */
static int segment_make(struct account *account, const struct memory *copy,
                        const struct nonos_segment *s, struct memory **segment)
{
    int error = memory_create(account, s->memory_len, 0, segment);
    if (error)
        return error;
    for (uint64_t done = 0; done < s->file_len; done += NONOS_PAGE_SIZE) {
        uint64_t left = s->file_len - done;
        memcpy(memory_page(*segment, done / NONOS_PAGE_SIZE),
               memory_page(copy, (s->file_offset + done) / NONOS_PAGE_SIZE),
               left < NONOS_PAGE_SIZE ? left : NONOS_PAGE_SIZE);
        if (done / NONOS_PAGE_SIZE % 64 == 63)
            preemption_point();
    }
    return 0;
}

static int segments_make(struct account *account, const struct memory *copy, struct module *module)
{
    int error = 0;
    for (unsigned i = 0; i < module->image.nsegments && !error; i++)
        error = segment_make(account, copy, &module->image.segments[i], &module->segments[i]);
    return error;
}

int module_mint(struct account *account, const struct memory *source, uint64_t first_page,
                uint64_t len, const struct nonos_image *image, struct module **module)
{
    struct memory *copy;
    struct module *m;
    uint8_t hash[32];

    if (!image_valid(image, len))
        return NONOS_E_INVALID;
    if (len > IMAGE_MAX || first_page > source->npages ||
        len > (source->npages - first_page) * NONOS_PAGE_SIZE)
        return NONOS_E_RANGE;
    int error = image_copy(account, source, first_page, len, &copy);
    if (error)
        return error;
    image_hash(copy, len, hash);
    if (noncrypto_compare(hash, image->hash, sizeof(hash)) != 0)
        error = NONOS_E_HASH;
    if (!error)
        error = object_alloc(account, NONOS_OBJECT_MODULE, sizeof(*m), &m);
    if (!error) {
        m->image = *image;
        error = segments_make(account, copy, m);
        if (error)
            object_put(&m->object);
    }
    object_put(&copy->object);
    if (!error)
        *module = m;
    return error;
}

int sys_module_mint(struct syscall *call, nonos_handle root, nonos_handle account,
                    nonos_handle memory, size_t len, uint64_t image)
{
    struct nonos_image description;
    struct module *module;
    nonos_handle handle;
    (void)root;
    (void)account;
    (void)memory;
    int error = user_read(&description, image, sizeof(description));
    if (error)
        return error;
    error = module_mint(object_of(account, call->caps[1].object),
                        object_of(memory, call->caps[2].object), 0, len, &description, &module);
    if (error)
        return error;
    error = cap_create(call->task, &module->object, type_rights(&module->object), &handle);
    if (!error) {
        call->out = handle;
        call->audit_object = module->object.id;
        memcpy(&call->audit_a, description.hash, sizeof(call->audit_a));
        call->audit_b = description.grants;
        log_print("module %s minted, grants %llx\n", description.name,
                  (unsigned long long)description.grants);
    }
    object_put(&module->object);
    return error;
}
