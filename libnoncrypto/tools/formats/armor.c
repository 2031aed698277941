#include "armor.h"

#include <string.h>

#include <noncrypto/blake3.h>
#include <noncrypto/memory.h>

#define LINE_DIGITS 64 /* of base64 in each line but the last */

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char comment_word[] = "comment ";

/* Secret bodies pass here too, so the value is computed, not looked up. -1: no digit. */
static int digit_value(char c)
{
    int v = -1;

    v += (c >= 'A' && c <= 'Z') * (c - 'A' + 1);
    v += (c >= 'a' && c <= 'z') * (c - 'a' + 27);
    v += (c >= '0' && c <= '9') * (c - '0' + 53);
    v += (c == '+') * 63;
    v += (c == '/') * 64;
    return v;
}

static char digit(unsigned value)
{
    char c = 0;

    /* Every digit is read, so that which one it is shows in no address. */
    for (unsigned i = 0; i < 64; i++)
        c |= (char)(digits[i] & -(char)(i == value));
    return c;
}

/* UTF-8 without what a terminal could take for a command: C0 and C1 controls and DEL. */
static size_t utf8_len(const uint8_t *p)
{
    if (p[0] < 0x80)
        return p[0] >= 0x20 && p[0] != 0x7f ? 1 : 0;
    if (p[0] >= 0xc2 && p[0] <= 0xdf)
        return (p[1] & 0xc0) == 0x80 && !(p[0] == 0xc2 && p[1] < 0xa0) ? 2 : 0;
    if (p[0] >= 0xe0 && p[0] <= 0xef)
        return (p[1] & 0xc0) == 0x80 && (p[2] & 0xc0) == 0x80 && !(p[0] == 0xe0 && p[1] < 0xa0) &&
                       !(p[0] == 0xed && p[1] >= 0xa0)
                   ? 3
                   : 0;
    if (p[0] >= 0xf0 && p[0] <= 0xf4)
        return (p[1] & 0xc0) == 0x80 && (p[2] & 0xc0) == 0x80 && (p[3] & 0xc0) == 0x80 &&
                       !(p[0] == 0xf0 && p[1] < 0x90) && !(p[0] == 0xf4 && p[1] >= 0x90)
                   ? 4
                   : 0;
    return 0;
}

int armor_comment_allowed(const char *comment)
{
    size_t len = strlen(comment);

    if (len > ARMOR_COMMENT_MAX)
        return 0;
    for (const char *p = comment; *p;) {
        size_t n = utf8_len((const uint8_t *)p);
        if (n == 0)
            return 0;
        p += n;
    }
    return 1;
}

static void checksum(uint8_t out[ARMOR_CHECK_LEN], const struct armor *armor)
{
    struct noncrypto_blake3 ctx;

    noncrypto_blake3_init(&ctx);
    noncrypto_blake3_update(&ctx, armor->head, strlen(armor->head) + 1);
    noncrypto_blake3_update(&ctx, armor->comment, strlen(armor->comment) + 1);
    noncrypto_blake3_update(&ctx, armor->body, armor->len);
    noncrypto_blake3_final(&ctx, out, ARMOR_CHECK_LEN);
    noncrypto_wipe(&ctx, sizeof ctx);
}

/* What is not read yet. */
struct text {
    const char *p;
    size_t len;
};

/* Takes a line of at most `max` bytes and its newline into `line`; returns its length or -1. No line holds a zero byte. */
static int take_line(struct text *text, char *line, size_t max)
{
    const char *end = memchr(text->p, '\n', text->len < max + 1 ? text->len : max + 1);

    if (!end || memchr(text->p, '\0', (size_t)(end - text->p)))
        return -1;
    size_t n = (size_t)(end - text->p);
    memcpy(line, text->p, n);
    line[n] = '\0';
    text->p += n + 1;
    text->len -= n + 1;
    return (int)n;
}

