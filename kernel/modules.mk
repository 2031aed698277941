# Everything that runs in ring 3: the runtime library, the images, and their place in the boot archive.
#
# How an image is declared (nothing here needs to be changed for that):
#   module    a folder kernel/modules/NAME with *.c and a file module.mk, which may set
#                 NAME_libs = libnonfs-module.a       libraries beside the runtime, '-' in NAME becomes '_'
#                 NAME_cppflags = -I...               more include paths; the module's own folder is there already
#                 NAME_sources = kernel/...           more sources
#             -> modules/NAME in the archive
#   program   one file distro/programs/GROUP/NAME.c, or a folder distro/programs/NAME with *.c and a file program.mk (as
#             module.mk, the names being NAME_program_libs and so on). distro/programs/lib/*.c is a library that all of them can use, and so is a GROUP/NAME.c that has a
#             GROUP/NAME.h beside it. -> bin/NAME
#   test      one file kernel/tests/guest/NAME.c, or a folder kernel/tests/guest/NAME with main.c and others -> test/NAME
# Each becomes ring3/KIND/NAME in the build tree, ring3/KIND/NAME.debug with symbols, and ring3/attested/KIND/NAME with a proof. The compile and link rules are in
# kernel/ring3.mk, which only GNU make reads.

ring3_include = -I$(top_srcdir)/kernel/runtime/include -I$(top_srcdir)/kernel/include \
	$(generated_cppflags) -I$(top_srcdir)/libnoncrypto/include -I$(top_srcdir)/libnonfs/include
# The compiler's own headers (stdarg.h, stdint.h ...) and no one else's.
ring3_cppflags = -nostdinc -D__nonos__=1 $(ring3_include) -isystem $(ring3_compiler_include)
ring3_compiler_include = $(shell $(CC) -print-file-name=include)
ring3_cflags = $(module_cflags) $(CFLAGS) -D__nonos__=1
ring3_ldflags = -static-pie -nostdlib -Wl,-T,$(top_srcdir)/kernel/runtime/module.ld \
	-Wl,--no-dynamic-linker -Wl,--build-id=none -Wl,-z,noexecstack -Wl,-z,separate-code \
	-Wl,-z,max-page-size=4096 -Wl,-z,norelro -Wl,-z,text -Wl,--gc-sections -Wl,--fatal-warnings \
	-Wl,--no-undefined -Wl,-z,nodynamic-undefined-weak

# The runtime and the C library, one archive: the linker takes what is used.
noinst_LIBRARIES += libruntime.a
libruntime_a_SOURCES = $(runtime_sources) $(runtime_private_headers)
libruntime_a_CPPFLAGS = $(ring3_cppflags)
libruntime_a_CFLAGS = $(module_cflags) -ffunction-sections -fdata-sections
libruntime_a_CCASFLAGS = $(ring3_cppflags)
$(libruntime_a_OBJECTS): | $(generated_headers)

runtime_sources = \
	kernel/runtime/src/buffer.c \
	kernel/runtime/src/ipc.S \
	kernel/runtime/src/ipc_offsets.c \
	kernel/runtime/src/name.c \
	kernel/runtime/src/relocate.c \
	kernel/runtime/src/server.c \
	kernel/runtime/src/server_shared.c \
	kernel/runtime/src/service.c \
	kernel/runtime/src/entry.S \
	kernel/runtime/src/start.c \
	kernel/runtime/src/startup.c \
	kernel/runtime/src/task.c \
	kernel/runtime/src/thread.c \
	kernel/runtime/src/utf8.c \
	kernel/runtime/libc/calendar.c \
	kernel/runtime/libc/children.c \
	kernel/runtime/libc/clock.c \
	kernel/runtime/libc/ctype.c \
	kernel/runtime/libc/dirent.c \
	kernel/runtime/libc/environ.c \
	kernel/runtime/libc/error.c \
	kernel/runtime/libc/exit.c \
	kernel/runtime/libc/files.c \
	kernel/runtime/libc/fnmatch.c \
	kernel/runtime/libc/format.c \
	kernel/runtime/libc/getopt.c \
	kernel/runtime/libc/glob.c \
	kernel/runtime/libc/heap_pages.c \
	kernel/runtime/libc/io.c \
	kernel/runtime/libc/malloc.c \
	kernel/runtime/libc/memory.c \
	kernel/runtime/libc/mounts.c \
	kernel/runtime/libc/names.c \
	kernel/runtime/libc/number.c \
	kernel/runtime/libc/panic.c \
	kernel/runtime/libc/sort.c \
	kernel/runtime/libc/spawn.c \
	kernel/runtime/libc/spawn_attr.c \
	kernel/runtime/libc/spawn_caps.c \
	kernel/runtime/libc/startup_make.c \
	kernel/runtime/libc/stdio.c \
	kernel/runtime/libc/string.c \
	kernel/runtime/libc/system.c \
	kernel/runtime/libc/termios.c
runtime_private_headers = \
	kernel/runtime/libc/children.h \
	kernel/runtime/libc/files.h \
	kernel/runtime/libc/format.h \
	kernel/runtime/libc/heap.h \
	kernel/runtime/libc/spawn_attr.h \
	kernel/runtime/libc/spawn_caps.h \
	kernel/runtime/libc/startup_make.h \
	kernel/runtime/libc/stream.h \
	kernel/runtime/src/server_parts.h \
	kernel/runtime/src/start.h

