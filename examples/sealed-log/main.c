/*
 * The log as a command. The writer has STATE alone, the reader KEY.
 *     sealed-log start KEY STATE          makes a key and the writer's state
 *     sealed-log append STATE LOG TEXT    adds a record
 *     sealed-log end STATE LOG            adds the last one
 *     sealed-log read KEY LOG [STATE]     prints the records; with STATE it sees if some are missing at the end
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sealed_log.h"

#define TEXT_MAX 4096

static uint8_t bytes[1 << 20];

static int put(const char *name, const char *mode, const void *data, size_t len)
{
    FILE *f = fopen(name, mode);
    return f && fwrite(data, 1, len, f) == len && fclose(f) == 0 ? 0 : -1;
}

static size_t get(const char *name, void *data, size_t capacity)
{
    FILE *f = fopen(name, "rb");
    size_t n = f ? fread(data, 1, capacity, f) : 0;
    if (f)
        fclose(f);
    return n;
}

static int append(const char *state, const char *log_name, const char *text, int last)
{
    struct sealed_log log;
    static uint8_t record[TEXT_MAX + SEALED_LOG_OVERHEAD];
    size_t len = strlen(text);

    if (get(state, &log, sizeof log) != sizeof log || len > TEXT_MAX ||
        sealed_log_append(&log, record, text, len, last) != 0)
        return 1;
    /* The state first: a record that is not in the log can be seen, a key that seals twice cannot be taken back. */
    return put(state, "wb", &log, sizeof log) ||
           put(log_name, "ab", record, len + SEALED_LOG_OVERHEAD);
}

static int print_all(const uint8_t *key, const char *log_name, const char *state)
{
    struct sealed_log log, writer;
    uint8_t text[TEXT_MAX];
    size_t size = get(log_name, bytes, sizeof bytes), at = 0, used, len;

    sealed_log_start(&log, key);
    while (at < size &&
           (used = sealed_log_read(&log, text, sizeof text, &len, bytes + at, size - at)) > 0) {
        printf("%.*s%s", (int)len, (const char *)text, len > 0 ? "\n" : "");
        at += used;
    }
    if (at < size)
        puts("the log was changed here");
    else if (state &&
             (get(state, &writer, sizeof writer) != sizeof writer ||
              writer.records != log.records || memcmp(writer.key, log.key, sizeof log.key) != 0))
        puts("records are missing at the end");
    else if (!log.ended && !state)
        puts("the log has no end yet");
    else
        return 0;
    return 1;
}

int main(int argc, char **argv)
{
    uint8_t key[SEALED_LOG_KEY_LEN];
    struct sealed_log log;
    const char *verb = argc > 3 ? argv[1] : "";

    if (strcmp(verb, "start") == 0) {
        if (getentropy(key, sizeof key) != 0 || put(argv[2], "wb", key, sizeof key) != 0)
            return 1;
        memset(&log, 0, sizeof log);
        sealed_log_start(&log, key);
        return put(argv[3], "wb", &log, sizeof log) != 0;
    }
    if (strcmp(verb, "append") == 0 && argc == 5)
        return append(argv[2], argv[3], argv[4], 0);
    if (strcmp(verb, "end") == 0)
        return append(argv[2], argv[3], "", 1);
    if (strcmp(verb, "read") == 0 && get(argv[2], key, sizeof key) == sizeof key)
        return print_all(key, argv[3], argc > 4 ? argv[4] : NULL);
    fputs("usage: sealed-log start|append|end|read ...\n", stderr);
    return 2;
}
