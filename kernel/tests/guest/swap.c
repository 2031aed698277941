/*
 * A program that would have something else run than what was attested: `swap VERB FILE`, for tests/system/test_attest.py. FILE is a module
 * file that may run. It speaks to the attestor as posix_spawn() does, and keeps what it can of the Memory that it was given.
 *
 * The verbs that touch the Memory when it was taken back must end by a fault.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <nonos/attest.h>
#include <nonos/runtime.h>
#include <nonos/thread.h>

/* What is kept from the attestor's answer. */
static nonos_handle memory, copy, upload;
static uint8_t *bytes;
static size_t len;

static void report(const char *what, int result)
{
    (void)printf("%s: %s\n", what, nonos_strerror(result));
    (void)fflush(stdout);
}

static int buffer_ask(uint64_t wanted)
{
    struct nonos_message message = nonos_message_make(NONOS_ATTEST_BUFFER);
    message.words[0] = wanted;
    message.caps[0] = NONOS_SLOT_ACCOUNT;
    message.ncaps = 1;
    int result = nonos_call(nonos_cap_find(NONOS_NAME_ATTEST), &message);
    if (result >= 0) {
        memory = message.caps[0];
        upload = message.caps[1];
    }
    return result;
}

static int file_send(const char *path)
{
    struct stat st;
    void *at;
    int fd = open(path, O_RDONLY);
    if (fd < 0 || fstat(fd, &st) != 0)
        return NONOS_E_NOT_FOUND;
    len = (size_t)st.st_size;
    int result = buffer_ask(len);
    if (result >= 0)
        result = nonos_memory_map(memory, len, NONOS_PROT_READ | NONOS_PROT_WRITE, &at);
    if (result < 0)
        return result;
    bytes = at;
    for (size_t done = 0; done < len;) {
        ssize_t n = read(fd, bytes + done, len - done);
        if (n <= 0)
            return NONOS_E_IO;
        done += (size_t)n;
    }
    return nonos_cap_derive(memory, NONOS_RIGHTS_ALL, 0, NONOS_NEVER, 0, &copy);
}

static int load(nonos_handle *module)
{
    struct nonos_message message = nonos_message_make(NONOS_ATTEST_LOAD);
    int result = nonos_call(upload, &message);
    *module = result >= 0 && message.ncaps ? message.caps[0] : 0;
    return result;
}

/* ---- attacks ---- */

/* Nothing is printed in between: new memory of the C library's could lie where the file was. */
static void do_write_after(void)
{
    nonos_handle module;
    int result = load(&module);
    if (result >= 0)
        bytes[len / 2] ^= 1;
    report("load", result);
}

static void scribble(void *argument)
{
    volatile uint8_t *at = argument;
    for (;;)
        *at ^= 1;
}

/* Another thread writes all the time: before the check, during it, and until it faults. */
static void do_write_during(void)
{
    nonos_handle module;
    report("thread", nonos_thread_spawn(scribble, bytes + len / 2, 0));
    for (int i = 0; i < 100; i++)
        (void)nonos_sleep_until(nonos_time_monotonic() + 1000000);
    int result = load(&module);
    /* If this thread still runs, the other one has faulted or will at once. */
    (void)nonos_sleep_until(nonos_time_monotonic() + 5000000000u);
    report("load", result);
}

/* Nothing that was derived from the Memory names it any more. */
static void do_keep(void)
{
    nonos_handle module;
    uint64_t address;
    report("load", load(&module));
    report("memory", nonos_mem_map(NONOS_SLOT_TASK, memory, 0, 0, NONOS_PAGE_SIZE, NONOS_PROT_READ,
                                   &address));
    report("copy",
           nonos_mem_map(NONOS_SLOT_TASK, copy, 0, 0, NONOS_PAGE_SIZE, NONOS_PROT_READ, &address));
    report("again", load(&module));
}

/* A Module is no way to mint: it can be loaded and handed on, no more. */
static void do_mint(void)
{
    struct nonos_image image = {.name = "swap"};
    struct nonos_cap_info info;
    nonos_handle module, made;
    report("load", load(&module));
    if (nonos_cap_info(module, &info) >= 0)
        (void)printf("rights %x\n", info.rights);
    report("module_mint",
           nonos_module_mint(module, NONOS_SLOT_ACCOUNT, module, len, &image, &made));
    report("wider", nonos_cap_derive(module, NONOS_RIGHTS_ALL, 0, NONOS_NEVER, 0, &made));
    if (nonos_cap_info(made, &info) >= 0)
        (void)printf("rights %x\n", info.rights);
}

/* Sizes that no file has, and requests without what they need. */
static void do_sizes(void)
{
    static const uint64_t sizes[] = {0, (64ull << 20) + 1, 1ull << 40, ~0ull};
    struct nonos_message message = nonos_message_make(NONOS_ATTEST_BUFFER);
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
        report("buffer", buffer_ask(sizes[i]));
    message.words[0] = 4096;
    report("no account", nonos_call(nonos_cap_find(NONOS_NAME_ATTEST), &message));
    message = nonos_message_make(NONOS_ATTEST_BUFFER);
    message.words[0] = 4096;
    message.caps[0] = nonos_cap_find(NONOS_NAME_CLOCK);
    message.ncaps = 1;
    report("no such account", nonos_call(nonos_cap_find(NONOS_NAME_ATTEST), &message));
    message = nonos_message_make(NONOS_ATTEST_LOAD);
    report("nothing sent", nonos_call(nonos_cap_find(NONOS_NAME_ATTEST), &message));
}

/* To change the rule one must show the seal, not something else. */
static void do_seal(void)
{
    static const enum nonos_attest_op ops[] = {NONOS_ATTEST_SET_EPOCH, NONOS_ATTEST_DENY};
    const nonos_handle shown[] = {0, NONOS_SLOT_TASK, nonos_cap_find(NONOS_NAME_ATTEST),
                                  nonos_cap_find(NONOS_NAME_ATTEST_SEAL)};
    for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++)
        for (size_t j = 0; j < sizeof(shown) / sizeof(shown[0]); j++) {
            struct nonos_message message = nonos_message_make(ops[i]);
            message.words[0] = 1000;
            message.caps[0] = shown[j];
            message.ncaps = shown[j] != 0;
            report("change", nonos_call(nonos_cap_find(NONOS_NAME_ATTEST), &message));
        }
}

static const struct attack {
    const char *verb;
    void (*run)(void);
    bool sends;
} attacks[] = {
    {"write-after", do_write_after, true},
    {"write-during", do_write_during, true},
    {"keep", do_keep, true},
    {"mint", do_mint, true},
    {"sizes", do_sizes, false},
    {"seal", do_seal, false},
};

int main(int argc, char **argv)
{
    for (size_t i = 0; argc == 3 && i < sizeof(attacks) / sizeof(attacks[0]); i++) {
        if (strcmp(argv[1], attacks[i].verb) != 0)
            continue;
        int result = attacks[i].sends ? file_send(argv[2]) : NONOS_OK;
        if (result < 0)
            report("preparation", result);
        else
            attacks[i].run();
        (void)puts("survived");
        return 0;
    }
    (void)fputs("usage: swap VERB FILE\n", stderr);
    return 2;
}
