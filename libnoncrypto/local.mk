include libnoncrypto/sources.mk

EXTRA_DIST += libnoncrypto/README.md libnoncrypto/sources.mk libnoncrypto/tools/README.md libnoncrypto/bench/README.md \
	libnoncrypto/fuzz/README.md libnoncrypto/tools/formats/README.md libnoncrypto/tools/vectors/README.md \
	libnoncrypto/src/curve25519/base_table.py libnoncrypto/src/p256/p256_tables.py
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

# The file formats of the command, apart from it: no input or output, so that they can be tested and fuzzed.
noinst_LTLIBRARIES += libnoncrypto/tools/libformats.la
libnoncrypto_tools_libformats_la_SOURCES = $(noncrypto_formats_sources)
libnoncrypto_tools_libformats_la_CPPFLAGS = $(noncrypto_cppflags)
libnoncrypto_tools_libformats_la_CFLAGS = $(program_cflags)
noncrypto_formats_sources = \
	libnoncrypto/tools/formats/armor.c \
	libnoncrypto/tools/formats/armor.h \
	libnoncrypto/tools/formats/kdf.c \
	libnoncrypto/tools/formats/kdf.h \
	libnoncrypto/tools/formats/key.c \
	libnoncrypto/tools/formats/key.h \
	libnoncrypto/tools/formats/sealed.c \
	libnoncrypto/tools/formats/sealed.h \
	libnoncrypto/tools/formats/sealed_parse.c \
	libnoncrypto/tools/formats/signature.c \
	libnoncrypto/tools/formats/signature.h
# The guest's program is made of these too: distro/programs/noncrypto/program.mk.
noncrypto_verbs_sources = \
	libnoncrypto/tools/command.c \
	libnoncrypto/tools/command.h \
	libnoncrypto/tools/digest.c \
	libnoncrypto/tools/digest.h \
	libnoncrypto/tools/files.c \
	libnoncrypto/tools/files.h \
	libnoncrypto/tools/hash.c \
	libnoncrypto/tools/hex.c \
	libnoncrypto/tools/hex.h \
	libnoncrypto/tools/json.c \
	libnoncrypto/tools/json.h \
	libnoncrypto/tools/keygen.c \
	libnoncrypto/tools/keys.c \
	libnoncrypto/tools/keys.h \
	libnoncrypto/tools/keys_make.c \
	libnoncrypto/tools/keys_make.h \
	libnoncrypto/tools/noncrypto.c \
	libnoncrypto/tools/open.c \
	libnoncrypto/tools/passphrase.c \
	libnoncrypto/tools/passphrase.h \
	libnoncrypto/tools/payload.c \
	libnoncrypto/tools/payload.h \
	libnoncrypto/tools/progress.c \
	libnoncrypto/tools/progress.h \
	libnoncrypto/tools/random.c \
	libnoncrypto/tools/seal.c \
	libnoncrypto/tools/selftest.c \
	libnoncrypto/tools/selftest.h \
	libnoncrypto/tools/sign.c \
	libnoncrypto/tools/speed.c \
	libnoncrypto/tools/speed.h \
	libnoncrypto/tools/speed_subjects.c

bin_PROGRAMS += libnoncrypto/tools/noncrypto
dist_man_MANS += libnoncrypto/tools/noncrypto.1
libnoncrypto_tools_noncrypto_SOURCES = $(noncrypto_verbs_sources)
if HAVE_JANSSON
libnoncrypto_tools_noncrypto_SOURCES += \
	libnoncrypto/tools/vectors/acvp.c \
	libnoncrypto/tools/vectors/hashes.c \
	libnoncrypto/tools/vectors/lattice.c \
	libnoncrypto/tools/vectors/public.c \
	libnoncrypto/tools/vectors/recognize.c \
	libnoncrypto/tools/vectors/records.c \
	libnoncrypto/tools/vectors/symmetric.c \
	libnoncrypto/tools/vectors/text.c \
	libnoncrypto/tools/vectors/text.h \
	libnoncrypto/tools/vectors/vectors.c \
	libnoncrypto/tools/vectors/vectors.h \
	libnoncrypto/tools/vectors/walk.c \
	libnoncrypto/tools/vectors/wycheproof.c
