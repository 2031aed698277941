/*
 * A hostile program: `hostile VERB [ADDRESS]` tries one attack, for tests/system/test_hostile.py. ADDRESS is one of the kernel's.
 *
 * Attacks by an instruction must end the task; those that aim at an address of their own say which. Attacks by system calls must
 * be refused: each call's name and result are printed. What lives on says "survived".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <nonos/runtime.h>
#include <nonos/supervisor.h>

#define ACCOUNT NONOS_SLOT_ACCOUNT
#define TASK    NONOS_SLOT_TASK
#define RETURN  0xc3u /* the instruction */

#define NON_CANONICAL 0x8000000000000000ull

static uint64_t kernel_address;

static void aim(const volatile void *address)
{
    (void)printf("at %lx\n", (unsigned long)(uintptr_t)address);
    (void)fflush(stdout);
}

static void report(const char *call, int result)
{
    (void)printf("%s: %s\n", call, nonos_strerror(result));
}

/* ---- instructions ---- */

#define INSTRUCTION(name, code)                                           \
    static void name(void)                                                \
    {                                                                     \
        __asm__ volatile(code : : : "rax", "rcx", "rdx", "memory", "cc"); \
    }

INSTRUCTION(do_cli, "cli")
INSTRUCTION(do_sti, "sti")
INSTRUCTION(do_hlt, "hlt")
INSTRUCTION(do_in, "movw $0x64, %%dx\n\tinb %%dx, %%al")
INSTRUCTION(do_out, "movw $0x501, %%dx\n\tmovb $0x10, %%al\n\toutb %%al, %%dx")
INSTRUCTION(do_rdmsr, "movl $0xc0000082, %%ecx\n\trdmsr")
INSTRUCTION(do_wrmsr, "movl $0xc0000082, %%ecx\n\txorl %%eax, %%eax\n\txorl %%edx, %%edx\n\twrmsr")
INSTRUCTION(do_cr3, "movq %%cr3, %%rax")
INSTRUCTION(do_cr4, "xorl %%eax, %%eax\n\tmovq %%rax, %%cr4")
INSTRUCTION(do_lidt, "lidt (%%rsp)")
INSTRUCTION(do_sgdt, "sgdt -64(%%rsp)")
INSTRUCTION(do_swapgs, "swapgs")
INSTRUCTION(do_ud2, "ud2")
INSTRUCTION(do_int3, "int3")
INSTRUCTION(do_icebp, ".byte 0xf1")
INSTRUCTION(do_int80, "int $0x80")
INSTRUCTION(do_int2, "int $2")
INSTRUCTION(do_int8, "int $8")
INSTRUCTION(do_int32, "int $32")
INSTRUCTION(do_divide, "xorl %%ecx, %%ecx\n\txorl %%edx, %%edx\n\tmovl $1, %%eax\n\tdivl %%ecx")
/* POPF leaves the I/O privilege level as it is, silently. */
INSTRUCTION(do_iopl, "pushfq\n\torq $0x3000, (%%rsp)\n\tpopfq\n\tcli")
INSTRUCTION(do_trap_flag, "pushfq\n\torq $0x100, (%%rsp)\n\tpopfq\n\tnop\n\tnop")
/* Back from an interrupt that never was, to ring 0. */
INSTRUCTION(do_iret, "movq %%rsp, %%rax\n\tpushq $0x10\n\tpushq %%rax\n\tpushfq\n\tpushq $0x08\n\t"
                     "leaq 1f(%%rip), %%rax\n\tpushq %%rax\n\tiretq\n1:\tmovq %%rax, %%rsp")

/* The processor must not put anything where this stack pointer points. */
static void do_kernel_stack(void)
{
    __asm__ volatile("movq %0, %%rsp\n\tmovl $0x7fffffff, %%eax\n\tsyscall\n\tud2"
                     :
                     : "r"(kernel_address)
                     : "rax", "rcx", "rdx", "r11", "memory");
}

