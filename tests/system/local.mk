# Tests that boot images in QEMU. Each program is a pytest file that prints TAP when it is run itself.
EXTRA_DIST += tests/system/README.md tests/system/boot_many.py tests/system/document.py tests/system/lan.py \
	tests/system/peers.py tests/system/qemu.py tests/system/session.py
system_tests = tests/system/test_attest.py tests/system/test_crypto.py tests/system/test_disk.py tests/system/test_driver.py tests/system/test_faults.py tests/system/test_hostile.py \
	tests/system/test_image.py tests/system/test_loaders.py tests/system/test_login.py tests/system/test_network.py \
	tests/system/test_network_linux.py tests/system/test_nic.py tests/system/test_privacy.py tests/system/test_release.py tests/system/test_ring0.py tests/system/test_tasks.py \
	tests/system/test_write.py
check_DATA += distro/image/nonos.iso
dist_check_SCRIPTS += $(system_tests)
TESTS += $(system_tests)
