/* The small parts: command line, video, time, entropy, multiboot2 tags, error texts. */
#include "common/entropy.h"
#include "common/options.h"
#include "common/page.h"
#include "common/result.h"
#include "common/time.h"
#include "common/video.h"
#include "multiboot2/tags.h"

#include <check_main.h>

START_TEST(every_result_has_a_text_of_its_own)
{
    for (int a = 0; a >= BOOT_E_LAST; a--) {
        ck_assert_str_ne(boot_strerror(a), "unknown error");
        for (int b = 0; b > a; b--)
            ck_assert_str_ne(boot_strerror(a), boot_strerror(b));
    }
    ck_assert_str_eq(boot_strerror(1), "unknown error");
    ck_assert_str_eq(boot_strerror(BOOT_E_LAST - 1), "unknown error");
}
END_TEST

static const struct {
    const char *text, *cmdline;
} cmdlines[] = {
    {"", ""},
    {"\n", ""},
    {"a", "a"},
    {"  a\t b\r\n c\n\n", "a b c"},
    {"# comment\na\n#b\n", "a"},
    {"a #b", "a #b"},
    {"#", ""},
    {"name=gr\xc3\xbc\xc3\x9f", "name=gr\xc3\xbc\xc3\x9f"},
};

START_TEST(cmdline_is_read_from_text)
{
    char out[NONOS_BOOT_CMDLINE_SIZE];
    ck_assert_int_eq(boot_options_read(out, cmdlines[_i].text, strlen(cmdlines[_i].text)), 0);
    ck_assert_str_eq(out, cmdlines[_i].cmdline);
}
END_TEST

START_TEST(cmdline_of_the_largest_size_fits_and_one_more_does_not)
{
    char text[NONOS_BOOT_CMDLINE_SIZE], out[NONOS_BOOT_CMDLINE_SIZE];
    memset(text, 'x', sizeof text);
    ck_assert_int_eq(boot_options_read(out, text, sizeof text - 1), 0);
    ck_assert_uint_eq(strlen(out), sizeof out - 1);
    ck_assert_int_eq(boot_options_read(out, text, sizeof text), BOOT_E_CMDLINE);
    ck_assert_str_eq(out, "");
}
END_TEST

START_TEST(cmdline_with_a_control_character_is_refused)
{
    char out[NONOS_BOOT_CMDLINE_SIZE];
    ck_assert_int_eq(boot_options_read(out, "a\x1b[2J", 5), BOOT_E_CMDLINE);
    ck_assert_int_eq(boot_options_read(out, "a\x7f", 2), BOOT_E_CMDLINE);
}
END_TEST

static const struct {
    const char *cmdline;
    uint32_t width, height;
} videos[] = {
    {"", 0, 0},
    {"video=800x600", 800, 600},
    {"a video=800x600 b", 800, 600},
    {"video=800x600 video=1024x768", 1024, 768},
    {"avideo=800x600", 0, 0},
    {"video=800x", 0, 0},
    {"video=x600", 0, 0},
    {"video=800x600x", 0, 0},
    {"video=99999x600", 0, 0},
    {"video=0x0", 0, 0},
    {"video=", 0, 0},
    {"video", 0, 0},
    {"video=1024x768 video=bad", 1024, 768},
};

START_TEST(video_option_is_found)
{
    uint32_t width, height;
    ck_assert_int_eq(boot_options_video(videos[_i].cmdline, &width, &height), videos[_i].width > 0);
    ck_assert_uint_eq(width, videos[_i].width);
    ck_assert_uint_eq(height, videos[_i].height);
}
END_TEST

START_TEST(video_distance_prefers_what_was_asked_then_the_default_then_the_nearest)
{
    ck_assert_uint_lt(boot_video_distance(800, 600, 800, 600),
                      boot_video_distance(1280, 800, 800, 600));
    ck_assert_uint_lt(boot_video_distance(1280, 800, 0, 0), boot_video_distance(1280, 768, 0, 0));
    ck_assert_uint_lt(boot_video_distance(1280, 1024, 0, 0), boot_video_distance(640, 480, 0, 0));
    ck_assert_uint_lt(boot_video_distance(1920, 1200, 0, 0), UINT64_MAX);
}
END_TEST

