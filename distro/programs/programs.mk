# The user's programs. The same sources make the programs of NONOS and, linked with the build machine's C library, those that the tests
# run (distro/programs/host/NAME).

EXTRA_DIST += distro/programs/README.md distro/programs/sh/README.md docs/guide/shell.md

programs_library_sources = \
	distro/programs/lib/copy.c distro/programs/lib/copy.h \
	distro/programs/lib/input.c distro/programs/lib/input.h \
	distro/programs/lib/mode.c distro/programs/lib/mode.h \
	distro/programs/lib/mounts.c distro/programs/lib/mounts.h \
	distro/programs/lib/pattern.c distro/programs/lib/pattern.h \
	distro/programs/lib/program.c distro/programs/lib/program.h \
	distro/programs/lib/regex.h distro/programs/lib/regex_program.h \
	distro/programs/lib/regex_compile.c distro/programs/lib/regex_match.c \
	distro/programs/lib/system.c distro/programs/lib/system.h \
	distro/programs/lib/system_text.c distro/programs/lib/system_text.h \
	distro/programs/lib/terminal.c distro/programs/lib/terminal.h \
	distro/programs/lib/tree.c distro/programs/lib/tree.h \
	distro/programs/lib/utf8.c distro/programs/lib/utf8.h

programs_cppflags = -I$(top_srcdir)/distro/programs -I$(top_srcdir)/libnoncrypto/include \
	-I$(top_srcdir)/kernel/include

check_LIBRARIES += distro/programs/libprograms-host.a
distro_programs_libprograms_host_a_SOURCES = $(programs_library_sources)
distro_programs_libprograms_host_a_CPPFLAGS = $(programs_cppflags)
distro_programs_libprograms_host_a_CFLAGS = $(program_cflags)

programs_host_ldadd = distro/programs/libprograms-host.a

check_PROGRAMS += distro/programs/host/b3sum
distro_programs_host_b3sum_SOURCES = distro/programs/text/b3sum.c
distro_programs_host_b3sum_CPPFLAGS = $(programs_cppflags)
distro_programs_host_b3sum_CFLAGS = $(program_cflags)
distro_programs_host_b3sum_LDFLAGS = $(program_ldflags)
distro_programs_host_b3sum_LDADD = $(programs_host_ldadd) libnoncrypto.la

check_PROGRAMS += distro/programs/host/basename
distro_programs_host_basename_SOURCES = distro/programs/files/basename.c
distro_programs_host_basename_CPPFLAGS = $(programs_cppflags)
distro_programs_host_basename_CFLAGS = $(program_cflags)
distro_programs_host_basename_LDFLAGS = $(program_ldflags)
distro_programs_host_basename_LDADD = $(programs_host_ldadd)

check_PROGRAMS += distro/programs/host/cat
distro_programs_host_cat_SOURCES = distro/programs/text/cat.c
distro_programs_host_cat_CPPFLAGS = $(programs_cppflags)
distro_programs_host_cat_CFLAGS = $(program_cflags)
distro_programs_host_cat_LDFLAGS = $(program_ldflags)
distro_programs_host_cat_LDADD = $(programs_host_ldadd)

check_PROGRAMS += distro/programs/host/clear
distro_programs_host_clear_SOURCES = distro/programs/misc/clear.c
distro_programs_host_clear_CPPFLAGS = $(programs_cppflags)
distro_programs_host_clear_CFLAGS = $(program_cflags)
distro_programs_host_clear_LDFLAGS = $(program_ldflags)
distro_programs_host_clear_LDADD = $(programs_host_ldadd)

check_PROGRAMS += distro/programs/host/cp
distro_programs_host_cp_SOURCES = distro/programs/files/cp.c
distro_programs_host_cp_CPPFLAGS = $(programs_cppflags)
distro_programs_host_cp_CFLAGS = $(program_cflags)
distro_programs_host_cp_LDFLAGS = $(program_ldflags)
distro_programs_host_cp_LDADD = $(programs_host_ldadd)

