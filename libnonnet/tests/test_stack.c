#include "host.h"

START_TEST(an_arena_of_the_size_that_was_said_is_enough)
{
    struct host h;
    host_ipv4(&h);
    host_end(&h);
}
END_TEST

START_TEST(a_smaller_arena_is_refused)
{
    struct host h;
    struct nonnet_stack *stack = NULL;
    host_configure(&h);
    size_t size = nonnet_stack_size(&h.config);
    h.arena = aligned_alloc(NONNET_ARENA_ALIGN, size);
    ck_assert_int_eq(nonnet_stack_init(&stack, &h.config, h.arena, size - 1, 0),
                     NONNET_E_NO_MEMORY);
    ck_assert_int_eq(nonnet_stack_init(&stack, &h.config, (uint8_t *)h.arena + 1, size, 0),
                     NONNET_E_INVALID);
    ck_assert_ptr_null(stack);
    host_end(&h);
}
END_TEST

START_TEST(a_wrong_configuration_has_no_size)
{
    struct host h;
    host_configure(&h);
    h.config.ninterfaces = 0;
    ck_assert_uint_eq(nonnet_stack_size(&h.config), 0);
    host_configure(&h);
    h.config.ninterfaces = 256;
    ck_assert_uint_eq(nonnet_stack_size(&h.config), 0);
    host_configure(&h);
    h.config.environment.entropy = NULL;
    ck_assert_uint_eq(nonnet_stack_size(&h.config), 0);
    host_configure(&h);
    h.config.mtu_max = 1279;
    ck_assert_uint_eq(nonnet_stack_size(&h.config), 0);
    host_configure(&h);
    h.config.reassembly_len = 4095;
    ck_assert_uint_eq(nonnet_stack_size(&h.config), 0);
}
END_TEST

START_TEST(the_smallest_and_a_large_configuration_work)
{
    struct host h;
    host_configure(&h);
    h.config.naddresses = h.config.nroutes = 1;
    h.config.nneighbours = 4;
    h.config.npackets = 8;
    h.config.npath_mtus = h.config.nudp_sockets = h.config.ndatagrams = 0;
    host_start(&h, 0);
    host_use_ipv4(&h);
    /* A fragment finds no memory, and does no harm. */
    struct frame f = frame_ipv4((struct ipv4_spec){.protocol = 17, .more = true}, "12345678", 8);
    host_input(&h, &f);
    ck_assert_uint_eq(host_count(&h, NONNET_COUNT_DROP_FRAGMENT_MEMORY), 1);
    host_end(&h);
    host_configure(&h);
    h.config.ninterfaces = 255;
    h.config.nneighbours = 4096;
    h.config.mtu_max = 65535;
    host_start(&h, NONNET_INTERFACE_IPV6);
    host_end(&h);
}
END_TEST

START_TEST(the_same_seed_gives_the_same_frames)
{
    struct host a, b;
    struct frame fa, fb;
    struct nonnet_address ip = nonnet_address_ipv4(192, 0, 2, 1);
    host_configure(&a);
    host_start(&a, NONNET_INTERFACE_IPV6);
    host_configure(&b);
    host_start(&b, NONNET_INTERFACE_IPV6);
    ck_assert_int_eq(nonnet_interface_address_add(a.stack, a.interface, &ip, 24, 0, a.now), 0);
    ck_assert_int_eq(nonnet_interface_address_add(b.stack, b.interface, &ip, 24, 0, b.now), 0);
    host_wait(&a, 10 * S);
    host_wait(&b, 10 * S);
    unsigned frames = 0;
    while (host_output(&a, &fa)) {
        ck_assert(host_output(&b, &fb));
        ck_assert_uint_eq(fa.len, fb.len);
        ck_assert_mem_eq(fa.bytes, fb.bytes, fa.len);
        frames++;
    }
    ck_assert(host_is_silent(&b));
    ck_assert_uint_ge(frames, 5);
    host_end(&a);
    host_end(&b);
}
END_TEST

START_TEST(a_handle_is_stale_once_its_interface_is_gone)
{
    struct host h;
    struct nonnet_interface_handle fresh;
    struct frame f;
    size_t len;
    struct nonnet_interface_config c = {.link = NONNET_LINK_IP, .mtu = 1500};
    host_ipv4(&h);
    ck_assert_int_eq(nonnet_interface_remove(h.stack, h.interface), NONNET_OK);
    ck_assert_int_eq(nonnet_interface_add(h.stack, &c, &fresh), NONNET_OK);
    ck_assert_uint_ne(fresh.id, h.interface.id);
    ck_assert_int_eq(nonnet_interface_remove(h.stack, h.interface), NONNET_E_STALE);
    ck_assert_int_eq(nonnet_stack_input(h.stack, h.interface, f.bytes, 0, h.now), NONNET_E_STALE);
    ck_assert_int_eq(nonnet_stack_output(h.stack, h.interface, f.bytes, 2000, &len, h.now),
                     NONNET_E_STALE);
    ck_assert_int_eq(
        nonnet_interface_set_link(h.stack, (struct nonnet_interface_handle){0}, true, h.now),
        NONNET_E_STALE);
    host_end(&h);
}
END_TEST

