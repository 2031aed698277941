/* Terminals as POSIX sees them, over nonos/tty.h. */
#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>

#include <nonos/file.h>
#include <nonos/tty.h>

static const struct {
    tcflag_t local;
    uint32_t mode;
} flags[] = {{ECHO, NONOS_TTY_ECHO}, {ICANON, NONOS_TTY_LINES}, {ISIG, NONOS_TTY_SIGNAL}};

int tcgetattr(int fd, struct termios *termios)
{
    uint32_t mode;
    if (nonos_tty_get_mode(fd, &mode) < 0)
        return -1;
    memset(termios, 0, sizeof(*termios));
    for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
        if (mode & flags[i].mode)
            termios->c_lflag |= flags[i].local;
    termios->c_cc[VMIN] = 1;
    termios->c_cc[VINTR] = 3;
    termios->c_cc[VEOF] = 4;
    return 0;
}

int tcsetattr(int fd, int when, const struct termios *termios)
{
    uint32_t mode = 0;
    (void)when;
    for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
        if (termios->c_lflag & flags[i].local)
            mode |= flags[i].mode;
    return nonos_tty_set_mode(fd, mode);
}

int ioctl(int fd, unsigned long request, ...)
{
    unsigned columns, rows;
    if (request != TIOCGWINSZ) {
        errno = EINVAL;
        return -1;
    }
    if (nonos_tty_size(fd, &columns, &rows) < 0)
        return -1;
    va_list ap;
    va_start(ap, request);
    struct winsize *size = va_arg(ap, struct winsize *);
    va_end(ap);
    *size = (struct winsize){(unsigned short)rows, (unsigned short)columns, 0, 0};
    return 0;
}
