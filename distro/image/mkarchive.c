/*
 * mkarchive: makes, lists and verifies boot archives on the build machine.
 */
#include "archive_write.h"
#include "common/archive.h"

#include <errno.h>
#include <inttypes.h>
#include <noncrypto/blake3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void usage(FILE *out)
{
    fputs(
        "usage: mkarchive -o ARCHIVE [NAME=FILE]...   make an archive of the files\n"
        "       mkarchive --list ARCHIVE              print length, BLAKE3 and name of each file\n"
        "       mkarchive --verify ARCHIVE            check every hash in it\n"
        "\n"
        "NAME is a relative path of at most 63 bytes: letters, digits, '.', '_', '-', '+' and "
        "'/'.\n"
        "The same names and contents give the same bytes, in whatever order they are named.\n",
        out);
}

static void fail(const char *what, const char *why)
{
    fprintf(stderr, "mkarchive: %s: %s\n", what, why);
    exit(EXIT_FAILURE);
}

/* Reads a whole file into memory for free(). */
static uint8_t *file_read(const char *path, size_t *len)
{
    FILE *f = fopen(path, "rb");
    if (f == NULL)
        fail(path, strerror(errno));
    uint8_t *data = NULL;
    size_t size = 0;
    *len = 0;
    for (;;) {
        if (*len == size) {
            size = size ? 2 * size : 64 << 10;
            data = realloc(data, size);
            if (data == NULL)
                fail(path, "out of memory");
        }
        size_t n = fread(data + *len, 1, size - *len, f);
        if (n == 0)
            break;
        *len += n;
    }
    if (ferror(f))
        fail(path, strerror(errno));
    fclose(f);
    return data;
}

static void file_write(const char *path, const uint8_t *data, size_t len)
{
    FILE *f = fopen(path, "wb");
    if (f == NULL || fwrite(data, 1, len, f) != len || fclose(f) != 0) {
        int error = errno;
        remove(path);
        fail(path, strerror(error));
    }
}

/* Splits NAME=FILE and reads the file; both stay allocated in the item. */
static void item_read(struct archive_item *item, const char *argument)
{
    const char *equals = strchr(argument, '=');
    if (equals == NULL)
        fail(argument, "not of the form NAME=FILE");
    char *name = strndup(argument, (size_t)(equals - argument));
    if (name == NULL)
        fail(argument, "out of memory");
    item->name = name;
    item->data = file_read(equals + 1, &item->len);
}

static int make(const char *output, char **arguments, size_t count)
{
    static const char *const reason[] = {
        [-ARCHIVE_WRITE_E_NAME] = "not a valid name for a file in an archive",
        [-ARCHIVE_WRITE_E_DUPLICATE] = "named twice",
        [-ARCHIVE_WRITE_E_TOO_MANY] = "too many files",
        [-ARCHIVE_WRITE_E_MEMORY] = "out of memory",
    };
    struct archive_item *items = calloc(count + 1, sizeof *items);
    if (items == NULL)
        fail(output, "out of memory");
    for (size_t i = 0; i < count; i++)
        item_read(&items[i], arguments[i]);

    uint8_t *archive;
    size_t len, culprit;
    int result = archive_write(items, count, &archive, &len, &culprit);
    if (result)
        fail(count > 0 ? items[culprit].name : output, reason[-result]);
    file_write(output, archive, len);

    free(archive);
    for (size_t i = 0; i < count; i++) {
        free((void *)(uintptr_t)items[i].name);
        free((void *)(uintptr_t)items[i].data);
    }
    free(items);
    return EXIT_SUCCESS;
}

static void entry_print(const struct nonos_archive_entry *e)
{
    printf("%10" PRIu64 "  ", e->len);
    for (size_t i = 0; i < sizeof e->hash; i++)
        printf("%02x", e->hash[i]);
    printf("  %s\n", e->name);
}

/* Calls for every entry of a checked archive; returns how many files do not have their hash. */
static unsigned entries_visit(const struct boot_archive *archive, int verify)
{
    unsigned wrong = 0;
    for (uint32_t i = 0; i < archive->nentries; i++) {
        struct nonos_archive_entry e;
        uint8_t hash[sizeof e.hash];
        boot_archive_entry(archive, i, &e);
        if (!verify) {
            entry_print(&e);
            continue;
        }
        noncrypto_blake3(hash, archive->data + e.offset, e.len);
        if (memcmp(hash, e.hash, sizeof hash) != 0) {
            fprintf(stderr, "mkarchive: %s: does not have the hash that the archive promises\n",
                    e.name);
            wrong++;
        }
    }
    return wrong;
}

static int inspect(const char *path, int verify)
{
    struct boot_archive archive;
    size_t len;
    uint8_t *data = file_read(path, &len);

    int result = boot_archive_check(&archive, data, len);
    if (result)
        fail(path, boot_strerror(result));
    unsigned wrong = entries_visit(&archive, verify);
    if (verify && wrong == 0)
        printf("%s: %" PRIu32 " files, all as promised\n", path, archive.nentries);
    free(data);
    return wrong > 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    if (argc >= 3 && strcmp(argv[1], "-o") == 0)
        return make(argv[2], argv + 3, (size_t)argc - 3);
    if (argc == 3 && (strcmp(argv[1], "--list") == 0 || strcmp(argv[1], "--verify") == 0))
        return inspect(argv[2], argv[1][2] == 'v');
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        usage(stdout);
        return EXIT_SUCCESS;
    }
    usage(stderr);
    return 2;
}
