#include "model.h"

#include <check_main.h>

void model_init(struct model *m, uint64_t seed, size_t file_max)
{
    memset(m, 0, sizeof(*m));
    m->random = seed;
    m->file_max = file_max;
    m->nodes[0] = (struct model_node){.used = 1, .mode = 0040755, .mtime = -1, .links = 1};
}

void model_free(struct model *m)
{
    for (uint32_t i = 0; i < MODEL_NODES; i++) {
        free(m->nodes[i].content);
        model_drop_attributes(&m->nodes[i]);
    }
}

static uint32_t pick(struct model *m, uint32_t n)
{
    return (uint32_t)(check_random(&m->random) % n);
}

static int is_directory(const struct model *m, uint32_t node)
{
    return (m->nodes[node].mode & 0170000) == 0040000;
}

static int is_file(const struct model *m, uint32_t node)
{
    return (m->nodes[node].mode & 0170000) == 0100000;
}

/* Any directory; the root more often than others. */
static uint32_t pick_directory(struct model *m)
{
    for (int i = 0; i < 20; i++) {
        uint32_t n = pick(m, MODEL_NODES);

        if (m->nodes[n].used && is_directory(m, n))
            return n;
    }
    return 0;
}

/* Any name in use, or -1. */
static int pick_name(struct model *m)
{
    for (int i = 0; i < 50; i++) {
        uint32_t n = pick(m, MODEL_NAMES);

        if (m->names[n].used)
            return (int)n;
    }
    return -1;
}

static int find_name(const struct model *m, uint32_t parent, const char *name)
{
    for (uint32_t i = 0; i < MODEL_NAMES; i++) {
        if (m->names[i].used && m->names[i].parent == parent && strcmp(m->names[i].name, name) == 0)
            return (int)i;
    }
    return -1;
}

static int free_name(const struct model *m)
{
    for (uint32_t i = 0; i < MODEL_NAMES; i++) {
        if (!m->names[i].used)
            return (int)i;
    }
    return -1;
}

static int free_node(const struct model *m)
{
    for (uint32_t i = 1; i < MODEL_NODES; i++) {
        if (!m->nodes[i].used)
            return (int)i;
    }
    return -1;
}

static int has_names(const struct model *m, uint32_t directory)
{
    for (uint32_t i = 0; i < MODEL_NAMES; i++) {
        if (m->names[i].used && m->names[i].parent == directory)
            return 1;
    }
    return 0;
}

static int name_of(const struct model *m, uint32_t node)
{
    for (uint32_t i = 0; i < MODEL_NAMES; i++) {
        if (m->names[i].used && m->names[i].node == node)
            return (int)i;
    }
    return -1;
}

/* Opens a node of the model by its path. */
static struct nonfs_ext4_node open_node(const struct model *m, struct nonfs_ext4 *fs, uint32_t node)
{
    struct nonfs_ext4_node at;
    uint32_t way[MODEL_NODES];
    uint32_t n = 0;

    if (m->nodes[node].held)
        return m->nodes[node].node;
    ck_assert_int_eq(nonfs_ext4_open(fs, NONFS_EXT4_ROOT_INODE, &at), 0);
    for (uint32_t i = node; i != 0; n++) {
        int name = name_of(m, i);

        ck_assert_int_ge(name, 0);
        ck_assert_uint_lt(n, MODEL_NODES);
        way[n] = (uint32_t)name;
        i = m->names[name].parent;
    }
    while (n-- > 0) {
        struct nonfs_ext4_entry entry;
        const char *name = m->names[way[n]].name;
        int result = nonfs_ext4_find(&at, name, strlen(name), &entry);

        ck_assert_msg(result == 0, "%s: %s", name, nonfs_strerror(result));
        ck_assert_int_eq(nonfs_ext4_open(fs, entry.inode, &at), 0);
    }
    return at;
}

static void random_name(struct model *m, char name[256])
{
    uint32_t len = pick(m, 10) == 0 ? pick(m, 255) + 1 : pick(m, 12) + 1;

    for (uint32_t i = 0; i < len; i++)
        name[i] = (char)('a' + pick(m, 26));
    name[len] = '\0';
}

