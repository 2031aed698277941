include libnonzk/sources.mk

EXTRA_DIST += libnonzk/README.md libnonzk/sources.mk libnonzk/tests/make_fp_vectors.py
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

noinst_PROGRAMS += libnonzk/bench/bench_nonzk
libnonzk_bench_bench_nonzk_SOURCES = libnonzk/bench/bench_nonzk.c
libnonzk_bench_bench_nonzk_CPPFLAGS = $(nonzk_cppflags) -I$(top_srcdir)/tests/harness
libnonzk_bench_bench_nonzk_CFLAGS = $(program_cflags)
libnonzk_bench_bench_nonzk_LDFLAGS = $(program_ldflags) -static
libnonzk_bench_bench_nonzk_LDADD = libnonzk.la

if FUZZING
FUZZERS += libnonzk/fuzz/fuzz_field
libnonzk_fuzz_fuzz_field_SOURCES = libnonzk/fuzz/fuzz_field.c
libnonzk_fuzz_fuzz_field_CPPFLAGS = $(nonzk_cppflags)
libnonzk_fuzz_fuzz_field_CFLAGS = $(fuzzer_cflags)
libnonzk_fuzz_fuzz_field_LDFLAGS = $(fuzzer_ldflags) -static
libnonzk_fuzz_fuzz_field_LDADD = libnonzk.la
endif

if HAVE_CHECK
nonzk_test_cppflags = $(nonzk_cppflags) -I$(top_srcdir)/tests/harness
nonzk_test_ldadd = libnonzk.la $(CHECK_LIBS)

check_PROGRAMS += libnonzk/tests/test_result
TESTS += libnonzk/tests/test_result
libnonzk_tests_test_result_SOURCES = libnonzk/tests/test_result.c
libnonzk_tests_test_result_CPPFLAGS = $(nonzk_test_cppflags)
libnonzk_tests_test_result_CFLAGS = $(program_cflags) $(CHECK_CFLAGS)
libnonzk_tests_test_result_LDFLAGS = $(program_ldflags) -static
libnonzk_tests_test_result_LDADD = $(nonzk_test_ldadd)

check_PROGRAMS += libnonzk/tests/test_fp
TESTS += libnonzk/tests/test_fp
libnonzk_tests_test_fp_SOURCES = libnonzk/tests/test_fp.c libnonzk/tests/field_helpers.h libnonzk/tests/fp_vectors.h
libnonzk_tests_test_fp_CPPFLAGS = $(nonzk_test_cppflags)
libnonzk_tests_test_fp_CFLAGS = $(program_cflags) $(CHECK_CFLAGS)
libnonzk_tests_test_fp_LDFLAGS = $(program_ldflags) -static
libnonzk_tests_test_fp_LDADD = $(nonzk_test_ldadd)

check_PROGRAMS += libnonzk/tests/test_fp2
TESTS += libnonzk/tests/test_fp2
libnonzk_tests_test_fp2_SOURCES = libnonzk/tests/test_fp2.c libnonzk/tests/field_helpers.h libnonzk/tests/fp_vectors.h
libnonzk_tests_test_fp2_CPPFLAGS = $(nonzk_test_cppflags)
libnonzk_tests_test_fp2_CFLAGS = $(program_cflags) $(CHECK_CFLAGS)
libnonzk_tests_test_fp2_LDFLAGS = $(program_ldflags) -static
libnonzk_tests_test_fp2_LDADD = $(nonzk_test_ldadd)

check_PROGRAMS += libnonzk/tests/test_curve_points
TESTS += libnonzk/tests/test_curve_points
libnonzk_tests_test_curve_points_SOURCES = libnonzk/tests/test_curve_points.c libnonzk/tests/field_helpers.h
libnonzk_tests_test_curve_points_CPPFLAGS = $(nonzk_test_cppflags)
libnonzk_tests_test_curve_points_CFLAGS = $(program_cflags) $(CHECK_CFLAGS)
libnonzk_tests_test_curve_points_LDFLAGS = $(program_ldflags) -static
libnonzk_tests_test_curve_points_LDADD = $(nonzk_test_ldadd)

# The same with the limbs of compilers that have no 128-bit integer.
check_PROGRAMS += libnonzk/tests/test_fp_limbs
TESTS += libnonzk/tests/test_fp_limbs
libnonzk_tests_test_fp_limbs_SOURCES = libnonzk/tests/test_fp.c libnonzk/tests/field_helpers.h libnonzk/tests/fp_vectors.h $(nonzk_sources)
libnonzk_tests_test_fp_limbs_CPPFLAGS = $(nonzk_test_cppflags) -DNONZK_NO_INT128
libnonzk_tests_test_fp_limbs_CFLAGS = $(program_cflags) $(CHECK_CFLAGS)
libnonzk_tests_test_fp_limbs_LDFLAGS = $(program_ldflags) -static
libnonzk_tests_test_fp_limbs_LDADD = $(CHECK_LIBS)

check_PROGRAMS += libnonzk/tests/test_fp2_limbs
TESTS += libnonzk/tests/test_fp2_limbs
libnonzk_tests_test_fp2_limbs_SOURCES = libnonzk/tests/test_fp2.c libnonzk/tests/field_helpers.h libnonzk/tests/fp_vectors.h $(nonzk_sources)
libnonzk_tests_test_fp2_limbs_CPPFLAGS = $(nonzk_test_cppflags) -DNONZK_NO_INT128
libnonzk_tests_test_fp2_limbs_CFLAGS = $(program_cflags) $(CHECK_CFLAGS)
libnonzk_tests_test_fp2_limbs_LDFLAGS = $(program_ldflags) -static
libnonzk_tests_test_fp2_limbs_LDADD = $(CHECK_LIBS)
endif
