/*
 * The parser of manifests. A line is cut into words; its first word says what it is; a table leads to the function that
 * takes the rest. Nothing is allocated, nothing refers to the text afterwards.
 */
#include "manifest.h"

#include <stdlib.h>
#include <string.h>

#include <nonos/objects.h>
#include <nonos/pci.h>

#define WORDS_MAX 24

struct parser {
    struct manifest *manifest;
    struct manifest_module *module; /* the block that lines belong to, or NULL */
    struct manifest_image *image;
    char line[MANIFEST_LINE_MAX];
    char *words[WORDS_MAX];
    uint32_t nwords;
    const char *what; /* the error */
};

static int fail(struct parser *parser, const char *what)
{
    parser->what = what;
    return NONOS_E_INVALID;
}

/* Letters, digits and "-_./" only, not too long. */
static int copy_name(struct parser *parser, char *to, size_t size, const char *word)
{
    size_t len = strlen(word);
    if (!len || len >= size)
        return fail(parser, "name too long");
    for (size_t i = 0; i < len; i++)
        if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./", word[i]))
            return fail(parser, "character that a name cannot have");
    memset(to, 0, size);
    memcpy(to, word, len);
    return NONOS_OK;
}

static int parse_number(struct parser *parser, const char *word, uint64_t max, uint64_t *number)
{
    char *end;
    if (word[0] < '0' || word[0] > '9')
        return fail(parser, "not a number");
    *number = strtoull(word, &end, 0);
    return *end || *number > max ? fail(parser, "not a number, or too large") : NONOS_OK;
}

/* A number of bytes, with K, M or G. */
static int parse_size(struct parser *parser, uint64_t *size)
{
    static const char units[] = "KMG";
    uint64_t shift = 0;
    if (parser->nwords != 2)
        return fail(parser, "one size expected");
    char *word = parser->words[1];
    size_t len = strlen(word);
    const char *unit = len > 1 ? strchr(units, word[len - 1]) : NULL;
    if (unit) {
        shift = 10 * (uint64_t)(unit - units + 1);
        word[len - 1] = 0;
    }
    int result = parse_number(parser, word, 1ull << 40 >> shift, size);
    *size <<= shift;
    return result;
}

struct word_value {
    const char *word;
    uint64_t value;
};

static const struct word_value grant_words[] = {
    {"device", NONOS_GRANT_DEVICE},
    {"block-raw", NONOS_GRANT_BLOCK_RAW},
    {"net-raw", NONOS_GRANT_NET_RAW},
    {"clearnet", NONOS_GRANT_CLEARNET},
    {"audit-read", NONOS_GRANT_AUDIT_READ},
    {"power", NONOS_GRANT_POWER},
    {"clock-set", NONOS_GRANT_CLOCK_SET},
    {"tasks", NONOS_GRANT_TASKS},
    {"console", NONOS_GRANT_CONSOLE},
    {"dma", NONOS_GRANT_DMA},
    {"attest", NONOS_GRANT_ATTEST},
    {"net-capture", NONOS_GRANT_NET_CAPTURE},
    {"mint", NONOS_GRANT_MINT},
    {NULL, 0},
};

static const struct word_value system_words[] = {
    {"inspect", NONOS_RIGHT_INSPECT},    {"clock", NONOS_SYSTEM_CLOCK},
    {"random", NONOS_SYSTEM_RANDOM},     {"console", NONOS_SYSTEM_CONSOLE},
    {"power", NONOS_SYSTEM_POWER},       {"clock-set", NONOS_SYSTEM_CLOCK_SET},
    {"tasks", NONOS_SYSTEM_TASKS},       {"kill", NONOS_SYSTEM_KILL},
    {"terminal", NONOS_SYSTEM_TERMINAL}, {NULL, 0},
};

static const struct word_value audit_words[] = {
    {"read", NONOS_AUDIT_READ},
    {"append", NONOS_AUDIT_APPEND},
    {NULL, 0},
};

static const struct word_value priority_words[] = {
    {"driver", NONOS_PRIORITY_DRIVER},
    {"server", NONOS_PRIORITY_SERVER},
    {"program", NONOS_PRIORITY_PROGRAM},
    {NULL, 0},
};

static const struct word_value restart_words[] = {
    {"always", RESTART_ALWAYS},
    {"on-failure", RESTART_FAILURE},
    {"never", RESTART_NEVER},
    {NULL, 0},
};

