#include <nononion/circuit_cell.h>

#include <nononion/cell.h>

#include "cell/bytes.h"

static struct nononion_create2 create2_read(struct byte_reader *r)
{
    struct nononion_create2 create;

    create.type = byte_reader_u16(r);
    create.len = byte_reader_u16(r);
    create.data = byte_reader_take(r, create.len);
    return create;
}

static void create2_write(struct byte_writer *w, const struct nononion_create2 *create)
{
    byte_writer_u16(w, create->type);
    byte_writer_u16(w, create->len);
    byte_writer_copy(w, create->data, create->len);
}

int nononion_create2_decode(struct nononion_create2 *create, const uint8_t *body, size_t len)
{
    struct byte_reader r = byte_reader(body, len);
    struct nononion_create2 got = create2_read(&r);

    if (r.failed || got.len == 0)
        return NONONION_E_MALFORMED;
    *create = got;
    return NONONION_OK;
}

int nononion_create2_encode(const struct nononion_create2 *create, uint8_t *out, size_t size,
                            size_t *written)
{
    struct byte_writer w = byte_writer(out, size);

    if (create->len == 0 || create->len > NONONION_CELL_BODY_LEN - 4)
        return NONONION_E_INVALID;
    create2_write(&w, create);
    return byte_writer_finish(&w, written);
}

int nononion_created2_decode(struct nononion_created2 *created, const uint8_t *body, size_t len)
{
    struct byte_reader r = byte_reader(body, len);
    struct nononion_created2 got;

    got.len = byte_reader_u16(&r);
    got.data = byte_reader_take(&r, got.len);
    if (r.failed || got.len == 0)
        return NONONION_E_MALFORMED;
    *created = got;
    return NONONION_OK;
}

int nononion_created2_encode(const struct nononion_created2 *created, uint8_t *out, size_t size,
                             size_t *written)
{
    struct byte_writer w = byte_writer(out, size);

    if (created->len == 0 || created->len > NONONION_CELL_BODY_LEN - 2)
        return NONONION_E_INVALID;
    byte_writer_u16(&w, created->len);
    byte_writer_copy(&w, created->data, created->len);
    return byte_writer_finish(&w, written);
}

uint8_t nononion_destroy_reason_decode(const uint8_t *body, size_t len)
{
    return len > 0 ? body[0] : NONONION_DESTROY_NONE;
}

const char *nononion_destroy_reason_text(uint8_t reason)
{
    static const char *const text[] = {
        [NONONION_DESTROY_NONE] = "no reason given",
        [NONONION_DESTROY_PROTOCOL] = "protocol violation",
        [NONONION_DESTROY_INTERNAL] = "internal error",
        [NONONION_DESTROY_REQUESTED] = "asked to by the client",
        [NONONION_DESTROY_HIBERNATING] = "relay hibernates",
        [NONONION_DESTROY_RESOURCELIMIT] = "relay is out of resources",
        [NONONION_DESTROY_CONNECTFAILED] = "next relay cannot be reached",
        [NONONION_DESTROY_OR_IDENTITY] = "next relay has another identity",
        [NONONION_DESTROY_CHANNEL_CLOSED] = "channel was closed",
        [NONONION_DESTROY_FINISHED] = "circuit expired",
        [NONONION_DESTROY_TIMEOUT] = "circuit took too long to build",
        [NONONION_DESTROY_DESTROYED] = "circuit was destroyed",
        [NONONION_DESTROY_NOSUCHSERVICE] = "no such onion service",
    };
    return reason < sizeof text / sizeof text[0] ? text[reason] : "unknown reason";
}

/* The only length that a specifier of this type may have, or -1 if the type is unknown. */
static int link_specifier_len(uint8_t type)
{
    switch (type) {
    case NONONION_LINK_IPV4:
        return 6;
    case NONONION_LINK_IPV6:
        return 18;
    case NONONION_LINK_RSA_ID:
        return 20;
    case NONONION_LINK_ED25519:
        return 32;
    default:
        return -1;
    }
}

/* Lengths are right, and each identity is named once at most. */
static bool links_are_sound(const struct nononion_extend2 *extend)
{
    unsigned rsa_ids = 0;
    unsigned ed25519_ids = 0;

    for (size_t i = 0; i < extend->nlinks; i++) {
        const struct nononion_link_specifier *link = &extend->link[i];
        int want = link_specifier_len(link->type);
        if (want >= 0 && link->len != want)
            return false;
        rsa_ids += link->type == NONONION_LINK_RSA_ID;
        ed25519_ids += link->type == NONONION_LINK_ED25519;
    }
    return rsa_ids <= 1 && ed25519_ids <= 1;
}

int nononion_extend2_decode(struct nononion_extend2 *extend, const uint8_t *body, size_t len)
{
    struct byte_reader r = byte_reader(body, len);
    struct nononion_extend2 got;

    got.nlinks = byte_reader_u8(&r);
    if (got.nlinks > NONONION_LINK_SPECIFIERS_MAX)
        return NONONION_E_NO_SPACE;
    for (size_t i = 0; i < got.nlinks; i++) {
        got.link[i].type = byte_reader_u8(&r);
        got.link[i].len = byte_reader_u8(&r);
        got.link[i].data = byte_reader_take(&r, got.link[i].len);
    }
    got.create = create2_read(&r);
    if (r.failed || got.create.len == 0 || !links_are_sound(&got))
        return NONONION_E_MALFORMED;
    for (size_t i = got.nlinks; i < NONONION_LINK_SPECIFIERS_MAX; i++)
        got.link[i] = (struct nononion_link_specifier){.data = NULL};
    *extend = got;
    return NONONION_OK;
}

int nononion_extend2_encode(const struct nononion_extend2 *extend, uint8_t *out, size_t size,
                            size_t *written)
{
    struct byte_writer w = byte_writer(out, size);

    if (extend->nlinks > NONONION_LINK_SPECIFIERS_MAX || extend->create.len == 0 ||
        !links_are_sound(extend))
        return NONONION_E_INVALID;
    byte_writer_u8(&w, (uint8_t)extend->nlinks);
    for (size_t i = 0; i < extend->nlinks; i++) {
        byte_writer_u8(&w, extend->link[i].type);
        byte_writer_u8(&w, extend->link[i].len);
        byte_writer_copy(&w, extend->link[i].data, extend->link[i].len);
    }
    create2_write(&w, &extend->create);
    return byte_writer_finish(&w, written);
}
