include libnoncrypto/sources.mk

EXTRA_DIST += libnoncrypto/README.md libnoncrypto/sources.mk
pkgconfig_DATA += libnoncrypto/noncrypto.pc
noncrypto_cppflags = -I$(top_srcdir)/libnoncrypto/include -I$(top_srcdir)/libnoncrypto/src

lib_LTLIBRARIES += libnoncrypto.la
libnoncrypto_la_SOURCES = $(noncrypto_sources) $(noncrypto_private_headers)
libnoncrypto_la_CPPFLAGS = $(noncrypto_cppflags)
libnoncrypto_la_CFLAGS = $(hosted_cflags)
libnoncrypto_la_LDFLAGS = -version-info 0:0:0 -no-undefined $(HOST_LDFLAGS)
noncryptoincludedir = $(includedir)/noncrypto
noncryptoinclude_HEADERS = $(noncrypto_headers)

if KERNEL
noinst_LIBRARIES += libnoncrypto-module.a
libnoncrypto_module_a_SOURCES = $(noncrypto_sources)
libnoncrypto_module_a_CPPFLAGS = $(noncrypto_cppflags)
libnoncrypto_module_a_CFLAGS = $(module_cflags)

noinst_LIBRARIES += libnoncrypto-kernel.a
libnoncrypto_kernel_a_SOURCES = $(noncrypto_sources)
libnoncrypto_kernel_a_CPPFLAGS = $(noncrypto_cppflags)
# No function may need more stack than this, callees not counted.
libnoncrypto_kernel_a_CFLAGS = $(kernel_cflags) -Wframe-larger-than=2048
endif

bin_PROGRAMS += libnoncrypto/tools/noncrypto
dist_man_MANS += libnoncrypto/tools/noncrypto.1
libnoncrypto_tools_noncrypto_SOURCES = \
	libnoncrypto/tools/command.h \
	libnoncrypto/tools/hash.c \
	libnoncrypto/tools/json.c \
	libnoncrypto/tools/json.h \
	libnoncrypto/tools/noncrypto.c \
	libnoncrypto/tools/random.c
libnoncrypto_tools_noncrypto_CPPFLAGS = $(noncrypto_cppflags)
libnoncrypto_tools_noncrypto_CFLAGS = $(program_cflags)
libnoncrypto_tools_noncrypto_LDFLAGS = $(program_ldflags)
libnoncrypto_tools_noncrypto_LDADD = libnoncrypto.la

dist_check_SCRIPTS += libnoncrypto/tests/test_command.sh
TESTS += libnoncrypto/tests/test_command.sh

noinst_PROGRAMS += libnoncrypto/bench/bench_noncrypto
libnoncrypto_bench_bench_noncrypto_SOURCES = libnoncrypto/bench/bench_noncrypto.c
libnoncrypto_bench_bench_noncrypto_CPPFLAGS = $(noncrypto_cppflags) -I$(top_srcdir)/tests/harness
libnoncrypto_bench_bench_noncrypto_CFLAGS = $(program_cflags)
libnoncrypto_bench_bench_noncrypto_LDFLAGS = $(program_ldflags) -static
libnoncrypto_bench_bench_noncrypto_LDADD = libnoncrypto.la

if FUZZING
FUZZERS += libnoncrypto/fuzz/fuzz_blake3
libnoncrypto_fuzz_fuzz_blake3_SOURCES = libnoncrypto/fuzz/fuzz_blake3.c
libnoncrypto_fuzz_fuzz_blake3_CPPFLAGS = $(noncrypto_cppflags)
libnoncrypto_fuzz_fuzz_blake3_CFLAGS = $(fuzzer_cflags)
libnoncrypto_fuzz_fuzz_blake3_LDFLAGS = $(fuzzer_ldflags) -static
libnoncrypto_fuzz_fuzz_blake3_LDADD = libnoncrypto.la
endif

if HAVE_CHECK
noncrypto_test_cppflags = $(noncrypto_cppflags) -I$(top_srcdir)/tests/harness
noncrypto_test_ldadd = libnoncrypto.la $(CHECK_LIBS)