static const struct word_value *word_find(const struct word_value *table, const char *word)
{
    while (table->word && strcmp(table->word, word) != 0)
        table++;
    return table->word ? table : NULL;
}

uint64_t manifest_grant(const char *word)
{
    const struct word_value *grant = word_find(grant_words, word);
    return grant ? grant->value : 0;
}

/* The values of the words from `from` to before `to`, together. */
static int parse_set(struct parser *parser, const struct word_value *table, uint32_t from,
                     uint32_t to, uint64_t *set)
{
    *set = 0;
    for (uint32_t i = from; i < to; i++) {
        const struct word_value *value = word_find(table, parser->words[i]);
        if (!value)
            return fail(parser, "unknown word");
        *set |= value->value;
    }
    return NONOS_OK;
}

/* ---- blocks ---- */

static bool image_known(const struct manifest *manifest, const struct manifest_image *image)
{
    for (uint32_t i = 0; i < manifest->nmodules; i++)
        if (&manifest->modules[i].image != image &&
            strcmp(manifest->modules[i].image.name, image->name) == 0)
            return true;
    for (uint32_t i = 0; i < manifest->nprograms; i++)
        if (&manifest->programs[i] != image && strcmp(manifest->programs[i].name, image->name) == 0)
            return true;
    return false;
}

static int image_begin(struct parser *parser, struct manifest_image *image, const char *folder)
{
    size_t len = strlen(folder);
    parser->image = image;
    if (parser->nwords != 2)
        return fail(parser, "one name expected");
    int result = copy_name(parser, image->name, sizeof(image->name), parser->words[1]);
    if (result < 0)
        return result;
    if (strcmp(image->name, "-") == 0 || strchr(image->name, '/') ||
        image_known(parser->manifest, image))
        return fail(parser, "this name is used twice, or is none");
    memcpy(image->image, folder, len);
    strcpy(image->image + len, image->name);
    return NONOS_OK;
}

static int do_module(struct parser *parser)
{
    struct manifest *manifest = parser->manifest;
    if (manifest->nmodules == MANIFEST_MODULES)
        return fail(parser, "too many modules");
    struct manifest_module *module = parser->module = &manifest->modules[manifest->nmodules++];
    module->priority = NONOS_PRIORITY_SERVER;
    module->memory = 16u << 20;
    module->stack = 64u << 10;
    int result = image_begin(parser, &module->image, "modules/");
    module->started = strcmp(module->image.name, "attestor") != 0 &&
                      strcmp(module->image.name, "supervisor") != 0;
    return result;
}

static int do_program(struct parser *parser)
{
    struct manifest *manifest = parser->manifest;
    parser->module = NULL;
    if (manifest->nprograms == MANIFEST_PROGRAMS)
        return fail(parser, "too many programs");
    return image_begin(parser, &manifest->programs[manifest->nprograms++], "bin/");
}

/* Several programs without grants in one line. */
static int do_programs(struct parser *parser)
{
    struct manifest *manifest = parser->manifest;
    uint32_t n = parser->nwords;
    char *words[WORDS_MAX];
    memcpy(words, parser->words, sizeof(words));
    parser->module = NULL;
    for (uint32_t i = 1; i < n; i++) {
        if (manifest->nprograms == MANIFEST_PROGRAMS)
            return fail(parser, "too many programs");
        parser->words[1] = words[i];
        parser->nwords = 2;
        int result = image_begin(parser, &manifest->programs[manifest->nprograms++], "bin/");
        if (result < 0)
            return result;
    }
    parser->image = NULL;
    return NONOS_OK;
}

/* ---- lines of a block ---- */

static int do_image(struct parser *parser)
{
    if (parser->nwords != 2)
        return fail(parser, "one name of a file expected");
    return copy_name(parser, parser->image->image, sizeof(parser->image->image), parser->words[1]);
}

static int do_grants(struct parser *parser)
{
    if (parser->nwords == 2 && strcmp(parser->words[1], "none") == 0) {
        parser->image->grants = 0;
        return NONOS_OK;
    }
    int result = parse_set(parser, grant_words, 1, parser->nwords, &parser->image->grants);
    if (result >= 0 && parser->image->grants & NONOS_GRANT_MINT &&
        strcmp(parser->image->name, "attestor") != 0)
        return fail(parser, "only the attestor mints");
    return result;
}

