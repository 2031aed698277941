/*
 * The log in a kernel of its own, booted by tiny-kernel's assembly and machine.c: it writes three records to memory, reads them, and
 * tries what an attacker could. It prints what it found and leaves with status 33 if all of it was right.
 */
#include "machine.h"
#include "sealed_log.h"

void kernel_main(uint32_t magic, const struct multiboot_info *info);

static uint8_t memory[1024];
/* A real kernel has this from its generator. */
static const uint8_t key[SEALED_LOG_KEY_LEN] = "thirty-two bytes of a fixed key.";

/* How many records open, from `at` on. */
static int count_records(size_t at, size_t end)
{
    struct sealed_log log;
    uint8_t text[64];
    size_t used, len;
    int n = 0;

    sealed_log_start(&log, key);
    while ((used = sealed_log_read(&log, text, sizeof text, &len, memory + at, end - at)) > 0) {
        at += used;
        n++;
    }
    return n;
}

static int expect(const char *what, int right)
{
    print(right ? "ok: " : "WRONG: ");
    print(what);
    print("\n");
    return right;
}

void kernel_main(uint32_t magic, const struct multiboot_info *info)
{
    static const char *const texts[] = {"boot", "mount /", "start init"};
    struct sealed_log log;
    size_t starts[4] = {0};
    int right = 1;

    (void)magic;
    (void)info;
    sealed_log_start(&log, key);
    for (size_t i = 0, at = 0; i < 3; i++) {
        size_t len = i == 0 ? 4 : i == 1 ? 7 : 10;
        right &= sealed_log_append(&log, memory + at, texts[i], len, i == 2) == 0;
        starts[i + 1] = at += len + SEALED_LOG_OVERHEAD;
    }
    right &= expect("three records are read", count_records(0, starts[3]) == 3);
    right &= expect("none without the first", count_records(starts[1], starts[3]) == 0);
    memory[starts[1] + 5] ^= 1;
    right &= expect("one before a changed one", count_records(0, starts[3]) == 1);
    right &= expect("nothing after the last", sealed_log_append(&log, memory, "x", 1, 0) != 0);
    leave(right ? EXIT_OK : EXIT_ERROR);
}
