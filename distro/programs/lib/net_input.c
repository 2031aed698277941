#ifdef __nonos__
#include "net_input.h"

#include <unistd.h>

#include <nonos/file.h>
#include <nonos/runtime.h>
#include <nonos/spawn.h>

#include "net.h"

int net_input_open(struct net_input *input)
{
    struct nonos_message m = nonos_message_make(NONOS_FILE_ATTACH);
    void *buffer;
    m.words[0] = NET_CHUNK;
    m.caps[0] = NONOS_SLOT_ACCOUNT;
    m.ncaps = 1;
    int r = nonos_call(nonos_fd_handle(STDIN_FILENO), &m);
    if (r >= 0 && m.ncaps < 2)
        r = NONOS_E_IO;
    if (r >= 0)
        r = nonos_memory_map(m.caps[1], NET_CHUNK, NONOS_PROT_READ | NONOS_PROT_WRITE, &buffer);
    if (r < 0)
        return r;
    input->file = m.caps[0];
    input->key = m.words[1];
    input->buffer = buffer;
    return NONOS_OK;
}

int net_input_read(const struct net_input *input, size_t *len)
{
    struct nonos_message m = nonos_message_make(NONOS_FILE_READ);
    m.words[1] = NET_CHUNK;
    m.words[2] = NONOS_FILE_CURRENT;
    m.words[7] = input->key;
    int r = nonos_call(input->file, &m);
    *len = r < 0 || m.words[0] > NET_CHUNK ? 0 : (size_t)m.words[0];
    return r;
}
#endif
