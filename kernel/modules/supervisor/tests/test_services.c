/*
 * Whose turn it is to serve, and who is told: services.c over the few system calls that it makes, which are played here.
 */
#include <check_main.h>

#include "../supervisor.h"

#define CAPS_MAX    256u
#define ANSWERS_MAX 128u

/* disk-a, disk-b and disk-c can serve "block"; disk-b and disk-c "extra"; the others are clients, or nobody. */
enum { DISK_A, DISK_B, DISK_C, VFS, SHELL, STRANGER, ATTESTOR, NMODULES };

struct supervisor supervisor;

static struct cap {
    bool used;
    nonos_handle parent;
    uint32_t rights;
    uint64_t badge, grants;
} caps[CAPS_MAX];
static unsigned calls_left = 1000; /* of those that make a capability */

static struct answer {
    nonos_handle reply;
    int result;
    uint64_t generation;
    struct cap cap; /* as it was when it was sent */
} answers[ANSWERS_MAX];
static unsigned nanswers;

static const struct module *started[16], *killed[16];
static unsigned nstarted, nkilled;

/* ---- the kernel, and the rest of the supervisor ---- */

static struct cap *cap_of(nonos_handle handle)
{
    ck_assert_msg(handle != 0 && handle < CAPS_MAX && caps[handle].used, "no capability %u",
                  handle);
    return &caps[handle];
}

static int cap_new(struct cap what, nonos_handle *handle)
{
    if (calls_left == 0)
        return NONOS_E_NO_MEMORY;
    calls_left--;
    for (nonos_handle i = 1; i < CAPS_MAX; i++)
        if (!caps[i].used) {
            caps[i] = what;
            caps[i].used = true;
            *handle = i;
            return NONOS_OK;
        }
    ck_abort_msg("capabilities are never given back");
}

static unsigned ncaps(void)
{
    unsigned n = 0;
    for (unsigned i = 0; i < CAPS_MAX; i++)
        n += caps[i].used;
    return n;
}

int nonos_object_create(nonos_handle account, uint32_t type, uint64_t arg0, uint64_t arg1,
                        nonos_handle root, nonos_handle *handle)
{
    ck_assert_uint_eq(account, NONOS_SLOT_ACCOUNT);
    ck_assert_uint_eq(type, NONOS_OBJECT_ENDPOINT);
    ck_assert_uint_eq(arg1 | root, 0);
    return cap_new((struct cap){.grants = arg0}, handle);
}

int nonos_cap_derive(nonos_handle cap, uint32_t rights, uint64_t badge, uint64_t expiry_ms,
                     uint32_t flags, nonos_handle *handle)
{
    ck_assert_uint_eq(expiry_ms, NONOS_NEVER);
    ck_assert_uint_eq(flags, 0);
    return cap_new(
        (struct cap){
            .parent = cap, .rights = rights, .badge = badge, .grants = cap_of(cap)->grants},
        handle);
}

int nonos_cap_delete(nonos_handle cap)
{
    cap_of(cap)->used = false;
    return NONOS_OK;
}

int nonos_cap_revoke(nonos_handle cap)
{
    (void)cap_of(cap);
    for (unsigned i = 0; i < CAPS_MAX; i++)
        if (caps[i].parent == cap)
            caps[i].used = false;
    return NONOS_OK;
}

void nonos_server_answer(struct nonos_server *server, nonos_handle reply, int result,
                         struct nonos_message *out)
{
    ck_assert_ptr_eq(server, &supervisor.server);
    ck_assert_uint_lt(nanswers, ANSWERS_MAX);
    struct answer *a = &answers[nanswers++];
    *a = (struct answer){.reply = reply, .result = result, .generation = out->words[3]};
    if (result >= 0 && out->ncaps)
        a->cap = *cap_of(out->caps[0]);
}

void module_start(struct module *module)
{
    ck_assert_uint_lt(nstarted, 16);
    started[nstarted++] = module;
    module->state = NONOS_MODULE_STARTING;
}

void module_kill(struct module *module)
{
    ck_assert_uint_lt(nkilled, 16);
    killed[nkilled++] = module;
}

bool module_given(const struct module *module, uint32_t index, char *text, size_t size)
{
    if (index > 0)
        return false;
    snprintf(text, size, "give %s", module->what->image.name);
    return true;
}