ring3_modules = $(patsubst $(srcdir)/kernel/modules/%/module.mk,%,\
	$(wildcard $(srcdir)/kernel/modules/*/module.mk))
ring3_large_programs = $(patsubst $(srcdir)/distro/programs/%/program.mk,%,\
	$(wildcard $(srcdir)/distro/programs/*/program.mk))
ring3_program_files = $(filter-out \
	$(addprefix $(srcdir)/distro/programs/,$(addsuffix /%,lib tests fuzz host $(ring3_large_programs))),\
	$(wildcard $(srcdir)/distro/programs/*/*.c))
# A file beside a header of its name is no program.
ring3_program_parts = $(foreach file,$(ring3_program_files),$(if $(wildcard $(file:.c=.h)),$(file)))
ring3_small_program_sources = $(filter-out $(ring3_program_parts),$(ring3_program_files))
ring3_small_programs = $(basename $(notdir $(ring3_small_program_sources)))
ring3_large_tests = $(patsubst $(srcdir)/kernel/tests/guest/%/main.c,%,\
	$(wildcard $(srcdir)/kernel/tests/guest/*/main.c))
ring3_small_tests = $(basename $(notdir $(wildcard $(srcdir)/kernel/tests/guest/*.c)))
ring3_images = $(addprefix ring3/modules/,$(ring3_modules)) \
	$(addprefix ring3/bin/,$(ring3_large_programs) $(ring3_small_programs)) \
	$(addprefix ring3/test/,$(ring3_large_tests) $(ring3_small_tests))
noinst_DATA += $(ring3_images)
# The same with attestations: what runs, and all that an archive may hold.
ring3_attested = $(ring3_images:ring3/%=ring3/attested/%)

archive_modules += $(foreach name,$(ring3_modules),modules/$(name)=ring3/attested/modules/$(name))
archive_programs += $(foreach name,$(ring3_large_programs) $(ring3_small_programs),bin/$(name)=ring3/attested/bin/$(name))

archive_files += manifest=$(srcdir)/distro/profiles/reference/manifest

EXTRA_DIST += kernel/ring3.mk kernel/runtime/README.md kernel/runtime/libc/README.md kernel/runtime/include kernel/runtime/module.ld \
	kernel/include/nonos kernel/modules/attestor kernel/modules/README.md kernel/modules/supervisor distro/profiles \
	kernel/tests/guest $(ring3_large_programs:%=distro/programs/%/program.mk)

# The image that tests the C library in the guest: the reference profile's modules, the test program, and its own manifest.
check_DATA += kernel/runtime/test.iso
ring3_test_contents = $(archive_modules) $(archive_programs) test/libc=ring3/attested/test/libc \
	manifest=$(srcdir)/distro/profiles/test/manifest
kernel/runtime/test.archive: distro/image/mkarchive$(EXEEXT) $(ring3_attested) $(top_srcdir)/distro/profiles/test/manifest
	@mkdir -p $(@D)
	$(AM_V_GEN)distro/image/mkarchive$(EXEEXT) -o $@ $(ring3_test_contents)
kernel/runtime/test.iso: kernel/nonos-kernel.elf kernel/runtime/test.archive kernel/boot/bootx64.efi kernel/boot/bios.elf
	$(AM_V_GEN)$(mkimage) --efi kernel/boot/bootx64.efi --bios kernel/boot/bios.elf \
		--kernel kernel/nonos-kernel.elf --archive kernel/runtime/test.archive -o $@
CLEANFILES += kernel/runtime/test.archive kernel/runtime/test.iso

# The reference profile and, beside it, a program that attacks the system (tests/system/test_hostile.py).
check_DATA += kernel/tests/hostile.iso
reference_manifest = $(top_srcdir)/distro/profiles/reference/manifest
kernel/tests/hostile.manifest: $(reference_manifest)
	@mkdir -p $(@D)
	$(AM_V_GEN){ cat $(reference_manifest) && printf '\nprogram hostile\n    image test/hostile\n'; } >$@
kernel/tests/hostile.archive: distro/image/mkarchive$(EXEEXT) $(ring3_attested) kernel/tests/hostile.manifest
	$(AM_V_GEN)distro/image/mkarchive$(EXEEXT) -o $@ $(archive_modules) $(archive_programs) \
		test/hostile=ring3/attested/test/hostile manifest=kernel/tests/hostile.manifest
kernel/tests/hostile.iso: kernel/nonos-kernel.elf kernel/tests/hostile.archive kernel/boot/bootx64.efi kernel/boot/bios.elf
	$(AM_V_GEN)$(mkimage) --efi kernel/boot/bootx64.efi --bios kernel/boot/bios.elf \
		--kernel kernel/nonos-kernel.elf --archive kernel/tests/hostile.archive -o $@
CLEANFILES += kernel/tests/hostile.manifest kernel/tests/hostile.archive kernel/tests/hostile.iso

dist_check_SCRIPTS += kernel/runtime/tests/test_guest.py
TESTS += kernel/runtime/tests/test_guest.py

include kernel/runtime/tests.mk

-include $(top_srcdir)/kernel/ring3.mk

clean-local: clean-ring3
