# The loaders. Both consist of common/ and a part of their own; all of it is 64-bit freestanding
# code without SIMD.
boot_common_sources = \
	kernel/boot/common/archive.c \
	kernel/boot/common/cpu.c \
	kernel/boot/common/elf.c \
	kernel/boot/common/entropy.c \
	kernel/boot/common/gate.S \
	kernel/boot/common/memory.c \
	kernel/boot/common/options.c \
	kernel/boot/common/paging.c \
	kernel/boot/common/plan.c \
	kernel/boot/common/result.c \
	kernel/boot/common/serial.c \
	kernel/boot/common/string.c \
	kernel/boot/common/time.c \
	kernel/boot/common/video.c
boot_headers = \
	kernel/boot/common/archive.h \
	kernel/boot/common/bytes.h \
	kernel/boot/common/cpu.h \
	kernel/boot/common/elf.h \
	kernel/boot/common/entropy.h \
	kernel/boot/common/memory.h \
	kernel/boot/common/options.h \
	kernel/boot/common/page.h \
	kernel/boot/common/paging.h \
	kernel/boot/common/plan.h \
	kernel/boot/common/result.h \
	kernel/boot/common/serial.h \
	kernel/boot/common/time.h \
	kernel/boot/common/video.h \
	kernel/boot/efi/firmware.h \
	kernel/boot/multiboot2/bios.h \
	kernel/boot/multiboot2/tags.h

boot_cppflags = -I$(top_srcdir)/kernel/boot -I$(top_srcdir)/kernel/include \
	-I$(top_srcdir)/libnoncrypto/include
# -fpic: GNU-EFI links a shared object, whose only relocations crt0 can apply are relative ones.
boot_cflags = $(kernel_cflags) -fno-PIE -fpic -Os

noinst_HEADERS += $(boot_headers)
EXTRA_DIST += docs/boot.md kernel/boot/README.md kernel/boot/common/README.md kernel/boot/efi/README.md \
	kernel/boot/fuzz/README.md kernel/boot/multiboot2/README.md kernel/boot/multiboot2/loader.lds \
	kernel/boot/tests/README.md

noinst_LIBRARIES += libboot-common.a libboot-noncrypto.a libboot-efi.a libboot-multiboot2.a \
	libboot-test.a
libboot_common_a_SOURCES = $(boot_common_sources)
libboot_common_a_CPPFLAGS = $(boot_cppflags)
libboot_common_a_CFLAGS = $(boot_cflags)
libboot_common_a_CCASFLAGS = $(repro_cflags)

libboot_noncrypto_a_SOURCES = $(noncrypto_sources)
libboot_noncrypto_a_CPPFLAGS = $(noncrypto_cppflags)
libboot_noncrypto_a_CFLAGS = $(boot_cflags)

libboot_efi_a_SOURCES = \
	kernel/boot/efi/console.c \
	kernel/boot/efi/file.c \
	kernel/boot/efi/main.c \
	kernel/boot/efi/memory.c \
	kernel/boot/efi/tables.c \
	kernel/boot/efi/video.c
libboot_efi_a_CPPFLAGS = $(boot_cppflags) -isystem /usr/include/efi -isystem /usr/include/efi/x86_64
libboot_efi_a_CFLAGS = $(boot_cflags) -fshort-wchar -DGNU_EFI_USE_MS_ABI

libboot_multiboot2_a_SOURCES = \
	kernel/boot/multiboot2/bios.c \
	kernel/boot/multiboot2/main.c \
	kernel/boot/multiboot2/start.S \
	kernel/boot/multiboot2/tags.c
libboot_multiboot2_a_CPPFLAGS = $(boot_cppflags)
libboot_multiboot2_a_CFLAGS = $(boot_cflags)
libboot_multiboot2_a_CCASFLAGS = $(repro_cflags)

libboot_test_a_SOURCES = kernel/boot/tests/start.S kernel/boot/tests/test_kernel.c
libboot_test_a_CPPFLAGS = $(boot_cppflags)
libboot_test_a_CFLAGS = $(boot_cflags)
libboot_test_a_CCASFLAGS = $(repro_cflags)

boot_common_libs = libboot-common.a libboot-noncrypto.a
# Stripped: the files are read by slow firmware.
boot_link = $(CC) -nostdlib -Wl,--build-id=none -Wl,-z,noexecstack -Wl,--strip-all

noinst_DATA += kernel/boot/bootx64.efi kernel/boot/bios.elf kernel/boot/test-kernel.elf
CLEANFILES += kernel/boot/bootx64.so kernel/boot/bootx64.efi kernel/boot/bios.elf \
	kernel/boot/test-kernel.elf

kernel/boot/bootx64.so: libboot-efi.a $(boot_common_libs)
	$(AM_V_GEN)$(MKDIR_P) kernel/boot && $(boot_link) -shared -Wl,-Bsymbolic -Wl,-z,nocombreloc \
		-Wl,--no-undefined -Wl,-T,/usr/lib/elf_x86_64_efi.lds -o $@ /usr/lib/crt0-efi-x86_64.o \
		libboot-efi.a $(boot_common_libs) /usr/lib/libgnuefi.a
kernel/boot/bootx64.efi: kernel/boot/bootx64.so
	$(AM_V_GEN)$(OBJCOPY) -j .text -j .sdata -j .data -j .rodata -j .dynamic -j .dynsym -j '.rel*' \
		-j '.rela*' -j .reloc --target efi-app-x86_64 --subsystem=10 kernel/boot/bootx64.so $@

