#include "dns/resolver.h"

#include "wire/bytes.h"

#define RECORDS_MAX      128u          /* of a section; the rest is not looked at */
#define TTL_MAX          (24u * 3600u) /* seconds */
#define NEGATIVE_TTL_MAX (15u * 60u)   /* RFC 2308 section 5 lets this be up to three hours */

/* A section of a message whose records can all be decoded. */
struct section {
    const uint8_t *message;
    size_t len;
    size_t at;
    unsigned count;
};

static uint32_t smaller(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* The name that is all of a record's data. */
static bool target_decode(const struct section *s, const struct nonnet_dns_record *r,
                          struct nonnet_dns_name *target)
{
    size_t data = r->data_at;

    return nonnet_dns_name_decode(target, s->message, s->len, &data) == NONNET_OK &&
           data == r->data_at + r->data_len;
}

/* Moves past a section. Returns whether all of it could be decoded, aliases included. */
static bool section_skip(const struct section *s, size_t *end)
{
    struct nonnet_dns_record r;
    struct nonnet_dns_name target;
    size_t at = s->at;

    for (unsigned i = 0; i < s->count; i++) {
        if (nonnet_dns_record_decode(&r, s->message, s->len, &at) != NONNET_OK)
            return false;
        if (r.type == NONNET_DNS_CNAME && r.class_ == NONNET_DNS_CLASS_IN &&
            !target_decode(s, &r, &target))
            return false;
    }
    *end = at;
    return true;
}

/* The alias of a name. Returns false if the section has none. */
static bool alias_find(const struct section *s, const struct nonnet_dns_name *name,
                       struct nonnet_dns_name *alias, uint32_t *ttl)
{
    struct nonnet_dns_record r;
    size_t at = s->at;

    for (unsigned i = 0; i < s->count; i++) {
        if (nonnet_dns_record_decode(&r, s->message, s->len, &at) != NONNET_OK)
            return false;
        if (r.type != NONNET_DNS_CNAME || r.class_ != NONNET_DNS_CLASS_IN ||
            !nonnet_dns_name_equal(&r.name, name))
            continue;
        *ttl = smaller(*ttl, r.ttl);
        return target_decode(s, &r, alias);
    }
    return false;
}

static void addresses_find(const struct section *s, const struct nonnet_dns_name *name,
                           uint16_t type, struct nonnet_resolver_answer *answer)
{
    struct nonnet_dns_record r;
    size_t at = s->at;

    for (unsigned i = 0; i < s->count && answer->count < NONNET_RESOLVER_ADDRESSES_MAX; i++) {
        if (nonnet_dns_record_decode(&r, s->message, s->len, &at) != NONNET_OK)
            return;
        if (r.type != type || r.class_ != NONNET_DNS_CLASS_IN ||
            !nonnet_dns_name_equal(&r.name, name))
            continue;
        struct nonnet_address *a = &answer->addresses[answer->count++];
        *a = (struct nonnet_address){.version = type == NONNET_DNS_A ? 4 : 6};
        memcpy(a->octet, s->message + r.data_at, r.data_len); /* decoding checked the length */
        answer->ttl = smaller(answer->ttl, r.ttl);
    }
}

/* RFC 2308 section 5: how long a negative answer holds. Returns whether one is meant. */
static bool negative_find(const struct section *s, uint32_t *ttl)
{
    struct nonnet_dns_record r;
    struct nonnet_dns_name name;
    size_t at = s->at;

    *ttl = 0;
    for (unsigned i = 0; i < s->count; i++) {
        if (nonnet_dns_record_decode(&r, s->message, s->len, &at) != NONNET_OK)
            return false;
        if (r.type != NONNET_DNS_SOA || r.class_ != NONNET_DNS_CLASS_IN)
            continue;
        size_t data = r.data_at;
        for (int n = 0; n < 2; n++) { /* of the server, and of who keeps it */
            if (nonnet_dns_name_decode(&name, s->message, s->len, &data) != NONNET_OK)
                return false;
        }
        if (data + 20 != r.data_at + r.data_len)
            return false;
        struct byte_reader reader = byte_reader(s->message + data + 16, 4);
        *ttl = smaller(smaller(r.ttl, byte_reader_u32(&reader)), NEGATIVE_TTL_MAX);
        return true;
    }
    return false;
}

enum dns_verdict nonnet_dns_answer_read(const struct nonnet_dns_header *h, const uint8_t *message,
                                        size_t len, size_t at, const struct nonnet_dns_name *name,
                                        uint16_t type, struct dns_reading *reading)
{
    struct section answers = {message, len, at, smaller(h->nanswers, RECORDS_MAX)};
    struct section authorities = {message, len, 0, smaller(h->nauthorities, RECORDS_MAX)};
    struct nonnet_dns_name alias;

    *reading = (struct dns_reading){.answer.ttl = TTL_MAX, .alias = *name};
    if (h->rcode != NONNET_DNS_NO_ERROR && h->rcode != NONNET_DNS_NAME_ERROR)
        return DNS_FAILURE;
    if (!section_skip(&answers, &authorities.at))
        return DNS_FAILURE;
    while (alias_find(&answers, &reading->alias, &alias, &reading->answer.ttl)) {
        if (++reading->naliases > DNS_ALIASES_MAX)
            return DNS_FAILURE;
        reading->alias = alias;
    }
    addresses_find(&answers, &reading->alias, type, &reading->answer);
    if (reading->answer.count > 0)
        return DNS_ANSWER;
    /* A section that was cut short says nothing of the one behind it. */
    bool whole = h->nanswers <= RECORDS_MAX;
    bool negative = whole && negative_find(&authorities, &reading->answer.ttl);
    if (h->rcode == NONNET_DNS_NO_ERROR && reading->naliases > 0 && !negative)
        return DNS_ALIAS;
    if (!negative)
        reading->answer.ttl = 0;
    return DNS_NEGATIVE;
}
