# Sources of libnonzk, in paths from the top of the tree (or of the folder that 'nonos embed' made).
# Include path: libnonzk/include, and libnonzk/src for the sources themselves
nonzk_headers = \
	libnonzk/include/nonzk/attestation.h \
	libnonzk/include/nonzk/circom.h \
	libnonzk/include/nonzk/fft.h \
	libnonzk/include/nonzk/fp.h \
	libnonzk/include/nonzk/fp2.h \
	libnonzk/include/nonzk/fr.h \
	libnonzk/include/nonzk/gadget.h \
	libnonzk/include/nonzk/poseidon.h \
	libnonzk/include/nonzk/r1cs.h \
	libnonzk/include/nonzk/result.h
nonzk_private_headers = \
	libnonzk/src/circom/sections.h \
	libnonzk/src/field/fp_private.h \
	libnonzk/src/field/limb.h \
	libnonzk/src/field/montgomery.h \
	libnonzk/src/poseidon/poseidon_private.h \
	libnonzk/src/r1cs/r1cs_private.h \
	libnonzk/src/wipe.h
nonzk_sources = \
	libnonzk/src/attestation/circuit.c \
	libnonzk/src/attestation/values.c \
	libnonzk/src/circom/r1cs_file.c \
	libnonzk/src/circom/sections.c \
	libnonzk/src/circom/wtns_file.c \
	libnonzk/src/field/fp.c \
	libnonzk/src/field/fp2.c \
	libnonzk/src/field/fp_root.c \
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
