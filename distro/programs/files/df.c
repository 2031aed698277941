/* df: space of file systems. */
#include "../lib/mounts.h"
#include "../lib/program.h"

#include <stdio.h>
#include <sys/statvfs.h>

static const struct program about = {
    "df",
    "usage: df [-h] [PATH]...\n\n"
    "Shows size, used and free space of the file systems that hold the paths, or of all, in "
    "KiB.\n\n"
    "  -h   sizes such as 1.5G\n\n"
    "Exit status: 0, or 1 if a file system could not be asked.\n",
    PROGRAM_FAILED,
};

static bool human;

static void size_text(char out[24], uint64_t blocks, uint64_t block_size)
{
    uint64_t bytes;
    if (__builtin_mul_overflow(blocks, block_size, &bytes))
        bytes = UINT64_MAX;
    if (human)
        program_human(out, bytes);
    else
        snprintf(out, 24, "%llu", (unsigned long long)(bytes / 1024 + (bytes % 1024 != 0)));
}

/* Used blocks in percent, rounded up. The numbers come from a disk and may be anything. */
static unsigned percent_used(uint64_t taken, uint64_t avail)
{
    uint64_t usable;
    while (__builtin_add_overflow(taken, avail, &usable) || usable > UINT64_MAX / 100) {
        taken /= 2;
        avail /= 2;
    }
    return (unsigned)((taken * 100 + usable - 1) / usable);
}

static int print(const char *source, const char *path)
{
    struct statvfs fs;
    char size[24], used[24], avail[24], percent[8] = "-";
    if (statvfs(path, &fs) != 0) {
        program_errno(path);
        return PROGRAM_FAILED;
    }
    uint64_t taken = fs.f_blocks > fs.f_bfree ? fs.f_blocks - fs.f_bfree : 0;
    size_text(size, fs.f_blocks, fs.f_frsize);
    size_text(used, taken, fs.f_frsize);
    size_text(avail, fs.f_bavail, fs.f_frsize);
    if (taken > 0 || fs.f_bavail > 0)
        snprintf(percent, sizeof(percent), "%u%%", percent_used(taken, fs.f_bavail));
    printf("%-20s %10s %10s %10s %5s %s %s\n", source, size, used, avail, percent,
           fs.f_flag & ST_RDONLY ? "ro" : "rw", path);
    return PROGRAM_OK;
}

static int print_mount(const struct mount *m, void *context)
{
    (void)context;
    return print(m->source, m->path);
}

int main(int argc, char **argv)
{
    int status = PROGRAM_OK;
    program_start(&about);
    struct options o = options_begin(argc, argv, "hk", NULL);
    for (int c; (c = options_next(&o)) != 0;)
        human = c == 'h';
    printf("%-20s %10s %10s %10s %5s    %s\n", "File system", human ? "Size" : "KiB", "Used",
           "Free", "Used", "Path");
    if (o.noperands == 0) {
        status = mounts_each(print_mount, NULL);
        if (status < 0)
            program_die("the mounts cannot be listed: %s", program_strerror(-status));
    }
    for (int i = 0; i < o.noperands; i++)
        status |= print("-", o.operands[i]);
    return program_end(status);
}
