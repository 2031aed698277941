/* What the attestor reads: images, the boot archive and the manifest. */
#include <check_main.h>

#include <elf.h>
#include <stdbool.h>
#include <stdio.h>

#include <noncrypto/blake3.h>
#include <nonos/objects.h>

#include "../archive.h"
#include "../image.h"
#include "../manifest.h"

/* ---- images ---- */

#define FILE_LEN 0x3400u

static uint8_t file[FILE_LEN];

static Elf64_Ehdr *header(void)
{
    return (Elf64_Ehdr *)(void *)file;
}

static Elf64_Phdr *segment(unsigned i)
{
    return (Elf64_Phdr *)(void *)(file + sizeof(Elf64_Ehdr)) + i;
}

/* Read-only, code, data, and a stack that cannot be executed. */
static void make_file(void)
{
    memset(file, 0, sizeof(file));
    *header() = (Elf64_Ehdr){
        .e_type = ET_DYN,
        .e_machine = EM_X86_64,
        .e_version = EV_CURRENT,
        .e_entry = 0x1010,
        .e_phoff = sizeof(Elf64_Ehdr),
        .e_phentsize = sizeof(Elf64_Phdr),
        .e_phnum = 4,
    };
    memcpy(header()->e_ident, "\177ELF\2\1\1", 7);
    *segment(0) = (Elf64_Phdr){PT_LOAD, PF_R, 0, 0, 0, 0x900, 0x900, 0x1000};
    *segment(1) = (Elf64_Phdr){PT_LOAD, PF_R | PF_X, 0x1000, 0x1000, 0, 0x1800, 0x1800, 0x1000};
    *segment(2) = (Elf64_Phdr){PT_LOAD, PF_R | PF_W, 0x3000, 0x3000, 0, 0x400, 0x2000, 0x1000};
    *segment(3) = (Elf64_Phdr){PT_GNU_STACK, PF_R | PF_W, 0, 0, 0, 0, 0, 8};
}

static int decode(struct nonos_image *image)
{
    memset(image, 0, sizeof(*image));
    return image_decode(image, file, sizeof(file));
}

static void refused(const char *why)
{
    struct nonos_image image, untouched;
    memset(&untouched, 0, sizeof(untouched));
    ck_assert_msg(decode(&image) == NONOS_E_INVALID, "accepted: %s", why);
    ck_assert_mem_eq(&image, &untouched, sizeof(image));
    make_file();
}

START_TEST(image_of_our_linker_script_is_decoded)
{
    struct nonos_image image;
    make_file();
    ck_assert_int_eq(decode(&image), NONOS_OK);
    ck_assert_uint_eq(image.entry, 0x1010);
    ck_assert_uint_eq(image.nsegments, 3);
    ck_assert_uint_eq(image.segments[1].prot, NONOS_PROT_READ | NONOS_PROT_EXECUTE);
    ck_assert_uint_eq(image.segments[2].file_offset, 0x3000);
    ck_assert_uint_eq(image.segments[2].file_len, 0x400);
    ck_assert_uint_eq(image.segments[2].memory_len, 0x2000);
    ck_assert_uint_eq(image.segments[2].prot, NONOS_PROT_READ | NONOS_PROT_WRITE);
}
END_TEST

START_TEST(image_that_breaks_a_rule_is_refused)
{
    make_file();
    segment(1)->p_flags |= PF_W;
    refused("writable code");
    segment(2)->p_flags |= PF_X;
    refused("executable data");
    segment(3)->p_flags |= PF_X;
    refused("executable stack");
    segment(0)->p_flags = PF_W;
    refused("a segment that cannot be read");
    segment(3)->p_type = PT_INTERP;
    refused("an interpreter");
    segment(3)->p_type = PT_TLS;
    refused("thread-local storage");
    segment(1)->p_vaddr = 0x1008;
    refused("an address off the page");
    segment(1)->p_offset = 0x1008;
    refused("an offset off the page");
    segment(2)->p_filesz = 0x401;
    refused("a segment beyond the file");
    segment(2)->p_offset = 0xfffffffffffff000;
    refused("an offset that wraps");
    segment(1)->p_filesz = 0x1801;
    refused("more in the file than in memory");
    segment(2)->p_memsz = 0xfffffffffffff000;
    refused("a segment of all memory");
    segment(2)->p_vaddr = 0x2000;
    refused("segments that overlap");
    segment(0)->p_vaddr = 0x8000;
    refused("segments out of order");
    header()->e_entry = 0x3000;
    refused("an entry in data");
    header()->e_entry = 0x1000 + 0x1800;
    refused("an entry behind the code");
    header()->e_type = 2;
    refused("a fixed address");
    header()->e_machine = 3;
    refused("another machine");
    header()->e_ident[EI_CLASS] = 1;
    refused("32 bits");
    header()->e_ident[EI_DATA] = 2;
    refused("big endian");
    header()->e_phentsize = 32;
    refused("program headers of another size");
    header()->e_phnum = 17;
    refused("too many program headers");
    header()->e_phnum = 0;
    refused("no program header");
    header()->e_phoff = FILE_LEN - 8;
    refused("program headers beyond the file");
    header()->e_phoff = UINT64_MAX - 8;
    refused("program headers that wrap");
}
END_TEST

