# The machine-dependent half of the kernel, memory and debugging; and the rules that make the image.

kernel_cppflags = -I$(top_srcdir)/kernel -I$(top_srcdir)/kernel/include -I$(top_srcdir)/libnoncrypto/include

kernel_arch_sources = \
	kernel/arch/arch.h \
	kernel/arch/x86_64/acpi.c \
	kernel/arch/x86_64/acpi.h \
	kernel/arch/x86_64/apic.c \
	kernel/arch/x86_64/apic.h \
	kernel/arch/x86_64/clock.c \
	kernel/arch/x86_64/clock.h \
	kernel/arch/x86_64/cpu.h \
	kernel/arch/x86_64/entry.S \
	kernel/arch/x86_64/features.c \
	kernel/arch/x86_64/ioapic.c \
	kernel/arch/x86_64/ioapic.h \
	kernel/arch/x86_64/layout.c \
	kernel/arch/x86_64/panic.c \
	kernel/arch/x86_64/panic.h \
	kernel/arch/x86_64/percpu.c \
	kernel/arch/x86_64/percpu.h \
	kernel/arch/x86_64/port.c \
	kernel/arch/x86_64/power.c \
	kernel/arch/x86_64/processor.c \
	kernel/arch/x86_64/screen.c \
	kernel/arch/x86_64/selftest.c \
	kernel/arch/x86_64/selftest.h \
	kernel/arch/x86_64/serial.c \
	kernel/arch/x86_64/smp.c \
	kernel/arch/x86_64/smp.h \
	kernel/arch/x86_64/start.c \
	kernel/arch/x86_64/start.h \
	kernel/arch/x86_64/string.c \
	kernel/arch/x86_64/symbols.c \
	kernel/arch/x86_64/symbols.h \
	kernel/arch/x86_64/thread.c \
	kernel/arch/x86_64/trampoline.S \
	kernel/arch/x86_64/trap_entry.S \
	kernel/arch/x86_64/user.c \
	kernel/arch/x86_64/trap.c \
	kernel/arch/x86_64/trap.h \
	kernel/debug/format.c \
	kernel/debug/format.h \
	kernel/debug/lock.c \
	kernel/debug/lock.h \
	kernel/debug/log.c \
	kernel/debug/log.h \
	kernel/debug/log_private.h \
	kernel/mm/frame.c \
	kernel/mm/frame.h \
	kernel/mm/frame_private.h \
	kernel/mm/heap.c \
	kernel/mm/heap.h \
	kernel/mm/heap_private.h \
	kernel/mm/kernel_map.c \
	kernel/mm/kernel_map.h \
	kernel/mm/pagetable.c \
	kernel/mm/pagetable.h \
	kernel/mm/space.c \
	kernel/mm/space.h \
	kernel/mm/stack.c \
	kernel/mm/stack.h \
	kernel/mm/tlb.c \
	kernel/mm/tlb.h

noinst_LIBRARIES += libkernel-arch.a
libkernel_arch_a_SOURCES = $(kernel_arch_sources)
nodist_libkernel_arch_a_SOURCES = kernel/panic_font.c
libkernel_arch_a_CPPFLAGS = $(kernel_cppflags)
libkernel_arch_a_CFLAGS = $(kernel_cflags)
libkernel_arch_a_CCASFLAGS = $(repro_cflags)

panic_font = /usr/share/consolefonts/spleen-8x16.psfu.gz
kernel/panic_font.c: $(panic_font) kernel/tools/psf2c.py
	$(AM_V_GEN)$(MKDIR_P) kernel && \
	$(PYTHON3) $(srcdir)/kernel/tools/psf2c.py --ascii panic_font $(panic_font) >$@.new && mv $@.new $@
CLEANFILES += kernel/panic_font.c
EXTRA_DIST += kernel/tools/psf2c.py

# A kernel that only tries the machine, for the boot test.
noinst_LIBRARIES += libkernel-arch-test.a
libkernel_arch_test_a_SOURCES = \
	kernel/arch/x86_64/tests/main.c \
	kernel/arch/x86_64/tests/user.S \
	kernel/arch/x86_64/tests/user.h
libkernel_arch_test_a_CPPFLAGS = $(kernel_cppflags)
libkernel_arch_test_a_CFLAGS = $(kernel_cflags)
libkernel_arch_test_a_CCASFLAGS = $(repro_cflags)

# $@ is X.elf, X.debug keeps the symbols. $(1): the object that describes the first task.
kernel_link = $(MKDIR_P) $(@D) && LD='$(LD)' NM='$(NM)' CC='$(CC)' STRIP='$(STRIP)' PYTHON3='$(PYTHON3)' \
	$(top_srcdir)/kernel/tools/link.sh $@ $(top_srcdir)/kernel/arch/x86_64/kernel.ld
kernel_image = $(kernel_link) $(1) libkernel.a libkernel-arch.a libnoncrypto-kernel.a
kernel_arch_inputs = libkernel-arch.a libnoncrypto-kernel.a $(top_srcdir)/kernel/arch/x86_64/kernel.ld \
	$(top_srcdir)/kernel/tools/link.sh $(top_srcdir)/kernel/tools/symbols.py
kernel_inputs = $(kernel_arch_inputs) libkernel.a

kernel/nonos-kernel.elf: $(kernel_inputs) kernel/generated/first_task.o
	$(AM_V_GEN)$(call kernel_image,kernel/generated/first_task.o)
