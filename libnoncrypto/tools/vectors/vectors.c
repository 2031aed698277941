#include "vectors.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../command.h"
#include "../hex.h"
#include "../json.h"

void *vectors_memory(struct vectors *v, size_t len)
{
    void *memory = calloc(1, len + 1);

    if (!memory || v->nmemory == VECTORS_MEMORY_MAX) {
        complain("%s: there is not enough memory", v->name);
        exit(EXIT_CODE_IO);
    }
    v->memory[v->nmemory++] = memory;
    return memory;
}

void vectors_release(struct vectors *v)
{
    while (v->nmemory > 0)
        free(v->memory[--v->nmemory]);
}

enum verdict vectors_skip(struct vectors *v, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(v->reason, sizeof v->reason, format, args);
    va_end(args);
    return VERDICT_SKIPPED;
}

/* Adds to what was skipped for the reason in v->reason. */
static void add_reason(struct vectors *v, uint64_t count)
{
    size_t i = 0;

    while (i < v->nreasons && strcmp(v->reasons[i].text, v->reason) != 0)
        i++;
    if (i == VECTORS_REASONS_MAX) {
        i--;
        strcpy(v->reasons[i].text, "other reasons");
    } else if (i == v->nreasons) {
        strcpy(v->reasons[v->nreasons++].text, v->reason);
    }
    v->reasons[i].count += count;
    v->skipped += count;
}

void vectors_skip_many(struct vectors *v, uint64_t count, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(v->reason, sizeof v->reason, format, args);
    va_end(args);
    if (count > 0)
        add_reason(v, count);
}

static void print_failure(const struct vectors *v, enum verdict verdict, const char *id)
{
    const char *what = verdict == VERDICT_ACCEPTED  ? "accepted, and should not be"
                       : verdict == VERDICT_REFUSED ? "refused, and should not be"
                                                    : "another output";

    if (v->json) {
        fputs("{\"file\":", stdout);
        json_print_string(v->name);
        fputs(",\"case\":", stdout);
        json_print_string(id);
        printf(",\"failure\":\"%s\"}\n", what);
    } else {
        printf("%s: case %s: %s\n", v->name, id, what);
    }
}

void vectors_count(struct vectors *v, enum verdict verdict, enum expectation expected,
                   const char *id)
{
    if (verdict == VERDICT_SKIPPED) {
        add_reason(v, 1);
    } else if (verdict != VERDICT_DIFFERENT && expected == EXPECT_ACCEPTABLE) {
        v->acceptable++;
    } else if ((verdict == VERDICT_ACCEPTED && expected == EXPECT_VALID) ||
               (verdict == VERDICT_REFUSED && expected == EXPECT_INVALID)) {
        v->passed++;
    } else {
        v->failed++;
        print_failure(v, verdict, id);
    }
    vectors_release(v);
}

struct bytes vectors_unhex(struct vectors *v, const char *hex)
{
    size_t len = hex ? strlen(hex) : 0;
    struct bytes b = {vectors_memory(v, len / 2), len / 2, hex != NULL && len % 2 == 0};

    for (size_t i = 0; i < len && b.there; i++) {
        int digit = hex_digit(hex[i]);
        if (digit < 0)
            b.there = 0;
        else
            b.data[i / 2] = (uint8_t)(b.data[i / 2] << 4 | digit);
    }
    if (!b.there)
        b.len = 0;
    return b;
}

struct bytes vectors_member(struct vectors *v, const json_t *object, const char *name)
{
    return vectors_unhex(v, json_string_value(json_object_get(object, name)));
}

enum verdict vectors_compare(const void *a, const void *b, size_t len)
{
    return len == 0 || memcmp(a, b, len) == 0 ? VERDICT_ACCEPTED : VERDICT_DIFFERENT;
}

enum verdict vectors_equal(struct bytes expected, const void *data, size_t len)
{
    return expected.len == len ? vectors_compare(expected.data, data, len) : VERDICT_DIFFERENT;
}

const char *json_text(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text ? text : "";
}

int64_t json_number(const json_t *object, const char *name, int64_t otherwise)
{
    const json_t *number = json_object_get(object, name);
    return json_is_integer(number) ? (int64_t)json_integer_value(number) : otherwise;
}