static int do_restart(struct parser *parser)
{
    const struct word_value *value =
        parser->nwords == 2 ? word_find(restart_words, parser->words[1]) : NULL;
    if (!value)
        return fail(parser, "always, on-failure or never expected");
    parser->module->restart = (enum manifest_restart)value->value;
    return NONOS_OK;
}

static int do_priority(struct parser *parser)
{
    uint64_t number = 0;
    if (parser->nwords != 2)
        return fail(parser, "one priority expected");
    const struct word_value *value = word_find(priority_words, parser->words[1]);
    if (value) {
        parser->module->priority = (uint32_t)value->value;
        return NONOS_OK;
    }
    int result = parse_number(parser, parser->words[1], NONOS_PRIORITY_DRIVER, &number);
    if (result >= 0 && number < NONOS_PRIORITY_MIN)
        return fail(parser, "priority out of range");
    parser->module->priority = (uint32_t)number;
    return result;
}

static int do_heartbeat(struct parser *parser)
{
    uint64_t seconds = 0;
    if (parser->nwords != 2)
        return fail(parser, "one number of seconds expected");
    int result = parse_number(parser, parser->words[1], 3600, &seconds);
    parser->module->heartbeat_s = (uint32_t)seconds;
    return result;
}

static int do_memory(struct parser *parser)
{
    return parse_size(parser, &parser->module->memory);
}

static int do_dma(struct parser *parser)
{
    return parse_size(parser, &parser->module->dma);
}

static int do_stack(struct parser *parser)
{
    return parse_size(parser, &parser->module->stack);
}

static int do_arguments(struct parser *parser)
{
    char *to = parser->module->arguments, *end = to + sizeof(parser->module->arguments) - 1;
    memset(to, 0, sizeof(parser->module->arguments));
    for (uint32_t i = 1; i < parser->nwords; i++) {
        size_t len = strlen(parser->words[i]) + 1;
        if (len > (size_t)(end - to))
            return fail(parser, "arguments too long");
        memcpy(to, parser->words[i], len);
        to += len;
    }
    return NONOS_OK;
}

/* Several modules may serve the same, one at a time: for who uses it, it is one service. */
static bool serves_otherwise(const struct manifest *manifest,
                             const struct manifest_service *service)
{
    for (uint32_t i = 0; i < manifest->nmodules; i++)
        for (uint32_t s = 0; s < manifest->modules[i].nserves; s++) {
            const struct manifest_service *other = &manifest->modules[i].serves[s];
            if (strcmp(other->name, service->name) == 0 && other->grants != service->grants)
                return true;
        }
    return false;
}

static int do_serve(struct parser *parser)
{
    struct manifest_module *module = parser->module;
    if (parser->nwords < 2 || module->nserves == MANIFEST_SERVICES)
        return fail(parser, "a service expected, or too many");
    struct manifest_service *service = &module->serves[module->nserves++];
    int result = copy_name(parser, service->name, sizeof(service->name), parser->words[1]);
    if (result >= 0)
        result = parse_set(parser, grant_words, 2, parser->nwords, &service->grants);
    if (result >= 0 && serves_otherwise(parser->manifest, service))
        return fail(parser, "this service has other grants in another place");
    return result;
}

static int do_connect(struct parser *parser)
{
    struct manifest_module *module = parser->module;
    if (parser->nwords != 2 || module->nconnects == MANIFEST_SERVICES)
        return fail(parser, "one service expected, or too many");
    struct manifest_service *service = &module->connects[module->nconnects++];
    return copy_name(parser, service->name, sizeof(service->name), parser->words[1]);
}

/* VENDOR:DEVICE in hexadecimal, or "any" for either. */
static int do_device(struct parser *parser)
{
    struct manifest_module *module = parser->module;
    if (parser->nwords != 2 || module->ndevices == MANIFEST_DEVICES)
        return fail(parser, "one device expected, or too many");
    struct manifest_device *device = &module->devices[module->ndevices++];
    char *colon = strchr(parser->words[1], ':'), *end;
    if (!colon)
        return fail(parser, "VENDOR:DEVICE expected");
    *colon = 0;
    const char *halves[2] = {parser->words[1], colon + 1};
    uint32_t values[2];
    for (int i = 0; i < 2; i++) {
        unsigned long value = strtoul(halves[i], &end, 16);
        bool any = strcmp(halves[i], "any") == 0;
        if (!any && (!*halves[i] || *end || value > 0xffff))
            return fail(parser, "not a PCI id");
        values[i] = any ? NONOS_PCI_ANY : (uint32_t)value;
    }
    device->vendor = values[0];
    device->id = values[1];
    return NONOS_OK;
}

