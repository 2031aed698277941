/*
 * The tree of a command. Lists, pipelines and && || chains are chained by `next`, so the tree is as deep as the commands are
 * nested, which the parser bounds.
 *
 * Words are kept as they were written, quotes and all; expansion takes them apart when the command runs.
 */
#ifndef PROGRAMS_SH_AST_H
#define PROGRAMS_SH_AST_H

#include <stdbool.h>

enum node_kind {
    NODE_COMMAND, /* assignments, words, redirections */
    NODE_PIPE,    /* child chain */
    NODE_AND_OR,  /* child chain; `connector` of each child but the first */
    NODE_LIST,    /* child chain; `background` of each child */
    NODE_SUBSHELL,
    NODE_GROUP,
    NODE_IF, /* child: condition, then: body, otherwise: else part or NULL (elif: another NODE_IF) */
    NODE_WHILE,
    NODE_UNTIL,
    NODE_FOR,      /* name, words (has_in), then: body */
    NODE_CASE,     /* words: the subject; items */
    NODE_FUNCTION, /* name, then: body */
};

struct word {
    struct word *next;
    char *text;
};

enum redirect_op {
    REDIRECT_READ,       /* < */
    REDIRECT_WRITE,      /* > */
    REDIRECT_CLOBBER,    /* >| */
    REDIRECT_APPEND,     /* >> */
    REDIRECT_READ_WRITE, /* <> */
    REDIRECT_DUP_READ,   /* <& */
    REDIRECT_DUP_WRITE,  /* >& */
    REDIRECT_HERE,       /* << and <<- */
};

struct redirect {
    struct redirect *next;
    enum redirect_op op;
    int fd;
    char *target; /* word; for REDIRECT_HERE the delimiter, without quotes */
    char *body;   /* REDIRECT_HERE */
    bool quoted;  /* REDIRECT_HERE: the delimiter was quoted, the body is not expanded */
    bool strip;   /* REDIRECT_HERE: <<- */
};

struct case_item {
    struct case_item *next;
    struct word *patterns;
    struct node *body; /* may be NULL */
};

struct node {
    enum node_kind kind;
    struct node *next;
    bool or_else;    /* of a child of NODE_AND_OR: connected by ||, not && */
    bool background; /* of a child of NODE_LIST */
    bool negated;    /* of NODE_PIPE */
    bool has_in;     /* NODE_FOR */
    struct word *assignments;
    struct word *words;
    struct redirect *redirects;
    char *name;
    struct node *child, *then, *otherwise;
    struct case_item *items;
};

#endif