/* ---- what the tests say ---- */

static struct module *module(unsigned index)
{
    return &supervisor.modules[index];
}

static void serves(unsigned index, const char *service, uint64_t grants)
{
    struct manifest_module *what = &supervisor.manifest.modules[index];
    strcpy(what->serves[what->nserves].name, service);
    what->serves[what->nserves++].grants = grants;
}

static void setup(void)
{
    static const char *const names[] = {"disk-a", "disk-b",   "disk-c",  "vfs",
                                        "shell",  "stranger", "attestor"};
    struct manifest *manifest = &supervisor.manifest;
    manifest->nmodules = NMODULES;
    serves(DISK_A, "block", 8);
    serves(DISK_B, "block", 8);
    serves(DISK_B, "extra", 0);
    serves(DISK_C, "block", 8);
    serves(DISK_C, "extra", 0);
    strcpy(manifest->modules[VFS].connects[0].name, "block");
    manifest->modules[VFS].nconnects = 1;
    manifest->modules[SHELL].gives[0].kind = GIVE_CLOCK;
    manifest->modules[SHELL].gives[1].kind = GIVE_SERVICE;
    strcpy(manifest->modules[SHELL].gives[1].service, "extra");
    manifest->modules[SHELL].ngives = 2;
    for (unsigned i = 0; i < NMODULES; i++) {
        strcpy(manifest->modules[i].image.name, names[i]);
        manifest->modules[i].started = i != ATTESTOR;
        module(i)->what = &manifest->modules[i];
        module(i)->index = i;
        module(i)->state = NONOS_MODULE_STOPPED;
        services_add(module(i));
    }
}

static const struct service *block(void)
{
    return service_find("block");
}

/* The module runs, and its services have their endpoints. */
static void runs(unsigned index)
{
    ck_assert_int_eq(services_take(module(index)), 0);
    ck_assert_int_eq(services_open(module(index)), 0);
    module(index)->state = NONOS_MODULE_RUNNING;
}

static uint64_t badge_of(unsigned client)
{
    return NONOS_SERVICE_BADGE | (client + 1);
}

static nonos_handle last_reply;

static int call_badged(uint64_t badge, uint32_t label, const char *name, uint64_t generation,
                       struct nonos_request *r)
{
    *r = (struct nonos_request){.badge = badge, .reply = ++last_reply};
    r->in.label = label;
    ck_assert_int_eq(nonos_words_from_name(r->in.words, 3, name), 0);
    r->in.words[3] = generation;
    return supervisor_call(&supervisor.server, r);
}

static int call(unsigned client, uint32_t label, const char *name, uint64_t generation)
{
    struct nonos_request r;
    return call_badged(badge_of(client), label, name, generation, &r);
}

static int control(uint32_t label, const char *name)
{
    struct nonos_request r;
    return call_badged(badge_of(SHELL) | NONOS_SUPERVISOR_CONTROL, label, name, 0, &r);
}

/* ---- turns ---- */

START_TEST(the_first_provider_in_the_manifest_has_the_first_turn)
{
    ck_assert_uint_eq(supervisor.nservices, 2);
    ck_assert_ptr_eq(block()->module, module(DISK_A));
    ck_assert_ptr_eq(service_find("extra")->module, module(DISK_B));
    ck_assert_ptr_null(service_find("nothing"));
}
END_TEST

START_TEST(a_provider_keeps_its_turn_until_it_is_over)
{
    static const enum nonos_module_state states[] = {NONOS_MODULE_STARTING, NONOS_MODULE_RUNNING,
                                                     NONOS_MODULE_WAITING};
    module(DISK_A)->state = states[_i];
    ck_assert_int_eq(services_take(module(DISK_C)), NONOS_E_BUSY);
    ck_assert_ptr_eq(block()->module, module(DISK_A));
}
END_TEST

START_TEST(a_provider_that_is_over_loses_its_turn)
{
    static const enum nonos_module_state states[] = {NONOS_MODULE_STOPPED, NONOS_MODULE_FAILED};
    module(DISK_A)->state = states[_i];
    ck_assert_int_eq(services_take(module(DISK_C)), 0);
    ck_assert_ptr_eq(block()->module, module(DISK_C));
    ck_assert_ptr_eq(service_find("extra")->module, module(DISK_C));
}
END_TEST