static struct manifest_give *give_add(struct parser *parser, enum manifest_give_kind kind)
{
    struct manifest_module *module = parser->module;
    if (module->ngives == MANIFEST_GIVES) {
        (void)fail(parser, "too much is given");
        return NULL;
    }
    struct manifest_give *give = &module->gives[module->ngives++];
    give->kind = kind;
    return give;
}

/* need SERVICE [as NAME...] */
static int do_need(struct parser *parser)
{
    uint32_t first = parser->nwords > 3 && strcmp(parser->words[2], "as") == 0 ? 3 : 1;
    if (parser->nwords < 2 || (first == 1 && parser->nwords != 2))
        return fail(parser, "SERVICE [as NAME...] expected");
    for (uint32_t i = first; i < parser->nwords; i++) {
        struct manifest_give *give = give_add(parser, GIVE_SERVICE);
        if (!give || copy_name(parser, give->name, sizeof(give->name), parser->words[i]) < 0 ||
            copy_name(parser, give->service, sizeof(give->service), parser->words[1]) < 0)
            return NONOS_E_INVALID;
    }
    return NONOS_OK;
}

/* ---- give ---- */

struct give_rule {
    const char *word;
    enum manifest_give_kind kind;
    const char *name;                 /* it has unless "as" says another */
    uint32_t numbers;                 /* that follow */
    const struct word_value *options; /* that may follow */
};

static const struct word_value irq_words[] = {{"level", 1}, {"low", 2}, {NULL, 0}};
static const struct word_value supervisor_words[] = {{"control", 1}, {NULL, 0}};
static const struct word_value no_words[] = {{NULL, 0}};

static const struct give_rule give_rules[] = {
    {"clock", GIVE_CLOCK, "clock", 0, no_words},
    {"system", GIVE_SYSTEM, "system", 0, system_words},
    {"audit", GIVE_AUDIT, "audit", 0, audit_words},
    {"ports", GIVE_PORTS, "ports", 2, no_words},
    {"irq", GIVE_IRQ, "irq", 1, irq_words},
    {"all-ports", GIVE_ALL_PORTS, "ports", 0, no_words},
    {"all-mmio", GIVE_ALL_MMIO, "mmio", 0, no_words},
    {"all-irqs", GIVE_ALL_IRQS, "irqs", 0, no_words},
    {"all-dma", GIVE_ALL_DMA, "dma", 0, no_words},
    {"framebuffer", GIVE_FRAMEBUFFER, "framebuffer", 0, no_words},
    {"boot-info", GIVE_BOOT_INFO, "boot-info", 0, no_words},
    {"archive", GIVE_ARCHIVE, "archive", 0, no_words},
    {"attest", GIVE_ATTEST, "attest", 0, no_words},
    {"attest-seal", GIVE_ATTEST_SEAL, "attest-seal", 0, no_words},
    {"supervisor", GIVE_SUPERVISOR, "supervisor", 0, supervisor_words},
};

static int give_numbers(struct parser *parser, const struct give_rule *rule,
                        struct manifest_give *give, uint32_t nwords)
{
    if (nwords < 2 + rule->numbers)
        return fail(parser, "a number is missing");
    int result = NONOS_OK;
    if (rule->numbers > 0)
        result = parse_number(parser, parser->words[2], 0xffff, &give->first);
    if (result >= 0 && rule->numbers > 1)
        result = parse_number(parser, parser->words[3], 0x10000, &give->count);
    if (result >= 0 && rule->kind == GIVE_PORTS &&
        (!give->count || give->count > 0x10000 - give->first))
        return fail(parser, "there are no such ports");
    return result;
}

static int give_options(struct parser *parser, const struct give_rule *rule,
                        struct manifest_give *give, uint32_t nwords)
{
    uint64_t set;
    int result = parse_set(parser, rule->options, 2 + rule->numbers, nwords, &set);
    if (result < 0)
        return result;
    if (rule->kind == GIVE_SYSTEM || rule->kind == GIVE_AUDIT) {
        if (!set)
            return fail(parser, "rights expected");
        give->rights = (uint32_t)set;
    } else if (rule->kind != GIVE_PORTS) {
        give->count = set;
    }
    return NONOS_OK;
}

