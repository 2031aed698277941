/*
 * The line editor: one line of UTF-8 on a terminal that knows ANSI control sequences; a line that is longer than the screen is wide scrolls
 * sideways.
 *
 *     arrows, Home, End, ^A ^E ^B ^F   move      Backspace, Delete, ^D   delete a character
 *     ^K ^U ^W                         delete to the end, to the start, a word
 *     up, down, ^P ^N                  history   ^R                      search in it
 *     Tab                              complete; twice: show what is possible
 *     ^L                               clear the screen   ^C   give the line up   ^D   on an empty line: the end
 */
#ifndef PROGRAMS_SH_EDIT_H
#define PROGRAMS_SH_EDIT_H

#include "arena.h"

enum edit_result { EDIT_LINE, EDIT_CANCELLED, EDIT_END };

/* Reads a line into `out` (without a new line). Standard input must be a terminal. */
enum edit_result edit_line(const char *prompt, struct text *out);

#endif
