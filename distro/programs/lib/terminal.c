#include "terminal.h"

#include <sys/ioctl.h>
#include <termios.h>

size_t terminal_columns(int fd)
{
    struct winsize size;
    if (ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return 80;
    return size.ws_col;
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