START_TEST(video_mode_that_is_too_large_is_taken_only_when_asked_for)
{
    ck_assert_uint_eq(boot_video_distance(2560, 1600, 0, 0), UINT64_MAX);
    ck_assert_uint_eq(boot_video_distance(1920, 1201, 0, 0), UINT64_MAX);
    ck_assert_uint_eq(boot_video_distance(2560, 1600, 2560, 1600), 0);
    ck_assert_uint_eq(boot_video_distance(0, 0, 0, 0), UINT64_MAX);
}
END_TEST

START_TEST(video_shift_needs_a_whole_byte)
{
    ck_assert_int_eq(boot_video_shift(0xff), 0);
    ck_assert_int_eq(boot_video_shift(0xff000000), 24);
    ck_assert_int_eq(boot_video_shift(0xff0), -1);
    ck_assert_int_eq(boot_video_shift(0x3ff), -1);
    ck_assert_int_eq(boot_video_shift(0), -1);
}
END_TEST

START_TEST(time_agrees_with_the_calendar)
{
    ck_assert_uint_eq(boot_time_unix(1970, 1, 1, 0, 0, 0), 0);
    ck_assert_uint_eq(boot_time_unix(1970, 1, 1, 0, 0, 1), 1);
    ck_assert_uint_eq(boot_time_unix(2000, 2, 29, 12, 34, 56), 951827696);
    ck_assert_uint_eq(boot_time_unix(2038, 1, 19, 3, 14, 8), 2147483648);
    ck_assert_uint_eq(boot_time_unix(2100, 3, 1, 0, 0, 0), 4107542400);
    ck_assert_uint_eq(boot_time_unix(9999, 12, 31, 23, 59, 59), 253402300799);
}
END_TEST

START_TEST(time_that_does_not_exist_is_0)
{
    ck_assert_uint_eq(boot_time_unix(1969, 12, 31, 0, 0, 0), 0);
    ck_assert_uint_eq(boot_time_unix(2001, 2, 29, 0, 0, 0), 0);
    ck_assert_uint_eq(boot_time_unix(2100, 2, 29, 0, 0, 0), 0);
    ck_assert_uint_eq(boot_time_unix(2001, 0, 1, 0, 0, 0), 0);
    ck_assert_uint_eq(boot_time_unix(2001, 13, 1, 0, 0, 0), 0);
    ck_assert_uint_eq(boot_time_unix(2001, 1, 0, 0, 0, 0), 0);
    ck_assert_uint_eq(boot_time_unix(2001, 1, 1, 24, 0, 0), 0);
    ck_assert_uint_eq(boot_time_unix(10000, 1, 1, 0, 0, 0), 0);
}
END_TEST

START_TEST(slides_are_aligned_inside_the_window_and_spread)
{
    enum { BOOTS = 4096, BINS = 16 };
    uint64_t window = NONOS_KERNEL_BASE_END - NONOS_KERNEL_BASE_MIN;
    uint64_t len = 40u << 20;
    int bins[BINS] = {0};

    for (uint32_t i = 0; i < BOOTS; i++) {
        struct boot_entropy e;
        boot_entropy_init(&e);
        boot_entropy_add(&e, BOOT_ENTROPY_TIMING, &i, sizeof i);
        uint64_t slide = boot_entropy_slide(&e, len);
        ck_assert_uint_eq(slide % BOOT_LARGE_PAGE_SIZE, 0);
        ck_assert_uint_ge(slide, NONOS_KERNEL_BASE_MIN);
        ck_assert_uint_le(slide, NONOS_KERNEL_BASE_END - len);
        bins[(slide - NONOS_KERNEL_BASE_MIN) / (window / BINS)]++;
    }
    /* 256 expected in each, standard deviation 15.5. */
    for (int i = 0; i < BINS; i++)
        ck_assert(bins[i] > 256 - 93 && bins[i] < 256 + 93);
}
END_TEST