EXTRA_DIST += libnoncrypto/tools/vectors/none.c
else
libnoncrypto_tools_noncrypto_SOURCES += libnoncrypto/tools/vectors/none.c
EXTRA_DIST += \
	libnoncrypto/tools/vectors/acvp.c \
	libnoncrypto/tools/vectors/hashes.c \
	libnoncrypto/tools/vectors/lattice.c \
	libnoncrypto/tools/vectors/public.c \
	libnoncrypto/tools/vectors/recognize.c \
	libnoncrypto/tools/vectors/records.c \
	libnoncrypto/tools/vectors/symmetric.c \
	libnoncrypto/tools/vectors/text.c \
	libnoncrypto/tools/vectors/text.h \
	libnoncrypto/tools/vectors/vectors.c \
	libnoncrypto/tools/vectors/vectors.h \
	libnoncrypto/tools/vectors/walk.c \
	libnoncrypto/tools/vectors/wycheproof.c
endif
libnoncrypto_tools_noncrypto_CPPFLAGS = $(noncrypto_cppflags) $(large_files) $(JANSSON_CFLAGS)
libnoncrypto_tools_noncrypto_CFLAGS = $(program_cflags)
libnoncrypto_tools_noncrypto_LDFLAGS = $(program_ldflags)
libnoncrypto_tools_noncrypto_LDADD = libnoncrypto/tools/libformats.la libnoncrypto.la $(JANSSON_LIBS)

noncrypto_command_tests = \
	libnoncrypto/tests/test_command.sh \
	libnoncrypto/tests/test_command_keys.sh \
	libnoncrypto/tests/test_command_seal.sh \
	libnoncrypto/tests/test_command_sign.sh \
	libnoncrypto/tests/test_command_vectors.sh
dist_check_SCRIPTS += $(noncrypto_command_tests)
EXTRA_DIST += libnoncrypto/tests/command.sh
TESTS += $(noncrypto_command_tests)

include libnoncrypto/bench/local.mk
include libnoncrypto/tests/proofs.mk

# Measures the timing source; make_entropy_report.sh writes docs/entropy.md from it.
check_PROGRAMS += libnoncrypto/tests/entropy_report
EXTRA_DIST += libnoncrypto/tests/make_entropy_report.sh

if FUZZING
FUZZERS += \
	libnoncrypto/fuzz/fuzz_aes \
	libnoncrypto/fuzz/fuzz_blake3 \
	libnoncrypto/fuzz/fuzz_ed25519 \
	libnoncrypto/fuzz/fuzz_edwards25519 \
	libnoncrypto/fuzz/fuzz_key \
	libnoncrypto/fuzz/fuzz_mldsa65 \
	libnoncrypto/fuzz/fuzz_mlkem768 \
	libnoncrypto/fuzz/fuzz_p256 \
	libnoncrypto/fuzz/fuzz_rsa \
	libnoncrypto/fuzz/fuzz_sealed \
	libnoncrypto/fuzz/fuzz_signature
libnoncrypto_fuzz_fuzz_key_LDADD = libnoncrypto/tools/libformats.la $(LDADD)
libnoncrypto_fuzz_fuzz_sealed_LDADD = libnoncrypto/tools/libformats.la $(LDADD)
libnoncrypto_fuzz_fuzz_signature_LDADD = libnoncrypto/tools/libformats.la $(LDADD)
endif

noinst_HEADERS += \
	libnoncrypto/tests/aes_helpers.h \
	libnoncrypto/tests/backends.h \
	libnoncrypto/tests/blake3_vectors.h \
	libnoncrypto/tests/curve25519_backends.h \
	libnoncrypto/tests/curve25519_field_functions.h \
	libnoncrypto/tests/ed25519_cases.h \
	libnoncrypto/tests/hashes.h \
	libnoncrypto/tests/p256_field_test.h \
	libnoncrypto/tests/p256_hash_vectors.h \
	libnoncrypto/tests/rfc8439_texts.h \
	libnoncrypto/tests/rsa_vectors.h