check_PROGRAMS += distro/programs/host/cut
distro_programs_host_cut_SOURCES = distro/programs/text/cut.c
distro_programs_host_cut_CPPFLAGS = $(programs_cppflags)
distro_programs_host_cut_CFLAGS = $(program_cflags)
distro_programs_host_cut_LDFLAGS = $(program_ldflags)
distro_programs_host_cut_LDADD = $(programs_host_ldadd)

check_PROGRAMS += distro/programs/host/date
distro_programs_host_date_SOURCES = distro/programs/misc/date.c
distro_programs_host_date_CPPFLAGS = $(programs_cppflags)
distro_programs_host_date_CFLAGS = $(program_cflags)
distro_programs_host_date_LDFLAGS = $(program_ldflags)
distro_programs_host_date_LDADD = $(programs_host_ldadd)

check_PROGRAMS += distro/programs/host/df
distro_programs_host_df_SOURCES = distro/programs/files/df.c
distro_programs_host_df_CPPFLAGS = $(programs_cppflags)
distro_programs_host_df_CFLAGS = $(program_cflags)
distro_programs_host_df_LDFLAGS = $(program_ldflags)
distro_programs_host_df_LDADD = $(programs_host_ldadd)

check_PROGRAMS += distro/programs/host/dirname
distro_programs_host_dirname_SOURCES = distro/programs/files/dirname.c
distro_programs_host_dirname_CPPFLAGS = $(programs_cppflags)
distro_programs_host_dirname_CFLAGS = $(program_cflags)
distro_programs_host_dirname_LDFLAGS = $(program_ldflags)
distro_programs_host_dirname_LDADD = $(programs_host_ldadd)

check_PROGRAMS += distro/programs/host/echo
distro_programs_host_echo_SOURCES = distro/programs/text/echo.c
distro_programs_host_echo_CPPFLAGS = $(programs_cppflags)
distro_programs_host_echo_CFLAGS = $(program_cflags)
distro_programs_host_echo_LDFLAGS = $(program_ldflags)
distro_programs_host_echo_LDADD = $(programs_host_ldadd)

check_PROGRAMS += distro/programs/host/env
distro_programs_host_env_SOURCES = distro/programs/misc/env.c
distro_programs_host_env_CPPFLAGS = $(programs_cppflags)
distro_programs_host_env_CFLAGS = $(program_cflags)
distro_programs_host_env_LDFLAGS = $(program_ldflags)
distro_programs_host_env_LDADD = $(programs_host_ldadd)

check_PROGRAMS += distro/programs/host/false
distro_programs_host_false_SOURCES = distro/programs/misc/false.c
distro_programs_host_false_CPPFLAGS = $(programs_cppflags)
distro_programs_host_false_CFLAGS = $(program_cflags)
distro_programs_host_false_LDFLAGS = $(program_ldflags)
distro_programs_host_false_LDADD = $(programs_host_ldadd)

check_PROGRAMS += distro/programs/host/find
distro_programs_host_find_SOURCES = distro/programs/files/find.c
distro_programs_host_find_CPPFLAGS = $(programs_cppflags)
distro_programs_host_find_CFLAGS = $(program_cflags)
distro_programs_host_find_LDFLAGS = $(program_ldflags)
distro_programs_host_find_LDADD = $(programs_host_ldadd)

check_PROGRAMS += distro/programs/host/grep
distro_programs_host_grep_SOURCES = distro/programs/text/grep.c
distro_programs_host_grep_CPPFLAGS = $(programs_cppflags)
distro_programs_host_grep_CFLAGS = $(program_cflags)
distro_programs_host_grep_LDFLAGS = $(program_ldflags)
distro_programs_host_grep_LDADD = $(programs_host_ldadd)

