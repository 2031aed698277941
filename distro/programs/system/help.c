/* help: where to begin. */
#include "../lib/program.h"

#include <stdio.h>

static const struct program about = {
    "help",
    "usage: help\n\nShows the programs by subject. In the shell, help shows the commands of the "
    "shell itself.\n\n"
    "Exit status: 0, or 1 if the output could not be written.\n",
    PROGRAM_FAILED,
};

static const char text[] =
    "Files         ls cat cp mv rm mkdir rmdir touch ln chmod stat find du dd tee\n"
    "The disk      df sync mount umount fsck mkfs\n"
    "Text          edit head tail wc grep sort uniq cut tr hexdump seq echo\n"
    "Integrity     b3sum\n"
    "Tasks         ps kill sleep env which\n"
    "The system    free uptime date dmesg modules audit\n"
    "Network       ip ping nslookup nc netstat capture\n"
    "Authority     caps    what a program is given\n"
    "              without NAME[,NAME] -- PROGRAM     run it without capabilities\n"
    "              with PATH[:ro|:rw]... -- PROGRAM   run it seeing only these paths\n"
    "Shell scripts sh basename dirname true false yes clear\n"
    "End           poweroff reboot; exit ends the session\n\n"
    "Every program has --help. The disk is at /disk, /tmp is memory. Tab completes, ^R searches "
    "what was typed.\n";

int main(int argc, char **argv)
{
    program_start(&about);
    if (options_none(argc, argv).noperands > 0)
        program_misuse("no operands are expected; try PROGRAM --help");
    fputs(text, stdout);
    return program_end(PROGRAM_OK);
}
