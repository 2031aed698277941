/*
 * Results of libnonfs: 0 is success, every failure is one of these negative values.
 */
#ifndef NONFS_RESULT_H
#define NONFS_RESULT_H

#ifdef __cplusplus
extern "C" {
#endif

/* Marks a function whose result must be looked at. */
#define NONFS_MUST_CHECK __attribute__((warn_unused_result))
/* Marks what the shared library exports. */
#define NONFS_API        __attribute__((visibility("default")))

enum nonfs_result {
    NONFS_OK = 0,
    NONFS_E_INVALID = -1,         /* an argument is not valid */
    NONFS_E_IO = -2,              /* the device reported an error */
    NONFS_E_CORRUPT = -3,         /* the structure on disk is damaged */
    NONFS_E_CHECKSUM = -4,        /* a checksum on disk does not match */
    NONFS_E_UNSUPPORTED = -5,     /* the image uses a feature that is not supported */
    NONFS_E_NOT_FOUND = -6,       /* no such file or directory */
    NONFS_E_NOT_DIRECTORY = -7,   /* not a directory */
    NONFS_E_IS_DIRECTORY = -8,    /* is a directory */
    NONFS_E_NO_SPACE = -9,        /* the buffer is too small */
    NONFS_E_NO_MEMORY = -10,      /* the arena is too small */
    NONFS_E_NAME_TOO_LONG = -11,  /* the name is too long */
    NONFS_E_LOOP = -12,           /* too many levels of symbolic links */
    NONFS_E_READ_ONLY = -13,      /* the file system is read-only */
    NONFS_E_RANGE = -14,          /* the offset is out of range */
    NONFS_E_GONE = -15,           /* the device is gone */
    NONFS_E_NEEDS_RECOVERY = -16, /* the journal must be replayed first */
    NONFS_E_NO_SIGNATURE = -17,   /* the device does not hold a volume of this kind */
    NONFS_E_FULL = -18,      /* no free block or inode is left, or the file is at its largest */
    NONFS_E_EXISTS = -19,    /* the name exists */
    NONFS_E_NOT_EMPTY = -20, /* the directory is not empty */
    NONFS_E_TOO_MANY_LINKS = -21, /* the inode has as many links as it can have */
    NONFS_E_ABORTED = -22, /* an earlier error ended writing until the volume is mounted again */
    NONFS_E_DENIED = -23,  /* the handle does not allow this */
    NONFS_E_BUSY = -24,    /* it is in use */
    NONFS_E_CROSS_DEVICE = -25, /* the two names are on different file systems */
};

/*
 * Text for a result, in English, without a full stop; never NULL, also for values that are not in the enumeration.
 * The string is constant and lives for ever.
 */
NONFS_API const char *nonfs_strerror(int result);

#ifdef __cplusplus
}
#endif

#endif
