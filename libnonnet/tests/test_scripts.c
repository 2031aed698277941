/*
 * Runs the packet scripts, each in both families. NONOS_SCRIPT names one to run alone.
 */
#include <dirent.h>

#include <check_main.h>

#include "script.h"

#define SCRIPTS_MAX 1000

static char *scripts[SCRIPTS_MAX];
static int nscripts;

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void scripts_find(void)
{
    const char *top = getenv("NONOS_SRCDIR"), *only = getenv("NONOS_SCRIPT");
    char folder[4096], path[8192];
    snprintf(folder, sizeof folder, "%s/libnonnet/tests/scripts", top ? top : ".");
    DIR *dir = opendir(folder);
    struct dirent *entry;
    while (dir && (entry = readdir(dir)) != NULL && nscripts < SCRIPTS_MAX) {
        size_t len = strlen(entry->d_name);
        if (len < 7 || strcmp(entry->d_name + len - 7, ".script") != 0 ||
            (only && !strstr(entry->d_name, only)))
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        scripts[nscripts++] = strdup(path);
    }
    if (dir)
        closedir(dir);
    qsort(scripts, (size_t)nscripts, sizeof scripts[0], by_name);
}

/* A script that names its family passes in the other one without having run. */
START_TEST(the_host_does_what_the_script_says)
{
    (void)script_run(scripts[_i / 2], _i % 2 == 1);
}
END_TEST

START_TEST(there_are_scripts)
{
    printf("# %d scripts, each in two families unless it names one\n", nscripts);
    fflush(stdout);
    ck_assert_int_gt(nscripts, 0);
}
END_TEST

static Suite *scripts_suite(void)
{
    Suite *suite = suite_create("nonnet packet scripts");
    TCase *tc = tcase_create("scripts");
    scripts_find();
    tcase_add_test(tc, there_are_scripts);
    tcase_add_loop_test(tc, the_host_does_what_the_script_says, 0, 2 * nscripts);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(scripts_suite)
