/*
 * A kernel that verifies one proof: its boot modules are the proof and the public inputs. It prints what it found, and how much
 * stack that took, and leaves with status 33 if the proof holds and with 35 if not.
 */
#include "machine.h"
#include "verify.h"

#define STACK_LEN 16384 /* bytes that boot.S has reserved, all zero at the start */

extern const uint8_t stack_end[];

void kernel_main(uint32_t magic, const struct multiboot_info *info);

static size_t stack_used(void)
{
    const volatile uint8_t *lowest = stack_end - STACK_LEN;

    while (*lowest == 0)
        lowest++;
    return (size_t)(stack_end - lowest);
}

static void print_number(size_t n)
{
    if (n >= 10)
        print_number(n / 10);
    print((const char[]){(char)('0' + n % 10), '\0'});
}

void kernel_main(uint32_t magic, const struct multiboot_info *info)
{
    if (magic != MULTIBOOT_MAGIC || !(info->flags & MULTIBOOT_MODULES) || info->mods_count != 2) {
        print("error: two boot modules are needed, a proof and its public inputs\n");
        leave(EXIT_ERROR);
    }
    const struct multiboot_module *module = (const struct multiboot_module *)info->mods_addr;
    int result = verify((const uint8_t *)module[0].start, module[0].end - module[0].start,
                        (const uint8_t *)module[1].start, module[1].end - module[1].start);
    print(result == 0 ? "valid" : nonzk_strerror(result));
    print("\nstack: ");
    print_number(stack_used());
    print(" bytes\n");
    leave(result == 0 ? EXIT_OK : EXIT_ERROR);
}
