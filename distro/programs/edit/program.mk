# Nothing but the programs' library.
edit_program_libs =