START_TEST(interfaces_have_limits)
{
    struct host h;
    struct nonnet_interface_handle more;
    struct nonnet_interface_config c = {
        .link = NONNET_LINK_ETHERNET, .mtu = 1500, .mac = {{0x02, 0, 0, 0, 0, 9}}};
    host_ipv4(&h);
    ck_assert_int_eq(nonnet_interface_add(h.stack, &c, &more), NONNET_E_FULL);
    ck_assert_int_eq(nonnet_interface_remove(h.stack, h.interface), NONNET_OK);
    c.mtu = 1501;
    ck_assert_int_eq(nonnet_interface_add(h.stack, &c, &more), NONNET_E_INVALID);
    c.mtu = 1279;
    c.flags = NONNET_INTERFACE_IPV6;
    ck_assert_int_eq(nonnet_interface_add(h.stack, &c, &more), NONNET_E_INVALID);
    c.mtu = 1500;
    c.mac.octet[0] = 3;
    ck_assert_int_eq(nonnet_interface_add(h.stack, &c, &more), NONNET_E_INVALID);
    c.mac.octet[0] = 2;
    ck_assert_int_eq(nonnet_interface_add(h.stack, &c, &more), NONNET_OK);
    host_end(&h);
}
END_TEST

START_TEST(the_station_address_changes_only_while_the_link_is_down)
{
    struct host h;
    host_ipv4(&h);
    struct nonnet_mac mac = mac_from("\x06\1\2\3\4\5");
    ck_assert_int_eq(nonnet_interface_set_mac(h.stack, h.interface, mac), NONNET_E_INVALID);
    ck_assert_int_eq(nonnet_interface_set_link(h.stack, h.interface, false, h.now), NONNET_OK);
    ck_assert_int_eq(nonnet_interface_set_mac(h.stack, h.interface, mac), NONNET_OK);
    host_end(&h);
}
END_TEST

START_TEST(addresses_that_no_host_can_have_are_refused)
{
    struct host h;
    host_ipv4(&h);
    static const uint8_t wrong[][5] = {
        {0, 0, 0, 0, 8},      {127, 0, 0, 1, 8},  {224, 0, 0, 1, 24}, {255, 255, 255, 255, 24},
        {192, 0, 3, 255, 24}, {192, 0, 3, 0, 24}, {192, 0, 3, 1, 33},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct nonnet_address a =
            nonnet_address_ipv4(wrong[i][0], wrong[i][1], wrong[i][2], wrong[i][3]);
        ck_assert_int_eq(
            nonnet_interface_address_add(h.stack, h.interface, &a, wrong[i][4], 0, h.now),
            NONNET_E_INVALID);
    }
    struct nonnet_address a = nonnet_address_ipv4(192, 0, 2, 1);
    ck_assert_int_eq(nonnet_interface_address_add(h.stack, h.interface, &a, 24, 0, h.now),
                     NONNET_E_IN_USE);
    a = nonnet_address_ipv4(192, 0, 3, 0);
    ck_assert_int_eq(nonnet_interface_address_add(h.stack, h.interface, &a, 31, 0, h.now),
                     NONNET_OK);
    host_end(&h);
}
END_TEST

START_TEST(routes_must_be_whole_prefixes_with_a_host_as_gateway)
{
    struct host h;
    host_ipv4(&h);
    struct nonnet_route r = {.prefix = nonnet_address_ipv4(10, 0, 0, 1),
                             .prefix_len = 8,
                             .gateway = nonnet_address_ipv4(192, 0, 2, 3)};
    ck_assert_int_eq(nonnet_route_add(h.stack, h.interface, &r), NONNET_E_INVALID);
    r.prefix = nonnet_address_ipv4(10, 0, 0, 0);
    r.gateway = nonnet_address_ipv4(224, 0, 0, 1);
    ck_assert_int_eq(nonnet_route_add(h.stack, h.interface, &r), NONNET_E_INVALID);
    r.gateway = nonnet_address_ipv4(192, 0, 2, 3);
    ck_assert_int_eq(nonnet_route_add(h.stack, h.interface, &r), NONNET_OK);
    ck_assert_int_eq(nonnet_route_add(h.stack, h.interface, &r), NONNET_E_IN_USE);
    ck_assert_int_eq(nonnet_route_remove(h.stack, h.interface, &r.prefix, 8), NONNET_OK);
    ck_assert_int_eq(nonnet_route_remove(h.stack, h.interface, &r.prefix, 8), NONNET_E_NOT_FOUND);
    host_end(&h);
}
END_TEST