check_PROGRAMS += distro/programs/host/head
distro_programs_host_head_SOURCES = distro/programs/text/head.c
distro_programs_host_head_CPPFLAGS = $(programs_cppflags)
distro_programs_host_head_CFLAGS = $(program_cflags)
distro_programs_host_head_LDFLAGS = $(program_ldflags)
distro_programs_host_head_LDADD = $(programs_host_ldadd)

check_PROGRAMS += distro/programs/host/hexdump
distro_programs_host_hexdump_SOURCES = distro/programs/text/hexdump.c
distro_programs_host_hexdump_CPPFLAGS = $(programs_cppflags)
distro_programs_host_hexdump_CFLAGS = $(program_cflags)
distro_programs_host_hexdump_LDFLAGS = $(program_ldflags)
distro_programs_host_hexdump_LDADD = $(programs_host_ldadd)

check_PROGRAMS += distro/programs/host/ln
distro_programs_host_ln_SOURCES = distro/programs/files/ln.c
distro_programs_host_ln_CPPFLAGS = $(programs_cppflags)
distro_programs_host_ln_CFLAGS = $(program_cflags)
distro_programs_host_ln_LDFLAGS = $(program_ldflags)
distro_programs_host_ln_LDADD = $(programs_host_ldadd)

check_PROGRAMS += distro/programs/host/ls
distro_programs_host_ls_SOURCES = distro/programs/files/ls.c
distro_programs_host_ls_CPPFLAGS = $(programs_cppflags)
distro_programs_host_ls_CFLAGS = $(program_cflags)
distro_programs_host_ls_LDFLAGS = $(program_ldflags)
distro_programs_host_ls_LDADD = $(programs_host_ldadd)

check_PROGRAMS += distro/programs/host/mkdir
distro_programs_host_mkdir_SOURCES = distro/programs/files/mkdir.c
distro_programs_host_mkdir_CPPFLAGS = $(programs_cppflags)
distro_programs_host_mkdir_CFLAGS = $(program_cflags)
distro_programs_host_mkdir_LDFLAGS = $(program_ldflags)
distro_programs_host_mkdir_LDADD = $(programs_host_ldadd)

check_PROGRAMS += distro/programs/host/mv
distro_programs_host_mv_SOURCES = distro/programs/files/mv.c
distro_programs_host_mv_CPPFLAGS = $(programs_cppflags)
distro_programs_host_mv_CFLAGS = $(program_cflags)
distro_programs_host_mv_LDFLAGS = $(program_ldflags)
distro_programs_host_mv_LDADD = $(programs_host_ldadd)

check_PROGRAMS += distro/programs/host/rm
distro_programs_host_rm_SOURCES = distro/programs/files/rm.c
distro_programs_host_rm_CPPFLAGS = $(programs_cppflags)
distro_programs_host_rm_CFLAGS = $(program_cflags)
distro_programs_host_rm_LDFLAGS = $(program_ldflags)
distro_programs_host_rm_LDADD = $(programs_host_ldadd)

check_PROGRAMS += distro/programs/host/seq
distro_programs_host_seq_SOURCES = distro/programs/text/seq.c
distro_programs_host_seq_CPPFLAGS = $(programs_cppflags)
distro_programs_host_seq_CFLAGS = $(program_cflags)
distro_programs_host_seq_LDFLAGS = $(program_ldflags)
distro_programs_host_seq_LDADD = $(programs_host_ldadd)

check_PROGRAMS += distro/programs/host/sleep
distro_programs_host_sleep_SOURCES = distro/programs/misc/sleep.c
distro_programs_host_sleep_CPPFLAGS = $(programs_cppflags)
distro_programs_host_sleep_CFLAGS = $(program_cflags)
distro_programs_host_sleep_LDFLAGS = $(program_ldflags)
distro_programs_host_sleep_LDADD = $(programs_host_ldadd)

