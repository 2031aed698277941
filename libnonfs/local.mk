include libnonfs/sources.mk

EXTRA_DIST += libnonfs/README.md libnonfs/sources.mk
pkgconfig_DATA += libnonfs/nonfs.pc
nonfs_cppflags = -I$(top_srcdir)/libnonfs/include -I$(top_srcdir)/libnonfs/src -I$(top_srcdir)/libnoncrypto/include

lib_LTLIBRARIES += libnonfs.la
libnonfs_la_SOURCES = $(nonfs_sources) $(nonfs_private_headers)
libnonfs_la_CPPFLAGS = $(nonfs_cppflags)
libnonfs_la_CFLAGS = $(hosted_cflags)
libnonfs_la_LDFLAGS = -version-info 0:0:0 -no-undefined $(HOST_LDFLAGS)
libnonfs_la_LIBADD = libnoncrypto.la
nonfsincludedir = $(includedir)/nonfs
nonfsinclude_HEADERS = $(nonfs_headers)

if KERNEL
noinst_LIBRARIES += libnonfs-module.a
libnonfs_module_a_SOURCES = $(nonfs_sources)
libnonfs_module_a_CPPFLAGS = $(nonfs_cppflags)
libnonfs_module_a_CFLAGS = $(module_cflags)
endif

if HAVE_CHECK
check_PROGRAMS += libnonfs/tests/test_result
TESTS += libnonfs/tests/test_result
libnonfs_tests_test_result_SOURCES = libnonfs/tests/test_result.c
libnonfs_tests_test_result_CPPFLAGS = $(nonfs_cppflags) -I$(top_srcdir)/tests/harness
libnonfs_tests_test_result_CFLAGS = $(program_cflags) $(CHECK_CFLAGS)
libnonfs_tests_test_result_LDFLAGS = $(program_ldflags) -static
libnonfs_tests_test_result_LDADD = libnonfs.la $(CHECK_LIBS)
endif
