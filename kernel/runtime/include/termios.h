/*
 * POSIX's view of a terminal. Of all its flags three mean something here: ICANON (whole lines), ECHO and ISIG (^C interrupts
 * instead of being read). The others exist so that programs can clear them; they read as clear.
 */
#ifndef NONOS_LIBC_TERMIOS_H
#define NONOS_LIBC_TERMIOS_H

typedef unsigned int tcflag_t;
typedef unsigned char cc_t;

#define NCCS  16
#define VMIN  0
#define VTIME 1
#define VINTR 2
#define VEOF  3

#define BRKINT 0x0001u
#define ICRNL  0x0002u
#define INPCK  0x0004u
#define ISTRIP 0x0008u
#define IXON   0x0010u
#define OPOST  0x0001u
#define ECHO   0x0001u
#define ICANON 0x0002u
#define ISIG   0x0004u
#define IEXTEN 0x0008u

#define TCSANOW   0
#define TCSADRAIN 1
#define TCSAFLUSH 2

struct termios {
    tcflag_t c_iflag;
    tcflag_t c_oflag;
    tcflag_t c_cflag;
    tcflag_t c_lflag;
    cc_t c_cc[NCCS];
};

int tcgetattr(int fd, struct termios *termios);
int tcsetattr(int fd, int when, const struct termios *termios);

#endif
