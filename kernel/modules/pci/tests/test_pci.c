#include <nonos/pci.h>
#include <nonos/result.h>

#include "../device.h"
#include "../guard.h"
#include "../interrupt.h"
#include "model.h"

#define BLK 0x0010 /* bus 0, device 2 */

static struct model model;
static struct pci_device devices[PCI_DEVICES_MAX];

static struct pci_config fresh(void)
{
    memset(&model, 0, sizeof(model));
    memset(devices, 0, sizeof(devices));
    return model_config(&model);
}

static unsigned scan(const struct pci_config *c)
{
    return pci_scan(c, devices, PCI_DEVICES_MAX);
}

/* As QEMU's virtio-blk-pci on q35: MSI-X in BAR 1, registers in the 64-bit BAR 4. */
static struct model_function *add_disk(uint16_t address)
{
    struct model_function *f = model_add(&model, address, 0x1af4, 0x1042, 0x010000);
    uint64_t place = 0xfe000000 + (uint64_t)address * 0x10000;
    model_bar(f, 1, place, 0x1000, 0);
    model_bar(f, 4, 0x800000000000ull + (uint64_t)address * 0x10000, 0x4000, 0xc);
    model_capability(f, PCI_CAPABILITY_MSIX, 0x98);
    put(f, 0x9a, 2, 1); /* two entries */
    put(f, 0x9c, 4, 1);
    put(f, 0xa0, 4, 0x801);
    put_mask(f, 0x9a, 2, 0xc000);
    put(f, PCI_INTERRUPT_PIN, 1, 1);
    put(f, PCI_INTERRUPT_LINE, 1, 11);
    return f;
}

/* ---- enumeration ---- */

START_TEST(functions_behind_bridges_are_found_on_their_buses)
{
    struct pci_config c = fresh();
    model_add(&model, 0x0000, 0x8086, 0x29c0, 0x060000);
    model_add_bridge(&model, 0x0008, 1);
    add_disk(0x0100);
    model_add_bridge(&model, 0x0108, 5);
    add_disk(0x0500);
    ck_assert_uint_eq(scan(&c), 5);
    ck_assert_uint_eq(devices[4].address, 0x0500);
    ck_assert_uint_eq(devices[4].class_code, 0x010000);
}
END_TEST

START_TEST(functions_of_a_single_function_device_are_not_probed)
{
    struct pci_config c = fresh();
    model_add(&model, 0x0008, 1, 2, 0);
    model_add(&model, 0x0009, 1, 3, 0);
    ck_assert_uint_eq(scan(&c), 1);
    put(&model.functions[0], PCI_HEADER_TYPE, 1, PCI_HEADER_MULTIFUNCTION);
    ck_assert_uint_eq(scan(&c), 2);
}
END_TEST

START_TEST(bridges_that_point_at_each_other_end_the_scan)
{
    struct pci_config c = fresh();
    model_add_bridge(&model, 0x0008, 1);
    model_add_bridge(&model, 0x0100, 0);
    model_add_bridge(&model, 0x0108, 1);
    ck_assert_uint_eq(scan(&c), 3);
}
END_TEST

START_TEST(more_functions_than_fit_are_left_out)
{
    struct pci_config c = fresh();
    for (uint16_t i = 0; i < 32; i++)
        model_add(&model, (uint16_t)(i << 3), 1, i, 0);
    ck_assert_uint_eq(pci_scan(&c, devices, 7), 7);
}
END_TEST

START_TEST(bus_mastering_is_off_after_the_scan_but_in_bridges)
{
    struct pci_config c = fresh();
    model_add_bridge(&model, 0x0008, 1);
    add_disk(0x0100);
    scan(&c);
    ck_assert(get(&model.functions[0], PCI_COMMAND, 2) & PCI_COMMAND_BUS_MASTER);
    ck_assert(!(get(&model.functions[1], PCI_COMMAND, 2) & PCI_COMMAND_BUS_MASTER));
    ck_assert(get(&model.functions[1], PCI_COMMAND, 2) & PCI_COMMAND_MEMORY);
}
END_TEST