check_PROGRAMS += distro/programs/host/sort
distro_programs_host_sort_SOURCES = distro/programs/text/sort.c
distro_programs_host_sort_CPPFLAGS = $(programs_cppflags)
distro_programs_host_sort_CFLAGS = $(program_cflags)
distro_programs_host_sort_LDFLAGS = $(program_ldflags)
distro_programs_host_sort_LDADD = $(programs_host_ldadd)

check_PROGRAMS += distro/programs/host/stat
distro_programs_host_stat_SOURCES = distro/programs/files/stat.c
distro_programs_host_stat_CPPFLAGS = $(programs_cppflags)
distro_programs_host_stat_CFLAGS = $(program_cflags)
distro_programs_host_stat_LDFLAGS = $(program_ldflags)
distro_programs_host_stat_LDADD = $(programs_host_ldadd)

check_PROGRAMS += distro/programs/host/tail
distro_programs_host_tail_SOURCES = distro/programs/text/tail.c
distro_programs_host_tail_CPPFLAGS = $(programs_cppflags)
distro_programs_host_tail_CFLAGS = $(program_cflags)
distro_programs_host_tail_LDFLAGS = $(program_ldflags)
distro_programs_host_tail_LDADD = $(programs_host_ldadd)

check_PROGRAMS += distro/programs/host/tee
distro_programs_host_tee_SOURCES = distro/programs/text/tee.c
distro_programs_host_tee_CPPFLAGS = $(programs_cppflags)
distro_programs_host_tee_CFLAGS = $(program_cflags)
distro_programs_host_tee_LDFLAGS = $(program_ldflags)
distro_programs_host_tee_LDADD = $(programs_host_ldadd)

check_PROGRAMS += distro/programs/host/touch
distro_programs_host_touch_SOURCES = distro/programs/files/touch.c
distro_programs_host_touch_CPPFLAGS = $(programs_cppflags)
distro_programs_host_touch_CFLAGS = $(program_cflags)
distro_programs_host_touch_LDFLAGS = $(program_ldflags)
distro_programs_host_touch_LDADD = $(programs_host_ldadd)

check_PROGRAMS += distro/programs/host/tr
distro_programs_host_tr_SOURCES = distro/programs/text/tr.c
distro_programs_host_tr_CPPFLAGS = $(programs_cppflags)
distro_programs_host_tr_CFLAGS = $(program_cflags)
distro_programs_host_tr_LDFLAGS = $(program_ldflags)
distro_programs_host_tr_LDADD = $(programs_host_ldadd)

check_PROGRAMS += distro/programs/host/true
distro_programs_host_true_SOURCES = distro/programs/misc/true.c
distro_programs_host_true_CPPFLAGS = $(programs_cppflags)
distro_programs_host_true_CFLAGS = $(program_cflags)
distro_programs_host_true_LDFLAGS = $(program_ldflags)
distro_programs_host_true_LDADD = $(programs_host_ldadd)

check_PROGRAMS += distro/programs/host/uniq
distro_programs_host_uniq_SOURCES = distro/programs/text/uniq.c
distro_programs_host_uniq_CPPFLAGS = $(programs_cppflags)
distro_programs_host_uniq_CFLAGS = $(program_cflags)
distro_programs_host_uniq_LDFLAGS = $(program_ldflags)
distro_programs_host_uniq_LDADD = $(programs_host_ldadd)

check_PROGRAMS += distro/programs/host/wc
distro_programs_host_wc_SOURCES = distro/programs/text/wc.c
distro_programs_host_wc_CPPFLAGS = $(programs_cppflags)
distro_programs_host_wc_CFLAGS = $(program_cflags)
distro_programs_host_wc_LDFLAGS = $(program_ldflags)
distro_programs_host_wc_LDADD = $(programs_host_ldadd)

check_PROGRAMS += distro/programs/host/which
distro_programs_host_which_SOURCES = distro/programs/misc/which.c
distro_programs_host_which_CPPFLAGS = $(programs_cppflags)
distro_programs_host_which_CFLAGS = $(program_cflags)
distro_programs_host_which_LDFLAGS = $(program_ldflags)
distro_programs_host_which_LDADD = $(programs_host_ldadd)

