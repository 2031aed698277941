#include "frame.h"

#include <string.h>

#include "net_text.h"
#include "program.h"

enum { ARP, IP, IP6, TCP, UDP, ICMP, HOST, PORT };

static const char *const names[] = {"arp", "ip", "ip6", "tcp", "udp", "icmp", "host", "port"};

static int kind_of(const char *word)
{
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (strcmp(word, names[i]) == 0)
            return (int)i;
    return -1;
}

/* The value of HOST and PORT. */
static const char *value_read(struct frame_test *t, const char *word)
{
    uint64_t port;
    if (t->kind == HOST)
        return net_text_parse(word, &t->value) ? NULL : "is not an address";
    if (!program_number(word, UINT16_MAX, &port))
        return "is not a port";
    t->value.port = (uint16_t)port;
    return NULL;
}

const char *frame_filter_read(struct frame_filter *filter, char *const *words, int nwords,
                              const char **word)
{
    struct frame_test next = {0};
    const char *wrong = NULL;
    bool open = false; /* "not", "and" or "or" waits for what follows */
    *filter = (struct frame_filter){0};
    for (int i = 0; i < nwords && !wrong; i++) {
        *word = words[i];
        int kind = kind_of(words[i]);
        bool or = strcmp(words[i], "or") == 0;
        if (kind < 0 && strcmp(words[i], "not") == 0) {
            next.negated = !next.negated;
            open = true;
        } else if (kind < 0 && (or || strcmp(words[i], "and") == 0)) {
            if (open || filter->n == 0)
                return "has nothing before it";
            next.alternative = or ;
            open = true;
        } else if (kind < 0) {
            return "is not a word of a filter";
        } else if (filter->n == FRAME_FILTER_MAX) {
            return "makes the filter too long";
        } else {
            next.kind = (uint8_t)kind;
            if (kind >= HOST && i + 1 == nwords)
                return "has nothing after it";
            if (kind >= HOST)
                wrong = value_read(&next, *word = words[++i]);
            filter->tests[filter->n++] = next;
            next = (struct frame_test){0};
            open = false;
        }
    }
    return !wrong && open ? "has nothing after it" : wrong;
}

static bool same(const struct nonos_net_endpoint *a, const struct nonos_net_endpoint *b)
{
    return a->version == b->version && memcmp(a->octet, b->octet, sizeof(a->octet)) == 0;
}

static bool holds(const struct frame_test *t, const struct frame *f)
{
    switch (t->kind) {
    case ARP:
        return f->type == FRAME_ARP;
    case IP:
        return f->type == FRAME_IPV4;
    case IP6:
        return f->type == FRAME_IPV6;
    case TCP:
        return f->protocol == FRAME_TCP;
    case UDP:
        return f->protocol == FRAME_UDP;
    case ICMP:
        return (f->type == FRAME_IPV4 && f->protocol == FRAME_ICMP) ||
               (f->type == FRAME_IPV6 && f->protocol == FRAME_ICMP_IPV6);
    case HOST:
        return same(&t->value, &f->source) || same(&t->value, &f->destination);
    default:
        return f->upper_len >= 4 && (f->protocol == FRAME_TCP || f->protocol == FRAME_UDP) &&
               (f->source.port == t->value.port || f->destination.port == t->value.port);
    }
}

bool frame_filter_matches(const struct frame_filter *filter, const struct frame *frame)
{
    bool all = true;
    for (unsigned i = 0; i < filter->n; i++) {
        const struct frame_test *t = &filter->tests[i];
        if (t->alternative && all)
            return true;
        all = (all || t->alternative) && holds(t, frame) != t->negated;
    }
    return all;
}
