/*
 * Regular expressions: simulation of all threads of the automaton at once. A list of threads is in order of their starts, because
 * a step keeps the order and the newest start is added last; so the first thread to reach an instruction is the leftmost and later
 * ones there can be dropped.
 */
#include "program.h"
#include "regex_program.h"
#include "utf8.h"

#include <string.h>

struct search {
    struct regex *re;
    const char *text;
    size_t len;
    uint32_t before, here; /* characters around the position, NONE at the edges */
};

#define NONE 0xffffffffu

bool regex_set_has(const struct regex_set *set, uint32_t c)
{
    bool has = false;
    if (c < 128) {
        has = set->ascii[c / 8] >> c % 8 & 1;
    } else {
        for (size_t i = 0; i < set->nranges && !has; i++)
            has = c >= set->ranges[i].first && c <= set->ranges[i].last;
    }
    return has != set->invert;
}

static bool is_word(uint32_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
}

static bool holds(const struct search *s, uint32_t assertion)
{
    bool before = is_word(s->before), here = is_word(s->here);
    switch (assertion) {
    case ASSERT_START:
        return s->before == NONE;
    case ASSERT_END:
        return s->here == NONE;
    case ASSERT_WORD_START:
        return !before && here;
    case ASSERT_WORD_END:
        return before && !here;
    case ASSERT_WORD_EDGE:
        return before != here;
    case ASSERT_NO_WORD_EDGE:
        return before == here;
    case ASSERT_NO_WORD_BEFORE:
        return !before;
    default:
        return !here;
    }
}

/* Adds a thread at `pc` and wherever it gets without a character. Each instruction is visited once a step. */
static void thread_add(struct search *s, struct regex_threads *to, uint32_t pc, size_t start)
{
    struct regex *re = s->re;
    uint32_t n = 0;
    re->stack[n++] = pc;
    while (n > 0) {
        pc = re->stack[--n];
        if (re->seen[pc] == re->step)
            continue;
        re->seen[pc] = re->step;
        const struct regex_instruction *i = &re->code[pc];
        if (i->op == OP_SPLIT) {
            re->stack[n++] = i->y;
            re->stack[n++] = i->x;
        } else if (i->op == OP_JUMP) {
            re->stack[n++] = i->x;
        } else if (i->op == OP_ASSERT) {
            if (holds(s, i->x))
                re->stack[n++] = pc + 1;
        } else {
            to->list[to->n++] = (struct regex_thread){pc, start};
        }
    }
}

static void step_next(struct regex *re)
{
    if (++re->step == 0) {
        memset(re->seen, 0, re->ncode * sizeof(*re->seen));
        re->step = 1;
    }
}

static bool accepts(const struct regex *re, const struct regex_instruction *i, uint32_t c)
{
    switch (i->op) {
    case OP_CHAR:
        return i->x == (re->fold ? regex_fold(c) : c);
    case OP_ANY:
        return true;
    case OP_SET:
        return regex_set_has(&re->sets[i->x], c);
    default:
        return false;
    }
}

/* The character that ends before `at`. */
static uint32_t character_before(const char *text, size_t at)
{
    uint32_t c;
    if (at == 0)
        return NONE;
    for (size_t back = 4; back > 1; back--)
        if (at >= back && utf8_decode(&c, text + at - back, back) == back)
            return c;
    utf8_decode(&c, text + at - 1, 1);
    return c;
}

bool regex_search(struct regex *re, const char *text, size_t len, size_t from, size_t *start,
                  size_t *end)
{
    struct search s = {.re = re, .text = text, .len = len};
    bool found = false;

    s.before = character_before(text, from);
    re->now.n = 0;
    step_next(re);
    for (size_t at = from;;) {
        if (re->now.n == 0) {
            if (found)
                break;
            /* Nothing is under way: skip to where a match can start. */
            size_t skip = at;
            while (!re->empty && skip < len && !re->first[(uint8_t)text[skip]])
                skip++;
            if (skip != at) {
                at = skip;
                s.before = character_before(text, at);
            }
        }
        size_t n = 0;
        s.here = NONE;
        if (at < len)
            n = utf8_decode(&s.here, text + at, len - at);
        /* Only now are both neighbours known that assertions look at. */
        struct regex_threads *now = &re->now, *next = &re->next;
        next->n = 0;
        step_next(re);
        for (size_t i = 0; i < now->n; i++)
            thread_add(&s, next, now->list[i].pc, now->list[i].start);
        if (!found)
            thread_add(&s, next, 0, at);
        now->n = 0;
        for (size_t i = 0; i < next->n; i++) {
            const struct regex_thread *t = &next->list[i];
            const struct regex_instruction *in = &re->code[t->pc];
            if (found && t->start > *start)
                break;
            if (in->op == OP_MATCH) {
                found = true;
                *start = t->start;
                *end = at;
            } else if (s.here != NONE && accepts(re, in, s.here)) {
                now->list[now->n++] = (struct regex_thread){t->pc + 1, t->start};
            }
        }
        if (s.here == NONE)
            break;
        s.before = s.here;
        at += n;
    }
    return found;
}

/* Which bytes can a match start with? Found by closing over the start without looking at assertions. */
static void first_bytes(struct regex *re)
{
    uint32_t n = 0;
    step_next(re);
    re->stack[n++] = 0;
    while (n > 0) {
        uint32_t pc = re->stack[--n];
        if (re->seen[pc] == re->step)
            continue;
        re->seen[pc] = re->step;
        const struct regex_instruction *i = &re->code[pc];
        if (i->op == OP_SPLIT) {
            re->stack[n++] = i->y;
            re->stack[n++] = i->x;
        } else if (i->op == OP_JUMP) {
            re->stack[n++] = i->x;
        } else if (i->op == OP_ASSERT) {
            re->stack[n++] = pc + 1;
        } else if (i->op == OP_MATCH) {
            re->empty = true;
        } else {
            for (uint32_t b = 0; b < 128; b++)
                re->first[b] |= accepts(re, i, b);
            /* Beyond ASCII a byte does not tell the character. */
            for (uint32_t b = 128; b < 256; b++)
                re->first[b] = true;
        }
    }
}

void regex_prepare(struct regex *re)
{
    re->now.list = program_resize(NULL, re->ncode, sizeof(*re->now.list));
    re->next.list = program_resize(NULL, re->ncode, sizeof(*re->next.list));
    /* Each visited instruction takes one entry off and puts two on at most. */
    re->stack = program_resize(NULL, (size_t)re->ncode + 2, sizeof(*re->stack));
    re->seen = program_resize(NULL, re->ncode, sizeof(*re->seen));
    memset(re->seen, 0, re->ncode * sizeof(*re->seen));
    first_bytes(re);
}