check_PROGRAMS += distro/programs/host/yes
distro_programs_host_yes_SOURCES = distro/programs/text/yes.c
distro_programs_host_yes_CPPFLAGS = $(programs_cppflags)
distro_programs_host_yes_CFLAGS = $(program_cflags)
distro_programs_host_yes_LDFLAGS = $(program_ldflags)
distro_programs_host_yes_LDADD = $(programs_host_ldadd)

dist_check_SCRIPTS += distro/programs/tests/test_programs.py
TESTS += distro/programs/tests/test_programs.py
EXTRA_DIST += distro/programs/tests/harness.py

programs_shell_sources = \
	distro/programs/sh/arena.c distro/programs/sh/arena.h \
	distro/programs/sh/arith.c \
	distro/programs/sh/ast.h \
	distro/programs/sh/builtins.c distro/programs/sh/builtins.h \
	distro/programs/sh/capabilities.c \
	distro/programs/sh/complete.c distro/programs/sh/complete.h \
	distro/programs/sh/edit.c distro/programs/sh/edit.h \
	distro/programs/sh/exec.c distro/programs/sh/exec.h \
	distro/programs/sh/expand.c distro/programs/sh/expand.h distro/programs/sh/expand_parts.h \
	distro/programs/sh/functions.c distro/programs/sh/functions.h \
	distro/programs/sh/glob.c \
	distro/programs/sh/history.c distro/programs/sh/history.h \
	distro/programs/sh/jobs.c distro/programs/sh/jobs.h distro/programs/sh/jobs_builtins.c \
	distro/programs/sh/lex.c distro/programs/sh/lex.h \
	distro/programs/sh/parameter.c \
	distro/programs/sh/parse.c distro/programs/sh/parse.h \
	distro/programs/sh/platform.c distro/programs/sh/platform.h \
	distro/programs/sh/print.c distro/programs/sh/print.h \
	distro/programs/sh/printf.c \
	distro/programs/sh/read.c \
	distro/programs/sh/redirect.c distro/programs/sh/redirect.h \
	distro/programs/sh/shell.c distro/programs/sh/shell.h \
	distro/programs/sh/source.c distro/programs/sh/source.h \
	distro/programs/sh/test.c \
	distro/programs/sh/vars.c distro/programs/sh/vars.h

check_PROGRAMS += distro/programs/host/sh
distro_programs_host_sh_SOURCES = $(programs_shell_sources) distro/programs/sh/main.c
distro_programs_host_sh_CPPFLAGS = $(programs_cppflags)
distro_programs_host_sh_CFLAGS = $(program_cflags)
distro_programs_host_sh_LDFLAGS = $(program_ldflags)
distro_programs_host_sh_LDADD = $(programs_host_ldadd)

dist_check_SCRIPTS += distro/programs/tests/test_sh.py distro/programs/tests/test_sh_rules.py
TESTS += distro/programs/tests/test_sh.py distro/programs/tests/test_sh_rules.py
EXTRA_DIST += distro/programs/tests/sh_commands.py distro/programs/tests/sh_language.py

# What only NONOS has: on the build machine a scenario stands in for the kernel.
programs_scenario = distro/programs/tests/system_scenario.c

check_PROGRAMS += distro/programs/host/audit
distro_programs_host_audit_SOURCES = distro/programs/system/audit.c $(programs_scenario)
distro_programs_host_audit_CPPFLAGS = $(programs_cppflags)
distro_programs_host_audit_CFLAGS = $(program_cflags)
distro_programs_host_audit_LDFLAGS = $(program_ldflags)
distro_programs_host_audit_LDADD = $(programs_host_ldadd) libnoncrypto.la

