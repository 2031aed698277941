#include "common/elf.h"

#include <check_main.h>

enum { PHDR = 64, PHDR_SIZE = 56, FILE_SIZE = 0x4000 };
enum { TEXT = 0, DATA = 1, STACK = 2, PHDRS = 3 };

/* A small kernel: read-execute at 0, read-write at 0x2000 with a .bss of two pages. */
struct file {
    uint8_t bytes[FILE_SIZE];
};

static void put(uint8_t *p, uint64_t value, int len)
{
    for (int i = 0; i < len; i++)
        p[i] = (uint8_t)(value >> 8 * i);
}

static uint8_t *phdr(struct file *f, int index)
{
    return f->bytes + PHDR + index * PHDR_SIZE;
}

static void phdr_set(struct file *f, int index, uint32_t type, uint32_t flags, uint64_t offset,
                     uint64_t address, uint64_t file_len, uint64_t memory_len)
{
    uint8_t *p = phdr(f, index);
    put(p, type, 4);
    put(p + 4, flags, 4);
    put(p + 8, offset, 8);
    put(p + 16, address, 8);
    put(p + 24, address, 8);
    put(p + 32, file_len, 8);
    put(p + 40, memory_len, 8);
    put(p + 48, 0x1000, 8);
}

static struct file good_file(void)
{
    struct file f;
    static const uint8_t ident[] = {0x7f, 'E', 'L', 'F', 2, 1, 1};

    for (size_t i = 0; i < sizeof f.bytes; i++)
        f.bytes[i] = (uint8_t)(i * 7 + 1);
    memset(f.bytes, 0, PHDR + PHDRS * PHDR_SIZE);
    memcpy(f.bytes, ident, sizeof ident);
    put(f.bytes + 16, 3, 2);
    put(f.bytes + 18, 62, 2);
    put(f.bytes + 20, 1, 4);
    put(f.bytes + 24, 0x1010, 8);
    put(f.bytes + 32, PHDR, 8);
    put(f.bytes + 52, 64, 2);
    put(f.bytes + 54, PHDR_SIZE, 2);
    put(f.bytes + 56, PHDRS, 2);
    phdr_set(&f, TEXT, 1, 5, 0, 0, 0x1800, 0x1800);
    phdr_set(&f, DATA, 1, 6, 0x1900, 0x2900, 0x600, 0x2100);
    phdr_set(&f, STACK, 0x6474e551, 6, 0, 0, 0, 0);
    return f;
}

static int check_file(const struct file *f)
{
    struct boot_elf elf;
    return boot_elf_check(&elf, f->bytes, sizeof f->bytes);
}

START_TEST(elf_describes_a_good_file)
{
    struct file f = good_file();
    struct boot_elf elf;

    ck_assert_int_eq(boot_elf_check(&elf, f.bytes, sizeof f.bytes), 0);
    ck_assert_uint_eq(elf.nsegments, 2);
    ck_assert_uint_eq(elf.image_len, 0x5000);
    ck_assert_uint_eq(elf.entry, 0x1010);
    ck_assert(elf.segment[0].executable && !elf.segment[0].writable);
    ck_assert(elf.segment[1].writable && !elf.segment[1].executable);
}
END_TEST

START_TEST(elf_load_copies_segments_and_zeroes_the_rest)
{
    struct file f = good_file();
    struct boot_elf elf;
    uint8_t image[0x5000];

    ck_assert_int_eq(boot_elf_check(&elf, f.bytes, sizeof f.bytes), 0);
    memset(image, 0xee, sizeof image);
    boot_elf_load(&elf, image);
    ck_assert_mem_eq(image, f.bytes, 0x1800);
    ck_assert_mem_eq(image + 0x2900, f.bytes + 0x1900, 0x600);
    for (size_t i = 0x1800; i < sizeof image; i++)
        if (i < 0x2900 || i >= 0x2f00)
            ck_assert_uint_eq(image[i], 0);
}
END_TEST