START_TEST(matches_know_wildcards_and_class_masks)
{
    struct pci_config c = fresh();
    add_disk(BLK);
    scan(&c);
    ck_assert(pci_device_matches(devices, 0x10421af4, 0));
    ck_assert(!pci_device_matches(devices, 0x10411af4, 0));
    ck_assert(pci_device_matches(devices, (uint64_t)NONOS_PCI_ANY << 16 | 0x1af4, 0));
    ck_assert(pci_device_matches(devices, 0xffffffff, 0xff0000ull << 32 | 0x010000));
    ck_assert(!pci_device_matches(devices, 0xffffffff, 0xff0000ull << 32 | 0x020000));
    devices[0].header = PCI_HEADER_BRIDGE;
    ck_assert(!pci_device_matches(devices, 0xffffffff, 0));
}
END_TEST

/* ---- base address registers ---- */

START_TEST(bars_are_sized_with_decoding_off_and_put_back)
{
    struct pci_config c = fresh();
    struct model_function *f = model_add(&model, BLK, 1, 1, 0);
    model_bar(f, 0, 0xc040, 0x40, 1);
    model_bar(f, 1, 0xfebd1000, 0x1000, 0);
    model_bar(f, 2, 0x3840000000ull, 1ull << 33, 0xc);
    model_bar(f, 4, 0xfe000000, 0x4000, 0x4);
    uint8_t before[24];
    memcpy(before, f->bytes + PCI_BAR0, 24);
    scan(&c);
    ck_assert(devices[0].bars[0].ports);
    ck_assert_uint_eq(devices[0].bars[0].base, 0xc040);
    ck_assert_uint_eq(devices[0].bars[0].len, 0x40);
    ck_assert_uint_eq(devices[0].bars[1].len, 0x1000);
    ck_assert_uint_eq(devices[0].bars[2].len, 0); /* its base is not a multiple of its length */
    ck_assert_uint_eq(devices[0].bars[3].len, 0);
    ck_assert_uint_eq(devices[0].bars[4].base, 0xfe000000);
    ck_assert_uint_eq(devices[0].bars[4].len, 0x4000);
    ck_assert_mem_eq(before, f->bytes + PCI_BAR0, 24);
    ck_assert(!model.decoding_while_sizing);
    ck_assert_uint_eq(get(f, PCI_COMMAND, 2) & 3, 3);
}
END_TEST

START_TEST(large_64_bit_bars_keep_their_length)
{
    struct pci_config c = fresh();
    struct model_function *f = model_add(&model, BLK, 1, 1, 0);
    model_bar(f, 2, 0x4000000000ull, 1ull << 33, 0xc);
    scan(&c);
    ck_assert_uint_eq(devices[0].bars[2].base, 0x4000000000ull);
    ck_assert_uint_eq(devices[0].bars[2].len, 1ull << 33);
    ck_assert(pci_bar_usable(devices, 1, 0, 2));
}
END_TEST

START_TEST(a_64_bit_bar_in_the_last_slot_is_none)
{
    struct pci_config c = fresh();
    struct model_function *f = model_add(&model, BLK, 1, 1, 0);
    model_bar(f, 5, 0xfe000000, 0x1000, 0x4);
    put(f, 0x28, 4, 0x12345678);
    scan(&c);
    ck_assert_uint_eq(devices[0].bars[5].len, 0);
    ck_assert(!pci_bar_usable(devices, 1, 0, 5));
    ck_assert_uint_eq(get(f, 0x28, 4), 0x12345678);
}
END_TEST

START_TEST(bars_of_size_zero_or_with_holes_are_none)
{
    struct pci_config c = fresh();
    struct model_function *f = model_add(&model, BLK, 1, 1, 0);
    put(f, 0x10, 4, 0xfe000000); /* nothing can be written */
    put(f, 0x14, 4, 0xfd000000);
    put_mask(f, 0x14, 4, 0xff0f0000); /* holes */
    put(f, 0x18, 4, 0x2);             /* a reserved type */
    put(f, 0x1c, 4, 0xfc000000);
    put_mask(f, 0x1c, 4, 0x00fff000); /* the upper bits are stuck */
    scan(&c);
    for (unsigned i = 0; i < PCI_BARS; i++)
        ck_assert(!pci_bar_usable(devices, 1, 0, i));
    ck_assert(!pci_bar_usable(devices, 1, 0, PCI_BARS));
}
END_TEST

START_TEST(unassigned_bars_are_not_usable_and_disturb_nobody)
{
    struct pci_config c = fresh();
    model_bar(model_add(&model, 0x0008, 1, 1, 0), 0, 0, 1u << 31, 0);
    model_bar(model_add(&model, 0x0010, 1, 1, 0), 0, 0x40000000, 0x1000, 0);
    scan(&c);
    ck_assert(!pci_bar_usable(devices, 2, 0, 0));
    ck_assert(pci_bar_usable(devices, 2, 1, 0));
}
END_TEST

