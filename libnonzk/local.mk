include libnonzk/sources.mk

EXTRA_DIST += libnonzk/README.md libnonzk/bench/README.md libnonzk/fuzz/README.md libnonzk/tools/README.md libnonzk/sources.mk libnonzk/src/poseidon/make_constants.py \
	libnonzk/tests/make_curve_constants.py \
	libnonzk/tests/make_eip2537_cases.py \
	libnonzk/tests/make_fp_vectors.py \
	libnonzk/tests/make_fr_vectors.py \
	libnonzk/tests/make_isogenies.py \
	libnonzk/tests/make_pairing_vectors.py \
	libnonzk/tests/make_setup_vectors.py
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

# The command. Its frame, its key files and the walk over vectors are libnoncrypto's.
bin_PROGRAMS += libnonzk/tools/nonzk
dist_man_MANS += libnonzk/tools/nonzk.1
EXTRA_DIST += libnonzk/tools/vectors/README.md
nonzk_tools_sources = \
	libnoncrypto/tools/command.c \
	libnoncrypto/tools/files.c \
	libnoncrypto/tools/hex.c \
	libnoncrypto/tools/json.c \
	libnoncrypto/tools/keys.c \
	libnoncrypto/tools/keys_make.c \
	libnoncrypto/tools/passphrase.c \
	libnonzk/tools/attest.c \
	libnonzk/tools/audit_log.c \
	libnonzk/tools/authority.c \
	libnonzk/tools/ceremony.c \
	libnonzk/tools/check.c \
	libnonzk/tools/convert.c \
	libnonzk/tools/development.c \
	libnonzk/tools/development.h \
	libnonzk/tools/fields.c \
	libnonzk/tools/fields.h \
	libnonzk/tools/inspect.c \
	libnonzk/tools/load.c \
	libnonzk/tools/load.h \
	libnonzk/tools/nonzk.c \
	libnonzk/tools/nonzk.h \
	libnonzk/tools/powers.c \
	libnonzk/tools/powers.h \
	libnonzk/tools/prove.c \
	libnonzk/tools/proving.c \
	libnonzk/tools/proving.h \
	libnonzk/tools/selftest.c \
	libnonzk/tools/sets.c \
	libnonzk/tools/sets.h \
	libnonzk/tools/setup.c \
	libnonzk/tools/snarkjs_text.c \
	libnonzk/tools/snarkjs_text.h \
	libnonzk/tools/verify.c
nonzk_vectors_sources = \
	libnoncrypto/tools/vectors/vectors.c \
	libnonzk/tools/snarkjs_json.c \
	libnonzk/tools/snarkjs_json.h \
	libnonzk/tools/vectors/eip2537.c \
	libnonzk/tools/vectors/eip2537.h \
	libnonzk/tools/vectors/g1.c \
	libnonzk/tools/vectors/g2.c \
	libnonzk/tools/vectors/group.h \
	libnonzk/tools/vectors/poseidon.c \
	libnonzk/tools/vectors/recognize.c \
	libnonzk/tools/vectors/rfc9380.c \
	libnonzk/tools/vectors/runners.h \
	libnonzk/tools/vectors/snarkjs.c
nonzk_json_sources = libnonzk/tools/load_json.c libnoncrypto/tools/vectors/walk.c $(nonzk_vectors_sources)
nonzk_no_json_sources = libnonzk/tools/load_none.c libnoncrypto/tools/vectors/none.c
libnonzk_tools_nonzk_SOURCES = $(nonzk_tools_sources)
if HAVE_JANSSON
libnonzk_tools_nonzk_SOURCES += $(nonzk_json_sources)
EXTRA_DIST += $(nonzk_no_json_sources)
else
libnonzk_tools_nonzk_SOURCES += $(nonzk_no_json_sources)
EXTRA_DIST += $(nonzk_json_sources)
endif
nonzk_tools_cppflags = $(nonzk_cppflags) -I$(top_srcdir)/libnoncrypto/tools $(large_files) $(JANSSON_CFLAGS)
libnonzk_tools_nonzk_CPPFLAGS = $(nonzk_tools_cppflags)
libnonzk_tools_nonzk_CFLAGS = $(program_cflags)
libnonzk_tools_nonzk_LDFLAGS = $(program_ldflags)
libnonzk_tools_nonzk_LDADD = libnonzk.la libnoncrypto/tools/libformats.la libnoncrypto.la $(JANSSON_LIBS)

