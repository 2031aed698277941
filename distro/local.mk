# The distribution: the boot archive and the image. Other fragments fill the lists before make reads
# this one's rules:
#     archive_modules += modules/vfs=kernel/modules/vfs/vfs.elf (NAME=FILE, from the build tree)
#     archive_programs += bin/ls=distro/programs/ls/ls.elf
#     archive_files += etc/motd=$(srcdir)/distro/etc/motd
archive_contents = $(archive_modules) $(archive_programs) $(archive_files)

image_cppflags = -I$(top_srcdir)/distro/image $(boot_cppflags)

noinst_PROGRAMS += distro/image/mkarchive
distro_image_mkarchive_SOURCES = \
	distro/image/archive_write.c \
	distro/image/archive_write.h \
	distro/image/mkarchive.c
distro_image_mkarchive_CPPFLAGS = $(image_cppflags)
distro_image_mkarchive_CFLAGS = $(program_cflags)
distro_image_mkarchive_LDFLAGS = $(program_ldflags) -static
distro_image_mkarchive_LDADD = libboot-host.la

if HAVE_CHECK
check_PROGRAMS += distro/image/tests/test_archive
TESTS += distro/image/tests/test_archive
distro_image_tests_test_archive_SOURCES = \
	distro/image/archive_write.c \
	distro/image/tests/test_archive.c
distro_image_tests_test_archive_CPPFLAGS = $(image_cppflags) -I$(top_srcdir)/tests/harness
distro_image_tests_test_archive_CFLAGS = $(program_cflags) $(CHECK_CFLAGS)
distro_image_tests_test_archive_LDFLAGS = $(program_ldflags) -static
distro_image_tests_test_archive_LDADD = libboot-host.la $(CHECK_LIBS)
endif

EXTRA_DIST += distro/README.md distro/image/README.md distro/image/cmdline distro/image/grub.cfg \
	distro/image/hold-input distro/image/mkimage distro/image/run distro/image/with-cmdline
noinst_DATA += distro/image/boot.archive
CLEANFILES += distro/image/boot.archive distro/image/nonos.iso

# The files behind NAME=FILE, for make.
archive_inputs = $(foreach pair,$(archive_contents),$(lastword $(subst =, ,$(pair))))

distro/image/boot.archive: distro/image/mkarchive$(EXEEXT) $(archive_inputs)
	$(AM_V_GEN)distro/image/mkarchive$(EXEEXT) -o $@ $(archive_contents)

mkimage = $(top_srcdir)/distro/image/mkimage
image_loaders = kernel/boot/bootx64.efi kernel/boot/bios.elf $(mkimage) \
	$(top_srcdir)/distro/image/grub.cfg $(top_srcdir)/distro/image/cmdline

distro/image/nonos.iso: kernel/nonos-kernel.elf distro/image/boot.archive $(image_loaders)
	$(AM_V_GEN)$(mkimage) --efi kernel/boot/bootx64.efi --bios kernel/boot/bios.elf \
		--kernel kernel/nonos-kernel.elf --archive distro/image/boot.archive -o $@

# An image with the kernel that tests the loaders and an archive of its own.
check_DATA += distro/image/loader-test.iso
CLEANFILES += distro/image/loader-test.iso distro/image/loader-test.archive
distro/image/loader-test.archive: distro/image/mkarchive$(EXEEXT)
	$(AM_V_GEN)distro/image/mkarchive$(EXEEXT) -o $@ test/grub.cfg=$(srcdir)/distro/image/grub.cfg \
		test/README.md=$(srcdir)/distro/image/README.md
distro/image/loader-test.iso: kernel/boot/test-kernel.elf distro/image/loader-test.archive \
		$(image_loaders)
	$(AM_V_GEN)$(mkimage) --efi kernel/boot/bootx64.efi --bios kernel/boot/bios.elf \
		--kernel kernel/boot/test-kernel.elf --archive distro/image/loader-test.archive -o $@

include distro/programs/programs.mk
