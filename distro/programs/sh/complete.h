/* What a word that is being typed can become: a command, if it is the first of one, else a path. */
#ifndef PROGRAMS_SH_COMPLETE_H
#define PROGRAMS_SH_COMPLETE_H

#include <stdbool.h>
#include <stddef.h>

struct completion {
    size_t start; /* where the part that is completed begins in the line */
    char **names; /* what it can become, sorted; directories end with / */
    size_t n, capacity;
    char *
        common; /* what all of them start with, written as the shell reads it back; the whole name if n is 1 */
};

/* Completes the word that ends at `cursor`. Free with complete_free(). */
void complete(struct completion *c, const char *line, size_t cursor);
void complete_free(struct completion *c);

#endif