/* The kernel must find its own data whatever GS points to. */
static void do_kernel_gs(void)
{
    __asm__ volatile("wrgsbase %0\n\tmovl $0x7fffffff, %%eax\n\tsyscall\n\tud2"
                     :
                     : "r"(kernel_address)
                     : "rax", "rcx", "rdx", "r11", "memory");
}

/* ---- addresses ---- */

static void read_from(uint64_t address)
{
    const volatile char *p = (const volatile char *)(uintptr_t)address;
    aim(p);
    (void)printf("read %d\n", *p);
}

static void write_to(uint64_t address)
{
    volatile char *p = (volatile char *)(uintptr_t)address;
    aim(p);
    *p = (char)RETURN;
}

static void jump_to(uint64_t address)
{
    aim((const void *)(uintptr_t)address);
    __asm__ volatile("call *%0" : : "r"(address) : "memory");
}

static void do_read_kernel(void)
{
    read_from(kernel_address);
}

static void do_write_kernel(void)
{
    write_to(kernel_address);
}

static void do_jump_kernel(void)
{
    jump_to(kernel_address);
}

static void do_read_null(void)
{
    read_from(0);
}

static void do_read_non_canonical(void)
{
    read_from(NON_CANONICAL);
}

static void do_jump_non_canonical(void)
{
    jump_to(NON_CANONICAL);
}

static void do_write_code(void)
{
    write_to((uint64_t)(uintptr_t)do_write_code);
}

/* A string of the start-up block, which the creator keeps sharing. */
static void do_write_startup(void)
{
    write_to((uint64_t)(uintptr_t)environ[0]);
}

static void do_jump_stack(void)
{
    volatile unsigned char code[] = {RETURN};
    jump_to((uint64_t)(uintptr_t)code);
}

static void do_jump_data(void)
{
    static unsigned char code[] = {RETURN};
    jump_to((uint64_t)(uintptr_t)code);
}

static void do_jump_heap(void)
{
    unsigned char *code = malloc(64);
    if (!code)
        return;
    *code = RETURN;
    jump_to((uint64_t)(uintptr_t)code);
    free(code);
}

static unsigned descend(volatile const unsigned *end, unsigned depth)
{
    volatile char frame[1000];
    frame[0] = (char)depth;
    return depth == *end ? 0 : descend(end, depth + 1) + (unsigned)frame[0];
}

static void do_stack_overflow(void)
{
    volatile unsigned never = ~0u;
    aim(&never);
    (void)printf("%u\n", descend(&never, 0));
}

/* ---- system calls ---- */

static void do_unknown_call(void)
{
    /* The last one is a call that exists, if the upper half of the number is not looked at. */
    const uint64_t numbers[] = {0, NONOS_SYS_COUNT, 0x7fffffff, ~0ull,
                                1ull << 32 | NONOS_SYS_CAP_INFO};
    struct nonos_cap_info info;
    uint64_t value;
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
        report("unknown",
               nonos_syscall(numbers[i], TASK, (uint64_t)(uintptr_t)&info, 0, 0, 0, 0, &value));
}

static nonos_handle memory_make(void)
{
    nonos_handle memory = 0;
    int result = nonos_object_create(ACCOUNT, NONOS_OBJECT_MEMORY, NONOS_PAGE_SIZE, 0, 0, &memory);
    if (result < 0)
        report("preparation", result);
    return memory;
}

static int map(nonos_handle memory, uint32_t prot)
{
    uint64_t address;
    return nonos_mem_map(TASK, memory, 0, 0, NONOS_PAGE_SIZE, prot, &address);
}