START_TEST(derived_bytes_depend_on_purpose_source_and_cut)
{
    struct boot_entropy a, b, c;
    uint8_t x[32], y[32];

    boot_entropy_init(&a);
    b = c = a;
    boot_entropy_add(&a, BOOT_ENTROPY_RDRAND, "abcd", 4);
    boot_entropy_add(&b, BOOT_ENTROPY_TIMING, "abcd", 4);
    boot_entropy_add(&c, BOOT_ENTROPY_RDRAND, "ab", 2);
    boot_entropy_add(&c, BOOT_ENTROPY_RDRAND, "cd", 2);
    boot_entropy_derive(&a, "one", x, 32);
    boot_entropy_derive(&a, "two", y, 32);
    ck_assert_mem_ne(x, y, 32);
    boot_entropy_derive(&b, "one", y, 32);
    ck_assert_mem_ne(x, y, 32);
    boot_entropy_derive(&c, "one", y, 32);
    ck_assert_mem_ne(x, y, 32);
    ck_assert_uint_eq(a.sources, BOOT_ENTROPY_RDRAND);
}
END_TEST

/* -- multiboot2 */

struct tags {
    uint8_t bytes[512];
    size_t len;
};

static void put(uint8_t *p, uint64_t value, int len)
{
    for (int i = 0; i < len; i++)
        p[i] = (uint8_t)(value >> 8 * i);
}

static uint8_t *tag_add(struct tags *t, uint32_t type, uint32_t size)
{
    uint8_t *p = t->bytes + t->len;
    put(p, type, 4);
    put(p + 4, size, 4);
    t->len += (size + 7) / 8 * 8;
    put(t->bytes, t->len, 4);
    return p;
}

static struct tags tags_make(void)
{
    struct tags t = {.len = 8};
    uint8_t *p = tag_add(&t, 3, 16 + 11);
    put(p + 8, 0x200000, 4);
    put(p + 12, 0x201000, 4);
    memcpy(p + 16, "kernel.elf", 11);
    p = tag_add(&t, 6, 16 + 2 * 24);
    put(p + 8, 24, 4);
    put(p + 16 + 8, 0x9fc00, 8);
    put(p + 16 + 16, 1, 4);
    put(p + 40, 0x100000, 8);
    put(p + 48, 0x7f00000, 8);
    put(p + 56, 3, 4);
    p = tag_add(&t, 8, 38);
    put(p + 8, 0xfd000000, 8);
    put(p + 16, 5120, 4);
    put(p + 20, 1280, 4);
    put(p + 24, 800, 4);
    put(p + 28, 0x0120, 2);
    static const uint8_t channels[6] = {16, 8, 8, 8, 0, 8};
    memcpy(p + 32, channels, 6);
    tag_add(&t, 0, 8);
    return t;
}

static struct multiboot2_info info;
static struct boot_ranges ranges;

static int decode(const struct tags *t)
{
    return multiboot2_decode(&info, &ranges, t->bytes, sizeof t->bytes);
}

START_TEST(multiboot2_tags_are_decoded)
{
    struct tags t = tags_make();
    ck_assert_int_eq(decode(&t), 0);
    const struct multiboot2_module *m = multiboot2_module_find(&info, "kernel.elf");
    ck_assert_ptr_nonnull(m);
    ck_assert_uint_eq(m->start, 0x200000);
    ck_assert_uint_eq(m->end, 0x201000);
    ck_assert_ptr_null(multiboot2_module_find(&info, "kernel"));
    ck_assert_uint_eq(ranges.count, 2);
    ck_assert_uint_eq(ranges.range[0].type, NONOS_MEMORY_USABLE);
    ck_assert_uint_eq(ranges.range[1].type, NONOS_MEMORY_ACPI);
    ck_assert_uint_eq(info.framebuffer.width, 1280);
    ck_assert_uint_eq(info.framebuffer.pitch, 5120);
    ck_assert_uint_eq(info.framebuffer.red_shift, 16);
    ck_assert_uint_eq(info.framebuffer.blue_shift, 0);
}
END_TEST

