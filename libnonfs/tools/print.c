#include <string.h>
#include <time.h>
#include <unistd.h>

#include "command.h"

void print_name(const char *name)
{
    static int escape = -1;

    if (escape < 0)
        escape = isatty(STDOUT_FILENO);
    if (!escape) {
        fputs(name, stdout);
        return;
    }
    for (const unsigned char *p = (const unsigned char *)name; *p != '\0'; p++) {
        if (*p < 0x20 || *p == 0x7f || *p == '\\')
            printf("\\%03o", *p);
        else
            putchar(*p);
    }
}

static char type_letter(uint16_t mode)
{
    switch (mode & NONFS_S_IFMT) {
    case NONFS_S_IFIFO:
        return 'p';
    case NONFS_S_IFCHR:
        return 'c';
    case NONFS_S_IFDIR:
        return 'd';
    case NONFS_S_IFBLK:
        return 'b';
    case NONFS_S_IFREG:
        return '-';
    case NONFS_S_IFLNK:
        return 'l';
    case NONFS_S_IFSOCK:
        return 's';
    default:
        return '?';
    }
}

const char *type_name(uint16_t mode)
{
    switch (mode & NONFS_S_IFMT) {
    case NONFS_S_IFIFO:
        return "fifo";
    case NONFS_S_IFCHR:
        return "character device";
    case NONFS_S_IFDIR:
        return "directory";
    case NONFS_S_IFBLK:
        return "block device";
    case NONFS_S_IFREG:
        return "regular file";
    case NONFS_S_IFLNK:
        return "symbolic link";
    case NONFS_S_IFSOCK:
        return "socket";
    default:
        return "unknown";
    }
}

void format_mode(char text[11], uint16_t mode)
{
    /* The bits for set-user-ID, set-group-ID and sticky show in the place of execution. */
    static const char special[3] = {'s', 's', 't'};

    text[0] = type_letter(mode);
    for (int i = 0; i < 9; i++)
        text[i + 1] = mode >> (8 - i) & 1 ? "rwx"[i % 3] : '-';
    for (int i = 0; i < 3; i++) {
        char *execute = &text[3 + 3 * i];

        if (mode >> (11 - i) & 1)
            *execute = *execute == 'x' ? special[i] : (char)(special[i] - 'a' + 'A');
    }
    text[10] = '\0';
}

void print_time(const struct nonfs_time *t, int nanoseconds)
{
    time_t seconds = (time_t)t->seconds;
    struct tm tm;
    char text[32];

    if (seconds != t->seconds || gmtime_r(&seconds, &tm) == NULL ||
        strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm) == 0)
        snprintf(text, sizeof(text), "@%lld", (long long)t->seconds);
    fputs(text, stdout);
    if (nanoseconds)
        printf(".%09u", t->nanoseconds);
}

void print_uuid(const uint8_t uuid[16])
{
    for (int i = 0; i < 16; i++)
        printf("%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", uuid[i]);
}