START_TEST(a_provider_of_several_services_gets_all_of_them_or_none)
{
    module(DISK_A)->state = NONOS_MODULE_FAILED;
    module(DISK_B)->state = NONOS_MODULE_RUNNING; /* with "extra" */
    ck_assert_int_eq(services_take(module(DISK_C)), NONOS_E_BUSY);
    ck_assert_ptr_eq(block()->module, module(DISK_A));
    ck_assert_ptr_eq(service_find("extra")->module, module(DISK_B));
}
END_TEST

START_TEST(who_has_the_turn_may_take_it_again)
{
    runs(DISK_A);
    ck_assert_int_eq(services_take(module(DISK_A)), 0);
}
END_TEST

START_TEST(the_next_provider_is_started_when_one_gives_up)
{
    runs(DISK_A);
    module(DISK_A)->state = NONOS_MODULE_FAILED;
    services_abandon(module(DISK_A));
    ck_assert_uint_eq(nstarted, 1);
    ck_assert_ptr_eq(started[0], module(DISK_B));
    ck_assert_ptr_eq(block()->module, module(DISK_B));
}
END_TEST

START_TEST(a_provider_that_is_at_work_elsewhere_is_passed_over)
{
    runs(DISK_A);
    module(DISK_B)->state = NONOS_MODULE_WAITING;
    module(DISK_A)->state = NONOS_MODULE_FAILED;
    service_find("extra")->module = module(DISK_C);
    services_abandon(module(DISK_A));
    ck_assert_uint_eq(nstarted, 1);
    ck_assert_ptr_eq(started[0], module(DISK_C));
}
END_TEST

START_TEST(turns_do_not_go_back_to_an_earlier_provider)
{
    runs(DISK_C);
    module(DISK_C)->state = NONOS_MODULE_FAILED;
    services_abandon(module(DISK_C));
    ck_assert_uint_eq(nstarted, 0);
    ck_assert_ptr_eq(block()->module, module(DISK_C));
}
END_TEST

START_TEST(the_turn_goes_down_the_manifest_to_the_last_one)
{
    for (unsigned i = DISK_A; i <= DISK_C; i++) {
        ck_assert_ptr_eq(block()->module, module(i));
        ck_assert_int_eq(services_open(module(i)), 0);
        module(i)->state = NONOS_MODULE_FAILED;
        services_abandon(module(i));
        ck_assert_uint_eq(block()->endpoint, 0);
    }
    ck_assert_uint_eq(nstarted, 2);
    ck_assert_uint_eq(ncaps(), 0);
}
END_TEST

/* ---- endpoints and connections ---- */

START_TEST(an_endpoint_has_the_grants_of_its_service)
{
    runs(DISK_A);
    ck_assert_uint_eq(cap_of(block()->endpoint)->grants, 8);
    ck_assert_uint_eq(block()->generation, 1);
    ck_assert_uint_eq(service_find("extra")->endpoint, 0);
}
END_TEST

START_TEST(to_open_twice_changes_nothing)
{
    runs(DISK_A);
    nonos_handle endpoint = block()->endpoint;
    ck_assert_int_eq(services_open(module(DISK_A)), 0);
    ck_assert_uint_eq(block()->endpoint, endpoint);
    ck_assert_uint_eq(block()->generation, 1);
}
END_TEST

START_TEST(an_endpoint_that_cannot_be_made_leaves_the_service_closed)
{
    calls_left = 0;
    ck_assert_int_eq(services_open(module(DISK_A)), NONOS_E_NO_MEMORY);
    ck_assert_uint_eq(block()->endpoint, 0);
    ck_assert_uint_eq(block()->generation, 0);
}
END_TEST

START_TEST(connections_end_with_the_provider)
{
    nonos_handle connection;
    runs(DISK_A);
    ck_assert_int_eq(service_connect(block(), module(VFS), &connection), 0);
    services_close(module(DISK_B)); /* not its turn */
    ck_assert_uint_eq(ncaps(), 2);
    services_close(module(DISK_A));
    ck_assert_uint_eq(ncaps(), 0);
    ck_assert_int_eq(service_connect(block(), module(VFS), &connection), NONOS_E_BUSY);
    ck_assert_int_eq(services_open(module(DISK_A)), 0);
    ck_assert_uint_eq(block()->generation, 2);
}
END_TEST

