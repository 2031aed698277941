/*
 * Addresses that a host makes for itself: link-local and stable ones by RFC 7217, temporary ones by
 * RFC 8981, with the lifetimes of RFC 4862 section 5.5.3. No address is made from a hardware
 * address.
 */
#include "ip/address.h"
#include "ndp/ndp.h"
#include "wire/bytes.h"

#define INTERFACE_ID_LEN 8
#define PREFIX_LEN       64
#define GENERATION_TRIES 3 /* IDGEN_RETRIES of RFC 7217, TEMP_IDGEN_RETRIES of RFC 8981 */
#define TWO_HOURS        SECONDS(7200)

/* RFC 8981 section 3.8. */
#define TEMPORARY_VALID     SECONDS(172800)
#define TEMPORARY_PREFERRED SECONDS(86400)
#define DESYNC_MAX_S        34560u /* 0.4 of the preferred lifetime */
#define REGENERATE_ADVANCE  SECONDS(5)

static const struct nonnet_address link_local_prefix = {6, {0xfe, 0x80}};

/* RFC 5453: interface identifiers that mean something else. */
static bool id_is_reserved(const uint8_t *id)
{
    static const uint8_t zeros[INTERFACE_ID_LEN];
    static const uint8_t ethernet[5] = {0x02, 0x00, 0x5e, 0xff, 0xfe};
    static const uint8_t anycast[7] = {0xfd, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

    return memcmp(id, zeros, sizeof zeros) == 0 || memcmp(id, ethernet, sizeof ethernet) == 0 ||
           (memcmp(id, anycast, sizeof anycast) == 0 && id[7] >= 0x80);
}

/* RFC 7217 section 5: F(Prefix, Net_Iface, Network_ID, DAD_Counter, secret_key). */
static void stable_id(const struct nonnet_stack *stack, const struct interface *interface,
                      const struct nonnet_address *prefix, uint8_t counter, uint8_t *id)
{
    const struct nonnet_environment *e = &stack->config.environment;
    uint8_t input[INTERFACE_ID_LEN + 1 + NONNET_NETWORK_ID_LEN + 1];
    struct byte_writer w = byte_writer(input, sizeof input);
    struct byte_writer out = byte_writer(id, INTERFACE_ID_LEN);

    byte_writer_copy(&w, prefix->octet, INTERFACE_ID_LEN);
    byte_writer_u8(&w, interface->index);
    byte_writer_copy(&w, interface->config.network_id, NONNET_NETWORK_ID_LEN);
    byte_writer_u8(&w, counter);
    uint64_t hash = e->keyed_hash(e->context, stack->stable_key, input, sizeof input);
    byte_writer_u32(&out, (uint32_t)(hash >> 32));
    byte_writer_u32(&out, (uint32_t)hash);
}

/*
 * An address in the prefix that is not reserved and not ours already; version 0 if none was found.
 */
static struct nonnet_address address_make(const struct nonnet_stack *stack,
                                          const struct interface *interface,
                                          const struct nonnet_address *prefix,
                                          enum address_origin origin, uint8_t *attempt)
{
    const struct nonnet_environment *e = &stack->config.environment;
    struct nonnet_address ip = nonnet_address_prefix(prefix, PREFIX_LEN);
    uint8_t *id = ip.octet + INTERFACE_ID_LEN;

    for (; *attempt <= GENERATION_TRIES; ++*attempt) {
        if (origin == ADDRESS_TEMPORARY)
            e->entropy(e->context, id, INTERFACE_ID_LEN);
        else
            stable_id(stack, interface, prefix, *attempt, id);
        if (!id_is_reserved(id) && !nonnet_address_find(stack, &ip, NO_INTERFACE))
            return ip;
    }
    return (struct nonnet_address){0};
}

static bool announced_full(const struct nonnet_stack *stack)
{
    unsigned count = 0;

    for (uint16_t i = 0; i < stack->config.naddresses; i++) {
        const struct address *a = &stack->addresses[i];
        count += a->used && (a->origin == ADDRESS_STABLE || a->origin == ADDRESS_TEMPORARY);
    }
    return count >= stack->config.naddresses - stack->config.naddresses / 4u;
}

static void address_add(struct nonnet_stack *stack, const struct interface *interface,
                        const struct nonnet_address *prefix, struct address_wish wish)
{
    wish.interface = interface->index;
    wish.probe = interface->config.link == NONNET_LINK_ETHERNET;
    wish.ip = address_make(stack, interface, prefix, wish.origin, &wish.attempt);
    if (wish.ip.version == 0)
        return;
    bool announced = wish.origin != ADDRESS_LINK_LOCAL;
    /* RFC 5942: that an address has a prefix does not put the prefix on the link. */
    wish.prefix_len = announced ? 128 : PREFIX_LEN;
    if ((announced && announced_full(stack)) || !nonnet_address_new(stack, &wish))
        stack_count(stack, NONNET_COUNT_DROP_NDP_TABLE);
}

void nonnet_slaac_link_local(struct nonnet_stack *stack, struct interface *interface)
{
    struct address_wish wish = {
        .origin = ADDRESS_LINK_LOCAL, .preferred_until = NONNET_NEVER, .valid_until = NONNET_NEVER};
    address_add(stack, interface, &link_local_prefix, wish);
}

static struct address *made_address(const struct nonnet_stack *stack,
                                    const struct interface *interface,
                                    const struct nonnet_address *prefix, enum address_origin origin)
{
    for (uint16_t i = 0; i < stack->config.naddresses; i++) {
        struct address *a = &stack->addresses[i];
        if (a->used && a->interface == interface->index && a->origin == origin && !a->replaced &&
            address_in_prefix(&a->ip, prefix, PREFIX_LEN))
            return a;
    }
    return NULL;
}

/* `us` after a moment, which may be never. */
static uint64_t later(uint64_t moment, uint64_t us)
{
    return us >= NONNET_NEVER - moment ? NONNET_NEVER : moment + us;
}

static uint64_t seconds_from_now(const struct nonnet_stack *stack, uint32_t seconds)
{
    return seconds == NDP_LIFETIME_MAX ? NONNET_NEVER : later(stack->now, SECONDS(seconds));
}

/* A temporary address, which lives no longer than its prefix. */
static void temporary_add(struct nonnet_stack *stack, const struct interface *interface,
                          const struct nonnet_address *prefix, uint64_t preferred_until,
                          uint64_t valid_until, uint8_t attempt)
{
    uint64_t desync = SECONDS(nonnet_stack_random(stack, DESYNC_MAX_S));
    uint64_t preferred = later(stack->now, TEMPORARY_PREFERRED - desync);
    struct address_wish wish = {
        .origin = ADDRESS_TEMPORARY,
        .attempt = attempt,
        .preferred_until = earlier(preferred_until, preferred),
        .valid_until = earlier(valid_until, later(stack->now, TEMPORARY_VALID)),
    };

    /* RFC 8981 section 3.4: not one that would have to be replaced at once. */
    if (wish.preferred_until > later(stack->now, REGENERATE_ADVANCE))
        address_add(stack, interface, prefix, wish);
}

/*
 * RFC 4862 section 5.5.3 e: an announcement that nobody signed cannot take an address away within
 * less than two hours.
 */
static void lifetimes_renew(struct nonnet_stack *stack, struct address *a, uint64_t preferred_until,
                            uint64_t valid_until)
{
    uint64_t two_hours = later(stack->now, TWO_HOURS);

    if (valid_until > two_hours || valid_until > a->valid_until)
        a->valid_until = valid_until;
    else if (a->valid_until > two_hours)
        a->valid_until = two_hours;
    a->preferred_until = preferred_until;
    bool deprecated = preferred_until <= stack->now;
    if (deprecated != a->deprecated) {
        a->deprecated = deprecated;
        stack->interfaces[a->interface].events |= NONNET_EVENT_ADDRESS_CHANGED;
    }
}

static void temporary_renew(struct nonnet_stack *stack, const struct interface *interface,
                            const struct nonnet_address *prefix, uint64_t preferred_until,
                            uint64_t valid_until)
{
    for (uint16_t i = 0; i < stack->config.naddresses; i++) {
        struct address *a = &stack->addresses[i];
        if (!a->used || a->interface != interface->index || a->origin != ADDRESS_TEMPORARY ||
            !address_in_prefix(&a->ip, prefix, PREFIX_LEN))
            continue;
        /* RFC 8981 section 3.4: never beyond what it could live when it was made. */
        uint64_t preferred_limit = later(a->created_at, TEMPORARY_PREFERRED);
        uint64_t valid_limit = later(a->created_at, TEMPORARY_VALID);
        preferred_limit = earlier(preferred_limit, a->preferred_until);
        lifetimes_renew(stack, a, earlier(preferred_until, preferred_limit),
                        earlier(valid_until, valid_limit));
    }
}

/*
 * RFC 8981 section 3.4: a prefix that can be used has a temporary address that can be used. One
 * that an announcement deprecated, and that has no successor because none could have been used
 * then, gets it when the prefix is announced anew.
 */
static void temporary_replace(struct nonnet_stack *stack, const struct interface *interface,
                              const struct nonnet_address *prefix, const struct address *stable)
{
    bool any = false;

    if ((interface->config.flags & NONNET_INTERFACE_TEMPORARY) == 0 || stable->deprecated)
        return;
    for (uint16_t i = 0; i < stack->config.naddresses; i++) {
        struct address *a = &stack->addresses[i];
        if (!a->used || a->interface != interface->index || a->origin != ADDRESS_TEMPORARY ||
            !address_in_prefix(&a->ip, prefix, PREFIX_LEN))
            continue;
        if (!a->deprecated)
            return;
        a->replaced = true;
        any = true;
    }
    /* Where there is none at all, none was to be had: conflicts, or a full table. */
    if (any)
        temporary_add(stack, interface, prefix, stable->preferred_until, stable->valid_until, 0);
}

void nonnet_slaac_prefix(struct nonnet_stack *stack, struct interface *interface,
                         const struct ndp_prefix *p)
{
    uint64_t preferred_until = seconds_from_now(stack, p->preferred_s);
    uint64_t valid_until = seconds_from_now(stack, p->valid_s);

    if (p->prefix_len != PREFIX_LEN || !nonnet_address_is_host(&p->prefix))
        return;
    struct address *stable = made_address(stack, interface, &p->prefix, ADDRESS_STABLE);
    if (stable) {
        lifetimes_renew(stack, stable, preferred_until, valid_until);
        temporary_renew(stack, interface, &p->prefix, preferred_until, valid_until);
        temporary_replace(stack, interface, &p->prefix, stable);
        return;
    }
    if (p->valid_s == 0)
        return;
    struct address_wish wish = {
        .origin = ADDRESS_STABLE, .preferred_until = preferred_until, .valid_until = valid_until};
    address_add(stack, interface, &p->prefix, wish);
    if ((interface->config.flags & NONNET_INTERFACE_TEMPORARY) != 0)
        temporary_add(stack, interface, &p->prefix, preferred_until, valid_until, 0);
}

void nonnet_slaac_conflict(struct nonnet_stack *stack, const struct address *lost)
{
    const struct interface *interface = &stack->interfaces[lost->interface];
    struct nonnet_address prefix = nonnet_address_prefix(&lost->ip, PREFIX_LEN);

    if (lost->origin == ADDRESS_MANUAL || lost->attempt >= GENERATION_TRIES)
        return;
    struct address_wish wish = {.origin = (enum address_origin)lost->origin,
                                .attempt = (uint8_t)(lost->attempt + 1),
                                .preferred_until = lost->preferred_until,
                                .valid_until = lost->valid_until};
    address_add(stack, interface, &prefix, wish);
}

/* RFC 8981 section 3.5: the successor is ready before its predecessor is deprecated. */
static uint64_t successor_due(const struct address *a)
{
    if (!a->used || a->origin != ADDRESS_TEMPORARY || a->replaced ||
        a->preferred_until == NONNET_NEVER || a->preferred_until < REGENERATE_ADVANCE)
        return NONNET_NEVER;
    return a->preferred_until - REGENERATE_ADVANCE;
}

void nonnet_slaac_tick(struct nonnet_stack *stack)
{
    for (uint16_t i = 0; i < stack->config.naddresses; i++) {
        struct address *a = &stack->addresses[i];
        if (successor_due(a) > stack->now)
            continue;
        a->replaced = true;
        const struct interface *interface = &stack->interfaces[a->interface];
        struct nonnet_address prefix = nonnet_address_prefix(&a->ip, PREFIX_LEN);
        const struct address *stable = made_address(stack, interface, &prefix, ADDRESS_STABLE);
        if (stable)
            temporary_add(stack, interface, &prefix, stable->preferred_until, stable->valid_until,
                          0);
    }
}

uint64_t nonnet_slaac_deadline(const struct nonnet_stack *stack)
{
    uint64_t due = NONNET_NEVER;

    for (uint16_t i = 0; i < stack->config.naddresses; i++)
        due = earlier(due, successor_due(&stack->addresses[i]));
    return due;
}
