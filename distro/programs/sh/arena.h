/* Memory that is freed all at once: a command's tree, or what one command's expansion needs. */
#ifndef PROGRAMS_SH_ARENA_H
#define PROGRAMS_SH_ARENA_H

#include <stddef.h>

struct arena_block;

struct arena {
    struct arena_block *blocks;
    size_t used; /* of the newest block */
};

/* Zeroed memory, aligned for any type. Does not return when memory is out. */
void *arena_alloc(struct arena *a, size_t len);
char *arena_strndup(struct arena *a, const char *s, size_t len);
char *arena_strdup(struct arena *a, const char *s);
void arena_free(struct arena *a);

/* A string that grows. `data` is NUL-terminated once something was added. */
struct text {
    char *data;
    size_t len, capacity;
};

void text_add(struct text *t, const char *s, size_t len);
void text_add_string(struct text *t, const char *s);
void text_add_char(struct text *t, char c);
void text_add_number(struct text *t, long long n);
void text_free(struct text *t);

/* Moves the string into the arena and frees the text. Never NULL. */
char *text_finish(struct text *t, struct arena *a);

#endif
