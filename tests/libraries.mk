# Flags of the libraries' tests, fuzz targets and benches, for GNU make: they follow from the folder, so that a local.mk names a
# program and nothing more. Makefile.am sets the rest.

define library_folder_flags
lib$(1)/tests/%.o lib$(1)/bench/%.o: private AM_CPPFLAGS = $$($(1)_cppflags) $$(large_files) -I$$(top_srcdir)/tests/harness
lib$(1)/fuzz/%.o: private AM_CPPFLAGS = $$($(1)_cppflags) -I$$(top_srcdir)/lib$(1)/tests
lib$(1)/fuzz/%.o: private AM_CFLAGS = $$(fuzzer_cflags)
lib$(1)/fuzz/%: private AM_LDFLAGS = $$(fuzzer_ldflags) -static
lib$(1)/fuzz/%: private AM_CFLAGS = $$(fuzzer_cflags)
endef
$(foreach library,noncrypto nonfs nonnet nononion nonzk,$(eval $(call library_folder_flags,$(library))))
