#include "passphrase.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include <noncrypto/memory.h>

#include "command.h"
#include "files.h"

/* Reads one line, a byte at a time, so that what follows it stays for others to read. */
static int read_line(struct passphrase *p, int fd, const char *name)
{
    ssize_t n;

    p->len = 0;
    while ((n = file_read(fd, p->text + p->len, 1)) == 1 && p->text[p->len] != '\n') {
        if (++p->len > PASSPHRASE_MAX) {
            complain("%s: a passphrase has at most %d bytes", name, PASSPHRASE_MAX);
            return EXIT_CODE_IO;
        }
    }
    if (n < 0) {
        complain("%s: %s", name, strerror(errno));
        return EXIT_CODE_IO;
    }
    if (p->len > 0 && p->text[p->len - 1] == '\r')
        p->len--;
    if (p->len == 0) {
        complain("%s: the passphrase is empty", name);
        return EXIT_CODE_IO;
    }
    return EXIT_CODE_OK;
}

static int from_file(struct passphrase *p, const char *file)
{
    uint64_t number;

    if (strncmp(file, "fd:", 3) == 0) {
        if (parse_number(file + 3, &number) != 0 || number > 65535) {
            complain("'%s' is not the number of a descriptor", file);
            return EXIT_CODE_USAGE;
        }
        return read_line(p, (int)number, file);
    }
    int fd = file_open(file);
    if (fd < 0)
        return EXIT_CODE_IO;
    int code = read_line(p, fd, file);
    file_close(fd);
    return code;
}

/* The terminal as it was, for a signal that comes while it does not echo. */
static int terminal = -1;
static struct termios terminal_before;

#ifdef SA_RESTART
static void restore_echo(int signal)
{
    tcsetattr(terminal, TCSAFLUSH, &terminal_before);
    raise(signal); /* the handler was for one time */
}

static void catch_signals(struct sigaction old[2])
{
    struct sigaction action = {.sa_handler = restore_echo, .sa_flags = (int)SA_RESETHAND};

    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, &old[0]);
    sigaction(SIGTERM, &action, &old[1]);
}

static void release_signals(const struct sigaction old[2])
{
    sigaction(SIGINT, &old[0], NULL);
    sigaction(SIGTERM, &old[1], NULL);
}
#else
struct sigaction {
    int none;
};

static void catch_signals(struct sigaction old[2])
{
    (void)old; /* NONOS has no signal handlers */
}

static void release_signals(const struct sigaction old[2])
{
    (void)old;
}
#endif

static int ask_once(struct passphrase *p, const char *prompt)
{
    struct sigaction old[2];
    struct termios silent;

    if (tcgetattr(terminal, &terminal_before) != 0) {
        complain("/dev/tty: %s", strerror(errno));
        return EXIT_CODE_IO;
    }
    silent = terminal_before;
    silent.c_lflag &= (tcflag_t)~ECHO;
    catch_signals(old);
    tcsetattr(terminal, TCSAFLUSH, &silent);
    dprintf(terminal, "%s: ", prompt);
    int code = read_line(p, terminal, "terminal");
    tcsetattr(terminal, TCSAFLUSH, &terminal_before);
    release_signals(old);
    dprintf(terminal, "\n");
    return code;
}

static int ask(struct passphrase *p, const char *prompt, int confirm)
{
    struct passphrase again;

    terminal = open("/dev/tty", O_RDWR);
    if (terminal < 0) {
        complain("there is no terminal to ask for the passphrase; see --passphrase-file");
        return EXIT_CODE_IO;
    }
    int code = ask_once(p, prompt);
    if (code == EXIT_CODE_OK && confirm) {
        code = ask_once(&again, "once more");
        if (code == EXIT_CODE_OK &&
            (again.len != p->len || noncrypto_compare(again.text, p->text, p->len) != 0)) {
            complain("the two passphrases differ");
            code = EXIT_CODE_IO;
        }
        noncrypto_wipe(&again, sizeof again);
    }
    close(terminal);
    return code;
}

int passphrase_get(struct passphrase *passphrase, const char *file, const char *prompt, int confirm)
{
    int code = file ? from_file(passphrase, file) : ask(passphrase, prompt, confirm);

    if (code != EXIT_CODE_OK)
        noncrypto_wipe(passphrase, sizeof *passphrase);
    return code;
}
