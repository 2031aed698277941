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

noinst_LIBRARIES += libnonfs-kernel.a
libnonfs_kernel_a_SOURCES = $(nonfs_sources)
libnonfs_kernel_a_CPPFLAGS = $(nonfs_cppflags)
# Kernels have small stacks: no function may need more than this, callees not counted.
libnonfs_kernel_a_CFLAGS = $(kernel_cflags) -Wframe-larger-than=1024
endif

bin_PROGRAMS += libnonfs/tools/nonfs
dist_man_MANS += libnonfs/tools/nonfs.1
libnonfs_tools_nonfs_SOURCES = \
	libnoncrypto/tools/json.c \
	libnoncrypto/tools/json.h \
	libnonfs/tools/about.c \
	libnonfs/tools/command.h \
	libnonfs/tools/content.c \
	libnonfs/tools/list.c \
	libnonfs/tools/nonfs.c \
	libnonfs/tools/print.c \
	libnonfs/tools/volume.c \
	libnonfs/tools/walk.c \
	libnonfs/tools/walk.h
libnonfs_tools_nonfs_CPPFLAGS = $(nonfs_cppflags) -D_FILE_OFFSET_BITS=64 -I$(top_srcdir)/libnoncrypto/tools
libnonfs_tools_nonfs_CFLAGS = $(program_cflags)
libnonfs_tools_nonfs_LDFLAGS = $(program_ldflags)
libnonfs_tools_nonfs_LDADD = libnonfs.la libnoncrypto.la

dist_check_SCRIPTS += libnonfs/tests/test_command.sh
TESTS += libnonfs/tests/test_command.sh

noinst_PROGRAMS += libnonfs/bench/bench_nonfs
libnonfs_bench_bench_nonfs_SOURCES = libnonfs/bench/bench_nonfs.c
libnonfs_bench_bench_nonfs_CPPFLAGS = $(nonfs_cppflags) -D_FILE_OFFSET_BITS=64 -I$(top_srcdir)/tests/harness
libnonfs_bench_bench_nonfs_CFLAGS = $(program_cflags)
libnonfs_bench_bench_nonfs_LDFLAGS = $(program_ldflags) -static
libnonfs_bench_bench_nonfs_LDADD = libnonfs.la

if FUZZING
FUZZERS += libnonfs/fuzz/fuzz_ext4
libnonfs_fuzz_fuzz_ext4_SOURCES = libnonfs/fuzz/fuzz_ext4.c libnonfs/tests/tiny_image.c \
	libnonfs/tests/tiny_image.h libnonfs/tests/walk.c libnonfs/tests/walk.h
libnonfs_fuzz_fuzz_ext4_CPPFLAGS = $(nonfs_cppflags) -I$(top_srcdir)/libnonfs/tests
libnonfs_fuzz_fuzz_ext4_CFLAGS = $(fuzzer_cflags)
libnonfs_fuzz_fuzz_ext4_LDFLAGS = $(fuzzer_ldflags) -static
libnonfs_fuzz_fuzz_ext4_LDADD = libnonfs.la
endif

if HAVE_CHECK
nonfs_test_cppflags = $(nonfs_cppflags) -D_FILE_OFFSET_BITS=64 -I$(top_srcdir)/tests/harness
nonfs_test_cflags = $(program_cflags) $(CHECK_CFLAGS)
nonfs_test_ldflags = $(program_ldflags) -static
nonfs_test_ldadd = libnonfs.la $(CHECK_LIBS)
nonfs_test_image = libnonfs/tests/image.c libnonfs/tests/image.h libnonfs/tests/walk.c \
	libnonfs/tests/walk.h

check_PROGRAMS += libnonfs/tests/test_result
TESTS += libnonfs/tests/test_result
libnonfs_tests_test_result_SOURCES = libnonfs/tests/test_result.c
libnonfs_tests_test_result_CPPFLAGS = $(nonfs_test_cppflags)
libnonfs_tests_test_result_CFLAGS = $(nonfs_test_cflags)
libnonfs_tests_test_result_LDFLAGS = $(nonfs_test_ldflags)
libnonfs_tests_test_result_LDADD = $(nonfs_test_ldadd)

check_PROGRAMS += libnonfs/tests/test_ext4_images
TESTS += libnonfs/tests/test_ext4_images
libnonfs_tests_test_ext4_images_SOURCES = libnonfs/tests/test_ext4_images.c $(nonfs_test_image)
libnonfs_tests_test_ext4_images_CPPFLAGS = $(nonfs_test_cppflags)
libnonfs_tests_test_ext4_images_CFLAGS = $(nonfs_test_cflags)
libnonfs_tests_test_ext4_images_LDFLAGS = $(nonfs_test_ldflags)
libnonfs_tests_test_ext4_images_LDADD = $(nonfs_test_ldadd)