START_TEST(who_is_listed_is_connected_under_its_own_badge)
{
    runs(DISK_A);
    module(DISK_B)->state = NONOS_MODULE_STOPPED;
    ck_assert_int_eq(services_open(module(DISK_B)), 0);
    unsigned before = ncaps();
    ck_assert_int_eq(call(VFS, NONOS_SUPERVISOR_CONNECT, "block", 0), NONOS_SERVER_LATER);
    ck_assert_int_eq(call(SHELL, NONOS_SUPERVISOR_CONNECT, "extra", 0), NONOS_SERVER_LATER);
    ck_assert_uint_eq(nanswers, 2);
    for (unsigned i = 0; i < 2; i++) {
        ck_assert_int_eq(answers[i].result, 0);
        ck_assert_uint_eq(answers[i].reply, i + 1);
        ck_assert_uint_eq(answers[i].generation, 1);
        ck_assert_uint_eq(answers[i].cap.badge, badge_of(i == 0 ? VFS : SHELL));
        ck_assert_uint_eq(answers[i].cap.rights,
                          NONOS_ENDPOINT_SEND | NONOS_RIGHT_INSPECT | NONOS_RIGHT_GRANT);
    }
    ck_assert_uint_eq(answers[0].cap.parent, block()->endpoint);
    ck_assert_uint_eq(ncaps(), before); /* handed over */
}
END_TEST

START_TEST(who_is_not_listed_is_not_connected)
{
    struct nonos_request r;
    runs(DISK_A);
    ck_assert_int_eq(call(STRANGER, NONOS_SUPERVISOR_CONNECT, "block", 0), NONOS_E_DENIED);
    ck_assert_int_eq(call(SHELL, NONOS_SUPERVISOR_WAIT, "block", 0), NONOS_E_DENIED);
    ck_assert_int_eq(call(VFS, NONOS_SUPERVISOR_CONNECT, "nothing", 0), NONOS_E_NOT_FOUND);
    static const uint64_t badges[] = {0, VFS + 1, NONOS_SERVICE_BADGE,
                                      NONOS_SERVICE_BADGE | (NMODULES + 1)};
    for (unsigned i = 0; i < sizeof(badges) / sizeof(badges[0]); i++)
        ck_assert_int_eq(call_badged(badges[i], NONOS_SUPERVISOR_CONNECT, "block", 0, &r),
                         NONOS_E_DENIED);
    ck_assert_uint_eq(nanswers, 0);
    ck_assert_uint_eq(ncaps(), 1);
}
END_TEST

START_TEST(a_name_without_an_end_is_refused)
{
    struct nonos_request r = {.badge = badge_of(VFS)};
    memset(r.in.words, 'x', sizeof(r.in.words));
    for (r.in.label = NONOS_SUPERVISOR_CONNECT; r.in.label <= NONOS_SUPERVISOR_RESTART;
         r.in.label++)
        ck_assert_int_lt(supervisor_call(&supervisor.server, &r), 0);
}
END_TEST

START_TEST(nobody_waits_in_connect)
{
    ck_assert_int_eq(call(VFS, NONOS_SUPERVISOR_CONNECT, "block", 0), NONOS_E_BUSY);
}
END_TEST

/* ---- who waits ---- */

START_TEST(who_waits_is_connected_when_the_service_comes_again)
{
    runs(DISK_A);
    ck_assert_int_eq(call(VFS, NONOS_SUPERVISOR_WAIT, "block", 0), NONOS_SERVER_LATER);
    ck_assert_uint_eq(nanswers, 1); /* at once: the generation is new */
    ck_assert_int_eq(call(VFS, NONOS_SUPERVISOR_WAIT, "block", 1), NONOS_SERVER_LATER);
    ck_assert_uint_eq(nanswers, 1);
    services_close(module(DISK_A));
    ck_assert_uint_eq(nanswers, 1);
    ck_assert_int_eq(services_open(module(DISK_A)), 0);
    ck_assert_uint_eq(nanswers, 2);
    ck_assert_uint_eq(answers[1].reply, 2);
    ck_assert_uint_eq(answers[1].generation, 2);
    ck_assert_uint_eq(answers[1].cap.badge, badge_of(VFS));
    ck_assert_uint_eq(answers[1].cap.parent, block()->endpoint);
    ck_assert_uint_eq(ncaps(), 1);
}
END_TEST