check_PROGRAMS += distro/programs/host/caps
distro_programs_host_caps_SOURCES = distro/programs/system/caps.c $(programs_scenario)
distro_programs_host_caps_CPPFLAGS = $(programs_cppflags)
distro_programs_host_caps_CFLAGS = $(program_cflags)
distro_programs_host_caps_LDFLAGS = $(program_ldflags)
distro_programs_host_caps_LDADD = $(programs_host_ldadd) libnoncrypto.la

check_PROGRAMS += distro/programs/host/dmesg
distro_programs_host_dmesg_SOURCES = distro/programs/system/dmesg.c $(programs_scenario)
distro_programs_host_dmesg_CPPFLAGS = $(programs_cppflags)
distro_programs_host_dmesg_CFLAGS = $(program_cflags)
distro_programs_host_dmesg_LDFLAGS = $(program_ldflags)
distro_programs_host_dmesg_LDADD = $(programs_host_ldadd) libnoncrypto.la

check_PROGRAMS += distro/programs/host/free
distro_programs_host_free_SOURCES = distro/programs/system/free.c $(programs_scenario)
distro_programs_host_free_CPPFLAGS = $(programs_cppflags)
distro_programs_host_free_CFLAGS = $(program_cflags)
distro_programs_host_free_LDFLAGS = $(program_ldflags)
distro_programs_host_free_LDADD = $(programs_host_ldadd) libnoncrypto.la

check_PROGRAMS += distro/programs/host/help
distro_programs_host_help_SOURCES = distro/programs/system/help.c $(programs_scenario)
distro_programs_host_help_CPPFLAGS = $(programs_cppflags)
distro_programs_host_help_CFLAGS = $(program_cflags)
distro_programs_host_help_LDFLAGS = $(program_ldflags)
distro_programs_host_help_LDADD = $(programs_host_ldadd) libnoncrypto.la

check_PROGRAMS += distro/programs/host/kill
distro_programs_host_kill_SOURCES = distro/programs/system/kill.c $(programs_scenario)
distro_programs_host_kill_CPPFLAGS = $(programs_cppflags)
distro_programs_host_kill_CFLAGS = $(program_cflags)
distro_programs_host_kill_LDFLAGS = $(program_ldflags)
distro_programs_host_kill_LDADD = $(programs_host_ldadd) libnoncrypto.la

check_PROGRAMS += distro/programs/host/login
distro_programs_host_login_SOURCES = distro/programs/system/login.c $(programs_scenario)
distro_programs_host_login_CPPFLAGS = $(programs_cppflags)
distro_programs_host_login_CFLAGS = $(program_cflags)
distro_programs_host_login_LDFLAGS = $(program_ldflags)
distro_programs_host_login_LDADD = $(programs_host_ldadd) libnoncrypto.la

check_PROGRAMS += distro/programs/host/modules
distro_programs_host_modules_SOURCES = distro/programs/system/modules.c $(programs_scenario)
distro_programs_host_modules_CPPFLAGS = $(programs_cppflags)
distro_programs_host_modules_CFLAGS = $(program_cflags)
distro_programs_host_modules_LDFLAGS = $(program_ldflags)
distro_programs_host_modules_LDADD = $(programs_host_ldadd) libnoncrypto.la

check_PROGRAMS += distro/programs/host/poweroff
distro_programs_host_poweroff_SOURCES = distro/programs/system/poweroff.c $(programs_scenario)
distro_programs_host_poweroff_CPPFLAGS = $(programs_cppflags)
distro_programs_host_poweroff_CFLAGS = $(program_cflags)
distro_programs_host_poweroff_LDFLAGS = $(program_ldflags)
distro_programs_host_poweroff_LDADD = $(programs_host_ldadd) libnoncrypto.la

check_PROGRAMS += distro/programs/host/ps
distro_programs_host_ps_SOURCES = distro/programs/system/ps.c $(programs_scenario)
distro_programs_host_ps_CPPFLAGS = $(programs_cppflags)
distro_programs_host_ps_CFLAGS = $(program_cflags)
distro_programs_host_ps_LDFLAGS = $(program_ldflags)
distro_programs_host_ps_LDADD = $(programs_host_ldadd) libnoncrypto.la