/* One field changed, and what must come of it. */
static const struct {
    int at, len;
    uint64_t value;
    int result;
} damage[] = {
    {0, 1, 0x7e, BOOT_E_ELF_FORMAT},   /* magic */
    {4, 1, 1, BOOT_E_ELF_FORMAT},      /* 32 bit */
    {5, 1, 2, BOOT_E_ELF_FORMAT},      /* big endian */
    {6, 1, 0, BOOT_E_ELF_FORMAT},      /* version */
    {16, 2, 2, BOOT_E_ELF_FORMAT},     /* ET_EXEC */
    {18, 2, 183, BOOT_E_ELF_FORMAT},   /* AArch64 */
    {20, 4, 2, BOOT_E_ELF_FORMAT},     /* version */
    {24, 8, 0x2a00, BOOT_E_ELF_ENTRY}, /* entry in data */
    {24, 8, 0x1800, BOOT_E_ELF_ENTRY}, /* entry behind the code */
    {24, 8, UINT64_MAX, BOOT_E_ELF_ENTRY},
    {32, 8, FILE_SIZE, BOOT_E_ELF_HEADERS},
    {32, 8, FILE_SIZE + 1, BOOT_E_ELF_HEADERS},
    {32, 8, UINT64_MAX - 8, BOOT_E_ELF_HEADERS},
    {52, 2, 52, BOOT_E_ELF_HEADERS},
    {54, 2, 32, BOOT_E_ELF_HEADERS},
    {56, 2, 65535, BOOT_E_ELF_HEADERS},
    {56, 2, 0, BOOT_E_ELF_ENTRY}, /* no segment at all */
    {PHDR + 4, 4, 7, BOOT_E_ELF_WX},
    {PHDR + PHDR_SIZE + 4, 4, 7, BOOT_E_ELF_WX},
    {PHDR + 2 * PHDR_SIZE + 4, 4, 7, BOOT_E_ELF_WX},  /* executable stack */
    {PHDR + 2 * PHDR_SIZE, 4, 3, BOOT_E_ELF_DYNAMIC}, /* interpreter */
    {PHDR + 2 * PHDR_SIZE, 4, 7, BOOT_E_ELF_DYNAMIC}, /* thread-local storage */
    {PHDR + 16, 8, 0x1000, BOOT_E_ELF_BASE},
    {PHDR + 8, 8, 1, BOOT_E_ELF_SEGMENT}, /* offset not congruent to the address */
    {PHDR + 8, 8, FILE_SIZE + 0x1000, BOOT_E_ELF_SEGMENT},
    {PHDR + 8, 8, 0xfffffffffffff000, BOOT_E_ELF_SEGMENT},
    {PHDR + 32, 8, 0x1801, BOOT_E_ELF_SEGMENT}, /* more in the file than in memory */
    {PHDR + 32, 8, UINT64_MAX, BOOT_E_ELF_SEGMENT},
    {PHDR + 40, 8, 0, BOOT_E_ELF_SEGMENT},
    {PHDR + 40, 8, 0x2001, BOOT_E_ELF_OVERLAP}, /* ends in the page where data begins */
    {PHDR + 40, 8, UINT64_MAX, BOOT_E_ELF_SIZE},
    {PHDR + 40, 8, BOOT_ELF_IMAGE_MAX + 1, BOOT_E_ELF_SIZE},
    {PHDR + PHDR_SIZE + 16, 8, 0x1900, BOOT_E_ELF_OVERLAP},
    {PHDR + PHDR_SIZE + 16, 8, 0xfffffffffffff900, BOOT_E_ELF_SIZE},
    {PHDR + PHDR_SIZE + 40, 8, 0xfffffffffffff000, BOOT_E_ELF_SIZE},
};

START_TEST(elf_damage_is_refused_by_its_name)
{
    struct file f = good_file();
    put(f.bytes + damage[_i].at, damage[_i].value, damage[_i].len);
    ck_assert_int_eq(check_file(&f), damage[_i].result);
}
END_TEST

START_TEST(elf_cut_off_anywhere_is_refused)
{
    struct file f = good_file();
    struct boot_elf elf;
    for (size_t len = 0; len < 0x1f00; len++) {
        /* An exact copy, so that a sanitizer sees one byte too many. */
        uint8_t *copy = malloc(len + !len);
        memcpy(copy, f.bytes, len);
        ck_assert_int_ne(boot_elf_check(&elf, copy, len), 0);
        free(copy);
    }
    ck_assert_int_eq(boot_elf_check(&elf, f.bytes, 0x1f00), 0);
}
END_TEST

START_TEST(elf_with_too_many_segments_is_refused)
{
    struct file f = good_file();
    put(f.bytes + 56, BOOT_ELF_SEGMENTS_MAX + 1, 2);
    for (int i = 0; i <= BOOT_ELF_SEGMENTS_MAX; i++)
        phdr_set(&f, i, 1, 5, 0, (uint64_t)i * 0x1000, 0x1000, 0x1000);
    ck_assert_int_eq(check_file(&f), BOOT_E_ELF_SIZE);
    put(f.bytes + 56, BOOT_ELF_SEGMENTS_MAX, 2);
    ck_assert_int_eq(check_file(&f), 0);
}
END_TEST

/* Whatever a few random bytes do to the headers: an accepted file loads inside its image. */
START_TEST(elf_with_random_headers_never_leaves_its_image)
{
    uint64_t seed = check_seed();
    int accepted = 0;

    for (int round = 0; round < 5000; round++) {
        struct file f = good_file();
        struct boot_elf elf;
        for (int i = 0; i < 3; i++)
            f.bytes[check_random(&seed) % (PHDR + PHDRS * PHDR_SIZE)] =
                (uint8_t)check_random(&seed);
        if (boot_elf_check(&elf, f.bytes, sizeof f.bytes) != 0 || elf.image_len > 1 << 20)
            continue;
        uint8_t *image = malloc(elf.image_len);
        boot_elf_load(&elf, image);
        free(image);
        accepted++;
    }
    ck_assert_int_gt(accepted, 0);
}
END_TEST

static Suite *make_suite(void)
{
    Suite *s = suite_create("boot/elf");
    TCase *t = tcase_create("elf");
    tcase_add_test(t, elf_describes_a_good_file);
    tcase_add_test(t, elf_load_copies_segments_and_zeroes_the_rest);
    tcase_add_loop_test(t, elf_damage_is_refused_by_its_name, 0, sizeof damage / sizeof *damage);
    tcase_add_test(t, elf_cut_off_anywhere_is_refused);
    tcase_add_test(t, elf_with_too_many_segments_is_refused);
    tcase_add_test(t, elf_with_random_headers_never_leaves_its_image);
    suite_add_tcase(s, t);
    return s;
}

CHECK_MAIN(make_suite)
