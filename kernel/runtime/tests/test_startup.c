/* Start-up blocks: what the spawner writes the task understands, and nothing that is damaged. Also UTF-8. */
#include <check_main.h>

#include <nonos/utf8.h>

#include "../libc/startup_make.h"
#include "../src/start.h"

static _Alignas(16) uint8_t block[8192];
static size_t len;

static void make_block(void)
{
    static char program[] = "ls", option[] = "-l", path[] = "PATH=/bin";
    char *argv[] = {program, option, NULL}, *envp[] = {path, NULL};
    struct nonos_startup_cap caps[2];
    memset(caps, 0, sizeof(caps));
    strcpy(caps[0].name, "root");
    caps[0].handle = 5;
    strcpy(caps[1].name, "stdout");
    caps[1].handle = 6;
    memset(block, 0, sizeof(block));
    len = startup_len(argv, envp, 2);
    ck_assert_uint_lt(len, sizeof(block));
    startup_make(block, len, argv, envp, "/home", caps, 2);
}

START_TEST(what_is_made_is_understood)
{
    struct startup startup;
    make_block();
    ck_assert_int_eq(startup_decode(&startup, block, len), NONOS_OK);
    ck_assert_uint_eq(startup.header->argc, 2);
    ck_assert_str_eq(startup.args, "ls");
    ck_assert_str_eq(startup.args + 3, "-l");
    ck_assert_uint_eq(startup.header->envc, 1);
    ck_assert_str_eq(startup.env, "PATH=/bin");
    ck_assert_str_eq(startup.header->cwd_path, "/home");
    ck_assert_uint_eq(startup.header->ncaps, 2);
    ck_assert_str_eq(startup.caps[1].name, "stdout");
    ck_assert_uint_eq(startup.caps[1].handle, 6);
    /* The kernel gives the length of the whole Memory. */
    ck_assert_int_eq(startup_decode(&startup, block, sizeof(block)), NONOS_OK);
}
END_TEST

START_TEST(a_block_that_is_cut_off_is_refused)
{
    struct startup startup;
    make_block();
    for (size_t n = 0; n < len; n++)
        ck_assert_int_eq(startup_decode(&startup, block, n), NONOS_E_INVALID);
    ck_assert_int_eq(startup_decode(&startup, NULL, len), NONOS_E_INVALID);
}
END_TEST

/* Whatever the bytes are, what is accepted lies inside of the block. */
START_TEST(a_damaged_block_never_leads_outside)
{
    uint64_t state = check_seed();
    for (int round = 0; round < 20000; round++) {
        struct startup startup;
        make_block();
        uint8_t *copy = malloc(len); /* so that a sanitizer sees one byte too much */
        memcpy(copy, block, len);
        for (int i = 0; i < 3; i++)
            copy[8 + check_random(&state) % 40] ^= (uint8_t)(1u << check_random(&state) % 8);
        if (startup_decode(&startup, copy, len) == NONOS_OK) {
            const char *at = startup.args;
            for (uint32_t i = 0; i < startup.header->argc; i++)
                at += strlen(at) + 1;
            ck_assert(at <= (char *)copy + len);
            for (uint32_t i = 0; i < startup.header->ncaps; i++)
                ck_assert_uint_lt(strlen(startup.caps[i].name), NONOS_STARTUP_NAME_SIZE);
        }
        free(copy);
    }
}
END_TEST

START_TEST(arguments_beyond_the_limit_are_refused)
{
    char *big = malloc(NONOS_STARTUP_MAX + 1);
    memset(big, 'a', NONOS_STARTUP_MAX);
    big[NONOS_STARTUP_MAX] = 0;
    char *argv[] = {big, NULL}, *envp[] = {NULL};
    ck_assert_uint_eq(startup_len(argv, envp, 0), 0);
    free(big);
}
END_TEST

/* Whether a character comes back from its encoding, and whether its encoding cut short is refused. */
static bool round_trips(uint32_t c)
{
    char text[4];
    uint32_t back, expected = c >= 0xd800 && c < 0xe000 ? NONOS_UTF8_INVALID : c;
    size_t n = nonos_utf8_encode(c, text);
    if (nonos_utf8_decode(text, n, &back) != n || back != expected)
        return false;
    return n == 1 || (nonos_utf8_decode(text, n - 1, &back) == 1 && back == NONOS_UTF8_INVALID);
}

START_TEST(utf8_round_trips_every_character)
{
    uint32_t c = 0;
    while (c <= 0x10ffff && round_trips(c))
        c++;
    ck_assert_uint_eq(c, 0x110000);
}
END_TEST

START_TEST(utf8_refuses_overlong_forms_and_surrogates)
{
    static const char *const bad[] = {
        "\xc0\x80",         "\xc1\xbf",         "\xe0\x80\x80",     "\xe0\x9f\xbf", "\xed\xa0\x80",
        "\xf0\x80\x80\x80", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\x80",         "\xff"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        uint32_t c;
        ck_assert_uint_eq(nonos_utf8_decode(bad[i], strlen(bad[i]), &c), 1);
        ck_assert_uint_eq(c, NONOS_UTF8_INVALID);
    }
}
END_TEST

static Suite *make_suite(void)
{
    Suite *suite = suite_create("startup");
    TCase *tc = tcase_create("blocks");
    tcase_add_test(tc, what_is_made_is_understood);
    tcase_add_test(tc, a_block_that_is_cut_off_is_refused);
    tcase_add_test(tc, a_damaged_block_never_leads_outside);
    tcase_add_test(tc, arguments_beyond_the_limit_are_refused);
    tcase_add_test(tc, utf8_round_trips_every_character);
    tcase_add_test(tc, utf8_refuses_overlong_forms_and_surrogates);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(make_suite)
