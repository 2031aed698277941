#include "check/check.h"
#include "text.h"

/* %i inode, %b block, %g group, %f found, %e expected, %n name, %d the diagnostic. */
static const char *problem_text(enum nonfs_problem_kind kind)
{
    switch (kind) {
    case NONFS_PROBLEM_STRUCTURE:
        return "%d";
    case NONFS_PROBLEM_SUPER_INODES:
        return "superblock: it says %f inodes, and the groups have %e";
    case NONFS_PROBLEM_SUPER_INODE_FIELDS:
        return "superblock: it wants %f bytes of fields in inodes that cannot have them";
    case NONFS_PROBLEM_SUPER_FREE_BLOCKS:
        return "superblock: it says %f free blocks, and there are %e";
    case NONFS_PROBLEM_SUPER_FREE_INODES:
        return "superblock: it says %f free inodes, and there are %e";
    case NONFS_PROBLEM_JOURNAL_DATA:
        return "journal: it holds changes, and the superblock says that it does not";
    case NONFS_PROBLEM_ORPHAN:
        return "inode %i: it waits to be deleted or shortened";
    case NONFS_PROBLEM_ORPHAN_FILE_DATA:
        return "orphan file: inode %i is in it, and the superblock says that none is";
    case NONFS_PROBLEM_ORPHAN_FILE_EMPTY:
        return "orphan file: it is empty, and the superblock says that it is not";
    case NONFS_PROBLEM_GROUP_OUTSIDE:
        return "group %g: its bitmap in block %b is outside of where it may be";
    case NONFS_PROBLEM_GROUP_OVERLAP:
        return "group %g: block %b of its tables is used by something else, too";
    case NONFS_PROBLEM_GROUP_UNMARKED_BLOCKS:
        return "group %g: %f blocks from %b on are in use and not marked";
    case NONFS_PROBLEM_GROUP_UNUSED_BLOCKS:
        return "group %g: %f blocks from %b on are marked and not in use";
    case NONFS_PROBLEM_GROUP_UNMARKED_INODES:
        return "group %g: %f inodes from %i on are in use and not marked";
    case NONFS_PROBLEM_GROUP_UNUSED_INODES:
        return "group %g: %f inodes from %i on are marked and not in use";
    case NONFS_PROBLEM_GROUP_PADDING:
        return "group %g: the end of the bitmap in block %b is not filled";
    case NONFS_PROBLEM_GROUP_BITMAP_SUM:
        return "group %g: the checksum of the bitmap in block %b does not match";
    case NONFS_PROBLEM_GROUP_FREE_BLOCKS:
        return "group %g: it says %f free blocks, and there are %e";
    case NONFS_PROBLEM_GROUP_FREE_INODES:
        return "group %g: it says %f free inodes, and there are %e";
    case NONFS_PROBLEM_GROUP_DIRECTORIES:
        return "group %g: it says %f directories, and there are %e";
    case NONFS_PROBLEM_INODE_TYPE:
        return "inode %i: its type is not known";
    case NONFS_PROBLEM_INODE_RESERVED:
        return "inode %i: it is reserved, and has a type";
    case NONFS_PROBLEM_INODE_DELETION_TIME:
        return "inode %i: it is in use, and has a time of deletion";
    case NONFS_PROBLEM_INODE_NO_DELETION_TIME:
        return "inode %i: it is deleted, and has no time of deletion";
    case NONFS_PROBLEM_INODE_SIZE:
        return "inode %i: its size of %f does not fit its blocks, which reach to %e";
    case NONFS_PROBLEM_INODE_BLOCKS:
        return "inode %i: it says that it takes %f bytes, and takes %e";
    case NONFS_PROBLEM_INODE_LINKS:
        return "inode %i: it says %f links, and has %e";
    case NONFS_PROBLEM_INODE_LOST:
        return "inode %i: it is in use, and no directory names it";
    case NONFS_PROBLEM_BLOCK_OUTSIDE:
        return "inode %i: block %b is outside of the volume";
    case NONFS_PROBLEM_BLOCK_TWICE:
        return "inode %i: block %b is used by something else, too";
    case NONFS_PROBLEM_XATTR_HASH:
        return "inode %i: the hash of an attribute is %f, and should be %e";
    case NONFS_PROBLEM_XATTR_USERS:
        return "attributes block %b: it says %f users, and has %e";
    case NONFS_PROBLEM_ROOT:
        return "inode 2: it is not a directory, and so there is no root";
    case NONFS_PROBLEM_RESIZE:
        return "inode 7: block %b does not list the blocks for more descriptors";
    case NONFS_PROBLEM_DIRECTORY_HOLE:
        return "directory %i: its block %b is missing";
    case NONFS_PROBLEM_DIRECTORY_DOT:
        return "directory %i: it does not start with '.' and '..'";
    case NONFS_PROBLEM_DIRECTORY_PARENT:
        return "directory %i: its '..' is inode %f, and inode %e names it";
    case NONFS_PROBLEM_DIRECTORY_LOST:
        return "directory %i: it cannot be reached from the root";
    case NONFS_PROBLEM_ENTRY_NAME:
        return "directory %i: an entry for inode %f has a name that is not allowed";
    case NONFS_PROBLEM_ENTRY_INODE:
        return "directory %i: '%n' names inode %f, which does not exist or is reserved";
    case NONFS_PROBLEM_ENTRY_UNUSED:
        return "directory %i: '%n' names inode %f, which is not in use";
    case NONFS_PROBLEM_ENTRY_TYPE:
        return "directory %i: '%n' has type %f, and its inode %e";
    case NONFS_PROBLEM_ENTRY_TWICE:
        return "directory %i: '%n' is there twice";
    case NONFS_PROBLEM_ENTRY_DIRECTORY:
        return "directory %i: '%n' is another name of directory %f";
    case NONFS_PROBLEM_INDEX_ORDER:
        return "directory %i: names in block %b do not belong there by their hashes";
    case NONFS_PROBLEM_INDEX_BLOCKS:
        return "directory %i: its index leads to %f blocks of %e";
    case NONFS_PROBLEM_TOO_MANY:
        return "there are more problems than are shown";
    }
    return "unknown problem";
}

