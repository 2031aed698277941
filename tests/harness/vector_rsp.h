/*
 * NIST's response files (CAVP .rsp): lines "Name = value", sections "[Name = value]", comments. Plain C, so that commands can
 * use it too. A name that ends in .xz is read through xz.
 *
 *     struct vector_rsp r;
 *     if (vector_rsp_open(&r, "SHA256ShortMsg.rsp") != 0)
 *         ...
 *     while (vector_rsp_next(&r))
 *         if (strcmp(r.name, "Msg") == 0)
 *             ... r.value ...
 *     vector_rsp_close(&r);
 */
#ifndef NONOS_TESTS_VECTOR_RSP_H
#define NONOS_TESTS_VECTOR_RSP_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct vector_rsp {
    FILE *file;
    int is_pipe;
    char *line;
    size_t line_size;
    char *name;     /* of the last assignment, in `line` */
    char *value;    /* in `line`, without blanks round it */
    int in_section; /* the assignment stood in brackets */
};

/* Returns 0; -1 if the file cannot be opened, or if its name has a quote in it and is compressed. */
static inline int vector_rsp_open(struct vector_rsp *r, const char *path)
{
    size_t len = strlen(path);

    memset(r, 0, sizeof *r);
    r->is_pipe = len > 3 && strcmp(path + len - 3, ".xz") == 0;
    if (!r->is_pipe) {
        r->file = fopen(path, "r");
    } else if (strchr(path, '\'') == NULL) {
        char command[1100];
        int n = snprintf(command, sizeof command, "xz -dc -- '%s'", path);
        if (n > 0 && (size_t)n < sizeof command)
            r->file = popen(command, "r");
    }
    return r->file ? 0 : -1;
}

static inline char *vector_rsp_trim(char *s)
{
    char *end;

    s += strspn(s, " \t[");
    end = s + strlen(s);
    while (end > s && strchr(" \t\r\n]", end[-1]))
        end--;
    *end = '\0';
    return s;
}

/* Goes to the next assignment; 1 if there was one, 0 at the end of the file. */
static inline int vector_rsp_next(struct vector_rsp *r)
{
    while (getline(&r->line, &r->line_size, r->file) >= 0) {
        char *equals = strchr(r->line, '=');
        if (r->line[0] == '#' || !equals)
            continue;
        *equals = '\0';
        r->in_section = r->line[0] == '[';
        r->name = vector_rsp_trim(r->line);
        r->value = vector_rsp_trim(equals + 1);
        return 1;
    }
    return 0;
}

/* Returns 0; -1 if the file could not be read to its end, which xz says when it closes. */
static inline int vector_rsp_close(struct vector_rsp *r)
{
    int failed = ferror(r->file);

    free(r->line);
    if (r->is_pipe)
        failed |= pclose(r->file) != 0;
    else
        failed |= fclose(r->file) != 0;
    return failed ? -1 : 0;
}

/* The value as bytes, to be freed (at least one is allocated); NULL if it is not hexadecimal. */
static inline uint8_t *vector_rsp_hex(const struct vector_rsp *r, size_t *len)
{
    static const char digits[] = "0123456789abcdef";
    size_t n = strlen(r->value);
    uint8_t *bytes = n % 2 == 0 ? malloc(n / 2 + 1) : NULL;

    if (!bytes)
        return NULL;
    for (size_t i = 0; i < n; i++) {
        const char *digit = strchr(digits, r->value[i] | 0x20);
        if (!digit || !*digit) {
            free(bytes);
            return NULL;
        }
        bytes[i / 2] = (uint8_t)(bytes[i / 2] << 4 | (digit - digits));
    }
    *len = n / 2;
    return bytes;
}

#endif
