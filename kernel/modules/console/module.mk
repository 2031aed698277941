# Fonts: bitmaps from Debian's fonts-spleen, converted at build time.
console_libs = ring3/console-fonts.a
console_fonts = 8x16 12x24 16x32

ring3/font/font_%.c: /usr/share/consolefonts/spleen-%.psfu.gz $(top_srcdir)/kernel/tools/psf2c.py
	@mkdir -p $(@D)
	$(AM_V_GEN)$(PYTHON3) $(top_srcdir)/kernel/tools/psf2c.py font_$* $< > $@.new && mv $@.new $@
ring3/font/font_%.o: ring3/font/font_%.c
	$(AM_V_CC)$(CC) $(ring3_cppflags) -I$(srcdir)/kernel/modules/console $(ring3_cflags) -c -o $@ $<
ring3/console-fonts.a: $(console_fonts:%=ring3/font/font_%.o)
	@rm -f $@
	$(AM_V_AR)$(AR) crD $@ $^
.SECONDARY: $(console_fonts:%=ring3/font/font_%.c)
