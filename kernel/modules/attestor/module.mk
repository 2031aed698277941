# The key that it verifies with, made from the folder of keys (kernel/ring3.mk).
attestor_libs = ring3/attestor-key.o libnonzk-module.a libnoncrypto-module.a
attestor_cppflags = -I$(top_srcdir)/libnonzk/include