check_PROGRAMS += libnonfs/tests/test_ext4_vectors
TESTS += libnonfs/tests/test_ext4_vectors
libnonfs_tests_test_ext4_vectors_SOURCES = libnonfs/tests/test_ext4_vectors.c $(nonfs_test_image)
libnonfs_tests_test_ext4_vectors_CPPFLAGS = $(nonfs_test_cppflags)
libnonfs_tests_test_ext4_vectors_CFLAGS = $(nonfs_test_cflags)
libnonfs_tests_test_ext4_vectors_LDFLAGS = $(nonfs_test_ldflags)
libnonfs_tests_test_ext4_vectors_LDADD = $(nonfs_test_ldadd)

check_PROGRAMS += libnonfs/tests/test_ext4_hostile
TESTS += libnonfs/tests/test_ext4_hostile
libnonfs_tests_test_ext4_hostile_SOURCES = libnonfs/tests/test_ext4_hostile.c $(nonfs_test_image) \
	libnonfs/tests/hostile.c libnonfs/tests/hostile.h libnonfs/tests/hostile_checksums.c \
	libnonfs/tests/hostile_directories.c libnonfs/tests/hostile_files.c
libnonfs_tests_test_ext4_hostile_CPPFLAGS = $(nonfs_test_cppflags)
libnonfs_tests_test_ext4_hostile_CFLAGS = $(nonfs_test_cflags)
libnonfs_tests_test_ext4_hostile_LDFLAGS = $(nonfs_test_ldflags)
libnonfs_tests_test_ext4_hostile_LDADD = $(nonfs_test_ldadd)

check_PROGRAMS += libnonfs/tests/test_checksum
TESTS += libnonfs/tests/test_checksum
libnonfs_tests_test_checksum_SOURCES = libnonfs/tests/test_checksum.c
libnonfs_tests_test_checksum_CPPFLAGS = $(nonfs_test_cppflags)
libnonfs_tests_test_checksum_CFLAGS = $(nonfs_test_cflags)
libnonfs_tests_test_checksum_LDFLAGS = $(nonfs_test_ldflags)
libnonfs_tests_test_checksum_LDADD = $(nonfs_test_ldadd)

check_PROGRAMS += libnonfs/tests/test_ext4_api
TESTS += libnonfs/tests/test_ext4_api
libnonfs_tests_test_ext4_api_SOURCES = libnonfs/tests/test_ext4_api.c $(nonfs_test_image)
libnonfs_tests_test_ext4_api_CPPFLAGS = $(nonfs_test_cppflags)
libnonfs_tests_test_ext4_api_CFLAGS = $(nonfs_test_cflags)
libnonfs_tests_test_ext4_api_LDFLAGS = $(nonfs_test_ldflags)
libnonfs_tests_test_ext4_api_LDADD = $(nonfs_test_ldadd)

check_PROGRAMS += libnonfs/tests/test_ext4_htree
TESTS += libnonfs/tests/test_ext4_htree
libnonfs_tests_test_ext4_htree_SOURCES = libnonfs/tests/test_ext4_htree.c $(nonfs_test_image)
libnonfs_tests_test_ext4_htree_CPPFLAGS = $(nonfs_test_cppflags)
libnonfs_tests_test_ext4_htree_CFLAGS = $(nonfs_test_cflags)
libnonfs_tests_test_ext4_htree_LDFLAGS = $(nonfs_test_ldflags)
libnonfs_tests_test_ext4_htree_LDADD = $(nonfs_test_ldadd)

check_PROGRAMS += libnonfs/tests/test_ext4_tiny
TESTS += libnonfs/tests/test_ext4_tiny
libnonfs_tests_test_ext4_tiny_SOURCES = libnonfs/tests/test_ext4_tiny.c $(nonfs_test_image) \
	libnonfs/tests/tiny_image.c libnonfs/tests/tiny_image.h
libnonfs_tests_test_ext4_tiny_CPPFLAGS = $(nonfs_test_cppflags)
libnonfs_tests_test_ext4_tiny_CFLAGS = $(nonfs_test_cflags)
libnonfs_tests_test_ext4_tiny_LDFLAGS = $(nonfs_test_ldflags)
libnonfs_tests_test_ext4_tiny_LDADD = $(nonfs_test_ldadd)
endif
