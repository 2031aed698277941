# Rules for ring-3 images, for GNU make; kernel/modules.mk says how images are declared.

-include $(wildcard $(srcdir)/kernel/modules/*/module.mk $(srcdir)/distro/programs/*/program.mk)

ring3_generated = kernel/generated/nonos/syscall.h kernel/generated/nonos/syscall_numbers.h
ring3_program_lib = $(patsubst $(srcdir)/%.c,ring3/obj/lib/%.o,\
	$(wildcard $(srcdir)/distro/programs/lib/*.c) $(ring3_program_parts))

ring3_AM_V_CC = $(AM_V_CC)
ring3_id = $(subst -,_,$(1))

# $(1) KIND/NAME, $(2) sources from the top of the source tree, $(3) more objects and archives, $(4) flags for the preprocessor
define ring3_image
ring3_objects += $(patsubst %.c,ring3/obj/$(1)/%.o,$(2))
$(patsubst %.c,ring3/obj/$(1)/%.o,$(2)): ring3/obj/$(1)/%.o: $(srcdir)/%.c | $$(ring3_generated)
	@mkdir -p $$(@D)
	$$(ring3_AM_V_CC)$$(CC) $$(ring3_cppflags) $(4) $$(ring3_cflags) -ffunction-sections -fdata-sections -MMD -MP -c -o $$@ $$<
ring3/$(1).debug: $(patsubst %.c,ring3/obj/$(1)/%.o,$(2)) $(3) libruntime.a libnoncrypto-module.a $(top_srcdir)/kernel/runtime/module.ld
	@mkdir -p $$(@D)
	$$(AM_V_CCLD)$$(CC) $$(ring3_cflags) $$(ring3_ldflags) -o $$@ $(patsubst %.c,ring3/obj/$(1)/%.o,$(2)) -Wl,--start-group $(3) libruntime.a libnoncrypto-module.a -Wl,--end-group
ring3/$(1): ring3/$(1).debug
	$$(AM_V_GEN)$$(STRIP) --strip-all -o $$@ $$<
endef

ring3_sources_in = $(patsubst $(srcdir)/%,%,$(wildcard $(srcdir)/$(1)/*.c))

$(foreach name,$(ring3_modules),$(eval $(call ring3_image,modules/$(name),\
$(call ring3_sources_in,kernel/modules/$(name)) $($(call ring3_id,$(name))_sources),\
$($(call ring3_id,$(name))_libs),\
-I$(srcdir)/kernel/modules/$(name) $($(call ring3_id,$(name))_cppflags))))

ring3_program_flags = -I$(srcdir)/distro/programs -I$(srcdir)/distro/programs/lib
ring3_program_archives = $(if $(ring3_program_lib),ring3/libprogram.a) libnoncrypto-module.a

$(foreach name,$(ring3_large_programs),$(eval $(call ring3_image,bin/$(name),\
$(call ring3_sources_in,distro/programs/$(name)) $($(call ring3_id,$(name))_program_sources),\
$($(call ring3_id,$(name))_program_libs) $(ring3_program_archives),\
-I$(srcdir)/distro/programs/$(name) $(ring3_program_flags) $($(call ring3_id,$(name))_program_cppflags))))

$(foreach file,$(ring3_small_program_sources),$(eval $(call ring3_image,bin/$(basename $(notdir $(file))),\
$(patsubst $(srcdir)/%,%,$(file)),$(ring3_program_archives),$(ring3_program_flags))))

$(foreach name,$(ring3_large_tests),$(eval $(call ring3_image,test/$(name),\
$(call ring3_sources_in,kernel/tests/guest/$(name)),,)))

$(foreach name,$(ring3_small_tests),$(eval $(call ring3_image,test/$(name),kernel/tests/guest/$(name).c,,)))

ring3_objects += $(ring3_program_lib)
$(ring3_program_lib): ring3/obj/lib/%.o: $(srcdir)/%.c | $(ring3_generated)
	@mkdir -p $(@D)
	$(ring3_AM_V_CC)$(CC) $(ring3_cppflags) $(ring3_program_flags) $(ring3_cflags) -ffunction-sections -fdata-sections -MMD -MP -c -o $@ $<
ring3/libprogram.a: $(ring3_program_lib)
	@rm -f $@
	$(AM_V_AR)$(AR) crD $@ $(ring3_program_lib)

# ---- attestations ----
#
# Every image becomes a module file, ring3/attested/KIND/NAME, with a proof for the grants that a manifest gives to it. Unless configure was
# given a folder of keys, they are those of the development authority, which everybody can make: same bytes everywhere, and no protection.

nonzk = libnonzk/tools/nonzk$(EXEEXT)
ifneq ($(ATTESTATION_KEYS),)
attestation_keys = $(ATTESTATION_KEYS)
attest_release = --release
else
attestation_keys = ring3/keys
attest_release =

# What did not change keeps its time, so that a new build of the command alone proves nothing anew.
ring3/keys.stamp: $(nonzk)
	@mkdir -p $(@D) && rm -rf ring3/keys.new
	$(AM_V_GEN)$(nonzk) setup --development ring3/keys.new >/dev/null
	@diff -rq ring3/keys.new ring3/keys >/dev/null 2>&1 && rm -rf ring3/keys.new || \
		{ rm -rf ring3/keys && mv ring3/keys.new ring3/keys; }
	@touch $@
ring3/keys/attestation.vk ring3/keys/attestation.zkey ring3/keys/authorities ring3/keys/authority: ring3/keys.stamp
	@test -f $@
endif
ring3/attestor-key.c: $(attestation_keys)/attestation.vk $(attestation_keys)/authorities $(top_srcdir)/kernel/tools/attestor_key.py | $(nonzk)
	@mkdir -p $(@D)
	$(AM_V_GEN)$(nonzk) authority root --json $(attestation_keys)/authorities >$@.root && \
	$(PYTHON3) $(top_srcdir)/kernel/tools/attestor_key.py $(attest_release) $(attestation_keys)/attestation.vk $@.root >$@.new && \
	rm $@.root && mv $@.new $@
ring3/attestor-key.o: ring3/attestor-key.c $(srcdir)/kernel/modules/attestor/key.h
	$(AM_V_CC)$(CC) $(ring3_cppflags) -I$(srcdir)/kernel/modules/attestor $(attestor_cppflags) $(ring3_cflags) -c -o $@ $<

ring3_manifests = $(top_srcdir)/distro/profiles/reference/manifest $(top_srcdir)/distro/profiles/test/manifest
ring3/masks.stamp: $(ring3_manifests) $(top_srcdir)/kernel/tools/grant_masks.py $(top_srcdir)/kernel/tools/image.py
	@mkdir -p $(@D)
	$(AM_V_GEN)$(PYTHON3) $(top_srcdir)/kernel/tools/grant_masks.py --out ring3/masks \
		$(addprefix --manifest ,$(ring3_manifests)) $(ring3_images:ring3/%=%)
	@touch $@
# A new image has no mask yet.
$(ring3_images:ring3/%=ring3/masks/%): ring3/masks/%: ring3/masks.stamp
	@test -f $@ || $(PYTHON3) $(top_srcdir)/kernel/tools/grant_masks.py --out ring3/masks \
		$(addprefix --manifest ,$(ring3_manifests)) $*

# What 'nonzk attest --list' takes, for another machine that has the authority's secret.
ring3/attest.list: $(ring3_images) $(ring3_images:ring3/%=ring3/masks/%)
	@mkdir -p $(sort $(dir $(ring3_returned)))
	$(AM_V_GEN)for image in $(ring3_images:ring3/%=%); do \
		echo "$${image##*/} $$(cat ring3/masks/$$image) 0 ring3/$$image ring3/returned/$$image"; done >$@.new && mv $@.new $@
ring3_returned = $(ring3_images:ring3/%=ring3/returned/%)

ifeq ($(ATTEST_ELSEWHERE),yes)
$(ring3_returned): | ring3/attest.list
	@echo "$@ is missing: the secret key of an authority is needed; see 'A release' in docs/attestation.md" >&2; exit 1
# What came back is taken only if it is of this very image.
$(ring3_attested): ring3/attested/%: ring3/returned/% ring3/% $(attestation_keys)/attestation.vk $(attestation_keys)/authorities | $(nonzk)
	@mkdir -p $(@D)
	@cmp -s -n "$$(wc -c <ring3/$*)" ring3/$* ring3/returned/$* || { echo "ring3/returned/$*: this is not ring3/$*, attested" >&2; exit 1; }
	$(AM_V_GEN)$(nonzk) check --release --vk $(attestation_keys)/attestation.vk --authorities $(attestation_keys)/authorities ring3/returned/$* \
		>$@.checked || { sed 's|^|ring3/returned/$*: |' $@.checked >&2; exit 1; }
	@rm $@.checked && cp ring3/returned/$* $@
else
# One process makes all that is due, so that keys are read, and a passphrase asked for, once. What is gone by itself is made by itself.
attest_sources = $(addprefix $(top_srcdir)/,$(filter libnonzk/src/attestation/%.c,$(nonzk_sources)))
attest_common = $(addprefix $(attestation_keys)/,attestation.zkey authorities authority) $(attest_sources)
attest_command = $(nonzk) attest $(attest_release) --keys $(attestation_keys) --force \
	$(if $(ATTESTATION_PASSPHRASE),--passphrase-file $(ATTESTATION_PASSPHRASE))
attest_due = $(if $(filter $(attest_common),$?),$(ring3_images:ring3/%=%),$(sort \
	$(patsubst ring3/masks/%,%,$(filter ring3/masks/%,$?)) $(patsubst ring3/%,%,$(filter $(ring3_images),$?))))
ring3/attested.stamp: $(ring3_images) $(ring3_images:ring3/%=ring3/masks/%) $(attest_common) | $(nonzk)
	@mkdir -p $(sort $(dir $(ring3_attested)))
	@for image in $(attest_due); do \
		echo "$${image##*/} $$(cat ring3/masks/$$image) 0 ring3/$$image ring3/attested/$$image"; done >$@.list
	$(AM_V_GEN)$(attest_command) --list $@.list >/dev/null
	@rm $@.list && touch $@
$(ring3_attested): ring3/attested/%: ring3/attested.stamp
	@test -f $@ || $(attest_command) --name $(@F) --capabilities $$(cat ring3/masks/$*) -o $@ ring3/$* >/dev/null
endif

-include $(ring3_objects:.o=.d)

clean-ring3:
	rm -rf ring3
.PHONY: clean-ring3
