# The objects of the microkernel: capabilities, IPC, scheduler, interrupts, modules, audit; and all that is made from
# the table of system calls.

syscalls_def = $(top_srcdir)/kernel/include/nonos/syscalls.def
syscalls_py = $(top_srcdir)/kernel/tools/syscalls.py
# Where generated headers are: user mode includes <nonos/syscall.h>, the kernel <syscall_dispatch.h>.
generated_cppflags = -I$(top_builddir)/kernel/generated

generated_headers = \
	kernel/generated/nonos/syscall_numbers.h \
	kernel/generated/nonos/syscall.h \
	kernel/generated/syscall_dispatch.h \
	kernel/generated/syscall_handlers.h
BUILT_SOURCES += $(generated_headers)
CLEANFILES += $(generated_headers) kernel/generated/syscalls.json
noinst_DATA += kernel/generated/syscalls.json

kernel/generated/nonos/syscall_numbers.h: $(syscalls_def) $(syscalls_py)
	$(AM_V_GEN)mkdir -p kernel/generated/nonos && $(PYTHON3) $(syscalls_py) $(syscalls_def) --numbers $@
kernel/generated/nonos/syscall.h: $(syscalls_def) $(syscalls_py)
	$(AM_V_GEN)mkdir -p kernel/generated/nonos && $(PYTHON3) $(syscalls_py) $(syscalls_def) --stubs $@
kernel/generated/syscall_dispatch.h: $(syscalls_def) $(syscalls_py)
	$(AM_V_GEN)mkdir -p kernel/generated && $(PYTHON3) $(syscalls_py) $(syscalls_def) --dispatch $@
kernel/generated/syscall_handlers.h: $(syscalls_def) $(syscalls_py)
	$(AM_V_GEN)mkdir -p kernel/generated && $(PYTHON3) $(syscalls_py) $(syscalls_def) --handlers $@
kernel/generated/syscalls.json: $(syscalls_def) $(syscalls_py)
	$(AM_V_GEN)mkdir -p kernel/generated && $(PYTHON3) $(syscalls_py) $(syscalls_def) --fuzz-grammar $@

# docs/abi.md is part of the tree; a test says when it is not what the table gives.
update-abi:
	$(PYTHON3) $(syscalls_py) $(syscalls_def) --reference $(top_srcdir)/docs/abi.md
.PHONY: update-abi

EXTRA_DIST += kernel/include/nonos/syscalls.def kernel/tools/syscalls.py docs/abi.md kernel/tests/host/tap.py

dist_check_SCRIPTS += kernel/tests/host/test_syscalls.py kernel/tests/host/test_image.py
TESTS += kernel/tests/host/test_syscalls.py kernel/tests/host/test_image.py

kernel_objects_sources = \
	kernel/audit/audit.c \
	kernel/audit/audit.h \
	kernel/audit/calls.c \
	kernel/cap/account.c \
	kernel/cap/account.h \
	kernel/cap/calls.c \
	kernel/cap/cap.h \
	kernel/cap/defer.h \
	kernel/cap/expiry.c \
	kernel/cap/mapping.c \
	kernel/cap/mapping.h \
	kernel/cap/memory.c \
	kernel/cap/memory.h \
	kernel/cap/object.c \
	kernel/cap/object.h \
	kernel/cap/random.c \
	kernel/cap/random.h \
	kernel/cap/syscall.c \
	kernel/cap/syscall.h \
	kernel/cap/console.c \
	kernel/cap/console.h \
	kernel/cap/system.c \
	kernel/cap/system.h \
	kernel/cap/table.c \
	kernel/cap/tree.c \
	kernel/cap/tree.h \
	kernel/cap/types.c \
	kernel/cap/types.h \
	kernel/ipc/ipc.c \
	kernel/ipc/ipc.h \
	kernel/ipc/notification.c \
	kernel/irq/dma.c \
	kernel/irq/io.c \
	kernel/irq/io.h \
	kernel/irq/irq.c \
	kernel/irq/irq.h \
	kernel/module/archive.c \
	kernel/module/archive.h \
	kernel/module/module.c \
	kernel/module/module.h \
	kernel/module/spawn.c \
	kernel/sched/calls.c \
	kernel/sched/lend.c \
	kernel/sched/queue.c \
	kernel/sched/queue.h \
	kernel/sched/sched.c \
	kernel/sched/sched.h \
	kernel/sched/share.c \
	kernel/sched/task.c \
	kernel/sched/task.h \
	kernel/sched/thread.c \
	kernel/sched/thread.h \
	kernel/sched/timer.c \
	kernel/sched/timer.h
