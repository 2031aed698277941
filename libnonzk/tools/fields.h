/* What a verb says, in lines "name: value" or as a JSON object on one line. */
#ifndef NONZK_TOOLS_FIELDS_H
#define NONZK_TOOLS_FIELDS_H

#include <stddef.h>
#include <stdint.h>

struct fields {
    int json;
    int begun;
};

/* A member; `name` is a word in lower case. The first one opens the object. */
void field_text(struct fields *f, const char *name, const char *value);
void field_hex(struct fields *f, const char *name, const uint8_t *bytes, size_t len);
void field_number(struct fields *f, const char *name, uint64_t value);
void field_mask(struct fields *f, const char *name, uint64_t value);
void field_truth(struct fields *f, const char *name, int value);

/* Ends the object, if there is one, and its line; another may follow. */
void fields_end(struct fields *f);

#endif
