/*
 * The attestor: the first task, and the only one that can make a Module.
 *
 * It checks the boot archive and its manifest, starts the supervisor, and then answers who asks for
 * a Module, by the hash of an image. What is minted are always the archive's own bytes, which
 * nobody can write. An image is minted once and its Module handed out again. The attestor never
 * touches a client's memory, which the client could take back meanwhile.
 *
 * When it refuses something, or cannot go on, it says so on the console and in the audit log.
 */
#include "archive.h"
#include "image.h"
#include "manifest.h"
#include "start.h"
#include "table.h"

#include <string.h>

#include <nonos/attest.h>
#include <nonos/first_task.h>
#include <nonos/server.h>

#define BIT_SUPERVISOR 1u /* of the server's notification: it has ended */

static struct archive archive;
static struct manifest manifest;
static struct table table;
static struct nonos_server server;

static int start_failed(const char *what, int result)
{
    nonos_logf("attestor: %s: %s\n", what, nonos_strerror(result));
    return 1;
}

static int archive_map(void)
{
    struct nonos_cap_info info;
    void *bytes;
    int result = nonos_cap_info(NONOS_FIRST_ARCHIVE, &info);
    if (result >= 0)
        result = nonos_memory_map(NONOS_FIRST_ARCHIVE, info.size, NONOS_PROT_READ, &bytes);
    return result < 0 ? result : archive_open(&archive, bytes, info.size);
}

static int manifest_read(void)
{
    struct archive_file file;
    struct manifest_error error;
    int result = archive_find(&archive, NONOS_ARCHIVE_MANIFEST, &file);
    if (result >= 0)
        result = archive_check(&file);
    if (result >= 0)
        result = manifest_parse(&manifest, (const char *)file.data, file.len, &error);
    if (result == NONOS_E_INVALID)
        nonos_logf("attestor: manifest, line %u: %s\n", error.line, error.what);
    return result;
}

/* Says on the console and in the audit log what was refused: a and b are the first bytes of the
 * image's BLAKE3. */
static void refuse(const uint8_t hash[32], const char *text)
{
    uint64_t words[2];
    memcpy(words, hash, sizeof(words));
    nonos_logf("attestor: refused %s, BLAKE3 %016lx...\n", text, __builtin_bswap64(words[0]));
    (void)nonos_audit_append(NONOS_FIRST_AUDIT, NONOS_AUDIT_MODULE_REFUSED, words[0], words[1],
                             text, strlen(text));
}

/* Has the kernel make the Module from a copy of the archive's file. */
static int mint(struct table_entry *entry)
{
    const uint32_t rights = NONOS_MODULE_LOAD | NONOS_RIGHT_INSPECT | NONOS_RIGHT_GRANT;
    struct nonos_image image;
    nonos_handle copy, module;
    void *bytes;
    memset(&image, 0, sizeof(image));
    strcpy(image.name, entry->image->name);
    memcpy(image.hash, entry->file.hash, sizeof(image.hash));
    image.grants = entry->image->grants;
    int result = image_decode(&image, entry->file.data, entry->file.len);
    if (result < 0)
        return result;
    result = nonos_memory_create(entry->file.len, 0, &copy, &bytes);
    if (result < 0)
        return result;
    memcpy(bytes, entry->file.data, entry->file.len);
    result = nonos_module_mint(NONOS_FIRST_MODULE, NONOS_SLOT_ACCOUNT, copy, entry->file.len,
                               &image, &module);
    nonos_memory_free(copy);
    if (result < 0)
        return result;
    result = nonos_cap_derive(module, rights, 0, NONOS_NEVER, 0, &entry->module);
    if (result < 0)
        (void)nonos_cap_delete(module);
    return result;
}

_Static_assert(NONOS_STARTUP_NAME_SIZE <= NONOS_MODULE_NAME_SIZE, "names of images fit");

int attestor_module(const char *name, nonos_handle *module, uint64_t *grants)
{
    struct table_entry *entry = table_find_name(&table, name);
    if (!entry)
        return NONOS_E_NOT_FOUND;
    int result = entry->module ? NONOS_OK : mint(entry);
    if (result < 0) {
        refuse(entry->file.hash, name);
        return result;
    }
    *module = entry->module;
    *grants = entry->image->grants;
    return NONOS_OK;
}

static int answer_module(struct nonos_request *request, const char *name)
{
    nonos_handle module;
    int result = attestor_module(name, &module, &request->out.words[0]);
    return result < 0 ? result : nonos_request_give(request, module);
}

static int on_mint(struct nonos_request *request)
{
    uint8_t hash[32];
    memcpy(hash, &request->in.words[1], sizeof(hash));
    const struct table_entry *entry = table_find_hash(&table, hash, (size_t)request->in.words[0]);
    if (!entry) {
        refuse(hash, "an image that is not listed");
        return NONOS_E_NOT_ATTESTED;
    }
    return answer_module(request, entry->image->image);
}

static int on_mint_named(struct nonos_request *request)
{
    char name[NONOS_IPC_WORDS * sizeof(uint64_t)];
    int result = nonos_name_from_words(name, request->in.words, NONOS_IPC_WORDS);
    return result < 0 ? result : answer_module(request, name);
}

static int on_list(struct nonos_request *request)
{
    uint64_t index = request->in.words[0];
    uint64_t *words = request->out.words;
    if (index >= table.n)
        return NONOS_E_NOT_FOUND;
    const struct table_entry *entry = &table.entries[index];
    words[0] = entry->image->grants;
    memcpy(&words[1], entry->file.hash, 32);
    words[5] = entry->module != 0;
    memcpy(&words[6], entry->image->name, 16);
    return NONOS_OK;
}

static int on_call(struct nonos_server *of, struct nonos_request *request)
{
    (void)of;
    switch (request->in.label) {
    case NONOS_ATTEST_MINT:
        return on_mint(request);
    case NONOS_ATTEST_MINT_NAMED:
        return on_mint_named(request);
    case NONOS_ATTEST_LIST:
        return on_list(request);
    default:
        return NONOS_E_NO_CALL;
    }
}

/* Nothing is restarted from now on. What runs goes on; the state of modules is known to nobody, so
 * there is no second supervisor. */
static void on_signalled(struct nonos_server *of, uint64_t bits)
{
    static const char text[] = "the supervisor has ended";
    (void)of;
    if (!(bits & BIT_SUPERVISOR))
        return;
    nonos_logf("attestor: %s\n", text);
    (void)nonos_audit_append(NONOS_FIRST_AUDIT, NONOS_AUDIT_USER, 0, 0, text, strlen(text));
}

int main(void)
{
    static const struct nonos_server_ops ops = {.call = on_call, .signalled = on_signalled};
    nonos_handle endpoint, task;
    int result = nonos_cap_set(NONOS_NAME_SYSTEM, NONOS_FIRST_SYSTEM);
    if (result >= 0)
        result = archive_map();
    if (result < 0)
        return start_failed("the boot archive", result);
    result = manifest_read();
    if (result < 0)
        return start_failed("the manifest", result);
    table_fill(&table, &manifest, &archive);
    result = nonos_object_create(NONOS_SLOT_ACCOUNT, NONOS_OBJECT_ENDPOINT, 0, 0, 0, &endpoint);
    if (result >= 0)
        result = nonos_server_init(&server, endpoint, &ops, NULL);
    if (result >= 0)
        result = supervisor_start(endpoint, &task);
    if (result >= 0)
        result = nonos_notify_watch(task, server.notification, BIT_SUPERVISOR);
    if (result < 0)
        return start_failed("the supervisor", result);
    return start_failed("its endpoint", nonos_server_run(&server));
}