START_TEST(image_that_is_cut_off_is_refused)
{
    make_file();
    for (size_t len = 0; len < FILE_LEN; len += 13) {
        struct nonos_image image = {.nsegments = 0};
        uint8_t *part = malloc(len ? len : 1);
        memcpy(part, file, len);
        ck_assert_int_eq(image_decode(&image, part, len), NONOS_E_INVALID);
        free(part);
    }
}
END_TEST

/* ---- the archive ---- */

#define ARCHIVE_LEN 0x3000u

static _Alignas(8) uint8_t bytes[ARCHIVE_LEN];

static void archive_sign(void)
{
    struct nonos_archive_header *h = (void *)bytes;
    noncrypto_blake3(h->root, bytes + sizeof(*h), h->nentries * sizeof(struct nonos_archive_entry));
}

static struct nonos_archive_entry *archive_entry(unsigned i)
{
    return (struct nonos_archive_entry *)(void *)(bytes + sizeof(struct nonos_archive_header)) + i;
}

static void make_archive(void)
{
    static const char *const names[] = {"bin/ls", "manifest"};
    struct nonos_archive_header *h = (void *)bytes;
    memset(bytes, 0, sizeof(bytes));
    *h = (struct nonos_archive_header){NONOS_ARCHIVE_MAGIC, 1, 2, ARCHIVE_LEN, 0, {0}};
    for (unsigned i = 0; i < 2; i++) {
        struct nonos_archive_entry *e = archive_entry(i);
        strcpy(e->name, names[i]);
        e->offset = 0x1000 * (i + 1);
        e->len = 10;
        memset(bytes + e->offset, 'a' + (int)i, 10);
        noncrypto_blake3(e->hash, bytes + e->offset, 10);
    }
    archive_sign();
}

START_TEST(archive_finds_its_files)
{
    struct archive archive;
    struct archive_file found;
    make_archive();
    ck_assert_int_eq(archive_open(&archive, bytes, sizeof(bytes)), NONOS_OK);
    ck_assert_int_eq(archive_find(&archive, "manifest", &found), NONOS_OK);
    ck_assert_uint_eq(found.len, 10);
    ck_assert_mem_eq(found.data, "bbbbbbbbbb", 10);
    ck_assert_int_eq(archive_check(&found), NONOS_OK);
    ck_assert_int_eq(archive_find(&archive, "bin/ls", &found), NONOS_OK);
    ck_assert_int_eq(archive_find(&archive, "bin/l", &found), NONOS_E_NOT_FOUND);
    ck_assert_int_eq(archive_find(&archive, "zzz", &found), NONOS_E_NOT_FOUND);
}
END_TEST

START_TEST(archive_with_a_changed_file_is_noticed_when_it_is_used)
{
    struct archive archive;
    struct archive_file found;
    make_archive();
    bytes[0x1003] ^= 1;
    ck_assert_int_eq(archive_open(&archive, bytes, sizeof(bytes)), NONOS_OK);
    ck_assert_int_eq(archive_find(&archive, "bin/ls", &found), NONOS_OK);
    ck_assert_int_eq(archive_check(&found), NONOS_E_CORRUPT);
}
END_TEST

