# The command of libnoncrypto: the verbs of the host's, but for selftest --vectors.
noncrypto_program_sources = $(filter %.c,$(noncrypto_verbs_sources) $(noncrypto_formats_sources)) \
	libnoncrypto/tools/vectors/none.c
noncrypto_program_cppflags = -I$(top_srcdir)/libnoncrypto/src -DPACKAGE_VERSION='"$(PACKAGE_VERSION)"'
