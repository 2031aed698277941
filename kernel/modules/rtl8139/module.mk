rtl8139_sources = $(nic_driver_sources)
