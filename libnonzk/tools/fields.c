#include "fields.h"
#include "hex.h"

#include <inttypes.h>
#include <stdio.h>

#include <command.h>
#include <json.h>

static void begin(struct fields *f, const char *name)
{
    if (!f->json)
        printf("%s: ", name);
    else
        printf("%s\"%s\":", f->begun ? "," : "{", name);
    f->begun = 1;
}

static void end(const struct fields *f)
{
    if (!f->json)
        putchar('\n');
}

void field_text(struct fields *f, const char *name, const char *value)
{
    begin(f, name);
    if (f->json)
        json_print_string(value);
    else
        fputs(value, stdout);
    end(f);
}

void field_hex(struct fields *f, const char *name, const uint8_t *bytes, size_t len)
{
    const char *quote = f->json ? "\"" : "";

    begin(f, name);
    fputs(quote, stdout);
    print_hex(bytes, len);
    fputs(quote, stdout);
    end(f);
}

void field_number(struct fields *f, const char *name, uint64_t value)
{
    begin(f, name);
    printf("%" PRIu64, value);
    end(f);
}

/* As text in JSON too: many readers keep 53 bits of a number. */
void field_mask(struct fields *f, const char *name, uint64_t value)
{
    char text[19];

    snprintf(text, sizeof text, "0x%016" PRIx64, value);
    field_text(f, name, text);
}

void field_truth(struct fields *f, const char *name, int value)
{
    begin(f, name);
    fputs(f->json ? (value ? "true" : "false") : (value ? "yes" : "no"), stdout);
    end(f);
}

void fields_end(struct fields *f)
{
    if (f->json && f->begun)
        puts("}");
    f->begun = 0;
}
