# Host tests of the driver of Intel's gigabit cards: the driver proper against a model of the cards.
e1000_host_sources = kernel/modules/e1000/card.c kernel/modules/e1000/e1000.c kernel/modules/e1000/transmit.c
e1000_model_sources = kernel/modules/e1000/tests/model.c kernel/modules/e1000/tests/model.h \
	kernel/modules/e1000/tests/transmitter.c kernel/modules/e1000/tests/wire.c kernel/modules/e1000/tests/wire.h
if HAVE_CHECK
check_PROGRAMS += kernel/modules/e1000/tests/test_e1000
TESTS += kernel/modules/e1000/tests/test_e1000
kernel_modules_e1000_tests_test_e1000_SOURCES = \
	kernel/modules/e1000/tests/test_e1000.c kernel/modules/e1000/tests/offloads.c \
	kernel/modules/e1000/tests/offloads.h $(e1000_model_sources) $(e1000_host_sources) $(nic_test_sources)
kernel_modules_e1000_tests_test_e1000_CPPFLAGS = -I$(top_srcdir)/kernel/include \
	-I$(top_srcdir)/tests/harness
kernel_modules_e1000_tests_test_e1000_CFLAGS = $(program_cflags) $(CHECK_CFLAGS)
kernel_modules_e1000_tests_test_e1000_LDFLAGS = $(program_ldflags)
kernel_modules_e1000_tests_test_e1000_LDADD = $(CHECK_LIBS)
endif

if FUZZING
FUZZERS += kernel/modules/e1000/fuzz/fuzz_e1000
kernel_modules_e1000_fuzz_fuzz_e1000_SOURCES = kernel/modules/e1000/fuzz/fuzz_e1000.c \
	$(e1000_model_sources) $(e1000_host_sources) $(nic_fuzz_sources)
kernel_modules_e1000_fuzz_fuzz_e1000_CPPFLAGS = $(nic_fuzz_cppflags)
kernel_modules_e1000_fuzz_fuzz_e1000_CFLAGS = $(fuzzer_cflags)
kernel_modules_e1000_fuzz_fuzz_e1000_LDFLAGS = $(fuzzer_ldflags)
kernel_modules_e1000_fuzz_fuzz_e1000_LDADD =
endif

EXTRA_DIST += kernel/modules/e1000