kernel_version_cppflags = -DKERNEL_VERSION='"$(PACKAGE_VERSION)"'

noinst_LIBRARIES += libkernel.a
libkernel_a_SOURCES = kernel/main.c $(kernel_objects_sources)
libkernel_a_CPPFLAGS = $(kernel_cppflags) $(generated_cppflags) $(kernel_version_cppflags)
libkernel_a_CFLAGS = $(kernel_cflags)
$(libkernel_a_OBJECTS): | $(generated_headers)

# The first task's image is described in the kernel, hash and all: no other one is started.
first_task = $(if $(wildcard $(srcdir)/kernel/modules/attestor/module.mk),ring3/attested/modules/attestor,ring3/test/syscalls)
noncrypto_hash = libnoncrypto/tools/noncrypto$(EXEEXT) hash
image_py = $(top_srcdir)/kernel/tools/image.py
# $(1): the ELF file. All grant classes: this is the task that has all authority, and hands out less.
describe_task = mkdir -p $(@D) && $(noncrypto_hash) $(1) >$@.hash && \
	$(PYTHON3) $(image_py) $(1) --name $(notdir $(1)) --hash $@.hash --grants all --c $@.c && \
	$(CC) $(kernel_cppflags) $(kernel_cflags) -c $@.c -o $@ && rm -f $@.c $@.hash

kernel/generated/first_task.o: $(first_task) $(image_py) libnoncrypto/tools/noncrypto$(EXEEXT)
	$(AM_V_GEN)$(call describe_task,$(first_task))
EXTRA_DIST += kernel/tools/image.py kernel/tools/attestor_key.py kernel/tools/grant_masks.py
CLEANFILES += kernel/generated/first_task.o

# A kernel whose first task tests the system calls, and the image that boots it.
kernel/generated/test_task.o: ring3/test/syscalls $(image_py) libnoncrypto/tools/noncrypto$(EXEEXT)
	$(AM_V_GEN)$(call describe_task,ring3/test/syscalls)
kernel/test-kernel.elf: $(kernel_inputs) kernel/generated/test_task.o
	$(AM_V_GEN)$(call kernel_image,kernel/generated/test_task.o)
kernel/generated/test_image: ring3/test/syscalls $(image_py) libnoncrypto/tools/noncrypto$(EXEEXT)
	$(AM_V_GEN)mkdir -p $(@D) && $(noncrypto_hash) ring3/test/syscalls >$@.hash && \
	$(PYTHON3) $(image_py) ring3/test/syscalls --name syscalls --hash $@.hash --binary $@ && rm -f $@.hash
kernel/test.archive: distro/image/mkarchive$(EXEEXT) ring3/test/syscalls kernel/generated/test_image
	$(AM_V_GEN)distro/image/mkarchive$(EXEEXT) -o $@ modules/attestor=ring3/test/syscalls \
		test/image=kernel/generated/test_image
kernel/test.iso: kernel/test-kernel.elf kernel/test.archive kernel/boot/bootx64.efi kernel/boot/bios.elf
	$(AM_V_GEN)$(mkimage) --efi kernel/boot/bootx64.efi --bios kernel/boot/bios.elf \
		--kernel kernel/test-kernel.elf --archive kernel/test.archive -o $@
CLEANFILES += kernel/generated/test_task.o kernel/generated/test_image kernel/test-kernel.elf kernel/test-kernel.debug kernel/test.archive kernel/test.iso

# The same sources on the host, over a model of the machine.
if HAVE_CHECK
kernel_model_sources = \
	$(kernel_objects_sources) \
	kernel/debug/lock.c \
	kernel/tests/host/model.c \
	kernel/tests/host/model.h \
	kernel/tests/host/model_device.c \
	kernel/tests/host/model_memory.c \
	kernel/tests/host/model_private.h \
	kernel/tests/host/model_processor.c \
	kernel/tests/host/model_thread.c