noinst_PROGRAMS += libnonzk/bench/bench_nonzk
libnonzk_bench_bench_nonzk_SOURCES = libnonzk/bench/bench_nonzk.c libnonzk/bench/row.c libnonzk/bench/row.h
EXTRA_DIST += libnonzk/bench/blst_peer.cjs

if FUZZING
FUZZERS += \
	libnonzk/fuzz/fuzz_circom \
	libnonzk/fuzz/fuzz_field \
	libnonzk/fuzz/fuzz_groth16 \
	libnonzk/fuzz/fuzz_module \
	libnonzk/fuzz/fuzz_point \
	libnonzk/fuzz/fuzz_ptau \
	libnonzk/fuzz/fuzz_scalar \
	libnonzk/fuzz/fuzz_zkey
endif

noinst_HEADERS += \
	libnonzk/tests/attestation_helpers.h \
	libnonzk/tests/field_helpers.h \
	libnonzk/tests/fp_vectors.h \
	libnonzk/tests/fr_helpers.h \
	libnonzk/tests/fr_vectors.h \
	libnonzk/tests/made_key.h \
	libnonzk/tests/module_helpers.h \
	libnonzk/tests/pairing_vectors.h \
	libnonzk/tests/point_helpers.h \
	libnonzk/tests/prover_helpers.h \
	libnonzk/tests/r1cs_helpers.h \
	libnonzk/tests/test_points.h \
	libnonzk/tools/snarkjs_json.h
nonzk_command_tests = \
	libnonzk/tests/test_command.sh \
	libnonzk/tests/test_command_attest.sh \
	libnonzk/tests/test_command_audit_log.py \
	libnonzk/tests/test_command_ceremony.sh \
	libnonzk/tests/test_command_transcript.sh \
	libnonzk/tests/test_command_vectors.sh
dist_check_SCRIPTS += $(nonzk_command_tests)

EXTRA_DIST += libnonzk/tests/ct/ct_ceremony.c libnonzk/tests/ct/ct_curve.c libnonzk/tests/ct/ct_field.c \
	libnonzk/tests/ct/ct_prove.c libnonzk/tests/ct/ct_witness.c libnonzk/tests/ct/divisions.allow \
	libnonzk/tests/ct/noncrypto.sources libnonzk/tests/ct/secrets.h
dist_check_SCRIPTS += libnonzk/tests/ct/run.sh
TESTS += libnonzk/tests/ct/run.sh
EXTRA_DIST += libnonzk/tests/command.sh
TESTS += $(nonzk_command_tests)
if HAVE_CHECK
nonzk_tests = \
	libnonzk/tests/test_attestation \
	libnonzk/tests/test_attestation_mutation \
	libnonzk/tests/test_authority \
	libnonzk/tests/test_circom \
	libnonzk/tests/test_fft \
	libnonzk/tests/test_field_backends \
	libnonzk/tests/test_fp \
	libnonzk/tests/test_fp12 \
	libnonzk/tests/test_fp2 \
	libnonzk/tests/test_fp2_limbs \
	libnonzk/tests/test_fp_lanes \
	libnonzk/tests/test_fp_lanes_model \
	libnonzk/tests/test_fp_limbs \
	libnonzk/tests/test_fr \
	libnonzk/tests/test_fr_limbs \
	libnonzk/tests/test_g1 \
	libnonzk/tests/test_g2 \
	libnonzk/tests/test_gadget \
	libnonzk/tests/test_groth16 \
	libnonzk/tests/test_hash_to_curve \
	libnonzk/tests/test_module \
	libnonzk/tests/test_msm \
	libnonzk/tests/test_msm_lanes \
	libnonzk/tests/test_pairing \
	libnonzk/tests/test_phase2 \
	libnonzk/tests/test_poseidon \
	libnonzk/tests/test_powers_of_tau \
	libnonzk/tests/test_prove \
	libnonzk/tests/test_r1cs \
	libnonzk/tests/test_result \
	libnonzk/tests/test_scalar \
	libnonzk/tests/test_setup \
	libnonzk/tests/test_stack \
	libnonzk/tests/test_zkey
check_PROGRAMS += $(nonzk_tests)
TESTS += $(nonzk_tests)

# Inside of the library.
libnonzk_tests_test_scalar_SOURCES = libnonzk/tests/test_scalar.c libnonzk/src/curve/scalar.c
libnonzk_tests_test_scalar_CPPFLAGS = $(nonzk_cppflags) -I$(top_srcdir)/tests/harness
nonzk_field_sources = \
	libnonzk/src/field/fp.c \
	libnonzk/src/field/fp2.c \
	libnonzk/src/field/fp_adx.c \
	libnonzk/src/field/fp_root.c