kernel/boot/bios.elf: libboot-multiboot2.a $(boot_common_libs) kernel/boot/multiboot2/loader.lds
	$(AM_V_GEN)$(MKDIR_P) kernel/boot && $(boot_link) -static -no-pie \
		-Wl,-T,$(top_srcdir)/kernel/boot/multiboot2/loader.lds -Wl,-z,max-page-size=4096 -o $@ \
		-Wl,--whole-archive libboot-multiboot2.a -Wl,--no-whole-archive $(boot_common_libs)

kernel/boot/test-kernel.elf: libboot-test.a $(boot_common_libs)
	$(AM_V_GEN)$(MKDIR_P) kernel/boot && $(boot_link) -static-pie -Wl,--no-dynamic-linker -Wl,-z,text \
		-Wl,-z,separate-code -Wl,-z,max-page-size=4096 -Wl,-e,kernel_entry -o $@ \
		-Wl,--whole-archive libboot-test.a -Wl,--no-whole-archive $(boot_common_libs)

# What of the loaders also runs on the host: in tests, in fuzzers, in mkarchive.
boot_host_sources = \
	kernel/boot/common/archive.c \
	kernel/boot/common/elf.c \
	kernel/boot/common/entropy.c \
	kernel/boot/common/memory.c \
	kernel/boot/common/options.c \
	kernel/boot/common/paging.c \
	kernel/boot/common/result.c \
	kernel/boot/common/time.c \
	kernel/boot/common/video.c \
	kernel/boot/multiboot2/tags.c
noinst_LTLIBRARIES += libboot-host.la
libboot_host_la_SOURCES = $(boot_host_sources)
libboot_host_la_CPPFLAGS = $(boot_cppflags)
libboot_host_la_CFLAGS = $(program_cflags)
libboot_host_la_LDFLAGS = $(program_ldflags)
libboot_host_la_LIBADD = libnoncrypto.la

if HAVE_CHECK
boot_tests = kernel/boot/tests/test_elf kernel/boot/tests/test_facts kernel/boot/tests/test_memory
boot_test_cppflags = $(boot_cppflags) -I$(top_srcdir)/tests/harness
check_PROGRAMS += $(boot_tests)
TESTS += $(boot_tests)
kernel_boot_tests_test_elf_CPPFLAGS = $(boot_test_cppflags)
kernel_boot_tests_test_elf_CFLAGS = $(program_cflags) $(CHECK_CFLAGS)
kernel_boot_tests_test_elf_LDFLAGS = $(program_ldflags) -static
kernel_boot_tests_test_elf_LDADD = libboot-host.la $(CHECK_LIBS)
kernel_boot_tests_test_facts_CPPFLAGS = $(boot_test_cppflags)
kernel_boot_tests_test_facts_CFLAGS = $(program_cflags) $(CHECK_CFLAGS)
kernel_boot_tests_test_facts_LDFLAGS = $(program_ldflags) -static
kernel_boot_tests_test_facts_LDADD = libboot-host.la $(CHECK_LIBS)
kernel_boot_tests_test_memory_CPPFLAGS = $(boot_test_cppflags)
kernel_boot_tests_test_memory_CFLAGS = $(program_cflags) $(CHECK_CFLAGS)
kernel_boot_tests_test_memory_LDFLAGS = $(program_ldflags) -static
kernel_boot_tests_test_memory_LDADD = libboot-host.la $(CHECK_LIBS)
endif

if FUZZING
FUZZERS += kernel/boot/fuzz/fuzz_archive kernel/boot/fuzz/fuzz_elf kernel/boot/fuzz/fuzz_multiboot2 \
	kernel/boot/fuzz/fuzz_options
kernel_boot_fuzz_fuzz_archive_CPPFLAGS = $(boot_cppflags)
kernel_boot_fuzz_fuzz_archive_CFLAGS = $(fuzzer_cflags)
kernel_boot_fuzz_fuzz_archive_LDFLAGS = $(fuzzer_ldflags) -static
kernel_boot_fuzz_fuzz_archive_LDADD = libboot-host.la
kernel_boot_fuzz_fuzz_elf_CPPFLAGS = $(boot_cppflags)
kernel_boot_fuzz_fuzz_elf_CFLAGS = $(fuzzer_cflags)
kernel_boot_fuzz_fuzz_elf_LDFLAGS = $(fuzzer_ldflags) -static
kernel_boot_fuzz_fuzz_elf_LDADD = libboot-host.la
kernel_boot_fuzz_fuzz_multiboot2_CPPFLAGS = $(boot_cppflags)
kernel_boot_fuzz_fuzz_multiboot2_CFLAGS = $(fuzzer_cflags)
kernel_boot_fuzz_fuzz_multiboot2_LDFLAGS = $(fuzzer_ldflags) -static
kernel_boot_fuzz_fuzz_multiboot2_LDADD = libboot-host.la
kernel_boot_fuzz_fuzz_options_CPPFLAGS = $(boot_cppflags)
kernel_boot_fuzz_fuzz_options_CFLAGS = $(fuzzer_cflags)
kernel_boot_fuzz_fuzz_options_LDFLAGS = $(fuzzer_ldflags) -static
kernel_boot_fuzz_fuzz_options_LDADD = libboot-host.la
endif
