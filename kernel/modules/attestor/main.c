/*
 * The attestor: the first task, and the only one that can make a Module.
 *
 * It verifies the attestations of the boot archive's images, starts the supervisor, and then answers
 * who asks for a Module: by the hash of an image of the archive, whose own bytes are minted, or with a
 * file (upload.c). What an image must be attested by is in rule.c; who shows the seal can change it. An
 * image of the archive is minted once and its Module handed out again until the rule changes.
 *
 * When it refuses something, or cannot go on, it says so on the console and in the audit log.
 */
#include "archive.h"
#include "manifest.h"
#include "refuse.h"
#include "rule.h"
#include "start.h"
#include "table.h"
#include "upload.h"
#include "verify.h"

#include <string.h>

#include <nonos/attest.h>
#include <nonos/first_task.h>
#include <nonos/server.h>
#include <nonos/thread.h>

#define BIT_SUPERVISOR 1u /* of the server's notification: it has ended */

static struct archive archive;
static struct manifest manifest;
static struct table table;
static struct rule rule;
static struct nonos_server server;
static nonos_handle seal; /* an endpoint that nobody serves: to have it is to be allowed */

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

/* Has the kernel make the Module from a copy of the archive's file. */
static int mint(struct table_entry *entry)
{
    struct mint mint = {
        .file = entry->file.data, .account = NONOS_SLOT_ACCOUNT, .grants = entry->image->grants};
    void *bytes;
    int result = nonos_memory_create(entry->file.len, 0, &mint.memory, &bytes);
    if (result < 0)
        return result;
    memcpy(bytes, entry->file.data, entry->file.len);
    result = mint_module(&mint, &entry->report, &entry->module);
    nonos_memory_free(mint.memory);
    return result;
}

_Static_assert(NONOS_STARTUP_NAME_SIZE <= NONOS_MODULE_NAME_SIZE, "names of images fit");

int attestor_module(const char *name, nonos_handle *module, uint64_t *grants)
{
    struct table_entry *entry = table_find_name(&table, name);
    if (!entry)
        return NONOS_E_NOT_FOUND;
    int result = verify_entry(entry, &rule);
    if (result >= 0 && !entry->module.root)
        result = mint(entry);
    if (result < 0) {
        refuse(name, result, &entry->report);
        /* That a file is missing is another matter than that it has another's name. */
        return result == NONOS_E_NOT_FOUND ? NONOS_E_NOT_ATTESTED : result;
    }
    *module = entry->module.shared;
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
    return entry ? answer_module(request, entry->image->image) : NONOS_E_NOT_FOUND;
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
    words[5] = entry->module.root != 0;
    memcpy(&words[6], entry->image->name, 16);
    return NONOS_OK;
}

static int on_state(struct nonos_request *request)
{
    uint64_t *words = request->out.words;
    words[0] = rule.demand.epoch;
    words[1] = rule.development ? NONOS_ATTEST_DEVELOPMENT : 0;
    words[2] = rule.demand.ndenied;
    memcpy(&words[3], rule.demand.root, sizeof(rule.demand.root));
    return NONOS_OK;
}

static int on_image(struct nonos_request *request)
{
    char name[4 * sizeof(uint64_t)];
    uint64_t *words = request->out.words;
    int result = nonos_name_from_words(name, request->in.words, 4);
    if (result < 0)
        return result;
    for (uint32_t i = 0; i < table.n; i++) {
        struct table_entry *entry = &table.entries[i];
        if (strcmp(entry->image->name, name) != 0)
            continue;
        result = verify_entry(entry, &rule);
        memcpy(words, entry->report.pseudonym, sizeof(entry->report.pseudonym));
        words[4] = entry->report.manifest.version;
        words[5] = entry->report.manifest.epoch | (uint64_t)(uint32_t)result << 32;
        words[6] = entry->report.manifest.capabilities;
        return NONOS_OK;
    }
    return NONOS_E_NOT_FOUND;
}

/* ---- changing the rule ---- */

/* Whether the request came with a capability to the seal, which only tasks with the grant can hold. */
static bool seal_shown(const struct nonos_request *request)
{
    struct nonos_cap_info ours, theirs;
    return request->in.ncaps && nonos_cap_info(seal, &ours) >= 0 &&
           nonos_cap_info(request->in.caps[0], &theirs) >= 0 && ours.object_id == theirs.object_id;
}