/* Decodes one line of base64, padded as the last line may be; appends to the body. Returns 0 or -1. */
static int take_digits(struct armor *armor, const char *line, size_t n)
{
    size_t padding = n > 1 && line[n - 1] == '=' ? 1u + (line[n - 2] == '=') : 0;

    if (n % 4 != 0)
        return -1;
    for (size_t i = 0; i < n; i += 4) {
        uint32_t bits = 0;
        size_t used = i + 4 == n ? 4 - padding : 4;
        for (size_t j = 0; j < 4; j++) {
            int v = j < used ? digit_value(line[i + j]) : 0;
            if (v < 0)
                return -1;
            bits = bits << 6 | (uint32_t)v;
        }
        /* Bits that stand for nothing are zero, or there would be several forms. */
        if ((used == 3 && (bits & 0xff)) || (used == 2 && (bits & 0xffff)))
            return -1;
        if (armor->len + used - 1 > sizeof armor->body)
            return -1;
        for (size_t j = 0; j + 1 < used; j++)
            armor->body[armor->len++] = (uint8_t)(bits >> (16 - 8 * j));
    }
    return 0;
}

static const char *parse_body(struct armor *armor, struct text *text)
{
    char line[LINE_DIGITS + 1];
    int n, last = 0;

    for (;;) {
        n = take_line(text, line, LINE_DIGITS);
        if (n < 0)
            return "it is cut off, or a line is too long";
        if (strcmp(line, "end") == 0)
            break;
        if (last || n == 0 || take_digits(armor, line, (size_t)n) != 0)
            return "it has a line that is not base64 as it would be written";
        last = n < LINE_DIGITS || line[n - 1] == '=';
    }
    noncrypto_wipe(line, sizeof line);
    if (text->len > 0)
        return "something follows its end";
    return armor->len < ARMOR_CHECK_LEN ? "it is cut off" : NULL;
}

const char *armor_parse(struct armor *armor, const char *text, size_t len)
{
    struct text rest = {text, len};
    uint8_t expected[ARMOR_CHECK_LEN];
    char comment[sizeof comment_word - 1 + ARMOR_COMMENT_MAX + 1];

    memset(armor, 0, sizeof *armor);
    if (take_line(&rest, armor->head, ARMOR_HEAD_MAX) <= 0)
        return "it does not begin with a line that says what it is";
    if (rest.len >= sizeof comment_word - 1 &&
        memcmp(rest.p, comment_word, sizeof comment_word - 1) == 0) {
        if (take_line(&rest, comment, sizeof comment - 1) < 0)
            return "its comment is too long";
        strcpy(armor->comment, comment + sizeof comment_word - 1);
        if (armor->comment[0] == '\0' || !armor_comment_allowed(armor->comment))
            return "its comment is empty or not printable text";
    }
    const char *wrong = parse_body(armor, &rest);
    if (wrong)
        return wrong;
    armor->len -= ARMOR_CHECK_LEN;
    checksum(expected, armor);
    return noncrypto_compare(expected, armor->body + armor->len, ARMOR_CHECK_LEN) == 0
               ? NULL
               : "its checksum is wrong";
}

size_t armor_format(char text[ARMOR_TEXT_MAX], struct armor *armor)
{
    char *p = text;
    size_t total = armor->len + ARMOR_CHECK_LEN;

    checksum(armor->body + armor->len, armor);
    p = stpcpy(p, armor->head);
    *p++ = '\n';
    if (armor->comment[0]) {
        p = stpcpy(stpcpy(p, comment_word), armor->comment);
        *p++ = '\n';
    }
    for (size_t i = 0; i < total; i += 3) {
        size_t n = total - i < 3 ? total - i : 3;
        uint32_t bits = (uint32_t)armor->body[i] << 16;
        bits |= n > 1 ? (uint32_t)armor->body[i + 1] << 8 : 0;
        bits |= n > 2 ? armor->body[i + 2] : 0;
        for (size_t j = 0; j < 4; j++)
            *p++ = j <= n ? digit(bits >> (18 - 6 * j) & 63) : '=';
        if ((i / 3 + 1) % (LINE_DIGITS / 4) == 0 || i + 3 >= total)
            *p++ = '\n';
    }
    return (size_t)(stpcpy(p, "end\n") - text);
}
