/*
 * test_vectors.txt of Poseidon's reference: permutations, "# poseidonperm_x5_BITS_WIDTH" with input
 * and output below.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <command.h>
#include <nonzk/poseidon.h>

#include "hex.h"
#include "runners.h"

/* The elements of "['0x...', ...]"; returns how many. */
static unsigned elements(struct nonzk_fr *out, unsigned max, const char *line)
{
    uint8_t bytes[NONZK_FR_LEN];
    char digits[2 * NONZK_FR_LEN + 1];
    unsigned n = 0;

    while (n < max && (line = strstr(line, "0x")) != NULL) {
        snprintf(digits, sizeof digits, "%s", line += 2);
        if (parse_hex(bytes, sizeof bytes, digits) != 0 || nonzk_fr_from_bytes(&out[n], bytes) != 0)
            return 0;
        n++;
    }
    return n;
}

/* The line after the next one that begins with `word`. */
static char *line_after(char *text, const char *word)
{
    char *at = strstr(text, word);
    return at ? strchr(at, '\n') : NULL;
}

/* The lines of a case; they end where the next one begins. */
static enum verdict check(struct vectors *v, unsigned bits, unsigned width, char *lines)
{
    struct nonzk_fr state[NONZK_POSEIDON_MAX_WIDTH], expected[NONZK_POSEIDON_MAX_WIDTH];
    char *in = line_after(lines, "Input:"), *out = line_after(lines, "Output:");

    if (bits != 255)
        return vectors_skip(v, "a field of %u bits", bits);
    if (!in || !out || in > out)
        return vectors_skip(v, "the case has no input or output");
    *out = '\0'; /* so that the input has an end */
    if (width > NONZK_POSEIDON_MAX_WIDTH || elements(state, width, in) != width ||
        elements(expected, width, out + 1) != width)
        return vectors_skip(v, "width %u, or elements of another field", width);
    if (nonzk_poseidon_permute(state, width) != 0)
        return vectors_skip(v, "width %u", width);
    return vectors_compare(state, expected, width * sizeof state[0]);
}

int poseidon_run(struct vectors *v, char *text)
{
    static const char head[] = "# poseidonperm_x5_";
    unsigned bits, width;
    char id[48];

    if (strncmp(text, head, sizeof head - 1) != 0)
        return -1;
    while (text) {
        char *next = strstr(text + 1, "# ");
        if (next)
            next[-1] = '\0';
        snprintf(id, sizeof id, "%.*s", (int)strcspn(text + 2, "\n"), text + 2);
        if (sscanf(text, "# poseidonperm_x5_%u_%u", &bits, &width) == 2)
            vectors_count(v, check(v, bits, width, text), EXPECT_VALID, id);
        else
            vectors_skip_many(v, 1, "%s", id);
        text = next;
    }
    return 0;
}
