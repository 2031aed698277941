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

if FUZZING
FUZZERS += libnononion/fuzz/fuzz_cell_body libnononion/fuzz/fuzz_cell_reader
endif

if HAVE_CHECK
nononion_tests = \
	libnononion/tests/test_cell \
	libnononion/tests/test_channel_cell \
	libnononion/tests/test_circuit_cell \
	libnononion/tests/test_recorded \
	libnononion/tests/test_relay_cell \
	libnononion/tests/test_result \
	libnononion/tests/test_stream_message
check_PROGRAMS += $(nononion_tests)
TESTS += $(nononion_tests)
endif
