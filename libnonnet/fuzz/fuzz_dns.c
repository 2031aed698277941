/*
 * DNS messages: names decode to what text gives back, and a resolver takes any answer to what it
 * asked. The first byte says what is put right: the number and the question, so that the rest of
 * the input is looked at.
 */
#include <nonnet/resolver.h>

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t random_state;

static void entropy(void *context, uint8_t *out, size_t len)
{
    (void)context;
    for (size_t i = 0; i < len; i++) {
        random_state = random_state * 6364136223846793005u + 1442695040888963407u;
        out[i] = (uint8_t)(random_state >> 56);
    }
}

static void must(bool condition)
{
    if (!condition)
        abort();
}

/* All names of a message, wherever they may begin. */
static void decode_all(const uint8_t *data, size_t size)
{
    struct nonnet_dns_name name, again;
    struct nonnet_dns_record record;
    char text[NONNET_DNS_TEXT_MAX];

    for (size_t start = 0; start < size && start < 64; start++) {
        size_t at = start;
        if (nonnet_dns_name_decode(&name, data, size, &at) == NONNET_OK) {
            must(at > start && at <= size && name.len >= 1);
            nonnet_dns_name_to_text(&name, text);
            must(strlen(text) < sizeof text);
            if (nonnet_dns_name_from_text(&again, text) == NONNET_OK)
                must(nonnet_dns_name_equal(&name, &again));
        }
        at = start;
        if (nonnet_dns_record_decode(&record, data, size, &at) == NONNET_OK)
            must(at <= size && record.data_at + record.data_len == at);
    }
}

static void answer(struct nonnet_resolver *r, const struct nonnet_resolver_message *m, uint8_t kind,
                   const uint8_t *data, size_t size)
{
    size_t question = 0;
    uint8_t *message;

    if (kind & 1)
        question = m->len - 12 - 11;
    message = malloc(12 + question + size);
    if (!message || size < 12) {
        free(message);
        return;
    }
    memcpy(message, data, 12);
    memcpy(message + 12, m->bytes + 12, question);
    memcpy(message + 12 + question, data + 12, size - 12);
    if (kind & 1) {
        memcpy(message, m->bytes, 2);
        message[2] = (uint8_t)((message[2] & 0x07) | 0x80);
        message[4] = 0;
        message[5] = 1;
    }
    (void)nonnet_resolver_input(r, &m->server, m->transport, message, size + question, 1);
    free(message);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct nonnet_resolver_config c = {
        .environment = {.entropy = entropy},
        .servers = {{nonnet_address_ipv4(192, 0, 2, 53), 53}},
        .nservers = 1,
        .nqueries = 2,
        .ncached = 2,
    };
    struct nonnet_resolver *r;
    struct nonnet_query_handle q;
    struct nonnet_resolver_message m;
    struct nonnet_resolver_answer a;

    random_state = 42;
    decode_all(data, size);
    size_t need = nonnet_resolver_size(&c);
    void *arena = aligned_alloc(NONNET_ARENA_ALIGN, need);
    if (!arena)
        return 0;
    must(nonnet_resolver_init(&r, &c, arena, need, 0) == NONNET_OK);
    must(nonnet_resolver_ask(r, "a.b", size > 0 && data[0] & 2 ? 6 : 4, &q, 0) == NONNET_OK);
    /* Each answer leads to the next message at most; so this ends. */
    for (unsigned sent = 0; nonnet_resolver_output(r, &m, 1); sent++) {
        must(sent < 64);
        if (size > 0)
            answer(r, &m, data[0], data + 1, size - 1);
        nonnet_resolver_failed(r, q, 1);
    }
    must(nonnet_resolver_result(r, q, &a, 2) != NONNET_E_EMPTY);
    free(arena);
    return 0;
}
