sh_libs =
