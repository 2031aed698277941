/* Environment variables. The strings that the task started with lie in its start-up block; what is set later comes from malloc. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The array that setenv() made last; the first one is the start-up code's. */
static char **own;

static char **env_find(const char *name, size_t len)
{
    for (char **at = environ; at && *at; at++)
        if (strncmp(*at, name, len) == 0 && (*at)[len] == '=')
            return at;
    return NULL;
}

static int name_check(const char *name)
{
    if (name && *name && !strchr(name, '='))
        return 0;
    errno = EINVAL;
    return -1;
}

char *getenv(const char *name)
{
    size_t len = strlen(name);
    char **at = len ? env_find(name, len) : NULL;
    return at ? *at + len + 1 : NULL;
}

static int env_add(char *string)
{
    size_t n = 0;
    while (environ && environ[n])
        n++;
    char **grown = malloc((n + 2) * sizeof(*grown));
    if (!grown)
        return -1;
    if (n)
        memcpy(grown, environ, n * sizeof(*grown));
    grown[n] = string;
    grown[n + 1] = NULL;
    free(own);
    environ = own = grown;
    return 0;
}

int setenv(const char *name, const char *value, int overwrite)
{
    if (name_check(name) < 0)
        return -1;
    size_t name_len = strlen(name), value_len = strlen(value);
    char **at = env_find(name, name_len);
    if (at && !overwrite)
        return 0;
    /* The string that is replaced is not freed: somebody may hold what getenv() gave him. */
    char *string = malloc(name_len + value_len + 2);
    if (!string)
        return -1;
    memcpy(string, name, name_len);
    string[name_len] = '=';
    memcpy(string + name_len + 1, value, value_len + 1);
    if (at) {
        *at = string;
        return 0;
    }
    if (env_add(string) == 0)
        return 0;
    free(string);
    return -1;
}

int unsetenv(const char *name)
{
    if (name_check(name) < 0)
        return -1;
    char **at = env_find(name, strlen(name));
    for (; at && *at; at++)
        *at = at[1];
    return 0;
}