/* Whatever was minted by the old rule is taken back; verify_entry() decides again. */
static void rule_changed(const char *text)
{
    for (uint32_t i = 0; i < table.n; i++)
        mint_drop(&table.entries[i].module);
    upload_revoke_modules();
    nonos_logf("attestor: %s; now epoch %u, %lu denied\n", text, rule.demand.epoch,
               (unsigned long)rule.demand.ndenied);
    audit_note(text);
}

static int on_change(const struct nonos_request *request)
{
    uint8_t element[NONZK_FR_LEN];
    bool epoch = request->in.label == NONOS_ATTEST_SET_EPOCH;
    memcpy(element, &request->in.words[1], sizeof(element));
    if (!seal_shown(request))
        return NONOS_E_DENIED;
    int result =
        epoch ? rule_set_epoch(&rule, request->in.words[0], element) : rule_deny(&rule, element);
    if (result >= 0)
        rule_changed(epoch ? "a new epoch of authorities begins" : "an authority is denied");
    return result;
}

static int on_call(struct nonos_server *of, struct nonos_request *request)
{
    switch (request->in.label) {
    case NONOS_ATTEST_MINT:
        return on_mint(request);
    case NONOS_ATTEST_MINT_NAMED:
        return on_mint_named(request);
    case NONOS_ATTEST_LIST:
        return on_list(request);
    case NONOS_ATTEST_BUFFER:
        return upload_begin(of, request);
    case NONOS_ATTEST_LOAD:
        return upload_end(of, request, &rule, true);
    case NONOS_ATTEST_CHECK:
        return upload_end(of, request, &rule, false);
    case NONOS_ATTEST_STATE:
        return on_state(request);
    case NONOS_ATTEST_IMAGE:
        return on_image(request);
    case NONOS_ATTEST_SET_EPOCH:
    case NONOS_ATTEST_DENY:
        return on_change(request);
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
    audit_note(text);
}

/* The key, and every image of the archive by it; says how long that took. */
static int attestations_verify(void)
{
    uint64_t start = nonos_time_monotonic();
    int result = rule_init(&rule);
    if (result < 0)
        return result;
    uint64_t prepared = nonos_time_monotonic();
    table_fill(&table, &manifest, &archive);
    verify_all(&table, &rule);
    uint64_t verified = nonos_time_monotonic();
    uint32_t good = 0;
    for (uint32_t i = 0; i < table.n; i++) {
        struct table_entry *entry = &table.entries[i];
        if (entry->result >= 0)
            good++;
        else
            refuse(entry->image->image, entry->result, &entry->report);
    }
    nonos_logf("attestor: %u of %u images are attested%s; key %u ms, proofs %u ms\n", good, table.n,
               rule.development ? " by the DEVELOPMENT AUTHORITY" : "",
               (uint32_t)((prepared - start) / 1000000),
               (uint32_t)((verified - prepared) / 1000000));
    return NONOS_OK;
}

/* Verifying takes long: from now on at the priority of who asks, which IPC lends, or of a program. */
static int priority_lower(void)
{
    return nonos_thread_sched(nonos_thread_self()->handle, NONOS_PRIORITY_PROGRAM, ~0u);
}

static int endpoints_make(nonos_handle *endpoint)
{
    int result = nonos_object_create(NONOS_SLOT_ACCOUNT, NONOS_OBJECT_ENDPOINT, 0, 0, 0, endpoint);
    if (result >= 0)
        result = nonos_object_create(NONOS_SLOT_ACCOUNT, NONOS_OBJECT_ENDPOINT, NONOS_GRANT_ATTEST,
                                     0, 0, &seal);
    return result;
}

int main(void)
{
    static const struct nonos_server_ops ops = {
        .call = on_call, .closed = upload_closed, .signalled = on_signalled};
    nonos_handle endpoint, task;
    int result = nonos_cap_set(NONOS_NAME_SYSTEM, NONOS_FIRST_SYSTEM);
    if (result >= 0)
        result = archive_map();
    if (result < 0)
        return start_failed("the boot archive", result);
    result = manifest_read();
    if (result < 0)
        return start_failed("the manifest", result);
    result = attestations_verify();
    if (result < 0)
        return start_failed("the verifying key", result);
    result = endpoints_make(&endpoint);
    if (result >= 0)
        result = nonos_server_init(&server, endpoint, &ops, NULL);
    if (result >= 0)
        result = supervisor_start(endpoint, seal, &task);
    if (result >= 0)
        result = nonos_notify_watch(task, server.notification, BIT_SUPERVISOR);
    if (result >= 0)
        result = priority_lower();
    if (result < 0)
        return start_failed("the supervisor", result);
    return start_failed("its endpoint", nonos_server_run(&server));
}
