supervisor_libs = libnoncrypto-module.a
supervisor_sources = kernel/modules/attestor/archive.c kernel/modules/attestor/manifest.c
