/* The verifying key as `nonzk convert` made it of vk.json. It belongs into the program: who can exchange it decides what is true. */
        .section .rodata
        .globl  verifying_key, verifying_key_end
        .balign 8
verifying_key:
        .incbin "key.bin"
verifying_key_end:
        .section .note.GNU-stack, "", @progbits
