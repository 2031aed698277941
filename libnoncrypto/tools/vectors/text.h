/*
 * Vectors as text: records of lines "name = value" (NIST's .rsp and much else) or "name: value" (BoringSSL), divided by blank
 * lines, with sections "[name = value]" and comments from '#'.
 */
#ifndef NONCRYPTO_TOOLS_VECTORS_TEXT_H
#define NONCRYPTO_TOOLS_VECTORS_TEXT_H

#include "vectors.h"

#define TEXT_FIELDS_MAX   24
#define TEXT_SECTIONS_MAX 16

struct text_field {
    const char *name, *value;
};

struct text {
    char *rest;    /* not read yet */
    char head[64]; /* the words in quotes of the first comment that has some: "SHA-256 ShortMsg" */
    struct text_field fields[TEXT_FIELDS_MAX], sections[TEXT_SECTIONS_MAX];
    size_t nfields, nsections;
    unsigned record; /* number of the record at hand, from 1 */
    unsigned line;
};

/* Goes to the next record; 0 at the end. A section that begins after fields ends their record. */
int text_next(struct text *text);

/* A field of the record, or of the sections, which hold until the next ones; NULL if there is none. */
const char *text_field(const struct text *text, const char *name);
const char *text_section(const struct text *text, const char *name);
int64_t text_number(const struct text *text, const char *name, int64_t otherwise);

/* A field as bytes: hexadecimal, or a string in quotes. */
struct bytes text_bytes(struct vectors *v, const struct text *text, const char *name);

/* A record of a hash function, of those that hashes.c knows; 0 if it is none. */
int text_hash_record(struct vectors *v, struct text *text);

#endif