static void text_add_part(struct text *t, char what, const struct nonfs_problem *p)
{
    char diagnostic[NONFS_DIAGNOSTIC_TEXT_SIZE];

    switch (what) {
    case 'i':
        text_add_number(t, p->inode);
        break;
    case 'b':
        text_add_number(t, p->block);
        break;
    case 'g':
        text_add_number(t, p->group);
        break;
    case 'f':
        text_add_number(t, p->found);
        break;
    case 'e':
        text_add_number(t, p->expected);
        break;
    case 'n':
        text_add(t, p->name != NULL ? p->name : "");
        break;
    default:
        if (p->diagnostic == NULL)
            break;
        nonfs_diagnostic_format(p->diagnostic, diagnostic, sizeof(diagnostic));
        text_add(t, diagnostic);
        break;
    }
}

size_t nonfs_check_format(const struct nonfs_problem *problem, char *text, size_t size)
{
    struct text t = {text, 0, size};

    if (size == 0)
        return 0;
    for (const char *at = problem_text(problem->kind); *at != '\0'; at++) {
        char one[2] = {*at, '\0'};

        if (*at == '%')
            text_add_part(&t, *++at, problem);
        else
            text_add(&t, one);
    }
    t.at[t.len] = '\0';
    return t.len;
}

int nonfs_check_report(struct checker *c, const struct nonfs_problem *problem)
{
    if (c->stopped)
        return CHECK_STOP;
    if (c->quiet)
        return 0;
    c->result->problems++;
    c->config->report(c->config->context, problem);
    if (c->config->problems_max == 0 || c->result->problems < c->config->problems_max)
        return 0;
    c->stopped = 1;
    c->config->report(c->config->context, &(struct nonfs_problem){.kind = NONFS_PROBLEM_TOO_MANY});
    return CHECK_STOP;
}

int nonfs_check_report_once(struct checker *c, const struct nonfs_problem *problem)
{
    return c->first ? nonfs_check_report(c, problem) : 0;
}

int nonfs_check_damage(struct checker *c, int result)
{
    if (result != NONFS_E_CORRUPT && result != NONFS_E_CHECKSUM && result != NONFS_E_UNSUPPORTED)
        return result;
    return nonfs_check_report_once(c,
                                   &(struct nonfs_problem){.kind = NONFS_PROBLEM_STRUCTURE,
                                                           .inode = c->volume->diagnostic.inode,
                                                           .block = c->volume->diagnostic.block,
                                                           .group = c->volume->diagnostic.group,
                                                           .diagnostic = &c->volume->diagnostic});
}
