/* Stands in for the portable kernel: boots, says so, and ends. For trying the machine-dependent half alone. */
#include <arch/arch.h>
#include <debug/log.h>
#include <mm/space.h>

#include <nonos/boot_info.h>

void kernel_main(const struct nonos_boot_info *info)
{
    log_print("kernel_main reached: %u memory ranges, archive of %llu bytes\n", info->nmemory,
              (unsigned long long)info->archive_len);
    arch_power_off(0);
}

void kernel_secondary(void)
{
    for (;;)
        arch_idle_wait();
}

struct arch_thread *thread_arch(struct thread *thread)
{
    return (struct arch_thread *)thread;
}

struct space *thread_space(struct thread *thread)
{
    (void)thread;
    return NULL;
}

void syscall_enter(struct trap_frame *frame)
{
    frame->rax = (uint64_t)NONOS_E_NO_CALL;
}

void task_fault(struct trap_frame *frame, enum nonos_fault fault, uint64_t address)
{
    panic("user mode at 0x%llx: fault %d at 0x%llx", (unsigned long long)frame->rip, (int)fault,
          (unsigned long long)address);
}

void sched_timer_interrupt(void)
{
}

void sched_reschedule_interrupt(void)
{
}

void sched_user_return(void)
{
}

void irq_interrupt(unsigned irq)
{
    panic("device interrupt %u", irq);
}