/* give WHAT [NUMBER...] [OPTION...] [as NAME] */
static int do_give(struct parser *parser)
{
    uint32_t nwords = parser->nwords;
    const char *name = NULL;
    if (nwords > 3 && strcmp(parser->words[nwords - 2], "as") == 0) {
        name = parser->words[nwords - 1];
        nwords -= 2;
    }
    for (size_t i = 0; nwords > 1 && i < sizeof(give_rules) / sizeof(give_rules[0]); i++) {
        const struct give_rule *rule = &give_rules[i];
        if (strcmp(rule->word, parser->words[1]) != 0)
            continue;
        struct manifest_give *give = give_add(parser, rule->kind);
        if (!give)
            return NONOS_E_INVALID;
        int result = copy_name(parser, give->name, sizeof(give->name), name ? name : rule->name);
        if (result >= 0)
            result = give_numbers(parser, rule, give, nwords);
        return result < 0 ? result : give_options(parser, rule, give, nwords);
    }
    return fail(parser, "nothing of that name can be given");
}

/* ---- lines ---- */

static const struct {
    const char *word;
    enum { ANYWHERE, IN_IMAGE, IN_MODULE } where;
    int (*parse)(struct parser *parser);
} statements[] = {
    {"module", ANYWHERE, do_module},      {"program", ANYWHERE, do_program},
    {"programs", ANYWHERE, do_programs},  {"image", IN_IMAGE, do_image},
    {"grants", IN_IMAGE, do_grants},      {"restart", IN_MODULE, do_restart},
    {"priority", IN_MODULE, do_priority}, {"heartbeat", IN_MODULE, do_heartbeat},
    {"memory", IN_MODULE, do_memory},     {"dma", IN_MODULE, do_dma},
    {"stack", IN_MODULE, do_stack},       {"arguments", IN_MODULE, do_arguments},
    {"serve", IN_MODULE, do_serve},       {"connect", IN_MODULE, do_connect},
    {"device", IN_MODULE, do_device},     {"need", IN_MODULE, do_need},
    {"give", IN_MODULE, do_give},
};

static int statement(struct parser *parser)
{
    for (size_t i = 0; i < sizeof(statements) / sizeof(statements[0]); i++) {
        if (strcmp(statements[i].word, parser->words[0]) != 0)
            continue;
        if ((statements[i].where == IN_IMAGE && !parser->image) ||
            (statements[i].where == IN_MODULE && !parser->module))
            return fail(parser, "this does not belong here");
        return statements[i].parse(parser);
    }
    return fail(parser, "unknown statement");
}

/* Cuts the line into words; a '#' that starts a word starts a comment. */
static int words_cut(struct parser *parser)
{
    char *at = parser->line;
    parser->nwords = 0;
    for (;;) {
        at += strspn(at, " \t\r");
        if (!*at || *at == '#')
            return NONOS_OK;
        if (parser->nwords == WORDS_MAX)
            return fail(parser, "too many words");
        parser->words[parser->nwords++] = at;
        at += strcspn(at, " \t\r");
        if (*at)
            *at++ = 0;
    }
}

static int line_parse(struct parser *parser, const char *line, size_t len)
{
    if (len >= sizeof(parser->line))
        return fail(parser, "line too long");
    if (memchr(line, 0, len))
        return fail(parser, "zero byte");
    memcpy(parser->line, line, len);
    parser->line[len] = 0;
    int result = words_cut(parser);
    return result < 0 || !parser->nwords ? result : statement(parser);
}

int manifest_parse(struct manifest *manifest, const char *text, size_t len,
                   struct manifest_error *error)
{
    struct parser parser = {.manifest = manifest};
    memset(manifest, 0, sizeof(*manifest));
    for (uint32_t line = 1; len; line++) {
        const char *end = memchr(text, '\n', len);
        size_t line_len = end ? (size_t)(end - text) : len;
        if (line_parse(&parser, text, line_len) < 0) {
            error->line = line;
            error->what = parser.what;
            return NONOS_E_INVALID;
        }
        size_t step = end ? line_len + 1 : line_len;
        text += step;
        len -= step;
    }
    return NONOS_OK;
}
