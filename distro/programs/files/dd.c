/* dd: copies blocks. */
#include "../lib/program.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct program about = {
    "dd",
    "usage: dd [if=FILE] [of=FILE] [bs=SIZE] [count=N] [skip=N] [seek=N] [conv=WORD,...]\n\n"
    "Copies blocks from standard input, or FILE, to standard output, or FILE, which is cut at the "
    "place where\nwriting begins. Says at the end how many whole and short blocks were read and "
    "written.\n\n"
    "  bs=SIZE    bytes of a block (512); with K, M or G behind it KiB, MiB or GiB\n"
    "  count=N    so many blocks at most\n"
    "  skip=N     leave out so many blocks of the input\n"
    "  seek=N     begin so many blocks behind the start of the output\n"
    "  conv=notrunc   do not cut the output\n"
    "  conv=fsync     wait until it will survive a loss of power\n"
    "  conv=sync      fill short blocks up with zeros\n\n"
    "Exit status: 0, or 1 if something could not be read or written.\n",
    PROGRAM_FAILED,
};

#define BLOCK_MAX (64u << 20)

struct copy {
    const char *from, *to;
    uint64_t block, count, skip, seek;
    bool keep, durable, fill;
    int in, out;
    uint64_t whole_in, short_in, whole_out, short_out;
};

/* A number with an optional K, M or G. */
static uint64_t size_parse(const char *name, const char *text, uint64_t max)
{
    static const char letters[] = "KMG";
    char *digits = program_strdup(text);
    size_t len = strlen(digits);
    const char *letter = len > 1 ? strchr(letters, digits[len - 1]) : NULL;
    unsigned shift = letter ? 10u * (unsigned)(letter - letters + 1) : 0;
    uint64_t value;
    if (letter)
        digits[len - 1] = '\0';
    if (!program_number(digits, max >> shift, &value))
        program_misuse("%s: '%s' is no number that is possible", name, text);
    free(digits);
    return value << shift;
}

static void conversions_parse(struct copy *c, const char *text)
{
    while (*text) {
        size_t len = strcspn(text, ",");
        if (len == 7 && memcmp(text, "notrunc", 7) == 0)
            c->keep = true;
        else if (len == 5 && memcmp(text, "fsync", 5) == 0)
            c->durable = true;
        else if (len == 4 && memcmp(text, "sync", 4) == 0)
            c->fill = true;
        else
            program_misuse("conv: '%.*s' is not known", (int)len, text);
        text += len + (text[len] == ',');
    }
}

static void operand_parse(struct copy *c, const char *operand)
{
    const char *value = strchr(operand, '=');
    size_t len = value ? (size_t)(value - operand) : 0;
    value = value ? value + 1 : NULL;
    if (len == 2 && memcmp(operand, "if", 2) == 0)
        c->from = value;
    else if (len == 2 && memcmp(operand, "of", 2) == 0)
        c->to = value;
    else if (len == 2 && memcmp(operand, "bs", 2) == 0)
        c->block = size_parse("bs", value, BLOCK_MAX);
    else if (len == 5 && memcmp(operand, "count", 5) == 0)
        c->count = size_parse("count", value, UINT64_MAX);
    else if (len == 4 && memcmp(operand, "skip", 4) == 0)
        c->skip = size_parse("skip", value, UINT64_MAX);
    else if (len == 4 && memcmp(operand, "seek", 4) == 0)
        c->seek = size_parse("seek", value, UINT64_MAX);
    else if (len == 4 && memcmp(operand, "conv", 4) == 0)
        conversions_parse(c, value);
    else
        program_misuse("'%s' is not known", operand);
}

static off_t offset_of(const struct copy *c, uint64_t blocks)
{
    uint64_t bytes;
    if (__builtin_mul_overflow(blocks, c->block, &bytes) || bytes > (uint64_t)INT64_MAX)
        program_die("a place is out of range");
    return (off_t)bytes;
}

/* Reads a block, over what a pipe gives in pieces only once, as dd does. -1 after an error. */
static ssize_t block_read(const struct copy *c, uint8_t *block)
{
    ssize_t n;
    while ((n = read(c->in, block, (size_t)c->block)) < 0 && errno == EINTR)
        ;
    return n;
}

/* A file is skipped by its position, a pipe by reading. */
static void input_open(struct copy *c, uint8_t *block)
{
    if (c->from)
        c->in = open(c->from, O_RDONLY);
    if (c->in < 0)
        program_die("%s: %s", c->from, program_strerror(errno));
    off_t to = offset_of(c, c->skip);
    if (to == 0 || lseek(c->in, to, SEEK_CUR) >= 0)
        return;
    for (uint64_t i = 0; i < c->skip; i++) {
        ssize_t n = block_read(c, block);
        if (n < 0)
            program_die("%s: %s", c->from ? c->from : "standard input", program_strerror(errno));
        if (n == 0)
            return;
    }
}

static void output_open(struct copy *c)
{
    if (c->to)
        c->out = open(c->to, O_WRONLY | O_CREAT, 0666);
    if (c->out < 0)
        program_die("%s: %s", c->to, program_strerror(errno));
    off_t to = offset_of(c, c->seek);
    struct stat st;
    bool file = c->to && fstat(c->out, &st) == 0 && S_ISREG(st.st_mode);
    if ((file && !c->keep && ftruncate(c->out, to) != 0) ||
        (to != 0 && lseek(c->out, to, SEEK_CUR) < 0))
        program_die("%s: %s", c->to ? c->to : "standard output", program_strerror(errno));
}

/* Copies one block; false at the end, or after an error, which is said. */
static bool block_copy(struct copy *c, uint8_t *block, int *status)
{
    ssize_t n = block_read(c, block);
    if (n == 0)
        return false;
    if (n < 0) {
        program_errno(c->from ? c->from : "standard input");
        *status = PROGRAM_FAILED;
        return false;
    }
    bool whole = (uint64_t)n == c->block;
    *(whole ? &c->whole_in : &c->short_in) += 1;
    size_t len = (size_t)n;
    if (!whole && c->fill) {
        memset(block + len, 0, (size_t)c->block - len);
        len = (size_t)c->block;
    }
    if (program_write_all(c->out, block, len) != 0) {
        program_errno(c->to ? c->to : "standard output");
        *status = PROGRAM_FAILED;
        return false;
    }
    *(len == c->block ? &c->whole_out : &c->short_out) += 1;
    return true;
}

int main(int argc, char **argv)
{
    struct copy c = {.block = 512, .count = UINT64_MAX, .in = STDIN_FILENO, .out = STDOUT_FILENO};
    int status = PROGRAM_OK;

    program_start(&about);
    struct options o = options_none(argc, argv);
    for (int i = 0; i < o.noperands; i++)
        operand_parse(&c, o.operands[i]);
    if (c.block == 0)
        program_misuse("bs: a block has bytes");
    uint8_t *block = program_alloc((size_t)c.block);
    input_open(&c, block);
    output_open(&c);
    for (uint64_t i = 0; i < c.count && block_copy(&c, block, &status); i++)
        ;
    if (c.durable && fsync(c.out) != 0) {
        program_errno(c.to ? c.to : "standard output");
        status = PROGRAM_FAILED;
    }
    fprintf(stderr, "%llu+%llu records in\n%llu+%llu records out\n", (unsigned long long)c.whole_in,
            (unsigned long long)c.short_in, (unsigned long long)c.whole_out,
            (unsigned long long)c.short_out);
    free(block);
    return program_end(status);
}