START_TEST(routes_are_told_one_after_the_other)
{
    struct host h;
    struct nonnet_route got;
    host_ipv4(&h);
    struct nonnet_interface_handle other = h.interface;
    other.id ^= 1u << 31;
    struct nonnet_route r = {.prefix = nonnet_address_ipv4(10, 0, 0, 0),
                             .prefix_len = 8,
                             .gateway = nonnet_address_ipv4(192, 0, 2, 3)};
    /* The default route of every host here; that of its address is none. */
    ck_assert_int_eq(nonnet_interface_route(h.stack, h.interface, 0, &got), NONNET_OK);
    ck_assert_uint_eq(got.prefix_len, 0);
    ck_assert_int_eq(nonnet_interface_route(h.stack, h.interface, 1, &got), NONNET_E_NOT_FOUND);
    ck_assert_int_eq(nonnet_route_add(h.stack, h.interface, &r), NONNET_OK);
    ck_assert_int_eq(nonnet_interface_route(h.stack, h.interface, 1, &got), NONNET_OK);
    ck_assert_mem_eq(&got.prefix, &r.prefix, sizeof r.prefix);
    ck_assert_mem_eq(&got.gateway, &r.gateway, sizeof r.gateway);
    ck_assert_uint_eq(got.prefix_len, 8);
    ck_assert_int_eq(nonnet_interface_route(h.stack, h.interface, 2, &got), NONNET_E_NOT_FOUND);
    ck_assert_int_eq(nonnet_interface_route(h.stack, other, 0, &got), NONNET_E_STALE);
    host_end(&h);
}
END_TEST

START_TEST(a_frame_that_does_not_fit_stays_the_next_one)
{
    struct host h;
    struct frame f;
    size_t len = 0;
    host_ipv4(&h);
    f = frame_arp("\xff\xff\xff\xff\xff\xff", PEER_MAC, 1, (const uint8_t[]){192, 0, 2, 2},
                  "\0\0\0\0\0\0", (const uint8_t[]){192, 0, 2, 1});
    host_input(&h, &f);
    ck_assert_int_eq(nonnet_stack_output(h.stack, h.interface, f.bytes, 41, &len, h.now),
                     NONNET_E_NO_SPACE);
    ck_assert_uint_eq(len, 42);
    ck_assert_int_eq(nonnet_stack_output(h.stack, h.interface, f.bytes, 42, &len, h.now),
                     NONNET_OK);
    ck_assert(host_is_silent(&h));
    host_end(&h);
}
END_TEST

START_TEST(each_counter_has_a_name_of_its_own)
{
    for (int i = 0; i < NONNET_NCOUNTERS; i++) {
        const char *name = nonnet_counter_name((enum nonnet_counter)i);
        ck_assert_str_ne(name, "unknown counter");
        for (int j = 0; j < i; j++)
            ck_assert_str_ne(name, nonnet_counter_name((enum nonnet_counter)j));
    }
    ck_assert_str_eq(nonnet_counter_name(NONNET_NCOUNTERS), "unknown counter");
}
END_TEST

START_TEST(time_does_not_go_back)
{
    struct host h;
    struct nonnet_address ip = nonnet_address_ipv4(192, 0, 2, 1);
    host_configure(&h);
    host_start(&h, 0);
    ck_assert_int_eq(nonnet_interface_address_add(h.stack, h.interface, &ip, 24, 0, h.now), 0);
    uint64_t due = nonnet_stack_deadline(h.stack);
    nonnet_stack_tick(h.stack, 0);
    ck_assert_uint_eq(nonnet_stack_deadline(h.stack), due);
    ck_assert(host_is_silent(&h));
    host_end(&h);
}
END_TEST

static Suite *stack_suite(void)
{
    Suite *suite = suite_create("nonnet stack");
    TCase *tc = tcase_create("creation");
    tcase_add_test(tc, an_arena_of_the_size_that_was_said_is_enough);
    tcase_add_test(tc, a_smaller_arena_is_refused);
    tcase_add_test(tc, a_wrong_configuration_has_no_size);
    tcase_add_test(tc, the_smallest_and_a_large_configuration_work);
    tcase_add_test(tc, the_same_seed_gives_the_same_frames);
    tcase_add_test(tc, time_does_not_go_back);
    suite_add_tcase(suite, tc);
    tc = tcase_create("objects");
    tcase_add_test(tc, a_handle_is_stale_once_its_interface_is_gone);
    tcase_add_test(tc, interfaces_have_limits);
    tcase_add_test(tc, the_station_address_changes_only_while_the_link_is_down);
    tcase_add_test(tc, addresses_that_no_host_can_have_are_refused);
    tcase_add_test(tc, routes_must_be_whole_prefixes_with_a_host_as_gateway);
    tcase_add_test(tc, routes_are_told_one_after_the_other);
    tcase_add_test(tc, a_frame_that_does_not_fit_stays_the_next_one);
    tcase_add_test(tc, each_counter_has_a_name_of_its_own);
    suite_add_tcase(suite, tc);
    return suite;
}

CHECK_MAIN(stack_suite)
