#include "terminal.h"

#ifdef __nonos__

#include <nonos/file.h>
#include <nonos/tty.h>

size_t terminal_columns(int fd)
{
    unsigned int columns, rows;
    return nonos_tty_size(fd, &columns, &rows) == 0 && columns > 0 ? columns : 80;
}

size_t terminal_rows(int fd)
{
    unsigned int columns, rows;
    return nonos_tty_size(fd, &columns, &rows) == 0 && rows > 0 ? rows : 24;
}

static uint32_t saved;

int terminal_raw(int fd)
{
    if (nonos_tty_get_mode(fd, &saved) != 0)
        return -1;
    return nonos_tty_set_mode(fd, 0);
}

void terminal_restore(int fd)
{
    (void)nonos_tty_set_mode(fd, saved);
}

#else

#include <sys/ioctl.h>
#include <termios.h>

size_t terminal_columns(int fd)
{
    struct winsize size;
    if (ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return 80;
    return size.ws_col;
}

size_t terminal_rows(int fd)
{
    struct winsize size;
    if (ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_row == 0)
        return 24;
    return size.ws_row;
}

static struct termios saved;

int terminal_raw(int fd)
{
    struct termios raw;
    if (tcgetattr(fd, &saved) != 0)
        return -1;
    raw = saved;
    raw.c_iflag &= ~(tcflag_t)(ICRNL | IXON | ISTRIP | INPCK | BRKINT);
    raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ISIG | IEXTEN);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    return tcsetattr(fd, TCSADRAIN, &raw);
}

void terminal_restore(int fd)
{
    tcsetattr(fd, TCSADRAIN, &saved);
}

#endif
