include kernel/objects.mk
