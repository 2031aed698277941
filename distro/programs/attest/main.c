/* attest: what a file may do, and what the system demands of all. */
#include "attestor.h"

#include "../lib/program.h"
#include "../lib/system.h"
#include "../lib/system_text.h"

#include <errno.h>
#include <fcntl.h>
#include <nonos/attest.h>
#include <nonzk/module.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct program about = {
    "attest",
    "usage: attest FILE...\n"
    "       attest\n"
    "       attest --revoke T\n"
    "       attest --epoch N ROOT\n\n"
    "Shows what a program's file is attested for, and whether it would start now. Without FILE: "
    "what "
    "the system demands of every\n"
    "program: the epoch and root of its authorities, and how many are revoked.\n\n"
    "  --revoke T      what the authority with the pseudonym T attested (64 hexadecimal digits) "
    "does "
    "not start any more\n"
    "  --epoch N ROOT  begin the epoch N, in which only authorities under ROOT count. Nothing that "
    "was attested for an earlier\n"
    "                  epoch starts any more, this program included\n\n"
    "Both hold until the system is started again. Programs that run go on.\n\n"
    "Exit status: 0, 1 if a file would not start, cannot be read, or the attestor refused, 2 for "
    "wrong usage.\n",
    PROGRAM_FAILED,
};

#define ELEMENT_LEN 32

/* ---- files ---- */

struct file {
    uint8_t *bytes;
    size_t len;
};

static int file_fill(int fd, struct file *file)
{
    for (size_t done = 0; done < file->len;) {
        ssize_t n = read(fd, file->bytes + done, file->len - done);
        if (n == 0)
            errno = EIO;
        if (n <= 0)
            return -1;
        done += (size_t)n;
    }
    return 0;
}

static bool file_load(struct file *file, const char *path)
{
    struct stat st;
    int fd = open(path, O_RDONLY);
    if (fd < 0 || fstat(fd, &st) != 0) {
        program_errno(path);
        if (fd >= 0)
            (void)close(fd);
        return false;
    }
    bool fits = S_ISREG(st.st_mode) && st.st_size > 0 && st.st_size <= NONOS_ATTEST_FILE_MAX;
    if (!fits)
        program_error("%s: it is no file, empty, or too big", path);
    file->len = fits ? (size_t)st.st_size : 0;
    file->bytes = program_alloc(file->len);
    bool good = fits && file_fill(fd, file) == 0;
    if (fits && !good)
        program_errno(path);
    (void)close(fd);
    if (!good)
        free(file->bytes);
    return good;
}

static void print_element(const char *what, const uint8_t element[ELEMENT_LEN])
{
    printf("    %-13s ", what);
    for (size_t i = 0; i < ELEMENT_LEN; i++)
        printf("%02x", element[i]);
    putchar('\n');
}

/* What the file itself says; whether that is true the attestor knows. */
static void print_claims(const struct nonzk_module *module)
{
    struct nonzk_attestation_statement statement;
    uint8_t hash[NONZK_MODULE_HASH_LEN], element[ELEMENT_LEN];
    char grants[SYSTEM_TEXT_SIZE];
    system_grants_text(grants, sizeof(grants), module->manifest.capabilities);
    printf("    %-13s %s, version %llu\n", "name", module->manifest.name,
           (unsigned long long)module->manifest.version);
    printf("    %-13s %s\n", "grants", grants);
    printf("    %-13s %lu\n", "epoch", (unsigned long)module->manifest.epoch);
    nonzk_module_code_hash(hash, module->elf, module->elf_len);
    if (nonzk_module_statement(&statement, hash, module->manifest_bytes) == 0) {
        nonzk_fr_to_bytes(element, &statement.module);
        print_element("module M", element);
    }
    print_element("authority T", module->pseudonym);
}

static int show_file(const char *path)
{
    struct file file;
    struct nonzk_module module;
    int verdict = 0;
    if (!file_load(&file, path))
        return PROGRAM_FAILED;
    printf("%s\n", path);
    if (nonzk_module_decode(&module, file.bytes, file.len) == 0)
        print_claims(&module);
    int result = attestor_check(file.bytes, file.len, &verdict);
    free(file.bytes);
    if (result < 0) {
        program_error("%s: the attestor cannot be asked: %s", path, nonos_strerror(result));
        return PROGRAM_FAILED;
    }
    if (verdict < 0)
        printf("    does not start: %s\n", nonos_strerror(verdict));
    else
        puts("    would start");
    return verdict < 0 ? PROGRAM_FAILED : PROGRAM_OK;
}

/* ---- the rule ---- */

static int show_rule(void)
{
    struct system_authority authority;
    int result = system_authority(&authority);
    if (result < 0)
        program_die("the attestor cannot be asked: %s", nonos_strerror(result));
    puts(authority.development
             ? "DEVELOPMENT AUTHORITY: anybody can attest programs for this system"
             : "authorities");
    printf("    %-13s %lu\n", "epoch", (unsigned long)authority.epoch);
    print_element("root R", authority.root);
    printf("    %-13s %lu\n", "revoked", (unsigned long)authority.denied);
    return PROGRAM_OK;
}

static void element_read(uint8_t element[ELEMENT_LEN], const char *text)
{
    if (strlen(text) != 2 * ELEMENT_LEN ||
        strspn(text, "0123456789abcdefABCDEF") != 2 * ELEMENT_LEN)
        program_misuse("'%s' is not 64 hexadecimal digits", text);
    for (size_t i = 0; i < ELEMENT_LEN; i++) {
        const char digits[3] = {text[2 * i], text[2 * i + 1], '\0'};
        element[i] = (uint8_t)strtoul(digits, NULL, 16);
    }
}

static int changed(int result)
{
    if (result == NONOS_E_DENIED)
        program_error("this session may not change what is attested");
    else if (result == NONOS_E_EXISTS)
        program_error("it is revoked already");
    else if (result < 0)
        program_error("the attestor refused: %s", nonos_strerror(result));
    return result < 0 ? PROGRAM_FAILED : PROGRAM_OK;
}

int main(int argc, char **argv)
{
    static const struct option_name names[] = {{"revoke", 'r'}, {"epoch", 'e'}, {NULL, 0}};
    const char *revoke = NULL, *epoch = NULL;
    uint8_t element[ELEMENT_LEN];
    uint64_t number;
    int status = PROGRAM_OK;
    program_start(&about);
    struct options o = options_begin(argc, argv, "r:e:", names);
    for (int c; (c = options_next(&o)) != 0;) {
        if (c == 'r')
            revoke = o.value;
        else
            epoch = o.value;
    }
    if (o.noperands != (epoch ? 1 : 0) && (revoke || epoch))
        program_misuse("--revoke takes a pseudonym, --epoch a number and a root");
    if (revoke && epoch)
        program_misuse("--revoke and --epoch are two commands");
    if (revoke) {
        element_read(element, revoke);
        return program_end(changed(attestor_deny(element)));
    }
    if (epoch) {
        element_read(element, o.operands[0]);
        if (!program_number(epoch, UINT32_MAX, &number))
            program_misuse("'%s' is not an epoch", epoch);
        return program_end(changed(attestor_set_epoch(number, element)));
    }
    if (o.noperands == 0)
        return program_end(show_rule());
    for (int i = 0; i < o.noperands; i++)
        status |= show_file(o.operands[i]);
    return program_end(status);
}
