/* The text of console_write, and the terminal that shows it. */
#ifndef KERNEL_CAP_CONSOLE_H
#define KERNEL_CAP_CONSOLE_H

/* The kernel shows what is written again, and at once what the terminal has not taken: before the machine ends. */
void console_unfollow(void);

#endif
