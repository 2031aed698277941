sh_program_libs =
