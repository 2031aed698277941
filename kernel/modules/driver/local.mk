# What drivers share: linked into each of them, and its part without system calls into the host tests of network cards.
nic_host_sources = kernel/modules/driver/nic_port.c
nic_model_sources = $(nic_host_sources) kernel/modules/driver/tests/nic_client.c \
	kernel/modules/driver/tests/nic_client.h kernel/modules/driver/tests/nic_model.c \
	kernel/modules/driver/tests/nic_model.h kernel/modules/driver/tests/reach.h
nic_test_sources = $(nic_model_sources) kernel/modules/driver/tests/nic_battery.c \
	kernel/modules/driver/tests/nic_battery.h
# What fuzz targets of drivers of network cards share; their own check_main.h comes first.
nic_fuzz_sources = $(nic_model_sources) kernel/modules/driver/fuzz/check_main.h \
	kernel/modules/driver/fuzz/hostile.c kernel/modules/driver/fuzz/hostile.h
nic_fuzz_cppflags = -I$(top_srcdir)/kernel/modules/driver/fuzz -I$(top_srcdir)/kernel/include
driver_sources = kernel/modules/driver/loop.c kernel/modules/driver/pci.c
nic_driver_sources = $(nic_host_sources) kernel/modules/driver/nic_server.c $(driver_sources)

EXTRA_DIST += kernel/modules/driver