if HAVE_CHECK
noncrypto_tests = \
	libnoncrypto/tests/test_aead \
	libnoncrypto/tests/test_aes \
	libnoncrypto/tests/test_aes_ccm \
	libnoncrypto/tests/test_aes_ctr \
	libnoncrypto/tests/test_aes_gcm \
	libnoncrypto/tests/test_aes_kw \
	libnoncrypto/tests/test_argon2 \
	libnoncrypto/tests/test_blake2b \
	libnoncrypto/tests/test_blake3 \
	libnoncrypto/tests/test_chacha20 \
	libnoncrypto/tests/test_cmac \
	libnoncrypto/tests/test_cpu \
	libnoncrypto/tests/test_csprng \
	libnoncrypto/tests/test_curve25519_field \
	libnoncrypto/tests/test_curve25519_halve \
	libnoncrypto/tests/test_ecdsa_vectors \
	libnoncrypto/tests/test_ed25519 \
	libnoncrypto/tests/test_ed25519_batch \
	libnoncrypto/tests/test_edwards25519 \
	libnoncrypto/tests/test_entropy \
	libnoncrypto/tests/test_entropy_health \
	libnoncrypto/tests/test_formats \
	libnoncrypto/tests/test_hash_vectors \
	libnoncrypto/tests/test_hashes \
	libnoncrypto/tests/test_hkdf \
	libnoncrypto/tests/test_hmac \
	libnoncrypto/tests/test_keccak_x4 \
	libnoncrypto/tests/test_memory \
	libnoncrypto/tests/test_mldsa65 \
	libnoncrypto/tests/test_mldsa65_ed25519 \
	libnoncrypto/tests/test_mldsa65_parts \
	libnoncrypto/tests/test_mlkem768 \
	libnoncrypto/tests/test_p256 \
	libnoncrypto/tests/test_p256_field \
	libnoncrypto/tests/test_p256_field_adx \
	libnoncrypto/tests/test_p256_group \
	libnoncrypto/tests/test_p384 \
	libnoncrypto/tests/test_poly1305 \
	libnoncrypto/tests/test_result \
	libnoncrypto/tests/test_rsa \
	libnoncrypto/tests/test_selftest \
	libnoncrypto/tests/test_siphash \
	libnoncrypto/tests/test_stream \
	libnoncrypto/tests/test_x25519 \
	libnoncrypto/tests/test_xwing
if HAVE_JANSSON
noncrypto_tests += \
	libnoncrypto/tests/test_aead_vectors \
	libnoncrypto/tests/test_aes_vectors \
	libnoncrypto/tests/test_ed25519_vectors \
	libnoncrypto/tests/test_mac_vectors \
	libnoncrypto/tests/test_mldsa65_vectors \
	libnoncrypto/tests/test_mlkem768_vectors \
	libnoncrypto/tests/test_p256_vectors \
	libnoncrypto/tests/test_rsa_vectors \
	libnoncrypto/tests/test_x25519_vectors
endif
# Each representation of the field, also those that the library does not use here.
curve25519_fields = libnoncrypto/tests/curve25519_field_25.c libnoncrypto/tests/curve25519_field_51.c \
	libnoncrypto/tests/curve25519_field_bmi2.c
libnoncrypto_tests_test_curve25519_field_SOURCES = libnoncrypto/tests/test_curve25519_field.c $(curve25519_fields)
libnoncrypto_tests_test_edwards25519_SOURCES = libnoncrypto/tests/test_edwards25519.c $(curve25519_fields)
libnoncrypto_tests_test_x25519_SOURCES = libnoncrypto/tests/test_x25519.c $(curve25519_fields)
# Those include sources of the library.
libnoncrypto_tests_test_p256_field_CPPFLAGS = $(AM_CPPFLAGS) $(noncrypto_cppflags)
libnoncrypto_tests_test_p256_field_adx_CPPFLAGS = $(AM_CPPFLAGS) $(noncrypto_cppflags)
libnoncrypto_tests_test_formats_LDADD = libnoncrypto/tools/libformats.la $(LDADD)
check_PROGRAMS += $(noncrypto_tests)
TESTS += $(noncrypto_tests)
endif
