# Host tests of the RTL8139 driver: the driver proper against a model of the card.
if HAVE_CHECK
check_PROGRAMS += kernel/modules/rtl8139/tests/test_rtl8139
TESTS += kernel/modules/rtl8139/tests/test_rtl8139
kernel_modules_rtl8139_tests_test_rtl8139_SOURCES = \
	kernel/modules/rtl8139/tests/model.c kernel/modules/rtl8139/tests/model.h \
	kernel/modules/rtl8139/tests/test_rtl8139.c \
	kernel/modules/rtl8139/rtl8139.c $(nic_test_sources)
kernel_modules_rtl8139_tests_test_rtl8139_CPPFLAGS = -I$(top_srcdir)/kernel/include \
	-I$(top_srcdir)/tests/harness
kernel_modules_rtl8139_tests_test_rtl8139_CFLAGS = $(program_cflags) $(CHECK_CFLAGS)
kernel_modules_rtl8139_tests_test_rtl8139_LDFLAGS = $(program_ldflags)
kernel_modules_rtl8139_tests_test_rtl8139_LDADD = $(CHECK_LIBS)
endif

EXTRA_DIST += kernel/modules/rtl8139
