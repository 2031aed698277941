/* Options, with GNU's permutation: what is no option moves behind the options as they are found. */
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

char *optarg;
int optind = 1, opterr = 1, optopt;

static int place;  /* in a group of short options: the next character of argv[optind] */
static int passed; /* arguments that are no options, right before argv[optind] */

/* Moves `n` arguments that end before `to` behind the one at `to`. */
static void permute(char **argv, int to, int n)
{
    char *moved = argv[to];
    for (int i = to; i > to - n; i--)
        argv[i] = argv[i - 1];
    argv[to - n] = moved;
}

static void consume(char **argv)
{
    permute(argv, optind, passed);
    optind++;
}

static int complain(char *const argv[], const char *options, const char *what, const char *name,
                    size_t len, int result)
{
    if (opterr && *options != ':')
        (void)fprintf(stderr, "%s: %s '%.*s'\n", argv[0], what, (int)len, name);
    return result;
}

static int missing(const char *options)
{
    return *options == ':' ? ':' : '?';
}

static int next_short(int argc, char **argv, const char *options)
{
    char c = argv[optind][place++];
    const char *option = c == ':' || c == ';' ? NULL : strchr(options, c);
    bool last = !argv[optind][place];
    optopt = c;
    if (!option) {
        if (last) {
            consume(argv);
            place = 0;
        }
        return complain(argv, options, "unknown option", &c, 1, '?');
    }
    if (option[1] != ':') {
        if (last) {
            consume(argv);
            place = 0;
        }
        return c;
    }
    optarg = last ? NULL : argv[optind] + place;
    place = 0;
    consume(argv);
    if (optarg || option[2] == ':')
        return c;
    if (optind >= argc)
        return complain(argv, options, "missing argument of option", &c, 1, missing(options));
    optarg = argv[optind];
    consume(argv);
    return c;
}

/* The option that `name` means: exact, or the only one that it is a prefix of. -1: none, -2: several. */
static int long_find(const struct option *longopts, const char *name, size_t len)
{
    int found = -1;
    for (int i = 0; longopts[i].name; i++) {
        if (strncmp(longopts[i].name, name, len) != 0)
            continue;
        if (!longopts[i].name[len])
            return i;
        found = found == -1 ? i : -2;
    }
    return found;
}

static int next_long(int argc, char **argv, const char *options, const struct option *longopts,
                     int *longindex)
{
    const char *name = argv[optind] + 2;
    size_t len = strcspn(name, "=");
    int index = long_find(longopts, name, len);
    consume(argv);
    optopt = 0;
    if (index < 0)
        return complain(argv, options, index == -1 ? "unknown option" : "ambiguous option", name,
                        len, '?');
    const struct option *option = &longopts[index];
    optopt = option->val;
    if (name[len] == '=')
        optarg = (char *)(unsigned long)(name + len + 1);
    if (optarg && option->has_arg == no_argument)
        return complain(argv, options, "no argument is allowed for option", name, len, '?');
    if (!optarg && option->has_arg == required_argument) {
        if (optind >= argc)
            return complain(argv, options, "missing argument of option", name, len,
                            missing(options));
        optarg = argv[optind];
        consume(argv);
    }
    if (longindex)
        *longindex = index;
    if (!option->flag)
        return option->val;
    *option->flag = option->val;
    return 0;
}

int getopt_long(int argc, char *const argv_in[], const char *options, const struct option *longopts,
                int *longindex)
{
    char **argv = (char **)(unsigned long)argv_in;
    optarg = NULL;
    if (optind == 0) {
        optind = 1;
        place = passed = 0;
    }
    bool stop = *options == '+';
    options += stop;
    if (place)
        return next_short(argc, argv, options);
    while (optind < argc && (argv[optind][0] != '-' || !argv[optind][1]) && !stop) {
        optind++;
        passed++;
    }
    bool end = optind >= argc || argv[optind][0] != '-' || !argv[optind][1];
    if (!end && strcmp(argv[optind], "--") == 0) {
        consume(argv);
        end = true;
    }
    if (end) {
        optind -= passed;
        passed = 0;
        return -1;
    }
    if (argv[optind][1] == '-' && longopts)
        return next_long(argc, argv, options, longopts, longindex);
    place = 1;
    return next_short(argc, argv, options);
}

int getopt(int argc, char *const argv[], const char *options)
{
    return getopt_long(argc, argv, options, NULL, NULL);
}
