/*
 * A file that a client sends lies in a Memory of the attestor's own making. Invariant: nobody but the attestor can reach that
 * Memory once upload_end() has begun, because every capability that was derived from it, and every mapping under one, is revoked first. So
 * what is checked is what is minted, and a client can neither change it nor make the attestor fault on it.
 *
 * The Memory and the Module are charged to the client's Account. A Module is kept as the parent of what the client holds until nobody
 * holds it any more, so that a change of the rule can take it back.
 */
#include "upload.h"

#include <stdlib.h>

#include <nonos/attest.h>

#include "mint.h"
#include "refuse.h"
#include "verify.h"

#define UPLOADS_MAX 256u
#define MODULES_MAX 256u

struct upload {
    nonos_handle memory, account;
    nonos_handle entry; /* the server's capability to this */
    size_t len;
};

static uint32_t nuploads;
static struct minted modules[MODULES_MAX];

/* ---- modules ---- */

/* A free place; those of modules that nobody holds are freed on the way, and if none is left the first one's is. */
static struct minted *module_place(void)
{
    struct minted *place = NULL;
    for (uint32_t i = 0; i < MODULES_MAX; i++) {
        struct nonos_cap_info info;
        if (modules[i].root && nonos_cap_info(modules[i].shared, &info) >= 0 && !info.nchildren)
            mint_drop(&modules[i]);
        if (!modules[i].root && !place)
            place = &modules[i];
    }
    if (!place) {
        place = &modules[0];
        mint_drop(place);
    }
    return place;
}

void upload_revoke_modules(void)
{
    for (uint32_t i = 0; i < MODULES_MAX; i++)
        mint_drop(&modules[i]);
}

/* ---- uploads ---- */

static void upload_free(struct upload *upload)
{
    if (upload->memory) {
        (void)nonos_cap_revoke(upload->memory);
        nonos_memory_free(upload->memory);
    }
    if (upload->account)
        (void)nonos_cap_delete(upload->account);
    free(upload);
    nuploads--;
}

void upload_closed(struct nonos_server *server, void *object)
{
    (void)server;
    upload_free(object);
}

static int upload_open(struct nonos_server *server, struct upload *upload, nonos_handle *shared)
{
    const uint32_t rights =
        NONOS_MEMORY_READ | NONOS_MEMORY_WRITE | NONOS_RIGHT_INSPECT | NONOS_RIGHT_GRANT;
    int result = nonos_object_create(upload->account, NONOS_OBJECT_MEMORY,
                                     nonos_page_round(upload->len), 0, 0, &upload->memory);
    if (result < 0) {
        upload->memory = 0;
        return result;
    }
    result = nonos_cap_derive(upload->memory, rights, 0, NONOS_NEVER, 0, shared);
    if (result >= 0)
        result = nonos_server_open(server, upload, NONOS_ENDPOINT_SEND, &upload->entry);
    return result;
}

int upload_begin(struct nonos_server *server, struct nonos_request *request)
{
    nonos_handle shared = 0;
    uint64_t len = request->in.words[0];
    if (!len || !request->in.ncaps)
        return NONOS_E_INVALID;
    if (len > NONOS_ATTEST_FILE_MAX)
        return NONOS_E_TOO_BIG;
    if (nuploads == UPLOADS_MAX)
        return NONOS_E_BUSY;
    struct upload *upload = calloc(1, sizeof(*upload));
    if (!upload)
        return NONOS_E_NO_MEMORY;
    nuploads++;
    upload->len = (size_t)len;
    upload->account = nonos_request_take(request, 0);
    int result = upload_open(server, upload, &shared);
    if (result < 0) {
        upload_free(upload);
        return result;
    }
    result = nonos_request_give(request, shared);
    return result < 0 ? result : nonos_request_give(request, upload->entry);
}

static int module_make(const struct upload *upload, const uint8_t *file,
                       const struct nonzk_module_report *report, struct nonos_request *request)
{
    const struct mint mint = {file, upload->memory, upload->account, report->manifest.capabilities};
    struct minted *minted = module_place();
    int result = mint_module(&mint, report, minted);
    if (result < 0)
        return result;
    request->out.words[0] = report->manifest.capabilities;
    return nonos_request_give(request, minted->shared);
}

static int upload_judge(const struct upload *upload, struct nonos_request *request,
                        const struct rule *rule, bool mint)
{
    struct nonzk_module_report report = {.elf_len = 0};
    void *file;
    int result = nonos_cap_revoke(upload->memory);
    if (result >= 0)
        result = nonos_memory_map(upload->memory, upload->len, NONOS_PROT_READ, &file);
    if (result < 0)
        return result;
    result = verify_file(&report, rule, file, upload->len);
    if (!mint) {
        request->out.words[0] = (uint32_t)result;
        request->out.words[1] = report.manifest.capabilities;
        return NONOS_OK;
    }
    if (result >= 0)
        result = module_make(upload, file, &report, request);
    if (result < 0)
        refuse(report.elf_len ? report.manifest.name : "a file", result, &report);
    return result;
}

int upload_end(struct nonos_server *server, struct nonos_request *request, const struct rule *rule,
               bool mint)
{
    struct upload *upload = request->object;
    if (!upload)
        return NONOS_E_INVALID;
    int result = upload_judge(upload, request, rule, mint);
    nonos_server_close(server, upload->entry);
    upload_free(upload);
    return result;
}
