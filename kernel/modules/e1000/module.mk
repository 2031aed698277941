e1000_sources = $(nic_driver_sources)