START_TEST(bars_that_share_a_page_are_refused_for_both)
{
    struct pci_config c = fresh();
    model_bar(model_add(&model, 0x0008, 1, 1, 0), 0, 0xfe000000, 0x100, 0);
    model_bar(model_add(&model, 0x0010, 1, 1, 0), 0, 0xfe000800, 0x100, 0);
    model_bar(model_add(&model, 0x0018, 1, 1, 0), 0, 0xfe001000, 0x100, 0);
    scan(&c);
    ck_assert(!pci_bar_usable(devices, 3, 0, 0)); /* another device in its page */
    ck_assert(!pci_bar_usable(devices, 3, 1, 0)); /* not aligned */
    ck_assert(pci_bar_usable(devices, 3, 2, 0));
}
END_TEST

START_TEST(a_bar_inside_of_another_devices_is_refused)
{
    struct pci_config c = fresh();
    model_bar(model_add(&model, 0x0008, 1, 1, 0x030000), 0, 0xe0000000, 1u << 24, 8);
    model_bar(model_add(&model, 0x0010, 1, 1, 0), 0, 0xe0100000, 0x1000, 0);
    scan(&c);
    ck_assert(!pci_bar_usable(devices, 2, 1, 0));
}
END_TEST

START_TEST(ports_of_the_machine_are_refused)
{
    struct pci_config c = fresh();
    struct model_function *f = model_add(&model, BLK, 1, 1, 0);
    model_bar(f, 0, 0xcf8, 8, 1); /* configuration space itself */
    model_bar(f, 1, 0xc000, 0x20, 1);
    scan(&c);
    ck_assert_uint_eq(devices[0].bars[0].len, 8);
    ck_assert(!pci_bar_usable(devices, 1, 0, 0));
    ck_assert(pci_bar_usable(devices, 1, 0, 1));
}
END_TEST

/* ---- capabilities ---- */

START_TEST(capabilities_are_found_in_order)
{
    struct pci_config c = fresh();
    struct model_function *f = model_add(&model, BLK, 1, 1, 0);
    model_capability(f, 9, 0x40);
    model_capability(f, 5, 0x50);
    model_capability(f, 9, 0x60);
    ck_assert_uint_eq(pci_capability_find(&c, BLK, 9, 0), 0x40);
    ck_assert_uint_eq(pci_capability_find(&c, BLK, 9, 0x40), 0x60);
    ck_assert_uint_eq(pci_capability_find(&c, BLK, 9, 0x60), 0);
    ck_assert_uint_eq(pci_capability_find(&c, BLK, 5, 0x40), 0x50);
    ck_assert_uint_eq(pci_capability_find(&c, BLK, 7, 0), 0);
    ck_assert_uint_eq(pci_capability_find(&c, BLK, 9, 0x44), 0);
}
END_TEST

START_TEST(a_capability_loop_ends)
{
    struct pci_config c = fresh();
    struct model_function *f = model_add(&model, BLK, 1, 1, 0);
    model_capability(f, 9, 0x40);
    model_capability(f, 9, 0x50);
    f->bytes[0x51] = 0x40;
    ck_assert_uint_eq(pci_capability_find(&c, BLK, 5, 0), 0);
    ck_assert_uint_lt(model.reads, 200);
}
END_TEST

START_TEST(a_capability_pointer_into_the_header_ends_the_list)
{
    struct pci_config c = fresh();
    struct model_function *f = model_add(&model, BLK, 5, 1, 0);
    put(f, PCI_STATUS, 2, PCI_STATUS_CAPABILITIES);
    f->bytes[PCI_CAPABILITIES] = 0x04;
    ck_assert_uint_eq(pci_capability_find(&c, BLK, 5, 0), 0);
}
END_TEST

/* ---- interrupts ---- */

static struct pci_interrupts interrupts_of(const struct pci_config *c)
{
    struct pci_interrupts in;
    scan(c);
    pci_interrupts_read(c, &devices[0], &in);
    return in;
}

START_TEST(msix_is_preferred_and_described)
{
    struct pci_config c = fresh();
    add_disk(BLK);
    struct pci_interrupts in = interrupts_of(&c);
    ck_assert_int_eq(in.kind, PCI_INTERRUPTS_MSIX);
    ck_assert_uint_eq(in.count, 2);
    ck_assert_uint_eq(in.table_bar, 1);
    ck_assert_uint_eq(in.table_offset, 0);
}
END_TEST

