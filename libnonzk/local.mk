include libnonzk/sources.mk

EXTRA_DIST += libnonzk/README.md libnonzk/sources.mk
pkgconfig_DATA += libnonzk/nonzk.pc
nonzk_cppflags = -I$(top_srcdir)/libnonzk/include -I$(top_srcdir)/libnonzk/src -I$(top_srcdir)/libnoncrypto/include

lib_LTLIBRARIES += libnonzk.la
libnonzk_la_SOURCES = $(nonzk_sources) $(nonzk_private_headers)
libnonzk_la_CPPFLAGS = $(nonzk_cppflags)
libnonzk_la_CFLAGS = $(hosted_cflags)
libnonzk_la_LDFLAGS = -version-info 0:0:0 -no-undefined $(HOST_LDFLAGS)
libnonzk_la_LIBADD = libnoncrypto.la
nonzkincludedir = $(includedir)/nonzk
nonzkinclude_HEADERS = $(nonzk_headers)

if KERNEL
noinst_LIBRARIES += libnonzk-module.a
libnonzk_module_a_SOURCES = $(nonzk_sources)
libnonzk_module_a_CPPFLAGS = $(nonzk_cppflags)
libnonzk_module_a_CFLAGS = $(module_cflags)
endif

if HAVE_CHECK
check_PROGRAMS += libnonzk/tests/test_result
TESTS += libnonzk/tests/test_result
libnonzk_tests_test_result_SOURCES = libnonzk/tests/test_result.c
libnonzk_tests_test_result_CPPFLAGS = $(nonzk_cppflags) -I$(top_srcdir)/tests/harness
libnonzk_tests_test_result_CFLAGS = $(program_cflags) $(CHECK_CFLAGS)
libnonzk_tests_test_result_LDFLAGS = $(program_ldflags) -static
libnonzk_tests_test_result_LDADD = libnonzk.la $(CHECK_LIBS)
endif