/* Asks for more than the capability has, then for a capability that has more. */
static void do_map_read_only(void)
{
    nonos_handle memory = memory_make(), narrow, wide;
    int result =
        nonos_cap_derive(memory, NONOS_MEMORY_READ | NONOS_RIGHT_GRANT, 0, NONOS_NEVER, 0, &narrow);
    if (result >= 0)
        result = nonos_cap_derive(narrow, NONOS_RIGHTS_ALL, 0, NONOS_NEVER, 0, &wide);
    if (result < 0) {
        report("preparation", result);
        return;
    }
    report("mem_map", map(narrow, NONOS_PROT_READ | NONOS_PROT_WRITE));
    report("mem_map", map(wide, NONOS_PROT_READ | NONOS_PROT_WRITE));
}

static uint64_t page_of(const void *address)
{
    return (uint64_t)(uintptr_t)address & ~(uint64_t)(NONOS_PAGE_SIZE - 1);
}

/* Code that nobody attested: new memory made executable. */
static void do_map_code(void)
{
    report("mem_map", map(memory_make(), NONOS_PROT_READ | NONOS_PROT_EXECUTE));
}

static void do_protect_data(void)
{
    nonos_handle memory;
    void *page;
    int result = nonos_memory_create(NONOS_PAGE_SIZE, 0, &memory, &page);
    if (result >= 0)
        result = nonos_mem_protect(TASK, page_of(page), NONOS_PAGE_SIZE,
                                   NONOS_PROT_READ | NONOS_PROT_EXECUTE);
    report("mem_protect", result);
}

static void do_power(void)
{
    report("power", nonos_power(nonos_cap_find(NONOS_NAME_SYSTEM), NONOS_POWER_OFF, 0));
    report("power", nonos_power(nonos_cap_find(NONOS_NAME_CLOCK), NONOS_POWER_OFF, 0));
    report("power", nonos_power(TASK, NONOS_POWER_OFF, 0));
}

static void do_system(void)
{
    nonos_handle system = nonos_cap_find(NONOS_NAME_SYSTEM), task;
    char text[64];
    uint64_t len;
    report("task_find", nonos_task_find(system, 0, &task));
    report("console_write", nonos_console_write(system, "hello\n", 6));
    report("clock_set", nonos_clock_set(system, 0));
    report("system_info", nonos_system_info(system, NONOS_INFO_LOG, 0, text, sizeof(text), &len));
}

/* The session may have a connection to the net module, so the supervisor would give one: the grants forbid it. */
static void do_net(void)
{
    struct nonos_message m = nonos_message_make(NONOS_SUPERVISOR_CONNECT);
    int result = nonos_words_from_name(m.words, 3, "net");
    if (result >= 0)
        result = nonos_call(nonos_cap_find(NONOS_NAME_SUPERVISOR), &m);
    report("connect", result);
    (void)printf("named: %s\n", nonos_cap_find("net") ? "yes" : "no");
}

/* Every handle that a neighbour is likely to have. */
static void do_guess(void)
{
    unsigned tried = 0, refused = 0;
    for (nonos_handle generation = 0; generation < 4; generation++) {
        for (nonos_handle index = 1; index <= 32; index++, tried++)
            refused += nonos_power(generation << 16 | index, NONOS_POWER_OFF, 0) < 0;
    }
    (void)printf("power: refused %u of %u\n", refused, tried);
}

static void do_stale_handle(void)
{
    nonos_handle memory = memory_make();
    (void)nonos_cap_delete(memory);
    report("mem_map", map(memory, NONOS_PROT_READ));
}

static void do_mint(void)
{
    struct nonos_image image = {.name = "hostile"};
    nonos_handle module;
    report("module_mint",
           nonos_module_mint(TASK, ACCOUNT, memory_make(), NONOS_PAGE_SIZE, &image, &module));
}

