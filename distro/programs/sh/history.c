#include "history.h"

#include "../lib/program.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *lines[HISTORY_MAX];
static size_t count, dropped;

void history_add(const char *line)
{
    if (line[strspn(line, " \t\n")] == '\0' || (count > 0 && strcmp(lines[count - 1], line) == 0))
        return;
    if (count == HISTORY_MAX) {
        free(lines[0]);
        memmove(lines, lines + 1, (HISTORY_MAX - 1) * sizeof(*lines));
        count--;
        dropped++;
    }
    lines[count++] = program_strdup(line);
}

size_t history_count(void)
{
    return count;
}

const char *history_line(size_t i)
{
    return lines[i];
}

void history_print(void)
{
    for (size_t i = 0; i < count; i++)
        printf("%5zu  %s\n", dropped + i + 1, lines[i]);
}
