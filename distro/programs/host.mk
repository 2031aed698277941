# Rules for the programs of the build machine, for GNU make: distro/programs/GROUP/NAME.c becomes distro/programs/host/NAME.

programs_host_object = $(patsubst $(srcdir)/%.c,distro/programs/host/obj/%.o,$(1))
programs_host_scenario = $(call programs_host_object,$(srcdir)/$(programs_scenario))
programs_host_net_scenario = $(foreach file,$(programs_net_scenario),$(call programs_host_object,$(srcdir)/$(file)))
programs_host_objects = $(call programs_host_object,$(ring3_small_program_sources)) $(programs_host_scenario) \
	$(programs_host_net_scenario)

# $(1) source: what only some programs are linked with
programs_host_more = $(if $(filter $(srcdir)/distro/programs/system/%,$(1)),$(programs_host_scenario) libnoncrypto.la) \
	$(if $(filter $(srcdir)/distro/programs/net/%,$(1)),$(programs_host_net_scenario)) \
	$(if $(filter %/b3sum.c,$(1)),libnoncrypto.la)

# $(1) NAME, $(2) object, $(3) more objects and libraries
define program_host
distro/programs/host/$(1): $(2) $(programs_host_ldadd) $(3)
	@$$(MKDIR_P) $$(@D)
	$$(AM_V_CCLD)$$(LINK) $$(program_cflags) $$(program_ldflags) $(2) $(filter %.o,$(3)) $(programs_host_ldadd) \
		$(filter %.la,$(3)) $$(LIBS)
endef

$(foreach file,$(ring3_small_program_sources),$(eval $(call program_host,$(basename $(notdir $(file))),\
$(call programs_host_object,$(file)),$(call programs_host_more,$(file)))))

$(programs_host_objects): distro/programs/host/obj/%.o: $(srcdir)/%.c
	@$(MKDIR_P) $(@D)
	$(AM_V_CC)$(CC) $(DEFS) $(DEFAULT_INCLUDES) $(programs_cppflags) $(CPPFLAGS) $(program_cflags) $(CFLAGS) -MMD -MP -c -o $@ $<

-include $(programs_host_objects:.o=.d)

clean-programs-host:
	rm -rf distro/programs/host/obj
.PHONY: clean-programs-host
