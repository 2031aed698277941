net_libs = libnonnet-module.a
net_cppflags = -I$(top_srcdir)/libnonnet/include
