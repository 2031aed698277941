include libnonnet/sources.mk

EXTRA_DIST += libnonnet/README.md libnonnet/bench/README.md libnonnet/fuzz/README.md libnonnet/sources.mk libnonnet/tests/scripts libnonnet/tools/README.md
pkgconfig_DATA += libnonnet/nonnet.pc
nonnet_cppflags = -I$(top_srcdir)/libnonnet/include -I$(top_srcdir)/libnonnet/src

lib_LTLIBRARIES += libnonnet.la
libnonnet_la_SOURCES = $(nonnet_sources) $(nonnet_private_headers)
libnonnet_la_CPPFLAGS = $(nonnet_cppflags)
libnonnet_la_CFLAGS = $(hosted_cflags)
libnonnet_la_LDFLAGS = -version-info 0:0:0 -no-undefined $(HOST_LDFLAGS)
nonnetincludedir = $(includedir)/nonnet
nonnetinclude_HEADERS = $(nonnet_headers)

if KERNEL
noinst_LIBRARIES += libnonnet-module.a
libnonnet_module_a_SOURCES = $(nonnet_sources)
libnonnet_module_a_CPPFLAGS = $(nonnet_cppflags)
libnonnet_module_a_CFLAGS = $(module_cflags)
endif

bin_PROGRAMS += libnonnet/tools/nonnet
dist_man_MANS += libnonnet/tools/nonnet.1
libnonnet_tools_nonnet_SOURCES = \
	libnoncrypto/tools/hex.c \
	libnoncrypto/tools/hex.h \
	libnonnet/tools/calls.c \
	libnonnet/tools/command.h \
	libnonnet/tools/http.c \
	libnonnet/tools/http.h \
	libnonnet/tools/iperf.c \
	libnonnet/tools/lease.c \
	libnonnet/tools/machine.c \
	libnonnet/tools/machine.h \
	libnonnet/tools/nonnet.c \
	libnonnet/tools/peer.c \
	libnonnet/tools/ping.c \
	libnonnet/tools/resolve.c \
	libnonnet/tools/serve.c \
	libnonnet/tools/stream.c \
	libnonnet/tools/text.c
libnonnet_tools_nonnet_CPPFLAGS = -I$(top_srcdir)/libnonnet/include -I$(top_srcdir)/libnoncrypto/include \
	-I$(top_srcdir)/libnoncrypto/tools -D_GNU_SOURCE
libnonnet_tools_nonnet_CFLAGS = $(program_cflags)
libnonnet_tools_nonnet_LDFLAGS = $(program_ldflags)
libnonnet_tools_nonnet_LDADD = libnonnet.la libnoncrypto.la

dist_check_SCRIPTS += libnonnet/tests/test_command.py libnonnet/tests/test_conformance.sh libnonnet/tests/test_linux.py
EXTRA_DIST += libnonnet/tests/conformance.py libnonnet/tests/linux_frames.py libnonnet/tests/linux_lab.py \
	libnonnet/tests/linux_path.py
TESTS += libnonnet/tests/test_command.py libnonnet/tests/test_conformance.sh libnonnet/tests/test_linux.py

# Linked as a shared object with what libtool made of the library, whatever else configure was told to build.
check_PROGRAMS += libnonnet/tests/libnonnet-packetdrill.so
libnonnet_tests_libnonnet_packetdrill_so_SOURCES = \
	libnonnet/tests/packetdrill.c \
	libnonnet/tests/packetdrill.h \
	libnonnet/tests/packetdrill_adapter.h \
	libnonnet/tests/packetdrill_socket.c
libnonnet_tests_libnonnet_packetdrill_so_CPPFLAGS = -I$(top_srcdir)/libnonnet/include -D_GNU_SOURCE $(large_files)
libnonnet_tests_libnonnet_packetdrill_so_CFLAGS = $(program_cflags) -fPIC -fvisibility=hidden
libnonnet_tests_libnonnet_packetdrill_so_LDFLAGS = $(AM_LDFLAGS) -Wc,-shared
libnonnet_tests_libnonnet_packetdrill_so_LDADD = libnonnet.la -lpthread

noinst_PROGRAMS += libnonnet/bench/bench_nonnet
libnonnet_bench_bench_nonnet_SOURCES = libnonnet/bench/bench_nonnet.c libnonnet/bench/stacks.c libnonnet/bench/stacks.h

# Made by './nonos bench net' only, which gets lwIP first; so it is no program of the build.
beside_sources = libnonnet/bench/beside.c libnonnet/bench/lwip.c libnonnet/bench/lwip.h
EXTRA_DIST += $(beside_sources) libnonnet/bench/lwip_tap.c libnonnet/bench/tap.py
CLEANFILES += libnonnet/bench/beside libnonnet/bench/lwip_tap
libnonnet/bench/beside: $(beside_sources) libnonnet/bench/stacks.c libnonnet/bench/stacks.h libnonnet.la
	$(AM_V_CCLD)$(LIBTOOL) $(AM_V_lt) --tag=CC --mode=link $(CC) $(nonnet_cppflags) -I$(top_srcdir)/tests/harness \
		-isystem /usr/include/lwip $(program_cflags) $(CFLAGS) $(AM_LDFLAGS) $(LDFLAGS) -o $@ \
		$(top_srcdir)/libnonnet/bench/beside.c $(top_srcdir)/libnonnet/bench/lwip.c \
		$(top_srcdir)/libnonnet/bench/stacks.c libnonnet.la -llwip