START_TEST(an_msix_table_outside_its_bar_is_not_used)
{
    struct pci_config c = fresh();
    struct model_function *f = add_disk(BLK);
    put(f, 0x9c, 4, 0xff0 | 1);
    ck_assert_int_eq(interrupts_of(&c).kind, PCI_INTERRUPTS_LINE);
    put(f, 0x9c, 4, 0xfe0 | 1);
    ck_assert_int_eq(interrupts_of(&c).kind, PCI_INTERRUPTS_MSIX);
    put(f, 0xa0, 4, 0x1000 | 1); /* pending bits outside */
    ck_assert_int_eq(interrupts_of(&c).kind, PCI_INTERRUPTS_LINE);
    put(f, 0xa0, 4, 0x801);
    put(f, 0x9c, 4, 7); /* there is no such BAR */
    ck_assert_int_eq(interrupts_of(&c).kind, PCI_INTERRUPTS_LINE);
    put(f, 0x9c, 4, 0); /* BAR 0 is empty */
    ck_assert_int_eq(interrupts_of(&c).kind, PCI_INTERRUPTS_LINE);
}
END_TEST

START_TEST(msix_at_the_end_of_configuration_space_is_not_used)
{
    struct pci_config c = fresh();
    struct model_function *f = model_add(&model, BLK, 1, 1, 0);
    model_capability(f, PCI_CAPABILITY_MSIX, 0xfc);
    model_capability(f, PCI_CAPABILITY_MSI, 0xf8);
    ck_assert_int_eq(interrupts_of(&c).kind, PCI_INTERRUPTS_NONE);
}
END_TEST

START_TEST(msix_starts_with_every_entry_masked)
{
    struct pci_config c = fresh();
    struct model_function *f = add_disk(BLK);
    struct pci_interrupts in = interrupts_of(&c);
    volatile uint32_t table[8] = {1, 2, 3, 0, 5, 6, 7, 0};
    pci_msix_start(&c, &devices[0], &in, table);
    ck_assert_uint_eq(table[3] & table[7], 1);
    ck_assert_uint_eq(get(f, 0x9a, 2) & 0xc000, 0x8000);
    pci_msix_program(table, 1, 0xfee01000, 0x41);
    ck_assert_uint_eq(table[4], 0xfee01000);
    ck_assert_uint_eq(table[5], 0);
    ck_assert_uint_eq(table[6], 0x41);
    ck_assert_uint_eq(table[7], 0);
    ck_assert_uint_eq(table[3], 1);
    pci_interrupts_off(&c, &devices[0], &in);
    ck_assert_uint_eq(get(f, 0x9a, 2) & 0x8000, 0);
    ck_assert(get(f, PCI_COMMAND, 2) & PCI_COMMAND_INTX_DISABLE);
}
END_TEST

static void msi_check(uint32_t control, unsigned data_at, unsigned mask_at)
{
    struct pci_config c = fresh();
    struct model_function *f = model_add(&model, BLK, 1, 1, 0);
    model_capability(f, PCI_CAPABILITY_MSI, 0x50);
    put(f, 0x52, 2, control | 0x20); /* four messages enabled */
    put_mask(f, 0x52, 2, 0x71);
    for (unsigned i = 0x54; i < 0x68; i++)
        f->writable[i] = f->bytes[i] = 0xff;
    struct pci_interrupts in = interrupts_of(&c);
    ck_assert_int_eq(in.kind, PCI_INTERRUPTS_MSI);
    ck_assert_uint_eq(in.count, 1);
    pci_msi_program(&c, &devices[0], &in, 0xfee02000, 0x55);
    ck_assert_uint_eq(get(f, 0x54, 4), 0xfee02000);
    ck_assert_uint_eq(get(f, data_at, 2), 0x55);
    ck_assert_uint_eq(get(f, 0x52, 2), control | 1);
    if (control & 0x80)
        ck_assert_uint_eq(get(f, 0x58, 4), 0);
    if (mask_at)
        ck_assert_uint_eq(get(f, mask_at, 4), 0);
}

START_TEST(msi_is_programmed_in_all_four_layouts)
{
    msi_check(0, 0x58, 0);
    msi_check(0x80, 0x5c, 0);
    msi_check(0x100, 0x58, 0x5c);
    msi_check(0x180, 0x5c, 0x60);
}
END_TEST