START_TEST(archive_with_any_changed_bit_in_its_table_is_refused)
{
    size_t end = sizeof(struct nonos_archive_header) + 2 * sizeof(struct nonos_archive_entry);
    for (size_t bit = 0; bit < end * 8; bit++) {
        struct archive archive;
        make_archive();
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        if (bit / 8 >= 16 && bit / 8 < 32)
            continue; /* the length, which may be smaller; and a field that is reserved */
        ck_assert_int_eq(archive_open(&archive, bytes, sizeof(bytes)), NONOS_E_CORRUPT);
    }
}
END_TEST

START_TEST(archive_with_a_valid_root_but_bad_entries_is_refused)
{
    struct archive archive;
    make_archive();
    archive_entry(0)->offset = 0x1001;
    archive_sign();
    ck_assert_int_eq(archive_open(&archive, bytes, sizeof(bytes)), NONOS_E_CORRUPT);
    make_archive();
    archive_entry(1)->len = 0x1001;
    archive_sign();
    ck_assert_int_eq(archive_open(&archive, bytes, sizeof(bytes)), NONOS_E_CORRUPT);
    make_archive();
    strcpy(archive_entry(0)->name, "zzz");
    archive_sign();
    ck_assert_int_eq(archive_open(&archive, bytes, sizeof(bytes)), NONOS_E_CORRUPT);
    make_archive();
    memset(archive_entry(1)->name, 'n', NONOS_ARCHIVE_NAME_SIZE);
    archive_sign();
    ck_assert_int_eq(archive_open(&archive, bytes, sizeof(bytes)), NONOS_E_CORRUPT);
    make_archive();
    archive_entry(0)->offset = 0;
    archive_sign();
    ck_assert_int_eq(archive_open(&archive, bytes, sizeof(bytes)), NONOS_E_CORRUPT);
}
END_TEST

/* ---- the manifest ---- */

static struct manifest manifest;
static struct manifest_error error;

static int parse(const char *text)
{
    return manifest_parse(&manifest, text, strlen(text), &error);
}

START_TEST(manifest_says_what_it_says)
{
    ck_assert_int_eq(parse("# a comment\n"
                           "module virtio-blk\n"
                           "    grants device block-raw dma   # what it may hold\n"
                           "    serve block block-raw\n"
                           "    give ports 0x3f8 8 as serial\n"
                           "    give irq 4 level low\n"
                           "    give system console power\n"
                           "    need pci\n"
                           "    need tty as stdin stdout\n"
                           "    connect root\n"
                           "    device 1af4:1042\n"
                           "    device any:1001\n"
                           "    restart on-failure\n"
                           "    heartbeat 10\n"
                           "    memory 16M\n"
                           "    dma 64K\n"
                           "    priority driver\n"
                           "    arguments -a b\n"
                           "program sh\n"
                           "    grants power\n"
                           "programs ls cat"),
                     NONOS_OK);
    ck_assert_uint_eq(manifest.nmodules, 1);
    const struct manifest_module *m = &manifest.modules[0];
    ck_assert_str_eq(m->image.name, "virtio-blk");
    ck_assert_str_eq(m->image.image, "modules/virtio-blk");
    ck_assert_uint_eq(m->image.grants,
                      NONOS_GRANT_DEVICE | NONOS_GRANT_BLOCK_RAW | NONOS_GRANT_DMA);
    ck_assert_uint_eq(m->nserves, 1);
    ck_assert_uint_eq(m->serves[0].grants, NONOS_GRANT_BLOCK_RAW);
    ck_assert_uint_eq(m->ngives, 6);
    ck_assert_uint_eq(m->gives[0].first, 0x3f8);
    ck_assert_uint_eq(m->gives[0].count, 8);
    ck_assert_str_eq(m->gives[0].name, "serial");
    ck_assert_uint_eq(m->gives[1].count, 3);
    ck_assert_uint_eq(m->gives[2].rights, NONOS_SYSTEM_CONSOLE | NONOS_SYSTEM_POWER);
    ck_assert_int_eq(m->gives[3].kind, GIVE_SERVICE);
    ck_assert_str_eq(m->gives[5].name, "stdout");
    ck_assert_str_eq(m->gives[5].service, "tty");
    ck_assert_str_eq(m->connects[0].name, "root");
    ck_assert_uint_eq(m->devices[0].vendor, 0x1af4);
    ck_assert_uint_eq(m->devices[1].vendor, 0xffff);
    ck_assert_int_eq(m->restart, RESTART_FAILURE);
    ck_assert_uint_eq(m->heartbeat_s, 10);
    ck_assert_uint_eq(m->memory, 16u << 20);
    ck_assert_uint_eq(m->dma, 64u << 10);
    ck_assert_uint_eq(m->priority, NONOS_PRIORITY_DRIVER);
    ck_assert_mem_eq(m->arguments, "-a\0b\0", 6);
    ck_assert(m->started);
    ck_assert_uint_eq(manifest.nprograms, 3);
    ck_assert_uint_eq(manifest.programs[0].grants, NONOS_GRANT_POWER);
    ck_assert_str_eq(manifest.programs[2].image, "bin/cat");
    ck_assert_uint_eq(manifest.programs[2].grants, 0);
}
END_TEST