check_LIBRARIES += libkernel-model.a
libkernel_model_a_SOURCES = $(kernel_model_sources)
libkernel_model_a_CPPFLAGS = $(kernel_cppflags) $(generated_cppflags) $(kernel_version_cppflags) \
	-I$(top_srcdir)/tests/harness
libkernel_model_a_CFLAGS = $(program_cflags) $(CHECK_CFLAGS)
$(libkernel_model_a_OBJECTS): | $(generated_headers)
kernel_test_ldadd = libkernel-model.a libnoncrypto.la $(CHECK_LIBS)

kernel_host_tests = \
	kernel/tests/host/test_audit \
	kernel/tests/host/test_capabilities \
	kernel/tests/host/test_ipc \
	kernel/tests/host/test_quotas \
	kernel/tests/host/test_scheduler \
	kernel/tests/host/test_stress
check_PROGRAMS += $(kernel_host_tests)
TESTS += $(kernel_host_tests)
kernel_tests_host_test_audit_SOURCES = kernel/tests/host/test_audit.c
kernel_tests_host_test_audit_CPPFLAGS = $(libkernel_model_a_CPPFLAGS)
kernel_tests_host_test_audit_CFLAGS = $(libkernel_model_a_CFLAGS)
kernel_tests_host_test_audit_LDFLAGS = $(program_ldflags) -static
kernel_tests_host_test_audit_LDADD = $(kernel_test_ldadd)
kernel_tests_host_test_capabilities_SOURCES = kernel/tests/host/test_capabilities.c
kernel_tests_host_test_capabilities_CPPFLAGS = $(libkernel_model_a_CPPFLAGS)
kernel_tests_host_test_capabilities_CFLAGS = $(libkernel_model_a_CFLAGS)
kernel_tests_host_test_capabilities_LDFLAGS = $(program_ldflags) -static
kernel_tests_host_test_capabilities_LDADD = $(kernel_test_ldadd)
kernel_tests_host_test_ipc_SOURCES = kernel/tests/host/test_ipc.c
kernel_tests_host_test_ipc_CPPFLAGS = $(libkernel_model_a_CPPFLAGS)
kernel_tests_host_test_ipc_CFLAGS = $(libkernel_model_a_CFLAGS)
kernel_tests_host_test_ipc_LDFLAGS = $(program_ldflags) -static
kernel_tests_host_test_ipc_LDADD = $(kernel_test_ldadd)
kernel_tests_host_test_quotas_SOURCES = kernel/tests/host/test_quotas.c
kernel_tests_host_test_quotas_CPPFLAGS = $(libkernel_model_a_CPPFLAGS)
kernel_tests_host_test_quotas_CFLAGS = $(libkernel_model_a_CFLAGS)
kernel_tests_host_test_quotas_LDFLAGS = $(program_ldflags) -static
kernel_tests_host_test_quotas_LDADD = $(kernel_test_ldadd)
kernel_tests_host_test_scheduler_SOURCES = kernel/tests/host/test_scheduler.c
kernel_tests_host_test_scheduler_CPPFLAGS = $(libkernel_model_a_CPPFLAGS)
kernel_tests_host_test_scheduler_CFLAGS = $(libkernel_model_a_CFLAGS)
kernel_tests_host_test_scheduler_LDFLAGS = $(program_ldflags) -static
kernel_tests_host_test_scheduler_LDADD = $(kernel_test_ldadd)
kernel_tests_host_test_stress_SOURCES = kernel/tests/host/test_stress.c
kernel_tests_host_test_stress_CPPFLAGS = $(libkernel_model_a_CPPFLAGS)
kernel_tests_host_test_stress_CFLAGS = $(libkernel_model_a_CFLAGS)
kernel_tests_host_test_stress_LDFLAGS = $(program_ldflags) -static
kernel_tests_host_test_stress_LDADD = $(kernel_test_ldadd)
endif

dist_check_SCRIPTS += kernel/tests/test_guest.sh
TESTS += kernel/tests/test_guest.sh
check_DATA += kernel/test.iso
EXTRA_DIST += kernel/audit/README.md kernel/cap/README.md kernel/ipc/README.md kernel/irq/README.md \
	kernel/module/README.md kernel/sched/README.md kernel/tests/README.md
