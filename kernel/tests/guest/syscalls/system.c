#include "syscalls.h"

#include <string.h>

/* ---- devices ---- */

static void test_io(void)
{
    nonos_handle cmos, r, video;
    uint64_t value, address;
    OK(nonos_object_create(ACCOUNT, NONOS_OBJECT_IO_REGION, 0x70, 2, NONOS_FIRST_PORTS, &cmos));
    OK(nonos_io_write(cmos, 0, 1, 0x0a));
    OK(nonos_io_read(cmos, 1, 1, &value));
    TRUE(value < 256);
    IS(nonos_io_read(cmos, 1, 2, &value), NONOS_E_RANGE);
    IS(nonos_io_read(cmos, 2, 1, &value), NONOS_E_RANGE);
    IS(nonos_io_read(cmos, 0, 3, &value), NONOS_E_INVALID);
    IS(nonos_object_create(ACCOUNT, NONOS_OBJECT_IO_REGION, 0x70, 1, cmos, &r), NONOS_E_DENIED);
    IS(nonos_object_create(ACCOUNT, NONOS_OBJECT_IO_REGION, 0x20, 2, NONOS_FIRST_PORTS, &r),
       NONOS_E_DENIED);
    IS(nonos_object_create(ACCOUNT, NONOS_OBJECT_IO_REGION, 0xffff, 2, NONOS_FIRST_PORTS, &r),
       NONOS_E_RANGE);
    IS(nonos_object_create(ACCOUNT, NONOS_OBJECT_IO_REGION, 0x100000, PAGE, NONOS_FIRST_MMIO, &r),
       NONOS_E_DENIED); /* RAM */
    IS(nonos_object_create(ACCOUNT, NONOS_OBJECT_IO_REGION, 0xfee00000, PAGE, NONOS_FIRST_MMIO, &r),
       NONOS_E_DENIED); /* the local APIC */
    OK(nonos_object_create(ACCOUNT, NONOS_OBJECT_IO_REGION, 0xb8000, PAGE, NONOS_FIRST_MMIO,
                           &video));
    OK(nonos_io_map(TASK, video, 0, PAGE, 3, NONOS_IO_UNCACHED, &address));
    value = *(volatile uint16_t *)address;
    IS(nonos_io_map(TASK, video, 0, PAGE, 5, NONOS_IO_UNCACHED, &address), NONOS_E_DENIED);
    IS(nonos_io_map(TASK, video, PAGE, PAGE, 1, NONOS_IO_UNCACHED, &address), NONOS_E_RANGE);
    IS(nonos_io_map(TASK, cmos, 0, PAGE, 1, NONOS_IO_UNCACHED, &address), NONOS_E_INVALID);
    OK(nonos_cap_delete(video));
    OK(nonos_cap_delete(cmos));
}

static void test_irq(void)
{
    nonos_handle line, msi, other, n = make(NONOS_OBJECT_NOTIFICATION, 0, 0);
    uint64_t where[2] = {1, 1};
    OK(nonos_object_create(ACCOUNT, NONOS_OBJECT_IRQ, NONOS_IRQ_GSI, 1, NONOS_FIRST_IRQ, &line));
    IS(nonos_object_create(ACCOUNT, NONOS_OBJECT_IRQ, NONOS_IRQ_GSI, 1, NONOS_FIRST_IRQ, &other),
       NONOS_E_BUSY);
    OK(nonos_irq_bind(line, n, 1, where));
    IS(where[0], 0);
    IS(nonos_irq_bind(line, n, 1, where), NONOS_E_BUSY);
    OK(nonos_irq_ack(line));
    OK(nonos_irq_bind(line, 0, 0, where));
    OK(nonos_irq_bind(line, n, 1, where));
    OK(nonos_cap_delete(line));
    OK(nonos_object_create(ACCOUNT, NONOS_OBJECT_IRQ, NONOS_IRQ_GSI, 1, NONOS_FIRST_IRQ, &line));
    OK(nonos_object_create(ACCOUNT, NONOS_OBJECT_IRQ, NONOS_IRQ_MSI, 0, NONOS_FIRST_IRQ, &msi));
    OK(nonos_irq_bind(msi, n, 2, where));
    TRUE(where[0] >= 0xfee00000 && where[0] < 0xfef00000);
    IS(nonos_irq_bind(NONOS_FIRST_IRQ, n, 2, where), NONOS_E_DENIED);
    IS(nonos_irq_bind(msi, n, 2, NULL), NONOS_E_BAD_ADDRESS);
    OK(nonos_cap_delete(msi));
    OK(nonos_cap_delete(line));
    OK(nonos_cap_delete(n));
}

