vfs_libs = libnonfs-module.a libnoncrypto-module.a
