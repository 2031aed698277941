# Flags of the libraries' tests, fuzz targets and benches, for GNU make: they follow from the folder, so that a local.mk names a
# program and nothing more. Makefile.am sets the rest.

define library_folder_flags
lib$(1)/tests/%.o lib$(1)/bench/%.o: private AM_CPPFLAGS = $$($(1)_cppflags) $$(large_files) -I$$(top_srcdir)/tests/harness \
	-DCHECK_NO_HEAP
lib$(1)/fuzz/%.o: private AM_CPPFLAGS = $$($(1)_cppflags) -I$$(top_srcdir)/lib$(1)/tests
lib$(1)/fuzz/%.o: private AM_CFLAGS = $$(fuzzer_cflags)
lib$(1)/fuzz/%: private AM_LDFLAGS = $$(fuzzer_ldflags) -static
lib$(1)/fuzz/%: private AM_CFLAGS = $$(fuzzer_cflags)
endef
$(foreach library,noncrypto nonfs nonnet nononion nonzk,$(eval $(call library_folder_flags,$(library))))

# What takes longest begins first, or a run on several processors ends with one of them at work.
longest_tests = tests/system/test_attest.py libnoncrypto/tests/ct/run.sh tests/system/test_network.py \
	libnonzk/tests/test_snarkjs.sh tests/system/test_network_linux.py tests/system/test_faults.py tests/embed/test_embed.sh \
	tests/system/test_loaders.py libnonzk/tests/test_command_attest.sh tests/system/test_write.py tests/system/test_disk.py \
	tests/embed/test_embedding.sh tests/system/test_nic.py libnonzk/tests/ct/run.sh tests/system/test_login.py libnonnet/tests/test_linux.py \
	tests/system/test_tasks.py libnonnet/tests/test_command.py tests/system/test_driver.py libnonfs/tests/test_check.py \
	libnonfs/tests/test_ext4_recover libnonfs/tests/test_ext4_write libnonfs/tests/test_ext4_crash libnonzk/tests/test_command_vectors.sh \
	libnonzk/tests/test_command_transcript.sh examples/linux-module/run.sh
TESTS := $(filter $(TESTS),$(longest_tests)) $(filter-out $(longest_tests),$(TESTS))

# Installing links the shared libraries again, for a moment in the place of those that the commands of this folder are using: it comes when no
# other test is at work.
tests/embed/test_install.sh.log: | $(filter-out tests/embed/test_install.sh.log,$(TEST_LOGS))