libnonnet/bench/lwip_tap: libnonnet/bench/lwip_tap.c
	$(AM_V_CCLD)$(LIBTOOL) $(AM_V_lt) --tag=CC --mode=link $(CC) -isystem /usr/include/lwip $(program_cflags) $(CFLAGS) \
		$(AM_LDFLAGS) $(LDFLAGS) -o $@ $(top_srcdir)/libnonnet/bench/lwip_tap.c -llwip

if FUZZING
FUZZERS += libnonnet/fuzz/fuzz_dhcpv4 \
	libnonnet/fuzz/fuzz_dhcpv6 \
	libnonnet/fuzz/fuzz_dns \
	libnonnet/fuzz/fuzz_dns_channel \
	libnonnet/fuzz/fuzz_ipv4 \
	libnonnet/fuzz/fuzz_ipv6 \
	libnonnet/fuzz/fuzz_ndp \
	libnonnet/fuzz/fuzz_stack \
	libnonnet/fuzz/fuzz_tcp_connection \
	libnonnet/fuzz/fuzz_tcp_header
endif

if HAVE_CHECK
nonnet_tests = \
	libnonnet/tests/test_arp \
	libnonnet/tests/test_checksum \
	libnonnet/tests/test_dhcpv4 \
	libnonnet/tests/test_dhcpv6 \
	libnonnet/tests/test_dns_channel \
	libnonnet/tests/test_dns_wire \
	libnonnet/tests/test_echo \
	libnonnet/tests/test_ipv4 \
	libnonnet/tests/test_ipv4_host \
	libnonnet/tests/test_ipv6 \
	libnonnet/tests/test_ipv6_host \
	libnonnet/tests/test_offload \
	libnonnet/tests/test_packetdrill \
	libnonnet/tests/test_parts \
	libnonnet/tests/test_reassembly \
	libnonnet/tests/test_resolver \
	libnonnet/tests/test_result \
	libnonnet/tests/test_scripts \
	libnonnet/tests/test_sim \
	libnonnet/tests/test_stack \
	libnonnet/tests/test_tcp_away \
	libnonnet/tests/test_tcp_congestion \
	libnonnet/tests/test_tcp_hostile \
	libnonnet/tests/test_tcp_listener \
	libnonnet/tests/test_tcp_network \
	libnonnet/tests/test_tcp_receive \
	libnonnet/tests/test_tcp_send \
	libnonnet/tests/test_tcp_sent \
	libnonnet/tests/test_tcp_socket \
	libnonnet/tests/test_tcp_states \
	libnonnet/tests/test_tcp_transfer \
	libnonnet/tests/test_tcp_wire \
	libnonnet/tests/test_udp
libnonnet_tests_test_dhcpv6_SOURCES = libnonnet/tests/dhcpv6_lab.h libnonnet/tests/test_dhcpv6.c
libnonnet_tests_test_packetdrill_SOURCES = libnonnet/tests/packetdrill.h libnonnet/tests/test_packetdrill.c
EXTRA_libnonnet_tests_test_packetdrill_DEPENDENCIES = libnonnet/tests/libnonnet-packetdrill.so
noinst_HEADERS += libnonnet/tests/host.h libnonnet/tests/host6.h libnonnet/tests/host_tcp.h libnonnet/tests/offload_device.h libnonnet/tests/pair.h
libnonnet_tests_test_scripts_SOURCES = \
	libnonnet/tests/script.c \
	libnonnet/tests/script.h \
	libnonnet/tests/script_host.c \
	libnonnet/tests/script_internal.h \
	libnonnet/tests/script_peer.c \
	libnonnet/tests/test_scripts.c
libnonnet_tests_test_tcp_receive_SOURCES = libnonnet/tests/tcp_lab.h libnonnet/tests/test_tcp_receive.c
libnonnet_tests_test_tcp_send_SOURCES = libnonnet/tests/tcp_lab.h libnonnet/tests/test_tcp_send.c
libnonnet_tests_test_tcp_states_SOURCES = libnonnet/tests/tcp_lab.h libnonnet/tests/test_tcp_states.c
libnonnet_tests_test_tcp_transfer_SOURCES = \
	libnonnet/tests/tcp_link.c libnonnet/tests/tcp_link.h libnonnet/tests/test_tcp_transfer.c
check_PROGRAMS += $(nonnet_tests)
TESTS += $(nonnet_tests)
endif