check_PROGRAMS += libnoncrypto/tests/test_result
TESTS += libnoncrypto/tests/test_result
libnoncrypto_tests_test_result_SOURCES = libnoncrypto/tests/test_result.c
libnoncrypto_tests_test_result_CPPFLAGS = $(noncrypto_test_cppflags)
libnoncrypto_tests_test_result_CFLAGS = $(program_cflags) $(CHECK_CFLAGS)
libnoncrypto_tests_test_result_LDFLAGS = $(program_ldflags) -static
libnoncrypto_tests_test_result_LDADD = $(noncrypto_test_ldadd)

check_PROGRAMS += libnoncrypto/tests/test_memory
TESTS += libnoncrypto/tests/test_memory
libnoncrypto_tests_test_memory_SOURCES = libnoncrypto/tests/test_memory.c
libnoncrypto_tests_test_memory_CPPFLAGS = $(noncrypto_test_cppflags)
libnoncrypto_tests_test_memory_CFLAGS = $(program_cflags) $(CHECK_CFLAGS)
libnoncrypto_tests_test_memory_LDFLAGS = $(program_ldflags) -static
libnoncrypto_tests_test_memory_LDADD = $(noncrypto_test_ldadd)

check_PROGRAMS += libnoncrypto/tests/test_blake3
TESTS += libnoncrypto/tests/test_blake3
libnoncrypto_tests_test_blake3_SOURCES = libnoncrypto/tests/test_blake3.c \
	libnoncrypto/tests/blake3_vectors.h
libnoncrypto_tests_test_blake3_CPPFLAGS = $(noncrypto_test_cppflags)
libnoncrypto_tests_test_blake3_CFLAGS = $(program_cflags) $(CHECK_CFLAGS)
libnoncrypto_tests_test_blake3_LDFLAGS = $(program_ldflags) -static
libnoncrypto_tests_test_blake3_LDADD = $(noncrypto_test_ldadd)

check_PROGRAMS += libnoncrypto/tests/test_csprng
TESTS += libnoncrypto/tests/test_csprng
libnoncrypto_tests_test_csprng_SOURCES = libnoncrypto/tests/test_csprng.c
libnoncrypto_tests_test_csprng_CPPFLAGS = $(noncrypto_test_cppflags)
libnoncrypto_tests_test_csprng_CFLAGS = $(program_cflags) $(CHECK_CFLAGS)
libnoncrypto_tests_test_csprng_LDFLAGS = $(program_ldflags) -static
libnoncrypto_tests_test_csprng_LDADD = $(noncrypto_test_ldadd)

check_PROGRAMS += libnoncrypto/tests/test_entropy_health
TESTS += libnoncrypto/tests/test_entropy_health
libnoncrypto_tests_test_entropy_health_SOURCES = libnoncrypto/tests/test_entropy_health.c
libnoncrypto_tests_test_entropy_health_CPPFLAGS = $(noncrypto_test_cppflags)
libnoncrypto_tests_test_entropy_health_CFLAGS = $(program_cflags) $(CHECK_CFLAGS)
libnoncrypto_tests_test_entropy_health_LDFLAGS = $(program_ldflags) -static
libnoncrypto_tests_test_entropy_health_LDADD = $(noncrypto_test_ldadd) -lm

check_PROGRAMS += libnoncrypto/tests/test_selftest
TESTS += libnoncrypto/tests/test_selftest
libnoncrypto_tests_test_selftest_SOURCES = libnoncrypto/tests/test_selftest.c
libnoncrypto_tests_test_selftest_CPPFLAGS = $(noncrypto_test_cppflags)
libnoncrypto_tests_test_selftest_CFLAGS = $(program_cflags) $(CHECK_CFLAGS)
libnoncrypto_tests_test_selftest_LDFLAGS = $(program_ldflags) -static
libnoncrypto_tests_test_selftest_LDADD = $(noncrypto_test_ldadd)
endif
