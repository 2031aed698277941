#include "row.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NLINES    16
#define NAME_LEN  32
#define VALUE_LEN 256

static struct line {
    char name[NAME_LEN], value[VALUE_LEN];
} lines[NLINES];

int peer_read(const char *name)
{
    FILE *file = fopen(name, "r");
    size_t n = 0;

    if (!file) {
        perror(name);
        return -1;
    }
    while (n < NLINES && fscanf(file, "%31s %255s", lines[n].name, lines[n].value) == 2)
        n++;
    int result = n > 0 && feof(file) ? 0 : -1;
    if (result != 0)
        fprintf(stderr, "%s: it is not what blst_peer.cjs prints\n", name);
    fclose(file);
    return result;
}

static const char *find(const char *name)
{
    for (size_t i = 0; name && i < NLINES; i++)
        if (strcmp(lines[i].name, name) == 0)
            return lines[i].value;
    return NULL;
}

int peer_bytes(const char *name, uint8_t *out, size_t len)
{
    const char *hex = find(name);

    if (!hex || strlen(hex) != 2 * len)
        return -1;
    for (size_t i = 0; i < len; i++) {
        unsigned byte;
        if (sscanf(hex + 2 * i, "%2x", &byte) != 1)
            return -1;
        out[i] = (uint8_t)byte;
    }
    return 0;
}

void row_print_head(void)
{
    printf("%-26s %12s", "", "ours");
    puts(lines[0].name[0] ? "         blst  ratio" : "");
}

void row_print(const char *name, enum row_unit unit, double seconds, const char *peer)
{
    static const struct {
        const char *name;
        double a_second;
    } units[] = {[ROW_NS] = {"ns", 1e9}, [ROW_US] = {"us", 1e6}, [ROW_MS] = {"ms", 1e3}};
    const char *value = find(peer);

    printf("%-26s %9.1f %s", name, seconds * units[unit].a_second, units[unit].name);
    if (value) {
        double theirs = strtod(value, NULL) / 1e6;
        printf(" %9.1f %s  %5.2f", theirs * units[unit].a_second, units[unit].name,
               theirs / seconds);
    }
    putchar('\n');
    fflush(stdout);
}