static void step_create(struct model *m, struct nonfs_ext4 *fs)
{
    static const uint16_t modes[] = {0100644, 0100600, 0100755, 0040755, 0040700, 0120777, 0010644};
    struct nonfs_ext4_new what = {.mode = modes[pick(m, 7)], .uid = pick(m, 100000), .gid = 7};
    uint32_t parent = pick_directory(m);
    int at = free_name(m);
    int node = free_node(m);
    struct nonfs_ext4_node directory;
    char name[256];
    char target[900];
    int exists;
    int result;

    if (at < 0 || node < 0)
        return;
    random_name(m, name);
    exists = find_name(m, parent, name) >= 0;
    if ((what.mode & 0170000) == 0120000) {
        what.target_len = pick(m, 3) == 0 ? pick(m, 900) + 1 : pick(m, 80) + 1;
        for (size_t i = 0; i < what.target_len; i++)
            target[i] = (char)('A' + i % 26);
        what.target = target;
    }
    directory = open_node(m, fs, parent);
    result = nonfs_ext4_create(&directory, name, strlen(name), &what, NULL);
    if (exists)
        ck_assert_int_eq(result, NONFS_E_EXISTS);
    if (exists || result == NONFS_E_FULL)
        return;
    ck_assert_msg(result == 0, "create %s: %s", name, nonfs_strerror(result));
    m->nodes[node] =
        (struct model_node){.used = 1, .mode = what.mode, .uid = what.uid, .mtime = -1, .links = 1};
    if (what.target_len > 0) {
        m->nodes[node].content = malloc(what.target_len);
        m->nodes[node].size = what.target_len;
        memcpy(m->nodes[node].content, target, what.target_len);
    }
    m->names[at] = (struct model_name){.used = 1, .parent = parent, .node = (uint32_t)node};
    strcpy(m->names[at].name, name);
}

static void drop_node(struct model_node *node)
{
    if (node->links > 0 || node->held)
        return;
    free(node->content);
    model_drop_attributes(node);
    memset(node, 0, sizeof(*node));
}

static void drop_name(struct model *m, int name)
{
    struct model_node *node = &m->nodes[m->names[name].node];

    m->names[name].used = 0;
    node->links--;
    drop_node(node);
}

static void release(struct model_node *node)
{
    ck_assert_int_eq(nonfs_ext4_release(&node->node), 0);
    node->held = 0;
    drop_node(node);
}

void model_release(struct model *m)
{
    for (uint32_t i = 0; i < MODEL_NODES; i++) {
        if (m->nodes[i].held)
            release(&m->nodes[i]);
    }
}

static void step_remove(struct model *m, struct nonfs_ext4 *fs)
{
    int name = pick_name(m);
    struct nonfs_ext4_node directory;
    const char *text;
    uint32_t node;
    int result;

    if (name < 0)
        return;
    text = m->names[name].name;
    node = m->names[name].node;
    directory = open_node(m, fs, m->names[name].parent);
    if (is_directory(m, node)) {
        ck_assert_int_eq(nonfs_ext4_unlink(&directory, text, strlen(text)), NONFS_E_IS_DIRECTORY);
        result = nonfs_ext4_rmdir(&directory, text, strlen(text));
        if (has_names(m, node)) {
            ck_assert_int_eq(result, NONFS_E_NOT_EMPTY);
            return;
        }
    } else {
        ck_assert_int_eq(nonfs_ext4_rmdir(&directory, text, strlen(text)), NONFS_E_NOT_DIRECTORY);
        result = nonfs_ext4_unlink(&directory, text, strlen(text));
    }
    ck_assert_msg(result == 0, "remove %s: %s", text, nonfs_strerror(result));
    drop_name(m, name);
}