START_TEST(who_waits_for_one_service_hears_nothing_of_another)
{
    runs(DISK_A);
    ck_assert_int_eq(call(VFS, NONOS_SUPERVISOR_WAIT, "block", 1), NONOS_SERVER_LATER);
    ck_assert_int_eq(services_open(module(DISK_B)), 0);
    ck_assert_uint_eq(nanswers, 0);
}
END_TEST

START_TEST(who_waits_is_answered_with_the_error_if_no_connection_can_be_made)
{
    runs(DISK_A);
    ck_assert_int_eq(call(VFS, NONOS_SUPERVISOR_WAIT, "block", 1), NONOS_SERVER_LATER);
    services_close(module(DISK_A));
    calls_left = 1; /* the endpoint */
    ck_assert_int_eq(services_open(module(DISK_A)), 0);
    ck_assert_uint_eq(nanswers, 1);
    ck_assert_int_eq(answers[0].result, NONOS_E_NO_MEMORY);
}
END_TEST

START_TEST(who_waits_gets_the_next_provider)
{
    runs(DISK_A);
    ck_assert_int_eq(call(VFS, NONOS_SUPERVISOR_WAIT, "block", 1), NONOS_SERVER_LATER);
    module(DISK_A)->state = NONOS_MODULE_FAILED;
    services_abandon(module(DISK_A));
    ck_assert_uint_eq(nanswers, 0);
    ck_assert_int_eq(services_open(module(DISK_B)), 0);
    ck_assert_uint_eq(nanswers, 1);
    ck_assert_int_eq(answers[0].result, 0);
    ck_assert_uint_eq(answers[0].generation, 2);
}
END_TEST

START_TEST(who_waits_is_told_when_nothing_will_come)
{
    runs(DISK_C);
    ck_assert_int_eq(call(VFS, NONOS_SUPERVISOR_WAIT, "block", 1), NONOS_SERVER_LATER);
    module(DISK_C)->state = NONOS_MODULE_FAILED;
    services_abandon(module(DISK_C));
    ck_assert_uint_eq(nanswers, 1);
    ck_assert_int_eq(answers[0].result, NONOS_E_NO_DEVICE);
    ck_assert_int_eq(call(VFS, NONOS_SUPERVISOR_WAIT, "block", 1), NONOS_E_NO_DEVICE);
    ck_assert_uint_eq(nanswers, 1);
}
END_TEST

START_TEST(so_many_may_wait_and_each_is_answered_once)
{
    runs(DISK_A);
    for (unsigned i = 0; i < 64; i++)
        ck_assert_int_eq(call(VFS, NONOS_SUPERVISOR_WAIT, "block", 1), NONOS_SERVER_LATER);
    ck_assert_int_eq(call(VFS, NONOS_SUPERVISOR_WAIT, "block", 1), NONOS_E_BUSY);
    services_close(module(DISK_A));
    ck_assert_int_eq(services_open(module(DISK_A)), 0);
    ck_assert_uint_eq(nanswers, 64);
    for (unsigned i = 0; i < 64; i++)
        ck_assert_uint_eq(answers[i].reply, i + 1);
    ck_assert_int_eq(call(VFS, NONOS_SUPERVISOR_WAIT, "block", 2), NONOS_SERVER_LATER);
    ck_assert_uint_eq(nanswers, 64);
    ck_assert_uint_eq(ncaps(), 1);
}
END_TEST

/* ---- control ---- */

START_TEST(only_a_capability_with_control_stops_and_starts)
{
    struct nonos_request r;
    runs(DISK_A);
    ck_assert_int_eq(call(SHELL, NONOS_SUPERVISOR_STOP, "disk-a", 0), NONOS_E_DENIED);
    ck_assert_int_eq(
        call_badged(NONOS_SUPERVISOR_CONTROL | 1, NONOS_SUPERVISOR_STOP, "disk-a", 0, &r),
        NONOS_E_DENIED);
    ck_assert_int_eq(control(NONOS_SUPERVISOR_STOP, "nobody"), NONOS_E_NOT_FOUND);
    ck_assert_int_eq(control(NONOS_SUPERVISOR_STOP, "attestor"), NONOS_E_UNSUPPORTED);
    ck_assert_uint_eq(nkilled + nstarted, 0);
}
END_TEST

