/* du: space that directories and files take. */
#include "../lib/program.h"
#include "../lib/tree.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static const struct program about = {
    "du",
    "usage: du [-a | -s] [-h] [PATH]...\n\n"
    "Shows the space that each directory below the paths (or below here) takes with all that is "
    "in it, in KiB.\nA file with several names counts once.\n\n"
    "  -a   files too\n"
    "  -s   the paths alone\n"
    "  -h   sizes such as 1.5G\n\n"
    "Exit status: 0, or 1 if something could not be looked at.\n",
    PROGRAM_FAILED,
};

static bool all, only_paths, human;

/* Files with several names that were counted, sorted. */
struct seen {
    dev_t device;
    ino_t inode;
};
static struct seen *seen;
static size_t nseen, seen_capacity;

static int seen_compare(const struct seen *a, const struct stat *st)
{
    if (a->device != st->st_dev)
        return a->device < st->st_dev ? -1 : 1;
    return a->inode < st->st_ino ? -1 : a->inode > st->st_ino;
}

/* Whether the file counts: it has one name, or this is the first that is met. */
static bool counts(const struct stat *st)
{
    size_t low = 0, high = nseen;
    if (S_ISDIR(st->st_mode) || st->st_nlink < 2)
        return true;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = seen_compare(&seen[middle], st);
        if (order == 0)
            return false;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    seen = program_grow(seen, nseen, &seen_capacity, sizeof(*seen));
    for (size_t i = nseen++; i > low; i--)
        seen[i] = seen[i - 1];
    seen[low] = (struct seen){st->st_dev, st->st_ino};
    return true;
}

static void print(uint64_t blocks, const char *path)
{
    char text[24];
    uint64_t bytes;
    if (__builtin_mul_overflow(blocks, UINT64_C(512), &bytes))
        bytes = UINT64_MAX;
    if (human)
        program_human(text, bytes);
    else
        snprintf(text, sizeof(text), "%llu", (unsigned long long)(blocks / 2 + blocks % 2));
    printf("%s\t%s\n", text, path);
}

/* Sums by depth: that of a directory is added to the one above when it is left. */
struct sums {
    uint64_t *blocks;
    size_t count, capacity;
};

static void sums_add(struct sums *s, size_t depth, uint64_t blocks)
{
    while (s->count <= depth) {
        s->blocks = program_grow(s->blocks, s->count, &s->capacity, sizeof(*s->blocks));
        s->blocks[s->count++] = 0;
    }
    if (__builtin_add_overflow(s->blocks[depth], blocks, &s->blocks[depth]))
        s->blocks[depth] = UINT64_MAX;
}

static void leave(struct sums *s, const struct tree *t)
{
    sums_add(s, t->depth + 1, 0);
    uint64_t blocks = s->blocks[t->depth + 1];
    s->blocks[t->depth + 1] = 0;
    sums_add(s, t->depth, blocks);
    if (!only_paths || t->depth == 0)
        print(blocks, t->path);
}

static int show(const char *path)
{
    struct tree t;
    struct sums sums = {0};
    enum tree_event event;
    int status = PROGRAM_OK;

    tree_begin(&t, path, false);
    while ((event = tree_next(&t)) != TREE_END) {
        uint64_t blocks = (uint64_t)t.stat.st_blocks;
        if (event == TREE_ERROR) {
            program_errno(t.path);
            status = PROGRAM_FAILED;
        } else if (event == TREE_ENTER) {
            sums_add(&sums, t.depth + 1, blocks);
        } else if (event == TREE_LEAVE) {
            leave(&sums, &t);
        } else if (counts(&t.stat)) {
            sums_add(&sums, t.depth, blocks);
            if (all || t.depth == 0)
                print(blocks, t.path);
        }
    }
    free(sums.blocks);
    tree_end(&t);
    return status;
}

int main(int argc, char **argv)
{
    int status = PROGRAM_OK;

    program_start(&about);
    struct options o = options_begin(argc, argv, "ashk", NULL);
    for (int c; (c = options_next(&o)) != 0;) {
        all |= c == 'a';
        only_paths |= c == 's';
        human |= c == 'h';
    }
    if (all && only_paths)
        program_misuse("-a and -s exclude each other");
    if (o.noperands == 0)
        status = show(".");
    for (int i = 0; i < o.noperands; i++)
        status |= show(o.operands[i]);
    free(seen);
    return program_end(status);
}