static void step_link(struct model *m, struct nonfs_ext4 *fs)
{
    int name = pick_name(m);
    int at = free_name(m);
    uint32_t parent = pick_directory(m);
    struct nonfs_ext4_node directory;
    struct nonfs_ext4_node node;
    char text[256];
    int result;

    if (name < 0 || at < 0)
        return;
    random_name(m, text);
    directory = open_node(m, fs, parent);
    node = open_node(m, fs, m->names[name].node);
    result = nonfs_ext4_link(&directory, text, strlen(text), &node);
    if (is_directory(m, m->names[name].node))
        ck_assert_int_eq(result, NONFS_E_IS_DIRECTORY);
    else if (find_name(m, parent, text) >= 0)
        ck_assert_int_eq(result, NONFS_E_EXISTS);
    else if (result != NONFS_E_FULL)
        ck_assert_int_eq(result, 0);
    if (result != 0)
        return;
    m->names[at] = (struct model_name){.used = 1, .parent = parent, .node = m->names[name].node};
    strcpy(m->names[at].name, text);
    m->nodes[m->names[name].node].links++;
}

static int is_below(const struct model *m, uint32_t node, uint32_t above)
{
    while (node != above && node != 0)
        node = m->names[name_of(m, node)].parent;
    return node == above;
}

/* What renaming should give, by the rules. */
static int rename_result(const struct model *m, uint32_t node, int over, uint32_t to)
{
    if (over >= 0 && m->names[over].node == node)
        return 0;
    if (over >= 0 && is_directory(m, node) && !is_directory(m, m->names[over].node))
        return NONFS_E_NOT_DIRECTORY;
    if (over >= 0 && !is_directory(m, node) && is_directory(m, m->names[over].node))
        return NONFS_E_IS_DIRECTORY;
    if (is_directory(m, node) && is_below(m, to, node))
        return NONFS_E_INVALID;
    if (over >= 0 && is_directory(m, m->names[over].node) && has_names(m, m->names[over].node))
        return NONFS_E_NOT_EMPTY;
    return 0;
}

static void step_rename(struct model *m, struct nonfs_ext4 *fs)
{
    int name = pick_name(m);
    int other = pick(m, 3) == 0 ? pick_name(m) : -1;
    uint32_t to = other >= 0 ? m->names[other].parent : pick_directory(m);
    struct nonfs_ext4_node from_directory;
    struct nonfs_ext4_node to_directory;
    char text[256];
    int expected;
    int result;
    int over;

    if (name < 0)
        return;
    random_name(m, text);
    if (other >= 0)
        strcpy(text, m->names[other].name);
    over = find_name(m, to, text);
    expected = rename_result(m, m->names[name].node, over, to);
    from_directory = open_node(m, fs, m->names[name].parent);
    to_directory = open_node(m, fs, to);
    result = nonfs_ext4_rename(&from_directory, m->names[name].name, strlen(m->names[name].name),
                               &to_directory, text, strlen(text));
    if (result == NONFS_E_FULL)
        return;
    ck_assert_msg(result == expected, "rename %s to %s: %s", m->names[name].name, text,
                  nonfs_strerror(result));
    if (result != 0 || (over >= 0 && m->names[over].node == m->names[name].node))
        return;
    if (over >= 0)
        drop_name(m, over);
    m->names[name].parent = to;
    strcpy(m->names[name].name, text);
}

/* Whether what has this name would come into itself if it moved to that directory. */
static int comes_into_itself(const struct model *m, int name, uint32_t to)
{
    return is_directory(m, m->names[name].node) && is_below(m, to, m->names[name].node);
}

static void step_exchange(struct model *m, struct nonfs_ext4 *fs)
{
    int name = pick_name(m);
    int other = pick_name(m);
    struct nonfs_ext4_node from;
    struct nonfs_ext4_node to;
    uint32_t node;
    int expected = 0;
    int result;

    if (name < 0 || other < 0)
        return;
    if (m->names[name].node != m->names[other].node &&
        (comes_into_itself(m, name, m->names[other].parent) ||
         comes_into_itself(m, other, m->names[name].parent)))
        expected = NONFS_E_INVALID;
    from = open_node(m, fs, m->names[name].parent);
    to = open_node(m, fs, m->names[other].parent);
    result = nonfs_ext4_exchange(&from, m->names[name].name, strlen(m->names[name].name), &to,
                                 m->names[other].name, strlen(m->names[other].name));
    ck_assert_msg(result == expected, "exchange %s and %s: %s", m->names[name].name,
                  m->names[other].name, nonfs_strerror(result));
    if (result != 0)
        return;
    node = m->names[name].node;
    m->names[name].node = m->names[other].node;
    m->names[other].node = node;
}