/* Of an account that allows four pages for devices: whether none of them is in use. */
static bool dma_free(nonos_handle account)
{
    nonos_handle memory;
    int r = nonos_object_create(account, NONOS_OBJECT_MEMORY, 4 * PAGE, NONOS_MEMORY_FLAG_DMA, 0,
                                &memory);
    if (r >= 0)
        OK(nonos_cap_delete(memory));
    else
        IS(r, NONOS_E_QUOTA);
    return r >= 0;
}

/* Pages that a device may still write to are nobody else's before it is said to have stopped. */
static void test_dma_held(void)
{
    const struct nonos_account_limits limits = {~0ull, 4 * PAGE, ~0u, ~0u, ~0u, 0};
    nonos_handle account = make(NONOS_OBJECT_ACCOUNT, 64 * PAGE, 0), domain, memory;
    uint64_t addresses[4];
    OK(nonos_account_set(account, &limits));
    TRUE(dma_free(account));
    for (unsigned how = 0; how < 4; how++) {
        OK(nonos_object_create(ACCOUNT, NONOS_OBJECT_DMA_DOMAIN, 0x18, 0, NONOS_FIRST_DMA,
                               &domain));
        OK(nonos_object_create(account, NONOS_OBJECT_MEMORY, 4 * PAGE, NONOS_MEMORY_FLAG_DMA, 0,
                               &memory));
        OK(nonos_dma_map(domain, memory, 0, 4 * PAGE, addresses));
        switch (how) {
        case 0: /* the device is known to have stopped */
            OK(nonos_dma_unmap(domain, memory, 0, 4 * PAGE));
            OK(nonos_cap_delete(memory));
            break;
        case 1: /* the memory is taken away */
            OK(nonos_cap_delete(memory));
            TRUE(!dma_free(account));
            OK(nonos_dma_settle(NONOS_FIRST_DMA));
            TRUE(!dma_free(account));
            OK(nonos_dma_settle(domain));
            break;
        case 2: /* and the domain before that is said */
            OK(nonos_cap_delete(memory));
            OK(nonos_cap_delete(domain));
            TRUE(!dma_free(account));
            OK(nonos_dma_settle(NONOS_FIRST_DMA));
            domain = 0;
            break;
        default: /* the domain first */
            OK(nonos_cap_delete(domain));
            OK(nonos_cap_delete(memory));
            TRUE(!dma_free(account));
            OK(nonos_dma_settle(NONOS_FIRST_DMA));
            domain = 0;
        }
        TRUE(dma_free(account));
        if (domain)
            OK(nonos_cap_delete(domain));
    }
    OK(nonos_cap_delete(account));
}