static void do_device(void)
{
    nonos_handle made;
    uint64_t value;
    report("object_create",
           nonos_object_create(ACCOUNT, NONOS_OBJECT_IO_REGION, 0, 65536, TASK, &made));
    report("object_create", nonos_object_create(ACCOUNT, NONOS_OBJECT_IRQ, NONOS_IRQ_GSI, 1,
                                                nonos_cap_find(NONOS_NAME_SYSTEM), &made));
    report("object_create", nonos_object_create(ACCOUNT, NONOS_OBJECT_MEMORY, NONOS_PAGE_SIZE,
                                                NONOS_MEMORY_FLAG_DMA, 0, &made));
    report("io_read", nonos_io_read(TASK, 0x64, 1, &value));
}

/* Pointers that the kernel must neither write nor read through. */
static void do_pointers(void)
{
    const uint64_t pointers[] = {
        kernel_address,
        0xffff800000000000ull, /* the lowest of the kernel's half */
        NON_CANONICAL,
        0x0000800000000000ull, /* the first that is not canonical */
        NONOS_USER_END - 8,    /* over the end */
        ~0ull - 3,             /* over the end of all */
        0,
    };
    nonos_handle thread;
    for (size_t i = 0; i < sizeof(pointers) / sizeof(pointers[0]); i++) {
        uintptr_t p = (uintptr_t)pointers[i];
        report("cap_info", nonos_cap_info(TASK, (struct nonos_cap_info *)p));
        report("thread_create",
               nonos_thread_create(TASK, ACCOUNT, (const struct nonos_thread_regs *)p, &thread));
    }
    report("cap_info", nonos_cap_info(TASK, (struct nonos_cap_info *)(uintptr_t)do_pointers));
}

static const struct attack {
    const char *verb;
    void (*run)(void);
} attacks[] = {
    {"cli", do_cli},
    {"sti", do_sti},
    {"hlt", do_hlt},
    {"in", do_in},
    {"out", do_out},
    {"rdmsr", do_rdmsr},
    {"wrmsr", do_wrmsr},
    {"cr3", do_cr3},
    {"cr4", do_cr4},
    {"lidt", do_lidt},
    {"sgdt", do_sgdt},
    {"swapgs", do_swapgs},
    {"ud2", do_ud2},
    {"int3", do_int3},
    {"icebp", do_icebp},
    {"int80", do_int80},
    {"int2", do_int2},
    {"int8", do_int8},
    {"int32", do_int32},
    {"divide", do_divide},
    {"iopl", do_iopl},
    {"trap-flag", do_trap_flag},
    {"iret", do_iret},
    {"kernel-stack", do_kernel_stack},
    {"kernel-gs", do_kernel_gs},
    {"read-kernel", do_read_kernel},
    {"write-kernel", do_write_kernel},
    {"jump-kernel", do_jump_kernel},
    {"read-null", do_read_null},
    {"read-non-canonical", do_read_non_canonical},
    {"jump-non-canonical", do_jump_non_canonical},
    {"write-code", do_write_code},
    {"write-startup", do_write_startup},
    {"jump-stack", do_jump_stack},
    {"jump-data", do_jump_data},
    {"jump-heap", do_jump_heap},
    {"stack-overflow", do_stack_overflow},
    {"unknown-call", do_unknown_call},
    {"map-read-only", do_map_read_only},
    {"map-code", do_map_code},
    {"protect-data", do_protect_data},
    {"power", do_power},
    {"system", do_system},
    {"net", do_net},
    {"guess", do_guess},
    {"stale-handle", do_stale_handle},
    {"mint", do_mint},
    {"device", do_device},
    {"pointers", do_pointers},
};

int main(int argc, char **argv)
{
    if (argc == 3)
        kernel_address = strtoull(argv[2], NULL, 16);
    for (size_t i = 0; argc > 1 && i < sizeof(attacks) / sizeof(attacks[0]); i++) {
        if (strcmp(argv[1], attacks[i].verb) == 0) {
            attacks[i].run();
            (void)puts("survived");
            return 0;
        }
    }
    (void)fputs("usage: hostile VERB [ADDRESS]\n", stderr);
    return 2;
}
