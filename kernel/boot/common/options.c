#include "common/options.h"

#include <stdbool.h>
#include <string.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool is_control(char c)
{
    return (unsigned char)c < 0x20 || c == 0x7f;
}

/* Appends one character; a run of blanks becomes one space and none stands at the start. */
static int cmdline_append(char *cmdline, size_t *n, char c)
{
    if (is_blank(c)) {
        if (*n == 0 || cmdline[*n - 1] == ' ')
            return 0;
        c = ' ';
    } else if (is_control(c)) {
        return BOOT_E_CMDLINE;
    }
    if (*n == NONOS_BOOT_CMDLINE_SIZE - 1)
        return BOOT_E_CMDLINE;
    cmdline[(*n)++] = c;
    return 0;
}

int boot_options_read(char cmdline[NONOS_BOOT_CMDLINE_SIZE], const char *text, size_t len)
{
    size_t n = 0;
    bool line_start = true, comment = false;

    for (size_t i = 0; i < len && text[i] != '\0'; i++) {
        if (line_start)
            comment = text[i] == '#';
        line_start = text[i] == '\n';
        if (comment && !line_start)
            continue;
        int result = cmdline_append(cmdline, &n, text[i]);
        if (result) {
            cmdline[0] = '\0';
            return result;
        }
    }
    if (n > 0 && cmdline[n - 1] == ' ')
        n--;
    cmdline[n] = '\0';
    return 0;
}

/* Reads a decimal number below 65536; advances `*s`. Returns 0 if there is none. */
static uint32_t number_read(const char **s)
{
    uint32_t n = 0;
    while (**s >= '0' && **s <= '9' && n < 65536)
        n = n * 10 + (uint32_t)(*(*s)++ - '0');
    return n < 65536 ? n : 0;
}

int boot_options_video(const char *cmdline, uint32_t *width, uint32_t *height)
{
    static const char name[] = "video=";
    int found = 0;

    *width = *height = 0;
    for (const char *word = cmdline; *word != '\0';) {
        const char *s = word;
        if (strncmp(s, name, sizeof name - 1) == 0) {
            s += sizeof name - 1;
            uint32_t w = number_read(&s);
            uint32_t h = *s == 'x' ? (s++, number_read(&s)) : 0;
            if (w > 0 && h > 0 && (*s == ' ' || *s == '\0')) {
                *width = w;
                *height = h;
                found = 1;
            }
        }
        while (*word != '\0' && *word++ != ' ')
            ;
    }
    return found;
}
