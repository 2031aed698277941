# Host tests of the PCI broker: everything but its kernel calls.
if HAVE_CHECK
check_PROGRAMS += kernel/modules/pci/tests/test_pci
TESTS += kernel/modules/pci/tests/test_pci
kernel_modules_pci_tests_test_pci_SOURCES = kernel/modules/pci/tests/test_pci.c \
	kernel/modules/pci/tests/model.h kernel/modules/pci/config.c kernel/modules/pci/device.c \
	kernel/modules/pci/guard.c kernel/modules/pci/interrupt.c
kernel_modules_pci_tests_test_pci_CPPFLAGS = -I$(top_srcdir)/kernel/include \
	-I$(top_srcdir)/tests/harness
kernel_modules_pci_tests_test_pci_CFLAGS = $(program_cflags) $(CHECK_CFLAGS)
kernel_modules_pci_tests_test_pci_LDFLAGS = $(program_ldflags)
kernel_modules_pci_tests_test_pci_LDADD = $(CHECK_LIBS)
endif

EXTRA_DIST += kernel/modules/pci
