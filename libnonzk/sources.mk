# Sources of libnonzk, in paths from the top of the tree (or of the folder that 'nonos embed' made).
# Include path: libnonzk/include, libnonzk/src for the sources themselves, and libnoncrypto/include: it needs libnoncrypto.
nonzk_headers = \
	libnonzk/include/nonzk/attestation.h \
	libnonzk/include/nonzk/authority.h \
	libnonzk/include/nonzk/circom.h \
	libnonzk/include/nonzk/fft.h \
	libnonzk/include/nonzk/fp.h \
	libnonzk/include/nonzk/fp12.h \
	libnonzk/include/nonzk/fp2.h \
	libnonzk/include/nonzk/fp6.h \
	libnonzk/include/nonzk/fr.h \
	libnonzk/include/nonzk/g1.h \
	libnonzk/include/nonzk/g2.h \
	libnonzk/include/nonzk/gadget.h \
	libnonzk/include/nonzk/groth16.h \
	libnonzk/include/nonzk/hash_to_curve.h \
	libnonzk/include/nonzk/module.h \
	libnonzk/include/nonzk/msm.h \
	libnonzk/include/nonzk/pairing.h \
	libnonzk/include/nonzk/poseidon.h \
	libnonzk/include/nonzk/r1cs.h \
	libnonzk/include/nonzk/result.h
nonzk_private_headers = \
	libnonzk/src/attestation/bytes.h \
	libnonzk/src/circom/sections.h \
	libnonzk/src/curve/constants.h \
	libnonzk/src/curve/g1_table.h \
	libnonzk/src/curve/hash.h \
	libnonzk/src/curve/hash_private.h \
	libnonzk/src/curve/isogeny.h \
	libnonzk/src/curve/msm.h \
	libnonzk/src/curve/point.h \
	libnonzk/src/curve/scalar.h \
	libnonzk/src/field/fp12_private.h \
	libnonzk/src/field/fp2_private.h \
	libnonzk/src/field/fp_add_x86_64.h \
	libnonzk/src/field/fp_private.h \
	libnonzk/src/field/fp_x86_64.h \
	libnonzk/src/field/limb.h \
	libnonzk/src/field/montgomery.h \
	libnonzk/src/groth16/verifier.h \
	libnonzk/src/pairing/miller.h \
	libnonzk/src/poseidon/poseidon_private.h \
	libnonzk/src/r1cs/r1cs_private.h
nonzk_sources = \
	libnonzk/src/attestation/authority.c \
	libnonzk/src/attestation/authority_file.c \
	libnonzk/src/attestation/check.c \
	libnonzk/src/attestation/circuit.c \
	libnonzk/src/attestation/module.c \
	libnonzk/src/attestation/values.c \
	libnonzk/src/circom/r1cs_file.c \
	libnonzk/src/circom/sections.c \
	libnonzk/src/circom/wtns_file.c \
	libnonzk/src/curve/expand_message.c \
	libnonzk/src/curve/g1.c \
	libnonzk/src/curve/g1_table.c \
	libnonzk/src/curve/g2.c \
	libnonzk/src/curve/hash_g1.c \
	libnonzk/src/curve/hash_g2.c \
	libnonzk/src/curve/msm_g1.c \
	libnonzk/src/curve/msm_g2.c \
	libnonzk/src/curve/scalar.c \
	libnonzk/src/field/fp.c \
	libnonzk/src/field/fp12.c \
	libnonzk/src/field/fp2.c \
	libnonzk/src/field/fp6.c \
	libnonzk/src/field/fp_adx.c \
	libnonzk/src/field/fp_root.c \
	libnonzk/src/groth16/batch.c \
	libnonzk/src/groth16/key.c \
	libnonzk/src/groth16/verify.c \
	libnonzk/src/pairing/miller.c \
	libnonzk/src/pairing/pairing.c \
	libnonzk/src/poseidon/constants.c \
	libnonzk/src/poseidon/merkle.c \
	libnonzk/src/poseidon/poseidon.c \
	libnonzk/src/r1cs/gadget.c \
	libnonzk/src/r1cs/gadget_hash.c \
	libnonzk/src/r1cs/r1cs.c \
	libnonzk/src/result.c \
	libnonzk/src/scalar/fft.c \
	libnonzk/src/scalar/fr.c \
	libnonzk/src/scalar/fr_power.c