static void test_dma(void)
{
    nonos_handle domain, dma = make(NONOS_OBJECT_MEMORY, 2 * PAGE, NONOS_MEMORY_FLAG_DMA);
    nonos_handle plain = make(NONOS_OBJECT_MEMORY, PAGE, 0);
    uint64_t addresses[2] = {0};
    OK(nonos_object_create(ACCOUNT, NONOS_OBJECT_DMA_DOMAIN, 0x18, 0, NONOS_FIRST_DMA, &domain));
    OK(nonos_dma_map(domain, dma, 0, 2 * PAGE, addresses));
    TRUE(addresses[0] && addresses[1] && addresses[0] != addresses[1]);
    IS(nonos_dma_map(domain, plain, 0, PAGE, addresses), NONOS_E_DENIED);
    IS(nonos_dma_map(domain, dma, PAGE, 2 * PAGE, addresses), NONOS_E_RANGE);
    IS(nonos_dma_map(domain, dma, 0, PAGE, NULL), NONOS_E_BAD_ADDRESS);
    OK(nonos_dma_unmap(domain, dma, 0, 2 * PAGE));
    IS(nonos_dma_unmap(domain, dma, 0, 2 * PAGE), NONOS_E_RANGE);
    OK(nonos_dma_map(domain, dma, 0, 2 * PAGE, addresses));
    OK(nonos_cap_delete(dma));
    OK(nonos_cap_delete(domain));
    OK(nonos_cap_delete(plain));
    OK(nonos_dma_settle(NONOS_FIRST_DMA));
    IS(nonos_dma_settle(ACCOUNT), NONOS_E_BAD_TYPE);
}

/* ---- system ---- */

/* What is written meanwhile waits for the terminal, in order; what it has not taken at the end the kernel shows. */
static void console_followed(void)
{
    nonos_handle n = make(NONOS_OBJECT_NOTIFICATION, 0, 0),
                 other = make(NONOS_OBJECT_NOTIFICATION, 0, 0), weak;
    char buffer[1100];
    uint64_t len, bits;
    IS(nonos_console_take(SYSTEM, buffer, sizeof(buffer), &len), 0);
    IS(len, 0);
    OK(nonos_console_follow(SYSTEM, n, 4));
    IS(nonos_console_follow(SYSTEM, other, 4), NONOS_E_BUSY);
    OK(nonos_console_write(SYSTEM, "one\n", 4));
    OK(nonos_console_write(SYSTEM, "two\n", 4));
    OK(nonos_notify_wait(n, ~0ull, 0, &bits));
    IS(bits, 4);
    OK(nonos_console_take(SYSTEM, buffer, 6, &len));
    IS(len, 6);
    TRUE(memcmp(buffer, "one\ntw", 6) == 0);
    OK(nonos_console_take(SYSTEM, buffer, sizeof(buffer), &len));
    TRUE(len >= 2 && memcmp(buffer, "o\n", 2) == 0);
    OK(nonos_console_write(SYSTEM, "three\n", 6));
    IS(nonos_console_take(SYSTEM, NULL, 5, &len), NONOS_E_BAD_ADDRESS);
    while (nonos_console_take(SYSTEM, buffer, sizeof(buffer), &len) == 0 && len > 0)
        continue;
    /* More than there is room for is shown by the kernel, and waits for nobody. */
    memset(buffer, '.', 1000);
    buffer[999] = '\n';
    for (int i = 0; i < 6; i++)
        OK(nonos_console_write(SYSTEM, buffer, 1000));
    for (len = 1, bits = 0; len > 0; bits += len)
        OK(nonos_console_take(SYSTEM, buffer, sizeof(buffer), &len));
    IS(bits, 4000);
    OK(nonos_cap_delete(n)); /* it ends with the capability */
    OK(nonos_console_follow(SYSTEM, other, 4));
    OK(nonos_console_write(SYSTEM, "the kernel shows this\n", 22));
    OK(nonos_console_follow(SYSTEM, 0, 0));
    OK(nonos_console_follow(SYSTEM, 0, 0));
    OK(nonos_console_take(SYSTEM, buffer, sizeof(buffer), &len));
    IS(len, 0);
    OK(nonos_cap_derive(SYSTEM, NONOS_SYSTEM_CONSOLE, 0, NONOS_NEVER, 0, &weak));
    IS(nonos_console_follow(weak, other, 4), NONOS_E_DENIED);
    IS(nonos_console_take(weak, buffer, sizeof(buffer), &len), NONOS_E_DENIED);
    OK(nonos_cap_delete(weak));
    OK(nonos_cap_delete(other));
}

