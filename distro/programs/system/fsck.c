/* fsck: checks the disk. */
#include "../lib/program.h"
#include "../lib/system.h"
#include "../lib/system_text.h"

#include <stdio.h>
#include <string.h>

enum { CHECK_FAULTS = 4, CHECK_FAILED = 8 };

static const struct program about = {
    "fsck",
    "usage: fsck\n\n"
    "Checks the ext4 volume on the disk and says what is wrong, a fault a line. Repairs nothing. "
    "The disk must not be\nmounted, or only for reading.\n\n"
    "Exit status: 0 if it is clean, 4 if faults were found, 8 if there is no verdict.\n",
    CHECK_FAILED,
};

#define TEXT_SIZE (64u << 10)

/* Names on the disk are part of it, and may be anything. Returns how many lines there were. */
static uint64_t faults_print(const char *text)
{
    uint64_t lines = 0;
    while (*text) {
        size_t len = strcspn(text, "\n");
        system_print_safe(text, len);
        putchar('\n');
        text += len + (text[len] == '\n');
        lines++;
    }
    return lines;
}

int main(int argc, char **argv)
{
    struct system_check check;

    program_start(&about);
    if (options_none(argc, argv).noperands > 0)
        program_misuse("no operands are expected");
    char *text = program_alloc(TEXT_SIZE);
    int result = system_check(text, TEXT_SIZE, &check);
    if (result == NONOS_E_BUSY)
        program_die("the disk is mounted and may be written; umount it first");
    if (result < 0)
        program_die("the disk cannot be checked: %s", nonos_strerror(result));
    uint64_t said = faults_print(text);
    if (check.problems > said)
        printf("and %llu more\n", (unsigned long long)(check.problems - said));
    if (check.journal_waits)
        puts("the journal holds changes that were not looked at; mounting writes them");
    if (check.errors_flagged)
        puts("who used the volume last found errors in it");
    if (check.problems == 0)
        printf("clean, %llu inodes, %llu directories, %llu blocks\n",
               (unsigned long long)check.inodes, (unsigned long long)check.directories,
               (unsigned long long)check.blocks);
    else
        printf("%llu fault%s\n", (unsigned long long)check.problems,
               check.problems == 1 ? "" : "s");
    return program_end(check.problems == 0 ? PROGRAM_OK : CHECK_FAULTS);
}