static void model_resize(struct model_node *node, size_t size)
{
    uint8_t *content = calloc(1, size + 1);

    if (node->size > 0)
        memcpy(content, node->content, node->size < size ? node->size : size);
    free(node->content);
    node->content = content;
    node->size = size;
}

static int pick_file(struct model *m)
{
    for (int i = 0; i < 60; i++) {
        uint32_t n = pick(m, MODEL_NODES);

        if (m->nodes[n].used && is_file(m, n))
            return (int)n;
    }
    return -1;
}

static void write_some(struct model *m, struct nonfs_ext4_node *node, struct model_node *file)
{
    size_t offset = pick(m, 3) == 0 ? file->size : pick(m, (uint32_t)m->file_max);
    size_t len = pick(m, 4) == 0 ? pick(m, 60000) : pick(m, 3000) + 1;
    uint8_t *bytes = malloc(len + 1);
    size_t done;
    int result;

    if (pick(m, 4) == 0)
        offset &= ~(size_t)4095;
    for (size_t i = 0; i < len; i++)
        bytes[i] = (uint8_t)(check_random(&m->random) >> 32);
    result = nonfs_ext4_write(node, offset, bytes, len, &done);
    if (result != NONFS_E_FULL)
        ck_assert_int_eq(result, 0);
    ck_assert(result != 0 || done == len);
    if (done > 0 && offset + done > file->size)
        model_resize(file, offset + done);
    if (done > 0)
        memcpy(file->content + offset, bytes, done);
    free(bytes);
}

static void step_content(struct model *m, struct nonfs_ext4 *fs)
{
    int n = pick_file(m);
    struct nonfs_ext4_node node;
    struct model_node *file;
    size_t offset;
    size_t len;
    int result = 0;

    if (n < 0)
        return;
    file = &m->nodes[n];
    file->mtime = -1;
    node = open_node(m, fs, (uint32_t)n);
    offset = pick(m, (uint32_t)m->file_max);
    len = pick(m, 50000) + 1;
    switch (pick(m, 8)) {
    case 0:
        result = nonfs_ext4_truncate(&node, offset);
        if (result == 0)
            model_resize(file, offset);
        break;
    case 1:
        result = nonfs_ext4_punch(&node, offset, len);
        if (result == 0 && offset < file->size)
            memset(file->content + offset, 0,
                   len < file->size - offset ? len : file->size - offset);
        break;
    case 2:
        result = nonfs_ext4_allocate(&node, offset, len, 0);
        if (result == 0 && offset + len > file->size)
            model_resize(file, offset + len);
        break;
    case 3:
        result = nonfs_ext4_allocate(&node, offset, len, 1);
        break;
    default:
        write_some(m, &node, file);
        break;
    }
    ck_assert_msg(result == 0 || result == NONFS_E_FULL, "content: %s: %s", nonfs_strerror(result),
                  nonfs_ext4_diagnostic(fs)->reason);
}

/* Permissions, owner or times. */
static void step_attributes(struct model *m, struct nonfs_ext4 *fs)
{
    int name = pick_name(m);
    struct nonfs_ext4_attributes a = {
        .which = pick(m, 32),
        .mode = (uint16_t)pick(m, 010000),
        .uid = pick(m, 200000),
        .mtime = {.seconds = pick(m, UINT32_MAX), .nanoseconds = pick(m, 1000000000)}};
    struct nonfs_ext4_node node;
    struct model_node *expected;

    if (name < 0)
        return;
    expected = &m->nodes[m->names[name].node];
    node = open_node(m, fs, m->names[name].node);
    ck_assert_int_eq(nonfs_ext4_set_attributes(&node, &a), 0);
    if (a.which & NONFS_EXT4_SET_MODE)
        expected->mode = (uint16_t)((expected->mode & 0170000) | a.mode);
    if (a.which & NONFS_EXT4_SET_UID)
        expected->uid = a.uid;
    /* Inodes of 128 bytes have no more than 31 bits for it. */
    if (a.which & NONFS_EXT4_SET_MTIME)
        expected->mtime = a.mtime.seconds < INT32_MAX ? a.mtime.seconds : -1;
}