START_TEST(multiboot2_framebuffer_with_other_pixels_counts_as_none)
{
    struct tags t = tags_make();
    uint8_t *framebuffer = t.bytes + 8 + 32 + 64;
    ck_assert_uint_eq(framebuffer[0], 8);
    framebuffer[28] = 24;
    ck_assert_int_eq(decode(&t), 0);
    ck_assert_uint_eq(info.framebuffer.width, 0);
    framebuffer[28] = 32;
    framebuffer[33] = 5;
    ck_assert_int_eq(decode(&t), 0);
    ck_assert_uint_eq(info.framebuffer.width, 0);
}
END_TEST

START_TEST(multiboot2_information_without_memory_or_end_is_refused)
{
    struct tags t = {.len = 8};
    tag_add(&t, 0, 8);
    ck_assert_int_eq(decode(&t), BOOT_E_FIRMWARE);
    t = tags_make();
    put(t.bytes, t.len - 8, 4);
    ck_assert_int_eq(decode(&t), BOOT_E_FIRMWARE);
}
END_TEST

START_TEST(multiboot2_cut_off_anywhere_is_refused)
{
    struct tags t = tags_make();
    for (size_t len = 0; len < t.len; len++) {
        uint8_t *copy = malloc(len + !len);
        memcpy(copy, t.bytes, len);
        if (len >= 4)
            put(copy, len, 4);
        ck_assert_int_eq(multiboot2_decode(&info, &ranges, copy, len), BOOT_E_FIRMWARE);
        free(copy);
    }
}
END_TEST

START_TEST(multiboot2_module_name_without_an_end_is_refused)
{
    struct tags t = tags_make();
    uint8_t *module = t.bytes + 8;
    ck_assert_uint_eq(module[16 + 10], '\0');
    module[16 + 10] = 'x';
    ck_assert_int_eq(decode(&t), BOOT_E_FIRMWARE);
}
END_TEST

START_TEST(multiboot2_random_damage_is_survived)
{
    uint64_t seed = check_seed();
    for (int round = 0; round < 20000; round++) {
        struct tags t = tags_make();
        uint8_t *copy = malloc(t.len);
        memcpy(copy, t.bytes, t.len);
        for (int i = 0; i < 3; i++)
            copy[check_random(&seed) % t.len] = (uint8_t)check_random(&seed);
        if (multiboot2_decode(&info, &ranges, copy, t.len) == 0)
            ck_assert_uint_le(info.nmodules, MULTIBOOT2_MODULES_MAX);
        free(copy);
    }
}
END_TEST

static Suite *make_suite(void)
{
    Suite *s = suite_create("boot/facts");
    TCase *t = tcase_create("facts");
    tcase_add_test(t, every_result_has_a_text_of_its_own);
    tcase_add_loop_test(t, cmdline_is_read_from_text, 0, sizeof cmdlines / sizeof *cmdlines);
    tcase_add_test(t, cmdline_of_the_largest_size_fits_and_one_more_does_not);
    tcase_add_test(t, cmdline_with_a_control_character_is_refused);
    tcase_add_loop_test(t, video_option_is_found, 0, sizeof videos / sizeof *videos);
    tcase_add_test(t, video_distance_prefers_what_was_asked_then_the_default_then_the_nearest);
    tcase_add_test(t, video_mode_that_is_too_large_is_taken_only_when_asked_for);
    tcase_add_test(t, video_shift_needs_a_whole_byte);
    tcase_add_test(t, time_agrees_with_the_calendar);
    tcase_add_test(t, time_that_does_not_exist_is_0);
    tcase_add_test(t, slides_are_aligned_inside_the_window_and_spread);
    tcase_add_test(t, derived_bytes_depend_on_purpose_source_and_cut);
    suite_add_tcase(s, t);
    t = tcase_create("multiboot2");
    tcase_add_test(t, multiboot2_tags_are_decoded);
    tcase_add_test(t, multiboot2_framebuffer_with_other_pixels_counts_as_none);
    tcase_add_test(t, multiboot2_information_without_memory_or_end_is_refused);
    tcase_add_test(t, multiboot2_cut_off_anywhere_is_refused);
    tcase_add_test(t, multiboot2_module_name_without_an_end_is_refused);
    tcase_add_test(t, multiboot2_random_damage_is_survived);
    suite_add_tcase(s, t);
    return s;
}

CHECK_MAIN(make_suite)
