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
nononion_tests = libnononion/tests/test_result libnononion/tests/test_cell \
	libnononion/tests/test_channel_cell libnononion/tests/test_circuit_cell \
	libnononion/tests/test_relay_cell libnononion/tests/test_stream_message \
	libnononion/tests/test_recorded
check_PROGRAMS += $(nononion_tests)
TESTS += $(nononion_tests)
nononion_test_cppflags = $(nononion_cppflags) -I$(top_srcdir)/tests/harness
libnononion_tests_test_result_SOURCES = libnononion/tests/test_result.c
libnononion_tests_test_result_CPPFLAGS = $(nononion_test_cppflags)
libnononion_tests_test_result_CFLAGS = $(program_cflags) $(CHECK_CFLAGS)
libnononion_tests_test_result_LDFLAGS = $(program_ldflags) -static
libnononion_tests_test_result_LDADD = libnononion.la $(CHECK_LIBS)
libnononion_tests_test_cell_SOURCES = libnononion/tests/test_cell.c
libnononion_tests_test_cell_CPPFLAGS = $(nononion_test_cppflags)
libnononion_tests_test_cell_CFLAGS = $(program_cflags) $(CHECK_CFLAGS)
libnononion_tests_test_cell_LDFLAGS = $(program_ldflags) -static
libnononion_tests_test_cell_LDADD = libnononion.la $(CHECK_LIBS)
libnononion_tests_test_channel_cell_SOURCES = libnononion/tests/test_channel_cell.c
libnononion_tests_test_channel_cell_CPPFLAGS = $(nononion_test_cppflags)
libnononion_tests_test_channel_cell_CFLAGS = $(program_cflags) $(CHECK_CFLAGS)
libnononion_tests_test_channel_cell_LDFLAGS = $(program_ldflags) -static
libnononion_tests_test_channel_cell_LDADD = libnononion.la $(CHECK_LIBS)
libnononion_tests_test_circuit_cell_SOURCES = libnononion/tests/test_circuit_cell.c
libnononion_tests_test_circuit_cell_CPPFLAGS = $(nononion_test_cppflags)
libnononion_tests_test_circuit_cell_CFLAGS = $(program_cflags) $(CHECK_CFLAGS)
libnononion_tests_test_circuit_cell_LDFLAGS = $(program_ldflags) -static
libnononion_tests_test_circuit_cell_LDADD = libnononion.la $(CHECK_LIBS)
libnononion_tests_test_relay_cell_SOURCES = libnononion/tests/test_relay_cell.c
libnononion_tests_test_relay_cell_CPPFLAGS = $(nononion_test_cppflags)
libnononion_tests_test_relay_cell_CFLAGS = $(program_cflags) $(CHECK_CFLAGS)
libnononion_tests_test_relay_cell_LDFLAGS = $(program_ldflags) -static
libnononion_tests_test_relay_cell_LDADD = libnononion.la $(CHECK_LIBS)
libnononion_tests_test_stream_message_SOURCES = libnononion/tests/test_stream_message.c
libnononion_tests_test_stream_message_CPPFLAGS = $(nononion_test_cppflags)
libnononion_tests_test_stream_message_CFLAGS = $(program_cflags) $(CHECK_CFLAGS)
libnononion_tests_test_stream_message_LDFLAGS = $(program_ldflags) -static
libnononion_tests_test_stream_message_LDADD = libnononion.la $(CHECK_LIBS)
libnononion_tests_test_recorded_SOURCES = libnononion/tests/test_recorded.c
libnononion_tests_test_recorded_CPPFLAGS = $(nononion_test_cppflags)
libnononion_tests_test_recorded_CFLAGS = $(program_cflags) $(CHECK_CFLAGS)
libnononion_tests_test_recorded_LDFLAGS = $(program_ldflags) -static
libnononion_tests_test_recorded_LDADD = libnononion.la $(CHECK_LIBS)
endif

if FUZZING
FUZZERS += libnononion/fuzz/fuzz_cell_reader libnononion/fuzz/fuzz_cell_body
libnononion_fuzz_fuzz_cell_reader_SOURCES = libnononion/fuzz/fuzz_cell_reader.c
libnononion_fuzz_fuzz_cell_reader_CPPFLAGS = $(nononion_cppflags)
libnononion_fuzz_fuzz_cell_reader_CFLAGS = $(fuzzer_cflags)
libnononion_fuzz_fuzz_cell_reader_LDFLAGS = $(fuzzer_ldflags) -static
libnononion_fuzz_fuzz_cell_reader_LDADD = libnononion.la
libnononion_fuzz_fuzz_cell_body_SOURCES = libnononion/fuzz/fuzz_cell_body.c
libnononion_fuzz_fuzz_cell_body_CPPFLAGS = $(nononion_cppflags)
libnononion_fuzz_fuzz_cell_body_CFLAGS = $(fuzzer_cflags)
libnononion_fuzz_fuzz_cell_body_LDFLAGS = $(fuzzer_ldflags) -static
libnononion_fuzz_fuzz_cell_body_LDADD = libnononion.la
endif
