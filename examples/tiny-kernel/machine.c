#include "machine.h"

#include <string.h>

#define COM1       0x3f8
#define DEBUG_EXIT 0x501

void *memmove(void *to, const void *from, size_t len)
{
    uint8_t *d = to;
    const uint8_t *s = from;

    for (size_t i = 0; i < len; i++)
        d[d < s ? i : len - 1 - i] = s[d < s ? i : len - 1 - i];
    return to;
}

void *memcpy(void *to, const void *from, size_t len)
{
    void *d = to;
    __asm__ volatile("rep movsb" : "+D"(d), "+S"(from), "+c"(len) : : "memory");
    return to;
}

void *memset(void *to, int value, size_t len)
{
    void *d = to;
    __asm__ volatile("rep stosb" : "+D"(d), "+c"(len) : "a"(value) : "memory");
    return to;
}

int memcmp(const void *a, const void *b, size_t len)
{
    const uint8_t *x = a, *y = b;

    for (; len > 0; x++, y++, len--) {
        if (*x != *y)
            return *x - *y;
    }
    return 0;
}

static void outb(uint16_t port, uint8_t value)
{
    __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

void print(const char *text)
{
    for (; *text; text++) {
        uint8_t status;
        do {
            __asm__ volatile("inb %1, %0" : "=a"(status) : "Nd"((uint16_t)(COM1 + 5)));
        } while (!(status & 0x20));
        outb(COM1, (uint8_t)*text);
    }
}

_Noreturn void leave(uint8_t n)
{
    outb(DEBUG_EXIT, n);
    for (;;)
        __asm__ volatile("cli; hlt");
}
