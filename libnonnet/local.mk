include libnonnet/sources.mk

EXTRA_DIST += libnonnet/README.md libnonnet/sources.mk
pkgconfig_DATA += libnonnet/nonnet.pc
nonnet_cppflags = -I$(top_srcdir)/libnonnet/include -I$(top_srcdir)/libnonnet/src

lib_LTLIBRARIES += libnonnet.la
libnonnet_la_SOURCES = $(nonnet_sources) $(nonnet_private_headers)
libnonnet_la_CPPFLAGS = $(nonnet_cppflags)
libnonnet_la_CFLAGS = $(hosted_cflags)
libnonnet_la_LDFLAGS = -version-info 0:0:0 -no-undefined $(HOST_LDFLAGS)
nonnetincludedir = $(includedir)/nonnet
nonnetinclude_HEADERS = $(nonnet_headers)

if KERNEL
noinst_LIBRARIES += libnonnet-module.a
libnonnet_module_a_SOURCES = $(nonnet_sources)
libnonnet_module_a_CPPFLAGS = $(nonnet_cppflags)
libnonnet_module_a_CFLAGS = $(module_cflags)
endif

if HAVE_CHECK
nonnet_tests = libnonnet/tests/test_result libnonnet/tests/test_checksum libnonnet/tests/test_ipv4 \
	libnonnet/tests/test_ipv6
check_PROGRAMS += $(nonnet_tests)
TESTS += $(nonnet_tests)
nonnet_test_cppflags = $(nonnet_cppflags) -I$(top_srcdir)/tests/harness
libnonnet_tests_test_result_SOURCES = libnonnet/tests/test_result.c
libnonnet_tests_test_result_CPPFLAGS = $(nonnet_test_cppflags)
libnonnet_tests_test_result_CFLAGS = $(program_cflags) $(CHECK_CFLAGS)
libnonnet_tests_test_result_LDFLAGS = $(program_ldflags) -static
libnonnet_tests_test_result_LDADD = libnonnet.la $(CHECK_LIBS)
libnonnet_tests_test_checksum_SOURCES = libnonnet/tests/test_checksum.c
libnonnet_tests_test_checksum_CPPFLAGS = $(nonnet_test_cppflags)
libnonnet_tests_test_checksum_CFLAGS = $(program_cflags) $(CHECK_CFLAGS)
libnonnet_tests_test_checksum_LDFLAGS = $(program_ldflags) -static
libnonnet_tests_test_checksum_LDADD = libnonnet.la $(CHECK_LIBS)
libnonnet_tests_test_ipv4_SOURCES = libnonnet/tests/test_ipv4.c
libnonnet_tests_test_ipv4_CPPFLAGS = $(nonnet_test_cppflags)
libnonnet_tests_test_ipv4_CFLAGS = $(program_cflags) $(CHECK_CFLAGS)
libnonnet_tests_test_ipv4_LDFLAGS = $(program_ldflags) -static
libnonnet_tests_test_ipv4_LDADD = libnonnet.la $(CHECK_LIBS)
libnonnet_tests_test_ipv6_SOURCES = libnonnet/tests/test_ipv6.c
libnonnet_tests_test_ipv6_CPPFLAGS = $(nonnet_test_cppflags)
libnonnet_tests_test_ipv6_CFLAGS = $(program_cflags) $(CHECK_CFLAGS)
libnonnet_tests_test_ipv6_LDFLAGS = $(program_ldflags) -static
libnonnet_tests_test_ipv6_LDADD = libnonnet.la $(CHECK_LIBS)
endif

if FUZZING
FUZZERS += libnonnet/fuzz/fuzz_ipv4 libnonnet/fuzz/fuzz_ipv6
libnonnet_fuzz_fuzz_ipv4_SOURCES = libnonnet/fuzz/fuzz_ipv4.c
libnonnet_fuzz_fuzz_ipv4_CPPFLAGS = $(nonnet_cppflags)
libnonnet_fuzz_fuzz_ipv4_CFLAGS = $(fuzzer_cflags)
libnonnet_fuzz_fuzz_ipv4_LDFLAGS = $(fuzzer_ldflags) -static
libnonnet_fuzz_fuzz_ipv4_LDADD = libnonnet.la
libnonnet_fuzz_fuzz_ipv6_SOURCES = libnonnet/fuzz/fuzz_ipv6.c
libnonnet_fuzz_fuzz_ipv6_CPPFLAGS = $(nonnet_cppflags)
libnonnet_fuzz_fuzz_ipv6_CFLAGS = $(fuzzer_cflags)
libnonnet_fuzz_fuzz_ipv6_LDFLAGS = $(fuzzer_ldflags) -static
libnonnet_fuzz_fuzz_ipv6_LDADD = libnonnet.la
endif