START_TEST(a_module_that_is_between_two_states_is_left_alone)
{
    module(DISK_A)->state = NONOS_MODULE_STARTING;
    ck_assert_int_eq(control(NONOS_SUPERVISOR_STOP, "disk-a"), NONOS_E_BUSY);
    module(DISK_A)->state = NONOS_MODULE_WAITING;
    module(DISK_A)->job.kind = JOB_RELEASE;
    ck_assert_int_eq(control(NONOS_SUPERVISOR_START, "disk-a"), NONOS_E_BUSY);
    ck_assert_uint_eq(nkilled + nstarted, 0);
}
END_TEST

START_TEST(a_running_module_is_ended_and_remembers_what_for)
{
    runs(DISK_A);
    ck_assert_int_eq(control(NONOS_SUPERVISOR_STOP, "disk-a"), 0);
    ck_assert(module(DISK_A)->stop && !module(DISK_A)->restart);
    ck_assert_int_eq(control(NONOS_SUPERVISOR_RESTART, "disk-a"), 0);
    ck_assert(module(DISK_A)->stop && module(DISK_A)->restart);
    ck_assert_uint_eq(nkilled, 2);
    ck_assert_uint_eq(nstarted, 0);
    ck_assert_uint_ne(block()->endpoint, 0); /* it ends when the task has */
}
END_TEST

START_TEST(a_module_that_waits_is_stopped_at_once_and_the_next_has_its_turn)
{
    runs(DISK_A);
    services_close(module(DISK_A));
    module(DISK_A)->state = NONOS_MODULE_WAITING;
    ck_assert_int_eq(control(NONOS_SUPERVISOR_STOP, "disk-a"), 0);
    ck_assert_int_eq(module(DISK_A)->state, NONOS_MODULE_STOPPED);
    ck_assert_uint_eq(nstarted, 1);
    ck_assert_ptr_eq(started[0], module(DISK_B));
}
END_TEST

START_TEST(a_module_is_started_in_its_turn_only_and_its_failures_are_forgotten)
{
    runs(DISK_A);
    module(DISK_C)->failures = 3;
    ck_assert_int_eq(control(NONOS_SUPERVISOR_START, "disk-c"), NONOS_E_BUSY);
    ck_assert_uint_eq(module(DISK_C)->failures, 3);
    module(DISK_A)->state = NONOS_MODULE_FAILED;
    ck_assert_int_eq(control(NONOS_SUPERVISOR_RESTART, "disk-c"), 0);
    ck_assert_ptr_eq(started[0], module(DISK_C));
    ck_assert_uint_eq(module(DISK_C)->failures, 0);
    ck_assert_ptr_eq(block()->module, module(DISK_C));
}
END_TEST

/* ---- what is told ---- */

START_TEST(the_list_says_what_is_known_of_a_module)
{
    struct nonos_request r = {.badge = badge_of(STRANGER)};
    struct module *m = module(DISK_B);
    char name[NONOS_SUPERVISOR_NAME_SIZE];
    m->restarts = 7;
    m->task_id = 99;
    m->grants = 0x123;
    m->start_ns = 456;
    m->last_status = -3;
    m->last_state = 2;
    r.in.label = NONOS_SUPERVISOR_LIST;
    r.in.words[0] = DISK_B;
    ck_assert_int_eq(supervisor_call(&supervisor.server, &r), 0);
    ck_assert_int_eq(nonos_name_from_words(name, r.out.words, 3), 0);
    ck_assert_str_eq(name, "disk-b");
    ck_assert_uint_eq(r.out.words[3], NONOS_MODULE_STOPPED | 7ull << 32);
    ck_assert_uint_eq(r.out.words[4], 99);
    ck_assert_uint_eq(r.out.words[5], 0x123);
    ck_assert_uint_eq(r.out.words[6], 456);
    ck_assert_uint_eq(r.out.words[7], 0xfffffffdull | 2ull << 32);
    r.in.words[0] = NMODULES;
    ck_assert_int_eq(supervisor_call(&supervisor.server, &r), NONOS_E_NOT_FOUND);
}
END_TEST

