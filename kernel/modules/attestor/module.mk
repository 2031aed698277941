attestor_libs = libnoncrypto-module.a
