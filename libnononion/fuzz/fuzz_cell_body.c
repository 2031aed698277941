/*
 * Bodies of cells and relay messages: the first byte chooses the decoder, the rest is the body.
 * What decodes must encode to a body that decodes and encodes to the same again.
 */
#include <nononion/channel_cell.h>
#include <nononion/circuit_cell.h>
#include <nononion/relay_cell.h>
#include <nononion/stream_message.h>

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ROOM 4096

/*
 * Decodes `data` and encodes the result to `out`: returns its length, or 0 if the body was refused.
 */
typedef size_t recode(const uint8_t *data, size_t size, uint8_t *out);

/* The encoder of what was just decoded may only fail for lack of room. */
static size_t recoded(int rc, size_t written)
{
    if (rc == NONONION_E_NO_SPACE)
        return 0;
    if (rc != NONONION_OK)
        abort();
    return written;
}

/* A recode function for a structure with a decoder and an encoder of the usual form. */
#define RECODE(name, decode, encode)                                            \
    static size_t recode_##name(const uint8_t *data, size_t size, uint8_t *out) \
    {                                                                           \
        struct nononion_##name value;                                           \
        size_t written = 0;                                                     \
        if (decode(&value, data, size) != NONONION_OK)                          \
            return 0;                                                           \
        return recoded(encode(&value, out, ROOM, &written), written);           \
    }

static int end_decode(struct nononion_end *end, const uint8_t *data, size_t size)
{
    nononion_end_decode(end, data, size);
    if (!nononion_end_reason_text(end->reason))
        abort();
    return NONONION_OK;
}

/*
 * Unlike others, these may give what cannot be sent: a peer's address of an unknown type, or a
 * longer body than a cell's.
 */
static int netinfo_decode(struct nononion_netinfo *netinfo, const uint8_t *data, size_t size)
{
    int rc = nononion_netinfo_decode(netinfo, data, size);
    return rc == NONONION_OK && netinfo->other.type == 0 ? NONONION_E_INVALID : rc;
}

static int create2_decode(struct nononion_create2 *create, const uint8_t *data, size_t size)
{
    return nononion_create2_decode(create, data,
                                   size < NONONION_CELL_BODY_LEN ? size : NONONION_CELL_BODY_LEN);
}

static int created2_decode(struct nononion_created2 *created, const uint8_t *data, size_t size)
{
    return nononion_created2_decode(created, data,
                                    size < NONONION_CELL_BODY_LEN ? size : NONONION_CELL_BODY_LEN);
}

RECODE(netinfo, netinfo_decode, nononion_netinfo_encode)
RECODE(create2, create2_decode, nononion_create2_encode)
RECODE(created2, created2_decode, nononion_created2_encode)
RECODE(extend2, nononion_extend2_decode, nononion_extend2_encode)
RECODE(begin, nononion_begin_decode, nononion_begin_encode)
RECODE(connected, nononion_connected_decode, nononion_connected_encode)
RECODE(end, end_decode, nononion_end_encode)
RECODE(resolve, nononion_resolve_decode, nononion_resolve_encode)
RECODE(sendme, nononion_sendme_decode, nononion_sendme_encode)

static size_t recode_certs(const uint8_t *data, size_t size, uint8_t *out)
{
    struct nononion_cert list[256];
    struct nononion_certs certs;
    size_t n = 0, written = 0;

    if (nononion_certs_decode(&certs, data, size) != NONONION_OK)
        return 0;
    for (unsigned type = 0; type < 256; type++)
        n += nononion_certs_find(&certs, (uint8_t)type, &list[n]) == NONONION_OK;
    return recoded(nononion_certs_encode(list, n, out, ROOM, &written), written);
}

static size_t recode_resolved(const uint8_t *data, size_t size, uint8_t *out)
{
    struct nononion_answer answers[100];
    size_t count = 100, written = 0;

    if (nononion_resolved_decode(answers, &count, data, size) != NONONION_OK)
        return 0;
    return recoded(nononion_resolved_encode(answers, count, out, ROOM, &written), written);
}

static size_t recode_relay(const uint8_t *data, size_t size, uint8_t *out)
{
    struct nononion_relay_message m;

    if (size < NONONION_CELL_BODY_LEN || nononion_relay_decode(&m, data) != NONONION_OK)
        return 0;
    return recoded(nononion_relay_encode(&m, NULL, out), NONONION_CELL_BODY_LEN);
}

/* Those without an encoder for what they give: they may only stay inside of their input. */
static size_t recode_nothing(const uint8_t *data, size_t size, uint8_t *out)
{
    struct nononion_auth_challenge challenge;
    unsigned version;

    (void)out;
    if (nononion_auth_challenge_decode(&challenge, data, size) == NONONION_OK &&
        challenge.methods + (size_t)challenge.nmethods * 2 > data + size)
        abort();
    if (nononion_versions_choose(data, size, &version) == NONONION_OK && version != 4 &&
        version != 5)
        abort();
    (void)nononion_destroy_reason_text(nononion_destroy_reason_decode(data, size));
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static recode *const all[] = {
        recode_certs,  recode_netinfo,   recode_create2, recode_created2, recode_extend2,
        recode_begin,  recode_connected, recode_end,     recode_resolve,  recode_resolved,
        recode_sendme, recode_relay,     recode_nothing,
    };
    static uint8_t once[ROOM], twice[ROOM];

    if (size < 1)
        return 0;
    recode *f = all[data[0] % (sizeof all / sizeof all[0])];
    size_t len = f(data + 1, size - 1, once);
    if (len > 0 && (f(once, len, twice) != len || memcmp(once, twice, len) != 0))
        abort();
    return 0;
}