static void test_system(void)
{
    struct nonos_system_info info = {0};
    struct nonos_cpu_info cpu;
    char buffer[64];
    uint64_t a, b, len;
    OK(nonos_clock_get(SYSTEM, NONOS_CLOCK_MONOTONIC, &a));
    OK(nonos_clock_get(SYSTEM, NONOS_CLOCK_MONOTONIC, &b));
    TRUE(b >= a);
    OK(nonos_clock_get(SYSTEM, NONOS_CLOCK_THREAD, &a));
    TRUE(a > 0);
    IS(nonos_clock_get(SYSTEM, 9, &a), NONOS_E_INVALID);
    OK(nonos_clock_set(SYSTEM, 1800000000ull * 1000000000));
    OK(nonos_clock_get(SYSTEM, NONOS_CLOCK_WALL, &a));
    IS(a / 1000000000, 1800000000);
    IS(nonos_random_get(SYSTEM, buffer, 5000), NONOS_E_TOO_BIG);
    OK(nonos_random_get(SYSTEM, &a, 8));
    OK(nonos_random_get(SYSTEM, &b, 8));
    TRUE(a != b);
    IS(nonos_console_write(SYSTEM, buffer, 5000), NONOS_E_TOO_BIG);
    IS(nonos_console_write(SYSTEM, NULL, 5), NONOS_E_BAD_ADDRESS);
    console_followed();
    OK(nonos_system_info(SYSTEM, NONOS_INFO_SYSTEM, 0, &info, sizeof(info), &len));
    TRUE(info.ncpus >= 1 && info.memory_free < info.memory_total && info.iommu == 0);
    OK(nonos_system_info(SYSTEM, NONOS_INFO_LOG, info.log_start, buffer, sizeof(buffer), &len));
    IS(len, sizeof(buffer));
    OK(nonos_system_info(SYSTEM, NONOS_INFO_CPU, 0, &cpu, sizeof(cpu), &len));
    TRUE(cpu.switches > 0);
    IS(nonos_system_info(SYSTEM, NONOS_INFO_CPU, 500, &cpu, sizeof(cpu), &len), NONOS_E_NOT_FOUND);
    IS(nonos_system_info(SYSTEM, 77, 0, &cpu, sizeof(cpu), &len), NONOS_E_INVALID);
    IS(nonos_power(SYSTEM, 5, 0), NONOS_E_INVALID);
}

static void test_audit(void)
{
    static struct nonos_audit_record records[64];
    nonos_handle weak = derive(NONOS_FIRST_AUDIT, NONOS_AUDIT_APPEND);
    size_t count = 0;
    uint64_t sequence = 1, user = 0, refused = 0;
    int error;
    OK(nonos_audit_append(weak, NONOS_AUDIT_USER, 1, 2, "hello", 5));
    IS(nonos_audit_append(weak, NONOS_AUDIT_POWER, 1, 2, "hello", 5), NONOS_E_INVALID);
    IS(nonos_audit_read(weak, 1, records, 64, &count), NONOS_E_DENIED);
    do {
        error = nonos_audit_read(NONOS_FIRST_AUDIT, sequence, records, 64, &count);
        if (error == NONOS_E_OVERRUN) {
            sequence = count;
            continue;
        }
        for (size_t i = 0; i < count; i++) {
            if (records[i].sequence != sequence + i)
                IS(records[i].sequence, sequence + i);
            user += records[i].event == NONOS_AUDIT_USER && !strcmp(records[i].text, "hello");
            refused += records[i].event == NONOS_AUDIT_REFUSED;
        }
        sequence += count;
    } while (error == NONOS_E_OVERRUN || (!error && count == 64));
    OK(error);
    IS(user, 1);
    TRUE(refused > 10);
    OK(nonos_cap_delete(weak));
}

void check_system(void)
{
    test_io();
    test_irq();
    test_dma();
    test_dma_held();
    test_system();
    test_audit();
}
