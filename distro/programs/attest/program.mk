# The parser of module files and the hashes in them are libnonzk's.
attest_program_libs = libnonzk-module.a
attest_program_cppflags = -I$(top_srcdir)/libnonzk/include
