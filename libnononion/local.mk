include libnononion/sources.mk

EXTRA_DIST += libnononion/README.md libnononion/sources.mk
pkgconfig_DATA += libnononion/nononion.pc
nononion_cppflags = -I$(top_srcdir)/libnononion/include -I$(top_srcdir)/libnononion/src -I$(top_srcdir)/libnoncrypto/include

lib_LTLIBRARIES += libnononion.la
libnononion_la_SOURCES = $(nononion_sources) $(nononion_private_headers)
libnononion_la_CPPFLAGS = $(nononion_cppflags)
libnononion_la_CFLAGS = $(hosted_cflags)
libnononion_la_LDFLAGS = -version-info 0:0:0 -no-undefined $(HOST_LDFLAGS)
libnononion_la_LIBADD = libnoncrypto.la
nononionincludedir = $(includedir)/nononion
nononioninclude_HEADERS = $(nononion_headers)

if KERNEL
noinst_LIBRARIES += libnononion-module.a
libnononion_module_a_SOURCES = $(nononion_sources)
libnononion_module_a_CPPFLAGS = $(nononion_cppflags)
libnononion_module_a_CFLAGS = $(module_cflags)
endif

if HAVE_CHECK
check_PROGRAMS += libnononion/tests/test_result
TESTS += libnononion/tests/test_result
libnononion_tests_test_result_SOURCES = libnononion/tests/test_result.c
libnononion_tests_test_result_CPPFLAGS = $(nononion_cppflags) -I$(top_srcdir)/tests/harness
libnononion_tests_test_result_CFLAGS = $(program_cflags) $(CHECK_CFLAGS)
libnononion_tests_test_result_LDFLAGS = $(program_ldflags) -static
libnononion_tests_test_result_LDADD = libnononion.la $(CHECK_LIBS)
endif