noinst_DATA += kernel/nonos-kernel.elf
kernel/arch-test.elf: $(kernel_arch_inputs) libkernel-arch-test.a
	$(AM_V_GEN)$(kernel_link) libkernel-arch-test.a libkernel-arch.a libnoncrypto-kernel.a
check_DATA += kernel/arch-test.elf
CLEANFILES += kernel/nonos-kernel.elf kernel/nonos-kernel.debug kernel/arch-test.elf kernel/arch-test.debug
EXTRA_DIST += kernel/README.md kernel/arch/README.md kernel/arch/x86_64/README.md kernel/debug/README.md \
	kernel/mm/README.md kernel/tools/README.md
EXTRA_DIST += kernel/arch/x86_64/kernel.ld kernel/tools/link.sh kernel/tools/symbols.py

dist_check_SCRIPTS += kernel/arch/x86_64/tests/test_boot.sh
TESTS += kernel/arch/x86_64/tests/test_boot.sh

# Memory and debugging under Check, on a model of the machine.
if HAVE_CHECK
machine_test_cppflags = $(kernel_cppflags) -I$(top_srcdir)/tests/harness -I$(top_srcdir)/kernel/tests/host
machine_test_cflags = $(program_cflags) $(CHECK_CFLAGS) -pthread
machine_test_sources = kernel/tests/host/machine_model.c kernel/tests/host/machine_model.h
machine_test_ldadd = libnoncrypto.la $(CHECK_LIBS)

check_PROGRAMS += kernel/tests/host/test_frame
TESTS += kernel/tests/host/test_frame
kernel_tests_host_test_frame_SOURCES = kernel/tests/host/test_frame.c $(machine_test_sources) \
	kernel/mm/frame.c kernel/debug/lock.c
kernel_tests_host_test_frame_CPPFLAGS = $(machine_test_cppflags)
kernel_tests_host_test_frame_CFLAGS = $(machine_test_cflags)
kernel_tests_host_test_frame_LDFLAGS = $(program_ldflags) -static
kernel_tests_host_test_frame_LDADD = $(machine_test_ldadd)

check_PROGRAMS += kernel/tests/host/test_heap
TESTS += kernel/tests/host/test_heap
kernel_tests_host_test_heap_SOURCES = kernel/tests/host/test_heap.c $(machine_test_sources) \
	kernel/mm/heap.c kernel/mm/frame.c kernel/debug/lock.c
kernel_tests_host_test_heap_CPPFLAGS = $(machine_test_cppflags)
kernel_tests_host_test_heap_CFLAGS = $(machine_test_cflags)
kernel_tests_host_test_heap_LDFLAGS = $(program_ldflags) -static
kernel_tests_host_test_heap_LDADD = $(machine_test_ldadd)

check_PROGRAMS += kernel/tests/host/test_space
TESTS += kernel/tests/host/test_space
kernel_tests_host_test_space_SOURCES = kernel/tests/host/test_space.c $(machine_test_sources) \
	kernel/mm/space.c kernel/mm/kernel_map.c kernel/mm/pagetable.c kernel/mm/tlb.c kernel/mm/frame.c \
	kernel/debug/lock.c
kernel_tests_host_test_space_CPPFLAGS = $(machine_test_cppflags)
kernel_tests_host_test_space_CFLAGS = $(machine_test_cflags)
kernel_tests_host_test_space_LDFLAGS = $(program_ldflags) -static
kernel_tests_host_test_space_LDADD = $(machine_test_ldadd)

check_PROGRAMS += kernel/tests/host/test_tlb
TESTS += kernel/tests/host/test_tlb
kernel_tests_host_test_tlb_SOURCES = kernel/tests/host/test_tlb.c $(machine_test_sources) \
	kernel/mm/tlb.c kernel/debug/lock.c kernel/mm/frame.c
kernel_tests_host_test_tlb_CPPFLAGS = $(machine_test_cppflags)
kernel_tests_host_test_tlb_CFLAGS = $(machine_test_cflags)
kernel_tests_host_test_tlb_LDFLAGS = $(program_ldflags) -static
kernel_tests_host_test_tlb_LDADD = $(machine_test_ldadd)

check_PROGRAMS += kernel/tests/host/test_lock
TESTS += kernel/tests/host/test_lock
kernel_tests_host_test_lock_SOURCES = kernel/tests/host/test_lock.c $(machine_test_sources) \
	kernel/debug/lock.c kernel/mm/frame.c
kernel_tests_host_test_lock_CPPFLAGS = $(machine_test_cppflags)
kernel_tests_host_test_lock_CFLAGS = $(machine_test_cflags)
kernel_tests_host_test_lock_LDFLAGS = $(program_ldflags) -static
kernel_tests_host_test_lock_LDADD = $(machine_test_ldadd)

check_PROGRAMS += kernel/tests/host/test_log
TESTS += kernel/tests/host/test_log
kernel_tests_host_test_log_SOURCES = kernel/tests/host/test_log.c $(machine_test_sources) \
	kernel/debug/log.c kernel/debug/format.c kernel/debug/lock.c kernel/mm/frame.c
kernel_tests_host_test_log_CPPFLAGS = $(machine_test_cppflags)
kernel_tests_host_test_log_CFLAGS = $(machine_test_cflags)
kernel_tests_host_test_log_LDFLAGS = $(program_ldflags) -static
kernel_tests_host_test_log_LDADD = $(machine_test_ldadd)
endif