START_TEST(what_a_module_is_given_is_told_by_the_line)
{
    struct nonos_request r = {.badge = badge_of(STRANGER)};
    r.in.label = NONOS_SUPERVISOR_GIVEN;
    r.in.words[0] = VFS;
    ck_assert_int_eq(supervisor_call(&supervisor.server, &r), 0);
    ck_assert_str_eq((const char *)r.out.words, "give vfs");
    static const uint64_t beyond[][2] = {{VFS, 1}, {VFS, 1ull << 32}, {NMODULES, 0}};
    for (unsigned i = 0; i < 3; i++) {
        memcpy(r.in.words, beyond[i], sizeof(beyond[i]));
        ck_assert_int_eq(supervisor_call(&supervisor.server, &r), NONOS_E_NOT_FOUND);
    }
}
END_TEST

START_TEST(a_call_that_nobody_knows_is_refused)
{
    struct nonos_request r = {.badge = badge_of(VFS)};
    ck_assert_int_eq(supervisor_call(&supervisor.server, &r), NONOS_E_NO_CALL);
    r.in.label = NONOS_SUPERVISOR_GIVEN + 1;
    ck_assert_int_eq(supervisor_call(&supervisor.server, &r), NONOS_E_NO_CALL);
}
END_TEST

static Suite *services_suite(void)
{
    Suite *s = suite_create("services");
    TCase *t = tcase_create("supervisor");
    tcase_add_checked_fixture(t, setup, NULL);
    tcase_add_test(t, the_first_provider_in_the_manifest_has_the_first_turn);
    tcase_add_loop_test(t, a_provider_keeps_its_turn_until_it_is_over, 0, 3);
    tcase_add_loop_test(t, a_provider_that_is_over_loses_its_turn, 0, 2);
    tcase_add_test(t, a_provider_of_several_services_gets_all_of_them_or_none);
    tcase_add_test(t, who_has_the_turn_may_take_it_again);
    tcase_add_test(t, the_next_provider_is_started_when_one_gives_up);
    tcase_add_test(t, a_provider_that_is_at_work_elsewhere_is_passed_over);
    tcase_add_test(t, turns_do_not_go_back_to_an_earlier_provider);
    tcase_add_test(t, the_turn_goes_down_the_manifest_to_the_last_one);
    tcase_add_test(t, an_endpoint_has_the_grants_of_its_service);
    tcase_add_test(t, to_open_twice_changes_nothing);
    tcase_add_test(t, an_endpoint_that_cannot_be_made_leaves_the_service_closed);
    tcase_add_test(t, connections_end_with_the_provider);
    tcase_add_test(t, who_is_listed_is_connected_under_its_own_badge);
    tcase_add_test(t, who_is_not_listed_is_not_connected);
    tcase_add_test(t, a_name_without_an_end_is_refused);
    tcase_add_test(t, nobody_waits_in_connect);
    tcase_add_test(t, who_waits_is_connected_when_the_service_comes_again);
    tcase_add_test(t, who_waits_for_one_service_hears_nothing_of_another);
    tcase_add_test(t, who_waits_is_answered_with_the_error_if_no_connection_can_be_made);
    tcase_add_test(t, who_waits_gets_the_next_provider);
    tcase_add_test(t, who_waits_is_told_when_nothing_will_come);
    tcase_add_test(t, so_many_may_wait_and_each_is_answered_once);
    tcase_add_test(t, only_a_capability_with_control_stops_and_starts);
    tcase_add_test(t, a_module_that_is_between_two_states_is_left_alone);
    tcase_add_test(t, a_running_module_is_ended_and_remembers_what_for);
    tcase_add_test(t, a_module_that_waits_is_stopped_at_once_and_the_next_has_its_turn);
    tcase_add_test(t, a_module_is_started_in_its_turn_only_and_its_failures_are_forgotten);
    tcase_add_test(t, the_list_says_what_is_known_of_a_module);
    tcase_add_test(t, what_a_module_is_given_is_told_by_the_line);
    tcase_add_test(t, a_call_that_nobody_knows_is_refused);
    suite_add_tcase(s, t);
    return s;
}

CHECK_MAIN(services_suite)
