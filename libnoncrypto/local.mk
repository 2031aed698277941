include libnoncrypto/sources.mk

EXTRA_DIST += libnoncrypto/README.md libnoncrypto/sources.mk
pkgconfig_DATA += libnoncrypto/noncrypto.pc
noncrypto_cppflags = -I$(top_srcdir)/libnoncrypto/include -I$(top_srcdir)/libnoncrypto/src

lib_LTLIBRARIES += libnoncrypto.la
libnoncrypto_la_SOURCES = $(noncrypto_sources) $(noncrypto_private_headers)
libnoncrypto_la_CPPFLAGS = $(noncrypto_cppflags) -DNONCRYPTO_CONFIG_CPU_DETECT=1
libnoncrypto_la_CFLAGS = $(hosted_cflags)
libnoncrypto_la_LDFLAGS = -version-info 0:0:0 -no-undefined $(HOST_LDFLAGS)
noncryptoincludedir = $(includedir)/noncrypto
noncryptoinclude_HEADERS = $(noncrypto_headers)

if KERNEL
noinst_LIBRARIES += libnoncrypto-module.a
libnoncrypto_module_a_SOURCES = $(noncrypto_sources)
libnoncrypto_module_a_CPPFLAGS = $(noncrypto_cppflags) -DNONCRYPTO_CONFIG_CPU_DETECT=1
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

if FUZZING
FUZZERS += libnoncrypto/fuzz/fuzz_blake3
endif

noinst_HEADERS += libnoncrypto/tests/backends.h libnoncrypto/tests/blake3_vectors.h libnoncrypto/tests/ct/taint.h \
	libnoncrypto/tests/hashes.h
EXTRA_DIST += libnoncrypto/tests/ct/ct_hash.c
if HAVE_CHECK
noncrypto_tests = \
	libnoncrypto/tests/test_argon2 \
	libnoncrypto/tests/test_blake2b \
	libnoncrypto/tests/test_blake3 \
	libnoncrypto/tests/test_cpu \
	libnoncrypto/tests/test_csprng \
	libnoncrypto/tests/test_entropy_health \
	libnoncrypto/tests/test_hash_vectors \
	libnoncrypto/tests/test_hashes \
	libnoncrypto/tests/test_hkdf \
	libnoncrypto/tests/test_hmac \
	libnoncrypto/tests/test_memory \
	libnoncrypto/tests/test_result \
	libnoncrypto/tests/test_selftest
if HAVE_JANSSON
noncrypto_tests += libnoncrypto/tests/test_mac_vectors
endif
check_PROGRAMS += $(noncrypto_tests)
TESTS += $(noncrypto_tests)
endif
