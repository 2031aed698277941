/*
 * nonfs cat and b3sum.
 */
#include <stdlib.h>
#include <string.h>

#include <noncrypto/blake3.h>

#include "json.h"
#include "walk.h"

#define CONTENT_BUFFER (1u << 20)

/* Gives the content of a file to `sink` piece by piece. Returns 0, or -1 after a message. */
static int content_read(struct volume *volume, struct nonfs_ext4_node *node, const char *path,
                        int (*sink)(void *user, const uint8_t *bytes, size_t len), void *user)
{
    uint8_t *buffer = allocate(NULL, CONTENT_BUFFER);
    uint64_t offset = 0;
    size_t done;
    int failed = 0;

    do {
        int result = nonfs_ext4_read(node, offset, buffer, CONTENT_BUFFER, &done);

        /* What was read before an error is content too. */
        if (done > 0 && sink(user, buffer, done) != 0)
            failed = -1;
        if (result != 0) {
            volume_complain(volume, path, result);
            failed = -1;
        }
        offset += done;
    } while (failed == 0 && done > 0);
    free(buffer);
    return failed;
}

static int cat_sink(void *user, const uint8_t *bytes, size_t len)
{
    (void)user;
    return fwrite(bytes, 1, len, stdout) == len ? 0 : -1;
}

int command_cat(struct volume *volume, const struct arguments *arguments)
{
    int failed = 0;

    for (int i = 0; i < arguments->npaths; i++) {
        struct nonfs_ext4_node node;

        if (volume_lookup(volume, arguments->paths[i], 0, &node) != 0 ||
            content_read(volume, &node, arguments->paths[i], cat_sink, NULL) != 0)
            failed = 1;
    }
    return failed ? EXIT_CODE_CONTENT : EXIT_CODE_OK;
}

static int b3sum_sink(void *user, const uint8_t *bytes, size_t len)
{
    noncrypto_blake3_update(user, bytes, len);
    return 0;
}

static void print_hash(const uint8_t hash[NONCRYPTO_BLAKE3_OUT_LEN])
{
    for (int i = 0; i < NONCRYPTO_BLAKE3_OUT_LEN; i++)
        printf("%02x", hash[i]);
}

/* A line as b3sum(1) prints it: the line of a name with a newline or a backslash starts with a backslash. */
static void b3sum_print_line(const uint8_t hash[NONCRYPTO_BLAKE3_OUT_LEN], const char *path)
{
    if (strpbrk(path, "\n\r\\") != NULL)
        putchar('\\');
    print_hash(hash);
    fputs("  ", stdout);
    for (; *path != '\0'; path++) {
        if (*path == '\n')
            fputs("\\n", stdout);
        else if (*path == '\r')
            fputs("\\r", stdout);
        else if (*path == '\\')
            fputs("\\\\", stdout);
        else
            putchar(*path);
    }
    putchar('\n');
}

static void b3sum_visit(struct walk *walk, struct nonfs_ext4_node *node, const char *name,
                        void *user)
{
    const struct arguments *arguments = user;
    struct noncrypto_blake3 ctx;
    struct nonfs_ext4_stat st;
    uint8_t hash[NONCRYPTO_BLAKE3_OUT_LEN];

    (void)name;
    nonfs_ext4_stat(node, &st);
    if ((st.mode & NONFS_S_IFMT) != NONFS_S_IFREG)
        return;
    noncrypto_blake3_init(&ctx);
    if (content_read(walk->volume, node, walk->path, b3sum_sink, &ctx) != 0) {
        walk->failed = 1;
        return;
    }
    noncrypto_blake3_final(&ctx, hash, sizeof(hash));
    if (!arguments->json) {
        b3sum_print_line(hash, walk->path);
        return;
    }
    fputs("{\"file\":", stdout);
    json_print_string(walk->path);
    fputs(",\"algorithm\":\"blake3\",\"hash\":\"", stdout);
    print_hash(hash);
    puts("\"}");
}

int command_b3sum(struct volume *volume, const struct arguments *arguments)
{
    struct arguments copy = *arguments;

    return walk_all(volume, arguments, b3sum_visit, &copy);
}