/* Holds a file, or releases one that is held. */
static void step_hold(struct model *m, struct nonfs_ext4 *fs)
{
    int n = pick_file(m);

    if (n < 0)
        return;
    if (m->nodes[n].held) {
        release(&m->nodes[n]);
        return;
    }
    m->nodes[n].node = open_node(m, fs, (uint32_t)n);
    ck_assert_int_eq(nonfs_ext4_hold(&m->nodes[n].node), 0);
    m->nodes[n].held = 1;
}

static void step_xattr(struct model *m, struct nonfs_ext4 *fs)
{
    int name = pick_name(m);
    uint32_t n = name < 0 ? 0 : m->names[name].node;
    struct nonfs_ext4_node node = open_node(m, fs, n);

    model_step_xattr(m, &node, &m->nodes[n]);
}

void model_step(struct model *m, struct nonfs_ext4 *fs)
{
    switch (pick(m, 15)) {
    case 0:
    case 1:
    case 2:
    case 3:
        step_create(m, fs);
        break;
    case 4:
    case 5:
        step_remove(m, fs);
        break;
    case 6:
        step_link(m, fs);
        break;
    case 7:
        if (pick(m, 3) == 0)
            step_exchange(m, fs);
        else
            step_rename(m, fs);
        break;
    case 8:
        step_xattr(m, fs);
        break;
    case 9:
        step_hold(m, fs);
        break;
    case 10:
        step_attributes(m, fs);
        break;
    default:
        step_content(m, fs);
        break;
    }
}

static void compare_node_content(struct nonfs_ext4_node *node, const struct model_node *expected)
{
    uint8_t *bytes = malloc(expected->size + 2);
    struct nonfs_ext4_stat st;
    size_t done;

    nonfs_ext4_stat(node, &st);
    ck_assert_uint_eq(st.mode, expected->mode);
    ck_assert_uint_eq(st.uid, expected->uid);
    if (expected->mtime >= 0)
        ck_assert_int_eq(st.mtime.seconds, expected->mtime);
    if ((expected->mode & 0170000) == 0120000) {
        ck_assert_int_eq(nonfs_ext4_readlink(node, (char *)bytes, expected->size + 2, &done), 0);
        ck_assert_uint_eq(done, expected->size);
        ck_assert_mem_eq(bytes, expected->content, expected->size);
    } else if ((expected->mode & 0170000) == 0100000) {
        ck_assert_uint_eq(st.size, expected->size);
        ck_assert_uint_eq(st.links, expected->links);
        ck_assert_int_eq(nonfs_ext4_read(node, 0, bytes, expected->size + 1, &done), 0);
        ck_assert_uint_eq(done, expected->size);
        for (size_t i = 0; i < expected->size; i++) {
            if (bytes[i] != expected->content[i])
                ck_abort_msg("inode %u differs at %zu of %zu", st.inode, i, expected->size);
        }
    }
    free(bytes);
}

void model_compare(struct model *m, struct nonfs_ext4 *fs)
{
    for (uint32_t n = 0; n < MODEL_NODES; n++) {
        struct nonfs_ext4_entry entry;
        struct nonfs_ext4_node node;
        uint64_t cursor = 0;
        uint32_t count = 0;

        if (!m->nodes[n].used)
            continue;
        node = open_node(m, fs, n);
        model_compare_xattrs(&node, &m->nodes[n]);
        if (!is_directory(m, n)) {
            compare_node_content(&node, &m->nodes[n]);
            continue;
        }
        while (nonfs_ext4_readdir(&node, &cursor, &entry) == 0) {
            if (strcmp(entry.name, ".") == 0 || strcmp(entry.name, "..") == 0 ||
                (n == 0 && strcmp(entry.name, "lost+found") == 0))
                continue;
            ck_assert_msg(find_name(m, n, entry.name) >= 0, "%s should not be there", entry.name);
            count++;
        }
        for (uint32_t i = 0; i < MODEL_NAMES; i++)
            count -= m->names[i].used && m->names[i].parent == n;
        ck_assert_uint_eq(count, 0);
    }
}