check_PROGRAMS += distro/programs/host/reboot
distro_programs_host_reboot_SOURCES = distro/programs/system/reboot.c $(programs_scenario)
distro_programs_host_reboot_CPPFLAGS = $(programs_cppflags)
distro_programs_host_reboot_CFLAGS = $(program_cflags)
distro_programs_host_reboot_LDFLAGS = $(program_ldflags)
distro_programs_host_reboot_LDADD = $(programs_host_ldadd) libnoncrypto.la

check_PROGRAMS += distro/programs/host/uptime
distro_programs_host_uptime_SOURCES = distro/programs/system/uptime.c $(programs_scenario)
distro_programs_host_uptime_CPPFLAGS = $(programs_cppflags)
distro_programs_host_uptime_CFLAGS = $(program_cflags)
distro_programs_host_uptime_LDFLAGS = $(program_ldflags)
distro_programs_host_uptime_LDADD = $(programs_host_ldadd) libnoncrypto.la

dist_check_SCRIPTS += distro/programs/tests/test_system.py
TESTS += distro/programs/tests/test_system.py

dist_check_SCRIPTS += distro/programs/tests/test_edit.py
TESTS += distro/programs/tests/test_edit.py

if HAVE_CHECK
programs_test_cppflags = $(programs_cppflags) -I$(top_srcdir)/tests/harness

check_PROGRAMS += distro/programs/tests/test_regex
TESTS += distro/programs/tests/test_regex
distro_programs_tests_test_regex_SOURCES = distro/programs/tests/test_regex.c distro/programs/tests/program_name.c
distro_programs_tests_test_regex_CPPFLAGS = $(programs_test_cppflags)
distro_programs_tests_test_regex_CFLAGS = $(program_cflags) $(CHECK_CFLAGS)
distro_programs_tests_test_regex_LDFLAGS = $(program_ldflags)
distro_programs_tests_test_regex_LDADD = $(programs_host_ldadd) $(CHECK_LIBS)

check_PROGRAMS += distro/programs/tests/test_parse
TESTS += distro/programs/tests/test_parse
distro_programs_tests_test_parse_SOURCES = distro/programs/tests/test_parse.c \
	distro/programs/tests/program_name.c $(programs_shell_sources)
distro_programs_tests_test_parse_CPPFLAGS = $(programs_test_cppflags)
distro_programs_tests_test_parse_CFLAGS = $(program_cflags) $(CHECK_CFLAGS)
distro_programs_tests_test_parse_LDFLAGS = $(program_ldflags)
distro_programs_tests_test_parse_LDADD = $(programs_host_ldadd) $(CHECK_LIBS)
endif

if FUZZING
FUZZERS += distro/programs/tests/fuzz_sh_parse distro/programs/tests/fuzz_regex
distro_programs_tests_fuzz_sh_parse_SOURCES = distro/programs/tests/fuzz_sh_parse.c \
	distro/programs/tests/program_name.c $(programs_shell_sources) $(programs_library_sources)
distro_programs_tests_fuzz_sh_parse_CPPFLAGS = $(programs_cppflags)
distro_programs_tests_fuzz_sh_parse_CFLAGS = $(fuzzer_cflags)
distro_programs_tests_fuzz_sh_parse_LDFLAGS = $(fuzzer_ldflags)

distro_programs_tests_fuzz_regex_SOURCES = distro/programs/tests/fuzz_regex.c \
	distro/programs/tests/program_name.c $(programs_library_sources)
distro_programs_tests_fuzz_regex_CPPFLAGS = $(programs_cppflags)
distro_programs_tests_fuzz_regex_CFLAGS = $(fuzzer_cflags)
distro_programs_tests_fuzz_regex_LDFLAGS = $(fuzzer_ldflags)
endif
