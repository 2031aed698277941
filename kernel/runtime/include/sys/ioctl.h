/* The one ioctl that programs use: the size of a terminal. */
#ifndef NONOS_LIBC_SYS_IOCTL_H
#define NONOS_LIBC_SYS_IOCTL_H

#define TIOCGWINSZ 0x5413

struct winsize {
    unsigned short ws_row;
    unsigned short ws_col;
    unsigned short ws_xpixel;
    unsigned short ws_ypixel;
};

/* `request` TIOCGWINSZ with a struct winsize *; everything else is EINVAL. */
int ioctl(int fd, unsigned long request, ...);

#endif
