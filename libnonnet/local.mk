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
check_PROGRAMS += libnonnet/tests/test_result
TESTS += libnonnet/tests/test_result
libnonnet_tests_test_result_SOURCES = libnonnet/tests/test_result.c
libnonnet_tests_test_result_CPPFLAGS = $(nonnet_cppflags) -I$(top_srcdir)/tests/harness
libnonnet_tests_test_result_CFLAGS = $(program_cflags) $(CHECK_CFLAGS)
libnonnet_tests_test_result_LDFLAGS = $(program_ldflags) -static
libnonnet_tests_test_result_LDADD = libnonnet.la $(CHECK_LIBS)
endif