START_TEST(a_driver_never_gets_the_pages_of_the_msix_table)
{
    struct pci_config c = fresh();
    struct model_function *f = add_disk(BLK);
    struct pci_interrupts in = interrupts_of(&c);
    ck_assert_uint_eq(pci_bar_window(&devices[0], 1, &in).len, 0);
    ck_assert_uint_eq(pci_bar_window(&devices[0], 4, &in).len, 0x4000);
    put(f, 0x9c, 4, 0x2000 | 4); /* as NVMe: registers before the table */
    put(f, 0xa0, 4, 0x3000 | 4);
    in = interrupts_of(&c);
    ck_assert_int_eq(in.kind, PCI_INTERRUPTS_MSIX);
    struct pci_window w = pci_bar_window(&devices[0], 4, &in);
    ck_assert_uint_eq(w.offset, 0);
    ck_assert_uint_eq(w.len, 0x2000);
    put(f, 0x9c, 4, 4);
    in = interrupts_of(&c);
    w = pci_bar_window(&devices[0], 4, &in);
    ck_assert_uint_eq(w.offset, 0x1000);
    ck_assert_uint_eq(w.len, 0x3000);
}
END_TEST

/* ---- guard ---- */

START_TEST(a_driver_cannot_write_what_reaches_outside)
{
    struct pci_config c = fresh();
    struct model_function *f = add_disk(BLK);
    scan(&c);
    memset(f->writable, 0xff, sizeof(f->writable));
    uint8_t before[256];
    memcpy(before, f->bytes, 256);
    for (unsigned offset = 0; offset < 256; offset++)
        for (unsigned width = 1; width <= 4; width *= 2)
            if (offset % width == 0 && !(offset == PCI_COMMAND && width == 2) &&
                !(width == 1 && (offset == PCI_CACHE_LINE || offset == PCI_LATENCY)))
                ck_assert_int_eq(pci_guarded_write(&c, devices, offset, width, 0x11, true),
                                 NONOS_E_DENIED);
    ck_assert_mem_eq(before, f->bytes, 256);
    ck_assert_int_eq(pci_guarded_write(&c, devices, PCI_CACHE_LINE, 1, 16, false), 0);
    ck_assert_uint_eq(f->bytes[PCI_CACHE_LINE], 16);
}
END_TEST

START_TEST(accesses_that_are_no_register_are_invalid)
{
    struct pci_config c = fresh();
    add_disk(BLK);
    scan(&c);
    ck_assert_int_eq(pci_guarded_write(&c, devices, 256, 1, 0, true), NONOS_E_INVALID);
    ck_assert_int_eq(pci_guarded_write(&c, devices, 5, 2, 0, true), NONOS_E_INVALID);
    ck_assert_int_eq(pci_guarded_write(&c, devices, 4, 3, 0, true), NONOS_E_INVALID);
    ck_assert_int_eq(pci_guarded_write(&c, devices, 4, 0, 0, true), NONOS_E_INVALID);
    ck_assert_int_eq(pci_guarded_write(&c, devices, 4, 2, 0x10000, true), NONOS_E_INVALID);
    ck_assert(!pci_access_valid(~0ull, 1));
}
END_TEST

START_TEST(bus_mastering_needs_the_dma_domain)
{
    struct pci_config c = fresh();
    struct model_function *f = add_disk(BLK);
    scan(&c);
    ck_assert_int_eq(pci_guarded_write(&c, devices, PCI_COMMAND, 2, 7, false), NONOS_E_DENIED);
    ck_assert(!(get(f, PCI_COMMAND, 2) & PCI_COMMAND_BUS_MASTER));
    ck_assert_int_eq(pci_guarded_write(&c, devices, PCI_COMMAND, 2, 7, true), 0);
    ck_assert_uint_eq(get(f, PCI_COMMAND, 2), 0x0147);
}
END_TEST

START_TEST(other_command_bits_stay_as_the_firmware_set_them)
{
    struct pci_config c = fresh();
    struct model_function *f = add_disk(BLK);
    scan(&c);
    ck_assert_int_eq(pci_guarded_write(&c, devices, PCI_COMMAND, 2, 0x0400, true), 0);
    ck_assert_uint_eq(get(f, PCI_COMMAND, 2), 0x0540);
}
END_TEST