nonzk_lanes_cppflags = $(nonzk_cppflags) -I$(top_srcdir)/tests/harness -DNONZK_LANES_MODEL
libnonzk_tests_test_fp_lanes_SOURCES = libnonzk/tests/test_fp_lanes.c $(nonzk_field_sources)
libnonzk_tests_test_fp_lanes_CPPFLAGS = $(nonzk_cppflags) -I$(top_srcdir)/tests/harness
libnonzk_tests_test_fp_lanes_model_SOURCES = libnonzk/tests/test_fp_lanes.c $(nonzk_field_sources)
libnonzk_tests_test_fp_lanes_model_CPPFLAGS = $(nonzk_lanes_cppflags)
libnonzk_tests_test_msm_lanes_SOURCES = \
	libnonzk/tests/test_msm.c \
	libnonzk/src/curve/g1.c \
	libnonzk/src/curve/g2.c \
	libnonzk/src/curve/msm_g1.c \
	libnonzk/src/curve/msm_g2.c \
	libnonzk/src/curve/scalar.c \
	$(nonzk_field_sources)
libnonzk_tests_test_msm_lanes_CPPFLAGS = $(nonzk_lanes_cppflags)

# snarkjs, if it can be had, exchanges files with the program.
check_PROGRAMS += libnonzk/tests/zkey_peer
dist_check_SCRIPTS += libnonzk/tests/test_snarkjs.sh
EXTRA_DIST += libnonzk/tests/snarkjs_peer.cjs
TESTS += libnonzk/tests/test_snarkjs.sh

# Python computes the constants anew.
dist_check_SCRIPTS += libnonzk/tests/test_curve_constants.sh libnonzk/tests/test_poseidon_constants.sh
TESTS += libnonzk/tests/test_curve_constants.sh libnonzk/tests/test_poseidon_constants.sh

# The same with the limbs of compilers that have no 128-bit integer.
nonzk_limbs_cppflags = $(nonzk_cppflags) -I$(top_srcdir)/tests/harness -DNONZK_NO_INT128
libnonzk_tests_test_fp_limbs_SOURCES = libnonzk/tests/test_fp.c $(nonzk_sources)
libnonzk_tests_test_fp_limbs_CPPFLAGS = $(nonzk_limbs_cppflags)
libnonzk_tests_test_fp_limbs_LDADD = libnoncrypto.la $(CHECK_LIBS)
libnonzk_tests_test_fp2_limbs_SOURCES = libnonzk/tests/test_fp2.c $(nonzk_sources)
libnonzk_tests_test_fp2_limbs_CPPFLAGS = $(nonzk_limbs_cppflags)
libnonzk_tests_test_fp2_limbs_LDADD = libnoncrypto.la $(CHECK_LIBS)
libnonzk_tests_test_fr_limbs_SOURCES = libnonzk/tests/test_fr.c $(nonzk_sources)
libnonzk_tests_test_fr_limbs_CPPFLAGS = $(nonzk_limbs_cppflags)
libnonzk_tests_test_fr_limbs_LDADD = libnoncrypto.la $(CHECK_LIBS)

if HAVE_JANSSON
nonzk_json_tests = libnonzk/tests/test_groth16_snarkjs libnonzk/tests/test_vectors
check_PROGRAMS += $(nonzk_json_tests)
TESTS += $(nonzk_json_tests)
libnonzk_tests_test_groth16_snarkjs_SOURCES = \
	libnonzk/tests/test_groth16_snarkjs.c \
	libnonzk/tools/snarkjs_json.c
libnonzk_tests_test_groth16_snarkjs_CPPFLAGS = $(nonzk_cppflags) -I$(top_srcdir)/tests/harness \
	-I$(top_srcdir)/libnonzk/tools
libnonzk_tests_test_vectors_SOURCES = libnonzk/tests/test_vectors.c libnoncrypto/tools/command.c libnoncrypto/tools/files.c libnoncrypto/tools/hex.c \
	libnoncrypto/tools/json.c libnoncrypto/tools/vectors/walk.c $(nonzk_vectors_sources)
libnonzk_tests_test_vectors_CPPFLAGS = $(nonzk_tools_cppflags) -I$(top_srcdir)/tests/harness
endif
endif