START_TEST(manifest_that_is_not_understood_is_refused_with_its_line)
{
    static const char *const bad[] = {
        "frobnicate\n",
        "grants power\n",
        "program a\nserve b\n",
        "module a\ngrants root\n",
        "module a\ngrants mint\n",
        "module a\nmodule a\n",
        "module a b\n",
        "module a/b\n",
        "module abcdefghijklmnopqrstuvwxyz\n",
        "module a\nmemory 5T\n",
        "module a\nmemory -1\n",
        "module a\nmemory 99999999G\n",
        "module a\ngive nothing\n",
        "module a\ngive ports 5\n",
        "module a\ngive ports 0xfff8 9\n",
        "module a\ngive ports 0 0\n",
        "module a\ngive irq x\n",
        "module a\ngive system\n",
        "module a\npriority 31\n",
        "module a\npriority 0\n",
        "module a\nserve s net-raw\nmodule b\nserve s\n",
        "module a\ndevice 1af4\n",
        "module a\ndevice 1af4:10420\n",
        "module a\nrestart sometimes\n",
        "module a\nneed b as\n",
        "module a\nneed b, c\n",
        "program a\nprograms b\ngrants power\n",
    };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        uint32_t lines = 0;
        for (const char *at = bad[i]; *at; at++)
            lines += *at == '\n';
        error = (struct manifest_error){0, NULL};
        ck_assert_msg(parse(bad[i]) == NONOS_E_INVALID, "accepted: %s", bad[i]);
        ck_assert_uint_eq(error.line, lines);
        ck_assert_ptr_nonnull(error.what);
    }
    ck_assert_int_eq(manifest_parse(&manifest, "module a\0b\n", 11, &error), NONOS_E_INVALID);
}
END_TEST

START_TEST(manifest_of_the_reference_profile_is_understood)
{
    char path[512], text[32768];
    (void)snprintf(path, sizeof(path), "%s/distro/profiles/reference/manifest",
                   getenv("NONOS_SRCDIR"));
    FILE *stream = fopen(path, "r");
    ck_assert_ptr_nonnull(stream);
    size_t n = fread(text, 1, sizeof(text), stream);
    (void)fclose(stream);
    int result = manifest_parse(&manifest, text, n, &error);
    ck_assert_msg(result == NONOS_OK, "line %u: %s", error.line, error.what);
    ck_assert_uint_ge(manifest.nmodules, 7);
    ck_assert(!manifest.modules[0].started);
}
END_TEST

static Suite *make_suite(void)
{
    Suite *suite = suite_create("attestor");
    TCase *tc = tcase_create("parsers");
    tcase_add_test(tc, image_of_our_linker_script_is_decoded);
    tcase_add_test(tc, image_that_breaks_a_rule_is_refused);
    tcase_add_test(tc, image_that_is_cut_off_is_refused);
    tcase_add_test(tc, archive_finds_its_files);
    tcase_add_test(tc, archive_with_a_changed_file_is_noticed_when_it_is_used);
    tcase_add_test(tc, archive_with_any_changed_bit_in_its_table_is_refused);
    tcase_add_test(tc, archive_with_a_valid_root_but_bad_entries_is_refused);
    tcase_add_test(tc, manifest_says_what_it_says);
    tcase_add_test(tc, manifest_that_is_not_understood_is_refused_with_its_line);
    tcase_add_test(tc, manifest_of_the_reference_profile_is_understood);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(make_suite)
