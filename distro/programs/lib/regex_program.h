/* What the compiler of regular expressions hands to the matcher. */
#ifndef PROGRAMS_LIB_REGEX_PROGRAM_H
#define PROGRAMS_LIB_REGEX_PROGRAM_H

#include "regex.h"

#define REGEX_PROGRAM_MAX 50000u

enum regex_op {
    OP_CHAR,   /* x: code point */
    OP_ANY,    /* any character */
    OP_SET,    /* x: index of the set */
    OP_SPLIT,  /* goes on at x and at y */
    OP_JUMP,   /* goes on at x */
    OP_ASSERT, /* x: enum regex_assertion */
    OP_MATCH,
};

enum regex_assertion {
    ASSERT_START, /* of the text */
    ASSERT_END,
    ASSERT_WORD_START,
    ASSERT_WORD_END,
    ASSERT_WORD_EDGE,
    ASSERT_NO_WORD_EDGE,
    ASSERT_NO_WORD_BEFORE,
    ASSERT_NO_WORD_AFTER,
};

struct regex_instruction {
    uint32_t op, x, y;
};

struct regex_range {
    uint32_t first, last;
};

struct regex_set {
    bool invert;
    uint8_t ascii[16]; /* bit c: the character c < 128 is in the set, before `invert` */
    struct regex_range *ranges;
    size_t nranges, capacity;
};

struct regex_thread {
    uint32_t pc;
    size_t start;
};

struct regex_threads {
    struct regex_thread *list;
    size_t n;
};

struct regex {
    struct regex_instruction *code;
    uint32_t ncode;
    size_t capacity;
    struct regex_set *sets;
    size_t nsets, sets_capacity;
    bool fold;
    /* Of the matcher; made when the program is complete. */
    struct regex_threads now, next;
    uint32_t *stack;
    uint32_t *seen; /* step in which an instruction was added last */
    uint32_t step;
    bool first[256]; /* a match can start with this byte */
    bool empty;      /* a match can be empty, or start with an assertion: `first` says nothing */
};

/* Prepares the matcher for a complete program. */
void regex_prepare(struct regex *re);

static inline uint32_t regex_fold(uint32_t c)
{
    return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

bool regex_set_has(const struct regex_set *set, uint32_t c);

#endif
