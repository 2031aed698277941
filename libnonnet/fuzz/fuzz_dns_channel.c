/*
 * What a server of DNS over TLS or HTTPS may say, in pieces. The first byte chooses the kind and the
 * size of the pieces. Numbers of messages are all 0, so that answers get as far as the resolver.
 * What must hold: no fault; a channel that ended stays so; no more answers than questions.
 */
#include <nonnet/dns_channel.h>

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct wire {
    const uint8_t *data;
    size_t left;
    size_t piece;
};

static void entropy(void *context, uint8_t *out, size_t len)
{
    (void)context;
    memset(out, 0, len);
}

static uint64_t hash(void *context, const uint8_t key[NONNET_KEY_LEN], const uint8_t *data,
                     size_t len)
{
    (void)context;
    (void)key;
    (void)data;
    return len;
}

static int wire_write(void *context, const uint8_t *data, size_t len, size_t *done)
{
    const struct wire *w = context;

    (void)data;
    *done = len < w->piece * 16 ? len : w->piece * 16;
    return NONNET_OK;
}

static int wire_read(void *context, uint8_t *data, size_t size, size_t *len)
{
    struct wire *w = context;

    *len = w->piece < size ? w->piece : size;
    *len = *len < w->left ? *len : w->left;
    memcpy(data, w->data, *len);
    w->data += *len;
    w->left -= *len;
    return *len == 0 ? NONNET_E_CLOSED : NONNET_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct nonnet_dns_channel channel;
    struct nonnet_endpoint server = {nonnet_address_ipv4(192, 0, 2, 53), 853};
    struct nonnet_resolver_config config = {.environment = {NULL, entropy, hash},
                                            .servers = {server},
                                            .nservers = 1,
                                            .encrypted = true,
                                            .nqueries = 2,
                                            .ncached = 2};
    static _Alignas(NONNET_ARENA_ALIGN) uint8_t arena[65536];
    struct nonnet_resolver_message m;
    struct nonnet_query_handle queries[2];
    struct nonnet_resolver *resolver;
    int rc = NONNET_OK;

    if (size < 1)
        return 0;
    struct wire w = {data + 1, size - 1, 1 + (data[0] >> 1)};
    struct nonnet_dns_tls tls = {&w, wire_write, wire_read};
    enum nonnet_dns_channel_kind kind = data[0] & 1 ? NONNET_DNS_OVER_HTTPS : NONNET_DNS_OVER_TLS;
    if (nonnet_resolver_init(&resolver, &config, arena, sizeof arena, 1) != NONNET_OK ||
        nonnet_dns_channel_init(&channel, kind, &server, "d", "/") != NONNET_OK ||
        nonnet_resolver_ask(resolver, "a", 4, &queries[0], 1) != NONNET_OK ||
        nonnet_resolver_ask(resolver, "b", 6, &queries[1], 1) != NONNET_OK)
        abort();
    for (int i = 0; i < 4 && rc == NONNET_OK; i++) {
        while (nonnet_dns_channel_has_room(&channel) && nonnet_resolver_output(resolver, &m, 1)) {
            if (nonnet_dns_channel_send(&channel, &m) != NONNET_OK)
                abort();
        }
        rc = nonnet_dns_channel_step(&channel, &tls, resolver, 1);
    }
    if (rc == NONNET_OK || nonnet_dns_channel_has_room(&channel) ||
        nonnet_dns_channel_step(&channel, &tls, resolver, 1) != NONNET_E_CLOSED)
        abort();
    return 0;
}