START_TEST(a_reset_comes_after_bus_mastering_and_keeps_what_the_firmware_set)
{
    struct pci_config c = fresh();
    struct model_function *f = add_disk(BLK);
    model_capability(f, PCI_CAPABILITY_EXPRESS, 0x40);
    put(f, 0x44, 4, 1u << 28);
    f->reset_control = 0x48;
    scan(&c);
    pci_command_change(&c, BLK, PCI_COMMAND_BUS_MASTER, 0);
    pci_device_quiesce(&c, devices);
    ck_assert(pci_device_reset(&c, devices));
    ck_assert_uint_eq(f->resets, 1);
    ck_assert(!f->mastered_at_reset);
    ck_assert_uint_eq(get(f, 0x14, 4), 0xfe000000 + BLK * 0x10000);
    ck_assert_uint_eq(f->bytes[PCI_INTERRUPT_LINE], 11);
    ck_assert(!model.decoding_while_sizing);
    ck_assert_uint_ge(model.slept_ms, 100);
    ck_assert_uint_eq(get(f, PCI_COMMAND, 2) & 7, 0);
}
END_TEST

START_TEST(a_device_that_never_gets_quiet_is_waited_for_within_bounds)
{
    struct pci_config c = fresh();
    struct model_function *f = add_disk(BLK);
    model_capability(f, PCI_CAPABILITY_EXPRESS, 0x40);
    put(f, 0x4a, 2, 0x20);
    scan(&c);
    pci_device_quiesce(&c, devices);
    ck_assert_uint_eq(model.slept_ms, 100);
    ck_assert(!pci_device_reset(&c, devices));
}
END_TEST

static Suite *pci_suite(void)
{
    Suite *s = suite_create("pci");
    TCase *t = tcase_create("enumeration");
    tcase_add_test(t, functions_behind_bridges_are_found_on_their_buses);
    tcase_add_test(t, functions_of_a_single_function_device_are_not_probed);
    tcase_add_test(t, bridges_that_point_at_each_other_end_the_scan);
    tcase_add_test(t, more_functions_than_fit_are_left_out);
    tcase_add_test(t, bus_mastering_is_off_after_the_scan_but_in_bridges);
    tcase_add_test(t, matches_know_wildcards_and_class_masks);
    suite_add_tcase(s, t);
    t = tcase_create("bars");
    tcase_add_test(t, bars_are_sized_with_decoding_off_and_put_back);
    tcase_add_test(t, large_64_bit_bars_keep_their_length);
    tcase_add_test(t, a_64_bit_bar_in_the_last_slot_is_none);
    tcase_add_test(t, bars_of_size_zero_or_with_holes_are_none);
    tcase_add_test(t, unassigned_bars_are_not_usable_and_disturb_nobody);
    tcase_add_test(t, bars_that_share_a_page_are_refused_for_both);
    tcase_add_test(t, a_bar_inside_of_another_devices_is_refused);
    tcase_add_test(t, ports_of_the_machine_are_refused);
    suite_add_tcase(s, t);
    t = tcase_create("capabilities");
    tcase_add_test(t, capabilities_are_found_in_order);
    tcase_add_test(t, a_capability_loop_ends);
    tcase_add_test(t, a_capability_pointer_into_the_header_ends_the_list);
    suite_add_tcase(s, t);
    t = tcase_create("interrupts");
    tcase_add_test(t, msix_is_preferred_and_described);
    tcase_add_test(t, an_msix_table_outside_its_bar_is_not_used);
    tcase_add_test(t, msix_at_the_end_of_configuration_space_is_not_used);
    tcase_add_test(t, msix_starts_with_every_entry_masked);
    tcase_add_test(t, msi_is_programmed_in_all_four_layouts);
    tcase_add_test(t, a_driver_never_gets_the_pages_of_the_msix_table);
    suite_add_tcase(s, t);
    t = tcase_create("guard");
    tcase_add_test(t, a_driver_cannot_write_what_reaches_outside);
    tcase_add_test(t, accesses_that_are_no_register_are_invalid);
    tcase_add_test(t, bus_mastering_needs_the_dma_domain);
    tcase_add_test(t, other_command_bits_stay_as_the_firmware_set_them);
    tcase_add_test(t, a_reset_comes_after_bus_mastering_and_keeps_what_the_firmware_set);
    tcase_add_test(t, a_device_that_never_gets_quiet_is_waited_for_within_bounds);
    suite_add_tcase(s, t);
    return s;
}

CHECK_MAIN(pci_suite)
