#include "source.h"

#include <string.h>

void source_from_text(struct source *s, const char *text, size_t len)
{
    *s = (struct source){.line = 1, .ended = true};
    /* A NUL byte cannot be part of a word. */
    while (len > 0) {
        const char *nul = memchr(text, '\0', len);
        size_t part = nul ? (size_t)(nul - text) : len;
        text_add(&s->text, text, part);
        part += nul != NULL;
        text += part;
        len -= part;
    }
}

void source_free(struct source *s)
{
    text_free(&s->text);
}

void source_discard_read(struct source *s)
{
    if (s->at == 0)
        return;
    memmove(s->text.data, s->text.data + s->at, s->text.len - s->at + 1);
    s->text.len -= s->at;
    s->at = 0;
}
