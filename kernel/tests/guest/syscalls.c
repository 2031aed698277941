#include <nonos/first_task.h>
#include <nonos/runtime.h>
#include <string.h>

static void say(const char *text)
{
    (void)nonos_console_write(NONOS_FIRST_SYSTEM, text, strlen(text));
}

int main(void)
{
    say("hello from ring 3\n");
    (void)nonos_power(NONOS_FIRST_SYSTEM, NONOS_POWER_OFF, 0);
    return 0;
}
