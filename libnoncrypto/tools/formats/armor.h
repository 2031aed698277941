/*
 * The text around keys and signatures: a head line that says what it is, perhaps a comment line, base64 of the body and a
 * checksum, and a line "end" (docs/formats/keys.md). A text has one form: whatever is accepted is what would be written.
 */
#ifndef NONCRYPTO_TOOLS_FORMATS_ARMOR_H
#define NONCRYPTO_TOOLS_FORMATS_ARMOR_H

#include <stddef.h>
#include <stdint.h>

#define ARMOR_HEAD_MAX    63   /* bytes of the head line */
#define ARMOR_COMMENT_MAX 1000 /* bytes of a comment */
#define ARMOR_BODY_MAX    3600 /* bytes of a body */
#define ARMOR_CHECK_LEN   8    /* bytes of the checksum */
#define ARMOR_TEXT_MAX    8192 /* bytes of the longest text, and some */

struct armor {
    char head[ARMOR_HEAD_MAX + 1];
    char comment[ARMOR_COMMENT_MAX + 1]; /* empty: none */
    uint8_t body[ARMOR_BODY_MAX + ARMOR_CHECK_LEN];
    size_t len; /* bytes of the body */
};

/* Reads `len` bytes of text. Returns NULL, or in words what is wrong with it. */
const char *armor_parse(struct armor *armor, const char *text, size_t len);

/*
 * Writes the text and returns its length. Puts the checksum behind the body. The comment
 * must be one that armor_comment_allowed() accepts.
 */
size_t armor_format(char text[ARMOR_TEXT_MAX], struct armor *armor);

/* Whether this can be a comment: valid UTF-8 of at most ARMOR_COMMENT_MAX bytes without control characters. */
int armor_comment_allowed(const char *comment);

#endif
