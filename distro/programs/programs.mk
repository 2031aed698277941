# The user's programs. The same sources make the programs of NONOS and, linked with the build machine's C library, those that the tests
# run (distro/programs/host/NAME).

EXTRA_DIST += distro/programs/README.md distro/programs/attest distro/programs/lib/README.md distro/programs/sh/README.md \
	distro/programs/tests/README.md docs/guide/network.md docs/guide/shell.md

programs_library_sources = \
	distro/programs/lib/copy.c distro/programs/lib/copy.h \
	distro/programs/lib/input.c distro/programs/lib/input.h \
	distro/programs/lib/keys.c distro/programs/lib/keys.h \
	distro/programs/lib/mode.c distro/programs/lib/mode.h \
	distro/programs/lib/mounts.c distro/programs/lib/mounts.h \
	distro/programs/lib/net.c distro/programs/lib/net.h \
	distro/programs/lib/net_capture.c distro/programs/lib/net_capture.h \
	distro/programs/lib/net_input.c distro/programs/lib/net_input.h \
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

# Each program that kernel/modules.mk finds is also made for the build machine; the rules are in host.mk, which only GNU make reads.
programs_host = $(addprefix distro/programs/host/,$(ring3_small_programs))
check_DATA += $(programs_host)
CLEANFILES += $(programs_host)
EXTRA_DIST += $(ring3_small_program_sources:$(srcdir)/%=%) distro/programs/host.mk \
	distro/programs/files/README.md distro/programs/misc/README.md distro/programs/net/README.md \
	distro/programs/lib/frame.h distro/programs/lib/net_text.h distro/programs/system/README.md \
	distro/programs/text/README.md
# What only NONOS has: on the build machine a scenario stands in for the kernel.
programs_scenario = distro/programs/tests/system_scenario.c
# net_text.c asks for names, which only the programs of the network do.
programs_net_scenario = distro/programs/tests/net_scenario.c distro/programs/lib/frame.c distro/programs/lib/frame_filter.c \
	distro/programs/lib/net_text.c
EXTRA_DIST += $(programs_scenario) $(programs_net_scenario)

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

dist_check_SCRIPTS += distro/programs/tests/test_system.py distro/programs/tests/test_net.py
TESTS += distro/programs/tests/test_system.py distro/programs/tests/test_net.py

dist_check_SCRIPTS += distro/programs/tests/test_edit.py
TESTS += distro/programs/tests/test_edit.py

programs_edit_text_sources = \
	distro/programs/edit/buffer.c distro/programs/edit/buffer.h \
	distro/programs/edit/document.c distro/programs/edit/document.h \
	distro/programs/edit/move.c \
	distro/programs/edit/save.c distro/programs/edit/save.h
check_PROGRAMS += distro/programs/host/edit
distro_programs_host_edit_SOURCES = $(programs_edit_text_sources) distro/programs/edit/main.c \
	distro/programs/edit/screen.c distro/programs/edit/screen.h
distro_programs_host_edit_CPPFLAGS = $(programs_cppflags)
distro_programs_host_edit_CFLAGS = $(program_cflags)
distro_programs_host_edit_LDFLAGS = $(program_ldflags)
distro_programs_host_edit_LDADD = $(programs_host_ldadd)
EXTRA_DIST += distro/programs/edit/README.md

dist_check_SCRIPTS += distro/programs/tests/test_edit_program.py
TESTS += distro/programs/tests/test_edit_program.py

if HAVE_CHECK
programs_test_cppflags = $(programs_cppflags) -I$(top_srcdir)/tests/harness

check_PROGRAMS += distro/programs/tests/test_regex
TESTS += distro/programs/tests/test_regex
distro_programs_tests_test_regex_SOURCES = distro/programs/tests/test_regex.c distro/programs/tests/program_name.c
distro_programs_tests_test_regex_CPPFLAGS = $(programs_test_cppflags)
distro_programs_tests_test_regex_CFLAGS = $(program_cflags) $(CHECK_CFLAGS)
distro_programs_tests_test_regex_LDFLAGS = $(program_ldflags)
distro_programs_tests_test_regex_LDADD = $(programs_host_ldadd) $(CHECK_LIBS)

check_PROGRAMS += distro/programs/tests/test_edit_text
TESTS += distro/programs/tests/test_edit_text
distro_programs_tests_test_edit_text_SOURCES = distro/programs/tests/test_edit_text.c distro/programs/tests/program_name.c \
	$(programs_edit_text_sources)
distro_programs_tests_test_edit_text_CPPFLAGS = $(programs_test_cppflags)
distro_programs_tests_test_edit_text_CFLAGS = $(program_cflags) $(CHECK_CFLAGS)
distro_programs_tests_test_edit_text_LDFLAGS = $(program_ldflags)
distro_programs_tests_test_edit_text_LDADD = $(programs_host_ldadd) $(CHECK_LIBS)

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

-include $(top_srcdir)/distro/programs/host.mk

clean-local: clean-programs-host
